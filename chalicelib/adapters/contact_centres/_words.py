"""What somebody in a contact centre reads first of a task: no amount, and the name only where it may be told."""

from ...domain.centre import Told


def opening(told: Told) -> str:
    """The debtor's own words, what they were asked already, and by when they were told they hear from somebody."""
    lines = [told.words or "-", ""]
    lines += [f"{key}: {words}" for key, words in told.learnt]
    lines += [f"{told.kind.value} · {told.language} · {told.due_at.isoformat(timespec='minutes')}"]
    return "\n".join(lines)


def attributes(told: Told) -> dict[str, str]:
    """The same for rules and reports over there."""
    return {
        "kulanz_task": told.task,
        "kulanz_kind": told.kind.value,
        "kulanz_claim": told.claim,
        "kulanz_language": told.language,
        "kulanz_due": told.due_at.isoformat(),
    }

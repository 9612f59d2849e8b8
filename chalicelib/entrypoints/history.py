"""A claim's history as an operator reads it: every contact, why it was made or not, and what followed."""

from dataclasses import asdict
from typing import Any

from .. import wiring
from ..domain.export import OUTCOMES, Tried, answers


def attempts_of(creditor: str, claim: str) -> list[dict[str, Any]] | None:
    """The contacts about a claim by their hour, each with the policy's answers; None where there is no such claim.

    Ids, codes and moments, as they are exported (docs/export.md); what was said lies with the matter.
    """
    debtor = wiring.store().debtor_of_claim(creditor, claim) if claim else None
    matter, settings = wiring.store().matter(creditor, debtor or ""), wiring.store().creditor(creditor)
    if matter is None or settings is None:
        return None
    zone, now = wiring.policies()[settings.country].zone, wiring.clock()
    about = sorted((c for c in matter.contacts.values() if c.claim == claim), key=lambda c: (c.due_at, c.id))
    return [_told(Tried(matter, contact, zone, now)) for contact in about]


def _told(tried: Tried) -> dict[str, Any]:
    read = {column.name: column.read(tried) for column in OUTCOMES}
    decided = [
        {"answer": type(answer.decision).__name__.lower(), **asdict(answer.decision)} for answer in answers(tried)
    ]
    return {**{name: held for name, held in read.items() if held is not None}, "decisions": decided}

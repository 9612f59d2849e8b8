"""A creditor's own contact centre: which tasks its people answer there, and what they wrote."""

from dataclasses import dataclass, field, replace
from datetime import datetime

from .task import Task, TaskKind

# What owns a task that is answered there begins so: no id of the staff does.
OWNED = "centre:"
# All that these ask for is an answer, so that whoever gives it there ends them. What else is closed there (a
# verdict, a cause, an amount, a right is somebody's to decide on) waits for the desk.
ENDED_BY_ANSWER = frozenset({TaskKind.REPLY, TaskKind.CALL_BACK})


@dataclass(frozen=True)
class CentreSettings:
    """Which contact centre it is, by the key of its file, and the kinds of task it takes (none listed: all).

    `given` is what the file asks a creditor for. `names`: whether the debtor's name is told there.
    """

    key: str
    kinds: tuple[TaskKind, ...] = ()
    given: dict[str, str] = field(default_factory=dict)
    names: bool = False

    @property
    def owner(self) -> str:
        """Whose a task is that was handed over there."""
        return OWNED + self.key

    def takes(self, task: Task) -> bool:
        """Whether this task is answered there: of a kind it takes, and not given back from there."""
        return (not self.kinds or task.kind in self.kinds) and self.owner not in task.left_by

    def speaks_of(self, task: Task) -> bool:
        """Whether what is written there about this task is said to its debtor: it is theirs, or was until it was
        answered there."""
        return self.owner == task.owner or (task.answered_there is not None and self.owner in task.left_by)


def is_there(task: Task) -> bool:
    """Whether it is answered in a contact centre now."""
    return task.owner.startswith(OWNED)


def told_to(task: Task) -> tuple[str, ...]:
    """The keys of the contact centres that were told of this task, the last one first."""
    centres = (who for who in (task.owner, *reversed(task.left_by)) if who.startswith(OWNED))
    return tuple(dict.fromkeys(who.removeprefix(OWNED) for who in centres))


def called_by(task: Task, key: str) -> str | None:
    """What this contact centre calls the task; None where it has not told yet."""
    return task.reference if told_to(task)[:1] == (key,) else dict(task.earlier_references).get(key)


def named_by(task: Task, key: str, reference: str) -> Task:
    """The task, called so by this contact centre from now on."""
    if told_to(task)[:1] == (key,):
        return replace(task, reference=reference)
    earlier = tuple(one for one in task.earlier_references if one[0] != key)
    return replace(task, earlier_references=(*earlier, (key, reference)))


def taken_by(task: Task, centre: CentreSettings, now: datetime) -> Task:
    """The task as this contact centre's. What one before it calls it is still known: it has to forget it, too."""
    earlier = task.earlier_references
    if task.reference and (before := told_to(task)):
        earlier = (*earlier, (before[0], task.reference))
    return replace(task, owner=centre.owner, owned_at=now, reference=None, earlier_references=earlier)


@dataclass(frozen=True)
class CentreWord:
    """What was said or done there: words for the debtor, or that it is closed.

    `id` is the centre's own of this word, by which it is known when it is told again; `agent` its own of who said
    it. `at` is when, as far as it says.
    """

    id: str
    creditor: str
    task: str
    words: str = ""
    closes: bool = False
    agent: str = ""
    at: datetime | None = None


@dataclass(frozen=True)
class Told:
    """What a contact centre is told of a task: in the debtor's language, without an amount, their name only where
    the creditor's settings allow it. `learnt` is what they were asked already."""

    creditor: str
    debtor: str
    task: str
    kind: TaskKind
    words: str
    language: str
    asked_at: datetime
    due_at: datetime
    claim: str
    name: str | None = None
    learnt: tuple[tuple[str, str], ...] = ()

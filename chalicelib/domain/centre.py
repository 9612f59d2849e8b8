"""A creditor's own contact centre: which tasks its people answer there, and what they wrote."""

from dataclasses import dataclass, field
from datetime import datetime

from .task import Task, TaskKind

# What owns a task that is answered there begins so: no id of the staff does.
OWNED = "centre:"


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


@dataclass(frozen=True)
class CentreWord:
    """What was said or done there: words for the debtor, or that it is closed.

    `id` is the centre's own of this word, `agent` its own of who said it. `at` is when, as far as it says.
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

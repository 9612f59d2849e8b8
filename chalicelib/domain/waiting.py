"""What waits for a person, as lists and routing know it: ids, kinds and times, none of the debtor's words."""

from dataclasses import dataclass
from datetime import datetime

from .task import Task, TaskKind


@dataclass(frozen=True)
class Waiting:
    """A Task as lists and routing know it, kept beside it: nothing of it is the debtor's own words.

    `answered_there`: the contact centre answered it, and the desk is to conclude it.
    """

    creditor: str
    debtor: str
    claim: str
    task: str
    kind: TaskKind
    owner: str
    opened_at: datetime
    due_at: datetime
    language: str | None = None
    owned_at: datetime | None = None
    done_at: datetime | None = None
    answered_there: datetime | None = None


def waiting(task: Task) -> Waiting:
    """What is kept of it for the lists."""
    return Waiting(
        task.creditor,
        task.debtor,
        task.claim,
        task.id,
        task.kind,
        task.owner,
        task.opened_at,
        task.due_at,
        task.language,
        task.owned_at,
        task.done_at,
        task.answered_there,
    )

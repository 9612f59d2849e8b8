"""A Task: something a person must answer, with an owner and a due time the debtor is told."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class TaskKind(StrEnum):
    CALL_BACK = "call_back"


class DaySlot(StrEnum):
    """When somebody would like to be called, in their own day."""

    MORNING = "morning"
    MIDDAY = "midday"
    AFTERNOON = "afternoon"
    EVENING = "evening"


@dataclass(frozen=True)
class HelpRequest:
    """What a debtor asks a person: their own words, when and in which language to answer."""

    words: str
    slot: DaySlot
    language: str
    phone: str | None


@dataclass(frozen=True)
class Task:
    """Owned by the creditor's team until the desk gives it to a person; `due_at` is told to the debtor."""

    id: str
    creditor: str
    debtor: str
    claim: str
    kind: TaskKind
    request: HelpRequest
    opened_at: datetime
    due_at: datetime
    owner: str
    done_at: datetime | None = None

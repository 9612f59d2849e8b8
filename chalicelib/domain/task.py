"""A Task: something a person must answer, with an owner and a due time the debtor is told."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .terms import Wish


class TaskKind(StrEnum):
    """What a person is to answer."""

    CALL_BACK = "call_back"
    CALL = "call"
    """Somebody is to call a debtor whom nothing else reaches; `request` holds the notes for it."""
    DISPUTE = "dispute"
    OFFER = "offer"
    """An offer to pay that lies below what the creditor's strategy takes by itself."""
    CARE = "care"
    REPRESENTATIVE = "representative"
    COMPLAINT = "complaint"
    REVIEW = "review"
    """A person looks at a decision that was made by itself (GDPR Art. 22(3))."""
    ERASURE = "erasure"
    REPLY = "reply"
    """What somebody wrote back by a channel and no rule reads."""


# Whose a task is that nobody of the staff has taken yet.
FRONT_OFFICE = "front_office"


class DaySlot(StrEnum):
    """When somebody would like to be called, in their own day."""

    MORNING = "morning"
    MIDDAY = "midday"
    AFTERNOON = "afternoon"
    EVENING = "evening"


# The hour at which somebody is written to, or called, who is best reached in a part of the day.
HOURS = {
    DaySlot.MORNING: time(9),
    DaySlot.MIDDAY: time(12),
    DaySlot.AFTERNOON: time(15),
    DaySlot.EVENING: time(18),
}


@dataclass(frozen=True)
class HelpRequest:
    """What a debtor asks a person: their own words, when and in which language to answer.

    `plain`: the person who answers speaks slowly and simply. `day`: the day whose `slot` was promised, None where
    nobody's hours are known.
    """

    words: str
    slot: DaySlot
    language: str
    phone: str | None
    plain: bool = False
    day: date | None = None


@dataclass(frozen=True)
class Representative:
    """Somebody who answers for the debtor: a debt adviser, a lawyer, a relative; reachable one way at least."""

    name: str
    organisation: str
    phone: str | None
    email: str | None


@dataclass(frozen=True)
class Task:
    """Nobody's (FRONT_OFFICE) until it is given to somebody of the staff, since `owned_at`.

    `due_at` is told to the debtor. `about` is the id of the dispute, offer, plan or contact it is about; `words`
    are the debtor's own, where they did not ask to be called; `language` is the one they are answered in, `wish`
    is what they can manage a month, where they asked for a plan. `done_at` ends it. `skill` is what whoever takes
    it must name among what they do, where somebody handed it on so; `left_by` are those who gave it back.
    `reference` is what the creditor's contact centre calls it, once it was handed over there,
    `earlier_references` what those called it, by their keys, that had it before; `answered_there` is when it was
    closed there though the desk has to conclude it, `forgotten_there` when what was told there was deleted.
    `tries` counts the calls that nobody answered. `asks_since`: a person asked the debtor something back, which
    waits for them since then. `moved_at` is when the debtor last chose another time for it; `taken_back`: it ended
    because they need it no more.
    """

    id: str
    creditor: str
    debtor: str
    claim: str
    kind: TaskKind
    request: HelpRequest | None
    opened_at: datetime
    due_at: datetime
    owner: str
    about: str | None = None
    words: str = ""
    representative: Representative | None = None
    wish: Wish | None = None
    done_at: datetime | None = None
    language: str | None = None
    owned_at: datetime | None = None
    tries: int = 0
    skill: TaskKind | None = None
    left_by: tuple[str, ...] = ()
    reference: str | None = None
    earlier_references: tuple[tuple[str, str], ...] = ()
    answered_there: datetime | None = None
    forgotten_there: datetime | None = None
    asks_since: datetime | None = None
    moved_at: datetime | None = None
    taken_back: bool = False
    version: int = 0

    @property
    def is_free(self) -> bool:
        """Nobody of the staff holds it."""
        return self.owner == FRONT_OFFICE

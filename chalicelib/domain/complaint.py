"""A Complaint: what a debtor says went wrong with us, why it came to that, and what was changed because of it."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Cause(StrEnum):
    """What a complaint was about, as whoever answered it found."""

    TONE = "tone"
    TOO_MANY_MESSAGES = "too_many_messages"
    WRONG_CLAIM = "wrong_claim"
    WRONG_PERSON = "wrong_person"
    """What was meant for one reached another."""
    STAFF = "staff"
    WAITING = "waiting"
    """An answer took too long."""
    ACCESSIBILITY = "accessibility"
    """A page, a message or a call that somebody could not use."""
    PAYING = "paying"
    DATA = "data"
    COSTS = "costs"
    OTHER = "other"


@dataclass(frozen=True)
class Complaint:
    """One complaint for the count: ids, times and the cause, and nothing of the debtor's words.

    `justified`: whoever answered found that it was right. `changed` is what was changed because of it, in a few
    words that name nobody; empty where nothing had to be, and once the debtor was forgotten.
    """

    creditor: str
    debtor: str
    claim: str
    task: str
    at: datetime
    due_at: datetime
    answered_at: datetime | None = None
    cause: Cause | None = None
    justified: bool | None = None
    changed: str = ""
    by: str = ""
    version: int = 0

    @property
    def in_time(self) -> bool | None:
        """Whether it was answered by the time its debtor was told; None while that lies open."""
        return None if self.answered_at is None else self.answered_at <= self.due_at


@dataclass(frozen=True)
class Counted:
    """How many complaints of one cause came in a month; those not answered yet have no cause."""

    month: str
    cause: Cause | None
    number: int
    justified: int
    in_time: int
    open: int


def counted(complaints: Iterable[Complaint]) -> tuple[Counted, ...]:
    """By month and cause, the latest month first and the commonest cause first in it.

    One that is not answered yet counts as open, and as neither in time nor justified.
    """
    held: dict[tuple[str, Cause | None], list[Complaint]] = {}
    for one in complaints:
        held.setdefault((f"{one.at:%Y-%m}", one.cause), []).append(one)
    rows = [_row(month, cause, those) for (month, cause), those in held.items()]
    by_size = sorted(rows, key=lambda row: (-row.number, row.cause or ""))
    return tuple(sorted(by_size, key=lambda row: row.month, reverse=True))


def late(complaints: Iterable[Complaint], now: datetime) -> tuple[Complaint, ...]:
    """Those whose time is over and that nobody has answered, the first due first."""
    waiting = (one for one in complaints if one.answered_at is None and one.due_at < now)
    return tuple(sorted(waiting, key=lambda one: (one.due_at, one.task)))


def _row(month: str, cause: Cause | None, those: Sequence[Complaint]) -> Counted:
    said = Counter(one.in_time for one in those)
    return Counted(
        month,
        cause,
        len(those),
        sum(one.justified is True for one in those),
        said[True],
        said[None],
    )

"""Suspense: money that arrived and fits no claim yet, kept until somebody finds its home."""

from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum

from .matching import Candidate


class SuspenseReason(StrEnum):
    UNKNOWN_CLAIM = "unknown_claim"
    WRONG_CURRENCY = "wrong_currency"
    OVERPAID = "overpaid"
    NO_MATCH = "no_match"
    """No rule knows whose it is."""
    UNSURE = "unsure"
    """It points to a claim, or to several, and not clearly enough to be booked."""
    UNSPLIT = "unsplit"
    """A collective entry of which the bank shows no parts."""
    POSSIBLE_TWIN = "possible_twin"
    """It looks like money known before, and the bank's own word says it is another."""
    CAME_BACK = "came_back"
    """Money we had sent came back."""
    RETURN_UNMATCHED = "return_unmatched"
    """Money was taken back, and no payment is known that it could be: the amount is below zero."""


class SuspenseEnd(StrEnum):
    """How money left suspense; what ends stays written."""

    ASSIGNED = "assigned"
    """It was booked on the claim it was meant for."""
    GONE_BACK = "gone_back"
    """It went back to whoever sent it: refunded, or taken back."""


@dataclass(frozen=True)
class Suspense:
    """`amount` minor units of `source` (the provider's object id, or bank:<hash>) that could not be allocated, and
    why. `candidates` is the proposal: claims the rules point to, for a person to decide between.

    `given_back` is how much of it went back since, `placed` how much was booked on the claim `home`; `left` still
    lies here, and `ended_at` is when nothing did any more. `order` is the refund that is to send back what is
    left, while one waits; `tries` counts them. `value_date` is the day the money was worth.
    """

    creditor: str
    source: str
    amount: int
    currency: str
    reason: SuspenseReason
    claim: str | None
    at: datetime
    candidates: tuple[Candidate, ...] = ()
    value_date: date | None = None
    given_back: int = 0
    placed: int = 0
    home: str | None = None
    order: str | None = None
    tries: int = 0
    ended_at: datetime | None = None
    version: int = 0

    @property
    def left(self) -> int:
        return self.amount - self.given_back - self.placed

    @property
    def is_open(self) -> bool:
        return self.left != 0

    @property
    def ended_as(self) -> SuspenseEnd | None:
        if self.is_open:
            return None
        return SuspenseEnd.ASSIGNED if self.placed else SuspenseEnd.GONE_BACK

    def giving_back(self, part: int, at: datetime) -> "Suspense":
        """The entry after so much of it went back."""
        return self._with_its_end(replace(self, given_back=self.given_back + part), part, at)

    def placing(self, part: int, home: str, at: datetime) -> "Suspense":
        """The entry after so much of it was booked on a claim."""
        after = replace(self, placed=self.placed + part, home=home, candidates=())
        return self._with_its_end(after, part, at)

    def taken_back(self, home: str | None, at: datetime) -> "Suspense":
        """The entry of a return, below zero, after it was booked against the payment it took back."""
        if self.left >= 0:
            raise ValueError("only what lies below zero is taken back")
        return replace(self, placed=self.placed + self.left, home=home, candidates=(), ended_at=at)

    def _with_its_end(self, after: "Suspense", part: int, at: datetime) -> "Suspense":
        """It is kept with its end once nothing is left. ValueError for nothing, and for more than lies here."""
        if not 0 < part <= self.left:
            raise ValueError("no more can leave than lies here")
        return after if after.left else replace(after, ended_at=at)

"""Suspense: money that arrived and fits no claim yet, kept until somebody finds its home."""

from dataclasses import dataclass
from datetime import datetime
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


@dataclass(frozen=True)
class Suspense:
    """`amount` minor units of `source` (the provider's object id, or bank:<hash>) that could not be allocated, and
    why. `candidates` is the proposal: claims the rules point to, for a person to decide between.

    `given_back` is how much of it has gone back since; `left` still lies here.
    """

    creditor: str
    source: str
    amount: int
    currency: str
    reason: SuspenseReason
    claim: str | None
    at: datetime
    candidates: tuple[Candidate, ...] = ()
    given_back: int = 0
    version: int = 0

    @property
    def left(self) -> int:
        return self.amount - self.given_back

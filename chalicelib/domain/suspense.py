"""Suspense: money that arrived and fits no claim yet, kept until somebody finds its home."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class SuspenseReason(StrEnum):
    UNKNOWN_CLAIM = "unknown_claim"
    WRONG_CURRENCY = "wrong_currency"
    OVERPAID = "overpaid"


@dataclass(frozen=True)
class Suspense:
    """`amount` minor units of `source` (the provider's object id) that could not be allocated, and why.

    `given_back` is how much of it has gone back since; `left` still lies here.
    """

    creditor: str
    source: str
    amount: int
    currency: str
    reason: SuspenseReason
    claim: str | None
    at: datetime
    given_back: int = 0
    version: int = 0

    @property
    def left(self) -> int:
        return self.amount - self.given_back

"""A Deferral: an agreed later date for a whole claim, free of charge."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum


class DeferralState(StrEnum):
    RUNNING = "running"
    OVER = "over"
    """Its day came, the claim was paid, or another agreement took its place."""


@dataclass(frozen=True)
class Deferral:
    """Nobody asks for the claim's money before the day `until` is over; `offer` is the Offer agreed to.

    `next_at` is when the contact that carries it on is due.
    """

    id: str
    creditor: str
    debtor: str
    claim: str
    until: date
    offer: str
    agreed_at: datetime
    state: DeferralState = DeferralState.RUNNING
    next_at: datetime | None = None
    version: int = 0

    @property
    def is_running(self) -> bool:
        return self.state is DeferralState.RUNNING

"""Payout: one period's settlement with a creditor, from the statement to the bank's word."""

import hashlib
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from .client_account import ClientAccount
from .decision import Refused
from .leaving import OPEN, LeavingState, moved, released_by
from .person import Release

# A provider's payout and the bank credit that brings it lie no further apart.
NEAR = timedelta(days=7)


@dataclass(frozen=True)
class ProviderSettlement:
    """A payout of the payment provider as its balance transactions make it up.

    `amount` is what it sends, `gross` what was collected and taken back in it, `fees` what the provider kept:
    amount = gross - fees. `brought_in` are the bank credits it came in, where the bank has told of it; `trace` is
    what a bank may call it by.
    """

    id: str
    amount: int
    gross: int
    fees: int
    transactions: int
    currency: str
    arrives_on: date
    counted_in: int | None = None
    brought_in: tuple[str, ...] = ()
    trace: str = ""
    version: int = 0


@dataclass(frozen=True)
class PayoutCredit:
    """A bank credit that brought a provider's payout, or part of it, or several, as a statement told it.

    `words` are its end-to-end id and text, letters and digits alone.
    """

    source: str
    amount: int
    currency: str
    value_date: date
    words: str = ""


@dataclass(frozen=True)
class Payout:
    """What goes to the creditor for the days `since` to `until`: `account` says how it comes about.

    `number` counts a creditor's payouts from 1, without a gap. `id` is the end-to-end id at the bank.
    `settlements` are the provider's payouts that are counted in it. One that did not leave, or came back, is
    carried by the payout `carried_by`.
    """

    id: str
    creditor: str
    number: int
    since: date
    until: date
    currency: str
    account: ClientAccount
    at: datetime
    settlements: tuple[ProviderSettlement, ...] = ()
    state: LeavingState = LeavingState.WAITING
    releases: tuple[Release, ...] = ()
    left_as: str | None = None
    because: str = ""
    changed_at: datetime | None = None
    carried_by: int | None = None
    version: int = 0

    @property
    def amount(self) -> int:
        return self.account.paid_out

    @property
    def is_open(self) -> bool:
        return self.state in OPEN

    @property
    def lost(self) -> bool:
        """It did not reach the creditor, and no later payout has carried it yet."""
        gone = self.state in (LeavingState.REFUSED, LeavingState.FAILED)
        return gone and self.carried_by is None and self.amount > 0

    def moved_to(
        self, state: LeavingState, at: datetime, *, left_as: str | None = None, because: str = ""
    ) -> "Payout":
        """The payout in its next state; ValueError where the table knows no such way."""
        state = moved(self.state, state)
        return replace(
            self, state=state, changed_at=at, left_as=left_as or self.left_as, because=because or self.because
        )

    def released_by(self, person: str, at: datetime) -> "Payout | Refused":
        """The payout with this person's release; the second of two people lets it go."""
        given = released_by(self.state, self.releases, person, at)
        if isinstance(given, Refused):
            return given
        state, releases = given
        return replace(self.moved_to(state, at), releases=releases)


def payout_id(creditor: str, number: int) -> str:
    """Its number can be read from it; the rest keeps it apart from other creditors' at the same bank."""
    return f"po{number:05d}{hashlib.sha256(creditor.encode()).hexdigest()[:12]}"


def number_of(payout: str) -> int | None:
    """The number in a payout's id; None for what is none."""
    digits = payout[2:7]
    return int(digits) if payout.startswith("po") and len(payout) == 19 and digits.isdecimal() else None

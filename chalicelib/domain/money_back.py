"""Money that goes back, and money that moves on, in the provider's word: refunds, chargebacks, payouts.

The creditor can give a booked payment back (a ProviderRefund), and the debtor's bank can take it back (a
Chargeback; for a direct debit that is its return). Neither is booked from a notice: the provider is asked how it
stands now. Amounts are minor units beside an upper-case ISO 4217 code; moments are timezone-aware UTC.
"""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum


class RefundStatus(StrEnum):
    """How far a refund has come; only one that succeeded takes anything back from a claim."""

    PENDING = "pending"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    """It did not reach the debtor, or came back from their bank: the creditor has the money again."""
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class ProviderRefund:
    """What the provider says of one refund at the moment of asking.

    `payment` is the provider's id of the payment it gives back, in part or whole. `labels` are the ids we attached
    where it left by our own hand. `made_at` is when it was ordered; `came_back` is what the provider knows the
    movement by that brought it back where it failed.
    """

    object_id: str
    payment: str | None
    status: RefundStatus
    amount: int
    currency: str
    made_at: datetime
    labels: tuple[tuple[str, str], ...] = ()
    came_back: str = ""


class ChargebackStatus(StrEnum):
    """Where a chargeback stands with the card scheme or the bank."""

    INQUIRY = "inquiry"
    """The bank asks; no money has moved."""
    OPEN = "open"
    WON = "won"
    LOST = "lost"
    """Also every returned direct debit: nothing can be said against it."""


@dataclass(frozen=True, slots=True)
class Moved:
    """Money that left the creditor's balance at the provider (below 0) or came into it, without the fee."""

    object_id: str
    amount: int
    at: datetime


@dataclass(frozen=True, slots=True)
class Chargeback:
    """What the provider says of one chargeback or returned direct debit at the moment of asking.

    What counts is the money that moved, not the state: `movements` are all of it, the earliest first. `because`
    is the provider's own short word. `is_debit`: a direct debit was returned.
    """

    object_id: str
    payment: str | None
    status: ChargebackStatus
    currency: str
    movements: tuple[Moved, ...]
    because: str
    is_debit: bool

    @property
    def taken(self) -> Moved | None:
        """The movement that took the money."""
        return next((moved for moved in self.movements if moved.amount < 0), None)

    @property
    def given_back(self) -> Moved | None:
        """The movement that brought it back, where the chargeback was won."""
        return next((moved for moved in self.movements if moved.amount > 0), None)


class BalanceKind(StrEnum):
    """Why money moved in the creditor's balance at the provider."""

    PAYMENT = "payment"
    PAYMENT_FAILED = "payment_failed"
    """A direct debit had been credited when it was ordered, and failed."""
    REFUND = "refund"
    REFUND_FAILED = "refund_failed"
    CHARGEBACK = "chargeback"
    CHARGEBACK_WON = "chargeback_won"
    PAYOUT = "payout"
    PAYOUT_FAILED = "payout_failed"
    FEE = "fee"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class BalanceTransaction:
    """One movement of the creditor's balance: `net` = `gross` - `fee`, all in minor units.

    `source` is the provider's id of what moved it (a charge, a refund, a chargeback, a payout), `payment` the
    payment behind that, where there is one. The fee is between creditor and provider: no claim ever sees it.
    """

    object_id: str
    kind: BalanceKind
    gross: int
    fee: int
    net: int
    currency: str
    source: str | None
    payment: str | None
    at: datetime


class PayoutStatus(StrEnum):
    """How far a payout to the creditor's bank account has come."""

    UNDER_WAY = "under_way"
    PAID = "paid"
    FAILED = "failed"
    """The bank sent it back, even days after it was paid."""
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class ProviderPayout:
    """Money the provider sends to the creditor's bank: the sum of the balance transactions it holds.

    `trace` is what the bank may call it by, "" where the provider does not know.
    """

    object_id: str
    status: PayoutStatus
    amount: int
    currency: str
    arrives_on: date
    made_at: datetime
    live: bool
    trace: str = ""

"""A Trail: where the money of one source went, so that what goes back goes back the same way."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from .entry import LedgerEntry


@dataclass(frozen=True)
class Trail:
    """The entries of one source of money, by claim and number, in the order it was spent; reversals follow.

    `source` is the provider's object, the bank's reference, or what a reversal is known by. No entries: the money
    lies in suspense, all of it. `debtor` is whose claims they are.

    What went back may come again, and go back once more: then it is the same payment at the provider, and money of
    a name of its own here. `again` are the names under which parts of this payment came again; `of` is the payment
    that such a name, or that of a reversal, belongs to.
    """

    creditor: str
    source: str
    debtor: str | None = None
    entries: tuple[tuple[str, int], ...] = ()
    of: str | None = None
    again: tuple[str, ...] = ()
    version: int = 0

    @property
    def claims(self) -> tuple[str, ...]:
        """The claims the money touched, each once."""
        return tuple(dict.fromkeys(claim for claim, _ in self.entries))


@dataclass(frozen=True)
class Booking:
    """One entry in a creditor's journal: whose it is, and what was owed of the claim after it, in minor units."""

    debtor: str
    claim: str
    entry: LedgerEntry
    owed: int


class ReversalReason(StrEnum):
    """Why money went back."""

    REFUND = "refund"
    CHARGEBACK = "chargeback"
    DIRECT_DEBIT_RETURN = "direct_debit_return"
    BANK_RETURN = "bank_return"


@dataclass(frozen=True)
class Reversal:
    """Money of a payment that went back: `amount` minor units on `value_date`.

    `source` is what the provider or the bank knows this very movement by, `payment` the source of the payment.
    `claim` helps to find a payment that was booked before trails were kept.
    """

    source: str
    payment: str
    amount: int
    currency: str
    value_date: date
    why: ReversalReason
    claim: str | None = None


@dataclass(frozen=True)
class Restoration:
    """Money that had gone back and came again, as after a chargeback that was won.

    `source` is what the provider knows this movement by, `reversal` the source of what it undoes.
    """

    source: str
    reversal: str
    amount: int
    currency: str

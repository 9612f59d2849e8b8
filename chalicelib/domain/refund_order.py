"""RefundOrder: money that is to go back to whoever sent it, from the wish to the word of bank or provider."""

import hashlib
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from .account_change import BankAccount
from .decision import Refused
from .leaving import OPEN, LeavingState, moved, released_by
from .person import Release
from .suspense import Suspense, SuspenseReason


class RefundWay(StrEnum):
    """How it goes back: the way it came."""

    PROVIDER = "provider"
    BANK = "bank"

    @classmethod
    def of(cls, source: str) -> "RefundWay":
        """The way this money came: what the bank told bears the bank's mark."""
        return cls.BANK if source.startswith("bank:") else cls.PROVIDER


class RefundReason(StrEnum):
    OVERPAID = "overpaid"
    """It was more than was owed (M1)."""
    NO_CLAIM = "no_claim"
    """A person found no claim for it."""
    GIVEN_BACK = "given_back"
    """It is booked on a claim, and a person gives it back: paid by mistake, or out of goodwill."""


@dataclass(frozen=True)
class RefundOrder:
    """`amount` minor units of the payment `source`, to go back by `way`.

    `id` is also the idempotency key at the provider and the end-to-end id at the bank (35 signs at most), so that
    ordering it twice moves money once. `claim` is the one it was too much for, or is booked on. `left_as` is the
    provider's refund or the file for the bank it left in; `because` the reason's key where it was refused or
    failed. `to` is another account than the one it came from, where a person named one.
    """

    id: str
    creditor: str
    source: str
    amount: int
    currency: str
    way: RefundWay
    reason: RefundReason
    at: datetime
    claim: str | None = None
    state: LeavingState = LeavingState.WAITING
    releases: tuple[Release, ...] = ()
    left_as: str | None = None
    because: str = ""
    changed_at: datetime | None = None
    to: BankAccount | None = None
    version: int = 0

    @property
    def is_open(self) -> bool:
        return self.state in OPEN

    def moved_to(
        self, state: LeavingState, at: datetime, *, left_as: str | None = None, because: str = ""
    ) -> "RefundOrder":
        """The order in its next state; ValueError where the table knows no such way."""
        state = moved(self.state, state)
        return replace(
            self, state=state, changed_at=at, left_as=left_as or self.left_as, because=because or self.because
        )

    def released_by(self, person: str, at: datetime) -> "RefundOrder | Refused":
        """The order with this person's release; the second of two people lets it go."""
        given = released_by(self.state, self.releases, person, at)
        if isinstance(given, Refused):
            return given
        state, releases = given
        return replace(self.moved_to(state, at), releases=releases)


def refund_of(money: Suspense, at: datetime, to: BankAccount | None = None) -> tuple[Suspense, RefundOrder]:
    """The order that sends all that is left of this money back, and the money that knows of it.

    It goes the way it came, or to the account a person named.

    The same money gets the same order, however often it is asked for; another one only after that has ended
    without it. ValueError where there is nothing to send, or an order waits already.
    """
    if money.left <= 0 or money.order or not money.is_open:
        raise ValueError("there is nothing to send back")
    reason = RefundReason.OVERPAID if money.reason is SuspenseReason.OVERPAID else RefundReason.NO_CLAIM
    order = RefundOrder(
        id=name_of_sending(money.creditor, money.source, money.tries),
        creditor=money.creditor,
        source=money.source,
        amount=money.left,
        currency=money.currency,
        way=RefundWay.BANK if to else RefundWay.of(money.source),
        to=to,
        reason=reason,
        at=at,
        claim=money.claim,
    )
    return replace(money, order=order.id, tries=money.tries + 1), order


def name_of_sending(creditor: str, source: str, turn: int) -> str:
    """The id of the order that sends what lies of this money in suspense back for the `turn`-th time, from 0."""
    return _name(f"{creditor}/{source}/{turn}")


def name_of_giving(creditor: str, source: str, turn: int) -> str:
    """The id of the order that gives something of this payment back for the `turn`-th time, from 0."""
    return _name(f"{creditor}/{source}/given/{turn}")


def giving_back(
    creditor: str,
    source: str,
    amount: int,
    currency: str,
    *,
    turn: int,
    at: datetime,
    claim: str,
    to: BankAccount | None = None,
) -> RefundOrder:
    """The order that gives so much of a booked payment back, the way it came or to the account a person named."""
    return RefundOrder(
        id=name_of_giving(creditor, source, turn),
        creditor=creditor,
        source=source,
        amount=amount,
        currency=currency,
        way=RefundWay.BANK if to else RefundWay.of(source),
        to=to,
        reason=RefundReason.GIVEN_BACK,
        at=at,
        claim=claim,
    )


def _name(text: str) -> str:
    return f"rf{hashlib.sha256(text.encode()).hexdigest()[:24]}"

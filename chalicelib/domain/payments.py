"""Paying, as the house sees it: our attempts, and what the payment provider says became of them.

Nothing here books money. An Attempt is our intention, a Provider... value is the provider's word, and only
the provider's word about a payment may reach the ledger. Amounts are integer minor units (cents) beside an
upper-case ISO 4217 code; moments are timezone-aware UTC.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class AttemptStatus(StrEnum):
    """How far one attempt to pay has come, by what we know ourselves."""

    STARTING = "starting"
    """Reserved by us; the provider may or may not have heard of it yet."""
    OPEN = "open"
    """The hosted page waits for the debtor."""
    PAID = "paid"
    """The provider reported money for it."""
    EXPIRED = "expired"
    """Its hosted page closed unused."""
    REPLACED = "replaced"
    """A newer attempt took its place and its hosted page was closed."""


class PaymentStatus(StrEnum):
    """Where a payment stands at the provider."""

    SUCCEEDED = "succeeded"
    """The money is the creditor's; only this one is booked."""
    PROCESSING = "processing"
    """Under way, as a direct debit is for days; it may still fail."""
    FAILED = "failed"
    """The last try was declined; the debtor may try again while the hosted page is open."""
    CANCELLED = "cancelled"
    """Given up for good."""
    PENDING = "pending"
    """Waiting for the debtor."""


class CheckoutStatus(StrEnum):
    """Whether a hosted page can still be used."""

    OPEN = "open"
    COMPLETE = "complete"
    """The debtor finished; whether money came is the payment's to say."""
    EXPIRED = "expired"


@dataclass(frozen=True, slots=True)
class Attempt:
    """One try of a debtor to pay on the provider's hosted page; a claim has one open at a time.

    `claims` are all it pays where they are several, `claim` the first of them. `id` is also the idempotency key
    at the provider, so that starting it twice opens one page. `expires_at` must lie more than 30 minutes and less
    than 24 hours after the start (the provider's bounds).

    One that draws on a `mandate` has no page: it pays part `number` of `plan`, `provider_id` is its payment, and
    it expires at once, because nobody but the bank can finish it. `over_at` is when it came to nothing.
    """

    id: str
    creditor: str
    debtor: str
    claim: str
    amount: int
    currency: str
    expires_at: datetime
    provider_id: str | None = None
    url: str | None = None
    status: AttemptStatus = AttemptStatus.STARTING
    claims: tuple[str, ...] = ()
    mandate: str | None = None
    plan: str | None = None
    number: int | None = None
    over_at: datetime | None = None
    version: int = 0

    @property
    def is_open(self) -> bool:
        """Its page can still be paid on, or is about to be."""
        return self.status in (AttemptStatus.STARTING, AttemptStatus.OPEN)

    @property
    def is_paid(self) -> bool:
        return self.status is AttemptStatus.PAID

    @property
    def has_lapsed(self) -> bool:
        """It came to nothing."""
        return self.status is AttemptStatus.EXPIRED

    @property
    def covers(self) -> tuple[str, ...]:
        """Every claim it pays."""
        return self.claims or (self.claim,)


@dataclass(frozen=True, slots=True)
class Checkout:
    """A hosted page the provider opened for an attempt: where it is and until when it stands."""

    provider_id: str
    url: str
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class ProviderEvent:
    """A notice whose signature was proven: something happened to an object, look there for what is true now.

    `id` names the notice, never the payment: one payment may be told of under several ids, late and in any
    order. `object_id` is empty where the provider's object has none. `payload` is the body as it was signed.
    """

    id: str
    kind: str
    object_id: str
    created: datetime
    live: bool
    payload: str


@dataclass(frozen=True, slots=True)
class ProviderPayment:
    """What the provider says of one payment at the moment of asking; `object_id` is what is booked once.

    `received` is what arrived, in minor units, whatever was asked for. `creditor`, `claim` and `attempt` are
    the ids we attached, or None where the payment carries none (it did not begin here). `paid_at` is when the
    debtor's payment was made, known only once it succeeded. `live` is False for test money.
    """

    object_id: str
    status: PaymentStatus
    received: int
    currency: str
    creditor: str | None
    claim: str | None
    attempt: str | None
    paid_at: datetime | None
    live: bool


@dataclass(frozen=True, slots=True)
class ProviderCheckout:
    """What the provider says of one hosted page: its state, its payment if one was begun, and our attempt.

    A page on which a way to pay is saved, and nothing is paid, has our `mandate` instead.
    """

    object_id: str
    status: CheckoutStatus
    payment_id: str | None
    attempt: str | None
    mandate: str | None = None

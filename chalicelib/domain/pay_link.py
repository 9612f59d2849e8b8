"""A PayLink: an expiring address that identifies a matter and proves nothing."""

import hashlib
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum

from .parties import Factor

TRIES = 5
FIRST_REST = timedelta(hours=1)
LATER_REST = timedelta(hours=24)
# A link stays readable for three months after its claim was closed, and never longer than two years.
AFTER_CLOSING = timedelta(days=90)
LIFETIME = timedelta(days=730)


class LinkState(StrEnum):
    ACTIVE = "active"
    DISOWNED = "disowned"


class Scope(StrEnum):
    """How much a reader may do behind the door."""

    ALL = "all"
    ARRANGE = "arrange"
    """A helper: see, pay, defer, pay by instalments, object, ask; never choices, data or other helpers."""
    SEE = "see"

    def covers(self, other: "Scope") -> bool:
        """Whoever may do as much as this may also do what `other` allows."""
        order = (Scope.SEE, Scope.ARRANGE, Scope.ALL)
        return order.index(self) >= order.index(other)


class LinkPurpose(StrEnum):
    CONTACT = "contact"
    """It came with a message."""
    START = "start"
    """Its token is the claim's reference, printed on letters and typed at /start."""
    HELPER = "helper"
    """Its token is the code a debtor gave to somebody who helps them."""
    SENDER = "sender"
    """It opens no door: its token, brought along once, says who writes to us from an address nobody knows."""


@dataclass(frozen=True)
class PayLink:
    """The stored half of an address: `id` is the hash of its token, which is shown once and never kept.

    `code` is the contact that brought the last one-time code, good until `code_until`. `tries` counts wrong and
    right answers at the door since the last rest; `rests` counts the rests so far. `left_at` is when its reader
    last said goodbye: Visits of before are over. `point` is the keyed hash of the address it was sent to, empty
    where it came on paper or from mouth to mouth.
    """

    id: str
    creditor: str
    debtor: str
    claim: str
    contact: str
    issued_at: datetime
    expires_at: datetime
    factors: tuple[Factor, ...]
    state: LinkState = LinkState.ACTIVE
    point: str = ""
    language: str | None = None
    tries: int = 0
    rests: int = 0
    rests_until: datetime | None = None
    renewed_on: date | None = None
    scope: Scope = Scope.ALL
    purpose: LinkPurpose = LinkPurpose.CONTACT
    code: str | None = None
    code_until: datetime | None = None
    left_at: datetime | None = None
    version: int = 0

    def rests_at(self, now: datetime) -> bool:
        return self.rests_until is not None and now < self.rests_until

    def expired_at(self, now: datetime) -> bool:
        return now >= self.expires_at

    def after_try(self, now: datetime) -> "PayLink":
        """The link once another answer was given, counted before it is compared (P7).

        The fifth answer since the last rest is still compared, then the link rests: an hour the first time,
        a day every later time, never for ever.
        """
        tries = self.tries + 1
        if tries < TRIES:
            return replace(self, tries=tries, rests_until=None)
        rest = FIRST_REST if self.rests == 0 else LATER_REST
        return replace(self, tries=0, rests=self.rests + 1, rests_until=now + rest)

    def after_proof(self) -> "PayLink":
        """The link once its reader proved who they are: earlier slips are forgotten."""
        return replace(self, tries=0, rests=0, rests_until=None)

    def left_since(self, issued_at: datetime) -> bool:
        """Whether the reader said goodbye after a Visit of that moment was sealed; seals know whole seconds."""
        return self.left_at is not None and issued_at <= self.left_at


def sender_id(code: str) -> str:
    """The id under which a code is stored by which a debtor goes on by another channel; no address leads to it."""
    return hashlib.blake2b(code.encode(), digest_size=32, person=b"sender").hexdigest()


def link_id(token: str) -> str:
    """The id under which a token's link is stored: SHA-256, for a token of 128 random bits."""
    return hashlib.sha256(token.encode()).hexdigest()

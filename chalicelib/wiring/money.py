"""What money comes in by and goes out by: the payment provider, the bank's statements, and the desks of both.

Lazy like the rest of the wiring: the pages import this file, and none of them may load the provider's library.
"""

from contextlib import suppress
from datetime import datetime
from functools import cache
from typing import TYPE_CHECKING, Any

from ..adapters.errors import MissingSecret
from ..settings import optional, setting
from .house import (
    bank_book,
    bucket,
    clock,
    hash_point,
    outgoing,
    policies,
    scheduler,
    secrets,
    store,
    strategies,
    watch,
)

if TYPE_CHECKING:
    from ..actions.book_bank_entry import Teller
    from ..actions.collect_transfers import Treasury
    from ..actions.compare_books import CountingRoom
    from ..actions.look_after_money import MoneyDesk
    from ..actions.till import Till
    from ..adapters.bank.queue import SqsEntryQueue
    from ..adapters.bank.told import Told
    from ..adapters.stripe.gateway import StripeGateway
    from ..adapters.stripe.mandates import StripeMandates
    from ..domain.bank import BankStatement
    from ..domain.parties import Creditor
    from ..domain.payments import ProviderEvent
    from ..domain.payout import Payout
    from ..domain.trail import Booking
    from ..ports import EntryChunk, PayoutPress

__all__ = [
    "MissingSecret",
    "concerns_us",
    "counting_room",
    "entries_in",
    "entry_queue",
    "gateway",
    "mandates",
    "money_desk",
    "object_of",
    "payout_press",
    "provider_name",
    "provider_secret",
    "signature_header",
    "smallest_payment",
    "statement_of",
    "teller",
    "till",
    "treasury",
    "verified",
]


@cache
def entry_queue() -> "SqsEntryQueue":
    from ..adapters.bank.queue import SqsEntryQueue

    return SqsEntryQueue(setting("MONEY_QUEUE_URL"))


def entries_in(body: dict[str, Any]) -> "EntryChunk | None":
    """The entries of a bank's statement that a message brings; None where it brings something else."""
    from ..adapters.bank.queue import chunk_from as reading

    return reading(body)


def statement_of(told: "Told", creditor: str, key: str, now: datetime) -> "BankStatement":
    from ..adapters.bank.told import statement_of as making

    return making(told, creditor, key, now)


@cache
def teller() -> "Teller":
    from ..actions.book_bank_entry import Payouts, Teller
    from ..adapters.stripe import PAYOUT_NAMES
    from ..domain.matching import name_of

    return Teller(
        store=store(),
        bank=bank_book(),
        scheduler=scheduler(),
        policies=policies(),
        strategies=strategies(),
        outgoing=outgoing(),
        keyed=hash_point,
        payouts=Payouts(frozenset(name_of(name) for name in PAYOUT_NAMES)),
    )


@cache
def treasury() -> "Treasury":
    from ..actions.collect_transfers import Treasury

    return Treasury(store=store(), outgoing=outgoing(), bank=bank_book(), files=bucket(), policies=policies())


@cache
def money_desk() -> "MoneyDesk":
    from ..actions.look_after_money import MoneyDesk
    from ..actions.record_return import refund_told

    return MoneyDesk(
        store=store(),
        outgoing=outgoing(),
        watch=watch(),
        gateway=gateway(),
        balance=gateway(),
        treasury=treasury(),
        strategies=strategies(),
        record_refund=lambda creditor, refund: refund_told(creditor, refund, till=till(), now=clock()),
    )


@cache
def counting_room() -> "CountingRoom":
    """Where the provider's book, the bank's and ours lie side by side."""
    from ..actions.compare_books import CountingRoom

    return CountingRoom(
        till=till(),
        outgoing=outgoing(),
        watch=watch(),
        balance=gateway(),
        teller=teller(),
        told=bucket().told_again,
        reports=bucket(),
        bank_reports=bucket(),
    )


def payout_press() -> "PayoutPress":
    """Sets a payout's statement in type and keeps it; the day it was made on is all it tells of the clock."""
    from pathlib import Path

    from ..adapters.documents.press import Press
    from ..presentation.papers.payout import payout_csv, payout_paper

    fonts = optional("FONTS")
    press = Press(Path(fonts) if fonts else None)

    def printed(creditor: "Creditor", payout: "Payout", bookings: "tuple[Booking, ...]") -> None:
        zone = policies()[creditor.country].zone
        day = payout.at.astimezone(zone).replace(hour=0, minute=0, second=0, microsecond=0)
        pdf = press.printed(payout_paper(creditor, payout, now=payout.at, zone=zone).as_json(), day)
        bucket().keep_statement(creditor.id, payout.number, pdf, payout_csv(creditor, payout, bookings))

    return printed


@cache
def gateway() -> "StripeGateway":
    from ..adapters.stripe.gateway import StripeGateway

    return StripeGateway(
        lambda creditor: provider_secret(creditor, "api_key")[0], optional("PAYMENT_API_BASE") or None
    )


@cache
def mandates() -> "StripeMandates":
    from ..adapters.stripe.mandates import StripeMandates

    return StripeMandates(
        lambda creditor: provider_secret(creditor, "api_key")[0], optional("PAYMENT_API_BASE") or None
    )


def till() -> "Till":
    """What booking the provider's word needs."""
    from ..actions.till import Till

    return Till(store(), gateway(), mandates(), scheduler(), policies(), strategies())


def provider_secret(creditor: str, name: str, *, fresh: bool = False) -> list[str]:
    """One of the creditor's keys at the payment provider, the current version first.

    Raises MissingSecret where no version holds it: half a secret is as good as none (I14).
    """
    import json

    known = store().creditor(creditor)
    if known is None:
        raise MissingSecret(creditor)
    found = []
    for text in secrets().versions(known.provider_secret, fresh=fresh):
        with suppress(ValueError, KeyError, TypeError):
            found.append(json.loads(text)[name])
    keys = [key for key in found if isinstance(key, str) and key]
    if not keys:
        raise MissingSecret(known.provider_secret)
    return keys


def provider_name() -> str:
    """The provider as the reader knows it, named before they go there."""
    from ..adapters.stripe import NAME

    return NAME


def smallest_payment(currency: str) -> int:
    """The least the provider takes in one payment, in minor units: asked by pages, so without its library."""
    from ..adapters.stripe import SMALLEST

    return SMALLEST.get(currency, 0)


def signature_header() -> str:
    from ..adapters.stripe import SIGNATURE_HEADER

    return SIGNATURE_HEADER


def verified(creditor: str, body: bytes, signature: str, now: datetime) -> "ProviderEvent":
    """The notice in a webhook's body, proven by any valid secret; a secret may just have turned (W10)."""
    from ..adapters.stripe.webhook import BadSignature, verify

    try:
        return verify(body, signature, provider_secret(creditor, "webhook_secret"), now)
    except BadSignature:
        return verify(body, signature, provider_secret(creditor, "webhook_secret", fresh=True), now)


def object_of(event: "ProviderEvent") -> tuple[str | None, str]:
    """What a notice is about: (its kind or None, the provider's object id)."""
    from ..adapters.stripe.reading import object_of as reading

    return reading(event)


def concerns_us(event: "ProviderEvent") -> bool:
    kind, object_id = object_of(event)
    return kind is not None and bool(object_id)

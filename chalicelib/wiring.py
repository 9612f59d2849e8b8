"""Binds ports to adapters, once per execution environment and only when first asked.

Every function here is lazy on purpose: a page must not pay for the payment provider's library, nor the
webhook for the templates. Import nothing heavy at the top of this file.
"""

import secrets as chance
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime, tzinfo
from functools import cache
from hashlib import sha256
from hmac import new as hmac_new
from typing import TYPE_CHECKING, Any

from . import registry
from .adapters.errors import MissingSecret as MissingSecret
from .settings import optional, setting

if TYPE_CHECKING:
    from .actions.book_bank_entry import Teller
    from .actions.collect_transfers import Treasury
    from .actions.compare_books import CountingRoom
    from .actions.look_after_money import MoneyDesk
    from .actions.make_document import PrintRoom
    from .actions.send_contact import Desk
    from .actions.till import Till
    from .adapters.bank.queue import SqsEntryQueue
    from .adapters.bank.told import Told
    from .adapters.batches.bucket import Bucket
    from .adapters.bus import EventBus
    from .adapters.dynamo.batches import DynamoBatches
    from .adapters.dynamo.outgoing import DynamoOutgoing
    from .adapters.dynamo.statements import DynamoBankBook
    from .adapters.dynamo.store import DynamoStore
    from .adapters.dynamo.table import Table
    from .adapters.dynamo.watch import DynamoWatch
    from .adapters.evidence import EvidenceBucket
    from .adapters.onnx.scorer import OnnxScorer
    from .adapters.queues import SqsChunkQueue
    from .adapters.scheduler import EventBridgeScheduler
    from .adapters.secrets import Secrets
    from .adapters.stripe.gateway import StripeGateway
    from .adapters.stripe.mandates import StripeMandates
    from .domain.bank import BankStatement
    from .domain.contact import Delivery
    from .domain.document import Document, DocumentKind
    from .domain.facts import Fact
    from .domain.parties import Creditor
    from .domain.payments import ProviderEvent
    from .domain.payout import Payout
    from .domain.policies._rules import CountryPolicy
    from .domain.strategies._base import Strategy
    from .domain.trail import Booking
    from .ports import Archive, Chunk, Cleaner, EntryChunk, PayoutPress, Printer, Upload


def clock() -> datetime:
    return datetime.now(UTC)


def new_token() -> str:
    """128 random bits as 22 URL-safe characters: a PayLink's token, an attempt's id."""
    return chance.token_urlsafe(16)


def new_reference() -> str:
    """What letters and transfers name a claim by, and what a helper types: twelve signs."""
    from .domain.reference import LENGTH, drawn

    return drawn(chance.token_bytes(LENGTH))


def code_of(contact: str) -> str:
    """The six digits a contact of that id carries: keyed, so that nothing needs to be kept to know them again."""
    key = secrets().current(setting("PEPPER_SECRET"))
    digest = hmac_new(key.encode(), f"code\n{contact}".encode(), sha256).digest()
    return f"{int.from_bytes(digest[:8]) % 1_000_000:06d}"


@cache
def table() -> "Table":
    from .adapters.dynamo.table import Table

    return Table(setting("TABLE"))


@cache
def store() -> "DynamoStore":
    from .adapters.dynamo.store import DynamoStore

    return DynamoStore(table(), clock)


@cache
def outgoing() -> "DynamoOutgoing":
    from .adapters.dynamo.outgoing import DynamoOutgoing

    return DynamoOutgoing(table())


@cache
def batches() -> "DynamoBatches":
    from .adapters.dynamo.batches import DynamoBatches

    return DynamoBatches(table(), clock)


@cache
def bank_book() -> "DynamoBankBook":
    from .adapters.dynamo.statements import DynamoBankBook

    return DynamoBankBook(table(), clock)


@cache
def entry_queue() -> "SqsEntryQueue":
    from .adapters.bank.queue import SqsEntryQueue

    return SqsEntryQueue(setting("MONEY_QUEUE_URL"))


def entries_in(body: dict[str, Any]) -> "EntryChunk | None":
    """The entries of a bank's statement that a message brings; None where it brings something else."""
    from .adapters.bank.queue import chunk_from as reading

    return reading(body)


def statement_of(told: "Told", creditor: str, key: str, now: datetime) -> "BankStatement":
    from .adapters.bank.told import statement_of as making

    return making(told, creditor, key, now)


@cache
def teller() -> "Teller":
    from .actions.book_bank_entry import Payouts, Teller
    from .adapters.stripe import PAYOUT_NAMES
    from .domain.matching import name_of

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
    from .actions.collect_transfers import Treasury

    return Treasury(store=store(), outgoing=outgoing(), bank=bank_book(), files=bucket(), policies=policies())


@cache
def money_desk() -> "MoneyDesk":
    from .actions.look_after_money import MoneyDesk
    from .actions.record_return import refund_told

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
    from .actions.compare_books import CountingRoom

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


@cache
def watch() -> "DynamoWatch":
    from .adapters.dynamo.watch import DynamoWatch

    return DynamoWatch(table())


@cache
def secrets() -> "Secrets":
    from .adapters.secrets import Secrets

    return Secrets()


@cache
def bus() -> "EventBus":
    from .adapters.bus import EventBus

    return EventBus(setting("BUS"))


@cache
def bucket() -> "Bucket":
    from .adapters.batches.bucket import Bucket

    return Bucket(setting("BUCKET"))


@cache
def archive() -> "Archive":
    from .adapters.documents.archive import BucketArchive

    return BucketArchive(setting("BUCKET"))


@cache
def printer() -> "Printer":
    """Writes a document's letter and sets it; the day it was made on is all of `now` that the bytes tell."""
    from pathlib import Path

    from .adapters.documents.press import Press
    from .presentation.papers.build import paper_of

    fonts = optional("FONTS")
    press = Press(Path(fonts) if fonts else None)

    def printed(kind: "DocumentKind", *, now: datetime, zone: tzinfo, **told: Any) -> bytes:
        day = now.astimezone(zone).replace(hour=0, minute=0, second=0, microsecond=0)
        return press.printed(paper_of(kind, now=now, zone=zone, **told).as_json(), day)

    return printed


def payout_press() -> "PayoutPress":
    """Sets a payout's statement in type and keeps it; the day it was made on is all it tells of the clock."""
    from pathlib import Path

    from .adapters.documents.press import Press
    from .presentation.papers.payout import payout_csv, payout_paper

    fonts = optional("FONTS")
    press = Press(Path(fonts) if fonts else None)

    def printed(creditor: "Creditor", payout: "Payout", bookings: "tuple[Booking, ...]") -> None:
        zone = policies()[creditor.country].zone
        day = payout.at.astimezone(zone).replace(hour=0, minute=0, second=0, microsecond=0)
        pdf = press.printed(payout_paper(creditor, payout, now=payout.at, zone=zone).as_json(), day)
        bucket().keep_statement(creditor.id, payout.number, pdf, payout_csv(creditor, payout, bookings))

    return printed


def file_name(document: "Document") -> str:
    """What its reader finds a document called, in the document's own language."""
    from .presentation.papers.build import file_name as name_of

    return name_of(document.kind, document.language)


@cache
def print_room() -> "PrintRoom":
    from .actions.make_document import PrintRoom

    return PrintRoom(
        store=store(), archive=archive(), printer=printer(), policies=policies(), strategies=strategies()
    )


@cache
def evidence() -> "EvidenceBucket":
    from .adapters.evidence import EvidenceBucket

    return EvidenceBucket(setting("BUCKET"), lambda: setting("BUCKET_ORIGIN"))


def upload_in(notice: dict[str, Any]) -> "tuple[Upload, datetime] | None":
    from .adapters.evidence import upload_in as reading

    return reading(notice)


def cleaner() -> "Cleaner":
    """Opens strangers' files, each in a process of its own; only the documents function brings what it needs."""
    from .adapters.documents.apart import clean_apart

    return clean_apart


@cache
def chunk_queue() -> "SqsChunkQueue":
    from .adapters.queues import SqsChunkQueue

    return SqsChunkQueue(setting("CLAIMS_QUEUE_URL"))


@cache
def scheduler() -> "EventBridgeScheduler":
    from .adapters.scheduler import EventBridgeScheduler

    return EventBridgeScheduler(
        group=setting("SCHEDULE_GROUP"),
        role_arn=setting("SCHEDULER_ROLE_ARN"),
        queue_url=setting("CONTACTS_QUEUE_URL"),
        queue_arn=setting("CONTACTS_QUEUE_ARN"),
        dead_letters_arn=setting("SCHEDULE_DLQ_ARN"),
    )


@cache
def scorer() -> "OnnxScorer":
    from .adapters.onnx.scorer import OnnxScorer

    return OnnxScorer()


@cache
def gateway() -> "StripeGateway":
    from .adapters.stripe.gateway import StripeGateway

    return StripeGateway(
        lambda creditor: provider_secret(creditor, "api_key")[0], optional("PAYMENT_API_BASE") or None
    )


@cache
def mandates() -> "StripeMandates":
    from .adapters.stripe.mandates import StripeMandates

    return StripeMandates(
        lambda creditor: provider_secret(creditor, "api_key")[0], optional("PAYMENT_API_BASE") or None
    )


def till() -> "Till":
    """What booking the provider's word needs."""
    from .actions.till import Till

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
    from .adapters.stripe import NAME

    return NAME


def signature_header() -> str:
    from .adapters.stripe import SIGNATURE_HEADER

    return SIGNATURE_HEADER


def verified(creditor: str, body: bytes, signature: str, now: datetime) -> "ProviderEvent":
    """The notice in a webhook's body, proven by any valid secret; a secret may just have turned (W10)."""
    from .adapters.stripe.webhook import BadSignature, verify

    try:
        return verify(body, signature, provider_secret(creditor, "webhook_secret"), now)
    except BadSignature:
        return verify(body, signature, provider_secret(creditor, "webhook_secret", fresh=True), now)


def object_of(event: "ProviderEvent") -> tuple[str | None, str]:
    """What a notice is about: (its kind or None, the provider's object id)."""
    from .adapters.stripe.reading import object_of as reading

    return reading(event)


def concerns_us(event: "ProviderEvent") -> bool:
    kind, object_id = object_of(event)
    return kind is not None and bool(object_id)


def chunk_from(text: str) -> "Chunk":
    from .adapters.queues import chunk_from as reading

    return reading(text)


def facts_in(image: dict[str, Any]) -> "tuple[Fact, ...]":
    from .adapters.dynamo.store import facts_in as reading

    return reading(image)


def mail_outcome(notice: dict[str, Any]) -> "tuple[str, Delivery, str, str] | None":
    from .adapters.channels.email import outcome_in

    return outcome_in(notice)


@cache
def policies() -> "dict[str, CountryPolicy]":
    from .domain import policies as package

    return registry.collect(package, "POLICY")


@cache
def strategies() -> "dict[str, Strategy]":
    from .domain import strategies as package

    return registry.collect(package, "STRATEGY")


@cache
def channels() -> dict[Any, Any]:
    from .adapters import channels as package

    return registry.collect(package, "CHANNEL")


def hash_point(value: str) -> str:
    """The keyed hash of an address, the same over all creditors and for good: this key is never rotated."""
    key = secrets().current(setting("PEPPER_SECRET"))
    return hmac_new(key.encode(), value.strip().lower().encode(), sha256).hexdigest()[:40]


def visit_keys() -> dict[str, bytes]:
    """The keys of Visits by key id, the one to seal with first."""
    values = secrets().versions(setting("VISIT_KEY_SECRET"))
    return {sha256(value.encode()).hexdigest()[:8]: value.encode() for value in values}


@cache
def desk() -> "Desk":
    from .actions.send_contact import Desk
    from .presentation.composer import compose

    return Desk(
        store=store(),
        scheduler=scheduler(),
        compose=compose,
        channels=channels(),
        policies=policies(),
        strategies=strategies(),
        hash_point=hash_point,
        new_token=new_token,
        code_of=code_of,
        archive=archive(),
        file_name=file_name,
    )


def registrar() -> Callable[..., Any]:
    """Registers one row of a batch with everything bound."""
    from .actions.read_row import registration_of
    from .actions.register_claim import register_claim
    from .domain.errors import Retry

    def register(creditor_id: str, row: Any, place: Any, now: datetime) -> Any:
        creditor = store().creditor(creditor_id)
        if creditor is None:
            raise Retry("creditor settings not there yet")
        return register_claim(
            registration_of(row, creditor, place, now),
            store=store(),
            batches=batches(),
            scorer=scorer(),
            scheduler=scheduler(),
            policies=policies(),
            strategies=strategies(),
            hash_point=hash_point,
            new_reference=new_reference,
            now=now,
        )

    return register


def forgetter() -> Callable[[str, str], Any]:
    """Forgets one debtor, where the law lets us, with everything bound."""
    from .actions.forget_person import forget_person

    def forget(creditor: str, number: str) -> Any:
        return forget_person(
            creditor,
            number,
            store=store(),
            archive=archive(),
            evidence=evidence(),
            policies=policies(),
            hash_point=hash_point,
            now=clock(),
        )

    return forget

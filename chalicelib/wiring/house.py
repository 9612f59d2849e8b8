"""What every room works with: the clock, the keys, the table, the bucket, the scheduler, and who writes.

Every function here is lazy on purpose: a page must not pay for the payment provider's library, nor the
webhook for the templates. Import nothing heavy at the top of this file.
"""

import secrets as chance
from collections.abc import Callable
from datetime import UTC, datetime, tzinfo
from functools import cache, lru_cache
from hashlib import sha256
from hmac import new as hmac_new
from typing import TYPE_CHECKING, Any

from .. import registry
from ..settings import optional, setting
from .carriers import channels, cost_of, paces_of

if TYPE_CHECKING:
    from ..actions.choose_arm import Chooser
    from ..actions.make_document import PrintRoom
    from ..actions.reserve_contact import Desk
    from ..adapters.batches.bucket import Bucket
    from ..adapters.bus import EventBus
    from ..adapters.dynamo.batches import DynamoBatches
    from ..adapters.dynamo.gates import DynamoGates
    from ..adapters.dynamo.outgoing import DynamoOutgoing
    from ..adapters.dynamo.presences import DynamoPresences
    from ..adapters.dynamo.roster import DynamoLooks, DynamoRoster
    from ..adapters.dynamo.statements import DynamoBankBook
    from ..adapters.dynamo.store import DynamoStore
    from ..adapters.dynamo.table import Table
    from ..adapters.dynamo.task_lists import DynamoTaskLists
    from ..adapters.dynamo.watch import DynamoWatch
    from ..adapters.erasures import BucketErasures
    from ..adapters.evidence import EvidenceBucket
    from ..adapters.exports import BucketExports
    from ..adapters.oidc import OpenIdProvider
    from ..adapters.onnx.scorer import OnnxScorer
    from ..adapters.queues import SqsChunkQueue
    from ..adapters.scheduler import EventBridgeScheduler
    from ..adapters.secrets import Secrets
    from ..domain.document import Document, DocumentKind
    from ..domain.drift import WatchedModel
    from ..domain.facts import Fact
    from ..domain.policies._country import CountryPolicy
    from ..domain.strategies._base import Strategy
    from ..ports import Archive, Chunk, Cleaner, Printer, Translator, Upload

__all__ = [
    "archive",
    "arm_chooser",
    "bank_book",
    "batches",
    "bucket",
    "bus",
    "choice_in",
    "chooser",
    "chunk_from",
    "chunk_queue",
    "cleaner",
    "clock",
    "code_of",
    "desk",
    "desk_keys",
    "erasures",
    "evidence",
    "exports",
    "facts_in",
    "file_name",
    "forgetter",
    "gates",
    "hash_point",
    "identity_provider",
    "looks",
    "new_reference",
    "new_secret",
    "new_token",
    "outgoing",
    "policies",
    "presences",
    "print_room",
    "printer",
    "registrar",
    "released_in",
    "releaser",
    "roster",
    "scheduler",
    "scorer",
    "secrets",
    "store",
    "strategies",
    "table",
    "task_lists",
    "translator",
    "upload_in",
    "visit_keys",
    "watch",
    "watched_model",
]


def clock() -> datetime:
    return datetime.now(UTC)


def new_token() -> str:
    """128 random bits as 22 URL-safe characters: a PayLink's token, an attempt's id."""
    return chance.token_urlsafe(16)


def new_secret() -> str:
    """256 random bits as 43 URL-safe characters."""
    return chance.token_urlsafe(32)


def new_reference() -> str:
    """What letters and transfers name a claim by, and what a helper types: twelve signs."""
    from ..domain.reference import LENGTH, drawn

    return drawn(chance.token_bytes(LENGTH))


def code_of(contact: str) -> str:
    """The six digits a contact of that id carries: keyed, so that nothing needs to be kept to know them again."""
    key = secrets().current(setting("PEPPER_SECRET"))
    digest = hmac_new(key.encode(), f"code\n{contact}".encode(), sha256).digest()
    return f"{int.from_bytes(digest[:8]) % 1_000_000:06d}"


@cache
def table() -> "Table":
    from ..adapters.dynamo.table import Table

    return Table(setting("TABLE"))


@cache
def store() -> "DynamoStore":
    from ..adapters.dynamo.store import DynamoStore

    return DynamoStore(table(), clock)


@cache
def outgoing() -> "DynamoOutgoing":
    from ..adapters.dynamo.outgoing import DynamoOutgoing

    return DynamoOutgoing(table())


@cache
def batches() -> "DynamoBatches":
    from ..adapters.dynamo.batches import DynamoBatches

    return DynamoBatches(table(), clock)


@cache
def gates() -> "DynamoGates":
    from ..adapters.dynamo.gates import DynamoGates

    return DynamoGates(table())


@cache
def task_lists() -> "DynamoTaskLists":
    from ..adapters.dynamo.task_lists import DynamoTaskLists

    return DynamoTaskLists(table())


@cache
def presences() -> "DynamoPresences":
    from ..adapters.dynamo.presences import DynamoPresences

    return DynamoPresences(table())


@cache
def roster() -> "DynamoRoster":
    from ..adapters.dynamo.roster import DynamoRoster

    return DynamoRoster(table())


@cache
def looks() -> "DynamoLooks":
    from ..adapters.dynamo.roster import DynamoLooks

    return DynamoLooks(table())


@cache
def identity_provider() -> "OpenIdProvider | None":
    """Where the staff prove who they are; None while no such place is named: then the desk is closed."""
    from ..adapters.oidc import OpenIdProvider

    issuer, client, secret = optional("DESK_ISSUER"), optional("DESK_CLIENT_ID"), optional("DESK_CLIENT_SECRET")
    if not issuer or not client:
        return None
    return OpenIdProvider(issuer, client, (lambda: secrets().current(secret)) if secret else None)


@cache
def translator() -> "Translator | None":
    """Off unless the house switched it on: what debtors wrote goes to nobody then."""
    if optional("TRANSLATOR") != "aws":
        return None
    from ..adapters.translate import AwsTranslator

    return AwsTranslator()


@cache
def bank_book() -> "DynamoBankBook":
    from ..adapters.dynamo.statements import DynamoBankBook

    return DynamoBankBook(table(), clock)


@cache
def watch() -> "DynamoWatch":
    from ..adapters.dynamo.watch import DynamoWatch

    return DynamoWatch(table())


@cache
def secrets() -> "Secrets":
    from ..adapters.secrets import Secrets

    return Secrets()


@cache
def bus() -> "EventBus":
    from ..adapters.bus import EventBus

    return EventBus(setting("BUS"))


@cache
def bucket() -> "Bucket":
    from ..adapters.batches.bucket import Bucket

    return Bucket(setting("BUCKET"))


@cache
def archive() -> "Archive":
    from ..adapters.documents.archive import BucketArchive

    return BucketArchive(setting("BUCKET"))


@cache
def printer() -> "Printer":
    """Writes a document's letter and sets it; the day it was made on is all of `now` that the bytes tell."""
    from pathlib import Path

    from ..adapters.documents.press import Press
    from ..presentation.papers.build import paper_of

    fonts = optional("FONTS")
    press = Press(Path(fonts) if fonts else None)

    def printed(kind: "DocumentKind", *, now: datetime, zone: tzinfo, **told: Any) -> bytes:
        day = now.astimezone(zone).replace(hour=0, minute=0, second=0, microsecond=0)
        return press.printed(paper_of(kind, now=now, zone=zone, **told).as_json(), day)

    return printed


def file_name(document: "Document") -> str:
    """What its reader finds a document called, in the document's own language."""
    from ..presentation.papers.build import file_name as name_of

    return name_of(document.kind, document.language)


@cache
def print_room() -> "PrintRoom":
    from ..actions.make_document import PrintRoom

    return PrintRoom(
        store=store(), archive=archive(), printer=printer(), policies=policies(), strategies=strategies()
    )


@cache
def evidence() -> "EvidenceBucket":
    from ..adapters.evidence import EvidenceBucket

    return EvidenceBucket(setting("BUCKET"), lambda: setting("BUCKET_ORIGIN"))


def upload_in(notice: dict[str, Any]) -> "tuple[Upload, datetime] | None":
    from ..adapters.evidence import upload_in as reading

    return reading(notice)


def cleaner() -> "Cleaner":
    """Opens strangers' files, each in a process of its own; only the documents function brings what it needs."""
    from ..adapters.documents.apart import clean_apart

    return clean_apart


@cache
def chunk_queue() -> "SqsChunkQueue":
    from ..adapters.queues import SqsChunkQueue

    return SqsChunkQueue(setting("CLAIMS_QUEUE_URL"))


@cache
def scheduler() -> "EventBridgeScheduler":
    from ..adapters.scheduler import EventBridgeScheduler

    return EventBridgeScheduler(
        group=setting("SCHEDULE_GROUP"),
        role_arn=setting("SCHEDULER_ROLE_ARN"),
        queue_url=setting("CONTACTS_QUEUE_URL"),
        queue_arn=setting("CONTACTS_QUEUE_ARN"),
        dead_letters_arn=setting("SCHEDULE_DLQ_ARN"),
        paces=paces_of,
    )


@cache
def scorer() -> "OnnxScorer":
    from ..adapters.onnx.scorer import OnnxScorer

    return OnnxScorer(version=optional("MODEL"))


def watched_model() -> "WatchedModel | None":
    """The second head's card, as far as the weekly look needs it; None where no model is to be asked."""
    from ..adapters.onnx.scorer import watched

    return watched(optional("MODEL"))


def choice_in(text: str) -> tuple[str, str, str] | None:
    from ..adapters.queues import choice_in as reading

    return reading(text)


def chunk_from(text: str) -> "Chunk":
    from ..adapters.queues import chunk_from as reading

    return reading(text)


def released_in(text: str) -> tuple[str, str, int | None] | None:
    from ..adapters.queues import released_in as reading

    return reading(text)


def facts_in(image: dict[str, Any]) -> "tuple[Fact, ...]":
    from ..adapters.dynamo.store import facts_in as reading

    return reading(image)


@cache
def policies() -> "dict[str, CountryPolicy]":
    from ..domain import policies as package

    return registry.collect(package, "POLICY")


@cache
def strategies() -> "dict[str, Strategy]":
    from ..domain import strategies as package

    return registry.collect(package, "STRATEGY")


def hash_point(value: str) -> str:
    """The keyed hash of an address, the same over all creditors and for good: this key is never rotated."""
    key = secrets().current(setting("PEPPER_SECRET"))
    return hmac_new(key.encode(), value.strip().lower().encode(), sha256).hexdigest()[:40]


def visit_keys() -> dict[str, bytes]:
    """The keys of Visits by key id, the one to seal with first."""
    return _keys("VISIT_KEY_SECRET")


def desk_keys() -> dict[str, bytes]:
    """The keys of Seats, as those of Visits; no Visit opens the desk and no Seat a door."""
    return _keys("DESK_KEY_SECRET")


def _keys(name: str) -> dict[str, bytes]:
    return _by_id(secrets().versions(setting(name)))


@lru_cache(maxsize=4)
def _by_id(values: tuple[str, ...]) -> dict[str, bytes]:
    return {sha256(value.encode()).hexdigest()[:8]: value.encode() for value in values}


@cache
def desk() -> "Desk":
    from ..actions.reserve_contact import Desk
    from ..presentation.composer import compose

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
    from ..actions.read_row import registration_of
    from ..actions.register_claim import register_claim
    from ..domain.errors import Retry

    def register(creditor_id: str, row: Any, place: Any, now: datetime) -> Any:
        creditor = store().creditor(creditor_id)
        if creditor is None:
            raise Retry("creditor settings not there yet")
        return register_claim(
            registration_of(row, creditor, place, now),
            store=store(),
            batches=batches(),
            chooser=chooser(),
            scheduler=scheduler(),
            policies=policies(),
            strategies=strategies(),
            hash_point=hash_point,
            new_reference=new_reference,
            now=now,
        )

    return register


def releaser() -> Callable[[str, str, int], int]:
    """Plans the claims of one chunk of a released batch, with everything bound."""
    from ..actions.release_batch import let_go

    def plan(creditor: str, batch: str, chunk: int) -> int:
        return let_go(
            creditor,
            batch,
            chunk,
            store=store(),
            batches=batches(),
            scheduler=scheduler(),
            policies=policies(),
            strategies=strategies(),
            chooser=chooser(),
            now=clock(),
        )

    return plan


def chooser() -> "Chooser":
    """What arms are chosen with: the model, and what a message costs."""
    from ..actions.choose_arm import Chooser

    return Chooser(scorer=scorer(), cost=cost_of)


def arm_chooser() -> Callable[[str, str, str], bool]:
    """Chooses for one contact that waits, with everything bound."""
    from ..actions.choose_arm import choose_again

    def choose(creditor: str, debtor: str, contact: str) -> bool:
        return choose_again(
            creditor,
            debtor,
            contact,
            store=store(),
            scheduler=scheduler(),
            policies=policies(),
            strategies=strategies(),
            chooser=chooser(),
            now=clock(),
        )

    return choose


@cache
def exports() -> "BucketExports":
    from ..adapters.exports import BucketExports

    return BucketExports(setting("BUCKET"))


@cache
def erasures() -> "BucketErasures":
    from ..adapters.erasures import BucketErasures

    return BucketErasures(setting("BUCKET"))


def forgetter(*, again: bool = False) -> Callable[[str, str], Any]:
    """Forgets one debtor, where the law lets us, with everything bound; `again` after a restore."""
    from ..actions.forget_person import forget_person

    def forget(creditor: str, number: str) -> Any:
        return forget_person(
            creditor,
            number,
            again=again,
            store=store(),
            outgoing=outgoing(),
            archive=archive(),
            evidence=evidence(),
            erasures=erasures(),
            policies=policies(),
            hash_point=hash_point,
            now=clock(),
        )

    return forget

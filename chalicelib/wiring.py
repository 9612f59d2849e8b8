"""Binds ports to adapters, once per execution environment and only when first asked.

Every function here is lazy on purpose: a page must not pay for the payment provider's library, nor the
webhook for the templates. Import nothing heavy at the top of this file.
"""

import secrets as chance
from collections.abc import Callable
from datetime import UTC, datetime
from functools import cache
from hashlib import sha256
from hmac import new as hmac_new
from typing import TYPE_CHECKING, Any

from . import registry
from .settings import optional, setting

if TYPE_CHECKING:
    from .actions.send_contact import Desk
    from .adapters.batches.bucket import Bucket
    from .adapters.bus import EventBus
    from .adapters.dynamo.batches import DynamoBatches
    from .adapters.dynamo.store import DynamoStore
    from .adapters.dynamo.table import Table
    from .adapters.dynamo.watch import DynamoWatch
    from .adapters.onnx.scorer import OnnxScorer
    from .adapters.queues import SqsChunkQueue
    from .adapters.scheduler import EventBridgeScheduler
    from .adapters.secrets import Secrets
    from .adapters.stripe.gateway import StripeGateway
    from .domain.policies._rules import CountryPolicy
    from .domain.strategies._base import Strategy


def clock() -> datetime:
    return datetime.now(UTC)


def new_token() -> str:
    """128 random bits as 22 URL-safe characters: a PayLink's token, an attempt's id."""
    return chance.token_urlsafe(16)


@cache
def table() -> "Table":
    from .adapters.dynamo.table import Table

    return Table(setting("TABLE"))


@cache
def store() -> "DynamoStore":
    from .adapters.dynamo.store import DynamoStore

    return DynamoStore(table(), clock)


@cache
def batches() -> "DynamoBatches":
    from .adapters.dynamo.batches import DynamoBatches

    return DynamoBatches(table(), clock)


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
        lambda creditor: provider_secret(creditor)[0]["api_key"], optional("PAYMENT_API_BASE") or None
    )


def provider_secret(creditor: str, *, fresh: bool = False) -> list[dict[str, str]]:
    """The creditor's keys at the payment provider, the current version first."""
    import json

    from .adapters.secrets import MissingSecret

    known = store().creditor(creditor)
    if known is None:
        raise MissingSecret(creditor)
    return [json.loads(text) for text in secrets().versions(known.provider_secret, fresh=fresh)]


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
    from .presentation import composer

    return Desk(
        store=store(),
        scheduler=scheduler(),
        composer=composer,
        channels=channels(),
        policies=policies(),
        strategies=strategies(),
        hash_point=hash_point,
        new_token=new_token,
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
            now=now,
        )

    return register

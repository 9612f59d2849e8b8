"""The calls a function makes, and the same calls once more with nothing in between: a floor for its time."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from botocore import xform_name
from botocore.exceptions import ClientError

from bench.ground import Ground
from chalicelib import wiring
from chalicelib.adapters.aws import client, session
from tests.real import REGION, TABLE

NUMBERS = count(1)
PLACED = ("table", "store", "batches", "bucket", "chunk_queue", "scheduler", "outgoing", "bank_book", "watch")
SERVICES = ("dynamodb", "s3", "sqs", "scheduler", "ses")


@dataclass(frozen=True)
class Call:
    """One call the real worker made."""

    service: str
    operation: str
    arguments: dict[str, Any]


@dataclass
class Recording:
    """All calls through the house's session, cut where its functions begin."""

    parts: list[list[Call]] = field(default_factory=lambda: [[]])

    @property
    def worker(self) -> list[list[Call]]:
        """The calls of each invocation; without what was before the first and after the last."""
        return self.parts[1:-1]

    def next_part(self) -> None:
        self.parts.append([])

    def hear(self, params: dict[str, Any], model: Any, **_: Any) -> None:
        self.parts[-1].append(Call(model.service_model.service_name, model.name, dict(params)))


@contextmanager
def recorded() -> Iterator[Recording]:
    """What the house asks of AWS meanwhile."""
    recording = Recording()
    session().register("provide-client-params", recording.hear)
    try:
        yield recording
    finally:
        session().unregister("provide-client-params", recording.hear)


@dataclass(frozen=True)
class Place:
    """An empty table, bucket, queue and schedule group; names of one length, so that requests are of one size."""

    table: str
    bucket: str
    group: str
    queue: str
    contacts: str

    @classmethod
    def new(cls, ground: Ground) -> "Place":
        number = f"{next(NUMBERS):03d}"
        aws = ground.aws
        shape = {k: TABLE[k] for k in ("BillingMode", "AttributeDefinitions", "KeySchema")}
        indexes = TABLE["GlobalSecondaryIndexes"]
        aws.client("dynamodb").create_table(TableName=f"bench{number}", **shape, GlobalSecondaryIndexes=indexes)
        where = {"LocationConstraint": REGION}
        aws.client("s3").create_bucket(Bucket=f"bench-{number}", CreateBucketConfiguration=where)
        aws.client("scheduler").create_schedule_group(Name=f"bench{number}")
        queues = [
            aws.client("sqs").create_queue(QueueName=f"{name}{number}")["QueueUrl"]
            for name in ("claims", "contacts")
        ]
        return cls(f"bench{number}", f"bench-{number}", f"bench{number}", *queues)

    def settle(self) -> None:
        """The house's own clients work here from now on."""
        os.environ |= {"TABLE": self.table, "BUCKET": self.bucket, "SCHEDULE_GROUP": self.group}
        os.environ |= {"CLAIMS_QUEUE_URL": self.queue, "CONTACTS_QUEUE_URL": self.contacts}
        for name in PLACED:
            getattr(wiring, name).cache_clear()
        for name in PLACED:
            getattr(wiring, name)()

    @classmethod
    @contextmanager
    def visited(cls) -> Iterator[None]:
        """The house works where it did before, once the bench has been at places of its own."""
        before = dict(os.environ)
        try:
            yield
        finally:
            os.environ.update(before)
            for name in PLACED:
                getattr(wiring, name).cache_clear()

    def names_instead_of(self, other: "Place") -> dict[str, str]:
        return {getattr(other, name): getattr(self, name) for name in self.__dataclass_fields__}


def replayed(worker: list[list[Call]], renamed: dict[str, str]) -> list[list[tuple[Callable[..., Any], Any]]]:
    """The same calls with the names of another place, ready to be sent."""
    clients = {service: client(service) for service in SERVICES}
    return [
        [(_bound(clients[call.service], call.operation), _moved(call.arguments, renamed)) for call in part]
        for part in worker
    ]


def _bound(client: Any, operation: str) -> Callable[..., Any]:
    ask: Callable[..., Any] = getattr(client, xform_name(operation))
    return ask


def send(ask: Callable[..., Any], arguments: dict[str, Any]) -> None:
    try:
        answer = ask(**arguments)
    except ClientError:  # a condition that spoke to the real worker speaks again
        return
    if "Body" in answer:
        answer["Body"].read()


def _moved(value: Any, renamed: dict[str, str]) -> Any:
    """The same arguments, at another place."""
    if isinstance(value, dict):
        return {name: _moved(held, renamed) for name, held in value.items()}
    if isinstance(value, list):
        return [_moved(held, renamed) for held in value]
    return renamed.get(value, value) if isinstance(value, str) else value

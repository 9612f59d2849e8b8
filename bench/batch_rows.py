"""Rows a second from upload to the last ContactPlanned, beside a bare worker that makes the same calls.

The real functions intake and claims take a file in, over the local AWS, messages from the real queue. Their
calls are recorded once, by botocore's own events; the bare worker then sends the very same calls (same number,
kinds and sizes) to a place of its own, and does nothing else. Both start from an empty table each time.
"""

import random
import time
from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

from bench.ground import Ground
from bench.replay import Call, Place, recorded, replayed, send
from bench.rows import Row, in_turns, median
from bench.triggers import queue_records, uploaded
from chalicelib import wiring
from chalicelib.adapters.aws import client as aws_client
from chalicelib.adapters.batches.creditor_file import read_creditor
from chalicelib.adapters.dynamo import keys
from chalicelib.domain.batch import BatchStatus
from chalicelib.domain.facts import FactName
from chalicelib.domain.iban import with_check_digits
from chalicelib.domain.parties import Creditor
from chalicelib.entrypoints.events import claims
from chalicelib.entrypoints.uploads import intake
from chalicelib.ports import Commit
from local.sample import creditors
from local.sample.matters import ENERGY
from local.sample.matters import claims as invented
from local.sample.people import WESTERN, people
from local.sample.writing import file_of

AT_LEAST = 0.6
ROUNDS, GROUPS, EACH = 5, 4, 100
QUICK_ROUNDS, QUICK_ROWS = 1, 40


def measure(ground: Ground, *, quick: bool = False) -> Iterator[Row]:
    with Place.visited():
        yield _measured(ground, *((QUICK_ROUNDS, QUICK_ROWS) if quick else (ROUNDS, GROUPS * EACH)))


def _measured(ground: Ground, rounds: int, wanted: int) -> Row:
    creditor = _creditor()
    file, rows = _file(creditor, wanted)
    first = Place.new(ground)
    with recorded() as recording:
        _real(ground, first, creditor, file, rows, between=recording.next_part)
    taken = in_turns(
        rounds,
        lambda: _real(ground, Place.new(ground), creditor, file, rows),
        lambda: _bare(ground, Place.new(ground), first, creditor, file, recording.worker),
    )
    ratio = median(bare / real for real, bare in taken)
    value = median((rows / real for real, _ in taken), 1)
    floor = median((rows / bare for _, bare in taken), 1)
    calls = sum(len(part) for part in recording.worker)
    what = f"{rows} rows from upload to the last ContactPlanned, beside the same {calls} calls with no logic"
    return Row("batch_rows", what, value, "rows/s", floor, ratio, f">= {AT_LEAST:g}", ratio >= AT_LEAST)


def _creditor() -> Creditor:
    """The sample's supplier of energy, as intake reads its settings."""
    iban = with_check_digits("DE", "990001010004711020")
    text = creditors.ENERGY.substitute(public_url="https://zahlen.auenwerke.example", iban=iban)
    answer = read_creditor(
        text.encode(), creditors.ENERGY_ID, countries=wiring.policies(), strategies=wiring.strategies()
    )
    assert isinstance(answer, Creditor), answer
    return answer


def _file(creditor: Creditor, wanted: int) -> tuple[bytes, int]:
    """An invented file of so many claims, in the creditor's own form, and its number of rows."""
    rng, today = random.Random(20261121), date.today()
    mobiles = [f"0171 39200{place:02d}" for place in range(100)]
    rows: list[dict[str, object]] = []
    for group in range(GROUPS):
        who = list(people(rng, EACH - 9, WESTERN, f"K{group}-", mobiles, today))
        owed = invented(rng, ENERGY, who, EACH, today)
        rows += [{**row, "claim": f"{row['claim']}-{group}"} for row in owed]
    assert creditor.profile is not None
    return file_of(rows[:wanted], creditor.profile, ()), len(rows[:wanted])


def _real(
    ground: Ground,
    place: Place,
    creditor: Creditor,
    file: bytes,
    rows: int,
    between: Callable[[], None] = lambda: None,
) -> float:
    """Seconds the house's own functions take."""
    place.settle()
    wiring.store().commit(creditor.id, Commit((), creditor=creditor))
    wiring.store().creditor(creditor.id)
    uploads, queue = ground.aws.client("s3"), ground.aws.client("sqs")
    key = f"inbox/{creditor.id}/claims.csv"
    began = time.perf_counter()
    etag = uploads.put_object(Bucket=place.bucket, Key=key, Body=file)["ETag"].strip('"')
    between()
    intake(uploaded(key, etag), None)
    while messages := _received(queue, place):
        between()
        assert claims(messages, None) == {"batchItemFailures": []}
    took = time.perf_counter() - began
    between()
    _check(place, creditor, key, etag, rows)
    return took


def _bare(
    ground: Ground, place: Place, other: Place, creditor: Creditor, file: bytes, worker: list[list[Call]]
) -> float:
    """Seconds the same calls take with nothing in between."""
    aws_client("dynamodb").put_item(TableName=place.table, Item=_settings_item(other, creditor))
    parts = replayed(worker, place.names_instead_of(other))
    uploads, queue = ground.aws.client("s3"), ground.aws.client("sqs")
    began = time.perf_counter()
    uploads.put_object(Bucket=place.bucket, Key=f"inbox/{creditor.id}/claims.csv", Body=file)
    for number, part in enumerate(parts):
        if number:
            assert _received(queue, place)
        for ask, arguments in part:
            send(ask, arguments)
    assert not _received(queue, place)
    return time.perf_counter() - began


def _settings_item(other: Place, creditor: Creditor) -> dict[str, Any]:
    key = {name: {"S": text} for name, text in keys.creditor(creditor.id).items()}
    item: dict[str, Any] = wiring.table().client.get_item(TableName=other.table, Key=key)["Item"]
    return item


def _received(queue: Any, place: Place) -> dict[str, Any] | None:
    """Ten messages at most, as the event source mapping fetches them, and gone from the queue."""
    found = queue.receive_message(QueueUrl=place.queue, MaxNumberOfMessages=10).get("Messages", [])
    if not found:
        return None
    entries = [{"Id": str(n), "ReceiptHandle": one["ReceiptHandle"]} for n, one in enumerate(found)]
    queue.delete_message_batch(QueueUrl=place.queue, Entries=entries)
    return queue_records("claims", [message["Body"] for message in found])


def _check(place: Place, creditor: Creditor, key: str, etag: str, rows: int) -> None:
    """Every row is in and planned for: what was measured is the whole work."""
    batch = wiring.batches().batch(creditor.id, wiring.bucket().batch(key, etag, creditor.id, wiring.clock()).id)
    assert batch is not None and batch.status is BatchStatus.DONE and batch.settled == rows, batch
    client, planned, more = wiring.table().client, 0, {}
    while True:
        found = client.scan(TableName=place.table, FilterExpression="attribute_exists(facts)", **more)
        for item in found["Items"]:
            names = [fact["M"]["name"]["S"] for fact in item["facts"]["L"]]
            planned += FactName.CONTACT_PLANNED.value in names
        if not found.get("LastEvaluatedKey"):
            break
        more = {"ExclusiveStartKey": found["LastEvaluatedKey"]}
    assert planned > rows * 0.8, (planned, rows)

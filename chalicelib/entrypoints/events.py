"""Functions woken by queues and the table's stream."""

import json
from collections.abc import Callable
from typing import Any

from chalice.app import Blueprint

from .. import wiring
from ..domain.facts import FactName
from ..settings import MissingSetting
from .logs import alarm, logger, story

events = Blueprint(__name__)

Record = dict[str, Any]


def each(event: Record, name: str, identifier: Callable[[Record], str], act: Callable[[Record], object]) -> Record:
    """Act on every record; the ones that failed are named, so that only they come back."""
    failed = []
    for record in event["Records"]:
        try:
            act(record)
        except Exception as error:  # noqa: BLE001 - the record comes back, then rests in the dead letters
            if isinstance(error, wiring.MissingSecret | MissingSetting):
                alarm("secret_missing", secret=str(error))
            logger.warning(f"{name} failed", extra={"record": identifier(record), **story(error)})
            failed.append({"itemIdentifier": identifier(record)})
    logger.info(name, extra={"records": len(event["Records"]), "failed": len(failed)})
    return {"batchItemFailures": failed}


def message_id(record: Record) -> str:
    identifier: str = record["messageId"]
    return identifier


@events.lambda_function(name="claims")
def claims(event: Record, context: Any) -> Record:
    """Register, score and plan the rows of each chunk."""
    from ..actions.load_batch import take_chunk

    register = wiring.registrar()

    def act(record: Record) -> None:
        chunk = wiring.chunk_from(record["body"])
        creditor = wiring.store().creditor(chunk.creditor)
        if creditor:
            wiring.bucket().speaks(creditor)
        take_chunk(
            chunk,
            lambda row, place: register(chunk.creditor, row, place, wiring.clock()),
            batches=wiring.batches(),
            reports=wiring.bucket(),
            now=wiring.clock(),
        )

    answer = each(event, "claims", message_id, act)
    trouble = wiring.scorer().trouble
    if trouble:
        alarm("model_missing", why=trouble)
    return answer


@events.lambda_function(name="money")
def money(event: Record, context: Any) -> Record:
    """Ask the provider what is true of each noticed object, and book that; book the bank's entries as they are."""
    from ..actions.read_notice import read_notice
    from ..actions.record_payment import Booked

    def act(record: Record) -> None:
        body = json.loads(record["body"])
        entries = wiring.entries_in(body)
        if entries:
            take_bank_entries(entries)
            return
        detail = body["detail"]
        creditor = detail["creditor"]
        notice = wiring.store().event(creditor, detail["event"])
        if notice is None:
            raise LookupError("the notice is not in the table")
        kind, object_id = wiring.object_of(notice)
        if kind is None:
            return
        booked = read_notice(kind, creditor, object_id, event=notice.id, till=wiring.till(), now=wiring.clock())
        logger.info("booked", extra={"creditor": creditor, "event": notice.id, "booked": booked.value})
        if booked is Booked.SUSPENSE:
            alarm("suspense", creditor=creditor, event=notice.id)
        if booked is Booked.REFUSED:
            alarm("reversal_refused", creditor=creditor, event=notice.id)

    return each(event, "money", message_id, act)


def take_bank_entries(chunk: Any) -> None:
    """Book a portion of a bank's statement; once it is done, what lies in suspense is told."""
    from ..actions.book_bank_entry import book_bank_entry
    from ..actions.load_statement import take_entries
    from ..domain.bank import Became, StatementStatus

    creditor = wiring.store().creditor(chunk.creditor)
    if creditor:
        wiring.bucket().speaks(creditor)
    now, teller = wiring.clock(), wiring.teller()
    statement = take_entries(
        chunk,
        lambda *told: book_bank_entry(*told, teller=teller, now=now),
        bank=wiring.bank_book(),
        reports=wiring.bucket(),
        now=now,
    )
    if statement is None:
        raise LookupError("the statement is not in the table")
    ids = {"creditor": chunk.creditor, "statement": chunk.statement}
    logger.info("entries", extra={**ids, "chunk": chunk.number, "status": statement.status.value})
    if statement.status is StatementStatus.DONE and statement.counts.get(Became.SUSPENSE.value):
        alarm("suspense", **ids, found=statement.counts[Became.SUSPENSE.value])


@events.lambda_function(name="relay")
def relay(event: Record, context: Any) -> Record:
    """Put the facts of new outbox items on the bus, and take their marker away."""

    def act(record: Record) -> None:
        image = record["dynamodb"].get("NewImage", {})
        if "facts" not in image or "unrelayed" not in image:
            return
        facts = wiring.facts_in(image)
        wiring.bus().publish(facts)
        for fact in facts:
            if fact.name is FactName.BASE_RATE_MISSING:
                alarm("law_data_ends", table="base_rates", ended=True, creditor=fact.creditor)
        wiring.watch().relayed({"pk": image["pk"]["S"], "sk": image["sk"]["S"]})

    def sequence(record: Record) -> str:
        number: str = record["dynamodb"]["SequenceNumber"]
        return number

    return each(event, "relay", sequence, act)

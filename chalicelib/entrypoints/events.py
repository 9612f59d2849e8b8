"""Functions woken by queues and the table's stream."""

import json
from collections.abc import Callable
from typing import Any

from chalice.app import Blueprint

from .. import wiring
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
    """Register, score and plan the rows of each chunk; plan a released batch; choose arms for what waits."""
    from ..actions.load_batch import take_chunk
    from ..actions.release_batch import hand_out

    register, let_go, choose = wiring.registrar(), wiring.releaser(), wiring.arm_chooser()

    def act(record: Record) -> None:
        if waiting := wiring.choice_in(record["body"]):
            choose(*waiting)
            return
        if released := wiring.released_in(record["body"]):
            creditor_id, batch, number = released
            if number is None:
                if creditor := wiring.store().creditor(creditor_id):
                    wiring.bucket().speaks(creditor)
                hand_out(
                    creditor_id,
                    batch,
                    batches=wiring.batches(),
                    queue=wiring.chunk_queue(),
                    reports=wiring.bucket(),
                )
            else:
                let_go(creditor_id, batch, number)
            return
        chunk = wiring.chunk_from(record["body"])
        creditor = wiring.store().creditor(chunk.creditor)
        if creditor:
            wiring.bucket().speaks(creditor)
        take_chunk(
            chunk,
            lambda row, place: register(chunk.creditor, row, place, wiring.clock()),
            let_go,
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
        if "order" in detail:
            _let_go(creditor, detail["order"])
            return
        notice = wiring.store().event(creditor, detail["event"])
        if notice is None:
            raise LookupError("the notice is not in the table")
        kind, object_id = wiring.object_of(notice)
        if kind is None:
            return
        booked = read_notice(kind, creditor, object_id, event=notice.id, till=wiring.till(), now=wiring.clock())
        if kind == "refund":
            _refund_told(creditor, object_id)
        if kind == "payout":
            _payout_told(creditor, object_id)
        logger.info("booked", extra={"creditor": creditor, "event": notice.id, "booked": booked.value})
        if booked is Booked.SUSPENSE:
            alarm("suspense", creditor=creditor, event=notice.id)
        if booked is Booked.REFUSED:
            alarm("reversal_refused", creditor=creditor, event=notice.id)

    return each(event, "money", message_id, act)


def _let_go(creditor: str, order: str) -> None:
    """A refund that two people released leaves by the provider."""
    from ..actions.read_notice import read_notice
    from ..actions.send_refund import send_refund
    from ..domain.refund_order import RefundWay

    state = send_refund(
        creditor,
        order,
        store=wiring.store(),
        outgoing=wiring.outgoing(),
        gateway=wiring.gateway(),
        now=wiring.clock(),
    )
    _moved(creditor, order, state)
    sent = wiring.outgoing().refund(creditor, order)
    if sent and sent.left_as and sent.way is RefundWay.PROVIDER:
        # The ledger is told at once; the provider's own notice finds it done.
        read_notice("refund", creditor, sent.left_as, event="", till=wiring.till(), now=wiring.clock())


def _payout_told(creditor: str, object_id: str) -> None:
    """The provider paid out: kept with what makes it up, for the creditor's statement."""
    from ..actions.make_payout import settlement_told

    known = wiring.store().creditor(creditor)
    if known is None or known.payout_terms is None:
        return
    try:
        settlement_told(
            creditor, object_id, store=wiring.store(), outgoing=wiring.outgoing(), balance=wiring.gateway()
        )
    except ValueError:
        alarm("payout_untied", creditor=creditor, payout=object_id)


def _refund_told(creditor: str, object_id: str) -> None:
    """Something happened to a refund: where an order of ours made it, it moves on."""
    from ..actions.send_refund import refund_told

    refund = wiring.gateway().refund(creditor, object_id)
    state = refund_told(creditor, refund, store=wiring.store(), outgoing=wiring.outgoing(), now=wiring.clock())
    _moved(creditor, object_id, state)


def _moved(creditor: str, about: str, state: Any) -> None:
    logger.info("refund", extra={"creditor": creditor, "about": about, "state": state.value if state else "-"})
    if state == "failed":
        alarm("refund_failed", creditor=creditor, about=about)


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
        from ..domain.facts import FactName

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

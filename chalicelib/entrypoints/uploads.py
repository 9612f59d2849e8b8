"""Woken by the bucket: a creditor's settings, a file of claims, or one of its bank."""

from typing import Any

from chalice.app import Blueprint

from .. import wiring
from ..domain.errors import UploadGone
from .logs import alarm, logger

uploads = Blueprint(__name__)


@uploads.lambda_function(name="intake")
def intake(event: dict[str, Any], context: Any) -> None:
    """Take in what was uploaded; what cannot be read leaves a report and an alarm, never half of itself."""
    thing = event["detail"]["object"]
    key, etag = thing["key"], thing.get("etag", "")
    folder, _, rest = key.partition("/")
    try:
        if folder == "creditors":
            take_creditor(key)
        elif folder == "strategies":
            take_strategy(key, str(event["detail"].get("requester", "")))
        elif folder == "inbox" and "/" in rest:
            take_file(key, rest.partition("/")[0], etag)
        elif folder == "bank" and "/" in rest:
            take_bank_file(key, rest.partition("/")[0], etag)
        else:
            logger.info("upload", extra={"said": "ignored"})
    except UploadGone:
        # Somebody thought better of it: the same object, put there again, is taken from where this ended.
        logger.warning("upload", extra={"said": "gone"})


def take_creditor(key: str) -> None:
    """Accept a creditor's settings whole, or none of them."""
    from ..actions.accept_creditor import AccountTaken, accept_creditor
    from ..domain.batch import Problem

    bucket = wiring.bucket()
    answer = bucket.read_creditor(
        key,
        countries=wiring.policies(),
        strategies=wiring.strategies(),
        channels=wiring.channels(),
        centres={centre.key: centre.needs for centre in wiring.contact_centres().values()},
    )
    name = bucket.creditor_of(key)
    if isinstance(answer, tuple):
        bucket.refuse_creditor(name, answer, wiring.clock())
        alarm("creditor_invalid", creditor=name, problems=len(answer))
        return
    accepted = accept_creditor(answer, store=wiring.store(), now=wiring.clock())
    if isinstance(accepted, AccountTaken):
        # Whose it is stands in the log alone: the report is for a creditor who need not know who else is one.
        taken = Problem("iban", "account_taken", accepted.account.shown)
        bucket.refuse_creditor(name, (taken,), wiring.clock())
        alarm("creditor_invalid", creditor=name, problems=1, holder=accepted.holder)
        return
    logger.info("creditor", extra={"creditor": name, "version": accepted.version})
    bucket.tell_accepted(accepted, wiring.clock())
    if accepted.changes:
        alarm("account_waits", creditor=name, changes=len(accepted.changes))


def take_strategy(key: str, by: str) -> None:
    """Accept a creditor's own strategy as a version, whole or not at all; it counts once a person says so."""
    from ..actions.accept_strategy import accept_strategy
    from ..domain.batch import Problem

    bucket, now = wiring.bucket(), wiring.clock()
    name = bucket.strategy_of(key)
    if name is None:
        wrong = Problem("", "strategy_name", key.rpartition("/")[2])
        bucket.tell_strategy("unknown", None, now, problems=(wrong,))
        alarm("creditor_invalid", creditor="unknown", problems=1, of="strategy")
        return
    creditor = wiring.store().creditor(name)
    if creditor is None and bucket.holds(f"creditors/{name}.yaml"):
        take_creditor(f"creditors/{name}.yaml")
        creditor = wiring.store().creditor(name)
    if creditor is None:
        bucket.tell_strategy(name, None, now, problems=(Problem("", "strategy_creditor", name),))
        alarm("creditor_invalid", creditor=name, problems=1, of="strategy")
        return
    found, sha256 = bucket.read_strategy(key, strategies=wiring.strategies(), channels=wiring.channels())
    if isinstance(found, tuple):
        bucket.tell_strategy(name, creditor.language, now, problems=found)
        alarm("creditor_invalid", creditor=name, problems=len(found), of="strategy")
        return
    accepted = accept_strategy(name, found, sha256, by=by, store=wiring.store(), now=now)
    bucket.tell_strategy(name, creditor.language, now, accepted=accepted)
    logger.info("strategy", extra={"creditor": name, "version": accepted.number})


def take_file(key: str, creditor_id: str, etag: str) -> None:
    """Load a file of claims; a creditor we do not know, or a file we cannot read, is an alarm."""
    from ..actions.load_batch import load_batch
    from ..domain.batch import BatchStatus

    bucket = wiring.bucket()
    creditor = wiring.store().creditor(creditor_id)
    if creditor is None and bucket.holds(f"creditors/{creditor_id}.yaml"):
        # Both were handed in at once and this notice came first: order is never assumed.
        take_creditor(f"creditors/{creditor_id}.yaml")
        creditor = wiring.store().creditor(creditor_id)
    if creditor is None:
        alarm("batch_unreadable", creditor=creditor_id, why="unknown_creditor")
        bucket.refuse_unknown_creditor(creditor_id, key, etag, wiring.clock())
        return
    file = bucket.file(key, creditor)
    batch = bucket.batch(key, etag, creditor_id, wiring.clock())
    loaded = load_batch(
        batch,
        file,
        batches=wiring.batches(),
        queue=wiring.chunk_queue(),
        reports=bucket,
        now=wiring.clock(),
    )
    if loaded.status is BatchStatus.REFUSED:
        why = loaded.refused.reason if loaded.refused else ""
        alarm("batch_unreadable", creditor=creditor_id, batch=loaded.id, why=why)
    logger.info("batch", extra={"creditor": creditor_id, "batch": loaded.id, "status": loaded.status.value})


def take_bank_file(key: str, creditor_id: str, etag: str) -> None:
    """Hand the entries of a bank's file to the money function; what cannot be read is an alarm and a report."""
    from ..actions.load_statement import load_statement
    from ..domain.batch import Refused

    bucket = wiring.bucket()
    creditor = wiring.store().creditor(creditor_id)
    if creditor is None and bucket.holds(f"creditors/{creditor_id}.yaml"):
        take_creditor(f"creditors/{creditor_id}.yaml")
        creditor = wiring.store().creditor(creditor_id)
    told = bucket.read_bank_file(key, creditor) if creditor else Refused("unknown_creditor", value=creditor_id)
    if isinstance(told, Refused):
        report = bucket.refuse_bank_file(creditor_id, key, etag, told)
        alarm("bank_unreadable", creditor=creditor_id, report=report, why=told.reason)
        return
    for one in told:
        loaded = load_statement(
            wiring.statement_of(one, creditor_id, key, wiring.clock()),
            one.account,
            one.entries,
            bank=wiring.bank_book(),
            queue=wiring.entry_queue(),
            reports=bucket,
            now=wiring.clock(),
        )
        ids = {"creditor": creditor_id, "statement": loaded.id, "status": loaded.status.value}
        logger.info("statement", extra={**ids, "entries": loaded.entries})

"""Functions woken by the clock: one contact at its hour, and the nightly run."""

import json
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

from chalice.app import Blueprint

from .. import wiring
from .events import each, message_id
from .logs import alarm, logger, story

if TYPE_CHECKING:
    from ..actions.reconcile_books import Reconciled
    from ..domain.reconciliation import Difference, Reconciliation

schedules = Blueprint(__name__)

# What whoever restored the table calls the night's function with (infra/forget_again.py).
FORGET_AGAIN = "ForgetAgain"


class NightlyFailed(Exception):
    """A part of the nightly run failed; the log says which and where."""


@schedules.lambda_function(name="contact")
def contact(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Send each contact that is due, after asking the policy again."""
    from ..actions.send_contact import Sent, send_contact

    def act(record: dict[str, Any]) -> None:
        due = json.loads(record["body"])
        sent = send_contact(due["creditor"], due["debtor"], due["contact"], desk=wiring.desk(), now=wiring.clock())
        logger.info("contact", extra={"contact": due["contact"], "sent": sent.value})
        if sent is Sent.UNKNOWN:
            alarm("contact_lost", contact=due["contact"])
        if sent is Sent.REFUSED:
            alarm("text_refused", contact=due["contact"])

    return each(event, "contacts", message_id, act)


@schedules.lambda_function(name="nightly")
def nightly(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Find what was lost since yesterday and repair it; what needs a person raises its alarm.

    Woken by a person's wish to have some days compared, by a hold placed or lifted, or to forget again after a
    restore, it does that alone.
    """
    from ..domain.facts import FactName

    if event.get("detail-type") == FORGET_AGAIN:
        return forget_noted(event["detail"])
    if event.get("detail-type") == FactName.SENDING_HELD:
        from ..actions.hold_sending import finish_hold

        finish_hold(gates=wiring.gates())
        return {}
    if event.get("detail-type") == FactName.SENDING_LIFTED:
        return resume()
    if event.get("detail-type") == FactName.RECONCILIATION_ASKED:
        return reconcile_span(event["detail"])
    logger.info("night", extra={"night": "begun"})  # infra/watch.py counts these: a wish is no night
    from ..actions.draw_instalment import look_after
    from ..actions.look_after_money import look_after_money
    from ..actions.record_return import returns_since
    from ..actions.watch_over import watch_over
    from ..domain.law_data import DATED, endings

    now = wiring.clock()
    ending = endings(now.date(), (*DATED, *wiring.prices(), *wiring.paces()))
    for table in ending:
        alarm("law_data_ends", table=table.table, last=table.last.isoformat(), ended=table.ended)
    found = watch_over(
        wiring.bucket().creditors(),
        watch=wiring.watch(),
        store=wiring.store(),
        gateway=wiring.gateway(),
        scheduler=wiring.scheduler(),
        policies=wiring.policies(),
        strategies=wiring.strategies(),
        publish=wiring.bus().publish,
        forget=wiring.forgetter(),
        look_after=lambda mandate: look_after(mandate, till=wiring.till(), now=wiring.clock()),
        returns=lambda creditor, since: returns_since(creditor, since, till=wiring.till(), now=wiring.clock()),
        choose=wiring.chunk_queue().choose,
        now=now,
    )
    looked = look_after_money(wiring.bucket().creditors(), desk=wiring.money_desk(), now=wiring.clock())
    tell_of_money(looked)
    differing, failed_books = compare_all(now)
    exported, failed_exports = export_all(now)
    failed_models = check_models(now)
    for lost in found.lost:
        alarm("contact_lost", contact=lost)
    for unscheduled in found.unscheduled:
        alarm("contact_unscheduled", contact=unscheduled)
    if found.suspended:
        alarm("suspense", found=found.suspended)
    said = {
        "scheduled": found.scheduled,
        "lost": len(found.lost),
        "unscheduled": len(found.unscheduled),
        "facts": found.facts,
        "resumed": found.resumed,
        "found": found.found,
        "suspended": found.suspended,
        "forgotten": found.forgotten,
        "restricted": found.restricted,
        "ending": len(ending),
        "drawn": found.drawn,
        "charged": found.charged,
        "to_choose": found.to_choose,
        "accounts": looked.accounts,
        "refunds": looked.refunds,
        "files": looked.files,
        "waiting": len(looked.waiting),
        "differing": differing,
        "exported": exported,
        "failed": len(found.failed)
        + len(looked.failed)
        + len(failed_books)
        + len(failed_exports)
        + len(failed_models),
    }
    logger.info("nightly", extra=said)
    failed = [*found.failed, *looked.failed, *failed_books, *failed_exports, *failed_models]
    tell_of_failures(failed)
    return said


def resume() -> dict[str, Any]:
    """What waited for a hold to be lifted is brought back, and asked for permission like everything else."""
    from ..actions.hold_sending import resume_sending

    found = resume_sending(
        gates=wiring.gates(), watch=wiring.watch(), scheduler=wiring.scheduler(), now=wiring.clock()
    )
    logger.info("resumed", extra={"contacts": found})
    return {"contacts": found}


def tell_of_failures(failed: list[tuple[str, Exception]]) -> None:
    """Each by the part it concerns; the run is told as failed, so that it is tried again and its alarm rings.

    All else was done. The errors' own words stay here: whoever calls us writes what we raise into the log.
    """
    for name in dict.fromkeys(name for name, error in failed if isinstance(error, wiring.MissingSecret)):
        alarm("secret_missing", creditor=name)
    for name, error in failed:
        logger.error("nightly failed", extra={"part": name, **story(error)})
    if failed:
        raise NightlyFailed(", ".join(sorted({type(error).__name__ for _, error in failed})))


def compare_all(now: datetime) -> tuple[int, list[tuple[str, Exception]]]:
    """Every creditor's books of the last days: how many differences are left, and what failed, by creditor."""
    from ..actions.reconcile_books import reconcile_night

    left, failed = 0, list[tuple[str, Exception]]()
    for name in wiring.bucket().creditors():
        try:
            if wiring.store().creditor(name) is None:
                continue  # settings that were refused
            done = reconcile_night(name, room=wiring.counting_room(), tell=tell_of_books, now=now)
        except Exception as error:  # noqa: BLE001 - named in the answer, and raised by the entrypoint
            failed.append((name, error))
            continue
        left += done.compared.count
        failed += compared(done)
    return left, failed


def export_all(now: datetime) -> tuple[int, list[tuple[str, Exception]]]:
    """What was decided and what came of it, of the days this night looks at: rows, and what failed."""
    from ..actions.export_day import export_day
    from ..domain.export import bounds, days_to_look_at

    written, failed = 0, list[tuple[str, Exception]]()
    until, _ = bounds(now.astimezone(UTC).date())
    for name in wiring.bucket().creditors():
        for day in days_to_look_at(until.date()):
            try:
                if (settings := wiring.store().creditor(name)) is None:
                    continue  # settings that were refused
                written += export_day(
                    name,
                    day,
                    until,
                    policy=wiring.policies()[settings.country],
                    store=wiring.store(),
                    watch=wiring.watch(),
                    exports=wiring.exports(),
                )
            except Exception as error:  # noqa: BLE001 - named in the answer, and raised by the entrypoint
                failed.append((f"{name} {day.isoformat()}", error))
    return written, failed


def check_models(now: datetime) -> list[tuple[str, Exception]]:
    """Each creditor's weekly look at the model; what failed, by creditor."""
    from ..actions.check_model import check_model

    model, failed = wiring.watched_model(), list[tuple[str, Exception]]()
    if model is None:
        return []
    for name in wiring.bucket().creditors():
        try:
            health = check_model(name, model=model, store=wiring.store(), watch=wiring.watch(), now=now)
        except Exception as error:  # noqa: BLE001 - named in the answer, and raised by the entrypoint
            failed.append((f"{name} {model.version}", error))
            continue
        if health:
            told = {"creditor": name, "model": health.model, "cases": health.cases, "slope": health.slope}
            logger.info("model checked", extra=told)
            if health.because:
                alarm("model_drifted", creditor=name, model=health.model, because=health.because)
    return failed


def forget_noted(asked: dict[str, Any]) -> dict[str, Any]:
    """Whoever was forgotten since that day is forgotten again: of one creditor if named, else of all there are."""
    from ..actions.forget_again import forget_again

    since, named = date.fromisoformat(asked["since"]), asked.get("creditor")
    done = [
        forget_again(name, since, erasures=wiring.erasures(), forget=wiring.forgetter(again=True))
        for name in ([named] if named else wiring.bucket().creditors())
    ]
    said = {"noted": sum(one.noted for one in done), "forgotten_again": sum(one.done for one in done)}
    logger.info("forgotten again", extra=said)
    tell_of_failures([failure for one in done for failure in one.failed])
    return said


def reconcile_span(asked: dict[str, Any]) -> dict[str, Any]:
    """The days somebody asked for; asked again, they are compared again."""
    from ..actions.reconcile_books import reconcile_books
    from ..domain.reconciliation import span_id

    first, last = date.fromisoformat(asked["first"]), date.fromisoformat(asked["last"])
    done = reconcile_books(
        asked["creditor"],
        first,
        last,
        name=span_id(first, last),
        room=wiring.counting_room(),
        tell=tell_of_books,
        now=wiring.clock(),
    )
    tell_of_failures(compared(done))
    return {"found": done.compared.found, "repaired": done.compared.repaired, "left": done.compared.count}


def compared(done: "Reconciled") -> list[tuple[str, Exception]]:
    """Say how one comparison ended, in ids and counts; what failed on the way."""
    of = done.compared
    said = {"found": of.found, "repaired": of.repaired, "left": of.count, "uncompared": list(of.uncompared)}
    logger.info("reconciled", extra={"creditor": of.creditor, "reconciliation": of.id, **said})
    if done.repairs.suspended:
        alarm("suspense", creditor=of.creditor, found=done.repairs.suspended)
    return [(f"{of.creditor} {name}", error) for name, error in done.repairs.failed]


def tell_of_books(of: "Reconciliation", new: "tuple[Difference, ...]") -> None:
    """One alarm for all that nobody was told of yet; each difference has a line of its own."""
    for one in new:
        logger.warning("difference", extra={"creditor": of.creditor, "kind": one.kind.value, "about": one.about})
    alarm("books_differ", creditor=of.creditor, reconciliation=of.id, new=len(new), left=of.count)


def tell_of_money(looked: Any) -> None:
    """What needs a person of money that lies or leaves."""
    for creditor, what, name in looked.waiting:
        alarm("money_waits", creditor=creditor, what=what, about=name)
    for creditor, order in looked.failed_refunds:
        alarm("refund_failed", creditor=creditor, about=order)
    for creditor, payout in looked.untied:
        alarm("payout_untied", creditor=creditor, payout=payout)

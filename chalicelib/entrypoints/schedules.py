"""Functions woken by the clock: one contact at its hour, and the nightly run."""

import json
from typing import Any

from chalice.app import Blueprint

from .. import wiring
from .events import each, message_id
from .logs import alarm, logger, story

schedules = Blueprint(__name__)


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

    return each(event, "contacts", message_id, act)


@schedules.lambda_function(name="nightly")
def nightly(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Find what was lost since yesterday and repair it; what needs a person raises its alarm."""
    from ..actions.draw_instalment import look_after
    from ..actions.look_after_money import look_after_money
    from ..actions.record_return import returns_since
    from ..actions.watch_over import watch_over
    from ..domain.law_data import endings

    now = wiring.clock()
    ending = endings(now.date())
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
        now=now,
    )
    looked = look_after_money(wiring.bucket().creditors(), desk=wiring.money_desk(), now=wiring.clock())
    tell_of_money(looked)
    for lost in found.lost:
        alarm("contact_lost", contact=lost)
    if found.suspended:
        alarm("suspense", found=found.suspended)
    said = {
        "scheduled": found.scheduled,
        "lost": len(found.lost),
        "facts": found.facts,
        "resumed": found.resumed,
        "found": found.found,
        "suspended": found.suspended,
        "forgotten": found.forgotten,
        "ending": len(ending),
        "drawn": found.drawn,
        "charged": found.charged,
        "accounts": looked.accounts,
        "refunds": looked.refunds,
        "files": looked.files,
        "waiting": len(looked.waiting),
        "failed": len(found.failed) + len(looked.failed),
    }
    logger.info("nightly", extra=said)
    failed = [*found.failed, *looked.failed]
    for name, error in failed:
        if isinstance(error, wiring.MissingSecret):
            alarm("secret_missing", creditor=name)
        logger.error("nightly failed", extra={"part": name, **story(error)})
    if failed:
        # The run is told as failed, so that it is tried again and its alarm rings; all else was done. The
        # errors' own words stay here: whoever calls us writes what we raise into the log.
        raise NightlyFailed(", ".join(sorted({type(error).__name__ for _, error in failed})))
    return said


def tell_of_money(looked: Any) -> None:
    """What needs a person of money that lies or leaves."""
    for creditor, what, name in looked.waiting:
        alarm("money_waits", creditor=creditor, what=what, about=name)
    for creditor, order in looked.failed_refunds:
        alarm("refund_failed", creditor=creditor, about=order)
    for creditor, payout in looked.untied:
        alarm("payout_untied", creditor=creditor, payout=payout)

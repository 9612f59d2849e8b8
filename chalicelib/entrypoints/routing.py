"""The function that gives what waits to people: woken by what happens to tasks, and each minute."""

import json
from datetime import datetime, timedelta
from typing import Any

from chalice.app import Blueprint

from .. import wiring
from .events import Record, each, message_id
from .logs import alarm, logger

routes = Blueprint(__name__)

# What the rule of each minute says in the place of a fact.
MINUTE = "Minute"
# A task is told as late when it becomes so, and once an hour while any is: the alarm counts by the day.
NEWLY = timedelta(minutes=2)


@routes.lambda_function(name="routing")
def routing(event: Record, context: Any) -> Record:
    """Give what waits to who can answer it best, or hand it over to the creditor's own contact centre."""

    from ..domain.facts import FactName

    def act(record: Record) -> None:
        body = json.loads(record["body"])
        now = wiring.clock()
        if body["detail-type"] == MINUTE:
            _look_over(now)
            return
        detail = body["detail"]
        if body["detail-type"] == FactName.COPIES_LEFT:
            _forgotten(detail["creditor"], detail["debtor"], now)
            return
        creditor, task = detail["creditor"], detail["task"]
        debtor = wiring.store().debtor_of_claim(creditor, detail["claim"])
        if debtor is None:
            return
        if body["detail-type"] == FactName.TASK_DONE:
            _done(creditor, debtor, task, now)
        else:
            _waits(creditor, debtor, task, now)

    return each(event, "routing", message_id, act)


def _waits(creditor: str, debtor: str, task: str, now: datetime) -> None:
    from ..actions.gather_up import gather_up
    from ..actions.hand_over_task import HandedOver, hand_over_task
    from ..actions.route_task import route_task

    board = wiring.switchboard()
    settings = wiring.store().creditor(creditor)
    if settings is None:
        return
    if settings.centre:
        became = hand_over_task(
            creditor,
            debtor,
            task,
            centres=wiring.contact_centres(),
            store=wiring.store(),
            now=now,
        )
        logger.info("hand over", extra={"creditor": creditor, "task": task, "became": became.value})
        if became is HandedOver.REFUSED:
            alarm("centre_refused", creditor=creditor, task=task)
        if became is HandedOver.FORGOTTEN:
            _forgotten(creditor, debtor, now)
        if became in (HandedOver.THERE, HandedOver.FORGOTTEN):
            return
    gather_up(board=board, now=now)
    routed = route_task(creditor, debtor, task, board=board, now=now)
    if routed.fit:
        by = {reason.value: points for reason, points in routed.fit.reasons}
        given = {"creditor": creditor, "task": task, "staff": routed.fit.staff, "by": by}
        logger.info("given", extra=given)


def _done(creditor: str, debtor: str, task: str, now: datetime) -> None:
    """Whoever answered it has room again; what was told of it elsewhere goes with a debtor who had their time."""
    from ..actions.take_task import give_next

    matter = wiring.store().matter(creditor, debtor)
    done = matter.tasks.get(task) if matter else None
    owner = wiring.roster().staff_member(done.owner) if done and not done.is_free else None
    if owner:
        give_next(owner, board=wiring.switchboard(), now=now)
    if matter and matter.debtor.restricted_at:
        _forgotten(creditor, debtor, now)


def _forgotten(creditor: str, debtor: str, now: datetime) -> None:
    """Whoever had their time here has had it in the creditor's contact centre, too."""
    from ..actions.forget_there import forget_there

    centres, store = wiring.contact_centres(), wiring.store()
    for task in forget_there(creditor, debtor, centres=centres, store=store, now=now):
        alarm("centre_refused", creditor=creditor, task=task)


def _look_over(now: datetime) -> None:
    from ..actions.gather_up import look_over

    found = look_over(board=wiring.switchboard(), now=now)
    if not (found.freed or found.given or found.overdue):
        return
    told = {"freed": found.freed, "given": found.given, "overdue": len(found.overdue)}
    logger.info("looked over", extra=told)
    if any(now - late.due_at <= NEWLY for late in found.overdue) or (found.overdue and now.minute == 0):
        alarm("task_overdue", found=len(found.overdue))

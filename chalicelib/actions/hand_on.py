"""Hand a Task on, or give it back: what somebody cannot answer goes to who can."""

from dataclasses import replace
from datetime import datetime

from ..domain.centre import is_there
from ..domain.decision import Refused
from ..domain.matter import Matter
from ..domain.parties import Creditor
from ..domain.person import Act, ActKind
from ..domain.routing import RULE, barred, held_by, wanted_of
from ..domain.staff import May, Staff
from ..domain.task import Task, TaskKind
from ..ports import Commit
from .switchboard import Switchboard, freed, given, without, write_task


def give_back_task(
    staff: Staff, creditor: str, debtor: str, task: str, *, board: Switchboard, now: datetime
) -> Task | Refused:
    """It is nobody's again and is routed, not to them once more. Refused where they do not hold it."""

    def decide(settings: Creditor, matter: Matter) -> tuple[Task | Refused, Commit | None]:
        held = matter.tasks.get(task)
        if held is None:
            return Refused("not_found", RULE), None
        if held.is_free and staff.id in held.left_by:
            return held, None
        if refused := held_by(held, staff.id):
            return refused, None
        left = replace(held, left_by=tuple(dict.fromkeys((*held.left_by, staff.id))))
        act = Act(creditor, staff.id, ActKind.LEAVE, task, now)
        return freed(left, now, hand=board.presences.hand(staff.id), act=act)

    return write_task(creditor, debtor, decide, store=board.store, now=now)


def hand_on(
    staff: Staff,
    creditor: str,
    debtor: str,
    task: str,
    to: Staff | TaskKind,
    *,
    board: Switchboard,
    now: datetime,
) -> Task | Refused:
    """The task as a colleague's, or as nobody's with the skill that is asked for.

    Whoever holds it may, and a lead may with what others of the creditor's staff hold or nobody does. A colleague
    may get more than they take at a time by it. Refused where the colleague may not answer this creditor's debtors
    or is not here (it would only be gathered up again), and where nobody has the skill.
    """

    def decide(settings: Creditor, matter: Matter) -> tuple[Task | Refused, Commit | None]:
        held = matter.tasks.get(task)
        if held is None:
            return Refused("not_found", RULE), None
        if held.done_at is not None:
            return Refused("done_already", RULE), None
        leads = staff.may(May.LEAD) and staff.works_for(creditor)
        if not leads and (refused := held_by(held, staff.id)):
            return refused, None
        wanted = wanted_of(held, matter, settings.country, board.policy(settings).zone, board.rules)
        act = Act(creditor, staff.id, ActKind.HAND_ON, task, now)
        before = board.presences.hand(held.owner)
        if is_there(held):
            # It is not handed over there once more, and what was told there is known to be there.
            held = replace(held, left_by=(*held.left_by, held.owner))
        if isinstance(to, TaskKind):
            if held.is_free and held.skill is to:
                return held, None
            if not board.crew(now).has(creditor, to):
                return Refused("nobody_has_it", RULE), None
            return freed(replace(held, skill=to), now, hand=before, act=act)
        if refused := barred(wanted, to):
            return refused, None
        if held.owner == to.id:
            return held, None
        if not board.arrived(to.id, now) and to.id != staff.id:
            return Refused("not_here", RULE), None
        theirs, commit = given(held, board.looked_at(to, now).hand, now, act)
        if before.version:
            commit = replace(commit, hands=(*commit.hands, without(before, held)))
        return theirs, commit

    return write_task(creditor, debtor, decide, store=board.store, now=now)

"""Take a Task: somebody of the staff takes the one they chose, or the one that fits them best of what waits."""

from collections.abc import Callable
from datetime import datetime

from ..domain.decision import Refused
from ..domain.matter import Matter
from ..domain.parties import Creditor
from ..domain.person import Act, ActKind
from ..domain.presence import Hand
from ..domain.routing import RULE, Colleague, Fit, Wanted, barred, judged, turn, unskilled, waited, wanted_of
from ..domain.staff import Staff
from ..domain.task import Task
from ..domain.waiting import Waiting
from ..ports import Commit
from .switchboard import Switchboard, given, settled

type Answer = tuple[Task | Refused, Hand | None]
type Decide = Callable[[Creditor, Matter], tuple[Answer, Commit | None]]


def take_task(
    staff: Staff, creditor: str, debtor: str, task: str, *, board: Switchboard, now: datetime
) -> Task | Refused:
    """The task as theirs; who holds it already goes on holding it. Refused where somebody else does, where they
    have as many as they take, or where it asks for a skill that others of the creditor's staff have."""

    def decide(settings: Creditor, matter: Matter) -> tuple[Answer, Commit | None]:
        held, refused = _waits(matter, task, staff)
        if held is None or refused:
            return (refused or Refused("not_found", RULE), None), None
        if held.owner == staff.id:
            return (held, None), None
        wanted = wanted_of(held, matter, settings.country, board.policy(settings).zone, board.rules)
        one = board.looked_at(staff, now, here=True)
        refused = barred(wanted, staff) or unskilled(wanted, staff, board.crew(now), any_skill=True)
        if refused is None and one.load >= staff.most:
            refused = Refused("full", RULE)
        if refused:
            return (refused, None), None
        return _theirs(held, one.hand, now, Act(creditor, staff.id, ActKind.TAKE, task, now))

    return _written(creditor, debtor, decide, board, now)


def take_next(staff: Staff, *, board: Switchboard, now: datetime) -> Task | Refused:
    """The one of all that waits which fits them best, by what they can do and how long it has waited.

    Refused where nothing does, or where they have as many as they take. Their asking tells that they are here.
    """
    board.cast(now)
    return _next(staff, board, now, here=True)


def give_next(staff: Staff, *, board: Switchboard, now: datetime) -> Task | None:
    """Somebody has room again: what waits and fits them best is given to them, where they are here.

    Where nothing does, what they have finished is taken out of their hand, so that others see the room.
    """
    board.cast(now)
    found = _next(staff, board, now, here=None)
    if isinstance(found, Task):
        return found
    stored = board.presences.hand(staff.id)
    kept = board.looked_at(staff, now).hand
    if stored.version == kept.version and stored.holds != kept.holds:
        board.tidied(kept)
    return None


def _next(staff: Staff, board: Switchboard, now: datetime, *, here: bool | None) -> Task | Refused:
    one = board.looked_at(staff, now, here=here)
    if one.load >= staff.most:
        return Refused("full", RULE)
    if not one.here:
        return Refused("not_here", RULE)
    crew = board.crew(now)
    for most in (board.rules.looked_at, board.rules.looked_at_most):
        found = list[tuple[int, datetime, str, Waiting]]()
        for creditor in staff.creditors:
            for waiting in board.waiting(creditor, most, now):
                wanted = board.asked_by(waiting)
                fit = judged(wanted, one, crew, now, board.rules) if wanted else None
                if wanted and isinstance(fit, Fit):
                    points = fit.points + waited(waiting.opened_at, now, board.rules)
                    found.append((-points, waiting.opened_at, turn(waiting.task, staff.id), waiting))
        for *_, best in sorted(found, key=lambda one: one[:3])[: board.rules.tried]:
            taken = _take(best, one, board, now, by_hand=bool(here))
            if isinstance(taken, Task) or taken.because == "full":
                return taken
    return Refused("nothing_waits", RULE)


def _take(best: Waiting, one: Colleague, board: Switchboard, now: datetime, *, by_hand: bool) -> Task | Refused:
    """This one, if its matter says the same as the list; one that is gone meanwhile waits no more.

    `one` was looked at just now: their hand's version tells whether that still holds.
    """
    turns = iter((one,))

    def decide(settings: Creditor, matter: Matter) -> tuple[Answer, Commit | None]:
        held, refused = _waits(matter, best.task, one.staff)
        if held is None or refused or not held.is_free or board.elsewhere(settings, held):
            return (refused or Refused("not_found", RULE), None), None
        wanted: Wanted = wanted_of(held, matter, settings.country, board.policy(settings).zone, board.rules)
        who = next(turns, None) or board.looked_at(one.staff, now, here=one.here)
        fit = judged(wanted, who, board.crew(now), now, board.rules)
        if isinstance(fit, Refused):
            return (fit, None), None
        act = Act(best.creditor, one.staff.id, ActKind.TAKE, best.task, now) if by_hand else None
        return _theirs(held, who.hand, now, act)

    taken = _written(best.creditor, best.debtor, decide, board, now)
    if isinstance(taken, Task) or taken.because in ("not_found", "held_by_another"):
        board.gone(best.creditor, best.task)
    return taken


def _waits(matter: Matter, task: str, staff: Staff) -> tuple[Task | None, Refused | None]:
    """The task where it may be theirs: nobody's, or theirs already."""
    held = matter.tasks.get(task)
    if held is None or held.done_at is not None:
        return None, Refused("not_found" if held is None else "done_already", RULE)
    if not held.is_free and held.owner != staff.id:
        return None, Refused("held_by_another", RULE)
    return held, None


def _theirs(held: Task, hand: Hand, now: datetime, act: Act | None) -> tuple[Answer, Commit]:
    task, commit = given(held, hand, now, act)
    return (task, commit.hands[0]), commit


def _written(creditor: str, debtor: str, decide: Decide, board: Switchboard, now: datetime) -> Task | Refused:
    task, hand = settled(creditor, debtor, decide, store=board.store, now=now)
    if hand:
        board.note(hand)
    return task

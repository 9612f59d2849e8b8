"""Gather up: what somebody holds who is gone goes back, and what has waited is offered once more."""

from dataclasses import dataclass
from datetime import datetime

from ..domain.errors import BrokenRule
from ..domain.matter import Matter
from ..domain.parties import Creditor
from ..domain.presence import Presence
from ..domain.routing import Colleague, ranked
from ..domain.staff import Staff
from ..domain.task import Task
from ..domain.waiting import Waiting
from ..ports import Commit
from .route_task import route_task
from .switchboard import Switchboard, freed, settled


@dataclass(frozen=True)
class Gathered:
    """What one look found: tasks that went back, tasks that were given, and what is past the time told."""

    freed: int = 0
    given: int = 0
    overdue: tuple[Waiting, ...] = ()


def here(staff: str, *, board: Switchboard, now: datetime) -> None:
    """Somebody of the staff is at the desk: said by each page they open."""
    board.presences.tell(Presence(staff, now))


def away(staff: str, *, board: Switchboard, now: datetime) -> None:
    """They say that they go, for a while or for the day: they are given nothing, what they hold is gathered up."""
    board.presences.tell(Presence(staff, now, away=True))


def gather_up(*, board: Switchboard, now: datetime) -> int:
    """What those hold who left, went or were not seen for long is nobody's again, each by a commit of its own;
    how many that were. Asked at each decision: it reads nothing more where nobody is gone who holds something."""
    found = 0
    for one in board.cast(now):
        if one.hand.holds and board.is_gone(one, now):
            found += _gathered(one, board, now)
    return found


def look_over(*, board: Switchboard, now: datetime) -> Gathered:
    """Each minute: gather up, take out of every hand what is finished, offer what waits to whoever has room, and
    find what is past the time that was told to its debtor."""
    back = gather_up(board=board, now=now)
    late = list[Waiting]()
    for one in board.cast(now):
        if one.hand.holds:
            late += (held for held in board.lists.taken(one.staff.id) if held.due_at < now)
            _tidy(one, board, now)
    creditors = dict.fromkeys(name for one in board.cast(now) for name in one.staff.creditors)
    routed = 0
    for creditor in creditors:
        for waiting in board.waiting(creditor, board.rules.a_minute, now):
            if waiting.due_at < now:
                late.append(waiting)
            wanted = board.asked_by(waiting)
            if wanted and ranked(wanted, board.cast(now), board.crew(now), now, board.rules):
                routed += bool(route_task(creditor, waiting.debtor, waiting.task, board=board, now=now).fit)
    return Gathered(back, routed, tuple(late))


def _gathered(one: Colleague, board: Switchboard, now: datetime) -> int:
    """All that they hold, by the list and by their hand; then their hand is empty."""
    staff, hand = one.staff, board.presences.hand(one.staff.id)
    held = {waiting.task: (waiting.creditor, waiting.debtor) for waiting in board.lists.taken(staff.id)}
    held |= {given.task: (given.creditor, given.debtor) for given in hand.holds}
    found = 0
    for task, (creditor, debtor) in held.items():
        try:
            found += _freed(creditor, debtor, task, staff, board, now)
        except BrokenRule:
            continue  # whose data has had its time: nobody waits for it any more
    _tidy(one, board, now)
    return found


def _freed(creditor: str, debtor: str, task: str, staff: Staff, board: Switchboard, now: datetime) -> bool:
    def decide(settings: Creditor, matter: Matter) -> tuple[bool, Commit | None]:
        held: Task | None = matter.tasks.get(task)
        if held is None or held.done_at is not None or held.owner != staff.id:
            return False, None
        _, commit = freed(held, now, hand=board.presences.hand(staff.id))
        return True, commit

    return settled(creditor, debtor, decide, store=board.store, now=now)


def _tidy(one: Colleague, board: Switchboard, now: datetime) -> None:
    """Take out of their hand what they have finished."""
    stored = board.presences.hand(one.staff.id)
    kept = board.looked_at(one.staff, now).hand
    if stored.version and kept.version == stored.version and kept.holds != stored.holds:
        board.tidied(kept)

"""Route a Task: it is given to whoever of the staff can answer it best now, or stays free."""

from dataclasses import dataclass
from datetime import datetime

from ..domain.matter import Matter
from ..domain.parties import Creditor
from ..domain.presence import Hand
from ..domain.routing import Fit, ranked, wanted_of
from ..ports import Commit
from .switchboard import Switchboard, given, settled


@dataclass(frozen=True)
class Routed:
    """To whom it was given, and by what they were chosen; None: it waits on, or is somebody's already."""

    task: str
    fit: Fit | None = None


def route_task(creditor: str, debtor: str, task: str, *, board: Switchboard, now: datetime) -> Routed:
    """One commit: the task's version decides, and so does the hand of whoever is given it.

    Whoever was beaten to it reads again. A task that is done, taken or handed over is left as it is.
    """

    def decide(settings: Creditor, matter: Matter) -> tuple[tuple[Routed, Hand | None], Commit | None]:
        held = matter.tasks.get(task)
        if held is None or held.done_at is not None or not held.is_free or board.elsewhere(settings, held):
            return (Routed(task), None), None
        wanted = wanted_of(held, matter, settings.country, board.policy(settings).zone, board.rules)
        for fit in ranked(wanted, board.cast(now), board.crew(now), now, board.rules)[: board.rules.tried]:
            one = board.looked_at(board.known(fit.staff), now)
            if one.load < one.staff.most:
                _, commit = given(held, one.hand, now)
                return (Routed(task, fit), commit.hands[0]), commit
        return (Routed(task), None), None

    routed, hand = settled(creditor, debtor, decide, store=board.store, now=now)
    if hand:
        board.note(hand)
        board.gone(creditor, task)
    return routed

"""The desk's first page: what I hold, what nobody has taken, what my team holds, what waits for a second one."""

from __future__ import annotations

from collections.abc import Container, Iterable
from itertools import islice

from chalice.app import Response

from ... import wiring
from ...domain.decision import Refused
from ...domain.staff import May
from ...domain.waiting import Waiting
from ...presentation.desk.frame import WAYS
from ...presentation.desk.lists import lists
from ...presentation.forms._fields import one
from .door import Clerk, desk_route

MOST = 50
NOTHING = {"full": "desk.home.full"}


@desk_route("/desk", "GET", needs=None)
def home(clerk: Clerk) -> Response:
    """Whoever may look for nothing here goes to the first page that is theirs."""
    if not clerk.may(May.SEE_CLAIM):
        own = next((href for _, href, _, _, needs in WAYS if clerk.may(needs)), None)
        return clerk.go(own) if own else _nothing(clerk)
    return _lists(clerk)


@desk_route("/desk/next", "POST", needs=May.ANSWER)
def take_next(clerk: Clerk) -> Response:
    """The one that fits best, by what somebody can do and how long it has waited."""
    from ...actions.take_task import take_next as take

    taken = take(clerk.staff, board=wiring.switchboard(), now=clerk.now)
    if isinstance(taken, Refused):
        # Whoever holds something is led to what of it is due first.
        mine = [one for one in wiring.task_lists().taken(clerk.staff.id) if clerk.staff.works_for(one.creditor)]
        if mine:
            return clerk.go(f"{clerk.frame().of(mine[0].creditor, mine[0].debtor)}#{mine[0].task}")
        return _lists(clerk, note=NOTHING.get(taken.because, "desk.home.none_next"))
    return clerk.go(f"{clerk.frame().of(taken.creditor, taken.debtor, done='taken')}#{taken.id}")


@desk_route("/desk/find", "POST", needs=May.SEE_CLAIM)
def find(clerk: Clerk) -> Response:
    """The matter of a claim, by its number; one of a creditor somebody does not work for is not there."""
    number = one(clerk.posted, "claim", 64)
    for creditor in clerk.staff.creditors if number else ():
        if debtor := wiring.store().debtor_of_claim(creditor, number):
            return clerk.go(clerk.frame().of(creditor, debtor))
    return _lists(clerk, missed=number or "-")


@desk_route("/desk/here", "POST", needs=May.ANSWER)
def here(clerk: Clerk) -> Response:
    """A page that is open says that somebody sits before it; each request says so by itself."""
    return clerk.file("", "text/plain", "here.txt")


def _lists(clerk: Clerk, *, missed: str = "", note: str = "") -> Response:
    creditors = {name: creditor.legal_name for name, creditor in clerk.creditors().items()}
    listed = creditors if clerk.may(May.LIST) else {}
    waiting, staff = wiring.task_lists(), wiring.roster().staff()
    team = [p for p in staff if p.id != clerk.staff.id and p.team and p.team == clerk.staff.team]
    others = [found for person in team for found in waiting.taken(person.id)]
    return clerk.show(
        lists(
            clerk.frame("list"),
            mine=_of(waiting.taken(clerk.staff.id), listed),
            free=_of((found for name in listed for found in waiting.free(name, MOST)), listed),
            team=_of(others, listed),
            motions=[motion for name in listed for motion in waiting.motions(name)],
            creditors=creditors,
            names={person.id: person.name for person in staff},
            missed=missed,
            note=note,
        )
    )


def _of(found: Iterable[Waiting], creditors: Container[str]) -> list[Waiting]:
    """The first due first, of these creditors alone, and no more than a page shows."""
    mine = (one for one in found if one.creditor in creditors)
    return list(islice(sorted(mine, key=lambda one: (one.due_at, one.task)), MOST))


def _nothing(clerk: Clerk) -> Response:
    from ...presentation.desk.states import state

    return clerk.show(state(clerk.frame(), "nothing"))

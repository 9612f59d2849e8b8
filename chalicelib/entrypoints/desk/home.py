"""The desk's first page: what I hold, and what nobody has taken."""

from itertools import islice

from chalice.app import Response

from ... import wiring
from ...domain.staff import May
from ...presentation.desk.frame import WAYS
from ...presentation.desk.lists import lists
from .door import Clerk, desk_route

MOST = 50


@desk_route("/desk", "GET", needs=None)
def home(clerk: Clerk) -> Response:
    """Whoever has no list goes to the first page that is theirs."""
    if not clerk.may(May.LIST):
        own = next((href for _, href, _, _, needs in WAYS if clerk.may(needs)), None)
        return clerk.go(own) if own else _nothing(clerk)
    names = {name: creditor.legal_name for name, creditor in clerk.creditors().items()}
    waiting = wiring.task_lists()
    mine = [one for one in waiting.taken(clerk.staff.id) if one.creditor in names]
    every = (one for name in names for one in waiting.free(name, MOST))
    free = sorted(every, key=lambda one: (one.due_at, one.task))
    return clerk.show(lists(clerk.frame("list"), mine, islice(free, MOST), names))


def _nothing(clerk: Clerk) -> Response:
    from ...presentation.desk.states import state

    return clerk.show(state(clerk.frame(), "nothing"))

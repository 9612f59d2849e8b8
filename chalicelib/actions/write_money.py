"""Write one change to money that lies or leaves: read, decide, commit; whoever was beaten to it decides again."""

from collections.abc import Callable

from ..domain.errors import AlreadyDone, Retry, StaleVersion
from ..ports import Commit, Store
from .write_change import AT_ONCE, acted_then, acts_behind

TURNS = 8


def write_money[Answer](
    creditor: str, decide: Callable[[], tuple[Answer, Commit | None]], *, store: Store
) -> Answer:
    """What `decide` answers once its commit is written; None for the commit when there is nothing to write.

    `decide` reads everything anew each time, and must find by itself that the thing is done already. Raises Retry
    when others keep writing.
    """
    turn, behind = 0, 0
    while turn < TURNS and behind < AT_ONCE:
        answer, commit = decide()
        if commit is None:
            return answer
        try:
            store.commit(creditor, acts_behind(commit, behind))
        except (AlreadyDone, StaleVersion) as beaten:
            turn, behind = (turn, behind + 1) if acted_then(beaten) else (turn + 1, behind)
            continue
        return answer
    raise Retry("the money keeps changing")

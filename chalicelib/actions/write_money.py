"""Write one change to money that lies or leaves: read, decide, commit; whoever was beaten to it decides again."""

from collections.abc import Callable

from ..domain.errors import AlreadyDone, Retry, StaleVersion
from ..ports import Commit, Store
from .write_change import keep

TURNS = 8


def write_money[Answer](
    creditor: str, decide: Callable[[], tuple[Answer, Commit | None]], *, store: Store
) -> Answer:
    """What `decide` answers once its commit is written; None for the commit when there is nothing to write.

    `decide` reads everything anew each time, and must find by itself that the thing is done already. Raises Retry
    when others keep writing.
    """
    for _ in range(TURNS):
        answer, commit = decide()
        if commit is None:
            return answer
        try:
            keep(creditor, commit, store)
        except (AlreadyDone, StaleVersion):
            continue
        return answer
    raise Retry("the money keeps changing")

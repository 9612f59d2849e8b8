"""Say goodbye: every Visit of a link ends at once, wherever a browser still carries one."""

from dataclasses import replace
from datetime import datetime

from ..domain.errors import Retry, StaleVersion
from ..domain.pay_link import PayLink
from ..ports import Commit, Store

TURNS = 5


def leave(link: PayLink, *, store: Store, now: datetime) -> None:
    """Whoever comes back by this link is asked who they are. Raises Retry when others keep writing to it."""
    for _ in range(TURNS):
        fresh = store.link(link.id)
        if fresh is None:
            return
        try:
            store.commit(fresh.creditor, Commit((), links=(replace(fresh, left_at=now),)))
        except StaleVersion:
            continue
        return
    raise Retry("the link keeps changing")

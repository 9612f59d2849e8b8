"""Write one change to a matter: read, decide, commit; whoever was beaten to it reads and decides again."""

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TypedDict

from ..domain.contact import ContactState
from ..domain.errors import AlreadyDone, BrokenRule, Retry, StaleVersion
from ..domain.matter import Matter
from ..domain.parties import Creditor
from ..domain.policies._country import CountryPolicy
from ..ports import Commit, Scheduler, Store

TURNS = 5
# So many things one person may do about one matter in the same microsecond, and each keeps its row.
AT_ONCE = 50


class Ports(TypedDict):
    """What the actions that change a matter are given, as one parcel."""

    store: Store
    scheduler: Scheduler
    policies: Mapping[str, CountryPolicy]
    now: datetime


def write_change[Answer](
    creditor: str,
    debtor: str,
    decide: Callable[[Creditor, Matter], tuple[Answer, Commit | None]],
    *,
    store: Store,
    scheduler: Scheduler,
    now: datetime,
) -> Answer:
    """What `decide` answers once its commit is written; None for the commit when there is nothing to write.

    The contacts of the commit get their schedule, or lose it. `decide` is asked afresh each time somebody else
    wrote first, and must find by itself that the thing is done already. Raises BrokenRule("not_found") when
    there is no such matter, Retry when others keep writing.
    """
    settings = store.creditor(creditor)
    if settings is None:
        raise BrokenRule("not_found")
    turn, behind = 0, 0
    while turn < TURNS and behind < AT_ONCE:
        matter = store.matter(creditor, debtor)
        if matter is None:
            raise BrokenRule("not_found")
        answer, commit = decide(settings, matter)
        if commit is None:
            return answer
        try:
            store.commit(creditor, acts_behind(commit, behind))
        except (AlreadyDone, StaleVersion) as beaten:
            turn, behind = (turn, behind + 1) if acted_then(beaten) else (turn + 1, behind)
            continue
        for contact in commit.contacts:
            if contact.state is ContactState.PLANNED:
                scheduler.at(contact, now)
            elif contact.state is ContactState.CANCELLED:
                # A schedule that stays fires at a contact that is cancelled: nobody is told of trouble for that.
                with suppress(Retry):
                    scheduler.cancel(contact)
        return answer
    raise Retry("the matter keeps changing")


def acted_then(beaten: Exception) -> bool:
    """Whether this person did such a thing to the same at this very moment already, and it is written."""
    return isinstance(beaten, AlreadyDone) and beaten.what == "act"


def acts_behind(commit: Commit, steps: int) -> Commit:
    """The commit with its acts so many microseconds later: an act is known by its moment, and none takes the place
    of another."""
    if not steps:
        return commit
    later = timedelta(microseconds=steps)
    return replace(commit, acts=tuple(replace(act, at=act.at + later) for act in commit.acts))

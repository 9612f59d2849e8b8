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
TICK = timedelta(microseconds=1)


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
    for _ in range(TURNS):
        matter = store.matter(creditor, debtor)
        if matter is None:
            raise BrokenRule("not_found")
        answer, commit = decide(settings, matter)
        if commit is None:
            return answer
        commit = _with_time_given_back(commit, matter, store, now)
        try:
            keep(creditor, commit, store)
        except (AlreadyDone, StaleVersion):
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


def _with_time_given_back(commit: Commit, matter: Matter, store: Store, now: datetime) -> Commit:
    """However a call that was promised comes to its end, its time can be offered to others from then on, as long
    as any of its day is left anywhere."""
    first = now.date() - timedelta(days=1)
    ended = (t for t in commit.tasks if t.done_at and t.request and t.request.day and t.request.day >= first)
    over = [task for task in ended if task.id in matter.tasks and not matter.tasks[task.id].done_at]
    if not over:
        return commit
    from .offer_calls import let_go

    return replace(commit, promised=(*commit.promised, *let_go(*over, store=store)))


def keep(creditor: str, commit: Commit, store: Store) -> None:
    """Commit. An act is known by its moment and none takes the place of another: where the same person did such a
    thing to the same at this very moment, this one is a microsecond behind it. Raises as Store.commit does."""
    for _ in range(AT_ONCE):
        try:
            return store.commit(creditor, commit)
        except AlreadyDone as beaten:
            if beaten.what != "act":
                raise
            commit = replace(commit, acts=tuple(replace(act, at=act.at + TICK) for act in commit.acts))
    raise Retry("too many acts at this moment")

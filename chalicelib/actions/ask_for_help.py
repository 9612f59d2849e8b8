"""Ask a person for help: to be called, or to have a complaint read. Until it is answered nobody asks for money."""

from collections.abc import Mapping
from datetime import datetime

from ..domain.errors import BrokenRule
from ..domain.matter import Matter
from ..domain.parties import Creditor
from ..domain.policies._country import CountryPolicy
from ..domain.task import HelpRequest, Task, TaskKind
from ..domain.visit import Visit
from ..ports import Commit, Scheduler, Store
from .open_task import noted, open_task
from .write_change import write_change


def ask_for_help(
    visit: Visit,
    request: HelpRequest,
    *,
    store: Store,
    scheduler: Scheduler,
    policies: Mapping[str, CountryPolicy],
    now: datetime,
) -> Task:
    """A person calls back by the end of the next day that is not quiet; until it is done nobody writes."""
    return _asked(visit, TaskKind.CALL_BACK, request, "", store, scheduler, policies, now)


def complain(
    visit: Visit,
    words: str,
    *,
    store: Store,
    scheduler: Scheduler,
    policies: Mapping[str, CountryPolicy],
    now: datetime,
) -> Task:
    """A person reads the complaint and answers it by its due time."""
    return _asked(visit, TaskKind.COMPLAINT, None, words, store, scheduler, policies, now)


def _asked(
    visit: Visit,
    kind: TaskKind,
    request: HelpRequest | None,
    words: str,
    store: Store,
    scheduler: Scheduler,
    policies: Mapping[str, CountryPolicy],
    now: datetime,
) -> Task:
    def decide(creditor: Creditor, matter: Matter) -> tuple[Task, Commit | None]:
        if visit.claim not in matter.claims:
            raise BrokenRule("not_found")
        opened = open_task(
            matter,
            matter.claims[visit.claim],
            kind,
            policy=policies[creditor.country],
            now=now,
            request=request,
            words=words,
        )
        if not opened.new:
            return opened.task, None
        letter = noted(matter.debtor, opened.task, opened.claim, now)
        commit = Commit(
            (opened.fact,), claims=(opened.claim,), tasks=(opened.task,), contacts=(letter,) if letter else ()
        )
        return opened.task, commit

    return write_change(visit.creditor, visit.debtor, decide, store=store, scheduler=scheduler, now=now)

"""Ask a person for help: to be called, or to have a complaint read. Until it is answered nobody asks for money."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from ..domain.complaint import Complaint
from ..domain.decision import Refused
from ..domain.errors import BrokenRule
from ..domain.matter import Matter
from ..domain.parties import Creditor
from ..domain.policies._country import CountryPolicy
from ..domain.staff import Staff
from ..domain.task import HelpRequest, Task, TaskKind
from ..domain.visit import Visit
from ..ports import Commit, Scheduler, Store
from .offer_calls import promise
from .open_task import Opened, noted, open_task
from .write_change import write_change

FULL = "slot_full"


def ask_for_help(
    visit: Visit,
    request: HelpRequest,
    *,
    store: Store,
    scheduler: Scheduler,
    policies: Mapping[str, CountryPolicy],
    now: datetime,
    staff: Sequence[Staff] = (),
) -> Task | Refused:
    """A person calls back in the part of the day that was asked for, else by the end of the next day that is not
    quiet; until it is done nobody writes.

    Refused ("slot_full") where a day was asked for and everybody who speaks the language is promised already.
    """

    def decide(creditor: Creditor, matter: Matter) -> tuple[Task | Refused, Commit | None]:
        policy = policies[creditor.country]
        opened = _opened(visit, matter, TaskKind.CALL_BACK, policy, now, request=request)
        if not opened.new:
            return opened.task, None
        if request.day is None:
            return opened.task, _written(matter, opened, now)
        kept = promise(opened.task, request, staff=staff, store=store, policy=policy, now=now)
        if kept is None:
            return Refused(FULL, "calls"), None
        opened = replace(opened, task=kept[0])
        return opened.task, replace(_written(matter, opened, now), promised=(kept[1],))

    return write_change(visit.creditor, visit.debtor, decide, store=store, scheduler=scheduler, now=now)


def complain(
    visit: Visit,
    words: str,
    *,
    store: Store,
    scheduler: Scheduler,
    policies: Mapping[str, CountryPolicy],
    now: datetime,
) -> Task:
    """A person reads the complaint and answers it by its due time; it is counted from now on."""

    def decide(creditor: Creditor, matter: Matter) -> tuple[Task, Commit | None]:
        opened = _opened(visit, matter, TaskKind.COMPLAINT, policies[creditor.country], now, words=words)
        if not opened.new:
            return opened.task, None
        task = opened.task
        counted = Complaint(task.creditor, task.debtor, task.claim, task.id, task.opened_at, task.due_at)
        return task, replace(_written(matter, opened, now), complaints=(counted,))

    return write_change(visit.creditor, visit.debtor, decide, store=store, scheduler=scheduler, now=now)


def _opened(
    visit: Visit,
    matter: Matter,
    kind: TaskKind,
    policy: CountryPolicy,
    now: datetime,
    *,
    request: HelpRequest | None = None,
    words: str = "",
) -> Opened:
    if visit.claim not in matter.claims:
        raise BrokenRule("not_found")
    claim = matter.claims[visit.claim]
    return open_task(matter, claim, kind, policy=policy, now=now, request=request, words=words)


def _written(matter: Matter, opened: Opened, now: datetime) -> Commit:
    letter = noted(matter.debtor, opened.task, opened.claim, now)
    return Commit(
        (opened.fact,), claims=(opened.claim,), tasks=(opened.task,), contacts=(letter,) if letter else ()
    )

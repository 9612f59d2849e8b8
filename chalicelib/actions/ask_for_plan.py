"""Ask a person for a plan that nobody may agree to by itself: an offer below the creditor's bounds."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from ..domain.errors import BrokenRule
from ..domain.matter import Matter
from ..domain.parties import Creditor
from ..domain.pay_link import Scope
from ..domain.policies._country import CountryPolicy
from ..domain.task import Task, TaskKind
from ..domain.terms import Wish
from ..domain.visit import Visit
from ..ports import Commit, Scheduler, Store
from .open_task import noted, open_task
from .write_change import write_change


def send_offer_to_a_person(
    visit: Visit,
    wish: Wish | None,
    words: str,
    *,
    store: Store,
    scheduler: Scheduler,
    policies: Mapping[str, CountryPolicy],
    now: datetime,
) -> Task:
    """A person reads what the debtor can manage and answers by the task's due time; until then nobody writes.

    `wish` is None where they cannot manage anything just now. Sent twice within a day it is one Task.
    """

    def decide(creditor: Creditor, matter: Matter) -> tuple[Task, Commit | None]:
        if visit.claim not in matter.claims or visit.scope is Scope.SEE:
            raise BrokenRule("not_found")
        opened = open_task(
            matter,
            matter.claims[visit.claim],
            TaskKind.OFFER,
            policy=policies[creditor.country],
            now=now,
            words=words,
            secret=f"{wish!r}",
        )
        if not opened.new:
            return opened.task, None
        task = replace(opened.task, wish=wish)
        letter = noted(matter.debtor, task, opened.claim, now)
        contacts = (letter,) if letter else ()
        return task, Commit((opened.fact,), claims=(opened.claim,), tasks=(task,), contacts=contacts)

    return write_change(visit.creditor, visit.debtor, decide, store=store, scheduler=scheduler, now=now)

"""Have a person look at what was decided by itself (GDPR Art. 22(3))."""

from collections.abc import Mapping
from datetime import datetime

from ..domain.errors import BrokenRule
from ..domain.matter import Matter
from ..domain.parties import Creditor
from ..domain.policies._country import CountryPolicy
from ..domain.task import Task, TaskKind
from ..domain.visit import Visit
from ..ports import Commit, Scheduler, Store
from .open_task import open_task
from .write_change import write_change


def ask_for_review(
    visit: Visit,
    contact: str,
    *,
    store: Store,
    scheduler: Scheduler,
    policies: Mapping[str, CountryPolicy],
    now: datetime,
) -> Task:
    """A person looks at why this contact was made, this way and at this hour; nobody reminds until they did.

    Raises BrokenRule("not_found") for a contact that is not about the claim at hand.
    """

    def decide(creditor: Creditor, matter: Matter) -> tuple[Task, Commit | None]:
        found = matter.contacts.get(contact)
        if found is None or found.claim != visit.claim:
            raise BrokenRule("not_found")
        claim, policy = matter.claims[visit.claim], policies[creditor.country]
        opened = open_task(matter, claim, TaskKind.REVIEW, policy=policy, now=now, about=contact)
        if not opened.new:
            return opened.task, None
        return opened.task, Commit((opened.fact,), claims=(opened.claim,), tasks=(opened.task,))

    return write_change(visit.creditor, visit.debtor, decide, store=store, scheduler=scheduler, now=now)

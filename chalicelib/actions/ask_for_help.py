"""Ask a person for help: a Task with a due time the debtor is told, and no reminders while it is open."""

import hashlib
from datetime import datetime, timedelta

from ..domain.claim import Hold, HoldKind
from ..domain.errors import AlreadyDone, BrokenRule, Retry, StaleVersion
from ..domain.facts import Fact, FactName
from ..domain.policies._rules import CountryPolicy
from ..domain.task import HelpRequest, Task, TaskKind
from ..domain.visit import Visit
from ..ports import Commit, Store

TURNS = 5
OWNER = "front_office"


def ask_for_help(
    visit: Visit, request: HelpRequest, *, store: Store, policies: dict[str, CountryPolicy], now: datetime
) -> Task:
    """A person calls back by the end of the next day that is not quiet; until it is done nobody writes.

    Sent twice within a day of the debtor's (a double press, a page loaded again) it is one Task.
    """
    creditor = store.creditor(visit.creditor)
    if creditor is None:
        raise BrokenRule("not_found")
    policy = policies[creditor.country]
    due = due_time(policy, now)
    today = now.astimezone(policy.zone).date()
    words = f"{visit.claim}\n{request}\n{today}"
    task = Task(
        id="t-" + hashlib.sha256(words.encode()).hexdigest()[:24],
        creditor=visit.creditor,
        debtor=visit.debtor,
        claim=visit.claim,
        kind=TaskKind.CALL_BACK,
        request=request,
        opened_at=now,
        due_at=due,
        owner=OWNER,
    )
    for _ in range(TURNS):
        matter = store.matter(visit.creditor, visit.debtor)
        if matter is None or visit.claim not in matter.claims:
            raise BrokenRule("not_found")
        claim = matter.claims[visit.claim].held(Hold(HoldKind.TASK_OPEN, now, None, task.id))
        fact = Fact(FactName.TASK_OPENED, visit.creditor, (("claim", visit.claim), ("task", task.id)), now)
        try:
            store.commit(visit.creditor, Commit((fact,), claims=(claim,), tasks=(task,)))
        except AlreadyDone:
            return task
        except StaleVersion:
            continue
        return task
    raise Retry("the claim keeps changing")


def due_time(policy: CountryPolicy, now: datetime) -> datetime:
    """The evening of the next day on which somebody is there."""
    tomorrow = datetime.combine(now.astimezone(policy.zone).date() + timedelta(days=1), policy.opens, policy.zone)
    opens = policy.next_open(tomorrow).astimezone(policy.zone)
    return datetime.combine(opens.date(), policy.closes, policy.zone)

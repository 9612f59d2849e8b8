"""Change a call that somebody asked for: at another time, or not at all."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from ..domain.centre import OWNED, is_there
from ..domain.claim import Claim
from ..domain.contact import Contact, ContactState, MessageKind
from ..domain.decision import Refused
from ..domain.errors import BrokenRule
from ..domain.facts import Fact, FactName
from ..domain.matter import Matter
from ..domain.parties import Creditor
from ..domain.pay_link import Scope
from ..domain.policies._country import CountryPolicy
from ..domain.staff import Staff
from ..domain.strategies._base import Strategy
from ..domain.task import FRONT_OFFICE, HelpRequest, Task, TaskKind
from ..domain.visit import Visit
from ..ports import Commit, Scheduler, Store
from .ask_for_help import FULL
from .close_task import contact_facts, ended, planned_again
from .offer_calls import let_go, promise
from .open_task import due_time, noted
from .write_change import write_change

RULE = "calls"
TAKEN_BACK = "call_taken_back"
# So many messages a day say when one call comes, the first among them: after that its page alone says it.
MOST_TOLD = 3


def call_of(matter: Matter, claim: Claim, task: str | None = None) -> Task | None:
    """The call about this claim that is still to come and its debtor may change, the first due first; with `task`
    that one alone. None where a contact centre makes it: nobody there would hear of it."""
    calls = (one for one in matter.open_tasks(claim.id) if one.kind is TaskKind.CALL_BACK and not is_there(one))
    return next((one for one in calls if task in (None, one.id)), None)


def move_call(
    visit: Visit,
    task: str,
    request: HelpRequest,
    *,
    store: Store,
    scheduler: Scheduler,
    policies: Mapping[str, CountryPolicy],
    now: datetime,
    staff: Sequence[Staff] = (),
) -> Task | Refused:
    """The same call at another time, on another number or in another language; who waits is told the new hour.

    It is nobody's again and given to whoever can make it then: it leaves the list of whoever had it, and a contact
    centre it came back from does not get it once more. What was promised before can be offered to others. No more
    messages than MOST_TOLD tell of it in a day. The same thing wished twice is done once. Refused ("slot_full")
    where nobody is free then, and ("not_found") where no such call is to come any more.
    """
    visit.require(Scope.ARRANGE)

    def decide(creditor: Creditor, matter: Matter) -> tuple[Task | Refused, Commit | None]:
        claim = _claim(matter, visit)
        held = call_of(matter, claim, task)
        if held is None:
            return Refused("not_found", RULE), None
        if held.request == request:
            return held, None
        policy = policies[creditor.country]
        wished = replace(held, request=request, language=request.language, moved_at=now)
        # Whoever of the desk gave it back may be free at the new hour; a contact centre heard of the old alone.
        centres = tuple(who for who in held.left_by if who.startswith(OWNED))
        wished = replace(wished, owner=FRONT_OFFICE, owned_at=None, left_by=centres)
        promised = let_go(held, store=store)
        if request.day is None:
            wished = replace(wished, due_at=due_time(policy, now))
        else:
            kept = promise(wished, request, staff=staff, store=store, policy=policy, now=now)
            if kept is None:
                return Refused(FULL, RULE), None
            wished, slot = kept
            promised = (*(one for one in promised if (one.day, one.part) != (slot.day, slot.part)), slot)
        ids = (("claim", claim.id), ("task", task))
        facts = () if held.is_free else (Fact(FactName.TASK_FREED, claim.creditor, ids, now),)
        letters = _letters(matter, wished, claim, policy, now)
        return wished, Commit(
            (*facts, *contact_facts(letters, now)), tasks=(wished,), contacts=letters, promised=promised
        )

    return write_change(visit.creditor, visit.debtor, decide, store=store, scheduler=scheduler, now=now)


def take_back_call(
    visit: Visit,
    task: str,
    *,
    store: Store,
    scheduler: Scheduler,
    policies: Mapping[str, CountryPolicy],
    strategies: Mapping[str, Strategy],
    now: datetime,
) -> bool:
    """They need this call no more: it ends as taken back, whoever had it has it no more, and the strategy goes on
    where nothing else waits for a person. False when no such call is to come."""
    visit.require(Scope.ARRANGE)

    def decide(creditor: Creditor, matter: Matter) -> tuple[bool, Commit | None]:
        held = call_of(matter, _claim(matter, visit), task)
        if held is None:
            return False, None
        done, claim = ended(matter, held, now)
        done = replace(done, taken_back=True, asks_since=None)
        tasks = {**matter.tasks, done.id: done}
        after = replace(matter, claims={**matter.claims, claim.id: claim}, tasks=tasks)
        follow = planned_again(creditor, after, (claim,), policies, strategies, now)
        contacts = (*_unsaid(matter, held), *follow)
        ids = (("claim", claim.id), ("task", done.id))
        facts = (Fact(FactName.TASK_DONE, claim.creditor, ids, now), *contact_facts(contacts, now))
        return True, Commit(facts, claims=(claim,), tasks=(done,), contacts=contacts)

    return write_change(visit.creditor, visit.debtor, decide, store=store, scheduler=scheduler, now=now)


def _claim(matter: Matter, visit: Visit) -> Claim:
    if visit.claim not in matter.claims:
        raise BrokenRule("not_found")
    return matter.claims[visit.claim]


def _letters(
    matter: Matter, task: Task, claim: Claim, policy: CountryPolicy, now: datetime
) -> tuple[Contact, ...]:
    """The answer that tells the new hour, in the place of one that has not left yet; none where enough have."""
    if _left_today(matter, task, policy, now) >= MOST_TOLD:
        return _unsaid(matter, task)
    mark = hashlib.sha256(f"{task.request}\n{now.isoformat()}".encode()).hexdigest()[:12]
    letter = noted(matter.debtor, replace(task, id=f"{task.id}/{mark}"), claim, now)
    return (*_unsaid(matter, task), *((replace(letter, about=task.id),) if letter else ()))


def _left_today(matter: Matter, task: Task, policy: CountryPolicy, now: datetime) -> int:
    """How many of its messages left, or may have, on this day of the debtor's."""
    today = now.astimezone(policy.zone).date()
    about = (c for c in matter.contacts.values() if c.kind is MessageKind.NOTED and c.about == task.id)
    left = (c for c in about if c.state not in (ContactState.PLANNED, ContactState.CANCELLED))
    return sum(c.planned_at.astimezone(policy.zone).date() == today for c in left)


def _unsaid(matter: Matter, task: Task) -> tuple[Contact, ...]:
    """What was to tell of this call and has not left, as called off."""
    planned = (c for c in matter.contacts.values() if c.state is ContactState.PLANNED)
    about = (c for c in planned if c.kind is MessageKind.NOTED and c.about == task.id)
    return tuple(contact.called_off(TAKEN_BACK) for contact in about)

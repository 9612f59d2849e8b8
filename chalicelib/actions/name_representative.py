"""Somebody answers for the debtor: from now on the debtor is not asked, until they take it back."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from ..domain.claim import Hold, HoldKind
from ..domain.errors import BrokenRule
from ..domain.facts import Fact, FactName
from ..domain.matter import Matter
from ..domain.parties import Creditor
from ..domain.pay_link import Scope
from ..domain.policies._country import CountryPolicy
from ..domain.strategies._base import Strategy
from ..domain.task import Representative, Task, TaskKind
from ..domain.visit import Visit
from ..ports import Commit, Scheduler, Store
from .close_task import contact_facts, ended, planned_again, uncalled
from .open_task import open_task, silenced_reminders
from .write_change import write_change


def name_representative(
    visit: Visit,
    representative: Representative,
    *,
    store: Store,
    scheduler: Scheduler,
    policies: Mapping[str, CountryPolicy],
    now: datetime,
) -> Task:
    """The Task for a person to write to the representative, and the debtor's hold, in one commit.

    The reminders and calls planned about any of their claims are cancelled. Naming somebody else
    takes the place of the one named before. Only the debtor may do it, not somebody who helps them.
    """

    def decide(creditor: Creditor, matter: Matter) -> tuple[Task, Commit | None]:
        claim = matter.claims.get(visit.claim)
        if claim is None or visit.scope is not Scope.ALL:
            raise BrokenRule("not_found")
        named = named_by_debtor(matter, now)
        if named and named.representative == representative:
            return named, None
        free, calls, over = uncalled(matter, now)
        after, done, facts = _without_the_last(free, now)
        opened = open_task(
            after,
            after.claims[claim.id],
            TaskKind.REPRESENTATIVE,
            policy=policies[creditor.country],
            now=now,
            representative=representative,
        )
        debtor = matter.debtor.held(Hold(HoldKind.REPRESENTATIVE, now, None, opened.task.id))
        silenced = silenced_reminders(matter, HoldKind.REPRESENTATIVE)
        about = (("debtor", visit.debtor), ("task", opened.task.id))
        facts += (*over, opened.fact, Fact(FactName.REPRESENTATIVE_NAMED, visit.creditor, about, now))
        claims = {**after.claims, claim.id: opened.claim}
        changed = tuple(one for one in claims.values() if one != matter.claims[one.id])
        tasks = (*calls, *done, opened.task)
        return opened.task, Commit(facts, debtor=debtor, claims=changed, tasks=tasks, contacts=silenced)

    return write_change(visit.creditor, visit.debtor, decide, store=store, scheduler=scheduler, now=now)


def take_back_representative(
    visit: Visit,
    *,
    store: Store,
    scheduler: Scheduler,
    policies: Mapping[str, CountryPolicy],
    strategies: Mapping[str, Strategy],
    now: datetime,
) -> bool:
    """The debtor answers for themselves again; False when they had named nobody.

    A representative whom the creditor's file or its desk named stays: that is for a person to change.
    """

    def decide(creditor: Creditor, matter: Matter) -> tuple[bool, Commit | None]:
        if visit.claim not in matter.claims or visit.scope is not Scope.ALL:
            raise BrokenRule("not_found")
        named = named_by_debtor(matter, now)
        if named is None:
            return False, None
        after, done, facts = _without_the_last(matter, now)
        after = replace(after, debtor=matter.debtor.released(HoldKind.REPRESENTATIVE))
        follow = planned_again(creditor, after, after.claims.values(), policies, strategies, now)
        about = (("debtor", visit.debtor), ("task", named.id))
        withdrawn = Fact(FactName.REPRESENTATIVE_WITHDRAWN, visit.creditor, about, now)
        commit = Commit(
            (withdrawn, *facts, *contact_facts(follow, now)),
            debtor=after.debtor,
            claims=tuple(one for one in after.claims.values() if one != matter.claims[one.id]),
            tasks=done,
            contacts=follow,
        )
        return True, commit

    return write_change(visit.creditor, visit.debtor, decide, store=store, scheduler=scheduler, now=now)


def named_by_debtor(matter: Matter, now: datetime) -> Task | None:
    """The Task by which the debtor named the representative who answers for them now."""
    holds = (hold for hold in matter.debtor.binding_holds(now) if hold.kind is HoldKind.REPRESENTATIVE)
    return next((matter.tasks[hold.source] for hold in holds if hold.source in matter.tasks), None)


def _without_the_last(matter: Matter, now: datetime) -> tuple[Matter, tuple[Task, ...], tuple[Fact, ...]]:
    """The matter once nobody need write to the one named before, the tasks that ends, and what is said of it."""
    done: list[Task] = []
    facts: list[Fact] = []
    waiting = [t for t in matter.tasks.values() if t.kind is TaskKind.REPRESENTATIVE and t.done_at is None]
    for task in waiting:
        over, claim = ended(matter, task, now)
        tasks, claims = {**matter.tasks, over.id: over}, {**matter.claims, claim.id: claim}
        matter = replace(matter, tasks=tasks, claims=claims)
        done.append(over)
        ids = (("claim", claim.id), ("task", over.id))
        facts.append(Fact(FactName.TASK_DONE, claim.creditor, ids, now))
    return matter, tuple(done), tuple(facts)

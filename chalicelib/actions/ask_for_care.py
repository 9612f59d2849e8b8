"""Particular care: asked for by express consent, without a reason, and ended at any time by a word."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from ..domain.claim import Hold, HoldKind
from ..domain.consent import Consent, ConsentPurpose
from ..domain.errors import BrokenRule
from ..domain.facts import Fact, FactName
from ..domain.matter import Matter
from ..domain.parties import Creditor, Debtor
from ..domain.pay_link import Scope
from ..domain.policies._country import CountryPolicy
from ..domain.strategies._base import Strategy
from ..domain.task import Task, TaskKind
from ..domain.visit import Visit
from ..ports import Commit, Scheduler, Store
from .close_task import contact_facts, ended, planned_again, uncalled
from .open_task import open_task, silenced_reminders
from .write_change import write_change

# The version of the sentence that is agreed to ("care.consent"); a new sentence is a new version.
WORDS = "care/2026-11"


def ask_for_care(
    visit: Visit,
    *,
    store: Store,
    scheduler: Scheduler,
    policies: Mapping[str, CountryPolicy],
    now: datetime,
) -> Task:
    """The consent, the pause and a person who looks at it, in one commit; no reason is kept (GDPR Art. 9).

    The pause is the debtor's, so it holds for all their claims, and no message goes out about it: planned
    reminders and calls are cancelled. Neither the Task's id nor a fact tells what kind it is. Asked twice it is
    one.
    """

    def decide(creditor: Creditor, matter: Matter) -> tuple[Task, Commit | None]:
        claim = matter.claims.get(visit.claim)
        if claim is None or visit.scope is not Scope.ALL:
            raise BrokenRule("not_found")
        running = care_task(matter)
        if running and cared_for(matter.debtor, now):
            return running, None
        after, calls, over = uncalled(matter, now)
        claim, policy = after.claims[claim.id], policies[creditor.country]
        opened = open_task(after, claim, TaskKind.CARE, policy=policy, now=now, secret=visit.link)
        consent = Consent(ConsentPurpose.CARE, True, now, WORDS)
        debtor = matter.debtor.held(Hold(HoldKind.NEEDS_CARE, now, None, opened.task.id))
        debtor = replace(debtor, consents=(*debtor.consents, consent))
        fact = Fact(FactName.CONSENT_GIVEN, claim.creditor, (("debtor", visit.debtor),), now)
        claims = {**after.claims, claim.id: opened.claim}
        changed = tuple(one for one in claims.values() if one != matter.claims[one.id])
        return opened.task, Commit(
            (opened.fact, fact, *over),
            debtor=debtor,
            claims=changed,
            tasks=(opened.task, *calls),
            contacts=silenced_reminders(matter, HoldKind.TASK_OPEN),
        )

    return write_change(visit.creditor, visit.debtor, decide, store=store, scheduler=scheduler, now=now)


def end_care(
    visit: Visit,
    *,
    store: Store,
    scheduler: Scheduler,
    policies: Mapping[str, CountryPolicy],
    strategies: Mapping[str, Strategy],
    now: datetime,
) -> bool:
    """The consent is withdrawn and what rested on it goes at once: the pause, and the task if it still waits.

    False, and nothing written, when there was none.
    """

    def decide(creditor: Creditor, matter: Matter) -> tuple[bool, Commit | None]:
        if visit.claim not in matter.claims or visit.scope is not Scope.ALL:
            raise BrokenRule("not_found")
        if not cared_for(matter.debtor, now):
            return False, None
        debtor = matter.debtor.released(HoldKind.NEEDS_CARE)
        consent = Consent(ConsentPurpose.CARE, False, now, WORDS)
        debtor = replace(debtor, consents=(*debtor.consents, consent))
        facts = [Fact(FactName.CONSENT_WITHDRAWN, visit.creditor, (("debtor", visit.debtor),), now)]
        claims, tasks = dict(matter.claims), []
        if running := care_task(matter):
            done, claim = ended(matter, running, now)
            claims[claim.id], tasks = claim, [done]
            ids = (("claim", claim.id), ("task", done.id))
            facts.append(Fact(FactName.TASK_DONE, visit.creditor, ids, now))
        after = replace(matter, debtor=debtor, claims=claims)
        follow = planned_again(creditor, after, claims.values(), policies, strategies, now)
        changed = tuple(c for c in claims.values() if c != matter.claims[c.id])
        facts += contact_facts(follow, now)
        return True, Commit(tuple(facts), debtor=debtor, claims=changed, tasks=tuple(tasks), contacts=follow)

    return write_change(visit.creditor, visit.debtor, decide, store=store, scheduler=scheduler, now=now)


def cared_for(debtor: Debtor, now: datetime) -> bool:
    return any(hold.kind is HoldKind.NEEDS_CARE for hold in debtor.binding_holds(now))


def care_task(matter: Matter) -> Task | None:
    """The Task of a person who is still to look at it."""
    waiting = (t for t in matter.tasks.values() if t.kind is TaskKind.CARE and t.done_at is None)
    return next(waiting, None)

"""Write down what became of a reserved contact, and plan the strategy's, or the agreement's, next one."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import NamedTuple

from ..domain.channel import ANSWERS_ONLY
from ..domain.claim import Claim
from ..domain.contact import Contact, ContactState, MessageKind, Purpose
from ..domain.errors import StaleVersion
from ..domain.facts import Fact, FactName
from ..domain.matter import Matter
from ..domain.parties import Creditor, Debtor, PointState
from ..domain.policies._country import CountryPolicy
from ..domain.silence import Silence
from ..domain.strategies._base import Strategy, strategy_of
from ..ports import Commit, Scheduler, Store
from .charge_costs import Charge, take_back_untold
from .close_task import contact_facts
from .follow_agreement import Course, settled
from .plan_contact import kept_of, plan_answer, plan_contact

TURNS = 5


class TurnedAway(NamedTuple):
    """An address, its keyed hash, and what it is now by its provider's word: dead, or opted out."""

    value: str
    hashed: str
    state: PointState


FACTS = {
    ContactState.SENT: FactName.CONTACT_SENT,
    ContactState.FAILED: FactName.CONTACT_FAILED,
    ContactState.LOST: FactName.CONTACT_LOST,
}


def settle_contact(
    done: Contact,
    creditor: Creditor,
    *,
    store: Store,
    scheduler: Scheduler,
    policies: Mapping[str, CountryPolicy],
    strategies: Mapping[str, Strategy],
    now: datetime,
    turned_away: TurnedAway | None = None,
) -> bool:
    """Keep `done`, the reserved contact in its last state; `turned_away` is its address where its provider took
    nothing for it.

    Whatever became of this contact, the one after it is planned: a message that is lost must not end the
    strategy, nor what was agreed. Costs that it was to tell of are owed only where it was sent. False, and
    nothing written, when the contact is not the one that was reserved any more or others keep writing; the
    nightly run then finds it.
    """
    for _ in range(TURNS):
        matter = store.matter(done.creditor, done.debtor)
        held = matter.contacts.get(done.id) if matter else None
        if matter is None or held is None or held.version != done.version:
            return False
        debtor, claim = matter.debtor, matter.claims[done.claim]
        silences: tuple[Silence, ...] = ()
        if turned_away and turned_away.state is PointState.DEAD:
            # Dead by one channel it may live by another; a stop holds for all of them.
            debtor = debtor.with_point_state(turned_away.value, PointState.DEAD, done.channel)
        elif turned_away:
            debtor = debtor.stopped(turned_away.value, now, done.outcome or "")
            silences = (store.silence(creditor.id, turned_away.hashed).stop(debtor.number, now),)
        charge, course = Charge(claim), Course(claim)
        if done.state is not ContactState.SENT:
            charge, course = take_back_untold(matter, done, now)
            claim = charge.claim
        elif done.kind is MessageKind.NOTICE:
            claim = replace(claim, notice_sent_at=now)
            course = Course(claim)
        if done.purpose is Purpose.AGREED:
            course = settled(replace(matter, debtor=debtor), claim, done, policies[creditor.country], now)
        elif follow := _next_steps(creditor, debtor, claim, matter, done, policies, strategies, now):
            contacts = (*course.contacts, *follow)
            facts = (*course.facts, *contact_facts(follow, now))
            course = replace(course, claim=claim, contacts=contacts, facts=facts)
        commit = Commit(
            facts=(*_facts(done, matter.debtor, debtor, now), *charge.facts, *course.facts),
            debtor=debtor if debtor != matter.debtor else None,
            claims=(course.claim,) if course.claim != matter.claims[done.claim] else (),
            entries=charge.entries,
            plans=course.plans,
            deferrals=course.deferrals,
            contacts=(done, *course.contacts),
            silences=silences,
        )
        try:
            store.commit(creditor.id, commit)
        except StaleVersion:
            continue
        for contact in course.contacts:
            if contact.state is ContactState.PLANNED:
                scheduler.at(contact, now)
        return True
    return False


def _facts(done: Contact, before: Debtor, after: Debtor, now: datetime) -> tuple[Fact, ...]:
    names = [FACTS[done.state]] if done.state in FACTS else []
    was, is_now = ({p.value for p in d.points if p.state is PointState.OPTED_OUT} for d in (before, after))
    if is_now - was:
        names.append(FactName.CONTACT_STOPPED)
    ids = (("claim", done.claim), ("contact", done.id))
    return tuple(Fact(name, done.creditor, ids, now) for name in names)


def _next_steps(
    creditor: Creditor,
    debtor: Debtor,
    claim: Claim,
    matter: Matter,
    done: Contact,
    policies: Mapping[str, CountryPolicy],
    strategies: Mapping[str, Strategy],
    now: datetime,
) -> tuple[Contact, ...]:
    """What follows this contact about its `claim`, and about each claim that it spoke for as well."""
    rules = policies, strategies, now
    found = next_step(creditor, debtor, claim, matter, done, *rules)
    for other in matter.moved_onto(done):
        found += next_step(creditor, debtor, matter.claims[other.claim], matter, other, *rules)
    return found


def _otherwise(debtor: Debtor, claim: Claim, done: Contact, now: datetime) -> tuple[Contact, ...]:
    """An answer's words by mail or text, where the channel that only answers took them no more."""
    refused = done.state is ContactState.FAILED and done.kind is MessageKind.ANSWER
    if not refused or done.channel not in ANSWERS_ONLY:
        return ()
    other = plan_answer(debtor, claim, MessageKind.ANSWER, what=f"{done.about}/otherwise", now=now)
    return (replace(other, about=done.about),) if other else ()


def next_step(
    creditor: Creditor,
    debtor: Debtor,
    claim: Claim,
    matter: Matter,
    done: Contact,
    policies: Mapping[str, CountryPolicy],
    strategies: Mapping[str, Strategy],
    now: datetime,
) -> tuple[Contact, ...]:
    """The next reminder as it is planned, or as it was refused; none where one waits or there is no step left."""
    if done.purpose is Purpose.ANSWER:
        return _otherwise(debtor, claim, done, now)
    if any(waiting.purpose is Purpose.REMINDER for waiting in matter.planned_for(done.claim)):
        return ()
    step, strategy = done.step + 1, strategy_of(creditor, strategies, claim)
    planned = plan_contact(
        creditor,
        debtor,
        claim,
        step=step,
        after=now + strategy.pause_before(step),
        now=now,
        policy=policies[creditor.country],
        strategy=strategy,
    )
    return kept_of(planned, matter)

"""Second a motion: another person's yes does what the first one wanted, in one transaction; their no ends it."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from ..domain.claim import Claim, ClaimState, HoldKind
from ..domain.contact import UNASKED, Contact
from ..domain.correction import corrected
from ..domain.decision import Refused
from ..domain.dispute import Verdict
from ..domain.entry import LedgerEntry
from ..domain.facts import Fact, FactName
from ..domain.ledger import interest_since, waived
from ..domain.matter import Matter
from ..domain.motion import LIFTED_BY_TWO, TWO_PEOPLE, Motion, MotionKind, MotionState
from ..domain.parties import Creditor
from ..domain.person import Act, ActKind
from ..domain.policies._country import CountryPolicy
from ..domain.strategies._base import Strategy
from ..domain.task import Task, TaskKind
from ..ports import Commit, Scheduler, Store
from .answer_task import answered, utterance
from .close_task import called_off, contact_facts, planned_again
from .follow_agreement import Course, after_payment
from .tell_amount import booking_facts
from .write_change import write_change


def second_motion(
    creditor: str,
    debtor: str,
    motion: str,
    *,
    by: str,
    carries: bool,
    store: Store,
    scheduler: Scheduler,
    policies: Mapping[str, CountryPolicy],
    strategies: Mapping[str, Strategy],
    now: datetime,
    also: frozenset[str] = frozenset(),
) -> Motion | Refused:
    """The motion once a second person has decided it: carried and done, or refused.

    What is owed less is a counter-entry, never a change of an old one; a claim with nothing left is closed, and
    what was planned about it is called off. The task it answers is closed with the first person's words. A plan or
    a day is only allowed by it: the offer is made next (offer_terms). Said twice it is done once. Refused by name:
    not_found, same_person, decided_already, closed, above_owed (less is owed by now), more_owed (than all that was
    to be given up), done (its task was answered meanwhile), no_hold, under_way (such a hold ends with what it
    stands for). `also` are the other ids of whoever decides (one_human).
    """

    def decide(settings: Creditor, matter: Matter) -> tuple[Motion | Refused, Commit | None]:
        held = next((one for one in store.motions(creditor, debtor) if one.id == motion), None)
        if held is None or held.claim not in matter.claims or matter.debtor.erased_at:
            return Refused("not_found", TWO_PEOPLE), None
        wanted = MotionState.CARRIED if carries else MotionState.REFUSED
        if (held.state, held.second) == (wanted, by):
            return held, None
        if no := held.seconded_by(by, also):
            return no, None
        decided = replace(held, state=wanted, second=by, second_at=now)
        ids = (("claim", held.claim), ("motion", held.id))
        act = Act(creditor, by, ActKind.CARRY if carries else ActKind.DISMISS, held.id, now)
        if not carries:
            fact = Fact(FactName.MOTION_REFUSED, creditor, ids, now)
            return decided, Commit((fact,), motions=(decided,), acts=(act,))
        done = _done(settings, matter, held, store, policies, strategies, now)
        if isinstance(done, Refused):
            return done, None
        fact = Fact(FactName.MOTION_CARRIED, creditor, ids, now)
        commit = replace(done, facts=(fact, *done.facts), motions=(decided,), acts=(act, *done.acts))
        return decided, commit

    return write_change(creditor, debtor, decide, store=store, scheduler=scheduler, now=now)


def _done(
    creditor: Creditor,
    matter: Matter,
    motion: Motion,
    store: Store,
    policies: Mapping[str, CountryPolicy],
    strategies: Mapping[str, Strategy],
    now: datetime,
) -> Commit | Refused:
    """What the motion does, for the caller to write with its decision."""
    if motion.kind in (MotionKind.PLAN, MotionKind.DATE):
        return Commit(())
    if motion.kind is MotionKind.LIFT:
        return _lifted(creditor, matter, motion, policies, strategies, now)
    claim, policy = matter.claims[motion.claim], policies[creditor.country]
    task = matter.tasks.get(motion.task or "")
    if claim.state is ClaimState.CLOSED:
        return Refused("closed", TWO_PEOPLE)
    if task and task.done_at:
        return Refused("done", TWO_PEOPLE)
    if motion.leaves_nothing and _more_owed(claim, motion, store):
        return Refused("more_owed", TWO_PEOPLE)
    entries: tuple[LedgerEntry, ...]
    if motion.kind is MotionKind.WRITE_OFF:
        after, entry = waived(claim, motion.id, now.astimezone(policy.zone).date(), now)
        entries = (entry,)
    elif (motion.amount or 0) > claim.outstanding.total:
        return Refused("above_owed", TWO_PEOPLE)
    else:
        after, entries = corrected(claim, motion.amount or 0, motion.id, now, policy.meter_for(matter.debtor))
    less = claim.outstanding.total - after.outstanding.total
    booked = _booked(matter, claim, after, entries, now)
    if task is None:
        return booked
    (settled,) = booked.claims
    tasks = {**matter.tasks, **{one.id: one for one in booked.tasks}}
    stands = replace(matter, claims={**matter.claims, settled.id: settled}, tasks=tasks)
    talk, said = store.talk(motion.creditor, motion.debtor)
    uttered = utterance(matter, task, motion.why, by=motion.by, signed=motion.signed, said=said, now=now)
    verdict = None
    if task.kind is TaskKind.DISPUTE:
        verdict = Verdict.UPHELD if settled.state is ClaimState.CLOSED else Verdict.IN_PART
    answer, _ = answered(
        creditor, stands, task, uttered, talk, policies, strategies, now, closes=True, verdict=verdict, less=less
    )
    return replace(
        answer,
        facts=(*booked.facts, *answer.facts),
        claims=answer.claims or booked.claims,
        entries=booked.entries,
        plans=booked.plans,
        deferrals=booked.deferrals,
        tasks=(*booked.tasks, *answer.tasks),
        contacts=(*booked.contacts, *answer.contacts),
    )


def _more_owed(claim: Claim, motion: Motion, store: Store) -> bool:
    """Whether more is owed than the two have seen. Interest that ran on meanwhile is no news: it grows by the day,
    and whoever gives up what it grows on means it too. What came back or was charged, nobody has agreed to."""
    grown = interest_since(store.ledger(claim.creditor, claim.id), motion.at)
    return claim.outstanding.total - grown > (motion.amount or 0)


def _booked(
    matter: Matter, before: Claim, after: Claim, entries: tuple[LedgerEntry, ...], now: datetime
) -> Commit:
    """The entries, and what they change of what was agreed and planned about the claim."""
    facts = [*booking_facts(before, after, entries, now)]
    course: Course = after_payment(matter, after, now)
    claim, calls, contacts = course.claim, tuple[Task, ...](), tuple[Contact, ...]()
    if claim.state is ClaimState.CLOSED:
        claim, calls, over = called_off(matter, claim, now)
        facts += over
        planned = (c for c in matter.planned_for(claim.id) if c.purpose in UNASKED)
        contacts = tuple(c.called_off("settled") for c in planned)
    return Commit(
        (*facts, *course.facts, *contact_facts(contacts, now)),
        claims=(claim,),
        entries=tuple((claim.id, entry) for entry in entries),
        plans=course.plans,
        deferrals=course.deferrals,
        tasks=calls,
        contacts=(*contacts, *course.contacts),
    )


def _lifted(
    creditor: Creditor,
    matter: Matter,
    motion: Motion,
    policies: Mapping[str, CountryPolicy],
    strategies: Mapping[str, Strategy],
    now: datetime,
) -> Commit | Refused:
    """The hold ends wherever it stands, and what waited for it is planned again."""
    kind = HoldKind(motion.hold or "")
    if kind not in LIFTED_BY_TWO:
        return Refused("under_way", TWO_PEOPLE)
    claims = [
        one.released(kind, now)
        for one in matter.claims.values()
        if any(hold.kind is kind for hold in one.holds) and one.id == motion.claim
    ]
    on_debtor = any(hold.kind is kind for hold in matter.debtor.holds)
    if not claims and not on_debtor:
        return Refused("no_hold", TWO_PEOPLE)
    debtor = matter.debtor.released(kind, now) if on_debtor else None
    held = {**matter.claims, **{one.id: one for one in claims}}
    after = replace(matter, debtor=debtor or matter.debtor, claims=held)
    free = held.values() if on_debtor else claims
    follow = planned_again(creditor, after, free, policies, strategies, now)
    fact = Fact(FactName.CLAIM_LET_GO, creditor.id, (("claim", motion.claim),), now)
    return Commit((fact, *contact_facts(follow, now)), debtor=debtor, claims=tuple(claims), contacts=follow)

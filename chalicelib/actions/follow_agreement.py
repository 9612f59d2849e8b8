"""Follow what was agreed through its life: one planned contact carries it from part to part, until it is over.

Every running plan and every running deferral has exactly one planned contact of purpose `agreed`. At its hour it
is asked what there is to say; whatever becomes of it, the next one is written in the same transaction.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from ..domain.claim import Claim, ClaimState, HoldKind
from ..domain.contact import Contact, ContactState, MessageKind, Purpose, Tone
from ..domain.course import NextWord, next_of_deferral, next_of_plan, still_meant
from ..domain.decision import Refused, Wait
from ..domain.deferral import Deferral, DeferralState
from ..domain.drawing import drawn_again_at
from ..domain.facts import Fact, FactName
from ..domain.matter import Matter
from ..domain.parties import ChannelKind, Creditor, Debtor
from ..domain.plan import Method, Plan, PlanState, fitted, kept
from ..domain.policies._country import CountryPolicy
from ..domain.policies._rules import ASK_AGAIN, Situation
from ..domain.strategies._base import Strategy
from ..ports import Commit, Scheduler, Store
from .close_task import contact_facts, planned_again
from .plan_contact import contact_id, reachable
from .write_change import write_change

# Drawing is the nightly run's: by the second night it was done, or will not be.
NIGHTS = timedelta(days=2)


@dataclass(frozen=True)
class Course:
    """What an agreement's going on or ending changes, for a caller to commit with its own."""

    claim: Claim
    plans: tuple[Plan, ...] = ()
    deferrals: tuple[Deferral, ...] = ()
    contacts: tuple[Contact, ...] = ()
    facts: tuple[Fact, ...] = ()


def agreed_about(matter: Matter, claim: Claim) -> tuple[Plan | Deferral, ...]:
    """What runs for this claim now."""
    found = (matter.running(name) for name in (claim.plan, claim.deferral))
    return tuple(agreed for agreed in found if agreed)


def after_payment(matter: Matter, claim: Claim, now: datetime) -> Course:
    """What a payment changes of what was agreed. `matter` is as it was before, `claim` as it is after.

    A plan all of whose parts are paid was kept; a closed claim needs no deferral. Where the payment showed that
    less is owed, the last parts shrink (M17). What was paid before its day is passed over by the plan's next
    contact itself. A plan that is over stays over, whatever comes later (M9).
    """
    course = Course(claim)
    for agreed in agreed_about(matter, claim):
        if isinstance(agreed, Plan) and kept(agreed, claim):
            course = _joined(course, over(matter, course.claim, agreed, PlanState.KEPT, now))
        elif isinstance(agreed, Plan) and (less := fitted(agreed, claim)) is not agreed:
            course = _joined(course, Course(course.claim, plans=(less,)))
        elif isinstance(agreed, Deferral) and claim.state is ClaimState.CLOSED:
            course = _joined(course, over(matter, course.claim, agreed, DeferralState.OVER, now))
    return course


def over(
    matter: Matter, claim: Claim, agreed: Plan | Deferral, state: PlanState | DeferralState, now: datetime
) -> Course:
    """The agreement in its last state, its contact cancelled, and the claim free of it."""
    planned = tuple(c.called_off("agreement_over") for c in carriers(matter, agreed))
    if isinstance(agreed, Plan):
        name = FactName.PLAN_KEPT if state is PlanState.KEPT else FactName.PLAN_ENDED
        ended = replace(agreed, state=PlanState(state), ended_at=now, next_at=None)
        free = replace(claim.released(HoldKind.PLAN, now), plan=None)
        free = free.moved_to(ClaimState.OPEN) if free.state is ClaimState.ON_PLAN else free
        facts = (Fact(name, claim.creditor, ids_of(agreed), now), *contact_facts(planned, now))
        return Course(free, plans=(ended,), contacts=planned, facts=facts)
    free = replace(claim.released(HoldKind.DEFERRAL, now), deferral=None)
    done = replace(agreed, state=DeferralState.OVER, next_at=None)
    facts = (Fact(FactName.DEFERRAL_ENDED, claim.creditor, ids_of(agreed), now), *contact_facts(planned, now))
    return Course(free, deferrals=(done,), contacts=planned, facts=facts)


def carriers(matter: Matter, agreed: Plan | Deferral) -> tuple[Contact, ...]:
    """The planned contact that carries it on, as a tuple of at most one."""
    planned = matter.planned_for(agreed.claim)
    return tuple(c for c in planned if c.purpose is Purpose.AGREED and c.about == agreed.id)


def followed(
    matter: Matter, claim: Claim, agreed: Plan | Deferral, policy: CountryPolicy, now: datetime
) -> Course:
    """The agreement with the next contact that carries it on; it must be running and not kept.

    While one is being sent no other is written: whatever becomes of it, the next is written then.
    """
    if any(c.about == agreed.id and c.state is ContactState.RESERVED for c in _agreed(matter)):
        return Course(claim, (agreed,)) if isinstance(agreed, Plan) else Course(claim, deferrals=(agreed,))
    contacts, zone = matter.contacts.values(), policy.zone
    if isinstance(agreed, Plan):
        word = next_of_plan(agreed, claim, contacts, now, zone)
        if word is None:
            return over(matter, claim, agreed, PlanState.KEPT, now)
    else:
        word = next_of_deferral(agreed, now, zone)
    return _carried(matter, claim, agreed, _carrier(matter, agreed, word, policy, now), now)


def carry_on(
    creditor: Creditor,
    matter: Matter,
    contact: Contact,
    *,
    policies: Mapping[str, CountryPolicy],
    strategies: Mapping[str, Strategy],
    now: datetime,
) -> Commit | None:
    """What to write at the hour of an agreement's contact; None when it has something to say and is to be sent.

    Paid meanwhile, changed meanwhile: it gives way to the next one, silently. Where the time is over it ends the
    agreement, and the creditor's strategy goes on.
    """
    policy, claim = policies[creditor.country], matter.claims[contact.claim]
    agreed = matter.running(contact.about)
    if wait := _drawn_first(matter, agreed, contact, policy, now):
        return put_off(matter, contact, wait, policy, now)
    gone = contact.called_off("agreement_changed")
    without = _with_contact(matter, gone)
    if agreed is None:
        return Commit(contact_facts((gone,), now), contacts=(gone,))
    if still_meant(contact, agreed, claim, now, policy.zone):
        return None
    word = _next(agreed, claim, matter, now, policy)
    if word is None:
        course = over(without, claim, agreed, PlanState.KEPT, now)
    elif word.ends and word.at <= now:
        wait = _paused(creditor, matter, claim, contact, policy, now) if isinstance(agreed, Plan) else None
        if wait:
            return put_off(matter, contact, wait, policy, now)
        course = over(without, claim, agreed, _last_state(agreed), now)
        resumed = planned_again(
            creditor, without, (course.claim,), policies, strategies, now, after_agreement=True
        )
        contacts, facts = (*course.contacts, *resumed), (*course.facts, *contact_facts(resumed, now))
        course = replace(course, contacts=contacts, facts=facts)
    else:
        course = followed(without, claim, agreed, policy, now)
    return _commit(claim, course, gone, now)


def put_off(matter: Matter, contact: Contact, wait: Wait, policy: CountryPolicy, now: datetime) -> Commit:
    """The same contact at the hour that the policy named."""
    agreed, claim = matter.running(contact.about), matter.claims[contact.claim]
    if agreed is None:
        raise ValueError("only what runs is put off")
    word = NextWord(contact.kind, contact.number or 0, wait.until)
    later = _carrier(matter, agreed, word, policy, now)
    later = replace(later, channel=contact.channel, decisions=(*contact.decisions, wait)[-8:])
    old = replace(contact.moved(ContactState.MOVED), moved_to=later.id)
    course = _carried(matter, claim, agreed, later, now)
    return _commit(claim, course, old, now)


def settled(matter: Matter, claim: Claim, done: Contact, policy: CountryPolicy, now: datetime) -> Course:
    """The agreement after its contact `done` went out, or did not; the question about a part counts as asked."""
    agreed = matter.running(done.about) if done.purpose is Purpose.AGREED else None
    if agreed is None:
        return Course(claim)
    facts: tuple[Fact, ...] = ()
    if isinstance(agreed, Plan) and done.kind is MessageKind.MISSED and done.number not in agreed.asked:
        number = done.number or 0
        agreed = replace(agreed, asked=(*agreed.asked, number))
        ids = (*ids_of(agreed), ("instalment", str(number)))
        facts = (Fact(FactName.INSTALMENT_MISSED, claim.creditor, ids, now),)
    course = followed(_with_contact(matter, done), claim, agreed, policy, now)
    return replace(course, facts=(*facts, *course.facts))


def unsaid(matter: Matter, claim: Claim, gone: Contact, policy: CountryPolicy, now: datetime) -> Commit:
    """What to write of a contact that was refused at its hour: an agreement goes on without its words."""
    course = settled(matter, claim, gone, policy, now)
    return _commit(claim, course, gone, now)


def follow_again(
    agreed: Plan | Deferral,
    *,
    store: Store,
    scheduler: Scheduler,
    policies: Mapping[str, CountryPolicy],
    now: datetime,
) -> bool:
    """A running agreement that lost its contact gets one; False when it has one or is over."""

    def decide(creditor: Creditor, matter: Matter) -> tuple[bool, Commit | None]:
        held = matter.running(agreed.id)
        waiting = (ContactState.PLANNED, ContactState.RESERVED)
        carried = any(c.about == agreed.id and c.state in waiting for c in _agreed(matter))
        if held is None or carried:
            return False, None
        claim = matter.claims[held.claim]
        course = followed(matter, claim, held, policies[creditor.country], now)
        return True, _commit(claim, course, None, now)

    return write_change(agreed.creditor, agreed.debtor, decide, store=store, scheduler=scheduler, now=now)


def _announces(agreed: Plan | Deferral, kind: MessageKind) -> bool:
    """A word that announces a direct debit says its amount, which no text message does."""
    return isinstance(agreed, Plan) and agreed.method is Method.DEBIT and kind is MessageKind.INSTALMENT


def announcing(matter: Matter, contact: Contact) -> bool:
    """Whether this contact announces a direct debit."""
    agreed = matter.running(contact.about)
    return agreed is not None and _announces(agreed, contact.kind)


def way_to(debtor: Debtor, otherwise: ChannelKind = ChannelKind.EMAIL, *, durable: bool = False) -> ChannelKind:
    """How this debtor is written to about what they agreed: as they chose, else by mail, and what must be kept
    (`durable`) by mail first."""
    ways = reachable(debtor)
    first = ChannelKind.EMAIL if durable else debtor.choices.channel
    order = (first, ChannelKind.EMAIL, ChannelKind.SMS)
    return next((kind for kind in order if kind in ways), otherwise)


def ids_of(agreed: Plan | Deferral) -> tuple[tuple[str, str], ...]:
    kind = "plan" if isinstance(agreed, Plan) else "deferral"
    return ("claim", agreed.claim), (kind, agreed.id)


def _next(
    agreed: Plan | Deferral, claim: Claim, matter: Matter, now: datetime, policy: CountryPolicy
) -> NextWord | None:
    if isinstance(agreed, Plan):
        return next_of_plan(agreed, claim, matter.contacts.values(), now, policy.zone)
    return next_of_deferral(agreed, now, policy.zone)


def _last_state(agreed: Plan | Deferral) -> PlanState | DeferralState:
    return PlanState.ENDED if isinstance(agreed, Plan) else DeferralState.OVER


def _carrier(
    matter: Matter, agreed: Plan | Deferral, word: NextWord, policy: CountryPolicy, now: datetime
) -> Contact:
    """The contact for this word, at a permitted hour, under a name that no earlier one bears."""
    hours = policy.hours_of(matter.debtor)
    at = hours.next_open(now) if word.at <= now else hours.wait_until(word.at, now)
    name, turn = "", 0
    while not name or name in matter.contacts:
        what = f"agreed/{agreed.id}/{word.kind}/{word.number}/{turn}"
        name, turn = contact_id(agreed.creditor, agreed.claim, what, at), turn + 1
    return Contact(
        id=name,
        creditor=agreed.creditor,
        debtor=agreed.debtor,
        claim=agreed.claim,
        purpose=Purpose.AGREED,
        kind=word.kind,
        channel=way_to(matter.debtor, durable=_announces(agreed, word.kind)),
        tone=Tone.FRIENDLY,
        due_at=at,
        planned_at=now,
        step=-1,
        why=word.kind.value,
        about=agreed.id,
        number=word.number or None,
    )


def _carried(matter: Matter, claim: Claim, agreed: Plan | Deferral, contact: Contact, now: datetime) -> Course:
    facts = contact_facts((contact,), now)
    if isinstance(agreed, Plan):
        on = replace(agreed, next_at=contact.due_at)
        return Course(claim, plans=(on,), contacts=(contact,), facts=facts)
    later = replace(agreed, next_at=contact.due_at)
    return Course(claim, deferrals=(later,), contacts=(contact,), facts=facts)


def _paused(
    creditor: Creditor, matter: Matter, claim: Claim, contact: Contact, policy: CountryPolicy, now: datetime
) -> Wait | None:
    """Nobody's plan ends while they wait for us, their money is on its way, or a person has to look."""
    situation = Situation(creditor, matter.debtor, claim, Purpose.AGREED, contact.kind, contact.channel)
    answer = policy.may_contact(situation, now)
    if isinstance(answer, Refused) and matter.needs_a_person(claim, now):
        again = policy.hours_of(matter.debtor).wait_until(now + ASK_AGAIN, now)
        return Wait(again, answer.because, answer.rule)
    return answer if isinstance(answer, Wait) else None


def _drawn_first(
    matter: Matter, agreed: Plan | Deferral | None, contact: Contact, policy: CountryPolicy, now: datetime
) -> Wait | None:
    """A part that came back is drawn once more before anybody is asked about it."""
    if not isinstance(agreed, Plan) or contact.kind is not MessageKind.MISSED:
        return None
    again = drawn_again_at(matter, agreed, contact.number or 0)
    if again is None or now >= again + NIGHTS or matter.needs_a_person(matter.claims[agreed.claim], now):
        return None
    return Wait(policy.hours_of(matter.debtor).wait_until(again + NIGHTS, now), "drawn_again", policy.rule)


def _agreed(matter: Matter) -> tuple[Contact, ...]:
    return tuple(c for c in matter.contacts.values() if c.purpose is Purpose.AGREED)


def _with_contact(matter: Matter, contact: Contact) -> Matter:
    return replace(matter, contacts={**matter.contacts, contact.id: contact})


def _joined(first: Course, then: Course) -> Course:
    return Course(
        then.claim,
        (*first.plans, *then.plans),
        (*first.deferrals, *then.deferrals),
        (*first.contacts, *then.contacts),
        (*first.facts, *then.facts),
    )


def _commit(before: Claim, course: Course, old: Contact | None, now: datetime) -> Commit:
    said = contact_facts((old,), now) if old and old.state is ContactState.CANCELLED else ()
    return Commit(
        (*said, *course.facts),
        claims=(course.claim,) if course.claim != before else (),
        plans=course.plans,
        deferrals=course.deferrals,
        contacts=(*((old,) if old else ()), *course.contacts),
    )

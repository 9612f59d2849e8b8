"""Agree to an offer whose notice was given: a plan, a deferral, or a change of the running plan. It is free."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from ..domain.accrual import good_through, matter_on
from ..domain.claim import Claim, ClaimState, Hold, HoldKind
from ..domain.contact import UNASKED, Contact, MessageKind
from ..domain.course import end_of
from ..domain.deferral import Deferral, DeferralState
from ..domain.errors import BrokenRule
from ..domain.facts import Fact, FactName
from ..domain.mandate import AGREED_NOTICE_DAYS
from ..domain.matter import Matter
from ..domain.offer import Offer, OfferKind, OfferState
from ..domain.parties import Creditor
from ..domain.person import Act
from ..domain.plan import Instalment, Method, Plan, PlanState
from ..domain.policies._country import CountryPolicy
from ..domain.strategies._base import Strategy, strategy_of
from ..domain.terms import stale
from ..domain.visit import Visit
from ..ports import Commit, Scheduler, Store
from .close_task import called_off, contact_facts
from .follow_agreement import Course, agreed_about, carriers, followed, ids_of, over
from .make_document import agreement_id
from .make_offer import arranging
from .plan_contact import plan_answer
from .write_change import write_change


@dataclass(frozen=True)
class Agreed:
    """What was agreed, now or before by the same press, and the offer it was agreed from."""

    agreement: Plan | Deferral
    offer: Offer


@dataclass(frozen=True)
class NoticeMissing:
    """Its notice has neither left by mail nor been fetched: nothing can be agreed yet (P14)."""

    offer: Offer


@dataclass(frozen=True)
class AskAgain:
    """The offer does not hold any more, so nothing was agreed; the reader is asked once more (P10).

    `because`: "amount_changed", "expired", "replaced" or "bounds".
    """

    offer: Offer
    because: str


def agree(
    visit: Visit,
    offer_id: str,
    *,
    store: Store,
    scheduler: Scheduler,
    policies: Mapping[str, CountryPolicy],
    strategies: Mapping[str, Strategy],
    now: datetime,
    acts: tuple[Act, ...] = (),
) -> Agreed | NoticeMissing | AskAgain:
    """The agreement, its hold, its first contact and the answer that confirms it, in one transaction.

    `acts` are written with it: somebody of the staff was told the yes. It takes the place of whatever ran before;
    reminders and calls are cancelled. Pressed twice it is agreed once. It is no acknowledgement of what is owed,
    and nothing is added while it is kept. Raises BrokenRule("closed") when nothing is owed,
    BrokenRule("not_found") for an offer of another claim.
    """

    def decide(creditor: Creditor, matter: Matter) -> tuple[Agreed | NoticeMissing | AskAgain, Commit | None]:
        offer = matter.offers.get(offer_id)
        if offer is None or offer.claim != visit.claim:
            raise BrokenRule("not_found")
        if offer.state is OfferState.AGREED and (before := _agreed_from(matter, offer)):
            return Agreed(before, offer), None
        claim, policy = arranging(visit, matter), policies[creditor.country]
        as_owed = matter_on(matter, policy.meter.day(now), policy.meter_for(matter.debtor))
        bounds, today = strategy_of(creditor, strategies).deferral, now.astimezone(policy.zone).date()
        if because := stale(as_owed, offer, bounds, today, now):
            return AskAgain(offer, because), None
        if not matter.notice_given(offer):
            return NoticeMissing(offer), None
        course, agreement = _arranged(matter, claim, offer, policy, now)
        return Agreed(agreement, offer), replace(_commit(matter, offer, course, agreement, now), acts=acts)

    return write_change(visit.creditor, visit.debtor, decide, store=store, scheduler=scheduler, now=now)


def _agreed_from(matter: Matter, offer: Offer) -> Plan | Deferral | None:
    agreements: tuple[Plan | Deferral, ...] = (*matter.plans.values(), *matter.deferrals.values())
    return next((a for a in agreements if a.offer == offer.id or a.id == offer.plan), None)


def _arranged(
    matter: Matter, claim: Claim, offer: Offer, policy: CountryPolicy, now: datetime
) -> tuple[Course, Plan | Deferral]:
    """The agreement with its first contact, and what it puts an end to."""
    if offer.kind is OfferKind.PLAN_CHANGE:
        return _changed(matter, claim, offer, policy, now)
    before = Course(claim)
    for held in agreed_about(matter, claim):
        state = PlanState.ENDED if isinstance(held, Plan) else DeferralState.OVER
        gone = over(matter, before.claim, held, state, now)
        before = Course(
            gone.claim,
            (*before.plans, *gone.plans),
            (*before.deferrals, *gone.deferrals),
            (*before.contacts, *gone.contacts),
            (*before.facts, *gone.facts),
        )
    agreement: Plan | Deferral
    if offer.kind is OfferKind.PLAN:
        agreement = _plan(claim, offer, matter.running(claim.plan), now)
        hold = Hold(HoldKind.PLAN, now, None, agreement.id)
        held_claim = replace(before.claim.moved_to(ClaimState.ON_PLAN).held(hold), plan=agreement.id)
        name = FactName.PLAN_AGREED
    else:
        agreement = _deferral(offer, now)
        hold = Hold(HoldKind.DEFERRAL, now, end_of(agreement.until, policy.zone), agreement.id)
        # What was offered is the amount to that day: nothing joins it in between.
        held_claim = good_through(before.claim.held(hold), agreement.until)
        held_claim = replace(held_claim, deferral=agreement.id)
        name = FactName.DEFERRAL_AGREED
    begun = followed(matter, held_claim, agreement, policy, now)
    fact = Fact(name, claim.creditor, (*ids_of(agreement), ("offer", offer.id)), now)
    course = Course(
        held_claim,
        (*before.plans, *begun.plans),
        (*before.deferrals, *begun.deferrals),
        (*before.contacts, *begun.contacts),
        (*before.facts, fact, *begun.facts),
    )
    return course, (begun.plans or begun.deferrals)[-1]


def _changed(
    matter: Matter, claim: Claim, offer: Offer, policy: CountryPolicy, now: datetime
) -> tuple[Course, Plan]:
    """The running plan with the debtor's change. Whoever changes a part has answered the question about it."""
    plan = matter.running(offer.plan)
    if not isinstance(plan, Plan):
        raise BrokenRule("not_found")
    asked = tuple(number for number in plan.asked if _as_before(plan, offer.instalments, number))
    new = replace(plan, instalments=offer.instalments, offer=offer.id, changes=plan.changes + 1, asked=asked)
    gone = tuple(c.called_off("agreement_changed") for c in carriers(matter, plan))
    course = followed(matter, claim, new, policy, now)
    fact = Fact(FactName.PLAN_CHANGED, claim.creditor, (*ids_of(new), ("offer", offer.id)), now)
    facts = (fact, *contact_facts(gone, now), *course.facts)
    course = replace(course, contacts=(*gone, *course.contacts), facts=facts)
    return course, course.plans[-1]


def _as_before(plan: Plan, parts: tuple[Instalment, ...], number: int) -> bool:
    return plan.instalments[number - 1] == parts[number - 1]


def _plan(claim: Claim, offer: Offer, before: Plan | Deferral | None, now: datetime) -> Plan:
    """A new plan; where it takes the place of a running one that is one more of the debtor's changes."""
    return Plan(
        id=_named("p", offer),
        creditor=offer.creditor,
        debtor=offer.debtor,
        claim=offer.claim,
        currency=offer.currency,
        instalments=offer.instalments,
        method=offer.method,
        notice_days=AGREED_NOTICE_DAYS if offer.method is Method.DEBIT else 0,
        offer=offer.id,
        agreed_at=now,
        paid_before=claim.paid,
        day=offer.day,
        changes=before.changes + 1 if isinstance(before, Plan) else 0,
    )


def _deferral(offer: Offer, now: datetime) -> Deferral:
    if offer.until is None:
        raise ValueError("a deferral has its day")
    return Deferral(
        id=_named("l", offer),
        creditor=offer.creditor,
        debtor=offer.debtor,
        claim=offer.claim,
        until=offer.until,
        offer=offer.id,
        agreed_at=now,
    )


def _named(letter: str, offer: Offer) -> str:
    return f"{letter}-" + hashlib.sha256(offer.id.encode()).hexdigest()[:24]


def _commit(matter: Matter, offer: Offer, course: Course, agreement: Plan | Deferral, now: datetime) -> Commit:
    agreed = HoldKind.PLAN if isinstance(agreement, Plan) else HoldKind.DEFERRAL
    reminders = tuple(c.called_off(agreed) for c in matter.planned_for(offer.claim) if _obsolete(c))
    answer = _answer(matter, course.claim, offer, agreement, now)
    drawn = matter.mandate_for(agreement.id)
    contacts = (*reminders, *((answer,) if answer else ()))
    others = (o for o in matter.offers.values() if o.claim == offer.claim and o.is_open)
    replaced = tuple(replace(o, state=OfferState.REPLACED) for o in others if o.id != offer.id)
    # Whoever has agreed to something is not called about it.
    claim, calls, facts = called_off(matter, course.claim, now)
    return Commit(
        (*course.facts, *facts, *contact_facts(contacts, now)),
        # Written even where it stays as it is: a payment that books at this moment goes first (P10).
        claims=(claim,),
        tasks=calls,
        plans=course.plans,
        deferrals=course.deferrals,
        offers=(replace(offer, state=OfferState.AGREED, agreed_at=now), *replaced),
        contacts=(*course.contacts, *contacts),
        # Another day may be nearer: whoever draws looks again.
        mandates=(replace(drawn, look_at=now),) if drawn else (),
    )


def _obsolete(contact: Contact) -> bool:
    """What nobody needs to hear any more: reminders, offers that still wait, confirmations of older terms."""
    return contact.purpose in UNASKED or contact.kind in (MessageKind.OFFER, MessageKind.AGREEMENT)


def _answer(
    matter: Matter, claim: Claim, offer: Offer, agreement: Plan | Deferral, now: datetime
) -> Contact | None:
    """The confirmation. Its document is made when the fact comes by; it waits until it is there."""
    answer = plan_answer(matter.debtor, claim, MessageKind.AGREEMENT, what=offer.id, now=now)
    if answer is None:
        return None
    return replace(answer, about=agreement.id, document=agreement_id(agreement, offer))

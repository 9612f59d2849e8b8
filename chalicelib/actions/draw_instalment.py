"""Draw the part of a plan that is due on a saved way to pay: once, announced before, and never past a hold."""

import hashlib
from dataclasses import replace
from datetime import datetime, time, timedelta
from enum import StrEnum

from ..domain.claim import Claim, Hold, HoldKind
from ..domain.drawing import GOING_ON, Draw, Resting, next_draw, rests, tries_of
from ..domain.errors import AlreadyDone, Permanent, Retry, StaleVersion
from ..domain.facts import Fact, FactName
from ..domain.mandate import Mandate, MandateState, ended
from ..domain.matter import Matter
from ..domain.payments import Attempt, AttemptStatus, CheckoutStatus, PaymentStatus, ProviderPayment
from ..domain.plan import Plan, open_instalment
from ..domain.policies._country import CountryPolicy
from ..ports import Commit
from .give_mandate import mandate_told
from .lapse_attempt import lapse_attempt
from .read_event import SETTLES_WITHIN, keep_waiting
from .record_payment import record_payment
from .till import Till

TURNS = 5
# What another run may have in hand is left to it for so long.
IN_HAND = timedelta(minutes=15)
A_DAY = timedelta(days=1)
# Twice that long a hosted page stands at the most; who has given nothing by then has turned back.
GIVEN_UP = timedelta(hours=2)


class Looked(StrEnum):
    """What became of a mandate that was looked at."""

    DRAWN = "drawn"
    RESTS = "rests"
    ENDED = "ended"
    GONE = "gone"


def look_after(due: Mandate, *, till: Till, now: datetime) -> Looked:
    """Whatever there is to do about a mandate: draw on it, end it, have the provider forget it.

    Called by the nightly run, as often as it likes: what is drawn is written before the provider hears of it, and
    asked for before it is drawn again.
    """
    for _ in range(TURNS):
        matter = till.store.matter(due.creditor, due.debtor)
        mandate = matter.mandates.get(due.id) if matter else None
        if matter is None or mandate is None or mandate.look_at is None or mandate.look_at > now:
            return Looked.RESTS
        try:
            if mandate.is_active:
                return _draw(matter, mandate, till, now)
            if mandate.state is MandateState.STARTING:
                return _given_meanwhile(mandate, till, now)
            return _forgotten(mandate, till, now)
        except (StaleVersion, AlreadyDone):
            continue
    raise Retry("the matter keeps changing")


def _given_meanwhile(mandate: Mandate, till: Till, now: datetime) -> Looked:
    """Its notice was lost, or nobody gave it."""
    if mandate_told(mandate.creditor, mandate.id, mandate.page, store=till.store, gateway=till.mandates, now=now):
        return Looked.RESTS
    if now < mandate.begun_at + GIVEN_UP:
        _write(mandate, replace(mandate, look_at=now + GIVEN_UP), till)
        return Looked.RESTS
    _write(mandate, replace(mandate, state=MandateState.GONE, look_at=None), till)
    return Looked.GONE


def _forgotten(mandate: Mandate, till: Till, now: datetime) -> Looked:
    if mandate.saved:
        till.mandates.end_mandate(mandate.creditor, mandate.saved.way)
    _write(mandate, replace(mandate, state=MandateState.GONE, look_at=None), till)
    return Looked.GONE


def _write(before: Mandate, after: Mandate, till: Till) -> None:
    facts: tuple[Fact, ...] = ()
    if after.state is MandateState.ENDED and before.state is not MandateState.ENDED:
        ids = (("claim", after.claim), ("mandate", after.id))
        facts = (Fact(FactName.MANDATE_ENDED, after.creditor, ids, after.ended_at or after.begun_at),)
    till.store.commit(after.creditor, Commit(facts, mandates=(after,)))


def _draw(matter: Matter, mandate: Mandate, till: Till, now: datetime) -> Looked:
    creditor, claim = till.store.creditor(mandate.creditor), matter.claims[mandate.claim]
    plan, saved = matter.plans.get(mandate.plan), mandate.saved
    if creditor is None or plan is None or saved is None:
        raise Retry("creditor settings not there yet")
    policy = till.policies[creditor.country]
    smallest = till.gateway.smallest(plan.currency)
    answer = next_draw(matter, mandate, plan, claim, now, policy.zone, smallest=smallest)
    if answer in (Resting.PLAN_OVER, Resting.LAPSED, Resting.PAID):
        _write(mandate, ended(mandate, now), till)
        return Looked.ENDED
    looked = replace(mandate, look_at=_look_at(plan, claim, policy, now))
    if isinstance(answer, Draw):
        attempt = _attempt(plan, mandate, answer, now)
        _begin(matter, claim, attempt, replace(looked, used_at=now), till, now)
        return _ask(replace(attempt, version=1), mandate, till, now)
    if answer is Resting.UNDER_WAY and (stuck := _stuck(matter, plan, claim, now)):
        return _resume(matter, claim, stuck, mandate, till, now)
    _write(mandate, looked, till)
    return Looked.RESTS


def _look_at(plan: Plan, claim: Claim, policy: CountryPolicy, now: datetime) -> datetime:
    """When to look again: on the day of the next part, or tomorrow where that is past.

    A change of the plan may bring its day forward, so at the latest in a week.
    """
    held = open_instalment(plan, claim)
    if held is None:
        return now + A_DAY / 2
    due = datetime.combine(held[0].due, time(0), policy.zone)
    return min(max(due, now + A_DAY / 2), now + 7 * A_DAY)


def _attempt(plan: Plan, mandate: Mandate, draw: Draw, now: datetime) -> Attempt:
    """The same draw always has the same name: it is the provider's idempotency key."""
    text = f"{plan.creditor}\n{plan.id}\n{draw.number}\n{draw.turn}\n{mandate.id}"
    return Attempt(
        id="d-" + hashlib.sha256(text.encode()).hexdigest()[:30],
        creditor=plan.creditor,
        debtor=plan.debtor,
        claim=plan.claim,
        amount=draw.amount,
        currency=plan.currency,
        expires_at=now,
        mandate=mandate.id,
        plan=plan.id,
        number=draw.number,
    )


def _begin(matter: Matter, claim: Claim, attempt: Attempt, mandate: Mandate, till: Till, now: datetime) -> None:
    """The attempt and its hold, before the provider hears; a page that was left open is closed first."""
    older = matter.attempts.get(claim.attempt or "")
    replaced: tuple[Attempt, ...] = ()
    if older and older.status in GOING_ON:
        if older.provider_id:
            word = till.gateway.expire_checkout(older.creditor, older.provider_id)
            if word.status is not CheckoutStatus.EXPIRED:
                raise Retry("a payment of this claim is on its way")
        replaced = (replace(older, status=AttemptStatus.REPLACED, over_at=now),)
    known = matter.attempts.get(attempt.id)
    hold = Hold(HoldKind.PAYMENT_UNDER_WAY, now, now + SETTLES_WITHIN, attempt.id)
    ids = (("claim", claim.id), ("attempt", attempt.id))
    fact = Fact(FactName.PAYMENT_STARTED, claim.creditor, ids, now)
    till.store.commit(
        claim.creditor,
        Commit(
            (fact,),
            claims=(replace(claim.held(hold), attempt=attempt.id),),
            attempts=(replace(attempt, version=known.version if known else 0), *replaced),
            mandates=(mandate,),
        ),
    )


def _ask(attempt: Attempt, mandate: Mandate, till: Till, now: datetime) -> Looked:
    """Have the provider draw. Where it will not, the attempt is over; a mandate that is no longer good, too."""
    if mandate.saved is None:
        raise ValueError("nothing is drawn on a mandate nobody gave")
    try:
        payment = till.mandates.draw(attempt, mandate.saved, description=f"{attempt.claim} {attempt.number}")
    except Permanent:
        lapse_attempt(attempt.creditor, attempt.id, store=till.store, now=now)
        if mandate_told(
            mandate.creditor, mandate.id, mandate.page, store=till.store, gateway=till.mandates, now=now
        ):
            return Looked.ENDED
        raise
    _follow(attempt, payment, till, now)
    return Looked.DRAWN


def _follow(attempt: Attempt, payment: ProviderPayment, till: Till, now: datetime) -> None:
    """The provider has it: the attempt knows its payment, and what is true of it already is written."""
    _name(attempt, payment, till)
    if payment.status is PaymentStatus.PROCESSING:
        keep_waiting(attempt.creditor, payment, store=till.store, now=now)
    elif payment.status is PaymentStatus.SUCCEEDED:
        record_payment(
            attempt.creditor,
            payment,
            event=None,
            store=till.store,
            scheduler=till.scheduler,
            policies=till.policies,
            strategies=till.strategies,
            now=now,
        )
    elif payment.status in (PaymentStatus.FAILED, PaymentStatus.CANCELLED):
        lapse_attempt(attempt.creditor, attempt.id, store=till.store, now=now)


def _name(attempt: Attempt, payment: ProviderPayment, till: Till) -> None:
    for _ in range(TURNS):
        matter = till.store.matter(attempt.creditor, attempt.debtor)
        held = matter.attempts.get(attempt.id) if matter else None
        if held is None or held.provider_id:
            return
        named = replace(held, provider_id=payment.object_id)
        if held.status is AttemptStatus.STARTING:
            named = replace(named, status=AttemptStatus.OPEN)
        try:
            till.store.commit(attempt.creditor, Commit((), attempts=(named,)))
        except StaleVersion:
            continue
        return
    raise Retry("the attempt keeps changing")


def _stuck(matter: Matter, plan: Plan, claim: Claim, now: datetime) -> Attempt | None:
    """A draw whose asking broke off: written down, and nobody knows whether the provider heard."""
    held = open_instalment(plan, claim)
    if held is None:
        return None
    tries = tries_of(matter, plan, held[0].number)
    waiting = (a for a in tries if a.status is AttemptStatus.STARTING and not a.provider_id)
    return next((attempt for attempt in waiting if attempt.expires_at + IN_HAND < now), None)


def _resume(matter: Matter, claim: Claim, attempt: Attempt, mandate: Mandate, till: Till, now: datetime) -> Looked:
    """Ask first what the provider knows: its memory of keys is a day, and nobody pays twice (I12)."""
    if mandate.saved is None:
        raise ValueError("nothing is drawn on a mandate nobody gave")
    payment = till.mandates.drawn(attempt.creditor, mandate.saved.payer, attempt.id)
    if payment:
        _follow(attempt, payment, till, now)
        return Looked.DRAWN
    free = claim.released(HoldKind.PAYMENT_UNDER_WAY)
    if rests(matter, free, now):
        lapse_attempt(attempt.creditor, attempt.id, store=till.store, now=now)
        return Looked.RESTS
    return _ask(attempt, mandate, till, now)

"""Book what the payment provider says arrived: once per provider object, whatever is told how often."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum

from ..domain.accrual import Meter, owed_at, paid_on
from ..domain.allocation import across
from ..domain.claim import Claim, ClaimState, HoldKind
from ..domain.contact import Contact, ContactState, MessageKind, Purpose
from ..domain.entry import EntryKind, LedgerEntry
from ..domain.errors import AlreadyDone, Retry, StaleVersion
from ..domain.facts import Fact, FactName
from ..domain.ledger import may_waive, standing_of, waived
from ..domain.matter import Matter
from ..domain.paying import running_plan
from ..domain.payments import Attempt, AttemptStatus, PaymentStatus, ProviderPayment
from ..domain.policies._rules import CountryPolicy
from ..domain.strategies._base import Strategy
from ..domain.suspense import Suspense, SuspenseReason
from ..domain.trail import Trail
from ..ports import Commit, Scheduler, Store
from .follow_agreement import after_payment
from .plan_contact import plan_answer
from .tell_amount import booking_facts, rate_facts

TURNS = 8


class Booked(StrEnum):
    """What became of the provider's word."""

    BOOKED = "booked"
    SUSPENSE = "suspense"
    DUPLICATE = "duplicate"
    NOTHING = "nothing"
    IGNORED = "ignored"
    REFUSED = "refused"
    """More was to go back than is left of the payment (M5): nothing was written."""


@dataclass(frozen=True)
class Again:
    """Money that had gone back and comes again (M7): the reversal on each claim it undoes, in the order they get,
    and the day it was worth when it came first."""

    reversals: tuple[tuple[str, LedgerEntry], ...]
    value_date: date


def record_payment(
    creditor: str,
    payment: ProviderPayment,
    *,
    event: str | None,
    store: Store,
    scheduler: Scheduler,
    policies: Mapping[str, CountryPolicy],
    strategies: Mapping[str, Strategy],
    now: datetime,
    again: Again | None = None,
) -> Booked:
    """Entries, allocation, claims, attempt and facts in one transaction; the receipt follows by itself.

    Only a payment that succeeded is booked, with the amount the provider received, valued on the day it was
    made where the creditor's law counts days. One that was made for several claims is spent on them as BGB §366
    says; a rest too small to ask for is waived (M11). Interest is booked to the day the money is worth, or given
    back beyond it (M14). Money of an unknown claim
    or another currency goes to suspense, never away. Called again for the same object or event it books
    nothing and makes sure the receipt is on its way. `again`: it had been booked before and had gone back.
    Raises Retry when others keep writing to the claim.
    """
    settings = store.creditor(creditor)
    if settings is None:
        raise Retry("creditor settings not there yet")
    if payment.live is not settings.live:
        return Booked.IGNORED
    if payment.status is not PaymentStatus.SUCCEEDED or payment.received <= 0:
        return Booked.NOTHING
    for _ in range(TURNS):
        matter, claim = _matter_of(creditor, payment, store)
        reason = _misfit(creditor, payment, claim)
        if matter is None or claim is None or reason:
            return _suspend(creditor, payment, reason or SuspenseReason.UNKNOWN_CLAIM, event, store, now)
        policy, most = policies[settings.country], strategies[settings.strategy].waive_up_to
        spend = _spent_again if again else _spent
        booking = tuple(
            one for part in spend(matter, claim, payment, policy, now, again) if (one := _booked(part, most))
        )
        commit, receipt = _commit(matter, payment, booking, policy, event, now, answer=not again)
        try:
            store.commit(creditor, commit)
        except AlreadyDone:
            _again(creditor, claim.debtor, store, scheduler, now)
            return Booked.DUPLICATE
        except StaleVersion:
            continue
        if receipt:
            scheduler.at(receipt, now)
        for contact in commit.contacts:
            if contact.state is ContactState.CANCELLED:
                scheduler.cancel(contact)
        return Booked.BOOKED
    raise Retry("the claim keeps changing")


def _matter_of(creditor: str, payment: ProviderPayment, store: Store) -> tuple[Matter | None, Claim | None]:
    if payment.claim is None or payment.creditor not in (None, creditor):
        return None, None
    debtor = store.debtor_of_claim(creditor, payment.claim)
    matter = store.matter(creditor, debtor) if debtor else None
    return matter, matter.claims.get(payment.claim) if matter else None


def _misfit(creditor: str, payment: ProviderPayment, claim: Claim | None) -> SuspenseReason | None:
    if claim is None:
        return SuspenseReason.UNKNOWN_CLAIM
    return SuspenseReason.WRONG_CURRENCY if payment.currency != claim.currency else None


@dataclass(frozen=True)
class _Booking:
    """What one payment makes of one claim: as it was, as it is after, and the entries between."""

    before: Claim
    after: Claim
    entries: tuple[LedgerEntry, ...]


@dataclass(frozen=True)
class _Part:
    """What one payment brings to one claim of the matter, nothing where it only sets it free."""

    matter: Matter
    claim: Claim
    payment: ProviderPayment
    amount: int
    value_date: date
    meter: Meter
    now: datetime
    again: Again | None


def _spent(
    matter: Matter,
    claim: Claim,
    payment: ProviderPayment,
    policy: CountryPolicy,
    now: datetime,
    again: Again | None,
) -> tuple[_Part, ...]:
    """The payment on every claim it was made for, the claim it names first."""
    meter = policy.meter
    value_date = meter.day(payment.paid_at or now)
    attempt = matter.attempts.get(payment.attempt or "")
    names = (claim.id, *(attempt.covers if attempt and claim.id in attempt.covers else ()))
    claims = [matter.claims[name] for name in dict.fromkeys(names)]
    standings = (standing_of(one, value_date, owed_at(one, value_date, meter)) for one in claims)
    shares, surplus = across(payment.received, standings, named=names)
    # What is too much stays with the first claim that takes money; where none does, with the one named.
    bearer = next((one.id for one in claims if one.id in shares), claim.id)
    shares[bearer] = shares.get(bearer, 0) + surplus
    # In the order it was spent: what goes back goes back from the last.
    order = sorted(claims, key=lambda one: [*shares, *names].index(one.id))
    return tuple(
        _Part(matter, one, payment, shares.get(one.id, 0), value_date, meter, now, again) for one in order
    )


def _spent_again(
    matter: Matter,
    claim: Claim,
    payment: ProviderPayment,
    policy: CountryPolicy,
    now: datetime,
    again: Again | None,
) -> tuple[_Part, ...]:
    """Money that comes again goes where it went back from; what is more than that, to the first of them."""
    if again is None:
        raise ValueError("nothing is known of where it went back from")
    left, shares = payment.received, dict[str, int]()
    for name, entry in again.reversals:
        shares[name] = min(left, entry.amount)
        left -= shares[name]
    shares[claim.id] = shares.get(claim.id, 0) + left
    return tuple(
        _Part(matter, matter.claims[name], payment, share, again.value_date, policy.meter, now, again)
        for name, share in shares.items()
    )


def _booked(part: _Part, most: int) -> _Booking | None:
    """What it makes of the claim; None where it leaves the claim as it is."""
    one, payment = part.claim, part.payment
    after, entries = one, tuple[LedgerEntry, ...]()
    if part.amount:
        after, entries = paid_on(
            one,
            part.amount,
            payment.object_id,
            part.value_date,
            part.now,
            part.meter,
            flags=("restored",) if part.again else (),
            back=dict(part.again.reversals)[one.id] if part.again else None,
        )
        if may_waive(after, running_plan(part.matter, after), most):
            after, let_go = waived(after, payment.object_id, part.value_date, part.now)
            entries += (let_go,)
    after = after.released(HoldKind.PAYMENT_UNDER_WAY) if one.attempt in (None, payment.attempt) else after
    after = after.released(HoldKind.CHARGEBACK) if part.again else after
    return _Booking(one, after, entries) if entries or after != one else None


def _commit(
    matter: Matter,
    payment: ProviderPayment,
    booking: tuple[_Booking, ...],
    policy: CountryPolicy,
    event: str | None,
    now: datetime,
    *,
    answer: bool,
) -> tuple[Commit, Contact | None]:
    """All of it as one transaction, and the one receipt that answers for it."""
    payments = tuple(
        (one.after, entry) for one in booking for entry in one.entries if entry.kind is EntryKind.PAYMENT
    )
    receipt = None
    if answer:
        paid, first = payments[0]
        receipt = plan_answer(
            matter.debtor, paid, MessageKind.RECEIPT, what=payment.object_id, now=now, entry=first.number
        )
    courses = tuple(after_payment(matter, one.after, now) for one in booking)
    facts = [fact for one in booking for fact in booking_facts(one.before, one.after, one.entries, now)]
    facts += rate_facts((one.before for one in booking), policy, now)
    facts += [fact for course in courses for fact in course.facts]
    contacts: tuple[Contact, ...] = (receipt,) if receipt else ()
    for one in booking:
        if one.after.state is ClaimState.CLOSED and one.before.state is not ClaimState.CLOSED:
            reminders = (c for c in matter.planned_for(one.after.id) if c.purpose is Purpose.REMINDER)
            contacts += tuple(c.moved(ContactState.CANCELLED) for c in reminders)
    contacts += tuple(contact for course in courses for contact in course.contacts)
    surplus = _surplus(payment, payments, now)
    if surplus:
        source = (("source", payment.object_id),)
        facts.append(Fact(FactName.PAYMENT_SUSPENDED, matter.debtor.creditor, source, now))
    went = tuple((claim.id, entry.number) for claim, entry in payments)
    trail = Trail(matter.debtor.creditor, payment.object_id, matter.debtor.number, went)
    commit = Commit(
        facts=tuple(facts),
        claims=tuple(course.claim for course in courses),
        entries=tuple((one.after.id, entry) for one in booking for entry in one.entries),
        plans=tuple(plan for course in courses for plan in course.plans),
        deferrals=tuple(deferral for course in courses for deferral in course.deferrals),
        contacts=contacts,
        attempts=_paid(matter.attempts.get(payment.attempt or "")),
        suspense=surplus,
        trails=(trail,),
        source=payment.object_id,
        seen=event,
    )
    return commit, receipt


def _surplus(
    payment: ProviderPayment, payments: tuple[tuple[Claim, LedgerEntry], ...], now: datetime
) -> tuple[Suspense, ...]:
    """What is too much of one payment, in one place, beside the claim it came with."""
    bearers = [(claim, entry.surplus) for claim, entry in payments if entry.surplus]
    if not bearers:
        return ()
    claim, amount = bearers[0][0], sum(amount for _, amount in bearers)
    reason = SuspenseReason.OVERPAID
    return (Suspense(claim.creditor, payment.object_id, amount, payment.currency, reason, claim.id, now),)


def _paid(attempt: Attempt | None) -> tuple[Attempt, ...]:
    return (replace(attempt, status=AttemptStatus.PAID),) if attempt else ()


def _again(creditor: str, debtor: str, store: Store, scheduler: Scheduler, now: datetime) -> None:
    """After a crash between commit and schedule: answers that wait get their schedule now."""
    matter = store.matter(creditor, debtor)
    for contact in matter.contacts.values() if matter else ():
        if contact.state is ContactState.PLANNED and contact.purpose is Purpose.ANSWER:
            scheduler.at(contact, now)


def _suspend(
    creditor: str,
    payment: ProviderPayment,
    reason: SuspenseReason,
    event: str | None,
    store: Store,
    now: datetime,
) -> Booked:
    money = Suspense(creditor, payment.object_id, payment.received, payment.currency, reason, payment.claim, now)
    fact = Fact(FactName.PAYMENT_SUSPENDED, creditor, (("source", payment.object_id),), now)
    trail = Trail(creditor, payment.object_id)
    commit = Commit((fact,), suspense=(money,), trails=(trail,), source=payment.object_id, seen=event)
    try:
        store.commit(creditor, commit)
    except AlreadyDone:
        return Booked.DUPLICATE
    return Booked.SUSPENSE

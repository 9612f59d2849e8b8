"""Book what the payment provider says arrived: once per provider object, whatever is told how often."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime
from enum import StrEnum

from ..domain.claim import Claim, ClaimState, HoldKind
from ..domain.contact import Contact, ContactState, MessageKind, Purpose
from ..domain.errors import AlreadyDone, Retry, StaleVersion
from ..domain.facts import Fact, FactName
from ..domain.ledger import booked
from ..domain.matter import Matter
from ..domain.payments import Attempt, AttemptStatus, PaymentStatus, ProviderPayment
from ..domain.policies._rules import CountryPolicy
from ..domain.suspense import Suspense, SuspenseReason
from ..ports import Commit, Scheduler, Store
from .follow_agreement import after_payment
from .plan_contact import plan_answer

TURNS = 8


class Booked(StrEnum):
    """What became of the provider's word."""

    BOOKED = "booked"
    SUSPENSE = "suspense"
    DUPLICATE = "duplicate"
    NOTHING = "nothing"
    IGNORED = "ignored"


def record_payment(
    creditor: str,
    payment: ProviderPayment,
    *,
    event: str | None,
    store: Store,
    scheduler: Scheduler,
    policies: Mapping[str, CountryPolicy],
    now: datetime,
) -> Booked:
    """Entry, allocation, claim, attempt and facts in one transaction; the receipt follows by itself.

    Only a payment that succeeded is booked, with the amount the provider received, valued on the day it was
    made where the creditor's law counts days. Money of an unknown claim
    or another currency goes to suspense, never away. Called again for the same object or event it books
    nothing and makes sure the receipt is on its way. Raises Retry when others keep writing to the claim.
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
        value_date = (payment.paid_at or now).astimezone(policies[settings.country].zone).date()
        commit, receipt = _booking(matter, claim, payment, value_date, event, now)
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


def _booking(
    matter: Matter,
    claim: Claim,
    payment: ProviderPayment,
    value_date: date,
    event: str | None,
    now: datetime,
) -> tuple[Commit, Contact | None]:
    after, entry = booked(claim, payment.received, payment.object_id, value_date, now)
    after = after.released(HoldKind.PAYMENT_UNDER_WAY) if claim.attempt in (None, payment.attempt) else after
    receipt = plan_answer(
        matter.debtor, after, MessageKind.RECEIPT, what=payment.object_id, now=now, entry=entry.number
    )
    ids = (("claim", claim.id), ("entry", str(entry.number)))
    facts = [
        Fact(FactName.PAYMENT_RECEIVED, claim.creditor, ids, now),
        Fact(FactName.BALANCE_CHANGED, claim.creditor, ids, now),
    ]
    contacts: tuple[Contact, ...] = (receipt,) if receipt else ()
    if after.state is ClaimState.CLOSED and claim.state is not ClaimState.CLOSED:
        facts.append(Fact(FactName.CLAIM_CLOSED, claim.creditor, (("claim", claim.id),), now))
        reminders = (c for c in matter.planned_for(claim.id) if c.purpose is Purpose.REMINDER)
        contacts += tuple(c.moved(ContactState.CANCELLED) for c in reminders)
    course = after_payment(matter, after, now)
    attempt = matter.attempts.get(payment.attempt or "")
    surplus: tuple[Suspense, ...] = ()
    if entry.surplus:
        surplus = (
            Suspense(
                claim.creditor,
                payment.object_id,
                entry.surplus,
                payment.currency,
                SuspenseReason.OVERPAID,
                claim.id,
                now,
            ),
        )
        facts.append(Fact(FactName.PAYMENT_SUSPENDED, claim.creditor, (("source", payment.object_id),), now))
    commit = Commit(
        facts=(*facts, *course.facts),
        claims=(course.claim,),
        entries=((claim.id, entry),),
        plans=course.plans,
        deferrals=course.deferrals,
        contacts=(*contacts, *course.contacts),
        attempts=_paid(attempt),
        suspense=surplus,
        source=payment.object_id,
        seen=event,
    )
    return commit, receipt


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
    commit = Commit((fact,), suspense=(money,), source=payment.object_id, seen=event)
    try:
        store.commit(creditor, commit)
    except AlreadyDone:
        return Booked.DUPLICATE
    return Booked.SUSPENSE

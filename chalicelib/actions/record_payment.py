"""Book what the payment provider says arrived: once per provider object, whatever is told how often."""

from dataclasses import replace
from datetime import datetime, timedelta
from enum import StrEnum

from ..domain.claim import Claim, ClaimState, Hold, HoldKind
from ..domain.contact import Contact, ContactState, MessageKind, Purpose
from ..domain.errors import AlreadyDone, Retry, StaleVersion
from ..domain.facts import Fact, FactName
from ..domain.ledger import booked
from ..domain.matter import Matter
from ..domain.payments import Attempt, AttemptStatus, PaymentStatus, ProviderPayment
from ..domain.suspense import Suspense, SuspenseReason
from ..ports import Commit, Scheduler, Store
from .plan_contact import plan_answer

TURNS = 8
# From the order to the bank's answer; the notice that it came, or failed, ends the waiting earlier.
DEBIT_TAKES = timedelta(days=14)


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
    now: datetime,
) -> Booked:
    """Entry, allocation, claim, attempt and facts in one transaction; the receipt follows by itself.

    Only a payment that succeeded is booked, with the amount the provider received. Money of an unknown claim
    or another currency goes to suspense, never away. Called again for the same object or event it books
    nothing and makes sure the receipt is on its way. Raises Retry when others keep writing to the claim.
    """
    settings = store.creditor(creditor)
    if settings is None:
        raise Retry("creditor settings not there yet")
    if payment.live is not settings.live:
        return Booked.IGNORED
    if payment.status is PaymentStatus.PROCESSING:
        return _wait_for(creditor, payment, store, now)
    if payment.status is not PaymentStatus.SUCCEEDED or payment.received <= 0:
        return Booked.NOTHING
    for _ in range(TURNS):
        matter, claim = _matter_of(creditor, payment, store)
        reason = _misfit(creditor, payment, claim)
        if matter is None or claim is None or reason:
            return _suspend(creditor, payment, reason or SuspenseReason.UNKNOWN_CLAIM, event, store, now)
        commit, receipt = _booking(matter, claim, payment, event, now)
        try:
            store.commit(creditor, commit)
        except AlreadyDone:
            _again(matter, scheduler, now)
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
    matter: Matter, claim: Claim, payment: ProviderPayment, event: str | None, now: datetime
) -> tuple[Commit, Contact | None]:
    paid_at = payment.paid_at or now
    after, entry = booked(claim, payment.received, payment.object_id, paid_at.date(), now)
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
        facts=tuple(facts),
        claims=(after,),
        entries=((claim.id, entry),),
        contacts=contacts,
        attempts=_paid(attempt),
        suspense=surplus,
        source=payment.object_id,
        seen=event,
    )
    return commit, receipt


def _paid(attempt: Attempt | None) -> tuple[Attempt, ...]:
    return (replace(attempt, status=AttemptStatus.PAID),) if attempt else ()


def _wait_for(creditor: str, payment: ProviderPayment, store: Store, now: datetime) -> Booked:
    """A direct debit is on its way for days: nobody is asked for the money meanwhile, and nothing is booked."""
    for _ in range(TURNS):
        _, claim = _matter_of(creditor, payment, store)
        if claim is None or claim.state is ClaimState.CLOSED:
            return Booked.NOTHING
        hold = Hold(HoldKind.PAYMENT_UNDER_WAY, now, now + DEBIT_TAKES, payment.attempt or payment.object_id)
        known = next((h for h in claim.holds if h.kind is hold.kind), None)
        if known and known.until and hold.until and known.until >= hold.until - DEBIT_TAKES / 2:
            return Booked.NOTHING
        try:
            store.commit(creditor, Commit((), claims=(claim.held(hold),)))
        except StaleVersion:
            continue
        return Booked.NOTHING
    raise Retry("the claim keeps changing")


def _again(matter: Matter, scheduler: Scheduler, now: datetime) -> None:
    """After a crash between commit and schedule: answers that wait get their schedule now."""
    for contact in matter.contacts.values():
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

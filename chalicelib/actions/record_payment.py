"""Book what the payment provider says arrived: once per provider object, whatever is told how often."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum

from ..domain.allocation import across
from ..domain.claim import Claim, ClaimState, HoldKind
from ..domain.contact import Contact, ContactState, MessageKind, Purpose
from ..domain.entry import EntryKind, LedgerEntry
from ..domain.errors import AlreadyDone, Retry, StaleVersion
from ..domain.facts import Fact, FactName
from ..domain.ledger import booked, may_waive, standing_of, waived
from ..domain.matter import Matter
from ..domain.paying import running_plan
from ..domain.payments import Attempt, AttemptStatus, PaymentStatus, ProviderPayment
from ..domain.policies._rules import CountryPolicy
from ..domain.strategies._base import Strategy
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
    strategies: Mapping[str, Strategy],
    now: datetime,
) -> Booked:
    """Entries, allocation, claims, attempt and facts in one transaction; the receipt follows by itself.

    Only a payment that succeeded is booked, with the amount the provider received, valued on the day it was
    made where the creditor's law counts days. One that was made for several claims is spent on them as BGB §366
    says; a rest too small to ask for is waived (M11). Money of an unknown claim
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
        most = strategies[settings.strategy].waive_up_to
        booking = _booking(matter, claim, payment, value_date, most, now)
        commit, receipt = _commit(matter, payment, booking, event, now)
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


def _booking(
    matter: Matter, claim: Claim, payment: ProviderPayment, value_date: date, most: int, now: datetime
) -> tuple[_Booking, ...]:
    """The payment on every claim it was made for, the claim it names first."""
    attempt = matter.attempts.get(payment.attempt or "")
    names = (claim.id, *(attempt.covers if attempt and claim.id in attempt.covers else ()))
    claims = [matter.claims[name] for name in dict.fromkeys(names)]
    standings = (standing_of(one, value_date) for one in claims)
    shares, surplus = across(payment.received, standings, named=names)
    # What is too much stays with the first claim that takes money; where none does, with the one named.
    bearer = next((one.id for one in claims if one.id in shares), claim.id)
    found = []
    for one in claims:
        share = shares.get(one.id, 0) + (surplus if one.id == bearer else 0)
        after, entries = one, list[LedgerEntry]()
        if share:
            after, entry = booked(one, share, payment.object_id, value_date, now)
            entries.append(entry)
            if may_waive(after, running_plan(matter, after), most):
                after, let_go = waived(after, payment.object_id, value_date, now)
                entries.append(let_go)
        after = after.released(HoldKind.PAYMENT_UNDER_WAY) if one.attempt in (None, payment.attempt) else after
        if entries or after != one:
            found.append(_Booking(one, after, tuple(entries)))
    return tuple(found)


def _commit(
    matter: Matter, payment: ProviderPayment, booking: tuple[_Booking, ...], event: str | None, now: datetime
) -> tuple[Commit, Contact | None]:
    """All of it as one transaction, and the one receipt that answers for it."""
    paid = next(one for one in booking if one.entries)
    receipt = plan_answer(
        matter.debtor,
        paid.after,
        MessageKind.RECEIPT,
        what=payment.object_id,
        now=now,
        entry=paid.entries[0].number,
    )
    courses = tuple(after_payment(matter, one.after, now) for one in booking)
    facts = [fact for one in booking for fact in _facts(one, now)]
    facts += [fact for course in courses for fact in course.facts]
    contacts: tuple[Contact, ...] = (receipt,) if receipt else ()
    for one in booking:
        if one.after.state is ClaimState.CLOSED and one.before.state is not ClaimState.CLOSED:
            reminders = (c for c in matter.planned_for(one.after.id) if c.purpose is Purpose.REMINDER)
            contacts += tuple(c.moved(ContactState.CANCELLED) for c in reminders)
    contacts += tuple(contact for course in courses for contact in course.contacts)
    surplus = tuple(
        Suspense(
            one.after.creditor,
            payment.object_id,
            entry.surplus,
            payment.currency,
            SuspenseReason.OVERPAID,
            one.after.id,
            now,
        )
        for one in booking
        for entry in one.entries
        if entry.surplus
    )
    if surplus:
        source = (("source", payment.object_id),)
        facts.append(Fact(FactName.PAYMENT_SUSPENDED, matter.debtor.creditor, source, now))
    commit = Commit(
        facts=tuple(facts),
        claims=tuple(course.claim for course in courses),
        entries=tuple((one.after.id, entry) for one in booking for entry in one.entries),
        plans=tuple(plan for course in courses for plan in course.plans),
        deferrals=tuple(deferral for course in courses for deferral in course.deferrals),
        contacts=contacts,
        attempts=_paid(matter.attempts.get(payment.attempt or "")),
        suspense=surplus,
        source=payment.object_id,
        seen=event,
    )
    return commit, receipt


def _facts(one: _Booking, now: datetime) -> Iterator[Fact]:
    creditor, claim = one.after.creditor, ("claim", one.after.id)
    for entry in one.entries:
        ids = (claim, ("entry", str(entry.number)))
        payment = entry.kind is EntryKind.PAYMENT
        yield Fact(FactName.PAYMENT_RECEIVED if payment else FactName.AMOUNT_WAIVED, creditor, ids, now)
        yield Fact(FactName.BALANCE_CHANGED, creditor, ids, now)
    if one.after.state is ClaimState.CLOSED and one.before.state is not ClaimState.CLOSED:
        yield Fact(FactName.CLAIM_CLOSED, creditor, (claim,), now)


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

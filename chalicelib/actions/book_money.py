"""Money that arrived, as one transaction: entries, allocation, claims, attempt, surplus, facts and its receipt."""

from dataclasses import dataclass, replace
from datetime import date, datetime

from ..domain.accrual import owed_at, paid_on
from ..domain.allocation import across
from ..domain.claim import Claim, ClaimState, HoldKind
from ..domain.contact import UNASKED, Contact, ContactState, MessageKind, Purpose
from ..domain.entry import EntryKind, LedgerEntry
from ..domain.facts import Fact, FactName
from ..domain.ledger import may_waive, standing_of, waived
from ..domain.matter import Matter
from ..domain.paying import running_plan
from ..domain.payments import Attempt, AttemptStatus
from ..domain.policies._country import CountryPolicy
from ..domain.suspense import Suspense, SuspenseReason
from ..domain.trail import Trail
from ..ports import Commit, Scheduler, Store
from .close_task import called_off
from .follow_agreement import after_payment
from .plan_contact import plan_answer
from .release_refund import ordered
from .tell_amount import booking_facts, rate_facts


@dataclass(frozen=True)
class Again:
    """Money that had gone back and comes again (M7): the reversal on each claim it undoes, in the order they get,
    and the day it was worth when it came first."""

    reversals: tuple[tuple[str, LedgerEntry], ...]
    value_date: date


@dataclass(frozen=True)
class Arrival:
    """Money for one debtor's claims, whoever brought it: the payment provider or the bank.

    `source` names it once and for all. It is spent on `claims`, those in `named` first (BGB §366); `attempt` is
    the try to pay that it ends, where it began with one. `ends` are the holds its coming lifts. `again`: it had
    been booked before and had gone back; then it goes where it went back from.
    """

    source: str
    received: int
    currency: str
    claims: tuple[str, ...]
    named: tuple[str, ...]
    value_date: date
    attempt: str | None = None
    ends: frozenset[HoldKind] = frozenset()
    again: Again | None = None


@dataclass(frozen=True)
class Booking:
    """What one arrival makes of one claim: as it was, as it is after, and the entries between."""

    before: Claim
    after: Claim
    entries: tuple[LedgerEntry, ...]


def book_money(
    matter: Matter, arrival: Arrival, *, policy: CountryPolicy, most: int, now: datetime
) -> tuple[Commit, Contact | None]:
    """All of it as one transaction, and the one receipt that answers for it.

    Interest is booked to the day the money is worth, or given back beyond it (M14). `most` is the rest, in minor
    units, that the creditor lets go of after a payment (M11). What is too much lies in suspense, and the order
    that gives it back waits for two people from the start (M1). What comes again is not answered a second time.
    """
    booking = tuple(
        one
        for name, share in _shares(matter, arrival, policy)
        if (one := _booked(matter, matter.claims[name], share, arrival, policy, most, now))
    )
    payments = tuple(
        (one.after, entry) for one in booking for entry in one.entries if entry.kind is EntryKind.PAYMENT
    )
    paid, first = payments[0]
    receipt = None
    if not arrival.again:
        kind = MessageKind.RECEIPT
        receipt = plan_answer(matter.debtor, paid, kind, what=arrival.source, now=now, entry=first.number)
    courses = tuple(after_payment(matter, one.after, now) for one in booking)
    facts = [fact for one in booking for fact in booking_facts(one.before, one.after, one.entries, now)]
    facts += rate_facts((one.before for one in booking), policy, now)
    facts += [fact for course in courses for fact in course.facts]
    # Whoever has paid is not called about it.
    calls = tuple(
        called_off(matter, course.claim, now)
        if course.claim.state is ClaimState.CLOSED
        else (course.claim, (), ())
        for course in courses
    )
    facts += [fact for _, _, over in calls for fact in over]
    contacts: tuple[Contact, ...] = (receipt,) if receipt else ()
    for one in booking:
        if one.after.state is ClaimState.CLOSED and one.before.state is not ClaimState.CLOSED:
            reminders = (c for c in matter.planned_for(one.after.id) if c.purpose in UNASKED)
            contacts += tuple(c.called_off("paid") for c in reminders)
    contacts += tuple(contact for course in courses for contact in course.contacts)
    orders = tuple(ordered(money, now) for money in _surplus(arrival, payments, now))
    if orders:
        source = (("source", arrival.source),)
        facts.append(Fact(FactName.PAYMENT_SUSPENDED, matter.debtor.creditor, source, now))
        facts += [fact for _, _, fact in orders]
    went = tuple((claim.id, entry.number) for claim, entry in payments)
    trail = Trail(matter.debtor.creditor, arrival.source, matter.debtor.number, went)
    commit = Commit(
        facts=tuple(facts),
        claims=tuple(claim for claim, _, _ in calls),
        entries=tuple((one.after.id, entry) for one in booking for entry in one.entries),
        plans=tuple(plan for course in courses for plan in course.plans),
        deferrals=tuple(deferral for course in courses for deferral in course.deferrals),
        contacts=contacts,
        tasks=tuple(task for _, done, _ in calls for task in done),
        attempts=_paid(matter.attempts.get(arrival.attempt or "")),
        suspense=tuple(money for money, _, _ in orders),
        refunds=tuple(order for _, order, _ in orders),
        trails=(trail,),
        source=arrival.source,
    )
    return commit, receipt


def _shares(matter: Matter, arrival: Arrival, policy: CountryPolicy) -> tuple[tuple[str, int], ...]:
    """What each claim gets, nothing where the money only sets it free, in the order it is spent: what goes back
    goes back from the last."""
    if arrival.again:
        return _shares_again(arrival, arrival.again)
    claims = [matter.claims[name] for name in arrival.claims]
    day, meter = arrival.value_date, policy.meter_for(matter.debtor)
    standings = (standing_of(one, day, owed_at(one, day, meter)) for one in claims)
    shares, surplus = across(arrival.received, standings, named=arrival.named)
    # What is too much stays with the first claim that takes money; where none does, with the one named.
    bearer = next((one.id for one in claims if one.id in shares), claims[0].id)
    shares[bearer] = shares.get(bearer, 0) + surplus
    return tuple((name, shares.get(name, 0)) for name in dict.fromkeys((*shares, *arrival.claims)))


def _shares_again(arrival: Arrival, again: Again) -> tuple[tuple[str, int], ...]:
    """Money that comes again goes where it went back from; what is more than that, to the first of them."""
    left, shares = arrival.received, dict[str, int]()
    for name, entry in again.reversals:
        shares[name] = min(left, entry.amount)
        left -= shares[name]
    first = arrival.claims[0]
    shares[first] = shares.get(first, 0) + left
    return tuple(shares.items())


def _booked(
    matter: Matter, one: Claim, share: int, arrival: Arrival, policy: CountryPolicy, most: int, now: datetime
) -> Booking | None:
    """What it makes of the claim; None where it leaves the claim as it is."""
    after, entries, again = one, tuple[LedgerEntry, ...](), arrival.again
    value_date = again.value_date if again else arrival.value_date
    if share:
        after, entries = paid_on(
            one,
            share,
            arrival.source,
            value_date,
            now,
            policy.meter_for(matter.debtor),
            flags=("restored",) if again else (),
            back=dict(again.reversals)[one.id] if again else None,
        )
        if may_waive(after, running_plan(matter, after), most):
            after, let_go = waived(after, arrival.source, value_date, now)
            entries += (let_go,)
    for kind in arrival.ends:
        if kind is not HoldKind.PAYMENT_UNDER_WAY or one.attempt in (None, arrival.attempt):
            after = after.released(kind, now)
    return Booking(one, after, entries) if entries or after != one else None


def _surplus(
    arrival: Arrival, payments: tuple[tuple[Claim, LedgerEntry], ...], now: datetime
) -> tuple[Suspense, ...]:
    """What is too much of one payment, in one place, beside the claim it came with."""
    bearers = [(claim, entry.surplus) for claim, entry in payments if entry.surplus]
    if not bearers:
        return ()
    claim, amount = bearers[0][0], sum(amount for _, amount in bearers)
    why = SuspenseReason.OVERPAID
    day = arrival.value_date
    return (
        Suspense(claim.creditor, arrival.source, amount, arrival.currency, why, claim.id, now, value_date=day),
    )


def _paid(attempt: Attempt | None) -> tuple[Attempt, ...]:
    return (replace(attempt, status=AttemptStatus.PAID),) if attempt else ()


def carry_out(commit: Commit, receipt: Contact | None, scheduler: Scheduler, now: datetime) -> None:
    """After the commit: the receipt gets its schedule, the reminders it made needless lose theirs."""
    if receipt:
        scheduler.at(receipt, now)
    for contact in commit.contacts:
        if contact.state is ContactState.CANCELLED:
            scheduler.cancel(contact)


def carry_on(creditor: str, debtor: str, store: Store, scheduler: Scheduler, now: datetime) -> None:
    """After a crash between commit and schedule: answers that wait get their schedule now."""
    matter = store.matter(creditor, debtor)
    for contact in matter.contacts.values() if matter else ():
        if contact.state is ContactState.PLANNED and contact.purpose is Purpose.ANSWER:
            scheduler.at(contact, now)

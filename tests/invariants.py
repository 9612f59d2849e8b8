"""What must hold of money and messages whatever happened: the invariants, as one check for every test.

1. every credit of the provider has its ledger entries or one suspense entry; 2. unique by the provider's object
and the claim, and where something goes back by the payment it is taken from; 3. allocations + suspense = payment,
also where one payment is spent on several claims; 4. no component below zero; 5. balance = fold of the entries;
6. nothing is ever taken out of the chain; 7. a claim is closed exactly when nothing is owed; 8. nothing was sent
without a policy's yes; 9. the entries' hashes follow from their content alone; 10. whole minor units;
12. one message a day speaks for all claims of a debtor; 13. what was called off says why.
"""

from collections import Counter
from collections.abc import Iterable
from zoneinfo import ZoneInfo

from chalicelib.domain.bank_days import bank_days_after
from chalicelib.domain.claim import Claim, ClaimState, HoldKind
from chalicelib.domain.contact import Contact, ContactState, MessageKind, Purpose
from chalicelib.domain.decision import Allowed, Refused
from chalicelib.domain.deferral import Deferral, DeferralState
from chalicelib.domain.entry import EntryKind, LedgerEntry
from chalicelib.domain.fees import ARRIVES_WITHIN, last_simple_day
from chalicelib.domain.ledger import RECENT, fold, left_of
from chalicelib.domain.matter import Matter
from chalicelib.domain.payments import PaymentStatus, ProviderPayment
from chalicelib.domain.plan import Plan, PlanState
from chalicelib.domain.suspense import Suspense, SuspenseEnd, SuspenseReason
from chalicelib.ports import Store

BERLIN = ZoneInfo("Europe/Berlin")
SENT_ONCE = (ContactState.SENT, ContactState.DELIVERED, ContactState.FAILED)
LEFT = (ContactState.RESERVED, ContactState.SENT, ContactState.DELIVERED, ContactState.LOST)


def hold(
    store: Store,
    creditor: str,
    debtors: Iterable[str],
    *,
    credits: Iterable[ProviderPayment] = (),
    suspense: Iterable[Suspense] = (),
) -> None:
    """Asserts all of them for the matters of these debtors; `credits` is all that the provider has received."""
    matters = [matter for debtor in debtors if (matter := store.matter(creditor, debtor))]
    suspended = {money.source: money for money in suspense}
    entries: list[tuple[str, LedgerEntry]] = []
    for matter in matters:
        for claim in matter.claims.values():
            ledger = store.ledger(creditor, claim.id)
            balanced(claim, ledger)
            entries += [(claim.id, entry) for entry in ledger]
        sent_by_permission(matter)
        called_off_with_a_reason(matter)
        spoken_for(matter)
        carried_on(matter, store)
        costs_told(matter, store)
    counted = Counter((claim, entry.source, entry.reverses) for claim, entry in entries)
    assert all(number == 1 for number in counted.values()), "one entry per provider object and claim (2)"
    booked: dict[str, list[LedgerEntry]] = {}
    payments = {(claim, entry.number): entry.source for claim, entry in entries}
    back: Counter[str] = Counter()
    for claim, entry in entries:
        if entry.kind is EntryKind.REVERSAL and entry.reverses is not None:
            back[payments[claim, entry.reverses]] += entry.surplus
        if entry.kind is EntryKind.PAYMENT:
            booked.setdefault(entry.source, []).append(entry)
        if entry.kind is EntryKind.WAIVER:
            behind = entry.source.removeprefix("waiver:")
            assert behind in booked or behind.startswith("m-"), "a waiver follows a payment (M11) or a motion"
    for source, parts in booked.items():
        kept = suspended.get(source)
        surplus = sum(entry.surplus for entry in parts) - back.get(source, 0)
        assert surplus == (kept.left if kept else 0), "what is too much lies in suspense (3)"
    for credit in credits:
        if credit.status is not PaymentStatus.SUCCEEDED:
            assert credit.object_id not in booked and credit.object_id not in suspended, "booked before it came"
            continue
        found, kept = booked.get(credit.object_id), suspended.get(credit.object_id)
        assert found or kept, f"{credit.object_id} is lost (1)"
        if found:
            arrived = sum(entry.amount for entry in found)
            # What a person booked from suspense is what was left there: the rest had gone back before.
            before = kept.given_back - back[credit.object_id] if kept and kept.home else 0
            assert arrived + before == credit.received, "the received amount is booked, over all its claims (3)"
            lies = kept and kept.ended_as is not SuspenseEnd.ASSIGNED
            assert not lies or kept.reason is SuspenseReason.OVERPAID, "booked and suspended (1)"
        else:
            assert kept and kept.amount == credit.received, "suspended in full (3)"


def balanced(claim: Claim, ledger: tuple[LedgerEntry, ...]) -> None:
    """A claim and its ledger tell the same."""
    assert ledger and ledger[0].kind is EntryKind.OPENING
    assert fold(ledger) == claim.outstanding, "the balance is the fold of the entries (5, 6, 9)"
    assert (claim.entries, claim.chain) == (len(ledger), ledger[-1].hash), "running totals (5)"
    later = ledger[1:]
    settled = {kind: sum(entry.split.total for entry in later if entry.kind is kind) for kind in EntryKind}
    stayed = settled[EntryKind.PAYMENT] - settled[EntryKind.REVERSAL]
    assert (claim.paid, claim.waived) == (stayed, settled[EntryKind.WAIVER])
    for entry in later:
        if entry.kind is EntryKind.REVERSAL:
            assert entry.reverses is not None and entry.reverses < entry.number
            assert ledger[entry.reverses].kind is EntryKind.PAYMENT, "only what arrived can go back"
        if entry.kind is EntryKind.PAYMENT:
            left_of(entry, ledger)  # raises where more went back than had come (M5)
    back = sum(entry.split.total for entry in later if entry.gives_costs_back)
    interest = settled[EntryKind.INTEREST] - (settled[EntryKind.CREDIT] - back)
    assert interest == (claim.interest.booked if claim.interest else 0), "interest booked and given back"
    fees = (entry for entry in later if entry.kind is EntryKind.COSTS and entry.source.startswith("costs:"))
    charged = sum(entry.split.total for entry in fees) - back
    assert charged == (claim.fee.total if claim.fee else 0), "costs charged and given back"
    assert claim.recent == later[-RECENT:]
    assert (claim.state is ClaimState.CLOSED) == (claim.outstanding.total == 0), "closed when paid (7)"
    for entry in ledger:
        assert entry.split.total + entry.surplus == entry.amount, "nothing of a payment is lost (3)"
        assert type(entry.amount) is int and type(entry.surplus) is int and entry.surplus >= 0, "(4, 10)"


def sent_by_permission(matter: Matter) -> None:
    for contact in matter.contacts.values():
        if contact.state in LEFT:
            assert _allowed(contact), f"{contact.id} left without a yes (8)"


def called_off_with_a_reason(matter: Matter) -> None:
    for contact in matter.contacts.values():
        if contact.state is ContactState.CANCELLED:
            assert contact.decisions, f"{contact.id} was called off and nobody knows why (13)"
            last = contact.decisions[-1]
            assert isinstance(last, Refused), f"{contact.id} was called off, and its last answer is {last} (13)"


def spoken_for(matter: Matter) -> None:
    """What was moved onto the message about another claim was said by it, or may have been: none waits for one
    that never left. And nobody hears of one creditor's claims by two reminders a day (12)."""
    for contact in matter.contacts.values():
        carrier = matter.spoken_by(contact)
        if carrier is contact:
            continue
        assert contact.state is ContactState.MOVED, f"{contact.id} was said by another, and goes on"
        assert carrier.state in (*LEFT, ContactState.FAILED, ContactState.SANDBOXED), (
            f"{contact.id} waits for nothing"
        )
        kinds = {(one.purpose, one.kind) for one in (contact, carrier)}
        assert kinds == {(Purpose.REMINDER, MessageKind.REMINDER)}, "a notice speaks for one claim"
    days = [
        c.sent_at.astimezone(BERLIN).date()
        for c in matter.contacts.values()
        if c.sent_at and c.purpose is Purpose.REMINDER and c.state in (ContactState.SENT, ContactState.DELIVERED)
    ]
    if matter.debtor.address.country == "DE":
        assert len(days) == len(set(days)), "two reminders of one creditor on one day (12)"


def _noticed(matter: Matter, agreed: Plan | Deferral) -> bool:
    """The cost notice of what was agreed last is kept, and left or was fetched before; it may come back later."""
    offer = matter.offers[agreed.offer]
    document, mail = matter.documents.get(offer.document or ""), matter.contacts.get(offer.contact or "")
    left = mail.sent_at if mail and mail.state in SENT_ONCE else None
    before = (at for at in (left, document and document.fetched_at) if at and offer.agreed_at)
    return document is not None and any(at <= offer.agreed_at for at in before)


def carried_on(matter: Matter, store: Store) -> None:
    """What runs, runs by the claim's own word, and one contact carries it (11).

    The parts of a plan sum to what was paid of it and is still owed, whatever was given back since.
    """
    for claim in matter.claims.values():
        plans = [p for p in matter.plans.values() if p.claim == claim.id and p.state is PlanState.RUNNING]
        deferrals = [
            d for d in matter.deferrals.values() if d.claim == claim.id and d.state is DeferralState.RUNNING
        ]
        assert [p.id for p in plans] == ([claim.plan] if claim.plan else [])
        assert [d.id for d in deferrals] == ([claim.deferral] if claim.deferral else [])
        assert (claim.state is ClaimState.ON_PLAN) == bool(plans)
        held = {hold.kind: hold.source for hold in claim.holds}
        assert held.get(HoldKind.PLAN) == claim.plan and held.get(HoldKind.DEFERRAL) == claim.deferral
        for agreed in (*plans, *deferrals):
            waiting = [c for c in matter.contacts.values() if c.about == agreed.id and _carries(c)]
            assert len(waiting) == 1, f"{agreed.id} is carried on by {len(waiting)} contacts"
            assert waiting[0].due_at == agreed.next_at
            assert _noticed(matter, agreed), "no notice before it (P14)"
        for plan in plans:
            stands = claim.outstanding.total + claim.paid - plan.paid_before
            assert plan.total == stands, "the parts of a plan sum to the total, to the cent (M17)"


def costs_told(matter: Matter, store: Store) -> None:
    """Costs that a collector charged were told by a contact that left, or were seen and paid, or agreed upon; and
    nine tenths of a fee came only after the two weeks and the days that money travels."""
    for claim in matter.claims.values():
        fee = claim.fee
        if fee is None:
            continue
        contact = matter.contacts[fee.contact]
        seen = (*matter.plans.values(), *matter.deferrals.values())
        ledger = store.ledger(claim.creditor, claim.id)
        paid = any(entry.kind is EntryKind.PAYMENT for entry in ledger)
        told = contact.state in (ContactState.RESERVED, ContactState.SENT, ContactState.DELIVERED)
        assert told or paid or any(one.claim == claim.id for one in seen), "no costs that nobody was told of"
        if fee.rise:
            (*_, last) = (e for e in ledger if e.kind is EntryKind.COSTS and e.source.startswith("costs:"))
            earliest = bank_days_after(last_simple_day(fee.since), ARRIVES_WITHIN)
            assert last.value_date >= earliest, "nine tenths never before two weeks"


def _carries(contact: Contact) -> bool:
    on_its_way = contact.state in (ContactState.PLANNED, ContactState.RESERVED)
    return contact.purpose is Purpose.AGREED and on_its_way


def _allowed(contact: Contact) -> bool:
    return bool(contact.decisions) and isinstance(contact.decisions[-1], Allowed)

"""Lay three books side by side over some days, the provider's, the bank's and ours: every difference, by id.

Nothing is written. What is read follows from the days: the provider's lists in them, the statements that tell of
them, the journal day by day; beyond that one look at each sum that these alone do not settle.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta

from ..domain.bank import BankStatement, Became, EntryResult, Side, StatementStatus
from ..domain.bank_days import bank_days_before
from ..domain.entry import EntryKind, LedgerEntry
from ..domain.errors import Permanent, Retry
from ..domain.leaving import LeavingState
from ..domain.ledger import broken_at
from ..domain.matter import Matter
from ..domain.money_back import Chargeback, PayoutStatus, ProviderPayout, ProviderRefund, RefundStatus
from ..domain.parties import Creditor
from ..domain.payments import PaymentStatus, ProviderPayment
from ..domain.reconciliation import (
    Difference,
    DifferenceKind,
    Place,
    Tally,
    Uncompared,
    Word,
    in_order,
    judged,
    suspense_differs,
    told_plainly,
    unsaid,
)
from ..domain.refund_order import RefundWay
from ..domain.statement_chain import HOMED, day_of, gaps, not_arrived, numbered, superseded, unled
from ..domain.trail import Booking
from ..ports import BankBook, BankReports, Outgoing, ProviderBalance, ReconciliationReports, ToldEntries, Watch
from .book_bank_entry import Teller
from .reverse_payment import payment_behind
from .send_refund import LABEL, OVER
from .till import Till

DAY = timedelta(days=1)
# The provider's log of events reaches back so far; what changed before that is looked for by when it began.
LOG_REACHES = timedelta(days=26)
SETTLES_WITHIN, DECIDED_WITHIN = timedelta(days=15), timedelta(days=120)
# What became of the entries of a statement is kept for 180 days.
RESULTS_KEPT = timedelta(days=175)
# A statement's neighbours are looked for so far back; what is missing between two is seen by both.
NEIGHBOURS = timedelta(days=100)
# Statements older than this that come now are not held against their neighbours.
OLDEST = timedelta(days=400)
# A file that came just now may still be booked.
UNDER_WAY = timedelta(minutes=15)
# The bank tells of a transfer, and a payout arrives, within so many bank days.
BANK_DAYS = 5


@dataclass(frozen=True)
class CountingRoom:
    """Where the books lie side by side: whom to ask, and what repairs need."""

    till: Till
    outgoing: Outgoing
    watch: Watch
    balance: ProviderBalance
    teller: Teller
    told: ToldEntries
    reports: ReconciliationReports
    bank_reports: BankReports

    @property
    def bank(self) -> BankBook:
        return self.teller.bank


@dataclass(frozen=True)
class Compared:
    """In what the books differ, the earliest first, and what could not be compared."""

    differences: tuple[Difference, ...]
    uncompared: tuple[Uncompared, ...]


@dataclass
class _Look:
    """One comparison under way: its days, what was said of each source, and our journal of these days."""

    settings: Creditor
    first: date
    last: date
    room: CountingRoom
    now: datetime
    said: set[str] = field(default_factory=set)
    journal: dict[str, list[tuple[str, LedgerEntry]]] = field(default_factory=dict)

    @property
    def creditor(self) -> str:
        return self.settings.id

    @property
    def since(self) -> datetime:
        return datetime.combine(self.first, time(), UTC)

    @property
    def until(self) -> datetime:
        return datetime.combine(self.last + DAY, time(), UTC)

    @property
    def logged(self) -> bool:
        """Whether the provider's log tells of all that changed in these days."""
        return self.since >= self.now - LOG_REACHES - DAY

    def tally(self, source: str) -> Tally | None:
        """This sum as our books hold it, every entry of it; None where they know nothing of it."""
        store, known = self.room.till.store, {}
        trail = store.trail(self.creditor, source)
        for claim, entry in self.journal.get(source, ()):
            known[claim, entry.number] = entry
        for claim, number in trail.entries if trail else ():
            found = known.get((claim, number)) or store.entry(self.creditor, claim, number)
            if found:
                known[claim, number] = found
        kept = store.suspended(self.creditor, source)
        if trail is None and kept is None and not known:
            return None
        return Tally(source, tuple((claim, entry) for (claim, _), entry in known.items()), kept)


def compare_books(creditor: str, first: date, last: date, *, room: CountingRoom, now: datetime) -> Compared:
    """Every difference that concerns the days `first` to `last` (UTC, both counted).

    Safe while money moves: what is booked meanwhile is found by its id before it is said to be missing. Raises
    Retry where the provider, or the creditor's settings, cannot be read.
    """
    settings = room.till.store.creditor(creditor)
    if settings is None:
        raise Retry("creditor settings not there yet")
    look = _Look(settings, first, last, room, now)
    words, behind = _of_the_provider(look)
    day, touched = first, dict[tuple[str, str], list[Booking]]()
    while day <= last:
        for booking in room.till.store.journal(creditor, day):
            touched.setdefault((booking.debtor, booking.claim), []).append(booking)
            if booking.entry.kind in (EntryKind.PAYMENT, EntryKind.REVERSAL):
                look.journal.setdefault(booking.entry.source, []).append((booking.claim, booking.entry))
        day += DAY
    statements = _statements(look)
    paid = _payouts(statements, look)
    found = [*behind, *_against_books(words, look), *_of_the_bank(statements, look)]
    found += _nobody_says(look)
    found += _broken(touched, look)
    found += _sent_and_untold(look)
    found += _not_arrived(paid, look)
    return Compared(in_order(found), tuple(_uncompared(statements, paid, look)))


def _statements(look: _Look) -> tuple[BankStatement, ...]:
    """Those that tell of these days or came on one, and those before each of them."""
    bank, first = look.room.bank, look.first
    found = bank.statements(look.creditor, first - NEIGHBOURS, look.last)
    told = [one.first_day for one in found if one.first_day and one.concerns(look.first, look.last)]
    earliest = max(min(told, default=first), first - OLDEST)
    return bank.statements(look.creditor, earliest - NEIGHBOURS, look.last) if earliest < first else found


def _uncompared(
    statements: tuple[BankStatement, ...], paid: tuple[ProviderPayout, ...], look: _Look
) -> Iterator[Uncompared]:
    if not look.logged:
        yield Uncompared.LATE_CHANGES
    if look.since < look.now - RESULTS_KEPT - DAY:
        yield Uncompared.OLD_STATEMENTS
    if not statements:
        yield Uncompared.NO_STATEMENTS
    elif paid and not _brings_payouts(look):
        yield Uncompared.OTHER_ACCOUNT


# ---- The provider


def _of_the_provider(look: _Look) -> tuple[list[Word], list[Difference]]:
    """All that the provider says moved, and the orders of ours that do not know how their refund ended."""
    gateway, until = look.room.till.gateway, look.until
    settles, decided = (timedelta(), timedelta()) if look.logged else (SETTLES_WITHIN, DECIDED_WITHIN)
    words, behind = list[Word](), list[Difference]()
    for payment in gateway.payments_since(look.creditor, look.since - settles, until):
        words += _of_payment(payment, look)
    for refund in gateway.refunds_since(look.creditor, look.since - settles, until):
        words += _of_refund(refund, look)
        behind += _order_behind(refund, look)
    for chargeback in gateway.chargebacks_since(look.creditor, look.since - decided, until):
        words += _of_chargeback(chargeback, look)
    return words, behind


def _of_payment(payment: ProviderPayment, look: _Look) -> Iterator[Word]:
    if payment.live is not look.settings.live or payment.received <= 0:
        return
    if payment.status is PaymentStatus.SUCCEEDED:
        name, day = payment.object_id, (payment.paid_at or look.now).date()
        yield Word(name, payment.received, payment.currency, day, Place.PAYMENT, name)


def _of_refund(refund: ProviderRefund, look: _Look) -> Iterator[Word]:
    """What went back; where it came again, that too, unless we never heard of the first."""
    if refund.payment is None:
        return
    name, where = refund.object_id, (refund.currency, refund.made_at.date(), Place.REFUND, refund.object_id)
    if refund.status is RefundStatus.SUCCEEDED:
        yield Word(name, -refund.amount, *where)
    elif refund.status in OVER and look.tally(name):
        yield Word(name, -refund.amount, *where)
        yield Word(refund.came_back, refund.amount, *where)


def _of_chargeback(chargeback: Chargeback, look: _Look) -> Iterator[Word]:
    """What the bank took, and what it gave back; nothing where it gave all of it back before we heard of any."""
    taken, back = chargeback.taken, chargeback.given_back
    if taken is None or chargeback.payment is None:
        return
    if back and back.amount == -taken.amount and look.tally(chargeback.object_id) is None:
        return
    name, where = chargeback.object_id, (Place.CHARGEBACK, chargeback.object_id)
    yield Word(name, taken.amount, chargeback.currency, taken.at.date(), *where)
    if back:
        yield Word(back.object_id, back.amount, chargeback.currency, back.at.date(), *where)


def _order_behind(refund: ProviderRefund, look: _Look) -> Iterator[Difference]:
    name = dict(refund.labels).get(LABEL, "")
    order = look.room.outgoing.refund(look.creditor, name) if name else None
    if order is None:
        return
    if payment_behind(look.creditor, order.source, store=look.room.till.store) != refund.payment:
        return
    waits = (LeavingState.RELEASED, LeavingState.SENT)
    late = order.state in waits and refund.status in (RefundStatus.SUCCEEDED, *OVER)
    if late or (order.state is LeavingState.DONE and refund.status in OVER):
        where = (refund.currency, refund.made_at.date(), Place.REFUND, refund.object_id)
        yield Difference(DifferenceKind.ORDER_BEHIND, name, -refund.amount, -order.amount, *where)


def _against_books(words: Iterable[Word], look: _Look) -> Iterator[Difference]:
    for word in words:
        look.said.add(word.source)
        if told_plainly(word, look.journal.get(word.source, ())):
            continue
        tally = look.tally(word.source)
        differs = judged(word, tally)
        if differs is None and tally:
            differs = suspense_differs(tally, word.day)
        if differs:
            yield differs


# ---- What only our books say


def _nobody_says(look: _Look) -> Iterator[Difference]:
    """Entries of these days of which neither list nor statement told: each is asked for by its own id."""
    for source, entries in look.journal.items():
        if source in look.said:
            continue
        tally = look.tally(source) or Tally(source, tuple(entries))
        entry = entries[0][1]
        day = entry.booked_at.astimezone(UTC).date()
        if source.startswith("bank:"):
            if look.room.bank.sighting(look.creditor, source) is None:
                yield unsaid(tally, day, Place.STATEMENT)
        elif source.startswith("out:"):
            yield from _of_order(source, tally, day, look)
        elif "restored" in entry.flags:
            # What came again has no name of its own to ask by: it stands beside what went, in the lists.
            if look.logged:
                yield unsaid(tally, day, Place.LEDGER)
        else:
            yield from _asked_for(tally, entry, day, look)
            continue
        wrong = suspense_differs(tally, day)
        if wrong:
            yield wrong


def _of_order(source: str, tally: Tally, day: date, look: _Look) -> Iterator[Difference]:
    order = look.room.outgoing.refund(look.creditor, source.removeprefix("out:"))
    if order is None or (tally.amount is not None and tally.amount != -order.amount):
        yield unsaid(tally, day, Place.ORDER, -order.amount if order else None)


def _asked_for(tally: Tally, entry: LedgerEntry, day: date, look: _Look) -> Iterator[Difference]:
    """A sum of the provider's that its lists of these days do not hold."""
    gateway, name = look.room.till.gateway, tally.source
    went = entry.kind is EntryKind.REVERSAL
    place = Place.PAYMENT if not went else Place.REFUND if "refund" in entry.flags else Place.CHARGEBACK
    try:
        if place is Place.PAYMENT:
            words = tuple(_of_payment(gateway.payment(look.creditor, name), look))
        elif place is Place.REFUND:
            words = tuple(_of_refund(gateway.refund(look.creditor, name), look))
        else:
            words = tuple(_of_chargeback(gateway.chargeback(look.creditor, name), look))
    except Permanent:
        yield unsaid(tally, day, place)
        return
    if not any(word.source == name for word in words):
        yield unsaid(tally, day, place, 0)
    yield from _against_books(words, look)


def _broken(touched: Mapping[tuple[str, str], list[Booking]], look: _Look) -> Iterator[Difference]:
    """Claims of these days whose ledger is not what was sealed, or not what the journal, by which creditors are
    paid, says of it."""
    store, matters = look.room.till.store, dict[str, Matter | None]()
    for (debtor, name), bookings in touched.items():
        if debtor not in matters:
            matters[debtor] = store.matter(look.creditor, debtor)
        matter = matters[debtor]
        claim = matter.claims.get(name) if matter else None
        ledger = store.ledger(look.creditor, name)
        known = dict(enumerate(ledger))
        false = next((one for one in bookings if known.get(one.entry.number) != one.entry), None)
        if claim and broken_at(claim, ledger) is None and not false:
            continue
        day = bookings[0].entry.booked_at.astimezone(UTC).date()
        owed = claim.outstanding.total if claim else None
        where = (bookings[0].entry.currency, day, Place.LEDGER)
        yield Difference(DifferenceKind.LEDGER_BROKEN, name, None, owed, *where, claims=(name,))


# ---- The bank


def _of_the_bank(statements: tuple[BankStatement, ...], look: _Look) -> Iterator[Difference]:
    """Every entry of the statements of these days has its home, and the statements follow one another."""
    results = {one.id: _results(one, look) for one in statements if _is_read(one, statements, look)}
    credits = {credit.source for credit in look.room.outgoing.payout_credits(look.creditor)}
    for statement in statements:
        if statement.id not in results or not statement.concerns(look.first, look.last):
            continue
        missing = unled(statement, results[statement.id])
        if missing:
            yield missing
        for result in results[statement.id]:
            if result.source and result.source not in look.said:
                yield from _of_entry(statement, result, credits, look)
    yield from gaps(statements, look.first, look.last)
    for earlier, later, result in superseded(statements, results):
        tally = look.tally(result.source)
        if tally and any(one.concerns(look.first, look.last) for one in (earlier, later)):
            yield unsaid(tally, day_of(earlier), Place.STATEMENT)


def _is_read(statement: BankStatement, statements: tuple[BankStatement, ...], look: _Look) -> bool:
    """What became of its entries matters: it tells of these days, or the same number stands twice."""
    if statement.received_at < look.now - RESULTS_KEPT:
        return False
    if statement.status is not StatementStatus.DONE and statement.received_at > look.now - UNDER_WAY:
        return False
    if statement.concerns(look.first, look.last):
        return True
    same = (one for one in statements if one.sequence == statement.sequence and one.account == statement.account)
    return numbered(statement) is not None and sum(1 for _ in same) > 1


def _results(statement: BankStatement, look: _Look) -> tuple[EntryResult, ...]:
    bank = look.room.bank
    return tuple(
        result for chunk in range(statement.chunks) for result in bank.results(look.creditor, statement.id, chunk)
    )


def _of_entry(
    statement: BankStatement, result: EntryResult, credits: set[str], look: _Look
) -> Iterator[Difference]:
    look.said.add(result.source)
    day = day_of(statement)
    word = Word(result.source, result.amount, result.currency, day, Place.STATEMENT, statement.id)
    if result.source in credits or result.became not in (*HOMED, Became.KNOWN):
        return
    if told_plainly(word, look.journal.get(word.source, ())):
        return
    tally = look.tally(word.source)
    differs = judged(word, tally)
    if differs and differs.kind is DifferenceKind.AMOUNT_DIFFERS:
        # The bank's own charges for a return are in the entry, and were never the debtor's payment.
        sighting = look.room.bank.sighting(look.creditor, word.source)
        entry = sighting.entry if sighting else None
        bare = (entry.without_charges if entry.side is Side.CREDIT else -entry.without_charges) if entry else None
        differs = None if tally and bare == tally.amount else differs
    if differs is None and tally:
        differs = suspense_differs(tally, day)
    if differs:
        yield differs


# ---- What is under way


def _sent_and_untold(look: _Look) -> Iterator[Difference]:
    """What left in a file for the bank, and should have been told of by now."""
    due = _due(look)
    for order in look.room.watch.refunds_since(look.now):
        sent = (order.changed_at or order.at).astimezone(UTC).date()
        by_bank = order.way is RefundWay.BANK and order.state is LeavingState.SENT
        if order.creditor == look.creditor and by_bank and sent <= min(due, look.last):
            where = (order.currency, sent, Place.ORDER)
            yield Difference(
                DifferenceKind.UNTOLD_BY_BANK, order.id, None, -order.amount, *where, at=order.left_as or ""
            )
    for payout in look.room.outgoing.payouts(look.creditor):
        sent = (payout.changed_at or payout.at).astimezone(UTC).date()
        if payout.state is LeavingState.SENT and sent <= min(due, look.last):
            where = (payout.currency, sent, Place.ORDER)
            yield Difference(
                DifferenceKind.UNTOLD_BY_BANK, payout.id, None, -payout.amount, *where, at=payout.left_as or ""
            )


def _due(look: _Look) -> date:
    """What left on this day or before, the bank has told of by now."""
    return bank_days_before(look.now.astimezone(UTC).date(), BANK_DAYS + 1)


def _payouts(statements: tuple[BankStatement, ...], look: _Look) -> tuple[ProviderPayout, ...]:
    """What the provider paid out about these days; nothing where no bank could tell of it.

    A little beyond both ends, so that a credit of a neighbour is not taken for part of one of these.
    """
    if not statements:
        return ()
    span = (look.since - SETTLES_WITHIN, look.until + SETTLES_WITHIN)
    paid = look.room.balance.payouts_since(look.creditor, *span)
    return tuple(one for one in paid if one.status is PayoutStatus.PAID and one.live is look.settings.live)


def _brings_payouts(look: _Look) -> bool:
    """The account whose statements we read is the one the provider pays out to: money is settled over it, or a
    payout has come there before."""
    return look.settings.payout_terms is not None or bool(look.room.outgoing.payout_credits(look.creditor))


def _not_arrived(paid: tuple[ProviderPayout, ...], look: _Look) -> Iterator[Difference]:
    credits = look.room.outgoing.payout_credits(look.creditor)
    if paid and _brings_payouts(look):
        missing = not_arrived(paid, credits, min(_due(look), look.last))
        yield from (differs for differs in missing if differs.day >= look.first)

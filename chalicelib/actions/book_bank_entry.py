"""Book one entry of a bank's statement: once for each sum of money, whichever files tell of it and how often."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from ..domain import bank as banking
from ..domain.accrual import owed_at
from ..domain.arrival import squeezed
from ..domain.bank import BankEntry, BankStatement, Became, EntryResult, Side, Sighting
from ..domain.claim import Claim, HoldKind
from ..domain.errors import AlreadyDone, Retry, StaleVersion
from ..domain.facts import Fact, FactName
from ..domain.leaving import LeavingState
from ..domain.ledger import standing_of
from ..domain.matching import Clue, Match, match, name_of, traces
from ..domain.matter import Matter
from ..domain.paying import MOST_TOGETHER, disputed, is_open
from ..domain.payout import PayoutCredit, number_of
from ..domain.policies._country import CountryPolicy
from ..domain.strategies._base import Strategy, strategy_of
from ..domain.suspense import Suspense, SuspenseReason
from ..domain.trail import Reversal, ReversalReason, Trail
from ..ports import BankBook, Commit, EntryPlace, Outgoing, Scheduler, Store, Way
from .bank_told import bank_told, uncovered
from .book_money import Arrival, book_money, carry_on, carry_out
from .record_payment import Booked
from .reverse_payment import reverse_payment

TURNS = 8
# More debtors than this behind one transfer's traces: the traces say nothing.
MOST_DEBTORS = 12
MOST_ACCOUNTS = 8
MOST_WORDS = 400
SUM, PARTS = "sum", "parts"


@dataclass(frozen=True)
class Payouts:
    """How the payment provider's payouts look on a statement: the names it sends them under, compared as
    `name_of` does. A debtor cannot call their account so."""

    names: frozenset[str] = frozenset()

    def know(self, entry: BankEntry) -> bool:
        return name_of(entry.name) in self.names


@dataclass(frozen=True)
class Teller:
    """What booking an entry needs. `keyed` makes of a text the hash it is kept by."""

    store: Store
    bank: BankBook
    outgoing: Outgoing
    scheduler: Scheduler
    policies: Mapping[str, CountryPolicy]
    strategies: Mapping[str, Strategy]
    keyed: Callable[[str], str]
    payouts: Payouts


@dataclass(frozen=True)
class _Told:
    """One entry at its place: which statement tells it, on which account, and the name of its money."""

    statement: BankStatement
    place: EntryPlace
    entry: BankEntry
    source: str
    account: str

    @property
    def creditor(self) -> str:
        return self.statement.creditor

    def result(self, became: Became, because: str = "", **more: object) -> EntryResult:
        entry = self.entry
        return EntryResult(entry.number, became, entry.signed, entry.currency, because=because, **more)  # type: ignore[arg-type]


def mark(kind: str, text: str, keyed: Callable[[str], str]) -> str:
    """The mark under which something that stands on a transfer is looked up."""
    return keyed(f"{kind}\n{text}")


def book_bank_entry(
    statement: BankStatement, place: EntryPlace, entry: BankEntry, account: str, *, teller: Teller, now: datetime
) -> EntryResult:
    """What became of this entry; the same answer however often it is asked.

    A credit is booked where the rules are sure whose it is, and else lies in suspense with a proposal. Money that
    comes back reverses the payment it was. What is no debtor's payment is said to be so. The value date is the
    bank's. Raises Retry when others keep writing to the same claims.
    """
    known = teller.bank.result(statement.creditor, place)
    if known:
        _carry_on(statement.creditor, known, teller, now)
        return known
    source = f"bank:{teller.keyed(banking.identity(account, entry))[:32]}"
    told = _Told(statement, place, entry, source, account)
    result = _no_money(told, teller, now) or _money(told, teller, now)
    return teller.bank.put_result(statement.creditor, place, result)


def _carry_on(creditor: str, result: EntryResult, teller: Teller, now: datetime) -> None:
    """Told a second time, what was booked the first time makes sure that its receipt is on its way."""
    if result.became is Became.BOOKED and result.claims:
        debtor = teller.store.debtor_of_claim(creditor, result.claims[0])
        if debtor:
            carry_on(creditor, debtor, teller.store, teller.scheduler, now)


def _no_money(told: _Told, teller: Teller, now: datetime) -> EntryResult | None:
    """Entries that say nothing of a debtor's money, or say it a second time; None for the others."""
    entry = told.entry
    if not entry.booked:
        return told.result(Became.PENDING)
    if not entry.amount:
        # A word of the bank's to its customer; no money moved, and none is booked.
        return told.result(Became.OWN)
    if entry.side is Side.DEBIT and entry.returned is None:
        _ours(told, teller, now, came_back=False)
        order = entry.end_to_end.strip().lower()
        covered = not uncovered(told.creditor, order, store=teller.store, outgoing=teller.outgoing)
        if not covered or _unaccounted(told, order, teller):
            return None
        return told.result(Became.OWN)
    if not (entry.parts or entry.is_part) or not entry.part_of:
        return None
    marks = [mark("collective", f"{told.account}\n{name}", teller.keyed) for name in entry.part_of]
    how = teller.bank.settled_as(told.creditor, marks, PARTS if entry.is_part else SUM)
    if entry.parts and how == PARTS:
        return told.result(Became.PARTS)
    return told.result(Became.KNOWN, "sum_kept") if entry.is_part and how == SUM else None


def _ours(told: _Told, teller: Teller, now: datetime, *, came_back: bool) -> bool:
    """A transfer of ours left, or came back: where an order made it, the order knows it now. Whether it was a
    payout to the creditor."""
    entry = told.entry
    state = bank_told(
        told.creditor,
        entry.end_to_end,
        entry.without_charges,
        entry.currency,
        entry.value_date,
        came_back=came_back,
        store=teller.store,
        outgoing=teller.outgoing,
        scheduler=teller.scheduler,
        policies=teller.policies,
        strategies=teller.strategies,
        now=now,
    )
    return state is not None and number_of(entry.end_to_end.strip().lower()) is not None


def _unaccounted(told: _Told, name: str, teller: Teller) -> bool:
    """Whether a refund of ours left and its order is not done by that: another amount went than was ordered. The
    money is gone all the same, and a person has to find out."""
    order = teller.outgoing.refund(told.creditor, name)
    return order is not None and order.state not in (LeavingState.DONE, LeavingState.FAILED)


def _money(told: _Told, teller: Teller, now: datetime) -> EntryResult:
    """Money that moved. Its first sighting decides whether it was told before, and by whom."""
    first = _sighted(told, teller)
    twin = first.denies(_sighting(told))
    if twin:
        # Kept under a name of its own: what only looks alike must not be lost to what was there first.
        told = replace(told, source=f"{told.source}-{told.statement.id[:8]}-{told.place.number}")
        _sighted(told, teller)
    if teller.payouts.know(told.entry) and told.entry.side is Side.CREDIT and told.entry.returned is None:
        entry = told.entry
        words = squeezed(f"{entry.end_to_end} {entry.text}")[:MOST_WORDS]
        brought = PayoutCredit(told.source, entry.amount, entry.currency, entry.value_date, words)
        teller.store.commit(told.creditor, Commit((), payout_credit=brought))
        again = not twin and first.statement != told.statement.id
        return told.result(Became.KNOWN if again else Became.PAYOUT, source=told.source)
    # What another file told first is booked here all the same, should that file have died over it: the guard on
    # its source keeps it from being booked twice.
    return _booked(told, teller, now, first=first, twin=twin)


def _sighting(told: _Told) -> Sighting:
    statement = told.statement
    return Sighting(told.source, statement.id, statement.kind, statement.sequence, told.entry)


def _sighted(told: _Told, teller: Teller) -> Sighting:
    """The first sighting of this money; marks of a credit are kept, so that its return knows it."""
    payment = told.entry.side is Side.CREDIT and not teller.payouts.know(told.entry)
    texts = banking.original_marks(told.entry) if payment else ()
    marks = [mark("original", text, teller.keyed) for text in texts]
    return teller.bank.sighted(told.creditor, _sighting(told), marks)


def _booked(told: _Told, teller: Teller, now: datetime, *, first: Sighting, twin: bool) -> EntryResult:
    entry = told.entry
    if twin or (told.statement.doubtful(entry) and teller.store.trail(told.creditor, told.source) is None):
        return _suspended(told, SuspenseReason.POSSIBLE_TWIN, Match(None), teller, now)
    if entry.returned is not None and entry.side is Side.DEBIT:
        return _returned(told, first, teller, now)
    if entry.side is Side.DEBIT and not entry.parts:
        # A refund that left, of a payment that had been taken back: nobody's entry bears it.
        return _suspended(told, SuspenseReason.RETURN_UNMATCHED, Match(None), teller, now)
    if entry.parts:
        return _suspended(told, SuspenseReason.UNSPLIT, Match(None), teller, now)
    if entry.returned is not None:
        if _ours(told, teller, now, came_back=True):
            # What came back of a payout is carried by the next one: it is no debtor's money.
            return told.result(Became.OWN, source=told.source)
        return _suspended(told, SuspenseReason.CAME_BACK, Match(None), teller, now)
    return _credited(told, teller, now)


def _returned(told: _Told, first: Sighting, teller: Teller, now: datetime) -> EntryResult:
    """Counter-entries for the one payment it can be; never for one of several."""
    original, entry = _original(told, teller), told.entry
    if original is None:
        return _suspended(told, SuspenseReason.RETURN_UNMATCHED, Match(None), teller, now)
    answer = reverse_payment(
        told.creditor,
        Reversal(
            source=told.source,
            payment=original,
            amount=entry.without_charges,
            currency=entry.currency,
            value_date=entry.value_date,
            why=ReversalReason.BANK_RETURN,
        ),
        store=teller.store,
        scheduler=teller.scheduler,
        policies=teller.policies,
        strategies=teller.strategies,
        now=now,
    )
    if answer is Booked.REFUSED:
        return _suspended(told, SuspenseReason.RETURN_UNMATCHED, Match(None), teller, now)
    if answer is Booked.DUPLICATE and first.statement != told.statement.id:
        return told.result(Became.KNOWN, source=told.source)
    trail = teller.store.trail(told.creditor, told.source)
    return told.result(Became.REVERSED, source=told.source, claims=trail.claims if trail else ())


def _original(told: _Told, teller: Teller) -> str | None:
    """The payment that went back: the one known by the same end-to-end id, or else by the same text. Where several
    are, what both say."""
    found = [
        set(teller.bank.originals(told.creditor, mark("original", text, teller.keyed)))
        for text in banking.original_marks(told.entry)
    ]
    for sources in (*found, set.intersection(*found) if found else set()):
        if len(sources) == 1:
            return next(iter(sources))
    return None


def _credited(told: _Told, teller: Teller, now: datetime) -> EntryResult:
    creditor = teller.store.creditor(told.creditor)
    if creditor is None:
        raise Retry("creditor settings not there yet")
    policy, most = teller.policies[creditor.country], strategy_of(creditor, teller.strategies).waive_up_to
    payer = mark("account", told.entry.iban, teller.keyed) if told.entry.iban else ""
    for _ in range(TURNS):
        matters = _matters(told, payer, teller)
        owed = _owed(told, matters, policy)
        found = match(told.entry, matters.values(), account=payer, owed=owed)
        arrival = _arrival(told, matters[found.debtor], found, policy, now) if found.debtor else None
        if found.debtor is None or arrival is None:
            why = SuspenseReason.UNSURE if found.candidates else SuspenseReason.NO_MATCH
            return _suspended(told, why, found, teller, now)
        matter = matters[found.debtor]
        if any(matter.claims[name].currency != told.entry.currency for name in arrival.claims):
            return _suspended(told, SuspenseReason.WRONG_CURRENCY, found, teller, now)
        commit, receipt = book_money(matter, arrival, policy=policy, most=most, now=now)
        claims = tuple(dict.fromkeys(name for name, _ in commit.entries))
        result = told.result(Became.BOOKED, source=told.source, claims=claims, score=found.score)
        commit = _learning(replace(commit, told=(told.place, result)), matter, payer, found)
        try:
            teller.store.commit(told.creditor, commit)
        except AlreadyDone:
            carry_on(told.creditor, matter.debtor.number, teller.store, teller.scheduler, now)
            return _known(told, teller)
        except StaleVersion:
            continue
        carry_out(commit, receipt, teller.scheduler, now)
        return result
    raise Retry("the claims keep changing")


def _known(told: _Told, teller: Teller) -> EntryResult:
    """Booked before: by this very entry, or by another file that told of the same money."""
    own = teller.bank.result(told.creditor, told.place)
    return own or told.result(Became.KNOWN, source=told.source)


def _matters(told: _Told, payer: str, teller: Teller) -> dict[str, Matter]:
    """Every debtor that something on this transfer leads to; a reference, where one leads somewhere, is enough."""
    found = traces(told.entry)
    debtors = _led_to((("reference", text) for text in found.references), told.creditor, teller)
    if not debtors:
        name = name_of(told.entry.name)
        clues = [("word", word) for word in found.words] + ([("name", name)] if name else [])
        debtors = _led_to(clues, told.creditor, teller)
        debtors |= {way.debtor for way in teller.store.ways(told.creditor, payer)} if payer else set()
    if len(debtors) > MOST_DEBTORS:
        return {}
    read = {debtor: teller.store.matter(told.creditor, debtor) for debtor in sorted(debtors)}
    return {debtor: matter for debtor, matter in read.items() if matter}


def _led_to(clues: Iterable[tuple[str, str]], creditor: str, teller: Teller) -> set[str]:
    marks = (mark(kind, text, teller.keyed) for kind, text in clues)
    return {way.debtor for name in marks for way in teller.store.ways(creditor, name)}


def _owed(told: _Told, matters: Mapping[str, Matter], policy: CountryPolicy) -> Callable[[Claim], int]:
    """What closes a claim with money that is worth this entry's value date."""
    day = told.entry.value_date
    return lambda claim: owed_at(claim, day, policy.meter_for(matters[claim.debtor].debtor)).total


def _arrival(told: _Told, matter: Matter, found: Match, policy: CountryPolicy, now: datetime) -> Arrival | None:
    """The credit for the claims it names; for all that is owed and not disputed, by law, where it names none."""
    claims = found.named
    if not claims:
        owed = [claim for claim in matter.claims.values() if is_open(claim) and not disputed(claim, now)]
        same = [claim for claim in owed if claim.currency == told.entry.currency]
        day = told.entry.value_date
        meter = policy.meter_for(matter.debtor)
        standings = [standing_of(claim, day, owed_at(claim, day, meter)) for claim in same]
        standings.sort(key=lambda standing: standing.rank)
        claims = tuple(standing.claim for standing in standings)
    if not claims:
        return None
    return Arrival(
        source=told.source,
        received=told.entry.amount,
        currency=told.entry.currency,
        claims=claims[:MOST_TOGETHER],
        named=found.named[:MOST_TOGETHER],
        value_date=told.entry.value_date,
        ends=frozenset({HoldKind.TRANSFERRED}),
    )


def _learning(commit: Commit, matter: Matter, payer: str, found: Match) -> Commit:
    """By our own reference somebody said whose money this is: their account leads to the debtor from now on."""
    debtor = matter.debtor
    sure = Clue.REFERENCE in found.clues and payer and debtor.erased_at is None
    if not sure or payer in debtor.accounts or commit.debtor is not None:
        return commit
    accounts = (*debtor.accounts, payer)[-MOST_ACCOUNTS:]
    way = Way(payer, debtor.number, commit.claims[0].id)
    return replace(commit, debtor=replace(debtor, accounts=accounts), ways=(*commit.ways, way))


def _suspended(told: _Told, why: SuspenseReason, found: Match, teller: Teller, now: datetime) -> EntryResult:
    """Kept until somebody finds its home, with the claims it may be meant for. What went out counts below zero."""
    entry = told.entry
    amount = entry.without_charges if entry.side is Side.CREDIT else -entry.without_charges
    best = found.candidates[0] if found.candidates else None
    money = Suspense(
        creditor=told.creditor,
        source=told.source,
        amount=amount,
        currency=entry.currency,
        reason=why,
        claim=best.claim if best and len(found.candidates) == 1 else None,
        at=now,
        candidates=found.candidates,
        value_date=entry.value_date,
    )
    fact = Fact(FactName.PAYMENT_SUSPENDED, told.creditor, (("source", told.source),), now)
    proposed = tuple(one.claim for one in found.candidates)
    result = told.result(Became.SUSPENSE, why.value, source=told.source, claims=proposed, score=found.score)
    commit = Commit(
        (fact,),
        suspense=(money,),
        trails=(Trail(told.creditor, told.source),),
        source=told.source,
        told=(told.place, result),
    )
    try:
        teller.store.commit(told.creditor, commit)
    except AlreadyDone:
        return _known(told, teller)
    return result

"""Reconciliation: the provider's book, the bank's and ours side by side, and every Difference between them.

Nothing here reads or writes. A Word is what the provider or the bank says of one sum of money, a Tally the same
sum as our books hold it. Both are known by the same source, so that whoever compares needs no guess. All amounts
are minor units, below zero where money went away.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from .entry import EntryKind, LedgerEntry
from .suspense import Suspense


class DifferenceKind(StrEnum):
    """In what two books differ."""

    NOT_BOOKED = "not_booked"
    """The provider has it, and we have not."""
    UNKNOWN_AT_PROVIDER = "unknown_at_provider"
    """We have it, and the provider has not."""
    AMOUNT_DIFFERS = "amount_differs"
    NOT_REVERSED = "not_reversed"
    """It went back at the provider, and not with us."""
    NOT_GIVEN_BACK = "not_given_back"
    """It went back with us, and not at the provider."""
    BOOKED_TWICE = "booked_twice"
    ORDER_BEHIND = "order_behind"
    """The provider ended a refund of ours, and its order does not know."""
    ENTRY_NOT_BOOKED = "entry_not_booked"
    """The bank told of it, and nothing became of it."""
    ENTRY_UNKNOWN = "entry_unknown"
    """We booked an entry of the bank that no statement holds."""
    STATEMENT_GAP = "statement_gap"
    """A number is missing between two statements of an account."""
    BALANCE_GAP = "balance_gap"
    """A statement does not begin with what the last one ended with, or its entries do not lead to its end."""
    UNTOLD_BY_BANK = "untold_by_bank"
    """A refund or a payout left in a file, and the bank has not told of it."""
    NOT_ARRIVED = "not_arrived"
    """The provider paid out, and the bank has not told of the money."""
    SUSPENSE_DIFFERS = "suspense_differs"
    """What lies in suspense of some money is not what its entries left over."""
    LEDGER_BROKEN = "ledger_broken"
    """An entry of a claim is not as it was sealed, or not what the journal says, or no longer there."""


# What the same actions as by day can mend; the rest is for a person.
REPAIRABLE = frozenset(
    {
        DifferenceKind.NOT_BOOKED,
        DifferenceKind.NOT_REVERSED,
        DifferenceKind.ORDER_BEHIND,
        DifferenceKind.ENTRY_NOT_BOOKED,
    }
)


class Place(StrEnum):
    """What kind of thing says it: an object of the provider, a statement of the bank, or an order of ours."""

    PAYMENT = "payment"
    REFUND = "refund"
    CHARGEBACK = "chargeback"
    PROVIDER_PAYOUT = "provider_payout"
    STATEMENT = "statement"
    ORDER = "order"
    LEDGER = "ledger"


@dataclass(frozen=True)
class Word:
    """What the provider or the bank says of one sum: our books know it by `source`, `at` is where it is said."""

    source: str
    amount: int
    currency: str
    day: date
    place: Place
    at: str


@dataclass(frozen=True)
class Tally:
    """One sum as our books hold it: every entry of its source, and what lies in suspense of it.

    `entries` are (claim, entry), the counter-entries that took it back among them.
    """

    source: str
    entries: tuple[tuple[str, LedgerEntry], ...] = ()
    suspense: Suspense | None = None

    @property
    def own(self) -> tuple[tuple[str, LedgerEntry], ...]:
        return tuple((claim, entry) for claim, entry in self.entries if entry.source == self.source)

    @property
    def claims(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(claim for claim, _ in self.own))

    @property
    def amount(self) -> int | None:
        """What was booked of it; None for what went back out of suspense alone, which no entry tells."""
        if self.suspense and (self.suspense.home or not self.own):
            return self.suspense.amount
        if not self.own:
            return None
        return sum(-e.amount if e.kind is EntryKind.REVERSAL else e.amount for _, e in self.own)

    @property
    def currency(self) -> str | None:
        found = {entry.currency for _, entry in self.own} | ({self.suspense.currency} if self.suspense else set())
        return next(iter(found)) if len(found) == 1 else None

    @property
    def times(self) -> int:
        """How often one claim bears it. What goes back may do so of two payments: what had come again is one."""
        return max(Counter((claim, entry.reverses) for claim, entry in self.own).values(), default=1)

    @property
    def left_over(self) -> int:
        """What its entries say is too much and has not gone back."""
        payments = sum(entry.surplus for _, entry in self.own if entry.kind is EntryKind.PAYMENT)
        numbers = {(claim, entry.number) for claim, entry in self.own}
        back = (e for claim, e in self.entries if (claim, e.reverses) in numbers)
        return payments - sum(entry.surplus for entry in back)


@dataclass(frozen=True)
class Difference:
    """Two books that do not say the same of one thing.

    `theirs` and `ours` are the amounts, None where a book is silent. `about` is the source, the order or the
    statement it concerns, `at` the thing that says otherwise. Ids only.
    """

    kind: DifferenceKind
    about: str
    theirs: int | None
    ours: int | None
    currency: str
    day: date
    place: Place
    at: str = ""
    claims: tuple[str, ...] = ()

    @property
    def id(self) -> str:
        return f"{self.kind}/{self.about}"

    @property
    def said(self) -> tuple[str, int | None, int | None, str, str]:
        """What it comes to: with another amount it is not the one that somebody was told of."""
        return self.id, self.theirs, self.ours, self.currency, self.at

    @property
    def repairable(self) -> bool:
        return self.kind in REPAIRABLE


class Uncompared(StrEnum):
    """A part that could not be compared, and why."""

    LATE_CHANGES = "late_changes"
    """The provider's log does not reach back: what began long before these days and changed in them."""
    OLD_STATEMENTS = "old_statements"
    """What became of each entry is no longer kept."""
    NO_STATEMENTS = "no_statements"
    """The bank told nothing about these days."""
    OTHER_ACCOUNT = "other_account"
    """No payout of the provider ever came on the account the bank tells of: they go to another one."""


class ReconciliationState(StrEnum):
    ASKED = "asked"
    DONE = "done"


@dataclass(frozen=True)
class Reconciliation:
    """The comparison of a creditor's books over the days `first` to `last` (UTC, both counted).

    `found` differences were there, `repaired` of them are gone, `left` are those a person has to look at: the
    first of them where they are very many, `count` all. `accepted` are those that two people let stand. Kept by
    `id`: the night's, or one for each span asked for.
    """

    id: str
    creditor: str
    first: date
    last: date
    asked_at: datetime
    state: ReconciliationState = ReconciliationState.ASKED
    done_at: datetime | None = None
    found: int = 0
    repaired: int = 0
    count: int = 0
    left: tuple[Difference, ...] = ()
    uncompared: tuple[Uncompared, ...] = ()
    accepted: tuple[Difference, ...] = ()
    version: int = 0


NIGHT = "night"


def span_id(first: date, last: date) -> str:
    return f"{first.isoformat()}..{last.isoformat()}"


def judged(word: Word, tally: Tally | None) -> Difference | None:
    """How our books differ from this word; None where they say the same."""

    def differs(kind: DifferenceKind, ours: int | None) -> Difference:
        claims = tally.claims if tally else ()
        place = (word.currency, word.day, word.place, word.at)
        return Difference(kind, word.source, word.amount, ours, *place, claims=claims)

    if tally is None:
        return differs(_missing(word), None)
    if tally.times > 1:
        return differs(DifferenceKind.BOOKED_TWICE, tally.amount)
    if tally.amount is not None and (tally.amount, tally.currency) != (word.amount, word.currency):
        return differs(DifferenceKind.AMOUNT_DIFFERS, tally.amount)
    return None


def _missing(word: Word) -> DifferenceKind:
    if word.place is Place.STATEMENT:
        return DifferenceKind.ENTRY_NOT_BOOKED
    return DifferenceKind.NOT_BOOKED if word.amount > 0 else DifferenceKind.NOT_REVERSED


def unsaid(tally: Tally, day: date, place: Place, theirs: int | None = None) -> Difference:
    """Our books hold what nobody says; `theirs` is what is said of it instead, where something is."""
    went = any(entry.kind is EntryKind.REVERSAL for _, entry in tally.own)
    kind = DifferenceKind.NOT_GIVEN_BACK if went else DifferenceKind.UNKNOWN_AT_PROVIDER
    if place is Place.STATEMENT:
        kind = DifferenceKind.ENTRY_UNKNOWN
    amount, currency = tally.amount, tally.currency or ""
    return Difference(kind, tally.source, theirs, amount, currency, day, place, claims=tally.claims)


def suspense_differs(tally: Tally, day: date) -> Difference | None:
    """What lies in suspense of this money, against what its entries left over of it."""
    payments = any(entry.kind is EntryKind.PAYMENT for _, entry in tally.own)
    lies = tally.suspense.left if tally.suspense else 0
    if not payments or lies == tally.left_over:
        return None
    kind, currency = DifferenceKind.SUSPENSE_DIFFERS, tally.currency or ""
    place = (currency, day, Place.LEDGER)
    return Difference(kind, tally.source, tally.left_over, lies, *place, claims=tally.claims)


def told_plainly(word: Word, entries: Iterable[tuple[str, LedgerEntry]]) -> bool:
    """Whether these entries of its source alone say the same as the word, so that nothing else need be read."""
    found = tuple(entries)
    if not found or len({claim for claim, _ in found}) < len(found) or any(e.surplus for _, e in found):
        return False
    tally = Tally(word.source, found)
    return (tally.amount, tally.currency) == (word.amount, word.currency)


def gone(before: Iterable[Difference], after: Iterable[Difference]) -> int:
    """How many of the differences before are no longer there."""
    still = {one.id for one in after}
    return sum(one.id not in still for one in before)


def new_ones(left: Iterable[Difference], known: Iterable[Reconciliation | None]) -> tuple[Difference, ...]:
    """Those that nobody was told of yet; one that grew, or shrank, is told anew."""
    told = {one.said for reconciliation in known if reconciliation for one in reconciliation.left}
    return tuple(one for one in left if one.said not in told)


def in_order(found: Iterable[Difference]) -> tuple[Difference, ...]:
    """Each difference once, the earliest first."""
    once: Mapping[str, Difference] = {one.id: one for one in found}
    return tuple(sorted(once.values(), key=lambda one: (one.day, one.id)))

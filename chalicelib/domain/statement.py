"""Statements of account, to the cent: of one claim, of a debtor, or of all that a creditor booked in some days."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from .entry import EntryKind, LedgerEntry
from .trail import Booking

# What one sum of money makes on every claim that it is spent on, or goes back from.
SPREAD = frozenset({EntryKind.PAYMENT, EntryKind.REVERSAL})


@dataclass(frozen=True)
class Movement:
    """One entry in a statement: what it changed of what is owed, and what the statement comes to after it."""

    debtor: str
    claim: str
    entry: LedgerEntry
    balance: int

    @property
    def change(self) -> int:
        return change_of(self.entry)


@dataclass(frozen=True)
class Statement:
    """What was owed before, every movement, and what is owed after, in minor units of `currency`."""

    currency: str
    before: int
    movements: tuple[Movement, ...]
    after: int

    @property
    def lines(self) -> tuple[tuple[Movement, ...], ...]:
        """The movements as whoever paid counts them: one payment over several claims is one line of as many
        movements, and so is what went back of it (M12). The last one's balance is the line's."""
        return tuple(tuple(line) for _, line in groupby(self.movements, _told_as_one))

    @property
    def sums(self) -> dict[EntryKind, int]:
        """What each kind of entry changed in all; together with `before` they are `after`."""
        kinds = dict.fromkeys((movement.entry.kind for movement in self.movements), 0)
        for movement in self.movements:
            kinds[movement.entry.kind] += movement.change
        return kinds


def change_of(entry: LedgerEntry) -> int:
    """What an entry changes of what is owed; what lies in suspense changes nothing."""
    return entry.split.total if entry.adds else -entry.split.total


def of_ledgers(debtor: str, ledgers: Mapping[str, Iterable[LedgerEntry]]) -> tuple[Statement, ...]:
    """The whole account of these claims of one debtor, one statement per currency, in the order it was booked.

    What one payment made on several claims stands together, after what was booked of each before it.
    """
    every = (line for claim, entries in ledgers.items() for line in _placed(claim, entries))
    return _by_currency(
        [(debtor, claim, entry, None) for _, claim, entry in sorted(every, key=lambda one: one[0])]
    )


type _Place = tuple[datetime, int, str, str, int]


def _placed(claim: str, entries: Iterable[LedgerEntry]) -> Iterator[tuple[_Place, str, LedgerEntry]]:
    """Each entry with its place among those of other claims: of what was booked at one moment, first what came
    before the money, then the money by its source, then what came of it; each claim's own order stays."""
    moment, payments = None, 0
    for entry in sorted(entries, key=lambda one: (one.booked_at, one.number)):
        payments = payments if entry.booked_at == moment else 0
        moment, spread = entry.booked_at, entry.kind in SPREAD
        yield (moment, 2 * payments + spread, entry.source if spread else "", claim, entry.number), claim, entry
        payments += spread


def _told_as_one(movement: Movement) -> tuple[object, ...]:
    entry = movement.entry
    return (entry.kind, entry.source) if entry.kind in SPREAD else (movement.claim, entry.number)


def of_journal(bookings: Iterable[Booking]) -> tuple[Statement, ...]:
    """What was booked over all claims of a creditor, one statement per currency.

    `before` is what was owed of the claims that moved. Openings are told where a batch is; a claim that came in
    these days begins with what it owed then. ValueError where an entry is missing in between.
    """
    ordered = sorted(bookings, key=lambda one: (one.entry.booked_at, one.claim, one.entry.number))
    return _by_currency([(one.debtor, one.claim, one.entry, one.owed) for one in ordered])


type _Line = tuple[str, str, LedgerEntry, int | None]


def _by_currency(lines: list[_Line]) -> tuple[Statement, ...]:
    currencies = sorted({entry.currency for _, _, entry, _ in lines})
    return tuple(_statement(c, [line for line in lines if line[2].currency == c]) for c in currencies)


def _statement(currency: str, lines: list[_Line]) -> Statement:
    owed: dict[str, int] = {}
    before = 0
    for _, claim, entry, after in lines:
        if claim not in owed:
            owed[claim] = 0 if after is None else after - change_of(entry)
            before += owed[claim]
        owed[claim] += change_of(entry)
        if after is not None and owed[claim] != after:
            raise ValueError(f"an entry of {claim} is missing before {entry.number}")
    balance, movements = before, []
    for debtor, claim, entry, _ in lines:
        balance += change_of(entry)
        movements.append(Movement(debtor, claim, entry, balance))
    return Statement(currency, before, tuple(movements), balance)

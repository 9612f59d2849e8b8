"""Statements of account, to the cent: of one claim, of a debtor, or of all that a creditor booked in some days."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from .entry import EntryKind, LedgerEntry
from .trail import Booking


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
    """The whole account of these claims of one debtor, one statement per currency, in the order it was booked."""
    every = ((claim, entry) for claim, entries in ledgers.items() for entry in entries)
    booked = sorted(every, key=lambda one: (one[1].booked_at, one[0], one[1].number))
    return _by_currency([(debtor, claim, entry, None) for claim, entry in booked])


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

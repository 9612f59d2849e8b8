"""The statements of one account in a row: numbers without a gap, balances that join, and what stands twice."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date

from .arrival import brought, paid_out, part_of
from .bank import BankStatement, Became, EntryResult, StatementKind, StatementStatus
from .money_back import ProviderPayout
from .payout import PayoutCredit
from .reconciliation import Difference, DifferenceKind, Place

SEQUENCE = re.compile(r"(?P<year>[0-9]{4})/(?P<number>[0-9]{1,9})")
# What was said to have a home; the rest has a stated reason to have none.
HOMED = frozenset({Became.BOOKED, Became.REVERSED, Became.SUSPENSE, Became.PAYOUT})

type Results = Mapping[str, Sequence[EntryResult]]


def day_of(statement: BankStatement) -> date:
    """The last day a statement tells of; the day it came where it tells of no movement."""
    return statement.last_day or statement.received_at.date()


def gaps(statements: Iterable[BankStatement], first: date, last: date) -> Iterator[Difference]:
    """Where a number or a balance is missing between two statements, one of which concerns these days."""
    for chain in _chains(statements):
        for before, after in zip(chain, chain[1:], strict=False):
            if not (before.concerns(first, last) or after.concerns(first, last)):
                continue
            missing = _missing_between(before, after)
            where = (after.currency, day_of(after), Place.STATEMENT)
            if missing:
                yield Difference(DifferenceKind.STATEMENT_GAP, after.id, None, None, *where, at=before.id)
            if None not in (before.closing, after.opening) and before.closing != after.opening:
                kind = DifferenceKind.BALANCE_GAP
                yield Difference(kind, after.id, after.opening, before.closing, *where, at=before.id)


def _chains(statements: Iterable[BankStatement]) -> list[list[BankStatement]]:
    """By account, in the order of their numbers; of several that bear one number the last that came counts."""
    accounts: dict[tuple[str, str], dict[tuple[int, int], BankStatement]] = {}
    for one in sorted(statements, key=lambda statement: statement.came):
        number = numbered(one)
        if one.kind is StatementKind.STATEMENT and number:
            accounts.setdefault((one.account, one.currency), {})[number] = one
    return [[held[number] for number in sorted(held)] for held in accounts.values()]


def numbered(statement: BankStatement) -> tuple[int, int] | None:
    """Its place by year and number: the last of a year may be written in the next, and is still that year's."""
    found = SEQUENCE.fullmatch(statement.sequence)
    if not found:
        return None
    return statement.last_day.year if statement.last_day else int(found["year"]), int(found["number"])


def _missing_between(before: BankStatement, after: BankStatement) -> bool:
    """A bank numbers without a gap, and may begin anew with a year."""
    one, other = numbered(before), numbered(after)
    if one is None or other is None:
        return False
    anew = one[0] != other[0] and other[1] == 1
    return other[1] != one[1] + 1 and not anew


def superseded(
    statements: Iterable[BankStatement], results: Results
) -> Iterator[tuple[BankStatement, BankStatement, EntryResult]]:
    """Entries that a statement told and that the bank's later word of the same number holds no more.

    Pages of one statement bear one number too, but do not all begin with its opening balance.
    """
    groups: dict[tuple[str, str, str, int], list[BankStatement]] = {}
    for one in sorted(statements, key=lambda statement: statement.came):
        if one.kind is StatementKind.STATEMENT and numbered(one) and one.opening is not None:
            groups.setdefault((one.account, one.currency, one.sequence, one.opening), []).append(one)
    for group in groups.values():
        stand = {result.source for result in results.get(group[-1].id, ()) if result.source}
        for earlier in group[:-1]:
            for result in results.get(earlier.id, ()):
                if result.became in HOMED and result.source not in stand:
                    yield earlier, group[-1], result


def unled(statement: BankStatement, results: Sequence[EntryResult]) -> Difference | None:
    """Where entries are missing from what became of a statement, or do not lead from opening to closing.

    One that was never finished is told too, though all its entries be booked: its report still says otherwise.
    """
    moved = sum(result.amount for result in results if result.became is not Became.PENDING)
    told = None
    if statement.opening is not None and statement.closing is not None:
        told = statement.closing - statement.opening
    where = (statement.currency, day_of(statement), Place.STATEMENT)
    if len(results) < statement.entries or statement.status is not StatementStatus.DONE:
        return Difference(DifferenceKind.ENTRY_NOT_BOOKED, statement.id, told, moved, *where, at=statement.id)
    if told is not None and told != moved and statement.kind is StatementKind.STATEMENT:
        return Difference(DifferenceKind.BALANCE_GAP, statement.id, told, moved, *where, at=statement.id)
    return None


def not_arrived(
    paid: Iterable[ProviderPayout], credits: Iterable[PayoutCredit], due: date
) -> Iterator[Difference]:
    """Payouts of the provider that were to be there by `due` and are not, whole or in part.

    What came of one by credits that name it is `ours`: the rest of it is missing.
    """
    held, expected = tuple(credits), tuple(paid_out(one) for one in paid)
    known = brought(expected, held)
    for one in sorted(expected, key=lambda payout: (payout.on, payout.id)):
        if one.id not in known and one.on <= due:
            came = part_of(one, expected, held)
            where = (one.currency, one.on, Place.PROVIDER_PAYOUT)
            yield Difference(DifferenceKind.NOT_ARRIVED, one.id, one.amount, came, *where, at=one.id)

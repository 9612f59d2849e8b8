"""Statements of account tie to the cent: of a claim, of a debtor, and of all that a creditor booked."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.allocation import Split
from chalicelib.domain.cost_kind import CostKind
from chalicelib.domain.entry import EntryKind
from chalicelib.domain.ledger import booked, charged, left_of, taken_back
from chalicelib.domain.statement import of_journal, of_ledgers
from chalicelib.domain.trail import Booking
from tests.builders import NOW, claim, opening_of

DAY = date(2026, 11, 23)


def moved(name, amounts, currency="EUR"):
    """A claim with these payments, some costs, and its last payment taken back; its ledger and its journal."""
    one = claim(id=name, outstanding=Split(10_000), currency=currency)
    ledger, journal = [opening_of(one)], []

    def keep(after, entry):
        ledger.append(entry)
        journal.append(Booking(one.debtor, name, entry, after.outstanding.total))
        return after

    one = keep(*charged(one, {CostKind.DUNNING: 250}, f"{name}-c", DAY, NOW))
    for number, amount in enumerate(amounts):
        at = NOW + timedelta(minutes=number)
        one = keep(*booked(one, amount, f"{name}-pi-{number}", DAY, at))
    last = ledger[-1]
    if last.kind is EntryKind.PAYMENT:
        at = NOW + timedelta(hours=1)
        one = keep(*taken_back(one, last, left_of(last, ledger), last.amount, f"{name}-re", DAY, at))
    return one, ledger, journal


amounts = st.lists(st.integers(1, 6000), max_size=5)


@given(amounts, amounts)
def test_a_debtors_account_is_the_sum_of_their_claims(first, second):
    parts = [moved("R-1", first), moved("R-2", second)]
    (account,) = of_ledgers("K-501", {one.id: ledger for one, ledger, _ in parts})
    assert account.before == 0
    assert account.after == sum(one.outstanding.total for one, _, _ in parts)
    assert account.before + sum(account.sums.values()) == account.after
    balance = 0
    for movement in account.movements:
        balance += movement.change
        assert movement.balance == balance


@given(amounts, amounts, st.lists(st.integers(1, 6000), max_size=4))
def test_M12_one_payment_over_two_claims_is_one_line_and_the_sum_is_that_of_the_claims_own(first, second, both):
    """Whatever else was booked at the same moment, on either claim, in whatever order the ledgers are given."""
    (one, mine, _), (other, theirs, _) = moved("R-1", first), moved("R-2", second)
    for number, amount in enumerate(both):
        at = NOW + timedelta(minutes=number)
        one, first_half = booked(one, amount, f"pi-both-{number}", DAY, at)
        other, second_half = booked(other, amount // 2 + 1, f"pi-both-{number}", DAY, at)
        mine, theirs = [*mine, first_half], [*theirs, second_half]
    (account,) = of_ledgers("K-501", {"R-1": mine, "R-2": theirs})
    assert account == of_ledgers("K-501", {"R-2": theirs[::-1], "R-1": mine[::-1]})[0]
    own = [of_ledgers("K-501", {name: entries})[0] for name, entries in (("R-1", mine), ("R-2", theirs))]
    assert account.after == sum(part.after for part in own)
    assert account.sums == {kind: sum(part.sums.get(kind, 0) for part in own) for kind in account.sums}
    assert tuple(movement for line in account.lines for movement in line) == account.movements
    spread = [line for line in account.lines if len(line) > 1]
    assert [line[0].entry.source for line in spread] == [f"pi-both-{n}" for n in range(len(both))]
    assert [sum(movement.entry.amount for movement in line) for line in spread] == [
        amount + amount // 2 + 1 for amount in both
    ]
    for name in ("R-1", "R-2"):
        of_one = [m for m in account.movements if m.claim == name]
        assert sorted(of_one, key=lambda m: (m.entry.booked_at, m.entry.number)) == of_one, "each in its own order"


@given(amounts, amounts, st.randoms())
def test_a_creditors_statement_ties_in_whatever_order_the_shards_answer(first, second, chance):
    parts = [moved("R-1", first), moved("R-2", second)]
    journal = [booking for _, _, bookings in parts for booking in bookings]
    chance.shuffle(journal)
    (account,) = of_journal(journal)
    assert account.before == 20_000, "what was owed of the claims that moved"
    assert account.after == sum(one.outstanding.total for one, _, _ in parts)
    assert account.before + sum(account.sums.values()) == account.after


def test_money_of_two_currencies_is_never_added_up():
    journal = [*moved("R-1", [100])[2], *moved("R-2", [200], "CHF")[2]]
    assert [account.currency for account in of_journal(journal)] == ["CHF", "EUR"]
    assert of_journal([]) == ()


def test_a_movement_that_is_missing_is_noticed():
    _, _, journal = moved("R-1", [100, 200, 300])
    with pytest.raises(ValueError, match="missing"):
        of_journal([*journal[:2], *journal[3:]])


def test_later_days_begin_where_the_earlier_ones_ended():
    _, _, journal = moved("R-1", [100, 200, 300])
    late = datetime(2026, 12, 1, tzinfo=UTC)
    later = [replace(one, entry=replace(one.entry, booked_at=late)) for one in journal[2:]]
    (early,), (rest,) = of_journal(journal[:2]), of_journal(later)
    assert early.after == rest.before

"""Every period ties to the cent, whatever happened in it, and periods follow each other without a gap."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.allocation import Split
from chalicelib.domain.client_account import Carried, ClientAccount, Held, settled, share
from chalicelib.domain.entry import EntryKind, LedgerEntry
from chalicelib.domain.payout_terms import PayoutTerms
from chalicelib.domain.vat import vat_rate

FIRST = date(2026, 10, 1)
DAY = timedelta(days=1)
TERMS = PayoutTerms(fee=850, reserve=500, reserve_days=56)
SOON = timedelta(days=7)


def entry(kind, amount, source="bank:1", flags=(), surplus=0):
    at = datetime(2026, 10, 1, tzinfo=UTC)
    total = amount + surplus
    return LedgerEntry(1, kind, total, "EUR", Split(amount), surplus, source, FIRST, at, "", flags)


def paid(amount, source="bank:1", **more):
    return entry(EntryKind.PAYMENT, amount, source, **more)


def back(amount, why="chargeback", source="du_1"):
    return entry(EntryKind.REVERSAL, amount, source, (why,))


def month(*entries, carried=Carried(), until=FIRST + 30 * DAY, terms=TERMS, fees=0, vat=1900):  # noqa: B008
    return settled(
        carried, entries, until=until, arrives_within=SOON, provider_fees=fees, terms=terms, vat_rate=vat
    )


def test_a_period_in_full():
    account = month(
        (FIRST, paid(100_000)),
        (FIRST + DAY, paid(20_000, surplus=500)),
        (FIRST + 2 * DAY, back(10_000)),
        (FIRST + 3 * DAY, back(5_000, "refund", "re_1")),
        fees=1_230,
    )
    assert account == ClientAccount(
        collected=120_000,
        refunded=5_000,
        reversed=10_000,
        provider_fees=1_230,
        fee=8_925,
        vat=1_696,
        held_back=6_000,
        paid_out=87_149,
        fee_rate=850,
        vat_rate=1900,
        reserve=(Held(5_000, FIRST + 56 * DAY), Held(1_000, FIRST + 57 * DAY)),
    )
    assert account.ties


def test_what_is_too_much_is_the_debtors_and_never_the_creditors():
    assert month((FIRST, paid(0, surplus=900))) == month()


def test_a_reserve_is_free_after_its_days_even_if_the_terms_have_changed():
    before = month((FIRST, paid(100_000)))
    carried = Carried(before.closing, 0, before.reserve)
    later = month(carried=carried, until=FIRST + 55 * DAY, terms=PayoutTerms(reserve=5_000, reserve_days=1))
    assert (later.released, later.paid_out) == (0, 0)
    later = month(carried=carried, until=FIRST + 56 * DAY, terms=PayoutTerms())
    assert (later.released, later.paid_out, later.reserve) == (5_000, 5_000, ())


def test_what_the_provider_still_holds_is_not_paid_out():
    last = FIRST + 30 * DAY
    account = month((last - 6 * DAY, paid(10_000, "pi_1")), (last, paid(4_000)), terms=PayoutTerms())
    assert (account.under_way, account.paid_out, account.closing) == (10_000, 4_000, 10_000)
    early = month((last - 7 * DAY, paid(10_000, "pi_1")), terms=PayoutTerms())
    assert (early.under_way, early.paid_out) == (0, 10_000)


def test_more_taken_back_than_came_in_pays_nothing_and_is_carried():
    account = month((FIRST, back(10_000)), terms=PayoutTerms(fee=1_000))
    assert (account.fee, account.vat, account.paid_out, account.closing) == (-1_000, -190, 0, -8_810)
    after = month((FIRST, paid(20_000)), carried=Carried(account.closing), terms=PayoutTerms())
    assert after.paid_out == 11_190 and after.ties


def test_what_came_back_is_paid_again():
    assert month(carried=Carried(0, came_back=7_000)).paid_out == 7_000


@pytest.mark.parametrize(("amount", "rate", "part"), [(1, 5_000, 1), (-1, 5_000, -1), (3, 1_000, 0), (0, 900, 0)])
def test_a_share_is_rounded_once(amount, rate, part):
    assert share(amount, rate) == part


def test_the_rate_of_vat_is_the_days_and_none_beyond_the_table():
    assert vat_rate(date(2020, 6, 30)) == vat_rate(date(2026, 11, 22)) == 1900
    assert vat_rate(date(2020, 7, 1)) == vat_rate(date(2020, 12, 31)) == 1600
    assert vat_rate(date(2006, 12, 31)) is None and vat_rate(date(2999, 1, 1)) is None


KINDS = st.sampled_from(
    [
        lambda n: paid(n),
        lambda n: paid(n, "pi_9"),
        lambda n: paid(n, surplus=n),
        lambda n: back(n),
        lambda n: back(n, "refund", "re_9"),
        lambda n: entry(EntryKind.WAIVER, n, "waiver:x"),
        lambda n: entry(EntryKind.INTEREST, n, "interest"),
    ]
)
MOVES = st.lists(st.tuples(st.integers(0, 99), st.integers(1, 10_000_000), KINDS), max_size=40)
ALL_TERMS = st.builds(
    PayoutTerms, fee=st.integers(0, 5_000), reserve=st.integers(0, 5_000), reserve_days=st.integers(0, 60)
)


@given(MOVES, st.lists(ALL_TERMS, min_size=5, max_size=5), st.lists(st.integers(0, 5_000), min_size=5, max_size=5))
def test_periods_tie_and_follow_each_other_to_the_cent(moves, terms, fees):
    entries = [(FIRST + day * DAY, make(amount)) for day, amount, make in sorted(moves, key=lambda m: m[:2])]
    carried, accounts = Carried(), []
    for number in range(5):
        since, until = FIRST + 20 * number * DAY, FIRST + (20 * number + 19) * DAY
        mine = [(day, one) for day, one in entries if since <= day <= until]
        account = month(*mine, carried=carried, until=until, terms=terms[number], fees=fees[number])
        assert account.ties and account.paid_out >= 0
        assert account.opening == carried.balance
        assert all(held.free_on > until for held in account.reserve)
        carried = Carried(account.closing, 0, account.reserve)
        accounts.append(account)
    total = {
        name: sum(getattr(one, name) for one in accounts)
        for name in ClientAccount.__dataclass_fields__
        if name != "reserve"
    }
    earned = total["collected"] - total["refunded"] - total["reversed"]
    kept = total["provider_fees"] + total["fee"] + total["vat"]
    held = sum(one.amount for one in accounts[-1].reserve)
    assert earned == kept + held + total["paid_out"] + accounts[-1].closing, "nothing is lost between periods"
    assert total["held_back"] - total["released"] == held
    settled_by_claims = sum(
        one.split.total * (1 if one.kind is EntryKind.PAYMENT else -1)
        for _, one in entries
        if one.kind in (EntryKind.PAYMENT, EntryKind.REVERSAL)
    )
    assert earned == settled_by_claims, "the ledger and the statements say the same"


@given(MOVES)
def test_the_order_of_entries_decides_nothing(moves):
    entries = [(FIRST + (day % 31) * DAY, make(amount)) for day, amount, make in moves]
    assert month(*entries) == month(*reversed(entries))

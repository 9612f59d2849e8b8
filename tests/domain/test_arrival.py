"""Payouts of the provider and the bank credits that brought them: only a real difference is one."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from chalicelib.domain.arrival import brought, paid_out, squeezed, tied
from chalicelib.domain.money_back import PayoutStatus, ProviderPayout
from chalicelib.domain.payout import PayoutCredit, ProviderSettlement
from chalicelib.domain.statement_chain import not_arrived
from tests.builders import NOW

DAY = date(2026, 11, 20)
TRACES = {"po_1": "TRACE-AAAA-0001", "po_2": "TRACE-BBBB-0002"}


def payout(name, amount=900, arrives=DAY, traced=False):
    trace = TRACES[name] if traced else ""
    made_at = NOW - timedelta(days=4)
    return ProviderPayout(name, PayoutStatus.PAID, amount, "EUR", arrives, made_at, live=True, trace=trace)


def credit(name, amount, day=DAY, words="", currency="EUR"):
    return PayoutCredit(f"bank:{name}", amount, currency, day, squeezed(words))


def told(paid, credits):
    """What is alarmed: (payout, what it should be, what is known to have come of it)."""
    return [(one.about, one.theirs, one.ours) for one in not_arrived(paid, credits, DAY)]


def bringing(paid, credits):
    found = brought([paid_out(one) for one in paid], credits)
    return {name: [one.source.removeprefix("bank:") for one in some] for name, some in found.items()}


def test_a_payout_that_the_bank_credits_in_two_parts_has_arrived():
    parts = [credit("a", 400), credit("b", 500, DAY + timedelta(days=2))]
    assert told([payout("po_1")], parts) == []
    assert bringing([payout("po_1")], parts) == {"po_1": ["a", "b"]}


def test_two_payouts_that_the_bank_credits_as_one_have_arrived():
    both = [payout("po_1", 900), payout("po_2", 350, DAY - timedelta(days=1))]
    assert told(both, [credit("a", 1250)]) == []
    assert bringing(both, [credit("a", 1250)]) == {"po_1": ["a"], "po_2": ["a"]}


@pytest.mark.parametrize(
    "credits",
    [
        [credit("a", 400), credit("b", 499)],
        [credit("a", 400), credit("b", 500, currency="CHF")],
        [credit("a", 400), credit("b", 500, DAY + timedelta(days=8))],
        [credit("a", 400, DAY - timedelta(days=9)), credit("b", 500)],
        [credit("a", 1250)],
    ],
)
def test_a_cent_less_another_currency_or_another_week_is_a_real_difference(credits):
    assert told([payout("po_1")], credits) == [("po_1", 900, None)]


def test_of_two_payouts_in_one_sum_that_is_too_small_both_are_missing():
    both = [payout("po_1", 900), payout("po_2", 350)]
    assert told(both, [credit("a", 1249)]) == [("po_1", 900, None), ("po_2", 350, None)]


def test_what_is_named_by_its_reference_is_brought_by_what_names_it_however_late():
    late = DAY + timedelta(days=30)
    parts = [credit("a", 300, late, "STRIPE trace-aaaa 0001"), credit("b", 600, late, "TRACEAAAA0001")]
    assert told([payout("po_1", traced=True)], parts) == []
    together = credit("c", 1250, late, f"{TRACES['po_1']} {TRACES['po_2']}")
    assert told([payout("po_1", traced=True), payout("po_2", 350, traced=True)], [together]) == []


def test_what_came_of_a_payout_by_its_reference_is_told_beside_what_is_missing():
    part = credit("a", 400, words=TRACES["po_1"])
    assert told([payout("po_1", traced=True)], [part]) == [("po_1", 900, 400)]


def test_a_part_that_names_the_payout_and_one_without_words_bring_it_together():
    parts = [credit("a", 400, words=TRACES["po_1"]), credit("b", 500)]
    assert bringing([payout("po_1", traced=True)], parts) == {"po_1": ["a", "b"]}


def test_what_names_another_payout_is_not_taken_for_this_one():
    twins = [payout("po_1", traced=True), payout("po_2", traced=True)]
    assert told(twins, [credit("a", 900, words=TRACES["po_2"])]) == [("po_1", 900, None)]
    assert told(twins, [credit("a", 300), credit("b", 500, words=TRACES["po_2"])]) == [
        ("po_1", 900, None),
        ("po_2", 900, 500),
    ]


def test_the_same_amount_comes_before_any_sum():
    three = [credit("a", 400), credit("b", 500), credit("c", 900, DAY + timedelta(days=3))]
    assert bringing([payout("po_1")], three) == {"po_1": ["c"]}
    twins = [payout("po_1", 400), payout("po_2", 500)]
    assert bringing(twins, three[:2]) == {"po_1": ["a"], "po_2": ["b"]}


def test_a_credit_brings_what_it_brings_once():
    twins = [ProviderSettlement(name, 100, 100, 0, 1, "EUR", DAY) for name in ("po_1", "po_2")]
    assert [one.brought_in for one in tied(twins, [credit("a", 100)])] == [("bank:a",), ()]
    parts = [credit("a", 40), credit("b", 60)]
    assert [one.brought_in for one in tied(twins, parts)] == [("bank:a", "bank:b"), ()]
    assert [one.brought_in for one in tied(twins, [credit("a", 200)])] == [("bank:a",), ("bank:a",)]


def test_among_very_many_credits_sums_are_not_hunted_for():
    """The nearest dozen in at most four parts: beyond that any sum is found somewhere."""
    many = [credit(f"{n:02d}", 3**n, DAY + timedelta(days=n % 7)) for n in range(14)]
    assert told([payout("po_1", sum(3**n for n in range(5)))], many) != []


def test_a_short_reference_names_nothing():
    dated = replace(payout("po_1"), trace="201126")
    assert told([dated], [credit("a", 400, words="20-11-26")]) == [("po_1", 900, None)]

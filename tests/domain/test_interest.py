"""Interest by computation: to the cent, split where the rate changes, never on interest."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from chalicelib.domain.interest import WHOLE, Interest, growth, round_half_up, too_much
from chalicelib.domain.rates import BaseRates, base_rates

RATES = base_rates()
DAY = timedelta(days=1)
CONSUMER = Interest(500, date(2026, 6, 1), date(2026, 5, 31))
days = st.dates(date(2023, 1, 1), date(2026, 12, 31))
principals = st.integers(1, 10_000_000)


def cents(principal, first, last, terms=CONSUMER, rests=()):
    terms = replace(terms, since=min(terms.since, first))
    return round_half_up(growth(principal, terms, first, last, rates=RATES, rests=rests))


def test_M15_a_thousand_euros_over_the_change_of_the_rate_on_1_july():
    """1.27 and 1.52 percent and five points (BGB §§247, 288(1)): 30 days of June and 31 of July, both counted."""
    assert cents(100_000, date(2026, 6, 1), date(2026, 7, 31)) == 1069
    exact = 100_000 * (627 * 30 + 652 * 31)
    assert growth(100_000, CONSUMER, date(2026, 6, 1), date(2026, 7, 31), rates=RATES) == exact
    assert exact / WHOLE == pytest.approx(1069.096, abs=0.001)


@pytest.mark.parametrize(
    ("terms", "expected"),
    [
        (Interest(500, date(2026, 7, 1), date(2026, 6, 30)), 652),
        # §288(2): nine points where no consumer is party to the price of goods or services.
        (Interest(900, date(2026, 7, 1), date(2026, 6, 30)), 1052),
        # §288(3): a rate by contract stands by itself and knows no base rate.
        (Interest(400, date(2026, 7, 1), date(2026, 6, 30), fixed=True), 400),
    ],
)
def test_a_year_at_one_rate_is_that_rate(terms, expected):
    year = replace(RATES, confirmed_through=date(2027, 6, 30))
    assert round_half_up(growth(10_000, terms, date(2026, 7, 1), date(2027, 6, 30), rates=year)) == expected


@given(principals, days, days, days)
def test_M15_cut_anywhere_the_parts_are_the_whole(principal, one, two, three):
    first, middle, last = sorted((one, two, three))
    terms = replace(CONSUMER, since=first)

    def earned(begun, ended):
        return growth(principal, terms, begun, ended, rates=RATES)

    assert earned(first, middle) + earned(middle + DAY, last) == earned(first, last)


@given(principals, days, st.integers(0, 400))
def test_the_days_are_counted_one_by_one_at_the_rate_of_each(principal, first, number):
    last = min(first + number * DAY, RATES.confirmed_through)
    terms = replace(CONSUMER, since=first)
    by_day = sum(principal * (RATES.on(first + n * DAY) + 500) for n in range((last - first).days + 1))
    assert growth(principal, terms, first, last, rates=RATES) == by_day


@given(principals, days, st.integers(0, 200), st.lists(st.tuples(days, days), max_size=4))
@example(1, date(2026, 6, 1), 9, [(date(2026, 6, 2), date(2026, 6, 4)), (date(2026, 6, 4), date(2026, 6, 6))])
def test_days_of_rest_earn_nothing_however_they_overlap(principal, first, number, rests):
    last = min(first + number * DAY, RATES.confirmed_through)
    quiet = {day for a, b in rests for day in _every(a, b)}
    busy = [day for day in _every(first, last) if day not in quiet]
    by_day = sum(principal * (RATES.on(day) + 500) for day in busy)
    assert growth(principal, replace(CONSUMER, since=first), first, last, rates=RATES, rests=rests) == by_day


def _every(first, last):
    return [first + n * DAY for n in range((last - first).days + 1)]


def test_nothing_grows_before_its_day_on_nothing_or_backwards():
    late = replace(CONSUMER, since=date(2026, 7, 1))
    assert cents(100_000, date(2026, 6, 1), date(2026, 5, 1)) == 0
    assert growth(0, CONSUMER, date(2026, 6, 1), date(2026, 7, 1), rates=RATES) == 0
    june, july = (date(2026, 6, 1), date(2026, 7, 31)), (date(2026, 7, 1), date(2026, 7, 31))
    assert growth(100_000, late, *june, rates=RATES) == growth(100_000, late, *july, rates=RATES)


def test_M16_days_whose_base_rate_nobody_knows_earn_nothing():
    known = BaseRates(((date(2026, 1, 1), 127),), date(2026, 6, 30))
    all_of_it = growth(100_000, CONSUMER, date(2026, 6, 1), date(2026, 7, 31), rates=known)
    assert all_of_it == growth(100_000, CONSUMER, date(2026, 6, 1), date(2026, 6, 30), rates=known) > 0
    assert growth(100_000, CONSUMER, date(2026, 7, 1), date(2026, 7, 31), rates=known) == 0
    fixed = replace(CONSUMER, fixed=True)
    assert growth(100_000, fixed, date(2026, 7, 1), date(2026, 7, 31), rates=known) > 0


def test_a_base_rate_below_zero_makes_less_and_never_takes_away():
    low = BaseRates(((date(2016, 7, 1), -88),), date(2022, 12, 31))
    terms = replace(CONSUMER, since=date(2020, 1, 1))
    assert growth(100_000, terms, date(2020, 1, 1), date(2020, 1, 1), rates=low) == 100_000 * 412
    below = replace(terms, rate=50)
    assert growth(100_000, below, date(2020, 1, 1), date(2020, 1, 31), rates=low) == 0


@pytest.mark.parametrize(
    ("carry", "up", "back"),
    [
        (0, 0, 0),
        (WHOLE // 2 - 1, 0, 0),
        (WHOLE // 2, 1, 0),
        (WHOLE, 1, 0),
        (3 * WHOLE // 2, 2, 0),
        (-WHOLE // 2, 0, 0),
        (-WHOLE // 2 - 1, 0, 1),
        (-WHOLE, 0, 1),
    ],
)
def test_half_a_cent_goes_up_and_what_is_left_is_never_more_than_half(carry, up, back):
    assert (round_half_up(carry), too_much(carry)) == (up, back)


@given(st.lists(st.integers(0, 3 * WHOLE), max_size=60))
@settings(max_examples=60)
def test_booked_in_steps_or_at_once_the_cents_are_the_same(steps):
    carry = booked = 0
    for step in steps:
        carry += step
        cents_now = round_half_up(carry)
        booked, carry = booked + cents_now, carry - cents_now * WHOLE
        assert -WHOLE <= 2 * carry < WHOLE
    assert booked == round_half_up(sum(steps))

"""Base rates by day: cut where they change, refused where nobody vouched for them."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.allocation import ClaimType
from chalicelib.domain.rates import BaseRates, RateSpan, RatesRanOut, base_rates, points_above

RATES = base_rates()
NEW = date(2026, 3, 1)
KNOWN = (RATES.confirmed_through - RATES.since).days
days = st.integers(0, KNOWN).map(lambda n: RATES.since + timedelta(days=n))


def interest(principal, spans):
    """act/365 over all spans, rounded to the cent once at the end; exact in whole numbers."""
    return (principal * sum(s.rate * s.days for s in spans) * 2 + 3_650_000) // 7_300_000


def test_M15_a_span_over_1_July_is_cut_there_and_each_part_has_its_rate():
    assert RATES.segments(date(2026, 6, 1), date(2026, 7, 31), 500) == (
        RateSpan(date(2026, 6, 1), date(2026, 6, 30), 627),
        RateSpan(date(2026, 7, 1), date(2026, 7, 31), 652),
    )


def test_M15_the_golden_figure_over_1_July():
    assert interest(100_000, RATES.segments(date(2026, 6, 1), date(2026, 7, 31), 500)) == 1069


def test_M16_a_day_nobody_vouched_for_has_no_rate():
    last = RATES.confirmed_through
    assert RATES.segments(last, last)
    with pytest.raises(RatesRanOut):
        RATES.segments(last, last + timedelta(days=1))


def test_M16_a_day_before_the_table_has_no_rate():
    assert RATES.on(date(2002, 1, 1)) == 257
    with pytest.raises(RatesRanOut):
        RATES.segments(date(2001, 12, 31), date(2002, 1, 1))


@pytest.mark.parametrize(
    ("day", "rate"),
    [
        (date(2012, 12, 31), 12),
        (date(2013, 1, 1), -13),  # below zero is a rate like any other
        (date(2022, 12, 31), -88),  # unchanged for thirteen half years
        (date(2023, 1, 1), 162),
        (date(2024, 6, 30), 362),
        (date(2025, 6, 30), 227),
        (date(2026, 1, 1), 127),
        (date(2026, 7, 1), 152),
        (date(2026, 12, 31), 152),
    ],
)
def test_the_rate_of_a_day(day, rate):
    assert RATES.on(day) == rate


def test_the_figure_that_the_statute_prints_is_not_that_of_today():
    assert RATES.on(date(2026, 11, 22)) != 362


def test_a_rate_confirmed_without_change_makes_no_cut():
    assert len(RATES.segments(date(2025, 7, 1), date(2026, 6, 30))) == 1


def test_no_days_have_no_spans_even_where_the_table_ends():
    beyond = RATES.confirmed_through + timedelta(days=2)
    assert RATES.segments(beyond, beyond - timedelta(days=1)) == ()


@given(days, days)
def test_spans_cover_each_day_once_and_in_order_and_differ_from_their_neighbours(a, b):
    first, last = min(a, b), max(a, b)
    spans = RATES.segments(first, last)
    assert spans[0].first == first and spans[-1].last == last
    for before, after in zip(spans, spans[1:], strict=False):
        assert after.first == before.last + timedelta(days=1) and after.rate != before.rate
    assert sum(span.days for span in spans) == (last - first).days + 1


@given(days, days, st.sampled_from([0, 500, 900]))
def test_every_day_of_a_span_has_the_rate_of_that_day_and_the_points_on_top(a, b, points):
    for span in RATES.segments(min(a, b), max(a, b), points):
        for day in (span.first, span.last, span.first + timedelta(days=span.days // 2)):
            assert RATES.on(day) + points == span.rate


@pytest.mark.parametrize(
    ("changes", "through"),
    [
        ((), date(2026, 1, 1)),
        (((date(2026, 7, 1), 1), (date(2026, 1, 1), 2)), date(2026, 12, 31)),
        (((date(2026, 1, 1), 1), (date(2026, 1, 1), 2)), date(2026, 12, 31)),
        (((date(2026, 1, 1), 1),), date(2025, 12, 31)),
        (((date(2026, 1, 1), 1.27),), date(2026, 12, 31)),
    ],
)
def test_a_table_that_cannot_be_trusted_is_no_table(changes, through):
    with pytest.raises(ValueError, match="rate"):
        BaseRates(changes, through)


@pytest.mark.parametrize(
    ("claim_type", "is_business", "arisen", "points"),
    [
        (ClaimType.GOODS_OR_SERVICE, True, NEW, 900),
        (ClaimType.GOODS_OR_SERVICE, False, NEW, 500),  # a consumer is party
        (ClaimType.OTHER, True, NEW, 500),  # nobody says that it is a price
        (ClaimType.CONSUMER_LOAN, False, NEW, 500),
        (ClaimType.CONSUMER_LOAN, True, NEW, 500),
        (ClaimType.GOODS_OR_SERVICE, True, date(2014, 7, 29), 900),
        (ClaimType.GOODS_OR_SERVICE, True, date(2014, 7, 28), 500),
    ],
)
def test_nine_points_only_where_no_consumer_is_party_and_it_is_the_price_of_something(
    claim_type, is_business, arisen, points
):
    assert points_above(claim_type, is_business=is_business, arisen=arisen) == points

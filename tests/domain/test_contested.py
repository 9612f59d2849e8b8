"""Interest rests on what a chargeback contests, day by day, and on nothing else (ADR 15)."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from chalicelib.domain.accrual import accrued, advanced, paid_on, reversed_on
from chalicelib.domain.allocation import Split
from chalicelib.domain.claim import Rest
from chalicelib.domain.entry import EntryKind
from chalicelib.domain.interest import Interest, growth
from chalicelib.domain.ledger import left_of
from chalicelib.domain.policies.de import POLICY
from tests.builders import claim

METER = POLICY.meter
DAY = timedelta(days=1)
AS_OF = date(2026, 5, 31)
PRINCIPAL = 100_000
TERMS = Interest(500, AS_OF + DAY, AS_OF)
# The base rate changes on 1 July, within what is tried.
DAYS = 60


def midnight(day):
    return datetime.combine(day, time(), METER.zone)


def morning(day):
    return datetime.combine(day, time(9), UTC)


def rest(since, until, contested, source="cb_1"):
    return Rest(since, until, contested, source)


def on(days, hours=9):
    """So many days and hours after the claim began to bear interest, where its debtor lives."""
    return midnight(AS_OF + days * DAY) + timedelta(hours=hours)


def day_by_day(rests, day):
    """What is earned up to `day`, reckoned for each day by itself: a day rests from the one after `since` on, and
    as long as it had begun before `until`."""
    found, today = 0, AS_OF + DAY
    while today <= day:
        contested = sum(
            each.contested for each in rests if METER.day(each.since) < today and midnight(today) < each.until
        )
        found += growth(max(0, PRINCIPAL - contested), TERMS, today, today, rates=METER.rates)
        today += DAY
    return found


def a_claim(*rests):
    return claim(outstanding=Split(PRINCIPAL), as_of=AS_OF, interest=TERMS, rests=rests)


SPANS = st.tuples(
    st.integers(-3, DAYS + 3), st.integers(0, DAYS), st.sampled_from((0, 9, 23)), st.integers(1, PRINCIPAL)
)


@given(st.lists(SPANS, max_size=4), st.integers(0, DAYS))
@example([(10, 5, 0, 40_000)], 30)
@example([(10, 20, 9, 40_000)], 11)
@example([(10, 20, 9, 40_000)], 10)
@example([(10, 20, 9, 40_000), (15, 20, 0, 30_000)], 40)
@example([(10, 20, 9, 70_000), (12, 5, 0, 60_000)], 40)
@example([(-2, 20, 9, 40_000)], 18)
@example([(-2, 20, 0, 40_000)], 19)
@example([(0, 1, 0, 40_000)], 1)
def test_M6_each_day_bears_what_is_not_contested_on_it(spans, days):
    rests = tuple(rest(on(begun), on(begun + length, hours), part) for begun, length, hours, part in spans)
    day = AS_OF + days * DAY
    assert advanced(a_claim(*rests), day, METER).interest.carry == day_by_day(rests, day)


@pytest.mark.parametrize(("until", "last"), [(on(20, 0), 19), (on(20, 0) + timedelta(microseconds=1), 20)])
def test_a_rest_that_ends_at_midnight_has_no_day_more(until, last):
    both = [a_claim(rest(on(10), each, 40_000)) for each in (until, on(last, 9))]
    carried = [advanced(one, AS_OF + 40 * DAY, METER).interest.carry for one in both]
    assert carried[0] == carried[1]


def test_M7_when_part_of_it_comes_again_interest_grows_on_the_rest_from_that_moment():
    one, paid = paid_on(a_claim(), 50_000, "pi_1", AS_OF, morning(AS_OF), METER)
    payment = paid[-1]
    taken = AS_OF + 10 * DAY
    back, entry = reversed_on(one, payment, left_of(payment, ()), 50_000, "cb_1", taken, morning(taken), METER)
    assert entry.kind is EntryKind.REVERSAL
    others = rest(on(10), on(50), 7_000, "cb_2")
    contested = replace(back, rests=(rest(on(10), on(50), 50_000), others))
    ready, _ = accrued(contested, AS_OF + 20 * DAY, morning(AS_OF + 20 * DAY), METER)
    again = AS_OF + 20 * DAY
    after, _ = paid_on(ready, 20_000, "won", again, morning(again), METER, back=entry)
    assert after.rests == (rest(on(10), morning(again), 30_000), others)

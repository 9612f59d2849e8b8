"""The days on which banks move euro: the calendar of the European Central Bank, for as long as anybody pays."""

from datetime import date, timedelta

import holidays
import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.bank_days import bank_days_after, easter, is_bank_day

days = st.dates(date(2002, 1, 1), date(2099, 12, 31))


def test_every_day_of_a_century_is_as_the_holidays_library_knows_it():
    closed = holidays.financial_holidays("XECB", years=range(2002, 2100))
    day, wrong = date(2002, 1, 1), []
    while day.year < 2100:
        if is_bank_day(day) != (day.weekday() < 5 and day not in closed):
            wrong.append(day)
        day += timedelta(days=1)
    assert wrong == []


@pytest.mark.parametrize(
    "day", [date(2024, 3, 31), date(2025, 4, 20), date(2026, 4, 5), date(2027, 3, 28), date(2038, 4, 25)]
)
def test_easter_is_when_it_is(day):
    assert easter(day.year) == day


@pytest.mark.parametrize(
    ("said", "seventh"),
    [
        (date(2026, 11, 23), date(2026, 12, 2)),
        (date(2026, 11, 21), date(2026, 12, 1)),
        (date(2026, 12, 22), date(2027, 1, 4)),
        (date(2026, 4, 1), date(2026, 4, 14)),
        (date(2026, 10, 2), date(2026, 10, 13)),
    ],
    ids=["a Monday", "a Saturday", "over Christmas and New Year", "over Easter", "no German holiday counts"],
)
def test_seven_bank_days_from(said, seventh):
    assert bank_days_after(said, 7) == seventh


@given(days, st.integers(1, 40))
def test_so_many_bank_days_lie_between_and_the_last_is_one(day, count):
    last = bank_days_after(day, count)
    between = [day + timedelta(days=n) for n in range(1, (last - day).days + 1)]
    assert is_bank_day(last)
    assert sum(map(is_bank_day, between)) == count

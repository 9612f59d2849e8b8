"""Bank days: the days on which money moves between banks in euro.

They are the days on which TARGET is open: every day but Saturday, Sunday, 1 January, Good Friday, Easter Monday,
1 May, 25 and 26 December. Source: European Central Bank, https://www.ecb.europa.eu/ecb/contacts/working-hours
(long-term calendar, in force since 2002). Holidays of a country or a land change nothing about them.
"""

from datetime import date, timedelta

SATURDAY = 5
CLOSED = frozenset({(1, 1), (5, 1), (12, 25), (12, 26)})
GOOD_FRIDAY, EASTER_MONDAY = timedelta(days=-2), timedelta(days=1)


def is_bank_day(day: date) -> bool:
    if day.weekday() >= SATURDAY or (day.month, day.day) in CLOSED:
        return False
    return day - easter(day.year) not in (GOOD_FRIDAY, EASTER_MONDAY)


def bank_days_after(day: date, count: int) -> date:
    """The `count`-th bank day after this one, which itself is not counted."""
    while count > 0:
        day += timedelta(days=1)
        count -= is_bank_day(day)
    return day


def bank_days_before(day: date, count: int) -> date:
    """The `count`-th bank day before this one, which itself is not counted."""
    while count > 0:
        day -= timedelta(days=1)
        count -= is_bank_day(day)
    return day


def easter(year: int) -> date:
    """Easter Sunday of the Gregorian calendar (Meeus, Jones and Butcher's rule)."""
    golden, century, rest = year % 19, year // 100, year % 100
    moved = (century - (century + 8) // 25 + 1) // 3
    epact = (19 * golden + century - century // 4 - moved + 15) % 30
    weekday = (32 + 2 * (century % 4) + 2 * (rest // 4) - epact - rest % 4) % 7
    late = (golden + 11 * epact + 22 * weekday) // 451
    month, day = divmod(epact + weekday - 7 * late + 114, 31)
    return date(year, month, day + 1)

"""Until when: one of the days the page offers, or a day of the reader's own."""

from datetime import date

from ..frame import Problem, Problems
from ._fields import Posted, day_of, one
from .plan import iso_day

FIELDS = ("until_day", "until_month", "until_year")


def read(posted: Posted, today: date) -> date | Problems:
    """The day, or what to mend."""
    day = iso_day(one(posted, "until")) or day_of(posted, "until", today)
    if isinstance(day, date):
        return day
    return (Problem("until", "problem.until.form" if day else "problem.until.empty"),)


def typed(posted: Posted) -> dict[str, str]:
    """What the reader had written, to show it again beside what needs mending."""
    return {name: one(posted, name, 40) for name in FIELDS}

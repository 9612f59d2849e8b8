"""How long what is held of a person stays: what serves to reach them first ends, what the books need last."""

import json
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from pathlib import Path

DATA = Path(__file__).parent / "policies" / "data"


class RetentionUnknown(Exception):
    """Nobody looked at the rule since its last row's end: nothing is forgotten on a guess, and nothing kept."""


@dataclass(frozen=True)
class RetentionRule:
    """What holds from one day on, as far as somebody reviewed it: years for the books, months for what reaches."""

    valid_from: date
    reviewed_through: date
    years: int
    reach_months: int


@cache
def _rows(name: str) -> tuple[RetentionRule, ...]:
    table = json.loads((DATA / name).read_text("utf-8"))
    day = date.fromisoformat
    return tuple(
        RetentionRule(
            day(row["valid_from"]),
            day(row["reviewed_through"]),
            row["years"],
            # A file that says nothing of it keeps both alike.
            row.get("reach_months", 12 * row["years"]),
        )
        for row in table["rows"]
    )


def rule_of(name: str, today: date) -> RetentionRule:
    """The rule in force. Raises RetentionUnknown where `today` lies after the last review of the file `name`."""
    rows = [row for row in _rows(name) if row.valid_from <= today]
    if not rows or today > rows[-1].reviewed_through:
        raise RetentionUnknown(f"{name}: nobody reviewed the rule for {today}")
    return rows[-1]


def kept_until(name: str, last: date, today: date) -> date:
    """The last day on which papers about a matter whose last booking was on `last` must be there.

    Years are counted from the end of the calendar year of the last booking (HGB §257(5), AO §147(4)).
    """
    return date(last.year + rule_of(name, today).years, 12, 31)


def reached_until(name: str, last: date, today: date) -> date:
    """The last day on which a matter whose last booking was on `last` may still need to reach its debtor."""
    return _after(last, rule_of(name, today).reach_months)


def first_look(name: str, registered: date) -> date:
    """The first day on which anything about a matter registered on `registered` may have had its time.

    Only a day to look: whether the rule still holds is asked then. So it is told of any day, reviewed or not.
    """
    return _after(registered, min(row.reach_months for row in _rows(name))) + timedelta(days=1)


def _after(day: date, months: int) -> date:
    """The same day so many months on; of a month that lacks it, the first of the next."""
    year, month = divmod(day.month - 1 + months, 12)
    try:
        return date(day.year + year, month + 1, day.day)
    except ValueError:
        return date(day.year + year, month + 2, 1)

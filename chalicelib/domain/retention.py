"""How long the law wants a matter's papers kept: until then a person may be restricted, not forgotten."""

import json
from datetime import date
from functools import cache
from pathlib import Path

DATA = Path(__file__).parent / "policies" / "data"


class RetentionUnknown(Exception):
    """Nobody looked at the rule since its last row's end: nothing is forgotten on a guess, and nothing kept."""


@cache
def _rows(name: str) -> tuple[tuple[date, date, int], ...]:
    table = json.loads((DATA / name).read_text("utf-8"))
    day = date.fromisoformat
    return tuple((day(row["valid_from"]), day(row["reviewed_through"]), row["years"]) for row in table["rows"])


def kept_until(name: str, last: date, today: date) -> date:
    """The last day on which papers about a matter whose last booking was on `last` must be there.

    Years are counted from the end of the calendar year of the last booking (HGB §257(5), AO §147(4)). Raises
    RetentionUnknown where `today` lies after the last review of the data file `name`.
    """
    rows = [row for row in _rows(name) if row[0] <= today]
    if not rows or today > rows[-1][1]:
        raise RetentionUnknown(f"{name}: nobody reviewed the rule for {today}")
    return date(last.year + rows[-1][2], 12, 31)

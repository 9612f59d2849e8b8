"""The base rate by dated changes, and the statutory rate of default that stands so many points above it.

Rates are whole hundredths of a percentage point: 152 is 1.52 % a year. The figures lie in
policies/data/de_base_rates.json with their source, the Deutsche Bundesbank's notices under BGB §247(2). A table
of changes alone cannot tell "unchanged" from "nobody looked": `confirmed_through` is the last day somebody
vouched for, and beyond it nothing is worked out. The figure printed in §247(1) is that of the
day the law was written, and never of today.
"""

import json
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from pathlib import Path

from .allocation import ClaimType

TABLE = "de_base_rates.json"
DATA = Path(__file__).parent / "policies" / "data"
DAY = timedelta(days=1)

# BGB §288(1) and (2), in hundredths of a percentage point above the base rate.
POINTS = 500
POINTS_WITHOUT_CONSUMER = 900
# The nine points, like the 40 euros of §288(5), hold for what arose after 28 July 2014 (EGBGB Art. 229 §34).
NINE_SINCE = date(2014, 7, 29)


class RatesRanOut(Exception):
    """A day lies outside the table of base rates: no interest is worked out on a guess (M16)."""


@dataclass(frozen=True)
class RateSpan:
    """The days `first` to `last`, both counted, on which one `rate` held, in hundredths of a point a year."""

    first: date
    last: date
    rate: int

    @property
    def days(self) -> int:
        return (self.last - self.first).days + 1


@dataclass(frozen=True)
class BaseRates:
    """Every base rate from the day it held, oldest first, known through `confirmed_through`.

    ValueError for a table that is empty, unsorted, or ends before its last change.
    """

    changes: tuple[tuple[date, int], ...]
    confirmed_through: date

    def __post_init__(self) -> None:
        days = [day for day, _ in self.changes]
        if not days or days != sorted(set(days)) or self.confirmed_through < days[-1]:
            raise ValueError("a table of base rates has dated rows in order, and reaches beyond the last")
        if any(type(rate) is not int for _, rate in self.changes):
            raise ValueError("base rates are whole hundredths of a percentage point")

    @property
    def since(self) -> date:
        return self.changes[0][0]

    def on(self, day: date) -> int:
        """The base rate of that day. Raises RatesRanOut."""
        return self.segments(day, day)[0].rate

    def segments(self, first: date, last: date, points: int = 0) -> tuple[RateSpan, ...]:
        """The days from `first` to `last`, both counted, cut where the rate changes and nowhere else.

        `points` is added to each rate. No days, no spans: empty where `last` lies before `first`. Raises
        RatesRanOut where the table does not vouch for each of the days.
        """
        if last < first:
            return ()
        if first < self.since or last > self.confirmed_through:
            raise RatesRanOut(f"base rates are known from {self.since} to {self.confirmed_through}")
        found: list[RateSpan] = []
        ends = [day - DAY for day, _ in self.changes[1:]] + [self.confirmed_through]
        for (start, rate), end in zip(self.changes, ends, strict=True):
            begun, ended = max(start, first), min(end, last)
            if ended < begun:
                continue
            if found and found[-1].rate == rate + points:
                begun = found.pop().first
            found.append(RateSpan(begun, ended, rate + points))
        return tuple(found)


# Where no table of base rates is kept no day is vouched for, and no interest is worked out.
UNKNOWN = BaseRates(((date.min, 0),), date.min)


def points_above(claim_type: ClaimType, *, is_business: bool, arisen: date) -> int:
    """How far the statutory rate of default lies above the base rate, in hundredths of a point (BGB §288).

    Nine points need both: no consumer is party, and the claim is the price of goods or services. Whatever is
    not certain to be that bears five, and so does a consumer's loan (§497(1)). `arisen` is the day of the
    contract, or of the invoice where the file does not know it.
    """
    priced = claim_type is ClaimType.GOODS_OR_SERVICE and arisen >= NINE_SINCE
    return POINTS_WITHOUT_CONSUMER if is_business and priced else POINTS


@cache
def base_rates(table: str = TABLE) -> BaseRates:
    """The table of that name; read once."""
    said = json.loads((DATA / table).read_text("utf-8"))
    rows = tuple((date.fromisoformat(row["valid_from"]), row["rate"]) for row in said["rows"])
    return BaseRates(rows, date.fromisoformat(said["confirmed_through"]))

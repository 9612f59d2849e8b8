"""How a claim bears interest, and what has grown: exact in whole numbers, rounded at one place.

Interest is worked out when it is needed and never booked by night. It is counted by days over 365 (act/365), cut
where the rate changes, and only principal bears it (BGB §289: no interest on interest). What was earned and is not
booked yet is carried along as a fraction of a cent that never gets lost: day by day or at once, the cents are the
same.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta

from .rates import BaseRates, RateSpan

# Minor units x hundredths of a percentage point x days, over this, are minor units.
WHOLE = 365 * 100 * 100
DAY = timedelta(days=1)


@dataclass(frozen=True)
class Promise:
    """An amount was told as good to the end of `until`; it held the interest up to `through`, which made `booked`
    minor units of interest in all by then."""

    through: date
    until: date
    booked: int = 0


@dataclass(frozen=True)
class Interest:
    """How a claim bears interest from the day `since`, and how far that was reckoned.

    `rate` is hundredths of a percentage point a year: over the base rate (BGB §288), or by itself where `fixed`
    (a contract, §288(3)). `through` is the last day that was reckoned. `carry` is what was earned by then and is
    not booked, in WHOLEths of a minor unit; below zero where a booking was rounded up. `booked` is what entries
    have added and not given back. `good` is the last amount told, `earlier` the one told before it, while they
    may still be met.
    """

    rate: int
    since: date
    through: date
    fixed: bool = False
    carry: int = 0
    booked: int = 0
    good: Promise | None = None
    earlier: Promise | None = None

    def earning(self, more: int, through: date) -> "Interest":
        """The same with what the days up to `through` earned."""
        return replace(self, carry=self.carry + more, through=max(through, self.through))


def round_half_up(carry: int) -> int:
    """Whole minor units of what is carried, half a unit up: the one place where interest is rounded."""
    return max(0, (2 * carry + WHOLE) // (2 * WHOLE))


def too_much(carry: int) -> int:
    """Whole minor units that were booked beyond what was earned: what a credit must give back."""
    return max(0, -((2 * carry + WHOLE) // (2 * WHOLE)))


def spans_of(terms: Interest, first: date, last: date, rates: BaseRates) -> tuple[RateSpan, ...]:
    """The days from `first` to `last` with the rate that holds on each; days nobody vouches for are left out.

    The caller asks known_through() whether any were.
    """
    first = max(first, terms.since)
    if last < first:
        return ()
    if terms.fixed:
        return (RateSpan(first, last, terms.rate),)
    first, last = max(first, rates.since), min(last, rates.confirmed_through)
    return rates.segments(first, last, terms.rate)


def known_through(terms: Interest, rates: BaseRates) -> date:
    """The last day whose rate is known."""
    return date.max if terms.fixed else rates.confirmed_through


def growth(
    principal: int,
    terms: Interest,
    first: date,
    last: date,
    *,
    rates: BaseRates,
    rests: Iterable[tuple[date, date]] = (),
) -> int:
    """What `principal` minor units earn from `first` to `last`, both counted, in WHOLEths of a minor unit.

    Days within `rests` (first and last day each) earn nothing, and neither do days whose base rate is unknown
    (M16) or a rate below zero.
    """
    quiet = _merged(rests)
    found = 0
    for span in spans_of(terms, first, last, rates):
        days = span.days - sum(_common(span, begun, ended) for begun, ended in quiet)
        found += max(0, span.rate) * days
    return principal * found


def _merged(rests: Iterable[tuple[date, date]]) -> list[tuple[date, date]]:
    """The same days without any counted twice."""
    found: list[tuple[date, date]] = []
    for begun, ended in sorted(rests):
        if ended < begun:
            continue
        if found and begun <= found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], ended))
        else:
            found.append((begun, ended))
    return found


def _common(span: RateSpan, begun: date, ended: date) -> int:
    return max(0, (min(span.last, ended) - max(span.first, begun)).days + 1)

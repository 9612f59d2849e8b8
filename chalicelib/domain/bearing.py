"""Whether a claim bears interest, and how: what its file says, read by the law (BGB §§286, 288)."""

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING

from .interest import DAY, Interest
from .rates import BaseRates, RatesRanOut, points_above

if TYPE_CHECKING:  # a row's claim is made with these terms
    from .row import Row

# A plain rate a year, "6,27 % im Jahr"; whoever speaks of points or of a base rate means the statute's.
PLAIN = re.compile(
    r"(?P<whole>[0-9]{1,2})(?:[.,](?P<part>[0-9]{1,2}))?\s*(?:%|Prozent|percent|per cent)(?!-?\s?[Pp]\w*[kn]t)"
)
NOT_PLAIN = re.compile(r"basis|base", re.IGNORECASE)


def interest_of(row: Row, rates: BaseRates) -> Interest | None:
    """The terms on which a row's claim bears interest, from the day after its figures were worked out.

    None without the day on which default began and what it began by: nothing is claimed then. The statutory rate,
    unless the row names another: a higher one only with its reason (§288(3)), a lower one because no more is asked
    for. A rate that was the statutory one at some time since default began means the statutory one.
    """
    if row.default_since is None or not (row.default_basis or "").strip():
        return None
    arisen = row.contract_date or row.invoice_date
    points = points_above(row.claim_type, is_business=row.is_business, arisen=arisen)
    since, through = max(row.default_since, row.as_of + DAY), max(row.as_of, row.default_since - DAY)
    statutory = Interest(points, since, through)
    named = named_rate(row.interest_rate or "")
    if named is None:
        return statutory
    held = _statutory_rates(rates, row.default_since, row.as_of, points)
    if named in held or (not row.above_statutory and (not held or named > min(held))):
        return statutory
    return Interest(named, since, through, fixed=True)


def named_rate(text: str) -> int | None:
    """The rate a year that a text names, in hundredths of a point; None where it names none by itself."""
    found = PLAIN.search(text)
    if found is None or NOT_PLAIN.search(text):
        return None
    return int(found["whole"]) * 100 + int((found["part"] or "").ljust(2, "0"))


def _statutory_rates(rates: BaseRates, since: date, as_of: date, points: int) -> frozenset[int]:
    """The statutory rates from the day default began to the day of the file's figures; none where unknown."""
    try:
        return frozenset(span.rate for span in rates.segments(min(since, as_of), as_of, points))
    except RatesRanOut:
        return frozenset()

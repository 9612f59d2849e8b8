"""A CollectionFee: what a collector charged of one claim, since when, and until when half a fee is all there is.

Half a fee comes with the first demand and what is left of nine tenths only after its two weeks (RVG VV 2300 note
2). The two weeks begin anew where the claim rested, or was paid and owes again: whoever waited for an answer,
kept an agreement or had paid is not charged for that time.
"""

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta

from .bank_days import bank_days_after
from .cost_kind import CostKind

TWO_WEEKS = timedelta(weeks=2)
# What was sent on the last day is on its way for a bank day, and that day may be a holiday somewhere.
ARRIVES_WITHIN = 3


def last_simple_day(first_demand: date) -> date:
    """The last day on which paying makes it a simple case: two weeks on, or the next bank day (BGB §193)."""
    return bank_days_after(first_demand + TWO_WEEKS - timedelta(days=1), 1)


@dataclass(frozen=True)
class CollectionFee:
    """What was charged of a claim by kind, in minor units: `half` with the first demand, `rise` after it.

    `contact` is the one that told of it, on the day `since`, when `value` of principal was owed. `vat`, `flat`:
    see fees.Billing. `filed` are the costs its file came with. `promised` is the last day, where it lies beyond
    the two weeks, to which half a fee was told or left as all there is. `look_at` is when the night looks
    whether it rises; None: it does not, or something else ends first.
    """

    contact: str
    since: date
    value: int
    vat: bool
    flat: bool
    filed: tuple[tuple[CostKind, int], ...] = ()
    half: tuple[tuple[CostKind, int], ...] = ()
    rise: tuple[tuple[CostKind, int], ...] = ()
    promised: date | None = None
    look_at: datetime | None = None

    @property
    def total(self) -> int:
        """All that was charged and not taken back, in minor units."""
        return sum(amount for _, amount in (*self.half, *self.rise))

    @property
    def charged(self) -> dict[CostKind, int]:
        """By kind what was charged and not taken back, paid or not, with the file's own costs."""
        return _summed((*self.filed, *self.half, *self.rise))

    @property
    def ours(self) -> dict[CostKind, int]:
        """The same without the file's."""
        return _summed((*self.half, *self.rise))

    @property
    def half_through(self) -> date:
        """The last day on which paying everything leaves half a fee."""
        return max(last_simple_day(self.since), self.promised or self.since)

    @property
    def rises_at(self) -> datetime:
        """The first moment at which it may rise: what was sent on the last day has arrived by then."""
        return datetime.combine(bank_days_after(self.half_through, ARRIVES_WITHIN), time(0), UTC)

    def anew(self, at: datetime) -> "CollectionFee":
        """The same with two weeks from `at` on; what has risen stays."""
        if self.rise:
            return self
        later = self
        if at.date() > self.since:
            later = replace(self, promised=max(self.half_through, last_simple_day(at.date())))
        return replace(later, look_at=later.rises_at)

    def promising(self, until: date) -> "CollectionFee":
        """The same after an amount without the rise was told as good to the end of `until`."""
        return replace(self, promised=max(self.half_through, until))


def _summed(costs: tuple[tuple[CostKind, int], ...]) -> dict[CostKind, int]:
    found: dict[CostKind, int] = {}
    for kind, amount in costs:
        found[kind] = found.get(kind, 0) + amount
    return found

"""A Budget: what somebody says they have and need in a month, worked out once and forgotten at once.

It is neither stored nor logged, and its figures keep out of every printed form of it.
"""

import json
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from pathlib import Path

TABLE = "de_unseizable.json"
STEP = 500
MOST_DEPENDANTS = 5


class UnseizableRanOut(Exception):
    """The day lies outside the table of unseizable income: nothing is worked out on last year's figures."""


@dataclass(frozen=True)
class Unseizable:
    """What of a month's income is left alone, in cents, for one period (ZPO §850c(1), (2), (3)).

    `base` for the person, `first_dependant` and `next_dependant` (the 2nd to 5th) on top. Income above `limit`
    is seizable in full; None where the figure is not known, which can only leave the person more.
    """

    valid_from: date
    valid_through: date
    base: int
    first_dependant: int
    next_dependant: int
    limit: int | None = None

    def seizable(self, income: int, dependants: int) -> int:
        """What of a net month's income could be seized, in cents, rounded down.

        §850c(3): of what exceeds the protected amount three tenths stay too, two more for the first dependant
        and one more for each of the 2nd to 5th. §850c(5): the income is first rounded down to a full €10, after
        what lies above the limit was set aside.
        """
        fed = min(max(dependants, 0), MOST_DEPENDANTS)
        protected = self.base
        if fed:
            protected += self.first_dependant + self.next_dependant * (fed - 1)
        within = income if self.limit is None else min(income, self.limit)
        above, rounded = income - within, within // 1000 * 1000
        tenths = 7 if fed == 0 else 6 - fed
        return above + max(0, rounded - protected) * tenths // 10


@dataclass(frozen=True)
class Budget:
    """A month in cents: net `income`, number of `dependants`, `rent` with heating, all other `living`."""

    income: int = field(repr=False)
    dependants: int = field(repr=False)
    rent: int = field(repr=False)
    living: int = field(repr=False)


@dataclass(frozen=True)
class Affordable:
    """What could be seized, what the person says is left, and the amount a month worth proposing.

    `proposal` 0: no plan. Then a pause, debt advice or a person is what helps.
    """

    seizable: int = field(repr=False)
    left: int = field(repr=False)
    proposal: int = field(repr=False)


def affordable(budget: Budget, on: date, table: str = TABLE) -> Affordable:
    """The lower of what could be seized and what is left, rounded down to €5; 0 when there is nothing.

    Raises UnseizableRanOut where the table does not reach to `on`.
    """
    seizable = unseizable_on(on, table).seizable(budget.income, budget.dependants)
    left = max(0, budget.income - budget.rent - budget.living)
    return Affordable(seizable, left, min(seizable, left) // STEP * STEP)


def seizable(income: int, dependants: int, on: date, table: str = TABLE) -> int:
    """What of a net month's income in cents could be seized on that day. Raises UnseizableRanOut."""
    return unseizable_on(on, table).seizable(income, dependants)


def budget_known(on: date, table: str = TABLE) -> bool:
    """Whether the table reaches to this day, so that the help with a budget can be offered."""
    return any(row.valid_from <= on <= row.valid_through for row in _rows(table))


def unseizable_on(on: date, table: str = TABLE) -> Unseizable:
    """The figures of that day. Raises UnseizableRanOut for a day no row covers."""
    for row in _rows(table):
        if row.valid_from <= on <= row.valid_through:
            return row
    raise UnseizableRanOut(f"{table} does not cover {on}")


@cache
def _rows(table: str) -> tuple[Unseizable, ...]:
    rows = json.loads((Path(__file__).parent / "policies" / "data" / table).read_text("utf-8"))["rows"]
    for row in rows:
        for name in ("valid_from", "valid_through"):
            row[name] = date.fromisoformat(row[name])
    return tuple(Unseizable(**row) for row in rows)

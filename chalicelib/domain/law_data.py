"""Every dated table of the law that is worked with, and which of them is about to end.

What a table does not cover is never guessed: no interest, no fee, no budget, no message, no erasure. So that it
does not come to that unnoticed, the nightly run asks here, and raises an alarm long before (docs/runbook.md).
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from typing import Protocol

from .. import registry
from . import budget, escalation, fees, policies, rates, vat
from .policies._figures import DATA

AHEAD = timedelta(days=60)


@dataclass(frozen=True)
class DatedTable:
    """A data file of the law: `name` in alarms, and under which word it says how far it reaches.

    The word stands once in the file, or in each of its rows; then the latest counts.
    """

    name: str
    file: str
    reaches: str

    @property
    def last(self) -> date:
        """The last day it covers."""
        return _last(self.file, self.reaches)


@dataclass(frozen=True)
class InTheFile:
    """Figures that a country's own file holds, and the last day they cover."""

    name: str
    last: date


Table = DatedTable | InTheFile


def dated() -> tuple[Table, ...]:
    """Every table that the house works with, those of each country's policy under its key."""
    found: list[Table] = [
        DatedTable("base_rates", rates.TABLE, "confirmed_through"),
        DatedTable("fees", fees.TABLE, "reviewed_through"),
        DatedTable("unseizable_income", budget.TABLE, "valid_through"),
        DatedTable("vat", vat.TABLE, "reviewed_through"),
        DatedTable("escalation", escalation.TABLE, "reviewed_through"),
    ]
    for key, policy in registry.collect(policies, "POLICY").items():
        for name, (file, reaches) in policy.tables.items():
            found.append(DatedTable(f"{name}/{key}", file, reaches))
        found += [InTheFile(f"{name}/{key}", last) for name, last in policy.own_figures.items()]
    return tuple(found)


DATED = dated()


@dataclass(frozen=True)
class Ending:
    """A table that covers no day after `last`; `ended` once that day is over."""

    table: str
    last: date
    ended: bool


class Dated(Protocol):
    """Whatever covers days up to a last one."""

    @property
    def name(self) -> str: ...
    @property
    def last(self) -> date: ...


def endings(today: date, tables: Iterable[Dated] = DATED) -> tuple[Ending, ...]:
    """The tables that ended, or end within the next 60 days; the most urgent first."""
    near = (table for table in tables if table.last - today <= AHEAD)
    return tuple(Ending(t.name, t.last, t.last < today) for t in sorted(near, key=lambda t: (t.last, t.name)))


@cache
def _last(file: str, word: str) -> date:
    said = json.loads((DATA / file).read_text("utf-8"))
    days = [said[word]] if word in said else [row[word] for row in said["rows"]]
    return max(date.fromisoformat(day) for day in days)

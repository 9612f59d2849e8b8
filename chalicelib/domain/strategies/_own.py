"""A strategy of a creditor's own: accepted as a version, rehearsed, put in force by a person, rolled back."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from ..decision import Refused
from ._base import OwnStrategy as OwnStrategy

# What a dry run said of a portfolio is true of it for so long.
FRESH = timedelta(days=14)
RULE = "own_strategy"


@dataclass(frozen=True)
class DryRun:
    """That somebody had a version reckoned over the whole portfolio, and which `report` (12 signs) came of it."""

    report: str
    by: str
    at: datetime


@dataclass(frozen=True)
class StrategyVersion:
    """An accepted file, kept for good: by whom (the account that put it there), when, its dry runs, and when it
    was first put in force. Nothing of it takes effect by itself."""

    creditor: str
    own: OwnStrategy
    by: str
    at: datetime
    dry_runs: tuple[DryRun, ...] = ()
    first_live: datetime | None = None
    version: int = 0

    @property
    def number(self) -> int:
        return self.own.number

    def rehearsed(self, run: DryRun) -> "StrategyVersion":
        """The version with this dry run; the same report again stays the first person's."""
        if any(known.report == run.report for known in self.dry_runs):
            return self
        return replace(self, dry_runs=(*self.dry_runs, run)[-20:])

    def may_go_live(self, report: str, now: datetime) -> Refused | None:
        """Why this version may not be put in force; None where it may.

        It takes the report of a dry run of this very version, of the last two weeks. What was in force once goes
        back without: rolling back must not wait.
        """
        if self.first_live and not report:
            return None
        found = next((run for run in self.dry_runs if run.report == report), None)
        if found is None:
            return Refused("not_dry_run", RULE)
        return Refused("report_outdated", RULE) if found.at + FRESH < now else None

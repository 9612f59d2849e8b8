"""Presence: who of the staff is at the desk now, and what each was given lately."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, time, timedelta, tzinfo

from .staff import Staff
from .waiting import Waiting


@dataclass(frozen=True)
class Presence:
    """When somebody of the staff was last seen at the desk. `away`: they said themselves that they went."""

    staff: str
    seen_at: datetime
    away: bool = False

    def is_here(self, now: datetime, gone_after: timedelta) -> bool:
        return not self.away and now - self.seen_at <= gone_after


@dataclass(frozen=True)
class Given:
    """A task that was given to somebody, and when."""

    creditor: str
    debtor: str
    task: str
    at: datetime


@dataclass(frozen=True)
class Hand:
    """What somebody of the staff was given and has not finished, as far as routing knows.

    It is written with each task that is given, under its version: so nobody is given more than they take at a
    time, however many decide at once. What is done meanwhile is taken out by whoever looks next.
    """

    staff: str
    holds: tuple[Given, ...] = ()
    version: int = 0

    def kept(self, taken: Iterable[Waiting], now: datetime, lag: timedelta) -> tuple[Given, ...]:
        """What they hold: what the list of the taken tells, and of the hand what is too new for that list."""
        told = {
            one.task: Given(one.creditor, one.debtor, one.task, one.owned_at or one.opened_at) for one in taken
        }
        fresh = (one for one in self.holds if one.task not in told and now - one.at <= lag)
        return (*told.values(), *fresh)


def works_now(staff: Staff, now: datetime, zone: tzinfo) -> bool:
    """Whether this is their time: within a shift (none listed: at any time), and on no day of an absence."""
    if staff.left_at is not None:
        return False
    local = now.astimezone(zone)
    day, hour = local.date(), local.time()
    if any(away.first <= day <= away.last for away in staff.absences):
        return False
    if not staff.shifts:
        return True
    return any(_covers(shift.weekday, shift.since, shift.until, local.weekday(), hour) for shift in staff.shifts)


def _covers(weekday: int, since: time, until: time, day: int, hour: time) -> bool:
    """A shift that ends before it begins goes on past midnight."""
    if since <= until:
        return day == weekday and since <= hour < until
    return (day == weekday and hour >= since) or (day == (weekday + 1) % 7 and hour < until)

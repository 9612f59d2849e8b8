"""Calls by people: which parts of a day can be promised honestly, and what may come of a call."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from itertools import combinations
from zoneinfo import ZoneInfo

from .channel import ChannelKind
from .staff import May, Staff
from .task import DaySlot, TaskKind

# When the parts of a day begin and end, for whoever waits beside the telephone.
PARTS: dict[DaySlot, tuple[time, time]] = {
    DaySlot.MORNING: (time(8), time(12)),
    DaySlot.MIDDAY: (time(12), time(14)),
    DaySlot.AFTERNOON: (time(14), time(17)),
    DaySlot.EVENING: (time(17), time(20)),
}
# What one call takes with its notes, and the share of an hour that promised calls may fill: others wait as well.
ONE_CALL = timedelta(minutes=20)
SHARE = 0.5
# Whoever asks now is not called within this time: somebody has to take it first.
NOTICE = timedelta(minutes=30)
DAYS = 5
MOST_TONGUES = 6
MOST_TRIES = 3


class CallOutcome(StrEnum):
    """What came of a call, in the words of whoever made it."""

    SETTLED = "settled"
    """Reached, and it is clear how it goes on."""
    THINKS = "thinks"
    """Reached, and they will think about it."""
    NOBODY = "nobody"
    WRONG_NUMBER = "wrong_number"
    NOT_AGAIN = "not_again"
    """They do not want to be called."""


class CallNext(StrEnum):
    """What happens next, as it is told to whoever made the call."""

    PLANNED = "planned"
    """The strategy goes on, after a while of peace."""
    PEACE = "peace"
    """Nothing is planned: an agreement runs, a person still owes an answer, or all words were said."""
    TRY_AGAIN = "try_again"
    """Another attempt in another part of the day."""
    ASK_AGAIN = "ask_again"
    """They get a message with the way to ask for a call again."""
    SILENT = "silent"
    """This number is not called again."""


@dataclass(frozen=True)
class CallEnded:
    """What came of a call and what happens next, `at` its hour where it has one."""

    outcome: CallOutcome
    next: CallNext
    at: datetime | None = None


@dataclass(frozen=True)
class LinkSent:
    """A link that was asked for at the desk: by which way, and since when it has left; None while it waits."""

    channel: ChannelKind
    asked_at: datetime
    left_at: datetime | None
    failed: bool


@dataclass(frozen=True)
class CallSlot:
    """A part of a day in which somebody could be called; `begins` is when it can first be kept."""

    day: date
    part: DaySlot
    begins: datetime
    ends: datetime


@dataclass(frozen=True)
class Promised:
    """The calls that were promised for one part of one day, each by its task's id and its language."""

    creditor: str
    day: date
    part: DaySlot
    calls: tuple[tuple[str, str], ...] = ()
    version: int = 0

    def with_call(self, task: str, language: str) -> "Promised":
        """One more; the same task once."""
        if any(task == known for known, _ in self.calls):
            return self
        return replace(self, calls=(*self.calls, (task, language)))

    def without(self, *tasks: str) -> "Promised":
        return replace(self, calls=tuple(call for call in self.calls if call[0] not in tasks))


def who_calls(staff: Iterable[Staff], creditor: str) -> tuple[Staff, ...]:
    """Those who call people back for this creditor."""
    return tuple(
        one
        for one in staff
        if one.works_for(creditor) and one.may(May.ANSWER) and (not one.skills or TaskKind.CALL_BACK in one.skills)
    )


def offered(
    staff: Sequence[Staff],
    promised: Iterable[Promised],
    language: str,
    now: datetime,
    zone: ZoneInfo,
    open_days: Iterable[date],
) -> tuple[CallSlot, ...]:
    """The parts of days in which somebody who speaks this language works and is not promised already.

    `staff` are those who call; `open_days` the days on which anybody may be called, the first first. Of two who
    are promised one person the second is offered another time.
    """
    known = {(one.day, one.part): one for one in promised}
    return tuple(
        slot
        for day in open_days
        for slot in _slots(day, now, zone)
        if has_room(staff, known.get((slot.day, slot.part)), slot, language, zone)
    )


def has_room(
    staff: Sequence[Staff], promised: Promised | None, slot: CallSlot, language: str, zone: ZoneInfo
) -> bool:
    """Whether one more call in this language can be kept in this slot, with all that are promised.

    For any languages together there must be as many calls' time as is promised in them (Hall's condition).
    """
    hours = [(frozenset(one.languages), _minutes(one, slot, zone)) for one in staff]
    calls = [spoken for _, spoken in promised.calls] if promised else []
    others = sorted(set(calls) - {language})[:MOST_TONGUES]
    for several in _subsets(others):
        wanted = {language, *several}
        room = int(sum(minutes for spoken, minutes in hours if spoken & wanted) * SHARE // _minutes_of(ONE_CALL))
        if sum(spoken in wanted for spoken in calls) + 1 > room:
            return False
    return sum(minutes for _, minutes in hours) * SHARE >= (len(calls) + 1) * _minutes_of(ONE_CALL)


def slot_at(day: date, part: DaySlot, now: datetime, zone: ZoneInfo) -> CallSlot | None:
    """That part of that day; None where it is over, or as good as over."""
    return next((slot for slot in _slots(day, now, zone) if slot.part is part), None)


def part_of(local: datetime) -> DaySlot:
    """The part of the day in which a call is made at this moment of somebody's own clock."""
    return next((part for part, (_, end) in PARTS.items() if local.time() < end), DaySlot.EVENING)


def next_part(tried: DaySlot, tries: int) -> DaySlot:
    """Another part of the day for the next attempt: morning and afternoon first change places with the evening."""
    order = [DaySlot.EVENING, DaySlot.MORNING, DaySlot.MIDDAY, DaySlot.AFTERNOON]
    order.remove(tried)
    return order[(tries - 1) % len(order)]


def _slots(day: date, now: datetime, zone: ZoneInfo) -> Iterator[CallSlot]:
    for part, (since, until) in PARTS.items():
        begins = max(datetime.combine(day, since, zone), now + NOTICE)
        ends = datetime.combine(day, until, zone)
        if ends - begins >= ONE_CALL:
            yield CallSlot(day, part, begins, ends)


def _minutes(one: Staff, slot: CallSlot, zone: ZoneInfo) -> float:
    """How long they work within what is left of the slot."""
    if any(away.first <= slot.day <= away.last for away in one.absences):
        return 0
    there = timedelta(0)
    for shift in one.shifts:
        if shift.weekday == slot.day.weekday():
            since = max(datetime.combine(slot.day, shift.since, zone), slot.begins)
            until = min(datetime.combine(slot.day, shift.until, zone), slot.ends)
            there += max(until - since, timedelta(0))
    return _minutes_of(there)


def _minutes_of(span: timedelta) -> float:
    return span / timedelta(minutes=1)


def _subsets(tongues: Sequence[str]) -> Iterator[tuple[str, ...]]:
    for size in range(len(tongues) + 1):
        yield from combinations(tongues, size)

"""The figures of a country's contact law as dated data: hours, quiet days, caps, periods, texts that must appear.

A figure holds from the day of its row to that of the next one. What nobody reviewed is not guessed: beyond
`reviewed_through` nothing is sent, and the nightly run has long raised its alarm (law_data.py).
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, time, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from ..contact import MessageKind, Purpose
from ..parties import ActingAs

DATA = Path(__file__).parent / "data"
EVERY = "*"


class LawRanOut(Exception):
    """A day lies outside what is known of the law: nothing is sent on a guess."""


class HolidaysRanOut(LawRanOut):
    """A day lies outside the holiday file: nothing is sent on a guess. `make holidays` writes the next years."""


@dataclass(frozen=True)
class CapSpan:
    """At most `most` in `days`: one day is the debtor's own, several are so many times 24 hours running."""

    most: int
    days: int
    because: str


@dataclass(frozen=True)
class Cap:
    """How often an address may be written to, over all creditors, with messages of these purposes and channels.

    What is sent is counted under `counter`, apart from every other counter of the same address: so calls are
    counted for themselves. Purposes and channels stand by their keys; EVERY is each channel that no earlier cap
    has named.
    """

    counter: str
    purposes: frozenset[str]
    channels: frozenset[str]
    limits: tuple[CapSpan, ...]

    def covers(self, channel: str, purpose: Purpose) -> bool:
        return purpose in self.purposes and bool({channel, EVERY} & self.channels)


@dataclass(frozen=True)
class Limitation:
    """After how many years something may be time-barred: from the end of the year it was due in, or from that
    day (`from_due`). The shortest of a country's periods, where it has several."""

    years: int
    from_due: bool = False

    def last_day(self, due: date) -> date:
        if not self.from_due:
            return date(due.year + self.years, 12, 31)
        try:
            return due.replace(year=due.year + self.years)
        except ValueError:
            return date(due.year + self.years, 2, 28)


@dataclass(frozen=True)
class NoticeRule:
    """A collector's first word to a private person is a notice that says all of `wants` (domain/notice.py).

    After it nobody is asked for money for `peace`, in which they may question the claim.
    """

    wants: frozenset[str]
    peace: timedelta = timedelta(0)


@dataclass(frozen=True)
class BreathingSpace:
    """How long a breathing space lasts: so many days, or so many after the treatment of a crisis has ended."""

    days: int
    after_crisis_days: int

    def last_day(self, since: date, crisis_over: date | None = None, *, crisis: bool = False) -> date | None:
        """Its last day; None while the treatment of a crisis goes on."""
        if not crisis:
            return since + timedelta(days=self.days - 1)
        return crisis_over + timedelta(days=self.after_crisis_days) if crisis_over else None


@dataclass(frozen=True)
class RequiredText:
    """What a message must say: `name` stands in presentation/required.py, which knows how to look for it."""

    name: str
    kinds: frozenset[MessageKind]
    channels: frozenset[str]
    acting_as: frozenset[ActingAs]

    def wanted(self, kind: MessageKind, acting_as: ActingAs) -> bool:
        return kind in self.kinds and acting_as in self.acting_as


@dataclass(frozen=True, eq=False)
class ContactRules:
    """One row of figures, in force from `valid_from` until the next row, reviewed through `reviewed_through`.

    `opens` and `closes` bound the local day, the second exclusive; `quiet_weekdays` counts Monday as 0.
    `plan_in_the_making` is how long nobody is asked while a plan is being worked out. `stop_words` end our
    messages, in whatever letters they come, beside the words of every language.
    """

    valid_from: date
    reviewed_through: date
    source: str
    opens: time
    closes: time
    quiet_weekdays: frozenset[int]
    caps: tuple[Cap, ...]
    limitation: Limitation
    notice: NoticeRule | None = None
    plan_in_the_making: timedelta = timedelta(0)
    breathing_space: BreathingSpace | None = None
    texts: tuple[RequiredText, ...] = ()
    stop_words: tuple[str, ...] = ()

    def cap(self, channel: str, purpose: Purpose) -> Cap | None:
        """What bounds messages like this one: the first cap that names it."""
        return next((cap for cap in self.caps if cap.covers(channel, purpose)), None)

    def required(self, kind: MessageKind, acting_as: ActingAs) -> tuple[RequiredText, ...]:
        return tuple(text for text in self.texts if text.wanted(kind, acting_as))


@dataclass(frozen=True, eq=False)
class Holidays:
    """The days free by law from `first` to `last`, each with the regions it is free in; EVERY is all of them."""

    first: date
    last: date
    days: Mapping[date, frozenset[str]]

    def free(self, day: date, regions: frozenset[str]) -> bool:
        """Whether the day is free in any of the regions; no region named is any of them.

        Raises HolidaysRanOut for a day that the file does not cover.
        """
        if not self.first <= day <= self.last:
            raise HolidaysRanOut(f"the holiday file covers {self.first} to {self.last}, not {day}")
        where = self.days.get(day, frozenset())
        return bool(where) and (not regions or EVERY in where or not regions.isdisjoint(where))


@cache
def contact_rules(name: str) -> tuple[ContactRules, ...]:
    """The rows of a data file, oldest first."""
    rows = json.loads((DATA / name).read_text("utf-8"))["rows"]
    return tuple(sorted(map(_rules, rows), key=lambda row: row.valid_from))


def rules_on(rows: Iterable[ContactRules], day: date) -> ContactRules:
    """The row in force on that day. Raises LawRanOut before the first and beyond the last review."""
    in_force = [row for row in rows if row.valid_from <= day]
    if not in_force or day > in_force[-1].reviewed_through:
        raise LawRanOut(f"no contact rules were reviewed for {day}")
    return in_force[-1]


def _rules(row: Mapping[str, Any]) -> ContactRules:
    notice, space = row.get("notice"), row.get("breathing_space")
    return ContactRules(
        valid_from=date.fromisoformat(row["valid_from"]),
        reviewed_through=date.fromisoformat(row["reviewed_through"]),
        source=row["source"],
        opens=time.fromisoformat(row["opens"]),
        closes=time.fromisoformat(row["closes"]),
        quiet_weekdays=frozenset(row["quiet_weekdays"]),
        caps=tuple(_cap(cap) for cap in row["caps"]),
        limitation=Limitation(row["limitation"]["years"], row["limitation"]["from"] == "due"),
        notice=NoticeRule(frozenset(notice["wants"]), timedelta(days=notice["peace_days"])) if notice else None,
        plan_in_the_making=timedelta(days=row.get("plan_in_the_making_days", 0)),
        breathing_space=BreathingSpace(space["days"], space["after_crisis_days"]) if space else None,
        texts=tuple(_text(text) for text in row.get("texts", ())),
        stop_words=tuple(row.get("stop_words", ())),
    )


def _cap(row: Mapping[str, Any]) -> Cap:
    limits = tuple(CapSpan(limit["most"], limit["days"], limit["because"]) for limit in row["limits"])
    return Cap(row["counter"], frozenset(row["purposes"]), frozenset(row["channels"]), limits)


def _text(row: Mapping[str, Any]) -> RequiredText:
    kinds = row.get("kinds", list(MessageKind))
    acting = row.get("acting_as", list(ActingAs))
    channels = frozenset(row.get("channels", [EVERY]))
    return RequiredText(
        row["name"], frozenset(map(MessageKind, kinds)), channels, frozenset(map(ActingAs, acting))
    )


@cache
def holidays_in(name: str) -> Holidays:
    """The holidays of a dated file; read once."""
    table = json.loads((DATA / name).read_text("utf-8"))
    days = {date.fromisoformat(day): frozenset(regions) for day, regions in table["days"].items()}
    return Holidays(date.fromisoformat(table["valid_from"]), date.fromisoformat(table["valid_through"]), days)

"""Staff: the people who answer, what each may do, and for whom."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from enum import StrEnum

from .task import TaskKind


class Role(StrEnum):
    """What somebody is at the desk. One person may have several."""

    AGENT = "agent"
    """Answers people, within the creditor's strategy."""
    LEAD = "lead"
    """An agent who is also the second person, hands on what others hold and says who works when."""
    READER = "reader"
    """Of the creditor: how its own claims stand, and nothing that is the debtor's alone."""
    OPERATOR = "operator"
    """Keeps the staff and the house; sees no debtor."""
    AUDITOR = "auditor"
    """Sees everything and who did it; changes nothing."""


class May(StrEnum):
    """One thing that a role allows."""

    LIST = "list"
    """The lists of what waits."""
    SEE = "see"
    """A matter with all that was said."""
    SEE_CLAIM = "see_claim"
    """A claim and its account, without what the debtor told in confidence."""
    ANSWER = "answer"
    """Answer, decide, correct, agree, hold: what one person may do alone, and ask for what needs two."""
    SECOND = "second"
    """Be the second person."""
    LEAD = "lead"
    """Hand on what somebody else holds; hours and absences."""
    STAFF = "staff"
    """Who works here, as what, and for whom."""
    AUDIT = "audit"
    """Who looked at what, and who changed what."""


MAY: dict[Role, frozenset[May]] = {
    Role.AGENT: frozenset({May.LIST, May.SEE, May.SEE_CLAIM, May.ANSWER}),
    Role.LEAD: frozenset({May.LIST, May.SEE, May.SEE_CLAIM, May.ANSWER, May.SECOND, May.LEAD}),
    Role.READER: frozenset({May.SEE_CLAIM}),
    Role.OPERATOR: frozenset({May.STAFF}),
    Role.AUDITOR: frozenset({May.LIST, May.SEE, May.SEE_CLAIM, May.AUDIT}),
}


@dataclass(frozen=True)
class Shift:
    """When somebody works on one day of the week (0: Monday), in the zone of their creditor's country."""

    weekday: int
    since: time
    until: time


@dataclass(frozen=True)
class Absence:
    """Away from the first to the last of these days, whatever for."""

    first: date
    last: date


DAYS = (("mon", "mo"), ("tue", "di"), ("wed", "mi"), ("thu", "do"), ("fri", "fr"), ("sat", "sa"), ("sun", "so"))
MOST_SHIFTS, MOST_ABSENCES = 28, 60
SPAN = re.compile(r"(\d{1,2}(?::\d{2})?) ?[-–] ?(\d{1,2}(?::\d{2})?)")
DAY_OR_DAYS = re.compile(r"([a-z]{2,3})\.?(?: ?[-–] ?([a-z]{2,3})\.?)?[: ]+(?=\d)")


def shifts_in(text: str) -> tuple[Shift, ...]:
    """Shifts as one writes them: `Mon-Fri 8:00-12:00 13:00-17:00; Sat 9-12`, the days in English or German.

    ValueError for what cannot be read, ends before it begins, or overlaps.
    """
    found: list[Shift] = []
    for part in filter(None, (part.strip() for part in text.lower().replace(",", " ").split(";"))):
        days = DAY_OR_DAYS.match(part)
        rest = part[days.end() :] if days else ""
        spans = SPAN.findall(rest)
        if days is None or not spans or SPAN.sub("", rest).strip():
            raise ValueError(part)
        first = _weekday(days[1])
        last = _weekday(days[2]) if days[2] else first
        if last < first:
            raise ValueError(part)
        for day in range(first, last + 1):
            found += [Shift(day, _hour(since), _hour(until)) for since, until in spans]
    found.sort(key=lambda one: (one.weekday, one.since))
    if len(found) > MOST_SHIFTS or any(one.until <= one.since for one in found):
        raise ValueError(text)
    if any(a.weekday == b.weekday and b.since < a.until for a, b in zip(found, found[1:], strict=False)):
        raise ValueError(text)
    return tuple(found)


def shifts_text(shifts: Iterable[Shift], german: bool = False) -> str:
    """The same shifts as shifts_in reads them, a day after the other."""
    by_day: dict[int, list[str]] = {}
    for one in shifts:
        by_day.setdefault(one.weekday, []).append(f"{one.since:%H:%M}-{one.until:%H:%M}")
    return "; ".join(
        f"{DAYS[day][german].capitalize()} {' '.join(spans)}" for day, spans in sorted(by_day.items())
    )


def absences_in(text: str) -> tuple[Absence, ...]:
    """Absences as one writes them: `2026-12-24..2026-12-31; 2027-01-02`. ValueError for what cannot be read."""
    found = []
    for part in filter(None, (part.strip() for part in text.replace(",", ";").split(";"))):
        first, _, last = part.partition("..")
        one = Absence(date.fromisoformat(first.strip()), date.fromisoformat((last or first).strip()))
        if one.last < one.first:
            raise ValueError(part)
        found.append(one)
    if len(found) > MOST_ABSENCES:
        raise ValueError(text)
    return tuple(sorted(found, key=lambda one: one.first))


def absences_text(absences: Iterable[Absence]) -> str:
    return "; ".join(str(one.first) if one.first == one.last else f"{one.first}..{one.last}" for one in absences)


def _weekday(name: str) -> int:
    for number, names in enumerate(DAYS):
        if name in names:
            return number
    raise ValueError(name)


def _hour(text: str) -> time:
    hour, _, minute = text.partition(":")
    return time(23, 59) if int(hour) == 24 else time(int(hour), int(minute or 0))


@dataclass(frozen=True)
class Staff:
    """Somebody who works here. `id` is what acts and tasks name them by: it is never given to anybody else.

    `subject` is who the identity provider says they are, a hash of its issuer and its id of them; None until they
    signed in once, with the address in `email`. `creditors` are those they work for, and of no other do they see
    that it exists. `skills` are the kinds of task they take (none listed: all), `languages` those they can answer
    in. `most` is how many people they talk with at a time. Sign-ins before `signed_out_at` are over; the last was
    at `seated_at`. `vouched` is every id and address by which the identity provider ever named them here.
    """

    id: str
    name: str
    email: str
    roles: tuple[Role, ...]
    creditors: tuple[str, ...]
    team: str = ""
    languages: tuple[str, ...] = ("de",)
    skills: tuple[TaskKind, ...] = ()
    shifts: tuple[Shift, ...] = ()
    absences: tuple[Absence, ...] = ()
    most: int = 3
    subject: str | None = None
    signed_out_at: datetime | None = None
    left_at: datetime | None = None
    seated_at: datetime | None = None
    vouched: tuple[str, ...] = ()
    version: int = 0

    def may(self, what: May) -> bool:
        """Whether one of their roles allows this; who has left may do nothing."""
        return self.left_at is None and any(what in MAY[role] for role in self.roles)

    def works_for(self, creditor: str) -> bool:
        return self.left_at is None and creditor in self.creditors

    def named(self, subject: str, email: str | None) -> "Staff":
        """With what the identity provider just vouched for, beside all it did before."""
        told = (subject, *([same_address(email)] if email else []))
        return replace(self, vouched=tuple(dict.fromkeys((*self.vouched, *told))))

    @property
    def marks(self) -> frozenset[str]:
        """By what they can be told to be the same human as another of the list."""
        return frozenset(filter(None, (*self.vouched, same_address(self.email), self.subject)))


def same_address(address: str) -> str:
    """An address as it is compared: nobody is another person by its capitals."""
    return address.strip().casefold()


def one_human(person: Staff, everybody: Iterable[Staff]) -> frozenset[str]:
    """The other ids under which this very human works here, or did, as any sign-in or address of theirs tells.

    Whoever shares one with somebody who shares another with a third is the third as well. Who has two accounts
    that share neither, nor by any of the others, is not known to be one.
    """
    found, marks, rest = set[str](), person.marks, [one for one in everybody if one.id != person.id]
    while same := [one for one in rest if one.id not in found and one.marks & marks]:
        found |= {one.id for one in same}
        marks = marks.union(*(one.marks for one in same))
    return frozenset(found)

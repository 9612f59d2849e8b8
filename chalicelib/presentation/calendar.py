"""Agreed days as a calendar file (RFC 5545), in words that tell nothing to whoever sees the calendar."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime

from ..domain.claim import Claim
from ..domain.deferral import Deferral
from ..domain.plan import Plan, open_instalment

# An all-day event begins at midnight: this rings at nine in the morning two days before.
RINGS = "-P1DT15H"
LINE = 75


@dataclass(frozen=True)
class Day:
    """One agreed day. `uid` stays the same however often the file is made; a moved day keeps it."""

    uid: str
    on: date


def days_of(plan: Plan | None, deferral: Deferral | None, claim: Claim) -> tuple[Day, ...]:
    """The days of what is agreed that are still to come up: the parts not yet paid, or the day deferred to."""
    if plan:
        held = open_instalment(plan, claim)
        ahead = (part for part in plan.instalments if held and part.number >= held[0].number)
        return tuple(Day(f"{plan.id}-{part.number}@kulanz", part.due) for part in ahead)
    return (Day(f"{deferral.id}@kulanz", deferral.until),) if deferral else ()


def ics(days: Iterable[Day], *, who: str, made_at: datetime, edition: int = 0) -> str:
    """The file: one all-day event for each day, named after `who` asked for it, with no amount and no reason.

    `edition` counts the changes, so that a calendar takes a later file for the newer one (SEQUENCE).
    """
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Kulanz//Kulanz//EN", "CALSCALE:GREGORIAN"]
    stamp, name = made_at.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ"), escaped(who)
    for day in days:
        lines += [
            "BEGIN:VEVENT",
            f"UID:{day.uid}",
            f"DTSTAMP:{stamp}",
            f"SEQUENCE:{edition}",
            f"DTSTART;VALUE=DATE:{day.on:%Y%m%d}",
            f"SUMMARY:{name}",
            "CLASS:PRIVATE",
            "TRANSP:TRANSPARENT",
            "BEGIN:VALARM",
            "ACTION:DISPLAY",
            f"DESCRIPTION:{name}",
            f"TRIGGER:{RINGS}",
            "END:VALARM",
            "END:VEVENT",
        ]
    return "".join(folded(line) for line in (*lines, "END:VCALENDAR"))


def escaped(text: str) -> str:
    """Text as a value (3.3.11): what would end or divide it is marked, what cannot be seen is gone."""
    shown = re.sub(r"[\x00-\x1f\x7f\u2028\u2029]+", " ", text)
    return re.sub(r"([\\;,])", r"\\\1", shown)


def folded(line: str) -> str:
    """A content line, broken after at most 75 octets and never inside a letter (3.1), with its end."""
    parts, held = [], b""
    for letter in line:
        octets = letter.encode()
        if len(held) + len(octets) > LINE:
            parts.append(held)
            held = b" "
        held += octets
    return b"\r\n".join((*parts, held)).decode() + "\r\n"

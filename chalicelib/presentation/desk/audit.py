"""Who saw and did what, as an auditor reads it and takes it along."""

import csv
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from io import StringIO
from typing import ClassVar

from ...domain.audit import Noted
from ..frame import Problems
from .frame import DeskFrame, DeskView

COLUMNS = ("at", "by", "name", "kind", "what", "debtor", "claim", "about")
# What a spreadsheet would take for a formula.
FORMULA = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True)
class NotedLine:
    """One line: when, who, whether they looked or did, at what."""

    at: str
    who: str
    looked: bool
    what: str
    about: str


@dataclass(frozen=True)
class Audit(DeskView):
    """`typed` is what was asked for; `more` leads on to the lines after these, `csv` to all of them as a file."""

    template: ClassVar[str] = "desk/audit.html"
    lines: tuple[NotedLine, ...]
    typed: Mapping[str, str]
    creditors: tuple[tuple[str, str], ...]
    more: str
    csv: str
    problems: Problems = ()


def audit(
    frame: DeskFrame,
    found: Iterable[Noted],
    names: Mapping[str, str],
    creditors: Mapping[str, str],
    typed: Mapping[str, str],
    *,
    more: str = "",
    problems: Problems = (),
) -> Audit:
    """`names` are the staff's by their ids; whoever came by the operators' door is named as IAM names them."""
    asked = {name: text for name, text in typed.items() if text}

    def line(one: Noted) -> NotedLine:
        day, hour = frame.locale.short_date(one.at.astimezone(frame.zone).date()), one.at.astimezone(frame.zone)
        what = " · ".join(filter(None, (one.debtor, one.claim, one.about)))
        return NotedLine(f"{day}, {hour:%H:%M:%S}", names.get(one.by, one.by), one.looked, one.what, what)

    return Audit(
        frame,
        lines=tuple(map(line, found)),
        typed=typed,
        creditors=tuple(sorted(creditors.items(), key=lambda pair: pair[1])),
        more=frame.href("audit", **{**asked, "after": more}) if more else "",
        csv=frame.href("audit", "csv", **asked),
        problems=problems,
    )


def audit_csv(found: Iterable[Noted], names: Mapping[str, str]) -> str:
    """The same as a table: times in UTC, ids as they are."""
    text = StringIO()
    table = csv.writer(text, lineterminator="\r\n")
    table.writerow(COLUMNS)
    for one in found:
        kind = "look" if one.looked else "act"
        cells = (one.by, names.get(one.by, ""), kind, one.what, one.debtor, one.claim, one.about)
        table.writerow((one.at.isoformat(), *map(_harmless, cells)))
    return text.getvalue()


def _harmless(cell: str) -> str:
    return f"'{cell}" if cell.startswith(FORMULA) else cell

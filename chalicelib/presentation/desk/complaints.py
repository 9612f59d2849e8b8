"""Complaints by month and cause, for leads and the creditor's reader: counts, and no word of anybody."""

import csv
import io
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from ...domain.complaint import Cause, Complaint, Counted, counted, late
from ..i18n import Locale
from .frame import DeskFrame, DeskView

CAUSES = {
    Cause.TONE: "desk.cause.tone",
    Cause.TOO_MANY_MESSAGES: "desk.cause.too_many_messages",
    Cause.WRONG_CLAIM: "desk.cause.wrong_claim",
    Cause.WRONG_PERSON: "desk.cause.wrong_person",
    Cause.STAFF: "desk.cause.staff",
    Cause.WAITING: "desk.cause.waiting",
    Cause.ACCESSIBILITY: "desk.cause.accessibility",
    Cause.PAYING: "desk.cause.paying",
    Cause.DATA: "desk.cause.data",
    Cause.COSTS: "desk.cause.costs",
    Cause.OTHER: "desk.cause.other",
}
HEAD = ("month", "cause", "number", "justified", "in_time", "open")


def cause_name(cause: Cause | None, words: Locale) -> str:
    return words.text(CAUSES[cause] if cause else "desk.cause.none")


@dataclass(frozen=True)
class Complaints(DeskView):
    """`rows` are of one creditor, the latest month first: each a month, a cause and four numbers."""

    template: ClassVar[str] = "desk/complaints.html"
    creditor: str
    rows: tuple[tuple[str, ...], ...]
    late: int
    csv: str


def complaints(
    frame: DeskFrame, creditor: str, name: str, those: Iterable[Complaint], now: datetime
) -> Complaints:
    """The counts of one creditor; what nobody has answered in time is said above them."""
    held = tuple(those)
    return Complaints(
        frame=frame,
        creditor=name,
        rows=tuple(_row(row, frame.locale) for row in counted(held)),
        late=len(late(held, now)),
        csv=frame.href("complaints", creditor, "csv"),
    )


def complaints_csv(those: Iterable[Complaint]) -> str:
    """The same as a table, with the causes by their own names, for whoever reckons with it."""
    out = io.StringIO()
    sheet = csv.writer(out, lineterminator="\r\n")
    sheet.writerow(HEAD)
    for row in counted(those):
        sheet.writerow(
            (row.month, row.cause.value if row.cause else "", row.number, row.justified, row.in_time, row.open)
        )
    return out.getvalue()


def _row(row: Counted, words: Locale) -> tuple[str, ...]:
    figures = (row.number, row.justified, row.in_time, row.open)
    return (row.month, cause_name(row.cause, words), *map(str, figures))

"""Photos and papers about a dispute: the form that sends one, and what became of those that were sent."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from ..domain.dispute import Dispute
from ..domain.evidence import (
    LARGEST,
    MOST_PAGES,
    MOST_TAKEN,
    Evidence,
    EvidenceProblem,
    EvidenceState,
    room_for_more,
)
from ..ports import UploadForm
from .frame import Frame, View, moment

# What a file chooser offers, the first first. A picture in Apple's own form is left out on purpose: then the
# phone hands over a JPEG of it, by itself.
ACCEPTED = "image/jpeg,image/png,image/webp,application/pdf"
MEGABYTES = LARGEST // (1024 * 1024)

PROBLEMS = {
    EvidenceProblem.TOO_LARGE: "evidence.too_large",
    EvidenceProblem.TOO_LONG: "evidence.too_long",
    EvidenceProblem.TOO_MANY: "evidence.full",
    EvidenceProblem.NOT_A_PICTURE_OR_PDF: "evidence.other_kind",
    EvidenceProblem.UNREADABLE: "evidence.unreadable",
    EvidenceProblem.LOCKED: "evidence.locked",
    EvidenceProblem.DANGEROUS: "evidence.dangerous",
}


@dataclass(frozen=True)
class Sending:
    """One form that sends one file straight to where it is kept, and what may be sent."""

    form: UploadForm
    accepted: str = ACCEPTED
    megabytes: int = MEGABYTES
    pages: int = MOST_PAGES


def sending(form: UploadForm | None) -> Sending | None:
    """The form as components/evidence.html draws it; None draws nothing."""
    return Sending(form) if form else None


@dataclass(frozen=True)
class File:
    """One file that was looked at: what it is, when it came, and, where it could not be kept, what to do."""

    what: str
    at: str
    problem: str | None


@dataclass(frozen=True)
class EvidencePage(View):
    """`waiting` says where to look for the file that has just come; `full` that no more can be sent."""

    template: ClassVar[str] = "evidence.html"
    files: tuple[File, ...]
    sending: Sending | None
    waiting: str | None
    just: File | None
    full: bool
    answered_by: str | None
    most: int = MOST_TAKEN
    pages: int = MOST_PAGES


def evidence(
    frame: Frame,
    dispute: Dispute | None,
    held: Iterable[Evidence],
    now: datetime,
    *,
    form: UploadForm | None = None,
    just: str | None = None,
    waiting: str | None = None,
) -> EvidencePage:
    """What was sent about this claim's dispute, newest first, and the form for another file.

    `just` is the id of the Evidence its reader has just sent, `waiting` the query that asks for it again while it
    is still being looked at.
    """
    files = sorted(held, key=lambda one: (one.sent_at, one.id), reverse=True)
    shown = {one.id: _file(frame, one, now) for one in files}
    mine = tuple(one for one in files if dispute and one.dispute == dispute.id)
    return EvidencePage(
        frame,
        files=tuple(file for name, file in shown.items() if name != just),
        sending=sending(form),
        waiting=waiting,
        just=shown.get(just or ""),
        full=dispute is not None and not room_for_more(mine),
        answered_by=frame.locale.weekday_date(dispute.due_at.astimezone(frame.zone).date()) if dispute else None,
    )


def _file(frame: Frame, one: Evidence, now: datetime) -> File:
    if one.state is EvidenceState.REFUSED:
        what = frame.locale.text("evidence.file")
    elif one.pages:
        what = frame.locale.text("evidence.pdf", count=one.pages)
    else:
        what = frame.locale.text("evidence.photo")
    return File(what, moment(frame, one.sent_at, now), PROBLEMS[one.problem] if one.problem else None)


@dataclass(frozen=True)
class EvidenceSent(View):
    template: ClassVar[str] = "states/evidence_sent.html"


def evidence_sent(frame: Frame) -> EvidenceSent:
    """Back from sending a file without a Visit: it has arrived, and nothing else is told."""
    return EvidenceSent(frame)

"""The lists of what waits for a person."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import ClassVar

from ...domain.task import TaskKind
from ...domain.waiting import Waiting
from .frame import DeskFrame, DeskView

KINDS = {
    TaskKind.CALL_BACK: "desk.task.call_back",
    TaskKind.CALL: "desk.task.call",
    TaskKind.DISPUTE: "desk.task.dispute",
    TaskKind.OFFER: "desk.task.offer",
    TaskKind.CARE: "desk.task.care",
    TaskKind.REPRESENTATIVE: "desk.task.representative",
    TaskKind.COMPLAINT: "desk.task.complaint",
    TaskKind.REVIEW: "desk.task.review",
    TaskKind.ERASURE: "desk.task.erasure",
    TaskKind.REPLY: "desk.task.reply",
}


@dataclass(frozen=True)
class Line:
    """One thing that waits: nothing of it is the debtor's own words."""

    kind: str
    creditor: str
    claim: str
    href: str
    due: str
    late: bool


@dataclass(frozen=True)
class Lists(DeskView):
    """What I hold, and what nobody has taken."""

    template: ClassVar[str] = "desk/home.html"
    mine: tuple[Line, ...] = ()
    free: tuple[Line, ...] = ()


def lists(frame: DeskFrame, mine: Iterable[Waiting], free: Iterable[Waiting], names: Mapping[str, str]) -> Lists:
    """`names` are the creditors' own, by their ids."""

    def line(one: Waiting) -> Line:
        return Line(
            frame.locale.text(KINDS[one.kind]),
            names[one.creditor],
            one.claim,
            frame.of(one.creditor, one.debtor),
            frame.moment(one.due_at),
            one.due_at <= frame.now,
        )

    return Lists(frame, tuple(map(line, mine)), tuple(map(line, free)))

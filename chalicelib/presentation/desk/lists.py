"""The lists of what waits for a person: mine, nobody's, my team's, and what a second person decides."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import ClassVar

from ...domain.motion import Motion
from ...domain.waiting import Waiting
from ..i18n import languages, locale
from .frame import DeskFrame, DeskView
from .words import KINDS, MOTIONS


@dataclass(frozen=True)
class Line:
    """One thing that waits: nothing of it is the debtor's own words, nor their name. `note` says where it came
    from, where it was answered elsewhere and is still to be concluded."""

    kind: str
    creditor: str
    claim: str
    href: str
    due: str
    late: bool
    language: str
    who: str
    note: str = ""


@dataclass(frozen=True)
class Lists(DeskView):
    """What waits, the first due first, so that what is overdue stands above all else. `missed`: a number that was
    looked for and is none of theirs; `note` says why nothing was taken."""

    template: ClassVar[str] = "desk/home.html"
    script: ClassVar[str] = "desk.js"
    mine: tuple[Line, ...] = ()
    free: tuple[Line, ...] = ()
    team: tuple[Line, ...] = ()
    second: tuple[Line, ...] = ()
    complaints: tuple[tuple[str, str], ...] = ()
    late: int = 0
    missed: str = ""
    note: str = ""


def lists(
    frame: DeskFrame,
    *,
    mine: Iterable[Waiting],
    free: Iterable[Waiting],
    team: Iterable[Waiting],
    motions: Iterable[Motion],
    creditors: Mapping[str, str],
    names: Mapping[str, str],
    missed: str = "",
    note: str = "",
) -> Lists:
    """`creditors` are the creditors' names, `names` the staff's, by their ids."""

    def line(one: Waiting) -> Line:
        return Line(
            frame.locale.text(KINDS[one.kind]),
            creditors[one.creditor],
            one.claim,
            f"{frame.of(one.creditor, one.debtor)}#{one.task}",
            frame.moment(one.due_at),
            one.due_at <= frame.now,
            locale(one.language).name if one.language in languages() else one.language or "",
            names.get(one.owner, ""),
            frame.locale.text("desk.answered_there") if one.answered_there else "",
        )

    def put_up(one: Motion) -> Line:
        return Line(
            frame.locale.text(MOTIONS[one.kind]),
            creditors[one.creditor],
            one.claim,
            frame.of(one.creditor, one.debtor),
            frame.moment(one.at),
            False,
            "",
            names.get(one.by, one.by),
        )

    held, waiting, others = tuple(map(line, mine)), tuple(map(line, free)), tuple(map(line, team))
    late = sum(one.late for one in (*held, *waiting, *others))
    second = tuple(map(put_up, motions))
    counted = tuple((frame.href("complaints", name), known) for name, known in creditors.items())
    said = frame.locale.text(note) if note else ""
    return Lists(frame, held, waiting, others, second, counted, late, missed, said)

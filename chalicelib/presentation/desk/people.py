"""Who works here, as those see it who keep the staff or lead a team."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import ClassVar

from ...domain.staff import Absence, May, Role, Staff, absences_text, shifts_text
from ...domain.task import TaskKind
from ..frame import Problems
from .frame import ROLES, DeskFrame, DeskView
from .words import KINDS


@dataclass(frozen=True)
class Member:
    """One line of who works here."""

    name: str
    href: str
    roles: str
    creditors: str
    shifts: tuple[str, ...]
    absences: tuple[str, ...]
    gone: str


@dataclass(frozen=True)
class People(DeskView):
    """Everybody whom this person may see. `keeps`: they keep the staff, and do not only say who works when."""

    template: ClassVar[str] = "desk/people.html"
    members: tuple[Member, ...] = ()
    keeps: bool = False
    said: str = ""


def people(frame: DeskFrame, found: Iterable[Staff], *, keeps: bool, said: str = "") -> People:
    place, german = ("staff" if keeps else "team"), frame.locale.language == "de"

    def away(one: Absence) -> str:
        days = dict.fromkeys((one.first, one.last))
        return " \u2013 ".join(map(frame.locale.date, days))

    def member(one: Staff) -> Member:
        shown = [name for name in one.creditors if frame.staff and frame.staff.works_for(name)]
        return Member(
            one.name,
            frame.href(place, one.id),
            frame.locale.listed(frame.locale.text(ROLES[role]) for role in one.roles),
            frame.locale.listed(shown),
            tuple(filter(None, shifts_text(one.shifts, german).split("; "))),
            tuple(map(away, one.absences)),
            frame.moment(one.left_at) if one.left_at else "",
        )

    by_name = sorted(found, key=lambda one: (one.left_at is not None, one.name))
    return People(frame, tuple(map(member, by_name)), keeps, said)


@dataclass(frozen=True)
class EditMember(DeskView):
    """The form about somebody, new or known. `typed` is what stands in the fields, `ticked` what is ticked;
    `drawn` the id that somebody new is given."""

    template: ClassVar[str] = "desk/member.html"
    member: Staff | None
    keeps: bool
    typed: Mapping[str, str]
    ticked: Mapping[str, tuple[str, ...]]
    roles: tuple[tuple[str, str], ...]
    skills: tuple[tuple[str, str], ...]
    creditors: tuple[tuple[str, str], ...]
    problems: Problems = ()
    drawn: str = ""

    @property
    def action(self) -> str:
        place = "staff" if self.keeps else "team"
        return self.frame.href(place, self.member.id if self.member else "new")


def edit_member(
    frame: DeskFrame,
    member: Staff | None,
    creditors: Mapping[str, str],
    *,
    drawn: str = "",
    typed: Mapping[str, str] | None = None,
    ticked: Mapping[str, tuple[str, ...]] | None = None,
    problems: Problems = (),
) -> EditMember:
    """`creditors` are the names of those that may be ticked, by their ids."""
    german, keeps = frame.locale.language == "de", frame.may(May.STAFF) and frame.place == "staff"
    known = member or Staff("", "", "", (), (), languages=("de",))
    stands = {
        "name": known.name,
        "email": known.email,
        "team": known.team,
        "languages": ", ".join(known.languages),
        "shifts": shifts_text(known.shifts, german),
        "absences": absences_text(known.absences),
        "most": str(known.most),
    }
    held = {"roles": known.roles, "creditors": known.creditors, "skills": known.skills}
    return EditMember(
        frame,
        member=member,
        keeps=keeps,
        typed={**stands, **(typed or {})},
        ticked={**{name: tuple(map(str, values)) for name, values in held.items()}, **(ticked or {})},
        roles=tuple((role.value, frame.locale.text(ROLES[role])) for role in Role),
        skills=tuple((kind.value, frame.locale.text(KINDS[kind])) for kind in TaskKind),
        creditors=tuple(sorted(creditors.items(), key=lambda pair: pair[1])),
        problems=problems,
        drawn=drawn,
    )

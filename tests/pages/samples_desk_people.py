"""Samples of who works here, and of who saw and did what."""

from datetime import date, time, timedelta

from chalicelib.domain.audit import Look, noted
from chalicelib.domain.person import Act, ActKind
from chalicelib.domain.staff import Absence, Shift
from chalicelib.presentation.desk.audit import audit
from chalicelib.presentation.desk.people import edit_member, people
from chalicelib.presentation.forms.member import WRONG
from chalicelib.presentation.frame import Problem
from tests.builders import staff

from .samples_desk_frame import NAMES, NOW, frame_of

WEEK = tuple(Shift(day, *span) for day in range(5) for span in ((time(8), time(12)), (time(13), time(17))))
TEAM = (
    staff("agent", shifts=WEEK, absences=(Absence(date(2026, 12, 24), date(2027, 1, 2)),), creditors=tuple(NAMES)),
    staff("lead", "operator", id="s-2", name="Lena Vogt-Hohenlohe", shifts=WEEK),
    staff("agent", id="s-3", name="Tom Okafor", left_at=NOW),
)


def of_people(language):
    keeps, leads = frame_of(language, "operator", place="staff"), frame_of(language, "lead", place="team")
    wrong = tuple(Problem(name, key) for name, key in WRONG.items())
    wrong += (Problem("roles", "desk.member.roles.none"), Problem("", "desk.member.own_powers"))
    wrong += (Problem("", "desk.member.others_too"), Problem("", "desk.member.added_already"))
    return {
        "people": people(keeps, TEAM, keeps=True, said="desk.people.saved"),
        "people_none": people(keeps, (), keeps=True),
        "team": people(leads, TEAM[:2], keeps=False),
        "member_new": edit_member(keeps, None, NAMES, drawn="n" * 22),
        "member": edit_member(keeps, TEAM[0], NAMES),
        "member_wrong": edit_member(keeps, TEAM[0], NAMES, typed={"shifts": "sometimes"}, problems=wrong),
        "member_team": edit_member(leads, TEAM[0], NAMES),
    }


def of_audit(language):
    frame = frame_of(language, "auditor", place="audit")
    looks = [
        Look("nordlicht", "s-1", NOW + timedelta(seconds=n), "matter", f"K-{500 + n}", None) for n in range(4)
    ]
    acts = [Act("nordlicht", "anna", ActKind.RELEASE, "refund-1", NOW)]
    typed = {"creditor": "nordlicht", "since": "2026-11-23", "till": "2026-11-23", "by": "", "debtor": ""}
    names = {one.id: one.name for one in TEAM}
    return {
        "audit": audit(frame, noted(looks, acts), names, NAMES, typed, more="x"),
        "audit_none": audit(frame, (), names, NAMES, typed),
        "audit_wrong": audit(
            frame, (), names, NAMES, typed, problems=(Problem("since", "desk.audit.days.wrong"),)
        ),
    }

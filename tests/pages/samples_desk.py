"""One sample of every page of the desk, in every state somebody may meet it: for tests and for the gallery."""

from dataclasses import replace
from datetime import date, time, timedelta

from chalicelib.domain.audit import Look, noted
from chalicelib.domain.calling import CallEnded, CallNext, CallOutcome, LinkSent
from chalicelib.domain.complaint import Cause, Complaint
from chalicelib.domain.matter import Matter
from chalicelib.domain.motion import Motion, MotionKind
from chalicelib.domain.parties import ChannelKind
from chalicelib.domain.person import Act, ActKind
from chalicelib.domain.staff import Absence, Role, Shift
from chalicelib.domain.task import DaySlot, HelpRequest, Task, TaskKind
from chalicelib.domain.waiting import Waiting
from chalicelib.presentation.call_script import call_script
from chalicelib.presentation.desk import states
from chalicelib.presentation.desk.audit import audit
from chalicelib.presentation.desk.calls import call_page
from chalicelib.presentation.desk.complaints import complaints
from chalicelib.presentation.desk.lists import lists
from chalicelib.presentation.desk.people import edit_member, people
from chalicelib.presentation.desk.public import public
from chalicelib.presentation.forms.member import WRONG
from chalicelib.presentation.frame import Problem
from chalicelib.presentation.i18n import locale
from chalicelib.presentation.public_reply import Told
from tests.builders import claim, creditor, debtor, staff

from .samples_desk_frame import NAMES, NOW, PROOF, ZONE, frame_of  # noqa: F401
from .samples_desk_matter import matter_samples


def waiting(number, kind, *, creditor="nordlicht", hours=4, owner="front_office"):
    due = NOW + timedelta(hours=hours)
    names = (creditor, f"K-{500 + number}", f"R-{1000 + number}", f"t-{number}")
    return Waiting(*names, kind, owner, NOW - timedelta(hours=2), due, "de")


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
    return {
        "people": people(keeps, TEAM, keeps=True, said="desk.people.saved"),
        "people_none": people(keeps, (), keeps=True),
        "team": people(leads, TEAM[:2], keeps=False),
        "member_new": edit_member(keeps, None, NAMES),
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


def calling(language, *, done=None, refused="", tries=0):
    """The page of a call in Arabic, with a link on its way."""
    frame = frame_of(language, "agent")
    request = HelpRequest("Der Zähler stimmt nicht.", DaySlot.AFTERNOON, "ar", "+491713920012")
    due = NOW + timedelta(hours=5)
    task = Task("t-1", "nordlicht", "K-501", "R-1001", TaskKind.CALL_BACK, request, NOW, due, "s-1", tries=tries)
    one, card = claim(), debtor()
    matter = Matter(card, {one.id: one}, tasks={task.id: task})
    script = call_script(creditor(), matter, one, task, ours=frame.locale, zone=ZONE)
    links = (
        LinkSent(ChannelKind.SMS, NOW, NOW, failed=False),
        LinkSent(ChannelKind.EMAIL, NOW, None, failed=False),
    )
    task = replace(task, done_at=NOW) if done else task
    return call_page(frame, card, task, script, links, done=done, refused=refused)


def complained(language, *answered):
    """Complaints of two months; what nobody answered is late."""
    day = timedelta(days=1)
    blank = Complaint("nordlicht", "K-501", "R-1001", "t-0", NOW - 40 * day, NOW - 39 * day)
    told = [
        replace(blank, task=cause, cause=cause, answered_at=blank.due_at, justified=True) for cause in answered
    ]
    held = [*told, replace(blank, task="t-9", at=NOW, due_at=NOW - day)] if answered else []
    return complaints(frame_of(language, "lead"), "nordlicht", NAMES["nordlicht"], held, NOW)


def desk_samples(language):
    """Name -> view, of all pages of the desk in one language."""
    lead = frame_of(language, "lead", place="list")
    free = [waiting(n, kind, hours=n * 9 - 4) for n, kind in enumerate(TaskKind)]
    mine = [waiting(20, TaskKind.DISPUTE, hours=-3), waiting(21, TaskKind.CALL_BACK, creditor="fairkasso")]
    full = lists(
        lead,
        mine=mine,
        free=free,
        team=[waiting(22, TaskKind.REPLY, owner="s-2")],
        motions=[Motion("m-1", "nordlicht", "K-1", "R-1", MotionKind.WRITE_OFF, "s-2", NOW)],
        creditors=NAMES,
        names={"s-2": "Ben Yılmaz"},
    )
    bare = frame_of(language)
    every = frame_of(language, *Role, name="Maximiliane Freifrau von Hohenlohe-Waldenburg-Schillingsfürst")
    return {
        "sign_in": states.SignIn(bare, to="/desk/team"),
        "sign_in_over": states.SignIn(bare, why="desk.sign_in.over"),
        "sign_in_long": states.SignIn(bare, why="desk.sign_in.took_long"),
        "sign_in_refused": states.SignIn(bare, why="desk.sign_in.refused"),
        "signed_out": states.SignedOut(bare, away="https://login.example.de/end?client_id=kulanz"),
        "signed_out_here": states.SignedOut(bare),
        "closed": states.Closed(bare),
        "unknown": states.Unknown(bare, subject="3f" * 20),
        "unproven": states.Unknown(bare, subject="3f" * 20, unproven=True),
        **{name: states.state(every, name) for name in states.STATES},
        "home": full,
        "home_empty": lists(lead, mine=(), free=(), team=(), motions=(), creditors=NAMES, names={}),
        "home_missed": lists(
            frame_of(language, "reader", place="list"),
            mine=(),
            free=(),
            team=(),
            motions=(),
            creditors=NAMES,
            names={},
            missed="R-99",
            note="desk.home.none_next",
        ),
        **matter_samples(language),
        **of_people(language),
        **of_audit(language),
        "call": calling(language),
        "call_again": calling(language, tries=2, refused="desk.call.which"),
        "call_done": calling(
            language, done=CallEnded(CallOutcome.THINKS, CallNext.PLANNED, NOW + timedelta(days=8))
        ),
        "public": public(frame_of(language, "agent"), creditor(), "K-501", locale("ar")),
        "public_told": public(
            frame_of(language, "agent"),
            creditor(),
            "K-501",
            locale(language),
            text="x",
            told=[Told("name", "Marta")],
        ),
        "public_fits": public(frame_of(language, "agent"), creditor(), "K-501", locale(language), text="x"),
        "complaints": complained(language, *Cause),
        "complaints_none": complained(language),
    }

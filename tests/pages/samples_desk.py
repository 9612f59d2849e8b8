"""One sample of every page of the desk, in every state somebody may meet it: for tests and for the gallery."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from chalicelib.domain.calling import CallEnded, CallNext, CallOutcome, LinkSent
from chalicelib.domain.complaint import Cause, Complaint
from chalicelib.domain.matter import Matter
from chalicelib.domain.parties import ChannelKind
from chalicelib.domain.staff import Role
from chalicelib.domain.task import DaySlot, HelpRequest, Task, TaskKind
from chalicelib.domain.waiting import Waiting
from chalicelib.presentation.call_script import call_script
from chalicelib.presentation.desk import states
from chalicelib.presentation.desk.calls import call_page
from chalicelib.presentation.desk.complaints import complaints
from chalicelib.presentation.desk.frame import desk_frame
from chalicelib.presentation.desk.lists import lists
from chalicelib.presentation.desk.public import public
from chalicelib.presentation.i18n import locale
from chalicelib.presentation.public_reply import Told
from tests.builders import claim, creditor, debtor, staff

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
ZONE = ZoneInfo("Europe/Berlin")
PROOF = "p" * 32
NAMES = {"nordlicht": "Nordlicht Energie GmbH", "fairkasso": "Fairkasso GmbH"}


def frame_of(language, *roles, place="", **changes):
    """The surroundings as somebody with these roles has them; without any, nobody has signed in."""
    member = staff(*roles, creditors=("nordlicht", "fairkasso"), **changes) if roles else None
    proof = PROOF if roles else ""
    return desk_frame(locale(language), zone=ZONE, now=NOW, staff=member, proof=proof, place=place)


def waiting(number, kind, *, creditor="nordlicht", hours=4, owner="front_office"):
    due = NOW + timedelta(hours=hours)
    names = (creditor, f"K-{500 + number}", f"R-{1000 + number}", f"t-{number}")
    return Waiting(*names, kind, owner, NOW - timedelta(hours=2), due, "de")


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
    bare = frame_of(language)
    every = frame_of(language, *Role, name="Maximiliane Freifrau von Hohenlohe-Waldenburg-Schillingsfürst")
    return {
        "sign_in": states.SignIn(bare, to="/desk/team"),
        "sign_in_over": states.SignIn(bare, why="desk.sign_in.over"),
        "sign_in_long": states.SignIn(bare, why="desk.sign_in.took_long"),
        "sign_in_refused": states.SignIn(bare, why="desk.sign_in.refused"),
        "signed_out": states.SignedOut(bare),
        "closed": states.Closed(bare),
        "unknown": states.Unknown(bare, subject="3f" * 20),
        "unproven": states.Unknown(bare, subject="3f" * 20, unproven=True),
        **{name: states.state(every, name) for name in states.STATES},
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
        "home": lists(lead, mine, free, NAMES),
        "home_empty": lists(lead, (), (), NAMES),
    }

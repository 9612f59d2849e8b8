"""The pages of calls, complaints and public replies at the desk, as samples."""

from dataclasses import replace
from datetime import timedelta

from chalicelib.domain.calling import CallEnded, CallNext, CallOutcome, LinkSent
from chalicelib.domain.complaint import Cause, Complaint
from chalicelib.domain.matter import Matter
from chalicelib.domain.parties import ChannelKind
from chalicelib.domain.task import DaySlot, HelpRequest, Task, TaskKind
from chalicelib.presentation.call_script import call_script
from chalicelib.presentation.desk.calls import call_page
from chalicelib.presentation.desk.complaints import complaints
from chalicelib.presentation.desk.public import public
from chalicelib.presentation.i18n import locale
from chalicelib.presentation.public_reply import Told
from tests.builders import claim, creditor, debtor

from .samples_desk_frame import NAMES, NOW, ZONE, frame_of


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


def call_samples(language):
    """Name -> view."""
    agent = frame_of(language, "agent")
    then = CallEnded(CallOutcome.THINKS, CallNext.PLANNED, NOW + timedelta(days=8))
    told = [Told("name", "Marta Lindqvist")]
    return {
        "call": calling(language),
        "call_again": calling(language, tries=2, refused="desk.call.which"),
        "call_done": calling(language, done=then),
        "public": public(agent, creditor(), "K-501", locale("ar")),
        "public_told": public(agent, creditor(), "K-501", locale(language), text="x", told=told),
        "public_fits": public(agent, creditor(), "K-501", locale(language), text="x"),
        "complaints": complained(language, *Cause),
        "complaints_none": complained(language),
    }

"""Something is wrong, and talking to a person: what a reader may ask of us, each with a Visit."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from chalice.app import Blueprint, Response

from .. import wiring
from ..domain.claim import Claim, ClaimState
from ..domain.errors import BrokenRule
from ..domain.matter import Matter
from ..domain.pay_link import Scope
from ..domain.task import HelpRequest, Representative, TaskKind
from ..domain.visit import Visit
from ..presentation import views
from .browser import Browser
from .doors import route
from .evidence import upload_form
from .places import BEHIND, behind, matter_of, place

if TYPE_CHECKING:  # what a page needs is opened when it is asked for: a cold start shows one page
    from ..actions.write_change import Ports
    from ..domain.dispute import Dispute, DisputeReason

asking = Blueprint(__name__)


def _ports(browser: Browser) -> Ports:
    return {
        "store": wiring.store(),
        "scheduler": wiring.scheduler(),
        "policies": wiring.policies(),
        "now": browser.now,
    }


@place("wrong", Scope.ARRANGE)
def wrong_page(browser: Browser, matter: Matter, claim: Claim) -> views.View:
    """The reasons, what helps to know of one, or, while a dispute runs, where it stands."""
    from ..domain.dispute import DisputeReason
    from ..presentation.forms import wrong as wrong_form

    running = matter.disputes.get(claim.dispute or "")
    if running:
        may_withdraw = running.reason is not DisputeReason.MINOR
        if browser.about() == "withdraw" and may_withdraw:
            return views.withdraw(browser.frame("wrong"))
        return _disputed(browser, matter, claim, running)
    if claim.state is ClaimState.CLOSED:
        return BEHIND["matter"](browser, matter, claim)
    reason = wrong_form.reason(browser.about())
    return _details(browser, matter, claim, reason) if reason else views.wrong(browser.frame("wrong"))


def _details(
    browser: Browser, matter: Matter, claim: Claim, reason: DisputeReason, problems: views.Problems = ()
) -> views.View:
    from ..actions.open_task import due_time
    from ..presentation.forms import wrong as wrong_form

    return views.wrong_details(
        browser.frame("wrong"),
        matter.debtor,
        claim,
        reason,
        due_time(browser.policy, browser.now),
        browser.now,
        typed=wrong_form.typed(browser.posted) if problems else None,
        problems=problems,
    )


def _disputed(
    browser: Browser, matter: Matter, claim: Claim, running: Dispute, problems: views.Problems = ()
) -> views.View:
    from ..presentation.forms import wrong as wrong_form

    return views.disputed(
        browser.frame("wrong"),
        claim,
        running,
        browser.now,
        form=upload_form(browser, matter, running),
        files=any(one.dispute == running.id for one in matter.evidence.values()),
        asked=matter.asked_back(claim.id),
        typed={"words": wrong_form.typed(browser.posted)["words"]} if problems else None,
        problems=problems,
    )


@route(asking, "/p/{token}/wrong", "GET", "POST")
def wrong(browser: Browser) -> Response:
    """Something is wrong. `step` says what the form does: raise, add or withdraw; without it a page is shown."""
    visit = browser.proven()
    step = (browser.posted.get("step") or [""])[0]
    if visit is None or step not in STEPS:
        return behind(browser, "wrong")
    return STEPS[step](browser, visit)


def _raise(browser: Browser, visit: Visit) -> Response:
    from ..actions.raise_dispute import raise_dispute
    from ..domain.dispute import Objection
    from ..presentation.forms import wrong as wrong_form

    matter, claim = matter_of(browser, visit)
    said = wrong_form.read(
        browser.posted,
        owed=claim.outstanding.total,
        currency=claim.currency,
        language=browser.locale().language,
    )
    if not isinstance(said, Objection):
        reason = wrong_form.reason(browser.about())
        if reason is None:
            return behind(browser, "wrong")
        return browser.show(_details(browser, matter, claim, reason, said))
    try:
        raise_dispute(visit, said, **_ports(browser))
    except BrokenRule as broken:
        if broken.rule != "closed":
            raise
    return _done(browser, "wrong")


def _add(browser: Browser, visit: Visit) -> Response:
    from ..actions.raise_dispute import add_to_dispute
    from ..presentation.forms import wrong as wrong_form

    words = wrong_form.read_more(browser.posted)
    if not isinstance(words, str):
        matter, claim = matter_of(browser, visit)
        running = matter.disputes.get(claim.dispute or "")
        if running is None:
            return behind(browser, "wrong")
        return browser.show(_disputed(browser, matter, claim, running, words))
    add_to_dispute(visit, words, store=wiring.store(), scheduler=wiring.scheduler(), now=browser.now)
    return _done(browser, "wrong")


def _withdraw(browser: Browser, visit: Visit) -> Response:
    from ..actions.raise_dispute import withdraw_dispute

    gone = withdraw_dispute(visit, strategies=wiring.strategies(), **_ports(browser))
    return browser.show(views.withdrawn(browser.frame("wrong"))) if gone else _done(browser, "wrong")


STEPS = {"raise": _raise, "add": _add, "withdraw": _withdraw}


def _done(browser: Browser, name: str) -> Response:
    """On to where it stands now: by an address that may be loaded again, or at once where no cookie is kept."""
    frame = browser.frame(name)
    if browser.has_cookies:
        return browser.go(frame.href(name))
    browser.posted = {key: values for key, values in browser.posted.items() if key not in ("about", "step")}
    return behind(browser, name)


@place("talk", Scope.ARRANGE)
def talk_page(browser: Browser, matter: Matter, claim: Claim) -> views.View:
    from ..actions.change_call import call_of

    mine = call_of(matter, claim)
    if mine and browser.about() == "withdraw":
        return views.withdraw(browser.frame("talk"), mine)
    calls = (task for task in matter.open_tasks(claim.id) if task.kind is TaskKind.CALL_BACK)
    waiting = mine or next(calls, None)
    language = waiting.request.language if waiting and waiting.request else browser.locale().language
    return _talk(browser, matter, language, waiting=waiting, changes=mine is not None)


def _talk(browser: Browser, matter: Matter, language: str, **more: Any) -> views.View:
    """The form, with the parts of days in which somebody who speaks this language can call."""
    from ..actions.offer_calls import offer_calls

    offered = offer_calls(
        matter.debtor.creditor,
        language.partition("-")[0],
        staff=wiring.roster().staff(),
        store=wiring.store(),
        policy=browser.policy,
        now=browser.now,
    )
    today = browser.today
    frame = browser.frame("talk")
    creditor = browser.known_creditor()
    return views.talk(
        frame, matter.debtor, alone=browser.alone, creditor=creditor, offered=offered, today=today, **more
    )


@route(asking, "/p/{token}/talk", "GET", "POST")
def talk(browser: Browser) -> Response:
    """How may we reach you? `step` says that a call is moved, or not needed any more. Without a Visit, the number
    to call."""
    from ..actions.ask_for_help import ask_for_help
    from ..actions.change_call import call_of, move_call
    from ..presentation.forms import talk as talk_form

    visit = browser.proven()
    if visit is None:
        return browser.show(views.talk_by_phone(browser.frame("talk")))
    if browser.method == "GET":
        return behind(browser, "talk")
    step, name = (browser.posted.get("step") or [""])[0], browser.about()
    if step == "withdraw":
        return _no_call(browser, visit, name)
    typed = talk_form.typed(browser.posted)
    matter, claim = matter_of(browser, visit)
    moving = call_of(matter, claim, name) if step == "move" else None
    kept = moving.request if moving and not browser.alone else None
    request = talk_form.read(browser.posted, browser.locale().language, kept)
    more: dict[str, Any] = {"waiting": moving, "changes": True} if moving else {}
    if not isinstance(request, HelpRequest):
        language = typed["language"] or browser.locale().language
        return browser.show(_talk(browser, matter, language, typed=typed, problems=request, **more))
    staff, ports = wiring.roster().staff(), _ports(browser)
    task = (
        move_call(visit, moving.id, request, staff=staff, **ports)
        if moving
        else ask_for_help(visit, request, staff=staff, **ports)
    )
    from ..domain.decision import Refused

    if isinstance(task, Refused) and task.because == "not_found":
        return _done(browser, "talk")
    if isinstance(task, Refused):
        problems = (views.Problem("slot", "problem.slot.full"),)
        typed.pop("slot")
        return browser.show(_talk(browser, matter, request.language, typed=typed, problems=problems, **more))
    number = browser.alone or bool(typed["phone"].strip())
    return browser.show(views.talk_done(browser.frame("talk"), task, number=number))


def _no_call(browser: Browser, visit: Visit, name: str) -> Response:
    """They need the call no more; where none is to come any more, what the page says now."""
    from ..actions.change_call import take_back_call

    gone = take_back_call(visit, name, strategies=wiring.strategies(), **_ports(browser))
    return browser.show(views.call_taken_back(browser.frame("talk"))) if gone else _done(browser, "talk")


@route(asking, "/p/{token}/call", "GET")
def call(browser: Browser) -> Response:
    """The form for a call, for whoever asked for one by a message: the door leads on to it."""
    return behind(browser, "talk")


@place("represent")
def represent_page(browser: Browser, matter: Matter, claim: Claim) -> views.View:
    """For the debtor alone: who was named, or the form to name somebody."""
    from ..actions.name_representative import named_by_debtor

    frame = browser.frame("represent")
    if not browser.alone:
        return views.not_yours(frame)
    named = named_by_debtor(matter, browser.now)
    return views.represented(frame, named) if named else views.represent(frame)


@route(asking, "/p/{token}/represent", "GET", "POST", get=Scope.ALL, post=Scope.ALL)
def represent(browser: Browser) -> Response:
    """Somebody answers for me: who it is, or that it ends."""
    from ..actions.name_representative import name_representative, take_back_representative
    from ..presentation.forms import represent as represent_form

    visit = browser.proven()
    if visit is None or browser.method == "GET":
        return behind(browser, "represent")
    if _ends(browser):
        take_back_representative(visit, strategies=wiring.strategies(), **_ports(browser))
        return browser.show(views.represented_no_more(browser.frame("represent")))
    named = represent_form.read(browser.posted)
    if not isinstance(named, Representative):
        typed = represent_form.typed(browser.posted)
        return browser.show(views.represent(browser.frame("represent"), typed=typed, problems=named))
    name_representative(visit, named, **_ports(browser))
    return _done(browser, "represent")


@place("complain", Scope.ARRANGE)
def complain_page(browser: Browser, matter: Matter, claim: Claim) -> views.View:
    from ..actions.open_task import due_time

    due = due_time(browser.policy, browser.now)
    return views.complain(browser.frame("complain"), browser.known_creditor(), due)


@route(asking, "/p/{token}/complain", "GET", "POST")
def submit_complaint(browser: Browser) -> Response:
    """A complaint, in the reader's own words."""
    from ..actions.ask_for_help import complain
    from ..actions.open_task import due_time
    from ..presentation.forms import complain as complain_form
    from ..presentation.forms import talk as talk_form

    visit = browser.proven()
    if visit is None or browser.method == "GET":
        return behind(browser, "complain")
    words = complain_form.read(browser.posted)
    if not isinstance(words, str):
        typed = {"words": talk_form.typed(browser.posted)["words"]}
        due = due_time(browser.policy, browser.now)
        frame, creditor = browser.frame("complain"), browser.known_creditor()
        return browser.show(views.complain(frame, creditor, due, typed=typed, problems=words))
    task = complain(visit, words, **_ports(browser))
    return browser.show(views.complaint_heard(browser.frame("complain"), task))


@place("care")
def care_page(browser: Browser, matter: Matter, claim: Claim) -> views.View:
    """For the debtor alone: somebody who helps them is not told of it either."""
    from ..actions.ask_for_care import care_task, cared_for
    from ..actions.open_task import due_time

    frame = browser.frame("care")
    if not browser.alone:
        return views.not_yours(frame)
    if cared_for(matter.debtor, browser.now):
        return views.care_given(frame, care_task(matter))
    return views.care(frame, due_time(browser.policy, browser.now))


@route(asking, "/p/{token}/care", "GET", "POST", get=Scope.ALL, post=Scope.ALL)
def care(browser: Browser) -> Response:
    """Particular care: the consent, or that it ends."""
    from ..actions.ask_for_care import ask_for_care, end_care
    from ..actions.open_task import due_time
    from ..presentation.forms import care as care_form

    visit = browser.proven()
    if visit is None or browser.method == "GET":
        return behind(browser, "care")
    if _ends(browser):
        end_care(visit, strategies=wiring.strategies(), **_ports(browser))
        return browser.show(views.care_ended(browser.frame("care")))
    missing = care_form.read(browser.posted)
    if missing:
        due = due_time(browser.policy, browser.now)
        return browser.show(views.care(browser.frame("care"), due, problems=missing))
    ask_for_care(visit, **_ports(browser))
    return _done(browser, "care")


def _ends(browser: Browser) -> bool:
    return (browser.posted.get("step") or [""])[0] == "end"

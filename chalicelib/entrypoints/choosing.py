"""My choices, my addresses, my helpers: the debtor's alone, never a helper's."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from chalice.app import Blueprint, Response

from .. import wiring
from ..domain.claim import Claim
from ..domain.factors import asked
from ..domain.matter import Matter
from ..domain.parties import Debtor, Factor
from ..domain.pay_link import LinkPurpose, Scope
from ..domain.visit import Visit
from ..presentation import views
from ..presentation.frame import Problem
from .browser import Browser
from .doors import route
from .places import behind, door_page, matter_of, place

if TYPE_CHECKING:  # what a page needs is opened when it is asked for: a cold start shows one page
    from ..actions.keep_points import Kept

choosing = Blueprint(__name__)

# By the word of what became of an address (actions/keep_points.py).
NOTES = {
    "code_sent": "points.sent",
    "confirmed": "points.confirmed",
    "let_go": "points.let_go",
    "enough": "points.enough",
    "full": "points.full",
    "blocked": "points.blocked",
    "known": "points.known",
    "stopped": "points.stopped",
    "opened": "points.opened",
}
CODE_MISSING = (Problem("code", "problem.code.empty"),)


def _ports(browser: Browser) -> dict[str, Any]:
    return {"store": wiring.store(), "scheduler": wiring.scheduler(), "now": browser.now}


@place("choices", Scope.ALL)
def _choices(browser: Browser, matter: Matter, claim: Claim) -> views.View:
    return _mine(browser, matter, matter.debtor)


def _mine(browser: Browser, matter: Matter, debtor: Debtor, **done: bool) -> views.View:
    """What they chose, as it is kept of this debtor; `done`: what was just done there."""
    mandates, voice = matter.mandates.values(), _voice(browser, debtor)
    return views.my_choices(browser.frame("choices"), debtor, mandates=mandates, voice=voice, **done)


def _voice(browser: Browser, debtor: Debtor) -> bool:
    """Whether a number of theirs can be called by an automatic voice."""
    from ..domain.voices import number_for

    return number_for(debtor, browser.known_creditor()) is not None


@place("points", Scope.ALL)
def _points(browser: Browser, matter: Matter, claim: Claim) -> views.View:
    return views.points(browser.frame("points"), matter.debtor, wiring.hash_point)


@place("helpers", Scope.ALL)
def _helpers(browser: Browser, matter: Matter, claim: Claim) -> views.View:
    return views.helpers(browser.frame("helpers"), matter.debtor, _start(browser), browser.now)


def _start(browser: Browser) -> str:
    """Where a code is typed, as it is said on the telephone."""
    return browser.known_creditor().public_url.partition("://")[2] + "/start"


@route(choosing, "/p/{token}/choices", "GET", "POST", get=Scope.ALL, post=Scope.ALL)
def choices(browser: Browser) -> Response:
    """How shall we write to you?"""
    from ..actions.choose import choose
    from ..presentation.forms import choices as choices_form

    visit = browser.proven()
    if visit is None or browser.method == "GET":
        return behind(browser, "choices")
    matter, _ = matter_of(browser, visit)
    if "mandate" in browser.posted:
        return _ended(browser, visit)
    chosen = choices_form.read(browser.posted, matter.debtor.choices)
    debtor = choose(
        visit,
        chosen.choices,
        chosen.language,
        policies=wiring.policies(),
        strategies=wiring.strategies(),
        words=browser.words_of("choices.voice"),
        **_ports(browser),
    )
    if chosen.language and chosen.language != matter.debtor.language:
        # What was chosen for letters and links is what they want to read from here on, too.
        browser.speak(chosen.language)
    return browser.show(_mine(browser, matter, debtor, saved=True))


def _ended(browser: Browser, visit: Visit) -> Response:
    """Nothing is drawn on this mandate any more; what was agreed stays."""
    from ..actions.give_mandate import end_mandate

    name = (browser.posted.get("mandate") or [""])[0][:64]
    end_mandate(visit, name, store=wiring.store(), now=browser.now)
    matter, _ = matter_of(browser, visit)
    return browser.show(_mine(browser, matter, matter.debtor, ended=True))


@route(choosing, "/p/{token}/points", "GET", "POST", get=Scope.ALL, post=Scope.ALL)
def points(browser: Browser) -> Response:
    """Where may we write to you? One form writes an address down, one brings its code, one silences or opens."""
    from ..actions.keep_points import Kept

    visit = browser.proven()
    if visit is None:
        return door_page(browser)
    if browser.method == "GET":
        return behind(browser, "points")
    said = _point_changed(browser)
    problems: views.Problems = () if isinstance(said, Kept) else said
    if said is Kept.WRONG_CODE:
        problems = (Problem("code", "problem.code"),)
    note = NOTES.get(said) if isinstance(said, Kept) else None
    matter, _ = matter_of(browser, visit)
    view = views.points(
        browser.frame("points"),
        matter.debtor,
        wiring.hash_point,
        note=note,
        typed=(browser.posted.get("point") or [""])[0] if problems else "",
        problems=problems,
    )
    return browser.show(view)


def _point_changed(browser: Browser) -> Kept | views.Problems:
    from ..actions.keep_points import Kept, add_point, confirm_point, silence_point
    from ..presentation.forms import choices as choices_form

    visit, ports = browser.proven(), _ports(browser) | {"hash_point": wiring.hash_point}
    if visit is None:
        return Kept.KNOWN
    words = browser.words_of("points.consent")
    if "code" in browser.posted:
        code = choices_form.read_code(browser.posted)
        return confirm_point(visit, code, words=words, code_of=wiring.code_of, **ports) if code else CODE_MISSING
    if "about" in browser.posted:
        again = (browser.posted.get("open") or [""])[0] == "yes"
        return silence_point(
            visit, choices_form.read_about(browser.posted), open_again=again, words=words, **ports
        )
    read = choices_form.read_point(browser.posted)
    if isinstance(read[0], Problem):
        return read
    channel, value = read
    return add_point(visit, channel, value, zone=browser.policy.zone, **ports)


@route(choosing, "/p/{token}/helpers", "GET", "POST", get=Scope.ALL, post=Scope.ALL)
def helpers(browser: Browser) -> Response:
    """Who may help you? The code is shown once, on the page that made it."""
    from ..actions.invite_helper import invite_helper, revoke_helper

    visit = browser.proven()
    if visit is None or browser.method == "GET":
        return behind(browser, "helpers")
    code = until = None
    enough = False
    words = browser.words_of("helpers.text")
    scope = (browser.posted.get("scope") or [""])[0]
    if "about" in browser.posted:
        revoke_helper(visit, browser.about(), words=words, **_ports(browser))
    elif scope in (Scope.SEE, Scope.ARRANGE):
        made = invite_helper(
            visit, Scope(scope), words=words, new_reference=wiring.new_reference, **_ports(browser)
        )
        code, until, enough = made.code, made.until, made.code is None
    matter, claim = matter_of(browser, visit)
    view = views.helpers(
        browser.frame("helpers"),
        matter.debtor,
        _start(browser),
        browser.now,
        code=code,
        until=until,
        enough=enough,
        by_code=Factor.CODE in asked(LinkPurpose.HELPER, matter.debtor, claim),
    )
    return browser.show(view)

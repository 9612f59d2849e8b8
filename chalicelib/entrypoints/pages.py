"""The pages of a link: the door, and what lies behind it. GET shows, POST acts; a GET never changes anything."""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING
from urllib.parse import quote_plus

from chalice.app import Blueprint, Response

from .. import wiring
from ..domain.claim import Claim
from ..domain.errors import BrokenRule, Retry, StaleVersion
from ..domain.matter import Matter
from ..domain.parties import Factor
from ..domain.pay_link import PayLink, Scope, link_id
from ..domain.paying import begun, lapsed
from ..domain.visit import Visit
from ..presentation import views
from .browser import SEEN_COOKIE, Browser
from .doors import for_anybody, mapped, route
from .paying import good_until
from .places import (
    BEHIND,
    NEEDED,
    as_shown,
    behind,
    deferral_of,
    door_page,
    matter_of,
    offer_of,
    place,
    plan_of,
    wanted,
)

if TYPE_CHECKING:  # what a page needs is opened when it is asked for: a cold start shows one page
    from ..domain.plan import Plan

pages = Blueprint(__name__)

# What wiring.new_token gives an attempt for its id; nothing else is asked for in the table.
ATTEMPT = re.compile(r"[A-Za-z0-9_-]{22}")


@pages.route("/health", methods=["GET", "HEAD"])
def health() -> Response:
    """Alive: the package is deployed and its modules import."""
    body = "" if pages.current_request.method == "HEAD" else "ok\n"
    return Response(body, headers={"Content-Type": "text/plain; charset=utf-8", "Cache-Control": "no-store"})


@route(pages, "/p/{token}", "GET", "HEAD", "POST", post=Scope.SEE)
@for_anybody
def door(browser: Browser) -> Response:
    """Is it you? With a Visit, the matter itself.

    A link that does not work answers `?new-link` too, on its own address, so that its page is the same for
    every token (P8).
    """
    if "new-link" in browser.query:
        return _new_link(browser)
    if browser.link is None:
        return browser.show(views.expired(browser.bare_frame()))
    if browser.method == "POST":
        return _prove(browser)
    visit = browser.proven()
    if visit is None:
        return door_page(browser)
    matter, claim = matter_of(browser, visit)
    return browser.show(_matter_page(browser, matter, claim))


def _prove(browser: Browser) -> Response:
    from ..actions.prove_factor import Door, prove_factor
    from ..presentation.forms import door as door_form

    link = browser.link
    if link is None:
        raise BrokenRule("not_found")
    if not link.factors:
        return door_page(browser)
    today = browser.today
    answer = door_form.read(browser.posted, link.factors, today)
    if not isinstance(answer, door_form.Answer):
        return door_page(browser, problems=answer, preset=door_form.chosen_factor(browser.posted))
    if answer.factor is Factor.CODE and not answer.value:
        return _send_code(browser, link)
    # Without the key of Visits nobody can be let in, so no try is counted (I14).
    wiring.visit_keys()
    proof = prove_factor(
        link.id,
        answer.factor,
        answer.value,
        store=wiring.store(),
        code_of=wiring.code_of,
        now=browser.now,
    )
    browser.link = proof.link or link
    if proof.door is Door.RESTING:
        return browser.show(views.locked(browser.frame(), browser.link, browser.now))
    if proof.door is Door.WRONG:
        return door_page(browser, failed=True, preset=answer.factor)
    if proof.visit is None or proof.matter is None:
        raise BrokenRule("not_found")
    browser.enter(proof.visit)
    _keep_language(browser, proof.visit, proof.matter)
    to = wanted(browser)
    if browser.has_cookies:
        frame = browser.frame()
        return browser.go(frame.href(to))
    if to and proof.visit.scope.covers(NEEDED[to]):
        return browser.show(BEHIND[to](browser, *matter_of(browser, proof.visit)))
    shown = as_shown(proof.matter, browser.known_creditor(), browser.now)
    return browser.show(_matter_page(browser, shown, shown.claims[proof.visit.claim]))


def _keep_language(browser: Browser, visit: Visit, matter: Matter) -> None:
    """In the language the debtor picked for this page we write to them from now on; a door that is busy opens all
    the same, and keeps it the next time."""
    picked = browser.chosen_language
    if picked in (None, matter.debtor.language) or not visit.scope.covers(Scope.ALL):
        return
    from ..actions.choose import choose

    with suppress(Retry, StaleVersion):
        choose(
            visit,
            matter.debtor.choices,
            picked,
            store=wiring.store(),
            scheduler=wiring.scheduler(),
            policies=wiring.policies(),
            strategies=wiring.strategies(),
            now=browser.now,
        )


def _send_code(browser: Browser, link: PayLink) -> Response:
    """A code to the known contact point; the page says the same whether one left just now or a minute ago."""
    from ..actions.send_code import CodeSent, send_door_code

    sent = send_door_code(
        link,
        store=wiring.store(),
        scheduler=wiring.scheduler(),
        hash_point=wiring.hash_point,
        zone=browser.policy.zone,
        now=browser.now,
    )
    if sent is CodeSent.NO_WAY:
        return browser.show(views.talk_by_phone(browser.frame("talk")))
    browser.link = wiring.store().link(link.id) or link
    note = "points.enough" if sent is CodeSent.ENOUGH else "door.code.sent"
    return door_page(browser, preset=Factor.CODE, note=note)


@place("matter")
def _matter_page(browser: Browser, matter: Matter, claim: Claim) -> views.View:
    """The page of the claim's state just now, all amounts as they are now."""
    creditor = browser.creditor
    if creditor is None:
        raise BrokenRule("not_found")
    frame = browser.frame("matter")
    plan, deferral = plan_of(matter, claim), deferral_of(matter, claim)
    agreed = None
    if plan or deferral:
        drawn = plan is not None and _is_drawn(matter, claim, plan)
        agreed = views.standing(frame, claim, plan, deferral, browser.now, drawn=drawn)
    return views.of_claim(
        frame,
        creditor,
        matter.debtor,
        claim,
        claim.recent,
        browser.now,
        good_until=good_until(browser, claim),
        agreed=agreed,
        begun=begun(matter, claim, browser.now),
        lapsed=lapsed(matter, claim),
        others=views.others_of(frame, matter, claim, browser.now),
        answer_due=matter.answer_due(claim.id),
        asked=matter.asked_back(claim.id),
        offered=offer_of(browser, matter, claim) is not None,
        call=matter.call_asked(claim.id),
    )


def _is_drawn(matter: Matter, claim: Claim, plan: Plan) -> bool:
    """Whether the plan's next part comes from the debtor's account without their doing."""
    mandate = matter.mandate_for(plan.id)
    if mandate is None or mandate.saved is None:
        return False
    from ..domain.drawing import drawn_no_more
    from ..domain.plan import open_instalment

    part = open_instalment(plan, claim)
    return part is not None and not drawn_no_more(matter, plan, part[0].number)


@place("receipt")
def _receipt_page(browser: Browser, matter: Matter, claim: Claim) -> views.View:
    if browser.creditor is None:
        raise BrokenRule("not_found")
    entries = wiring.store().ledger(claim.creditor, claim.id)
    frame = browser.frame("receipt")
    return views.receipt(frame, browser.creditor, matter.debtor, claim, entries, browser.now)


# Beside the matter, on no proof: a reader without cookies comes to them by the same form and keeps their Visit.
# Each with the name of its view, whose file is opened when it is shown.
BESIDE = {"not-me": "not_me", "stop": "stop", "new-link": "new_link", "accessibility": "accessibility"}


@route(pages, "/p/{token}/show", "POST", post=Scope.SEE)
def show(browser: Browser) -> Response:
    """The way on of a reader without cookies: the page they name, with the Visit their form carries."""
    named = (browser.posted.get("page") or ["matter"])[0]
    if named in BESIDE:
        browser.proven()
        view: Callable[[views.Frame], views.View] = getattr(views, BESIDE[named])
        return browser.show(view(browser.frame(named, proof=True)))
    return behind(browser, named if named in BEHIND else "matter")


@route(pages, "/p/{token}/accessibility", "GET")
def accessibility(browser: Browser) -> Response:
    browser.proven()
    return browser.show(views.accessibility(browser.frame("accessibility")))


@route(pages, "/p/{token}/receipt", "GET")
def receipt(browser: Browser) -> Response:
    return behind(browser, "receipt")


@route(pages, "/p/{token}/not-me", "GET", "POST")
@for_anybody
def not_me(browser: Browser) -> Response:
    """That is not me: two steps, no factor, reveals nothing, only silences (P18).

    Pressed twice, the second press finds the link gone and says the same.
    """
    from ..actions.fall_silent import report_wrong_person

    if browser.link is None:
        view = views.not_me_done if _confirmed(browser) else views.expired
        return browser.show(view(browser.bare_frame()))
    if not _confirmed(browser):
        return browser.show(views.not_me(browser.frame("not-me", proof=True)))
    report_wrong_person(
        browser.link,
        store=wiring.store(),
        scheduler=wiring.scheduler(),
        hash_point=wiring.hash_point,
        now=browser.now,
    )
    return browser.show(views.not_me_done(browser.frame("not-me")))


@route(pages, "/p/{token}/stop", "GET", "POST")
def stop(browser: Browser) -> Response:
    """No more messages to this address: two steps, no factor; one, where a mail program asks for its reader.

    A mail's header names this address, and one POST to it silences the address the mail went to (RFC 8058).
    Whoever else sends that word has the link, and can do no more with it than the page's own button does (P5).
    """
    from ..actions.fall_silent import stop_contact

    if not _confirmed(browser) and not _one_click(browser):
        return browser.show(views.stop(browser.frame("stop", proof=True)))
    if browser.link:
        stop_contact(
            browser.link,
            store=wiring.store(),
            scheduler=wiring.scheduler(),
            hash_point=wiring.hash_point,
            words=browser.words_of("stop.text"),
            now=browser.now,
        )
    return browser.show(views.stop_done(browser.frame("stop")))


def _one_click(browser: Browser) -> bool:
    return browser.method == "POST" and browser.posted.get("List-Unsubscribe") == ["One-Click"]


def _confirmed(browser: Browser) -> bool:
    """The second step was taken on a page of ours."""
    proof = (browser.posted.get("proof") or [""])[0]
    return browser.method == "POST" and browser.proof_fits(proof)


@route(pages, "/p/{token}/new-link", "GET", "POST")
def new_link(browser: Browser) -> Response:
    return _new_link(browser)


def _new_link(browser: Browser) -> Response:
    """A fresh link, only to the address we know; the answer is the same whoever asks (P7, P9)."""
    from ..actions.renew_link import renew_link

    frame = browser.frame("new-link") if browser.link else browser.bare_frame("new-link")
    if browser.method != "POST":
        return browser.show(views.new_link(frame))
    held = browser.link or wiring.store().link(link_id(browser.token))
    zone = browser.policy.zone
    renew_link(held, store=wiring.store(), scheduler=wiring.scheduler(), zone=zone, now=browser.now)
    return browser.show(views.link_sent(frame))


@pages.route("/r/{attempt}", methods=["GET", "HEAD"])
def back_from_paying(attempt: str) -> Response:
    """Where the provider sends the reader after paying or turning back. It books nothing and tells nothing.

    Whoever has our cookies is led on to their matter; anybody else reads calm words without a personal datum.
    """
    return mapped(Browser.of(pages.current_request, ""), lambda browser: _way_back(browser, attempt))


def _way_back(browser: Browser, attempt: str) -> Response:
    token = browser.cookies.get(SEEN_COOKIE, "")
    owner = wiring.store().attempt_owner(attempt) if ATTEMPT.fullmatch(attempt) else None
    link = wiring.store().link(link_id(token)) if owner and token else None
    if owner and link and (link.creditor, link.debtor) == (owner.creditor, owner.debtor):
        # Where a way to pay was given, nothing was paid: back to what was agreed.
        done = "/thanks" if owner.amount else "/agreed"
        place = ("" if owner.amount else "/plan") if "left" in browser.query else done
        about = "" if link.claim in owner.covers else f"?claim={quote_plus(owner.claim)}"
        return browser.go(f"/p/{token}{place}{about}")
    if owner:
        browser.creditor = wiring.store().creditor(owner.creditor)
    return browser.show(views.returning(browser.bare_frame(), left="left" in browser.query))

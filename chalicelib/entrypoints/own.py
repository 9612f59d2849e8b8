"""What belongs to the debtor: the timeline and its reasons, papers, origin, their data, and leaving."""

from __future__ import annotations

import json
from datetime import date

from chalice.app import Blueprint, Response

from .. import wiring
from ..domain.claim import Claim, ClaimState
from ..domain.contact import Reply
from ..domain.matter import Matter
from ..domain.pay_link import Scope
from ..domain.task import Task, TaskKind
from ..presentation import views
from .browser import Browser
from .doors import route
from .places import behind, door_page, matter_of, place

own = Blueprint(__name__)

MOST_ANSWERED = 12


@place("history")
def _history(browser: Browser, matter: Matter, claim: Claim) -> views.View:
    entries = wiring.store().ledger(claim.creditor, claim.id)
    replies = _replies(matter, claim) if browser.alone else ()
    frame = browser.frame("history")
    return views.history(frame, matter, claim, entries, browser.now, replies=replies, alone=browser.alone)


def _replies(matter: Matter, claim: Claim) -> tuple[Reply, ...]:
    """What its debtor wrote back, with the last messages that were answered: one read each."""
    answered = [c for c in matter.contacts.values() if c.claim == claim.id and c.replied_at]
    last = sorted(answered, key=lambda contact: (contact.due_at, contact.id))[-MOST_ANSWERED:]
    return tuple(reply for contact in last for reply in wiring.store().replies(claim.creditor, contact.id))


@place("why")
def _why(browser: Browser, matter: Matter, claim: Claim) -> views.View:
    """One message and its reasons; an id that is none of this claim's leads back to the timeline."""
    contact = matter.contacts.get(browser.about())
    if contact is None or claim.id not in (contact.claim, *(other.claim for other in matter.moved_onto(contact))):
        return _history(browser, matter, claim)
    message = wiring.store().message(claim.creditor, contact.id)
    return views.why(browser.frame("why"), matter, claim, contact, message, alone=browser.alone)


@place("papers")
def _papers(browser: Browser, matter: Matter, claim: Claim) -> views.View:
    return views.papers(browser.frame("papers"), browser.known_creditor(), matter, claim)


@place("origin")
def _origin(browser: Browser, matter: Matter, claim: Claim) -> views.View:
    return views.origin(browser.frame("origin"), browser.known_creditor(), matter, claim)


@place("data", Scope.ALL)
def _data(browser: Browser, matter: Matter, claim: Claim) -> views.View:
    frame = browser.frame("data")
    return views.own_data(frame, matter, kept_until=_kept_until(browser, matter), asked=_erasure(matter))


@place("forget", Scope.ALL)
def _forget(browser: Browser, matter: Matter, claim: Claim) -> views.View:
    still_open = any(one.state is not ClaimState.CLOSED for one in matter.claims.values())
    return views.forget(browser.frame("forget"), still_open, kept_until=_kept_until(browser, matter))


def _kept_until(browser: Browser, matter: Matter) -> date | None:
    from ..actions.forget_person import kept_until

    return kept_until(matter, browser.policy, browser.now)


def _erasure(matter: Matter) -> Task | None:
    asked = (t for t in matter.tasks.values() if t.kind is TaskKind.ERASURE and t.done_at is None)
    return next(asked, None)


@route(own, "/p/{token}/history", "GET")
def history(browser: Browser) -> Response:
    return behind(browser, "history")


@route(own, "/p/{token}/why", "GET")
def why(browser: Browser) -> Response:
    return behind(browser, "why")


@route(own, "/p/{token}/papers", "GET")
def papers(browser: Browser) -> Response:
    return behind(browser, "papers")


@route(own, "/p/{token}/review", "POST")
def review(browser: Browser) -> Response:
    """A person looks at what was decided by itself (GDPR Art. 22(3))."""
    from ..actions.ask_for_review import ask_for_review

    visit = browser.proven()
    if visit is None:
        return door_page(browser)
    task = ask_for_review(
        visit,
        browser.about(),
        store=wiring.store(),
        scheduler=wiring.scheduler(),
        policies=wiring.policies(),
        now=browser.now,
    )
    return browser.show(views.noted(browser.frame("history"), task))


@route(own, "/p/{token}/origin", "GET", "POST")
def origin(browser: Browser) -> Response:
    """Where the claim comes from: on the page at once, and by mail in Textform when asked (RDG §13a(2))."""
    from ..actions.tell_origin import tell_origin

    visit = browser.proven()
    if visit is None or browser.method == "GET":
        return behind(browser, "origin")
    tell_origin(visit, store=wiring.store(), scheduler=wiring.scheduler(), now=browser.now)
    matter, claim = matter_of(browser, visit)
    view = views.origin(browser.frame("origin"), browser.known_creditor(), matter, claim, sent=True)
    return browser.show(view)


@route(own, "/p/{token}/data", "GET", get=Scope.ALL)
def data(browser: Browser) -> Response:
    return behind(browser, "data")


@route(own, "/p/{token}/export", "POST", post=Scope.ALL)
def export(browser: Browser) -> Response:
    """Everything we hold of this debtor at this creditor, as one file (GDPR Arts. 15, 20)."""
    from ..actions.gather_data import gather_data

    visit = browser.proven()
    if visit is None:
        return door_page(browser)
    found = gather_data(visit, store=wiring.store())
    body = json.dumps(found, ensure_ascii=False, indent=1, default=str)
    return browser.file(body, "application/json", "my-data.json")


@route(own, "/p/{token}/forget", "GET", "POST", get=Scope.ALL, post=Scope.ALL)
def forget(browser: Browser) -> Response:
    from ..actions.forget_person import ask_to_forget

    visit = browser.proven()
    if visit is None or browser.method == "GET":
        return behind(browser, "forget")
    task = ask_to_forget(
        visit,
        store=wiring.store(),
        scheduler=wiring.scheduler(),
        policies=wiring.policies(),
        now=browser.now,
    )
    return browser.show(views.noted(browser.frame("data"), task))


@route(own, "/p/{token}/close", "POST", post=Scope.SEE)
def close(browser: Browser) -> Response:
    """End the Visit: whoever opens the link next is asked who they are, also by going back.

    The browser is asked to let go of pages it kept; a page it shows from memory all the same can do nothing.
    """
    from ..actions.leave import leave

    if browser.proven() and browser.link:
        leave(browser.link, store=wiring.store(), now=browser.now)
    browser.leave()
    closed = browser.show(views.visit_closed(browser.frame()))
    closed.headers["Clear-Site-Data"] = '"cache"'
    return closed

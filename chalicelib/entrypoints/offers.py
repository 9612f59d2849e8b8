"""An offer to pay later or in instalments, its notice kept before it is answered (P14).

The documents function answers here, for it alone can print that notice; so these two routes stand in a
blueprint of their own. The pages they show are those of arrangements.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from chalice.app import Blueprint, Response

from .. import wiring
from ..domain.errors import BrokenRule
from ..domain.visit import Visit
from .arrangements import elsewhere, later_view, offer_view, planning, running, usual_wish
from .browser import Browser
from .doors import route
from .places import BEHIND, door_page, matter_of

if TYPE_CHECKING:  # what a page needs is opened when it is asked for: a cold start shows one page
    from ..actions.make_offer import Terms

offers = Blueprint(__name__)


@route(offers, "/p/{token}/later", "POST")
def submit_later(browser: Browser) -> Response:
    """The offer to pay later, its notice kept; or why not that day."""
    from ..presentation.forms import later as later_form

    visit = browser.proven()
    if visit is None:
        return door_page(browser)
    matter, claim = matter_of(browser, visit)
    day = later_form.read(browser.posted, browser.today)
    if not isinstance(day, date):
        return browser.show(later_view(browser, matter, claim, problems=day))
    return _offered(browser, visit, day)


@route(offers, "/p/{token}/plan", "POST")
def submit_plan(browser: Browser) -> Response:
    """The offer of a plan, or of a change to the one that runs, its notice kept; or why not so."""
    from ..domain.terms import Change, Wish
    from ..presentation.forms import plan as plan_form

    visit = browser.proven()
    if visit is None:
        return door_page(browser)
    matter, claim = matter_of(browser, visit)
    if "change" in browser.posted:
        change = plan_form.read_change(browser.posted, claim.currency, browser.today)
        if not isinstance(change, Change):
            return browser.show(running(browser, matter, claim, problems=change))
        return _offered(browser, visit, change)
    if elsewhere(browser, matter, claim):
        return browser.show(BEHIND["matter"](browser, matter, claim))
    wish = plan_form.read(browser.posted, claim.currency, browser.today, usual_wish(browser, claim))
    if not isinstance(wish, Wish):
        return browser.show(planning(browser, matter, claim, browser.posted))
    return _offered(browser, visit, wish)


def _offered(browser: Browser, visit: Visit, terms: Terms) -> Response:
    from ..actions.make_offer import OfferMade, make_offer
    from ..domain.terms import Change, Wish

    try:
        made = make_offer(
            visit,
            terms,
            store=wiring.store(),
            printer=wiring.printer(),
            archive=wiring.archive(),
            scheduler=wiring.scheduler(),
            policies=wiring.policies(),
            strategies=wiring.strategies(),
            language=browser.locale().language,
            now=browser.now,
        )
    except BrokenRule as broken:
        if broken.rule != "closed":
            raise
        return browser.show(BEHIND["matter"](browser, *matter_of(browser, visit)))
    if isinstance(made, OfferMade):
        # Whoever reads the notice goes back to the offer: a browser asks before it sends a form a second time.
        if browser.has_cookies:
            return browser.go(browser.frame("offer").href("offer", about=made.offer.id))
        return browser.show(offer_view(browser, made.matter, made.offer))
    matter, claim = matter_of(browser, visit)
    if isinstance(terms, Wish):
        return browser.show(planning(browser, matter, claim, browser.posted, refused=made))
    if isinstance(terms, Change):
        return browser.show(running(browser, matter, claim, refused=made))
    return browser.show(later_view(browser, matter, claim, refused=made))

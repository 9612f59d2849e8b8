"""What lies behind the door: each place and the view it is drawn by, for links and for forms.

A page registers itself with @place; importing its blueprint in app.py is all it takes.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING

from chalice.app import Response

from .. import wiring
from ..domain.accrual import matter_on
from ..domain.claim import Claim
from ..domain.deferral import Deferral
from ..domain.errors import BrokenRule
from ..domain.matter import Matter
from ..domain.parties import Creditor, Factor
from ..domain.pay_link import AFTER_CLOSING, Scope
from ..domain.paying import open_claims
from ..domain.plan import Plan
from ..domain.visit import Visit
from ..presentation import views
from .browser import Browser

if TYPE_CHECKING:  # what a page needs is opened when it is asked for: a cold start shows one page
    from ..domain.offer import Offer
    from ..domain.strategies._base import Strategy

Draw = Callable[[Browser, Matter, Claim], views.View]

# Filled by @place where the pages are; a place without a draw of its own cannot be shown.
BEHIND: dict[str, Draw] = {}
NEEDED: dict[str, Scope] = {}


def place(name: str, needed: Scope = Scope.SEE) -> Callable[[Draw], Draw]:
    """This function draws the place of that name, for whoever has a Visit that reaches as far as `needed`.

    The scope belongs to the place, not to the address: a form may ask for any place by name (/show).
    """

    def register(draw: Draw) -> Draw:
        if name in BEHIND:
            raise ValueError(f"two pages for {name}")
        BEHIND[name], NEEDED[name] = draw, needed
        return draw

    return register


def matter_of(browser: Browser, visit: Visit) -> tuple[Matter, Claim]:
    """The matter of a Visit with what is owed today; three months after closing even the receipt is not shown.

    Where somebody has several open claims, the pages of one then say which it is.

    What has grown is worked out for the page and not written: whoever acts reads the matter anew.
    """
    now, creditor = browser.now, wiring.store().creditor(visit.creditor)
    matter = wiring.store().matter(visit.creditor, visit.debtor)
    claim = matter.claims.get(visit.claim) if matter else None
    if (
        creditor is None
        or matter is None
        or claim is None
        or matter.debtor.erased_at
        or (claim.closed_at and claim.closed_at + AFTER_CLOSING <= now)
    ):
        raise BrokenRule("not_found")
    shown = as_shown(matter, creditor, now)
    browser.one_of = claim if browser.alone and len(open_claims(shown)) > 1 else None
    return shown, shown.claims[claim.id]


def as_shown(matter: Matter, creditor: Creditor, now: datetime) -> Matter:
    """The matter with what is owed of each claim on this day."""
    meter = wiring.policies()[creditor.country].meter_for(matter.debtor)
    return matter_on(matter, meter.day(now), meter)


def plan_of(matter: Matter, claim: Claim) -> Plan | None:
    """The plan this claim is being paid by."""
    held = matter.running(claim.plan)
    return held if isinstance(held, Plan) else None


def deferral_of(matter: Matter, claim: Claim) -> Deferral | None:
    """The later day that is agreed for this claim."""
    held = matter.running(claim.deferral)
    return held if isinstance(held, Deferral) else None


def offer_of(browser: Browser, matter: Matter, claim: Claim) -> Offer | None:
    """The offer about this claim that waits for its reader's yes and still holds."""
    if not any(offer.claim == claim.id and offer.is_open for offer in matter.offers.values()):
        return None
    from ..domain.terms import waiting_offer

    return waiting_offer(matter, claim, strategy_for(browser).deferral, browser.today, browser.now)


def strategy_for(browser: Browser) -> Strategy:
    """How far the creditor goes along by itself."""
    from ..domain.strategies._base import strategy_of

    return strategy_of(browser.known_creditor(), wiring.strategies())


def behind(browser: Browser, name: str) -> Response:
    """A page behind the door; without a Visit, the door."""
    visit = browser.proven()
    if visit is None:
        return door_page(browser, to=name)
    visit.require(NEEDED[name])
    return browser.show(BEHIND[name](browser, *matter_of(browser, visit)))


def door_page(
    browser: Browser,
    *,
    preset: Factor | None = None,
    failed: bool = False,
    problems: views.Problems = (),
    note: str | None = None,
    to: str = "",
) -> Response:
    """The door of this link; `note` is the key of a sentence about a code, `to` the page that was asked for."""
    link = browser.link
    if link is None:
        raise BrokenRule("not_found")
    if not link.factors:
        # A corrected row left us nothing to ask for: a person opens this door.
        return browser.show(views.talk_by_phone(browser.frame("talk")))
    frame = browser.frame()
    if link.rests_at(browser.now):
        return browser.show(views.locked(frame, link, browser.now))
    status = 422 if problems or failed else None
    from ..presentation.forms import door as door_form

    typed = door_form.typed(browser.posted)
    view = views.door(
        frame,
        link,
        preset=preset,
        failed=failed,
        problems=problems,
        typed=typed,
        code_sent=link.code_until is not None and browser.now < link.code_until,
        note=note,
        to=to or wanted(browser),
    )
    return browser.show(view, marker=True, status=status)


def wanted(browser: Browser) -> str:
    """The page the reader had asked for when the door stood in between; empty for the matter itself."""
    name = (browser.posted.get("to") or [""])[0]
    return name if name in BEHIND else ""

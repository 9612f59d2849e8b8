"""Paying later and in instalments: what a reader can manage, the offer as it stands, agreeing to it, and what
then runs. The two routes that make an offer are those of offers.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from chalice.app import Blueprint, Response

from .. import wiring
from ..domain.claim import Claim, ClaimState
from ..domain.contact import ContactState
from ..domain.errors import BrokenRule
from ..domain.matter import Matter
from ..domain.pay_link import Scope
from ..domain.paying import with_the_bank
from ..presentation import calendar, views
from .browser import Browser
from .doors import route
from .pages import pages as pages  # the matter's own page, wherever these routes are answered
from .places import BEHIND, behind, deferral_of, door_page, matter_of, offer_of, place, plan_of, strategy_for

if TYPE_CHECKING:  # what a page needs is opened when it is asked for: a cold start shows one page
    from ..domain.offer import Offer
    from ..domain.plan import Plan
    from ..domain.terms import NotPossible, Wish

arrangements = Blueprint(__name__)

# A mail in one of these states is not on its way to anybody.
NOT_COMING = frozenset({ContactState.FAILED, ContactState.CANCELLED, ContactState.SANDBOXED, ContactState.LOST})


def elsewhere(browser: Browser, matter: Matter, claim: Claim) -> bool:
    """Nothing is to be arranged: it is paid, or a payment is the bank's to finish."""
    nothing_owed = claim.state is ClaimState.CLOSED or claim.outstanding.total == 0
    return nothing_owed or with_the_bank(matter, claim, browser.now)


# ---- what a reader can manage


@route(arrangements, "/p/{token}/later", "GET")
def later(browser: Browser) -> Response:
    return behind(browser, "later")


@place("later", Scope.ARRANGE)
def later_page(browser: Browser, matter: Matter, claim: Claim) -> views.View:
    """Until when? Or, once that is agreed, until when it is."""
    if elsewhere(browser, matter, claim):
        return BEHIND["matter"](browser, matter, claim)
    if plan_of(matter, claim) or deferral_of(matter, claim):
        return agreed_page(browser, matter, claim)
    return later_view(browser, matter, claim)


def later_view(
    browser: Browser,
    matter: Matter,
    claim: Claim,
    *,
    refused: NotPossible | None = None,
    problems: views.Problems = (),
    changed: str = "",
) -> views.View:
    from ..domain.terms import deferral_dates, judge_deferral
    from ..presentation.forms import later as later_form

    bounds, today = strategy_for(browser).deferral, browser.today
    days, latest = deferral_dates(today, bounds), today + timedelta(days=bounds.longest_days)
    used_up = judge_deferral(latest, claim, matter.deferrals.values(), bounds, today)
    return views.later(
        browser.frame("later"),
        claim,
        days,
        latest,
        browser.now,
        refused=refused or used_up,
        typed=later_form.typed(browser.posted),
        problems=problems,
        changed=changed,
    )


@route(arrangements, "/p/{token}/plan", "GET")
def plan(browser: Browser) -> Response:
    return behind(browser, "plan")


@place("plan", Scope.ARRANGE)
def plan_page(browser: Browser, matter: Matter, claim: Claim) -> views.View:
    """What can you manage? Asked again with every figure in the address; or the plan that runs."""
    if elsewhere(browser, matter, claim):
        return BEHIND["matter"](browser, matter, claim)
    if plan_of(matter, claim):
        return running(browser, matter, claim)
    asked: Mapping[str, Sequence[str]] = browser.posted
    if browser.method != "POST":
        asked = {name: [text] for name, text in browser.query.items()}
    named = "amount" in asked or "pick" in asked
    return planning(browser, matter, claim, asked, wish=None if named else told_wish(browser, claim))


def told_wish(browser: Browser, claim: Claim) -> Wish | None:
    """The usual wish with what the debtor wrote they can pay a month; None where they wrote nothing of the kind,
    or more than is owed."""
    from ..domain.conversation import told
    from ..presentation.forms import plan as plan_form

    held = wiring.store().conversation(claim.creditor, claim.debtor)
    monthly = plan_form.sum_in(told(held, claim.id, "monthly", browser.now), claim.currency)
    if not monthly or monthly >= claim.outstanding.total:
        return None
    return replace(usual_wish(browser, claim), amount=monthly)


def usual_wish(browser: Browser, claim: Claim) -> Wish:
    from ..domain.terms import suggested

    return suggested(claim.outstanding.total, strategy_for(browser).plan, browser.today)


def planning(
    browser: Browser,
    matter: Matter,
    claim: Claim,
    asked: Mapping[str, Sequence[str]],
    *,
    wish: Wish | None = None,
    refused: NotPossible | None = None,
    problems: views.Problems = (),
    budget: Mapping[str, str] | None = None,
    found: int | None = None,
    changed: str = "",
) -> views.View:
    """The page with the wish asked for, or the usual one; what could not be read stands there as it was typed."""
    from ..actions.open_task import due_time
    from ..domain.budget import budget_known
    from ..domain.drawing import may_be_drawn
    from ..domain.terms import Wish
    from ..presentation.forms import plan as plan_form

    usual, today = usual_wish(browser, claim), browser.today
    read = wish or plan_form.read(asked, claim.currency, today, usual)
    unread = () if isinstance(read, Wish) else read
    own_dates = isinstance(read, Wish) and replace(read, amount=usual.amount) != usual
    return views.plan(
        browser.frame("plan"),
        claim,
        read if isinstance(read, Wish) else usual,
        strategy_for(browser).plan,
        browser.now,
        answer_by=due_time(browser.policy, browser.now),
        refused=refused,
        dates_open=own_dates,
        typed=plan_form.typed(asked) if unread else None,
        problems=problems or unread,
        budget=budget,
        budget_known=budget_known(today),
        found=found,
        changed=changed,
        debit=may_be_drawn(browser.known_creditor(), matter.debtor, claim.currency),
    )


@route(arrangements, "/p/{token}/budget", "POST")
def budget(browser: Browser) -> Response:
    """What a month's figures leave: worked out, shown and forgotten, and never in an address."""
    from ..domain.budget import affordable, budget_known
    from ..domain.terms import judge_deferral
    from ..presentation.forms import budget as budget_form

    visit = browser.proven()
    if visit is None:
        return door_page(browser)
    matter, claim = matter_of(browser, visit)
    today = browser.today
    if elsewhere(browser, matter, claim) or plan_of(matter, claim) or not budget_known(today):
        return browser.show(plan_page(browser, matter, claim))
    read = budget_form.read(browser.posted, claim.currency)
    if isinstance(read, tuple):
        typed = budget_form.typed(browser.posted)
        return browser.show(planning(browser, matter, claim, {}, problems=read, budget=typed))
    proposal = min(affordable(read, today).proposal, claim.outstanding.total)
    if proposal:
        wish = replace(usual_wish(browser, claim), amount=proposal)
        return browser.show(planning(browser, matter, claim, {}, wish=wish, found=proposal))
    bounds = strategy_for(browser).deferral
    latest = today + timedelta(days=bounds.longest_days)
    held = deferral_of(matter, claim) or judge_deferral(latest, claim, matter.deferrals.values(), bounds, today)
    return browser.show(views.nothing_left(browser.frame("plan"), None if held else latest))


@route(arrangements, "/p/{token}/own-offer", "POST")
def own_offer(browser: Browser) -> Response:
    """An offer beyond the creditor's bounds goes to a person; until the answer nobody writes."""
    from ..actions.ask_for_plan import send_offer_to_a_person
    from ..domain.terms import Wish
    from ..presentation.forms import plan as plan_form

    visit = browser.proven()
    if visit is None:
        return door_page(browser)
    matter, claim = matter_of(browser, visit)
    if elsewhere(browser, matter, claim):
        return browser.show(BEHIND["matter"](browser, matter, claim))
    wish = plan_form.read(browser.posted, claim.currency, browser.today, usual_wish(browser, claim))
    if not isinstance(wish, Wish):
        return browser.show(planning(browser, matter, claim, browser.posted))
    task = send_offer_to_a_person(
        visit,
        wish,
        "",
        store=wiring.store(),
        scheduler=wiring.scheduler(),
        policies=wiring.policies(),
        now=browser.now,
    )
    return browser.show(views.offer_sent(browser.frame("plan"), claim, wish, task.due_at, browser.now))


# ---- the offer


def offer_view(browser: Browser, matter: Matter, offer: Offer, *, missing: bool = False) -> views.View:
    """The offer's page, which says where its notice went."""
    mail = matter.contacts.get(offer.contact or "")
    point = None
    if mail and mail.state not in NOT_COMING:
        point = matter.debtor.point(mail.channel, answering=True)
    return views.offer(
        replace(browser.frame("offer"), about=offer.id),
        browser.known_creditor(),
        matter.claims[offer.claim],
        offer,
        browser.now,
        mailed_to=point.value if point else None,
        given=matter.notice_given(offer),
        missing=missing,
        plan=matter.plans.get(offer.plan or ""),
    )


@route(arrangements, "/p/{token}/offer", "GET")
def offer(browser: Browser) -> Response:
    return behind(browser, "offer")


@place("offer", Scope.ARRANGE)
def offer_page(browser: Browser, matter: Matter, claim: Claim) -> views.View:
    """The offer the address names, or the one that waits, until it is answered; then what is agreed, or the
    matter itself."""
    from ..domain.terms import stale

    about = browser.about()
    named = matter.offers.get(about) if about else offer_of(browser, matter, claim)
    if named is None or named.claim != claim.id or not named.is_open:
        return agreed_page(browser, matter, claim)
    if elsewhere(browser, matter, claim):
        return BEHIND["matter"](browser, matter, claim)
    if because := stale(matter, named, strategy_for(browser).deferral, browser.today, browser.now):
        return _again(browser, matter, claim, named, because)
    too_soon = "missing" in browser.query and not matter.notice_given(named)
    return offer_view(browser, matter, named, missing=too_soon)


# ---- agreeing, and what runs then


@route(arrangements, "/p/{token}/agree", "POST")
def submit_agreement(browser: Browser) -> Response:
    """Agreed; or not yet, while the notice is missing (P14); or asked again, where the offer is stale (P10)."""
    from ..actions.agree import Agreed, AskAgain, NoticeMissing, agree

    visit = browser.proven()
    if visit is None:
        return door_page(browser)
    named = (browser.posted.get("offer") or [""])[0][:64]
    try:
        answer = agree(
            visit,
            named,
            store=wiring.store(),
            scheduler=wiring.scheduler(),
            policies=wiring.policies(),
            strategies=wiring.strategies(),
            now=browser.now,
        )
    except BrokenRule as broken:
        if broken.rule != "closed":
            raise
        return browser.show(BEHIND["matter"](browser, *matter_of(browser, visit)))
    matter, claim = matter_of(browser, visit)
    match answer:
        case Agreed() if browser.has_cookies:
            return browser.go(browser.frame("agreed").href("agreed"))
        case Agreed():
            return browser.show(agreed_page(browser, matter, claim))
        case NoticeMissing(offer) if browser.has_cookies:
            return browser.go(browser.frame("offer").href("offer", about=offer.id, missing="1"))
        case NoticeMissing(offer):
            return browser.show(offer_view(browser, matter, offer, missing=True))
        case AskAgain(offer, because):
            return browser.show(_again(browser, matter, claim, offer, because), status=409)


def _again(browser: Browser, matter: Matter, claim: Claim, offer: Offer, because: str) -> views.View:
    """The page the offer came from, with what is so now."""
    from ..domain.offer import OfferKind
    from ..domain.terms import Wish

    changed = "amount" if because == "amount_changed" else "offer"
    if elsewhere(browser, matter, claim):
        return BEHIND["matter"](browser, matter, claim)
    if plan_of(matter, claim):
        return running(browser, matter, claim, changed=changed)
    if offer.kind is OfferKind.DEFERRAL:
        return later_view(browser, matter, claim, changed=changed)
    wish = usual_wish(browser, claim)
    if offer.kind is OfferKind.PLAN:
        first = offer.instalments[0]
        wish = Wish(first.amount, max(first.due, browser.today), offer.day, offer.method)
    return planning(browser, matter, claim, {}, wish=wish, changed=changed)


@route(arrangements, "/p/{token}/agreed", "GET")
def agreed(browser: Browser) -> Response:
    return behind(browser, "agreed")


@place("agreed")
def agreed_page(browser: Browser, matter: Matter, claim: Claim) -> views.View:
    """What is agreed just now; where nothing is, the matter itself."""
    held_plan, deferral = plan_of(matter, claim), deferral_of(matter, claim)
    if held_plan:
        creditor = browser.known_creditor()
        drawn = _drawn(matter, claim, held_plan)
        return views.plan_agreed(browser.frame("agreed"), creditor, claim, held_plan, browser.now, **drawn)
    if deferral:
        return views.deferred(browser.frame("agreed"), claim, deferral)
    return BEHIND["matter"](browser, matter, claim)


def running(
    browser: Browser,
    matter: Matter,
    claim: Claim,
    *,
    refused: NotPossible | None = None,
    problems: views.Problems = (),
    changed: str = "",
) -> views.View:
    """The plan that runs, with its three changes; where none runs, the matter itself."""
    from ..presentation.forms import plan as plan_form

    held = plan_of(matter, claim)
    if held is None:
        return BEHIND["matter"](browser, matter, claim)
    return views.running(
        browser.frame("plan"),
        browser.known_creditor(),
        claim,
        held,
        browser.now,
        typed=plan_form.typed(browser.posted),
        problems=problems,
        refused=refused,
        changed=changed,
        **_drawn(matter, claim, held),
    )


def _drawn(matter: Matter, claim: Claim, held: Plan) -> dict[str, Any]:
    """What the page must know where the parts are drawn."""
    from ..domain.drawing import drawn_again_at, drawn_no_more
    from ..domain.plan import open_instalment

    part = open_instalment(held, claim)
    number = part[0].number if part else 0
    return {
        "mandate": matter.mandate_for(held.id),
        "provider": wiring.provider_name(),
        "again": drawn_again_at(matter, held, number),
        "no_more": drawn_no_more(matter, held, number),
    }


@route(arrangements, "/p/{token}/calendar", "GET", "POST", post=Scope.SEE)
def calendar_file(browser: Browser) -> Response:
    """The agreed days as a file for a calendar that others may see; without an agreement, the matter."""
    visit = browser.proven()
    if visit is None:
        return door_page(browser)
    matter, claim = matter_of(browser, visit)
    held_plan, deferral = plan_of(matter, claim), deferral_of(matter, claim)
    if held_plan is None and deferral is None:
        return browser.show(BEHIND["matter"](browser, matter, claim))
    days = calendar.days_of(held_plan, deferral, claim)
    edition = held_plan.changes if held_plan else 0
    body = calendar.ics(days, who=browser.known_creditor().sender_sms, made_at=browser.now, edition=edition)
    return browser.file(body, "text/calendar", "calendar.ics")

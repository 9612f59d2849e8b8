"""Pay: start, or go on with, the one open attempt, and send the reader to the provider's hosted page.

The route stands in the API; a function of its own answers it, because only that function may hold the
provider's key.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from chalice.app import Blueprint, Chalice, Response

from .. import wiring
from ..domain.errors import BrokenRule
from ..presentation import views
from .browser import Browser
from .doors import route
from .paying import amount_of, over_view, pay_all_view, pay_view, small_view
from .places import matter_of

if TYPE_CHECKING:  # what a page needs is opened when it is asked for: a cold start shows one page
    pass

checkouts = Blueprint(__name__)


@route(checkouts, "/p/{token}/pay", "POST")
def submit_payment(browser: Browser) -> Response:
    """Off to the hosted page; asked again when the amount changed since the page was drawn (P10), and shown the
    bounds where the chosen amount lies outside of them (P11); what is too small for the provider, by transfer."""
    from ..actions.start_payment import AskAgain, GoTo, NotThatMuch, OnlyByTransfer, UnderWay, start_payment
    from ..presentation.forms import pay as pay_form

    visit = browser.proven()
    if visit is None or browser.creditor is None:
        return browser.go(f"/p/{browser.token}")
    matter, claim = matter_of(browser, visit)
    asked = pay_form.read(browser.posted, claim.currency)
    if not isinstance(asked, pay_form.Asked):
        return browser.show(pay_view(browser, matter, claim, problems=asked))
    # Without the creditor's key nothing is begun, so nothing is written either (I14).
    wiring.provider_secret(visit.creditor, "api_key")
    try:
        answer = start_payment(
            visit,
            -1 if asked.owed is None else asked.owed,
            amount=amount_of(browser, matter, claim, asked),
            together=asked.together,
            store=wiring.store(),
            gateway=wiring.gateway(),
            policies=wiring.policies(),
            strategies=wiring.strategies(),
            new_id=wiring.new_token,
            locale=browser.locale().language,
            now=browser.now,
        )
    except BrokenRule as broken:
        if broken.rule != "closed":
            raise
        return browser.show(over_view(browser, *matter_of(browser, visit)))
    match answer:
        case GoTo(url):
            return browser.go(url)
        case AskAgain(matter):
            draw = pay_all_view if asked.together else pay_view
            return browser.show(draw(browser, matter, matter.claims[claim.id], asked_again=True), status=409)
        case NotThatMuch(matter, least, _):
            claim = matter.claims[claim.id]
            problems = views.out_of_bounds(browser.locale(), claim, least)
            return browser.show(pay_view(browser, matter, claim, problems=problems))
        case OnlyByTransfer(matter, amount):
            return browser.show(small_view(browser, matter, matter.claims[claim.id], amount))
        case UnderWay():
            return browser.show(views.on_its_way(browser.frame("thanks")))


@route(checkouts, "/p/{token}/mandate", "POST")
def submit_mandate(browser: Browser) -> Response:
    """Off to the hosted page on which the debtor lets the parts of their plan be drawn; back to what is agreed
    where that was done already."""
    from ..actions.give_mandate import GiveOn, give_mandate

    visit = browser.proven()
    if visit is None or browser.creditor is None:
        return browser.go(f"/p/{browser.token}")
    wiring.provider_secret(visit.creditor, "api_key")
    try:
        answer = give_mandate(
            visit,
            store=wiring.store(),
            gateway=wiring.mandates(),
            new_id=wiring.new_token,
            locale=browser.locale().language,
            now=browser.now,
        )
    except BrokenRule as broken:
        if broken.rule != "not_found":
            raise
        return browser.go(browser.frame("plan").href("plan"))
    return browser.go(answer.url if isinstance(answer, GiveOn) else browser.frame("agreed").href("agreed"))


@cache
def _alone() -> Chalice:
    """These routes by themselves, for the function that answers only them."""
    app = Chalice(app_name="kulanz-checkout", configure_logs=False)
    app.register_blueprint(checkouts)
    return app


@checkouts.lambda_function(name="checkout")
def checkout(event: dict[str, Any], context: Any) -> Any:
    """Answer POST /p/{token}/pay and /mandate, given the API's own event."""
    return _alone()(event, context)

"""Pay: start, or go on with, the one open attempt, and send the reader to the provider's hosted page.

The route stands in the API; a function of its own answers it, because only that function may hold the
provider's key.
"""

from functools import cache
from typing import Any

from chalice.app import Blueprint, Chalice, Response

from .. import wiring
from ..actions.start_payment import AskAgain, GoTo, UnderWay, start_payment
from ..domain.errors import BrokenRule
from ..presentation import views
from ..presentation.forms import pay as pay_form
from .browser import Browser
from .doors import route

checkouts = Blueprint(__name__)


@route(checkouts, "/p/{token}/pay", "POST")
def submit_payment(browser: Browser) -> Response:
    """Off to the hosted page; asked again when the amount changed since the page was drawn (P10)."""
    visit = browser.proven()
    if visit is None or browser.creditor is None:
        return browser.go(f"/p/{browser.token}")
    asked = pay_form.read(browser.posted)
    shown = asked.amount if isinstance(asked, pay_form.Asked) else -1
    # Without the creditor's key nothing is begun, so nothing is written either (I14).
    wiring.provider_secret(visit.creditor, "api_key")
    try:
        answer = start_payment(
            visit,
            shown,
            store=wiring.store(),
            gateway=wiring.gateway(),
            new_id=wiring.new_token,
            locale=browser.locale().language,
            now=browser.now,
        )
    except BrokenRule as broken:
        if broken.rule != "closed":
            raise
        return _over(browser)
    match answer:
        case GoTo(url):
            return browser.go(url)
        case AskAgain(matter):
            view = views.pay(
                browser.frame("pay"),
                browser.creditor,
                matter.claims[visit.claim],
                provider_name=wiring.provider_name(),
                asked_again=True,
            )
            return browser.show(view, status=409)
        case UnderWay():
            return browser.show(views.on_its_way(browser.frame("thanks")))


def _over(browser: Browser) -> Response:
    """Nothing is owed any more: the page that says so (P3)."""
    visit = browser.visit
    matter = wiring.store().matter(visit.creditor, visit.debtor) if visit else None
    if visit is None or matter is None or browser.creditor is None:
        raise BrokenRule("not_found")
    claim = matter.claims[visit.claim]
    return browser.show(views.closed(browser.frame("receipt"), browser.creditor, claim, claim.recent))


@cache
def _alone() -> Chalice:
    """This route by itself, for the function that answers only it."""
    app = Chalice(app_name="kulanz-checkout", configure_logs=False)
    app.register_blueprint(checkouts)
    return app


@checkouts.lambda_function(name="checkout")
def checkout(event: dict[str, Any], context: Any) -> Any:
    """Answer POST /p/{token}/pay, given the API's own event."""
    return _alone()(event, context)

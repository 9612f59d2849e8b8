"""/start: for readers of letters and for the wary, by the reference the letter prints; and for helpers."""

from chalice.app import Blueprint, Response

from .. import wiring
from ..domain.pay_link import link_id
from ..domain.reference import typed as reference_in
from ..presentation import views
from ..presentation.frame import Problem
from .browser import FORM, Browser
from .doors import ODD, mapped

starting = Blueprint(__name__)


@starting.route("/start", methods=["GET", "HEAD"])
def start() -> Response:
    browser = Browser.of(starting.current_request, "")
    written = browser.query.get("reference", "")[:40]
    return mapped(browser, lambda browser: browser.show(views.start(browser.bare_frame("start"), typed=written)))


@starting.route("/start", methods=["POST"], content_types=[FORM, *ODD], name="start_post")
def started() -> Response:
    """On to the door of that reference. It proves nothing yet and changes nothing."""
    return mapped(Browser.of(starting.current_request, ""), _onward)


def _onward(browser: Browser) -> Response:
    if browser.too_large:
        return browser.show(views.too_large(browser.bare_frame()))
    if browser.foreign():
        return browser.show(views.cross_site(browser.bare_frame()))
    typed = (browser.posted.get("reference") or [""])[0][:40]
    reference = reference_in(typed)
    link = wiring.store().link(link_id(reference)) if reference else None
    if reference and link and link.state == "active" and not link.expired_at(browser.now):
        language = browser.chosen_language
        return browser.go(f"/p/{reference}" + (f"?lang={language}" if language else ""))
    key = "problem.reference.unknown" if typed.strip() else "problem.reference.empty"
    view = views.start(browser.bare_frame("start"), typed=typed, problems=(Problem("reference", key),))
    return browser.show(view)

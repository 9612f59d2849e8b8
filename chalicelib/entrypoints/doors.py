"""How a route of a link is guarded, and the one mapping from what went wrong to the page that says so."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from chalice.app import Blueprint, Response

from .. import wiring
from ..domain.errors import BrokenRule, Retry, StaleVersion
from ..domain.pay_link import Scope
from ..presentation import views
from ..settings import MissingSetting
from .browser import FORM, Browser
from .logs import alarm, logger, story

Handler = Callable[[Browser], Response]
# What no form of ours sends, but a tool might: it is read as an empty form, and answered by a page.
ODD = ("multipart/form-data", "application/json", "text/plain")


def route(
    blueprint: Blueprint, path: str, *methods: str, get: Scope = Scope.SEE, post: Scope = Scope.ARRANGE
) -> Callable[[Handler], Handler]:
    """Register a page under a path that holds a token; `methods` as HTTP knows them.

    A Visit whose scope does not cover `get` or `post` is told that this belongs to the debtor alone. Every POST
    is refused when it comes from another site (P12) or is too large. What the page raises becomes the page of
    that state; nothing else of it reaches the reader.
    """

    def register(handler: Handler) -> Handler:
        @wraps(handler)
        def answer(token: str) -> Response:
            browser = Browser.of(blueprint.current_request, token)
            return guarded(browser, handler, post if browser.method == "POST" else get)

        shown = [method for method in methods if method != "POST"]
        if shown:
            blueprint.route(path, methods=shown, name=handler.__name__)(answer)
        if "POST" in methods:
            blueprint.route(path, methods=["POST"], content_types=[FORM, *ODD], name=f"{handler.__name__}_post")(
                answer
            )
        return handler

    return register


def guarded(browser: Browser, handler: Handler, needed: Scope = Scope.SEE) -> Response:
    def act(browser: Browser) -> Response:
        link = browser.look_up()
        if browser.method == "POST":
            if browser.too_large:
                return browser.show(views.too_large(browser.bare_frame()))
            if browser.foreign():
                return browser.show(views.cross_site(browser.bare_frame()))
        if link is None and not getattr(handler, "serves_anybody", False):
            return browser.show(views.expired(browser.bare_frame()))
        if visit := browser.proven():
            visit.require(needed)
        return handler(browser)

    return mapped(browser, act)


def mapped(browser: Browser, act: Handler) -> Response:
    """What `act` answers; what it raises becomes the page of that state, and the log gets no word of it."""
    try:
        return act(browser)
    except BrokenRule as broken:
        logger.info("broken rule", extra={"rule": broken.rule, "link": browser.link_name()})
        if broken.rule == "not_yours":
            return browser.show(views.not_yours(browser.frame("matter")))
        return browser.show(views.expired(browser.bare_frame()))
    except (Retry, StaleVersion) as passing:
        logger.warning("trouble", extra={"why": str(passing), "link": browser.link_name()})
        return browser.show(views.trouble(browser.bare_frame()))
    except (wiring.MissingSecret, MissingSetting) as missing:
        alarm("secret_missing", secret=str(missing))
        return browser.show(views.trouble(browser.bare_frame()))
    except Exception as unforeseen:  # noqa: BLE001 - the reader gets a page, the log the whole story
        logger.error("unforeseen", extra={"link": browser.link_name(), **story(unforeseen)})
        return browser.show(views.trouble(browser.bare_frame()))


def for_anybody(handler: Handler) -> Handler:
    """This page is drawn whether or not the link works."""
    marked: Any = handler
    marked.serves_anybody = True
    return handler

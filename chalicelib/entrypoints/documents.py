"""Documents: a reader fetches one as a PDF; what was agreed gets its own as soon as the fact comes by.

A function of its own with a layer of its own answers here, since only it can print: its own routes, those of
offers, which must be kept before they answer, and the queue of agreements.
"""

from __future__ import annotations

import json
from functools import cache
from typing import TYPE_CHECKING, Any

from chalice.app import Blueprint, Chalice, Response

from .. import wiring
from ..domain.errors import BrokenRule
from ..domain.pay_link import Scope
from . import pages as _pages  # noqa: F401 - it draws the matter's place
from .browser import Browser
from .doors import route
from .events import each, message_id
from .evidence import take_upload
from .logs import logger
from .offers import offers
from .places import BEHIND, matter_of

if TYPE_CHECKING:  # what a page needs is opened when it is asked for: a cold start shows one page
    pass

papers = Blueprint(__name__)

# There is nothing of this kind to print as the claim stands: the matter's page says how it stands.
NOT_NOW = ("no_document", "notice_incomplete")


@route(papers, "/p/{token}/document", "POST", post=Scope.SEE)
def fetch(browser: Browser) -> Response:
    """To the PDF itself, by an address that holds for two minutes; without a Visit, the door.

    A helper who may only look takes papers too: it puts no notice into the debtor's hands (P14).
    """
    from ..actions.make_document import Wanted, fetch_document
    from ..presentation.forms import document as document_form

    visit = browser.proven()
    if visit is None:
        return browser.go(f"/p/{browser.token}")
    matter, claim = matter_of(browser, visit)
    asked = document_form.read(browser.posted)
    wanted = Wanted(asked.kind, asked.about, asked.document, asked.claim)
    language = browser.locale(matter.debtor.language).language
    room = wiring.print_room()
    try:
        document = fetch_document(visit, wanted, language=language, room=room, now=browser.now)
    except BrokenRule as broken:
        if broken.rule not in NOT_NOW:
            raise
        return browser.show(BEHIND["matter"](browser, matter, claim))
    logger.info("document", extra={"document": document.id, "kind": document.kind.value})
    return browser.go(wiring.archive().address(document, wiring.file_name(document)))


def told(event: dict[str, Any]) -> dict[str, Any]:
    """Print what was agreed, once for each fact that says so; take the files the bucket says have come."""
    from ..actions.make_document import make_agreement
    from ..actions.print_payout import print_payout

    def act(record: dict[str, Any]) -> None:
        notice = json.loads(record["body"])
        detail = notice["detail"]
        if "object" in detail:
            take_upload(notice, wiring.clock())
            return
        if "payout" in detail:
            made_payout = print_payout(
                detail["creditor"],
                detail["payout"],
                store=wiring.store(),
                outgoing=wiring.outgoing(),
                press=wiring.payout_press(),
            )
            logger.info("payout", extra={"payout": made_payout.id if made_payout else "-"})
            return
        about = detail.get("plan") or detail.get("deferral") or ""
        made = make_agreement(
            detail["creditor"], detail["claim"], about, room=wiring.print_room(), now=wiring.clock()
        )
        logger.info("agreement", extra={"about": about, "document": made.id if made else "-"})

    return each(event, "documents", message_id, act)


@cache
def _alone() -> Chalice:
    """The routes that this function answers, by themselves."""
    app = Chalice(app_name="kulanz-documents", configure_logs=False)
    app.register_blueprint(papers)
    app.register_blueprint(offers)
    return app


@papers.lambda_function(name="documents")
def documents(event: dict[str, Any], context: Any) -> Any:
    """Answer one of its routes, given the API's own event; or do what the queue tells of."""
    return told(event) if "Records" in event else _alone()(event, context)

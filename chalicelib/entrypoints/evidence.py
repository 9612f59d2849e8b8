"""Photos and papers about a dispute: their page, and the function that takes them. The files pass us by: the
reader's browser sends them straight to the bucket, and the bucket sends the reader back here."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from chalice.app import Blueprint, Response

from .. import wiring
from ..domain.claim import Claim
from ..domain.matter import Matter
from ..domain.pay_link import Scope
from ..presentation import views
from .browser import Browser
from .doors import route
from .logs import logger
from .places import behind, place

if TYPE_CHECKING:  # what a page needs is opened when it is asked for: a cold start shows one page
    from ..domain.dispute import Dispute

evidence_pages = Blueprint(__name__)


@route(evidence_pages, "/p/{token}/evidence", "GET", "HEAD")
def evidence(browser: Browser) -> Response:
    """What became of the files; to a reader without a Visit who comes from sending one, only that it arrived."""
    if browser.proven() is None and _sent(browser):
        return browser.show(views.evidence_sent(browser.frame("evidence")))
    return behind(browser, "evidence")


@place("evidence")
def evidence_page(browser: Browser, matter: Matter, claim: Claim) -> views.View:
    """The files of this claim, and the form for another while its dispute is open."""
    from ..domain.evidence import evidence_id

    dispute = matter.disputes.get(claim.dispute or "")
    sent = _sent(browser)
    just = evidence_id(*sent) if sent and sent[0].startswith(f"uploads/{claim.creditor}/") else None
    on_its_way = just is not None and just not in matter.evidence
    return views.evidence(
        browser.frame("evidence"),
        dispute,
        (held for held in matter.evidence.values() if held.claim == claim.id),
        browser.now,
        form=upload_form(browser, matter, dispute) if dispute else None,
        just=just,
        waiting=_again(browser, key=sent[0], etag=sent[1]) if sent and on_its_way else None,
    )


def upload_form(browser: Browser, matter: Matter, dispute: Dispute) -> Any:
    """The form for one file of this dispute, each time another; None where none may be sent.

    Drawing it changes nothing: it is signed here, and the bucket learns of it when it is posted.
    """
    from ..domain.dispute import DisputeState
    from ..domain.evidence import room_for_more

    creditor, visit = browser.creditor, browser.visit
    known = (held for held in matter.evidence.values() if held.dispute == dispute.id)
    may = visit is not None and visit.scope is not Scope.SEE and dispute.state is DisputeState.OPEN
    if creditor is None or not may or not room_for_more(known):
        return None
    back = f"{creditor.public_url}/p/{browser.token}/evidence{_again(browser)}"
    return wiring.evidence().form(dispute, wiring.new_token(), back=back)


def _sent(browser: Browser) -> tuple[str, str] | None:
    """The file the bucket says has just arrived: its name there, and the name of its bytes."""
    key, etag = browser.query.get("key", ""), browser.query.get("etag", "")
    return (key, etag) if key and etag else None


def _again(browser: Browser, **more: str) -> str:
    """What stands behind the page's address, so that its reader finds the same claim in the same language."""
    at_hand = {"claim": browser.other_claim, "lang": browser.chosen_language}
    query = urlencode({**{name: value for name, value in at_hand.items() if value}, **more})
    return f"?{query}" if query else ""


def take_upload(notice: dict[str, Any], now: datetime) -> None:
    """Woken by the bucket, in the documents function: clean what arrived and keep what is left of it.

    `notice` is what EventBridge says of an object. Raises Retry where it should be told again.
    """
    from ..actions.clean_upload import clean_upload

    found = wiring.upload_in(notice)
    if found is None:
        logger.info("upload", extra={"said": "ignored"})
        return
    upload, sent_at = found
    taken = clean_upload(
        upload,
        sent_at=sent_at,
        store=wiring.store(),
        evidence=wiring.evidence(),
        clean=wiring.cleaner(),
        now=now,
    )
    said = {"evidence": taken.id, "dispute": taken.dispute, "state": taken.state.value} if taken else {}
    logger.info("upload", extra={"upload": upload.key, **said})

"""What providers tell us by HTTP: proven by signature, handed on, answered at once. Nothing is decided here.

The payment provider's notices are kept once in the table; those of a channel's provider, and
those of a creditor's contact centre, go part by part to the topic that carries the outcomes of the others.
"""

import re
from functools import cache
from typing import Any

from chalice.app import Blueprint, Chalice, Response

from .. import wiring
from ..domain.errors import Permanent, Retry
from ..domain.parties import Creditor
from ..settings import MissingSetting
from .logs import alarm, logger, story

hooks = Blueprint(__name__)

LARGEST = 256 * 1024
LONGEST_WORD = 200
JSON = "application/json"
# The ids a creditor's file may have; anything else in this place is a stranger's word: not looked up, not logged.
CREDITOR = re.compile(r"[a-z][a-z0-9-]{1,39}")


def _answer(status: int, said: str, **ids: object) -> Response:
    logger.info("webhook", extra={"status": status, "said": said, **ids})
    return Response(
        {"said": said}, status_code=status, headers={"Content-Type": JSON, "Cache-Control": "no-store"}
    )


@hooks.route("/webhooks/{creditor}/{provider}", methods=["POST"], content_types=[JSON])
def webhook(creditor: str, provider: str) -> Response:
    """Keep a notice whose signature is proven; 2xx only after it lies in the table.

    A bad signature is 400 and writes nothing (W6); what is none of our business is 200 and forgotten (W11,
    W12); when we cannot say, 503, so that the provider sends it again.
    """
    request = hooks.current_request
    raw = request.raw_body
    body = raw if isinstance(raw, bytes) else raw.encode()
    if len(body) > LARGEST:
        return _answer(413, "too large")
    now = wiring.clock()
    try:
        known = wiring.store().creditor(creditor) if CREDITOR.fullmatch(creditor) else None
        if known is not None and (channel := _channel(known, provider)):
            for notice in channel.notices(creditor, body, request.headers):
                wiring.outcomes_topic().publish(notice)
            return _answer(200, "handed on", creditor=creditor)
        if known is not None and known.centre and known.centre.key == provider:
            for notice in wiring.contact_centres()[provider].notices(creditor, body, request.headers, now):
                wiring.outcomes_topic().publish(notice)
            return _answer(200, "handed on", creditor=creditor)
        if known is None or known.provider != provider:
            return _answer(404, "no such creditor")
        signature = request.headers.get(wiring.signature_header(), "")
        event = wiring.verified(creditor, body, signature, now)
        if event.live is not known.live or not wiring.concerns_us(event):
            return _answer(200, "ignored", creditor=creditor, event=event.id)
        new = wiring.store().store_event(creditor, provider, event, now)
    except (wiring.MissingSecret, MissingSetting):
        alarm("secret_missing", creditor=creditor)
        return _answer(503, "not ready", creditor=creditor)
    except Permanent:
        return _answer(400, "bad signature", creditor=creditor)
    except Retry:
        return _answer(503, "try again", creditor=creditor)
    except Exception as unforeseen:  # noqa: BLE001 - the provider tells it again; the framework would log its words
        logger.error("unforeseen", extra={"creditor": creditor, **story(unforeseen)})
        return _answer(503, "try again", creditor=creditor)
    return _answer(200, "kept" if new else "known", creditor=creditor, event=event.id)


@hooks.route("/webhooks/{creditor}/{provider}", methods=["GET"])
def handshake(creditor: str, provider: str) -> Response:
    """A channel's provider asks, once, whether we know what was agreed; the answer is its own word back."""
    try:
        known = wiring.store().creditor(creditor) if CREDITOR.fullmatch(creditor) else None
        channel = _channel(known, provider) if known else None
        if channel is None:
            return _answer(404, "no such creditor")
        word = channel.handshake(creditor, hooks.current_request.query_params or {})
    except (wiring.MissingSecret, MissingSetting):
        alarm("secret_missing", creditor=creditor)
        return _answer(503, "not ready", creditor=creditor)
    except Retry:
        return _answer(503, "try again", creditor=creditor)
    if word is None:
        return _answer(403, "a stranger", creditor=creditor)
    logger.info("webhook", extra={"status": 200, "said": "handshake", "creditor": creditor})
    headers: dict[str, Any] = {"Content-Type": "text/plain; charset=utf-8", "Cache-Control": "no-store"}
    return Response(word[:LONGEST_WORD], status_code=200, headers=headers)


def _channel(creditor: Creditor, key: str) -> Any:
    """The channel of this name, where the creditor has set it up; else None."""
    named = any(settings.terms.key == key for settings in creditor.channels)
    return wiring.channels().get(key) if named else None


@cache
def _alone() -> Chalice:
    app = Chalice(app_name="kulanz-webhooks", configure_logs=False)
    app.register_blueprint(hooks)
    return app


@hooks.lambda_function(name="webhooks")
def webhooks(event: dict[str, Any], context: Any) -> Any:
    """Answer GET and POST /webhooks/{creditor}/{provider}, given the API's own event."""
    return _alone()(event, context)

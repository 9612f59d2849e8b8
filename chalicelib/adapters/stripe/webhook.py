"""Is this notice really Stripe's? The only door by which a provider's word comes in unasked.

Source: https://docs.stripe.com/webhooks#verify-manually. The signature is judged by Stripe's own library; the
age is judged here, because that library looks only backwards and would accept a notice dated a year ahead.
"""

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from chalicelib.adapters.notice_age import NEWEST, OLDEST, age, is_of_now
from chalicelib.domain.errors import Permanent
from chalicelib.domain.payments import ProviderEvent


class BadSignature(Permanent):
    """Nobody we know vouches for this notice, at this time, in these very bytes."""


class NotAnEvent(BadSignature):
    """The signature holds, but the body is no event we could read."""


def verify(payload: bytes, signature_header: str, secrets: Sequence[str], now: datetime) -> ProviderEvent:
    """The event, if one of `secrets` signed exactly these bytes within 300 s of `now`; else BadSignature.

    Any of the secrets will do, so that a secret can be rotated while notices are on their way. With no
    secret at all nothing is accepted. `now` is our own clock, timezone-aware; fractions of a second are cut.
    """
    try:
        body = payload.decode("utf-8")
    except UnicodeDecodeError as error:
        raise BadSignature("the body is not UTF-8") from error
    if not any(_signed_by(secret, body, signature_header) for secret in secrets):
        raise BadSignature("no valid secret signed this body")
    stamp = _timestamp(signature_header)
    if not is_of_now(stamp, now):
        raise BadSignature(f"signed {age(stamp, now)} s ago, allowed are {-NEWEST} to {OLDEST}")
    return _event(body)


def _signed_by(secret: str, body: str, header: str) -> bool:
    from stripe import SignatureVerificationError, WebhookSignature

    if not header.isascii():  # the library's constant-time comparison raises TypeError on anything else
        return False
    try:
        return bool(WebhookSignature.verify_header(body, header, secret, tolerance=None))
    except SignatureVerificationError:
        return False


def _timestamp(header: str) -> int:
    """The first `t` of a header whose signature holds: the same one the library signed with."""
    return next(int(item[1]) for item in (part.split("=", 2) for part in header.split(",")) if item[0] == "t")


def _event(body: str) -> ProviderEvent:
    try:
        event: dict[str, Any] = json.loads(body)
        thing = event["data"]["object"]
        if event["object"] != "event" or not isinstance(thing, dict) or type(event["livemode"]) is not bool:
            raise NotAnEvent("the body is no event")
        kind, event_id = event["type"], event["id"]
        if not (isinstance(kind, str) and isinstance(event_id, str) and event_id):
            raise NotAnEvent("the event has no id or type")
        return ProviderEvent(
            id=event_id,
            kind=kind,
            object_id=str(thing.get("id") or ""),
            created=datetime.fromtimestamp(event["created"], UTC),
            live=event["livemode"],
            payload=body,
        )
    except (ValueError, KeyError, TypeError, OverflowError, RecursionError) as error:
        raise NotAnEvent("the body is no event") from error

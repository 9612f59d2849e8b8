"""Stripe's own library, one client per creditor, its errors in the house's words. It is imported at first use.

Sources: https://docs.stripe.com/api/idempotent_requests, https://docs.stripe.com/error-low-level.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from chalicelib.domain.errors import AmountTooSmall, Permanent, Retry

if TYPE_CHECKING:
    from stripe import StripeClient

CONNECT_S, READ_S, RETRIES = 2.0, 6.0, 2
"""Bounds of one call; with the library's pauses the worst case stays under API Gateway's 29 seconds."""

PAGE = 100
"""The most that one page of a list holds."""

# fmt: off
LOCALES = frozenset((
    "bg", "cs", "da", "de", "el", "en", "en-GB", "es", "es-419", "et", "fi", "fil", "fr", "fr-CA",
    "hi-IN", "hr", "hu", "id", "it", "ja", "ko", "lt", "lv", "ms", "mt", "nb", "nl", "pl", "pt",
    "pt-BR", "ro", "ru", "sk", "sl", "sv", "th", "tr", "vi", "zh", "zh-HK", "zh-TW",
))
# fmt: on
"""Languages the hosted page speaks; for any other the reader's browser decides."""


class StripeClients:
    """The creditors' clients, each kept while its key stays the same.

    `api_key_of` gives a creditor's API key at the time of asking, so a rotated key is used at once;
    `api_base` is another address that speaks Stripe's API, or None for Stripe itself.
    """

    def __init__(self, api_key_of: Callable[[str], str], api_base: str | None = None):
        self._api_key_of = api_key_of
        self._api_base = api_base.rstrip("/") if api_base else None
        self._clients: dict[str, tuple[str, StripeClient]] = {}

    def _client(self, creditor: str) -> "StripeClient":
        """The creditor's client."""
        api_key = self._api_key_of(creditor)
        known = self._clients.get(creditor)
        if known and known[0] == api_key:
            return known[1]
        import stripe

        # No usage statistics about this installation, and no file for them in a read-only home.
        stripe.enable_telemetry = False
        client = stripe.StripeClient(
            api_key,
            base_addresses={"api": self._api_base} if self._api_base else None,
            max_network_retries=RETRIES,
            http_client=stripe.RequestsClient(timeout=(CONNECT_S, READ_S)),
        )
        self._clients[creditor] = (api_key, client)
        return client


def page_language(tag: str) -> str:
    """The hosted page's language nearest to a language tag."""
    return next((language for language in (tag, tag.partition("-")[0]) if language in LOCALES), "auto")


@contextmanager
def translated(asked: str) -> Iterator[None]:
    """Stripe's errors as Retry or Permanent."""
    import stripe

    try:
        yield
    except (stripe.APIConnectionError, stripe.RateLimitError) as error:
        raise Retry(reason_of(asked, error)) from error
    except stripe.StripeError as error:
        raise _kind_of(error)(reason_of(asked, error)) from error


def _kind_of(error: Any) -> type[Exception]:
    if error.code == "amount_too_small":
        return AmountTooSmall
    return Retry if _may_pass(error) else Permanent


def _may_pass(error: Any) -> bool:
    """Whether the same request may succeed later: a fault on their side, or a lock another request holds."""
    from stripe import APIError

    if error.code in {"lock_timeout", "idempotency_key_in_use"} or error.http_status == 409:
        return True
    return isinstance(error, APIError) and not 400 <= (error.http_status or 500) < 500


def reason_of(asked: str, error: Any) -> str:
    """Enough to find the request at Stripe, and nothing that Stripe may have quoted from it."""
    parts = {"status": error.http_status, "code": error.code, "request": error.request_id}
    told = " ".join(f"{name}={value}" for name, value in parts.items() if value)
    return f"{asked}: {type(error).__name__} {told}".rstrip()

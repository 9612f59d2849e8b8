"""Stripe as the house's payment gateway: open a hosted page, close it, and ask what became of the money.

The creditor's own Stripe account is used, one API key each. Sources: https://docs.stripe.com/api/checkout,
https://docs.stripe.com/api/payment_intents, https://docs.stripe.com/api/idempotent_requests,
https://docs.stripe.com/error-low-level. `stripe` is imported at first use: most functions never need it.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from chalicelib.adapters.stripe.reading import checkout_from, payment_from
from chalicelib.domain.errors import Permanent, Retry
from chalicelib.domain.payments import Attempt, Checkout, CheckoutStatus, ProviderCheckout, ProviderPayment

if TYPE_CHECKING:
    from stripe import StripeClient

CONNECT_S, READ_S, RETRIES = 2.0, 6.0, 2
"""Bounds of one call; with the library's pauses the worst case stays under API Gateway's 29 seconds."""

# fmt: off
LOCALES = frozenset((
    "bg", "cs", "da", "de", "el", "en", "en-GB", "es", "es-419", "et", "fi", "fil", "fr", "fr-CA",
    "hi-IN", "hr", "hu", "id", "it", "ja", "ko", "lt", "lv", "ms", "mt", "nb", "nl", "pl", "pt",
    "pt-BR", "ro", "ru", "sk", "sl", "sv", "th", "tr", "vi", "zh", "zh-HK", "zh-TW",
))
# fmt: on
"""Languages the hosted page speaks; for any other the reader's browser decides."""

PAGE = 100


class StripeGateway:
    """Every word exchanged with Stripe about hosted pages and payments, per creditor.

    `api_key_of` gives a creditor's API key at the time of asking, so a rotated key is used at once;
    `api_base` is another address that speaks Stripe's API, or None for Stripe itself. Raises Retry where the
    same call may succeed later, Permanent where it never will. Neither carries more than ids and codes.
    """

    def __init__(self, api_key_of: Callable[[str], str], api_base: str | None = None):
        self._api_key_of = api_key_of
        self._api_base = api_base.rstrip("/") if api_base else None
        self._clients: dict[str, tuple[str, StripeClient]] = {}

    def begin_checkout(
        self,
        attempt: Attempt,
        *,
        payee: str,
        description: str,
        locale: str,
        success_url: str,
        cancel_url: str,
    ) -> Checkout:
        """Open the hosted page of this attempt, or find again the one it already has.

        Calling twice with the same attempt opens one page: the attempt's id is the idempotency key, which
        Stripe remembers for at least 24 hours, longer than any attempt lives. Nothing about the debtor is
        sent. Which payment methods are offered is the creditor's own setting at Stripe.
        """
        labels = {"creditor": attempt.creditor, "claim": attempt.claim, "attempt": attempt.id}
        with _translated("begin_checkout"):
            session = self._client(attempt.creditor).v1.checkout.sessions.create(
                {
                    "mode": "payment",
                    "line_items": [
                        {
                            "quantity": 1,
                            "price_data": {
                                "currency": attempt.currency.lower(),
                                "unit_amount": attempt.amount,
                                "product_data": {"name": description},
                            },
                        }
                    ],
                    "branding_settings": {"display_name": payee},
                    "submit_type": "pay",
                    # The claim's own currency only: a converted amount would carry a fee of its own.
                    "adaptive_pricing": {"enabled": False},
                    "locale": _page_language(locale),
                    "client_reference_id": attempt.id,
                    "metadata": labels,
                    "payment_intent_data": {"metadata": labels, "description": description},
                    "expires_at": int(attempt.expires_at.timestamp()),
                    "success_url": success_url,
                    "cancel_url": cancel_url,
                },
                {"idempotency_key": attempt.id},
            )
            url = session.url
        if not url:
            raise Permanent(f"begin_checkout: {session.id} has no page any more")
        return Checkout(session.id, url, datetime.fromtimestamp(session.expires_at, UTC))

    def expire_checkout(self, creditor: str, provider_id: str) -> ProviderCheckout:
        """Close a hosted page so that nobody can pay on it, and say how it stands.

        One that is already closed or completed is no error: the answer says which, and with COMPLETE that
        money may be on its way.
        """
        from stripe import InvalidRequestError

        with _translated("expire_checkout"):
            try:
                session = self._client(creditor).v1.checkout.sessions.expire(provider_id)
                return checkout_from(session.to_dict())
            except InvalidRequestError as refusal:
                standing = self.checkout(creditor, provider_id)
                if standing.status is CheckoutStatus.OPEN:
                    raise Permanent(_reason("expire_checkout", refusal)) from refusal
                return standing

    def checkout(self, creditor: str, provider_id: str) -> ProviderCheckout:
        """How a hosted page stands now."""
        with _translated("checkout"):
            session = self._client(creditor).v1.checkout.sessions.retrieve(provider_id)
            return checkout_from(session.to_dict())

    def payment(self, creditor: str, object_id: str) -> ProviderPayment:
        """How a payment stands now."""
        with _translated("payment"):
            intent = self._client(creditor).v1.payment_intents.retrieve(object_id, {"expand": ["latest_charge"]})
            return payment_from(intent.to_dict())

    def payments_since(self, creditor: str, since: datetime) -> Iterator[ProviderPayment]:
        """Every payment begun or settled since then, each once, as it stands now: for the nightly comparison.

        The list of payments is by the day they began, and a direct debit settles days later; so payments
        that succeeded since then are looked up as well, from the provider's own log of events (kept 30 days).
        """
        start: Any = {"gte": int(since.timestamp())}
        seen: set[str] = set()
        with _translated("payments_since"):
            client = self._client(creditor)
            begun = client.v1.payment_intents.list(
                {"created": start, "limit": PAGE, "expand": ["data.latest_charge"]}
            )
            for intent in begun.auto_paging_iter():
                seen.add(intent.id)
                yield payment_from(intent.to_dict())
            settled = client.v1.events.list({"created": start, "limit": PAGE, "type": "payment_intent.succeeded"})
            for event in settled.auto_paging_iter():
                object_id: str = event.to_dict()["data"]["object"]["id"]
                if object_id not in seen:
                    seen.add(object_id)
                    yield self.payment(creditor, object_id)

    def _client(self, creditor: str) -> "StripeClient":
        """The creditor's client, kept while its key stays the same."""
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


def _page_language(tag: str) -> str:
    """The hosted page's language nearest to a language tag."""
    return next((language for language in (tag, tag.partition("-")[0]) if language in LOCALES), "auto")


@contextmanager
def _translated(asked: str) -> Iterator[None]:
    """Stripe's errors as Retry or Permanent."""
    import stripe

    try:
        yield
    except (stripe.APIConnectionError, stripe.RateLimitError) as error:
        raise Retry(_reason(asked, error)) from error
    except stripe.StripeError as error:
        kind = Retry if _may_pass(error) else Permanent
        raise kind(_reason(asked, error)) from error


def _may_pass(error: Any) -> bool:
    """Whether the same request may succeed later: a fault on their side, or a lock another request holds."""
    from stripe import APIError

    if error.code in {"lock_timeout", "idempotency_key_in_use"} or error.http_status == 409:
        return True
    return isinstance(error, APIError) and not 400 <= (error.http_status or 500) < 500


def _reason(asked: str, error: Any) -> str:
    """Enough to find the request at Stripe, and nothing that Stripe may have quoted from it."""
    parts = {"status": error.http_status, "code": error.code, "request": error.request_id}
    told = " ".join(f"{name}={value}" for name, value in parts.items() if value)
    return f"{asked}: {type(error).__name__} {told}".rstrip()

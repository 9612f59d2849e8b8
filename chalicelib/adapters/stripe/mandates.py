"""Stripe's saved ways to pay: give one on a hosted page, draw on it, and give it up.

Sources: https://docs.stripe.com/payments/save-and-reuse, https://docs.stripe.com/payments/sepa-debit/set-up-payment,
https://docs.stripe.com/api/mandates, https://docs.stripe.com/api/payment_intents/create (off_session).
"""

from datetime import UTC, datetime

from chalicelib.adapters.stripe.client import PAGE, StripeClients, page_language, translated
from chalicelib.adapters.stripe.reading import payment_from, saved_from
from chalicelib.domain.errors import Permanent
from chalicelib.domain.mandate import Mandate, SavedWay
from chalicelib.domain.payments import Attempt, Checkout, ProviderPayment

GONE = frozenset({"resource_missing", "payment_method_unexpected_state"})


class StripeMandates(StripeClients):
    """Every word exchanged with Stripe about mandates, per creditor. Raises Retry and Permanent, with ids only."""

    def begin_mandate(
        self, mandate: Mandate, *, payee: str, currency: str, locale: str, success_url: str, cancel_url: str,
        expires_at: datetime,
    ) -> Checkout:  # fmt: skip
        """Open the hosted page on which the debtor gives this mandate; asked twice it is one page.

        Nothing about the debtor is sent: their account and name they tell the provider themselves.
        """
        labels = {"creditor": mandate.creditor, "claim": mandate.claim, "mandate": mandate.id}
        with translated("begin_mandate"):
            session = self._client(mandate.creditor).v1.checkout.sessions.create(
                {
                    "mode": "setup",
                    "currency": currency.lower(),
                    "allowed_payment_method_types": ["sepa_debit"],
                    "customer_creation": "always",
                    "branding_settings": {"display_name": payee},
                    "locale": page_language(locale),
                    "client_reference_id": mandate.id,
                    "metadata": labels,
                    "setup_intent_data": {"metadata": labels},
                    "expires_at": int(expires_at.timestamp()),
                    "success_url": success_url,
                    "cancel_url": cancel_url,
                },
                {"idempotency_key": mandate.id},
            )
            url = session.url
        if not url:
            raise Permanent(f"begin_mandate: {session.id} has no page any more")
        return Checkout(session.id, url, datetime.fromtimestamp(session.expires_at, UTC))

    def saved_on(self, creditor: str, page: str) -> SavedWay | None:
        """What was saved on this hosted page, as it stands now; None while nothing was."""
        wanted = ["setup_intent.payment_method", "setup_intent.mandate"]
        with translated("saved_on"):
            session = self._client(creditor).v1.checkout.sessions.retrieve(page, {"expand": wanted})
            setup = session.to_dict().get("setup_intent")
        return saved_from(setup) if isinstance(setup, dict) else None

    def labels_of(self, creditor: str, provider_mandate: str) -> dict[str, str]:
        """The ids we attached to what this mandate was saved by; empty where it did not begin here."""
        with translated("labels_of"):
            client = self._client(creditor)
            way = client.v1.mandates.retrieve(provider_mandate).to_dict()["payment_method"]
            setups = client.v1.setup_intents.list({"payment_method": way, "limit": PAGE})
            for setup in setups.auto_paging_iter():
                labels: dict[str, str] = setup.to_dict().get("metadata") or {}
                if labels.get("mandate"):
                    return labels
        return {}

    def draw(self, attempt: Attempt, saved: SavedWay, *, description: str) -> ProviderPayment:
        """Draw the attempt's amount on a saved way to pay, without its owner being there.

        The attempt's id is the idempotency key, which the provider keeps for a day only: whoever asks again later
        must ask `drawn` first. Permanent where the way may not be used any more.
        """
        labels = {"creditor": attempt.creditor, "claim": attempt.claim, "attempt": attempt.id}
        with translated("draw"):
            intent = self._client(attempt.creditor).v1.payment_intents.create(
                {
                    "amount": attempt.amount,
                    "currency": attempt.currency.lower(),
                    "customer": saved.payer,
                    "payment_method": saved.way,
                    "allowed_payment_method_types": ["sepa_debit"],
                    "off_session": True,
                    "confirm": True,
                    "description": description,
                    "metadata": labels,
                },
                {"idempotency_key": attempt.id},
            )
            return payment_from(intent.to_dict())

    def drawn(self, creditor: str, payer: str, attempt: str) -> ProviderPayment | None:
        """The payment of this attempt, if one was ever begun: however long ago, whatever became of it."""
        with translated("drawn"):
            listed = self._client(creditor).v1.payment_intents.list(
                {"customer": payer, "limit": PAGE, "expand": ["data.latest_charge"]}
            )
            for intent in listed.auto_paging_iter():
                if (intent.to_dict().get("metadata") or {}).get("attempt") == attempt:
                    return payment_from(intent.to_dict())
        return None

    def end_mandate(self, creditor: str, way: str) -> None:
        """Have the provider forget a saved way to pay; one it has forgotten already is no error."""
        from stripe import InvalidRequestError

        with translated("end_mandate"):
            try:
                self._client(creditor).v1.payment_methods.detach(way)
            except InvalidRequestError as refusal:
                if refusal.code not in GONE and "not attached" not in str(refusal):
                    raise

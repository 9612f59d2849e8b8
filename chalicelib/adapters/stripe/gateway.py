"""Stripe as the house's payment gateway: open a hosted page, close it, and ask what became of the money.

The creditor's own Stripe account is used, one API key each. Sources: https://docs.stripe.com/api/checkout,
https://docs.stripe.com/api/payment_intents, https://docs.stripe.com/api/refunds, https://docs.stripe.com/api/disputes,
https://docs.stripe.com/api/payouts, https://docs.stripe.com/api/balance_transactions.
"""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from chalicelib.adapters.stripe import SMALLEST
from chalicelib.adapters.stripe.client import PAGE, StripeClients, page_language, reason_of, translated
from chalicelib.adapters.stripe.reading import (
    chargeback_from,
    checkout_from,
    moved_from,
    payment_from,
    payout_from,
    refund_from,
)
from chalicelib.domain.errors import Permanent
from chalicelib.domain.money_back import BalanceTransaction, Chargeback, ProviderPayout, ProviderRefund
from chalicelib.domain.payments import Attempt, Checkout, CheckoutStatus, ProviderCheckout, ProviderPayment


class StripeGateway(StripeClients):
    """Every word exchanged with Stripe about hosted pages, payments and what became of them, per creditor.

    Raises Retry where the same call may succeed later, Permanent where it never will. Neither carries more than
    ids and codes.
    """

    def smallest(self, currency: str) -> int:
        """The least Stripe takes in one payment, in minor units."""
        return SMALLEST.get(currency, 0)

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
        with translated("begin_checkout"):
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
                    "locale": page_language(locale),
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

        with translated("expire_checkout"):
            try:
                session = self._client(creditor).v1.checkout.sessions.expire(provider_id)
                return checkout_from(session.to_dict())
            except InvalidRequestError as refusal:
                standing = self.checkout(creditor, provider_id)
                if standing.status is CheckoutStatus.OPEN:
                    raise Permanent(reason_of("expire_checkout", refusal)) from refusal
                return standing

    def checkout(self, creditor: str, provider_id: str) -> ProviderCheckout:
        """How a hosted page stands now."""
        with translated("checkout"):
            session = self._client(creditor).v1.checkout.sessions.retrieve(provider_id)
            return checkout_from(session.to_dict())

    def payment(self, creditor: str, object_id: str) -> ProviderPayment:
        """How a payment stands now."""
        with translated("payment"):
            intent = self._client(creditor).v1.payment_intents.retrieve(object_id, {"expand": ["latest_charge"]})
            return payment_from(intent.to_dict())

    def payments_since(
        self, creditor: str, since: datetime, until: datetime | None = None
    ) -> Iterator[ProviderPayment]:
        """Every payment begun or settled since then, each once, as it stands now: for the nightly comparison.

        The list of payments is by the day they began, and a direct debit settles days later; so payments
        that succeeded since then are looked up as well, from the provider's own log of events (kept 30 days).
        """
        start: Any = _from(since, until)
        seen: set[str] = set()
        with translated("payments_since"):
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

    def refund(self, creditor: str, object_id: str) -> ProviderRefund:
        """How a refund stands now."""
        with translated("refund"):
            return refund_from(self._client(creditor).v1.refunds.retrieve(object_id).to_dict())

    def refunds_of(self, creditor: str, payment: str) -> tuple[ProviderRefund, ...]:
        """Every refund of a payment, as it stands now, the earliest first."""
        with translated("refunds_of"):
            listed = self._client(creditor).v1.refunds.list({"payment_intent": payment, "limit": PAGE})
            found = [refund_from(refund.to_dict()) for refund in listed.auto_paging_iter()]
        return tuple(reversed(found))

    def refunds_since(
        self, creditor: str, since: datetime, until: datetime | None = None
    ) -> Iterator[ProviderRefund]:
        """Every refund ordered or changed since then, each once, as it stands now."""
        with translated("refunds_since"):
            client, start = self._client(creditor), _from(since, until)
            for refund in client.v1.refunds.list({"created": start, "limit": PAGE}).auto_paging_iter():
                yield refund_from(refund.to_dict())
        for object_id in self._told_of(creditor, _from(since, until), "refund.updated", "refund.failed"):
            refund_now = self.refund(creditor, object_id)
            if refund_now.made_at < since:
                yield refund_now

    def refund_payment(
        self, creditor: str, payment: str, amount: int, *, key: str, labels: Mapping[str, str]
    ) -> ProviderRefund:
        """Give so much of a payment back; the same `key` gives it back once.

        The provider itself refuses more than is left of the payment (Permanent).
        """
        with translated("refund_payment"):
            refund = self._client(creditor).v1.refunds.create(
                {"payment_intent": payment, "amount": amount, "metadata": {**labels, "creditor": creditor}},
                {"idempotency_key": key},
            )
            return refund_from(refund.to_dict())

    def chargeback(self, creditor: str, object_id: str) -> Chargeback:
        """How a chargeback, or the return of a direct debit, stands now."""
        with translated("chargeback"):
            return chargeback_from(self._client(creditor).v1.disputes.retrieve(object_id).to_dict())

    def chargebacks_since(
        self, creditor: str, since: datetime, until: datetime | None = None
    ) -> Iterator[Chargeback]:
        """Every chargeback opened or moved since then, each once, as it stands now."""
        seen: set[str] = set()
        with translated("chargebacks_since"):
            listed = self._client(creditor).v1.disputes.list({"created": _from(since, until), "limit": PAGE})
            for dispute in listed.auto_paging_iter():
                seen.add(dispute.id)
                yield chargeback_from(dispute.to_dict())
        for object_id in self._told_of(creditor, _from(since, until), "charge.dispute.*"):
            if object_id not in seen:
                yield self.chargeback(creditor, object_id)

    def payout(self, creditor: str, object_id: str) -> ProviderPayout:
        """How a payout to the creditor's bank stands now."""
        with translated("payout"):
            return payout_from(self._client(creditor).v1.payouts.retrieve(object_id).to_dict())

    def payouts_since(
        self, creditor: str, since: datetime, until: datetime | None = None
    ) -> Iterator[ProviderPayout]:
        """Every payout begun since then, as it stands now."""
        with translated("payouts_since"):
            listed = self._client(creditor).v1.payouts.list({"created": _from(since, until), "limit": PAGE})
            for payout in listed.auto_paging_iter():
                yield payout_from(payout.to_dict())

    def balance_of(self, creditor: str, payout: str) -> Iterator[BalanceTransaction]:
        """The balance transactions that one payout consists of, its own leaving among them."""
        yield from self._moved(creditor, {"payout": payout})

    def balance_since(self, creditor: str, since: datetime) -> Iterator[BalanceTransaction]:
        """Every balance transaction since then."""
        yield from self._moved(creditor, {"created": _from(since)})

    def _moved(self, creditor: str, which: Mapping[str, Any]) -> Iterator[BalanceTransaction]:
        with translated("balance"):
            wish: Any = {**which, "limit": PAGE, "expand": ["data.source"]}
            for moved in self._client(creditor).v1.balance_transactions.list(wish).auto_paging_iter():
                yield moved_from(moved.to_dict())

    def _told_of(self, creditor: str, created: Any, *kinds: str) -> tuple[str, ...]:
        """The ids of what the provider's own log of events tells of in that time, each once."""
        found: dict[str, None] = {}
        with translated("events"):
            for kind in kinds:
                wish: Any = {"created": created, "limit": PAGE, "type": kind}
                for event in self._client(creditor).v1.events.list(wish).auto_paging_iter():
                    found[event.to_dict()["data"]["object"]["id"]] = None
        return tuple(found)


def _from(since: datetime, until: datetime | None = None) -> Any:
    ends = {"lt": int(until.timestamp())} if until else {}
    return {"gte": int(since.timestamp()), **ends}

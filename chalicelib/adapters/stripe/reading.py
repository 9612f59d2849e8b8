"""Stripe's objects in the words of the house: after this file nobody speaks the provider's language.

Sources: https://docs.stripe.com/payments/paymentintents/lifecycle,
https://docs.stripe.com/api/payment_intents/object, https://docs.stripe.com/api/checkout/sessions/object,
https://docs.stripe.com/api/events/types.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Literal

from chalicelib.domain.payments import (
    CheckoutStatus,
    PaymentStatus,
    ProviderCheckout,
    ProviderEvent,
    ProviderPayment,
)

KINDS: Mapping[str, Literal["payment", "checkout"]] = {
    "payment_intent.succeeded": "payment",
    "payment_intent.payment_failed": "payment",
    "payment_intent.processing": "payment",
    "payment_intent.canceled": "payment",
    "checkout.session.completed": "checkout",
    "checkout.session.async_payment_succeeded": "checkout",
    "checkout.session.async_payment_failed": "checkout",
    "checkout.session.expired": "checkout",
}
"""The event types that can change a claim. Every other type is acknowledged and left alone."""

SETTLED: Mapping[str, PaymentStatus] = {
    "succeeded": PaymentStatus.SUCCEEDED,
    "processing": PaymentStatus.PROCESSING,
    "canceled": PaymentStatus.CANCELLED,
}


def object_of(event: ProviderEvent) -> tuple[Literal["payment", "checkout"] | None, str]:
    """What to ask the provider about after this event: a payment, a hosted page, or (None, id)."""
    return KINDS.get(event.kind), event.object_id


def moment(epoch: int | None) -> datetime | None:
    """The provider's epoch seconds as a UTC moment."""
    return None if epoch is None else datetime.fromtimestamp(epoch, UTC)


def payment_from(intent: Mapping[str, Any]) -> ProviderPayment:
    """A PaymentIntent, with `latest_charge` expanded, as a payment.

    The charge's own date is taken as the day of paying: for a direct debit that is when the debtor ordered
    it, days before it settled, and what the debtor did by a date is what counts against that date.
    """
    metadata = intent.get("metadata") or {}
    status = SETTLED.get(intent["status"])
    if status is None:
        status = PaymentStatus.FAILED if intent.get("last_payment_error") else PaymentStatus.PENDING
    charge = intent.get("latest_charge")
    made = charge.get("created") if isinstance(charge, Mapping) else None
    return ProviderPayment(
        object_id=intent["id"],
        status=status,
        received=intent["amount_received"],
        currency=intent["currency"].upper(),
        creditor=metadata.get("creditor"),
        claim=metadata.get("claim"),
        attempt=metadata.get("attempt"),
        paid_at=moment(made) if status is PaymentStatus.SUCCEEDED else None,
        live=intent["livemode"],
    )


def checkout_from(session: Mapping[str, Any]) -> ProviderCheckout:
    """A Checkout Session as a hosted page; its payment may come as an id or expanded."""
    payment = session.get("payment_intent")
    return ProviderCheckout(
        object_id=session["id"],
        status=CheckoutStatus(session["status"]),
        payment_id=payment["id"] if isinstance(payment, Mapping) else payment,
        attempt=(session.get("metadata") or {}).get("attempt"),
    )

"""Stripe's objects in the words of the house: after this file nobody speaks the provider's language.

Sources: https://docs.stripe.com/payments/paymentintents/lifecycle,
https://docs.stripe.com/api/payment_intents/object, https://docs.stripe.com/api/checkout/sessions/object,
https://docs.stripe.com/api/events/types, https://docs.stripe.com/api/refunds/object,
https://docs.stripe.com/api/disputes/object, https://docs.stripe.com/reports/balance-transaction-types.
"""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Literal

from chalicelib.domain.mandate import SavedWay
from chalicelib.domain.money_back import (
    BalanceKind,
    BalanceTransaction,
    Chargeback,
    ChargebackStatus,
    Moved,
    PayoutStatus,
    ProviderPayout,
    ProviderRefund,
    RefundStatus,
)
from chalicelib.domain.payments import (
    CheckoutStatus,
    PaymentStatus,
    ProviderCheckout,
    ProviderEvent,
    ProviderPayment,
)

Kind = Literal["payment", "checkout", "refund", "payment_of_charge", "chargeback", "payout", "mandate"]

KINDS: Mapping[str, Kind] = {
    "payment_intent.succeeded": "payment",
    "payment_intent.payment_failed": "payment",
    "payment_intent.processing": "payment",
    "payment_intent.canceled": "payment",
    "payment_intent.partially_funded": "payment",
    "payment_intent.amount_capturable_updated": "payment",
    "checkout.session.completed": "checkout",
    "checkout.session.async_payment_succeeded": "checkout",
    "checkout.session.async_payment_failed": "checkout",
    "checkout.session.expired": "checkout",
    "refund.created": "refund",
    "refund.updated": "refund",
    "refund.failed": "refund",
    "charge.refund.updated": "refund",
    "charge.refunded": "payment_of_charge",
    "charge.dispute.created": "chargeback",
    "charge.dispute.updated": "chargeback",
    "charge.dispute.funds_withdrawn": "chargeback",
    "charge.dispute.funds_reinstated": "chargeback",
    "charge.dispute.closed": "chargeback",
    "payout.created": "payout",
    "payout.updated": "payout",
    "payout.paid": "payout",
    "payout.failed": "payout",
    "payout.canceled": "payout",
    "payout.reconciliation_completed": "payout",
    "mandate.updated": "mandate",
}
"""The event types that can change a claim, a mandate or a payout. Every other is acknowledged and left alone."""

SETTLED: Mapping[str, PaymentStatus] = {
    "succeeded": PaymentStatus.SUCCEEDED,
    "processing": PaymentStatus.PROCESSING,
    "canceled": PaymentStatus.CANCELLED,
}
REFUNDS: Mapping[str, RefundStatus] = {
    "pending": RefundStatus.PENDING,
    "requires_action": RefundStatus.PENDING,
    "succeeded": RefundStatus.SUCCEEDED,
    "failed": RefundStatus.FAILED,
    "canceled": RefundStatus.CANCELLED,
}
CHARGEBACKS: Mapping[str, ChargebackStatus] = {
    "warning_needs_response": ChargebackStatus.INQUIRY,
    "warning_under_review": ChargebackStatus.INQUIRY,
    "warning_closed": ChargebackStatus.INQUIRY,
    "prevented": ChargebackStatus.INQUIRY,
    "needs_response": ChargebackStatus.OPEN,
    "under_review": ChargebackStatus.OPEN,
    "won": ChargebackStatus.WON,
    "lost": ChargebackStatus.LOST,
}
PAYOUTS: Mapping[str, PayoutStatus] = {
    "pending": PayoutStatus.UNDER_WAY,
    "in_transit": PayoutStatus.UNDER_WAY,
    "paid": PayoutStatus.PAID,
    "failed": PayoutStatus.FAILED,
    "canceled": PayoutStatus.CANCELLED,
}
MOVED: Mapping[str, BalanceKind] = {
    "charge": BalanceKind.PAYMENT,
    "payment": BalanceKind.PAYMENT,
    "payment_failure_refund": BalanceKind.PAYMENT_FAILED,
    "refund": BalanceKind.REFUND,
    "payment_refund": BalanceKind.REFUND,
    "refund_failure": BalanceKind.REFUND_FAILED,
    "payout": BalanceKind.PAYOUT,
    "payout_cancel": BalanceKind.PAYOUT_FAILED,
    "payout_failure": BalanceKind.PAYOUT_FAILED,
    "stripe_fee": BalanceKind.FEE,
    "stripe_fx_fee": BalanceKind.FEE,
    "tax_fee": BalanceKind.FEE,
}
"""By the transaction's type; an adjustment is told apart by its reporting category."""
ADJUSTED: Mapping[str, BalanceKind] = {
    "dispute": BalanceKind.CHARGEBACK,
    "dispute_reversal": BalanceKind.CHARGEBACK_WON,
    "fee": BalanceKind.FEE,
}


def object_of(event: ProviderEvent) -> tuple[Kind | None, str]:
    """What to ask the provider about after this event: its kind and id, or (None, id).

    A notice about a charge that was refunded says where to look: its payment, whose refunds are then asked for.
    """
    kind = KINDS.get(event.kind)
    if kind == "payment_of_charge":
        payment = _thing(event).get("payment_intent")
        return kind, payment if isinstance(payment, str) else ""
    return kind, event.object_id


def _thing(event: ProviderEvent) -> Mapping[str, Any]:
    found: Mapping[str, Any] = json.loads(event.payload)["data"]["object"]
    return found


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
        mandate=(session.get("metadata") or {}).get("mandate"),
    )


def refund_from(refund: Mapping[str, Any]) -> ProviderRefund:
    """A Refund; one that needs the payer to do something is pending."""
    return ProviderRefund(
        object_id=refund["id"],
        payment=_id(refund.get("payment_intent")),
        status=REFUNDS.get(refund["status"] or "", RefundStatus.PENDING),
        amount=refund["amount"],
        currency=refund["currency"].upper(),
        made_at=datetime.fromtimestamp(refund["created"], UTC),
        labels=tuple(sorted((refund.get("metadata") or {}).items())),
        came_back=_id(refund.get("failure_balance_transaction")) or f"{refund['id']}:back",
    )


def chargeback_from(dispute: Mapping[str, Any]) -> Chargeback:
    """A Dispute, as the provider calls it, with the money it moved so far."""
    movements = tuple(
        Moved(moved["id"], moved["amount"], datetime.fromtimestamp(moved["created"], UTC))
        for moved in dispute.get("balance_transactions") or ()
    )
    method = (dispute.get("payment_method_details") or {}).get("type")
    return Chargeback(
        object_id=dispute["id"],
        payment=_id(dispute.get("payment_intent")),
        status=CHARGEBACKS.get(dispute["status"], ChargebackStatus.OPEN),
        currency=dispute["currency"].upper(),
        movements=tuple(sorted(movements, key=lambda moved: (moved.at, moved.amount > 0))),
        because=dispute["reason"],
        is_debit=method not in (None, "card", "paypal", "klarna", "amazon_pay"),
    )


def payout_from(payout: Mapping[str, Any]) -> ProviderPayout:
    """A Payout to the creditor's bank account. Its trace is the reference that banks show of it.

    Source: https://docs.stripe.com/api/payouts/object (trace_id).
    """
    return ProviderPayout(
        object_id=payout["id"],
        status=PAYOUTS.get(payout["status"], PayoutStatus.UNDER_WAY),
        amount=payout["amount"],
        currency=payout["currency"].upper(),
        arrives_on=datetime.fromtimestamp(payout["arrival_date"], UTC).date(),
        made_at=datetime.fromtimestamp(payout["created"], UTC),
        live=payout["livemode"],
        trace=(payout.get("trace_id") or {}).get("value") or "",
    )


def moved_from(moved: Mapping[str, Any]) -> BalanceTransaction:
    """A balance transaction, with its source expanded where there is one."""
    source = moved.get("source")
    category = ADJUSTED if moved["type"] == "adjustment" else MOVED
    word = moved["reporting_category"] if moved["type"] == "adjustment" else moved["type"]
    payment = _id(source.get("payment_intent")) if isinstance(source, Mapping) else None
    return BalanceTransaction(
        object_id=moved["id"],
        kind=category.get(word, BalanceKind.OTHER),
        gross=moved["amount"],
        fee=moved["fee"],
        net=moved["net"],
        currency=moved["currency"].upper(),
        source=_id(source),
        payment=payment,
        at=datetime.fromtimestamp(moved["created"], UTC),
    )


def saved_from(setup: Mapping[str, Any]) -> SavedWay | None:
    """A SetupIntent, with its payment method and mandate expanded, as a saved way to pay; None until it is one."""
    method, mandate = setup.get("payment_method"), setup.get("mandate")
    if setup["status"] != "succeeded" or not isinstance(method, Mapping) or not isinstance(mandate, Mapping):
        return None
    kind = method["type"]
    detail = (mandate.get("payment_method_details") or {}).get(kind) or {}
    return SavedWay(
        payer=_id(setup.get("customer")) or "",
        way=method["id"],
        kind=kind,
        last4=(method.get(kind) or {}).get("last4") or "",
        reference=detail.get("reference") or "",
        active=mandate["status"] == "active",
    )


def _id(thing: Any) -> str | None:
    """The id of an object that may come as an id or expanded."""
    found = thing.get("id") if isinstance(thing, Mapping) else thing
    return found if isinstance(found, str) else None

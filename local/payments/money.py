"""Payments as the provider keeps them: intents, their charges, and what becomes of them.

Sources: https://docs.stripe.com/payments/paymentintents/lifecycle, https://docs.stripe.com/testing (numbers),
https://docs.stripe.com/payments/sepa-debit, https://docs.stripe.com/api/refunds/create.
"""

from dataclasses import dataclass
from typing import Any

from local.payments.answers import Refused, unknown_object
from local.payments.deliveries import emit
from local.payments.shapes import new_id, shape
from local.payments.world import Account, Double


@dataclass(frozen=True)
class Method:
    """One of the provider's test means of payment, and how it ends."""

    key: str
    kind: str
    number: str
    refusal: tuple[str, str, str] | None = None
    """(code, decline code, message), or None where it succeeds."""


DECLINED = ("card_declined", "generic_decline", "Your card was declined.")
NO_FUNDS = ("card_declined", "insufficient_funds", "Your card has insufficient funds.")
DEBIT_FAILED = ("payment_intent_payment_attempt_failed", "", "The payment failed.")
METHODS = {
    method.key: method
    for method in (
        Method("card", "card", "4242 4242 4242 4242"),
        Method("card_declined", "card", "4000 0000 0000 0002", DECLINED),
        Method("card_no_funds", "card", "4000 0000 0000 9995", NO_FUNDS),
        Method("sepa", "sepa_debit", "DE89 3704 0044 0532 0130 00"),
        Method("sepa_fails", "sepa_debit", "DE62 3704 0044 0532 0130 01", DEBIT_FAILED),
    )
}


def new_intent(double: Double, account: Account, amount: int, currency: str, **values: Any) -> dict[str, Any]:
    """A payment that waits for its means."""
    intent = shape("payment_intent", double.now(), account["live"], amount=amount, currency=currency, **values)
    intent["client_secret"] = f"{intent['id']}_secret_{new_id('', 25)}"
    double.store.put(account["id"], intent)
    emit(double, account, "payment_intent.created", intent)
    return intent


def pay(double: Double, account: Account, intent: dict[str, Any], method: Method) -> dict[str, Any]:
    """Try to pay with a means: a card succeeds or is refused at once, a direct debit takes its time."""
    charge = _charge(double, account, intent, method)
    intent |= {"latest_charge": charge["id"], "last_payment_error": None}
    intent["payment_method"] = new_id("pm_1", 22)
    if method.kind == "sepa_debit":
        intent |= {"status": "processing", "processing": {"type": "sepa_debit"}}
        double.store.put(account["id"], charge)
        double.store.put(account["id"], intent)
        double.store.run(
            "replace into timers values (?, ?, ?)",
            intent["id"],
            double.now() + account["sepa_seconds"],
            "failed" if method.refusal else "succeeded",
        )
        emit(double, account, "payment_intent.processing", intent)
        emit(double, account, "charge.pending", charge)
        return intent
    return _finish(double, account, intent, charge, method.refusal)


def settle(double: Double, intent_id: str, outcome: str) -> tuple[Account, dict[str, Any]]:
    """End a direct debit that is under way: "succeeded" or "failed"; inside a change."""
    owner = double.store.owner(intent_id) or ""
    intent = double.store.get(owner, intent_id, "payment_intent")
    if not intent:
        raise unknown_object("payment_intent", intent_id, "intent")
    if intent["status"] != "processing":
        raise Refused(400, f"This PaymentIntent's status is {intent['status']}.")
    account = double.store.account_of(owner)
    charge = double.store.get(owner, intent["latest_charge"]) or {}
    double.store.run("delete from timers where object = ?", intent_id)
    refusal = None if outcome == "succeeded" else DEBIT_FAILED
    return account, _finish(double, account, intent, charge, refusal)


def cancel(double: Double, account: Account, intent: dict[str, Any], reason: str) -> None:
    """Give a payment up."""
    intent |= {"status": "canceled", "canceled_at": int(double.now()), "cancellation_reason": reason}
    double.store.put(account["id"], intent)
    emit(double, account, "payment_intent.canceled", intent)


def _charge(double: Double, account: Account, intent: dict[str, Any], method: Method) -> dict[str, Any]:
    last4 = method.number.replace(" ", "")[-4:]
    details = {"last4": last4, "country": "DE"} | (
        {"brand": "visa", "network": "visa", "funding": "debit"} if method.kind == "card" else {}
    )
    return shape(
        "charge",
        double.now(),
        account["live"],
        amount=intent["amount"],
        currency=intent["currency"],
        description=intent["description"],
        metadata=intent["metadata"],
        payment_intent=intent["id"],
        payment_method_details={"type": method.kind, method.kind: details},
    )


def _finish(
    double: Double,
    account: Account,
    intent: dict[str, Any],
    charge: dict[str, Any],
    refusal: tuple[str, str, str] | None,
) -> dict[str, Any]:
    intent |= {"processing": None}
    if refusal:
        code, decline, message = refusal
        charge |= {"status": "failed", "failure_code": code, "failure_message": message}
        error = {"code": code, "message": message, "charge": charge["id"]}
        error["type"] = "card_error" if decline else "invalid_request_error"
        if decline:
            error["decline_code"] = decline
        intent |= {"status": "requires_payment_method", "payment_method": None, "last_payment_error": error}
    else:
        charge |= {"status": "succeeded", "paid": True, "captured": True, "amount_captured": charge["amount"]}
        intent |= {"status": "succeeded", "amount_received": charge["amount"]}
    double.store.put(account["id"], charge)
    double.store.put(account["id"], intent)
    emit(double, account, "charge.failed" if refusal else "charge.succeeded", charge)
    name = "payment_intent.payment_failed" if refusal else "payment_intent.succeeded"
    emit(double, account, name, intent)
    return intent


def refund(double: Double, account: Account, params: dict[str, Any], amount: int | None) -> dict[str, Any]:
    """Give money back, the whole rest unless an amount is named; never more than was taken."""
    intent = double.store.get(account["id"], params.get("payment_intent", ""), "payment_intent")
    charge_id = intent["latest_charge"] if intent else params.get("charge", "")
    charge = double.store.get(account["id"], charge_id or "", "charge")
    if not charge:
        raise unknown_object("payment_intent", params.get("payment_intent", ""), "payment_intent")
    if charge["status"] != "succeeded":
        raise Refused(400, f"This PaymentIntent ({charge['payment_intent']}) has no successful charge.")
    rest = charge["amount_captured"] - charge["amount_refunded"]
    if rest == 0:
        raise Refused(400, f"Charge {charge['id']} has already been refunded.", code="charge_already_refunded")
    amount = rest if amount is None else amount
    if not 0 < amount <= rest:
        message = f"Refund amount ({amount}) is greater than unrefunded amount on charge ({rest})"
        raise Refused(400, message, param="amount")
    given = shape(
        "refund",
        double.now(),
        account["live"],
        amount=amount,
        charge=charge["id"],
        payment_intent=charge["payment_intent"],
        currency=charge["currency"],
        metadata=params.get("metadata") or {},
        reason=params.get("reason"),
    )
    charge["amount_refunded"] += amount
    charge["refunded"] = charge["amount_refunded"] == charge["amount_captured"]
    double.store.put(account["id"], charge)
    double.store.put(account["id"], given)
    emit(double, account, "refund.created", given)
    emit(double, account, "charge.refunded", charge)
    return given


def dispute(double: Double, account: Account, intent_id: str, reason: str) -> dict[str, Any]:
    """The debtor's bank takes a payment back: a chargeback, as the card scheme calls a dispute."""
    intent = double.store.get(account["id"], intent_id, "payment_intent")
    charge = double.store.get(account["id"], (intent or {}).get("latest_charge") or "", "charge")
    if not intent or not charge or charge["status"] != "succeeded":
        raise unknown_object("payment_intent", intent_id, "payment_intent")
    opened = shape(
        "dispute",
        double.now(),
        account["live"],
        amount=charge["amount"],
        charge=charge["id"],
        payment_intent=intent_id,
        currency=charge["currency"],
        reason=reason,
    )
    charge["disputed"] = True
    double.store.put(account["id"], charge)
    double.store.put(account["id"], opened)
    emit(double, account, "charge.dispute.created", opened)
    return opened

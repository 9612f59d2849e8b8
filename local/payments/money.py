"""Payments as the provider keeps them: intents, their charges, and what becomes of them.

Sources: https://docs.stripe.com/payments/paymentintents/lifecycle, https://docs.stripe.com/testing (numbers),
https://docs.stripe.com/payments/sepa-debit, https://docs.stripe.com/payments/place-a-hold-on-a-payment-method.
"""

from dataclasses import dataclass
from typing import Any

from local.payments import balance, mandates
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
OPEN = ("requires_payment_method", "requires_confirmation", "requires_action", "requires_capture")


def new_intent(double: Double, account: Account, amount: int, currency: str, **values: Any) -> dict[str, Any]:
    """A payment that waits for its means."""
    intent = shape("payment_intent", double.now(), account["live"], amount=amount, currency=currency, **values)
    intent["client_secret"] = f"{intent['id']}_secret_{new_id('', 25)}"
    double.store.put(account["id"], intent)
    emit(double, account, "payment_intent.created", intent)
    return intent


def pay(
    double: Double, account: Account, intent: dict[str, Any], method: Method, saved: str | None = None
) -> dict[str, Any]:
    """Try to pay with a means: a card succeeds or is refused at once, a direct debit takes its time.

    `saved` is the payment method it is drawn on; without one a new method is made, and kept for later where
    the intent asks for that.
    """
    intent["payment_method"] = saved or _method(double, account, intent, method)
    charge = _charge(double, account, intent, method)
    intent |= {"latest_charge": charge["id"], "last_payment_error": None}
    if method.kind == "sepa_debit":
        intent |= {"status": "processing", "processing": {"type": "sepa_debit"}}
        _credit(double, account, charge, method.kind)
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
    if intent["capture_method"] == "manual" and not method.refusal:
        charge |= {"status": "succeeded", "paid": True}
        intent |= {"status": "requires_capture", "amount_capturable": intent["amount"]}
        double.store.put(account["id"], charge)
        double.store.put(account["id"], intent)
        emit(double, account, "charge.succeeded", charge)
        emit(double, account, "payment_intent.amount_capturable_updated", intent)
        return intent
    return _finish(double, account, intent, charge, method.refusal)


def draw(double: Double, account: Account, intent: dict[str, Any], params: dict[str, Any]) -> dict[str, Any]:
    """Pay off session, by a way the payer saved; a refusal where it may not be used."""
    method, behaves = mandates.usable(double, account, params)
    intent["customer"] = method["customer"]
    return pay(double, account, intent, METHODS[behaves], saved=method["id"])


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


def capture(double: Double, account: Account, intent_id: str, amount: int | None) -> dict[str, Any]:
    """Take what was only held back, all of it or a part; the rest goes back to the payer. Inside a change."""
    intent = double.store.get(account["id"], intent_id, "payment_intent")
    if not intent:
        raise unknown_object("payment_intent", intent_id, "intent")
    if intent["status"] != "requires_capture":
        message = (
            "This PaymentIntent could not be captured because it has a status of "
            f"{intent['status']}. Only a PaymentIntent with one of the following statuses may be captured: "
            "requires_capture."
        )
        raise Refused(400, message, code="payment_intent_unexpected_state")
    taken = intent["amount_capturable"] if amount is None else amount
    if not 0 < taken <= intent["amount_capturable"]:
        message = "The amount to capture must be between 1 and the amount that can be captured."
        raise Refused(400, message, code="amount_too_large", param="amount_to_capture")
    charge = double.store.get(account["id"], intent["latest_charge"]) or {}
    charge |= {"captured": True, "amount_captured": taken}
    intent |= {"status": "succeeded", "amount_capturable": 0, "amount_received": taken}
    _credit(double, account, charge, charge["payment_method_details"]["type"])
    double.store.put(account["id"], charge)
    double.store.put(account["id"], intent)
    emit(double, account, "charge.captured", charge)
    emit(double, account, "payment_intent.succeeded", intent)
    return intent


def cancel(double: Double, account: Account, intent: dict[str, Any], reason: str | None) -> None:
    """Give a payment up."""
    if intent["status"] not in OPEN:
        message = f"You cannot cancel this PaymentIntent because it has a status of {intent['status']}."
        raise Refused(400, message, code="payment_intent_unexpected_state")
    intent |= {"status": "canceled", "canceled_at": int(double.now()), "cancellation_reason": reason}
    intent["amount_capturable"] = 0
    double.store.put(account["id"], intent)
    emit(double, account, "payment_intent.canceled", intent)


def _method(double: Double, account: Account, intent: dict[str, Any], method: Method) -> str:
    keep = bool(intent["setup_future_usage"] and intent["customer"])
    customer = intent["customer"] if keep else None
    made, _ = mandates.save(double, account, customer, method.kind, method.number, behaves=method.key)
    name: str = made["id"]
    return name


def _charge(double: Double, account: Account, intent: dict[str, Any], method: Method) -> dict[str, Any]:
    last4 = method.number.replace(" ", "")[-4:]
    details: dict[str, Any] = {"last4": last4, "country": "DE"}
    if method.kind == "card":
        details |= {"brand": "visa", "network": "visa", "funding": "debit"}
    elif mandate := mandates.mandate_of(double, account, intent["payment_method"]):
        details["mandate"] = mandate["id"]
    return shape(
        "charge",
        double.now(),
        account["live"],
        amount=intent["amount"],
        currency=intent["currency"],
        customer=intent["customer"],
        description=intent["description"],
        metadata=intent["metadata"],
        payment_intent=intent["id"],
        payment_method=intent["payment_method"],
        payment_method_details={"type": method.kind, method.kind: details},
    )


def _credit(double: Double, account: Account, charge: dict[str, Any], kind: str) -> None:
    """The payment comes into the balance, less the provider's fee."""
    amount = charge["amount_captured"] or charge["amount"]
    moved = balance.move(
        double,
        account,
        "charge" if kind == "card" else "payment",
        amount,
        charge["currency"],
        charge["id"],
        fee=balance.fee_for(kind, amount),
        category="charge",
    )
    charge["balance_transaction"] = moved["id"]


def _finish(
    double: Double,
    account: Account,
    intent: dict[str, Any],
    charge: dict[str, Any],
    refusal: tuple[str, str, str] | None,
) -> dict[str, Any]:
    intent |= {"processing": None}
    kind = charge["payment_method_details"]["type"]
    if refusal:
        code, decline, message = refusal
        charge |= {"status": "failed", "failure_code": code, "failure_message": message}
        error = {"code": code, "message": message, "charge": charge["id"]}
        error["type"] = "card_error" if decline else "invalid_request_error"
        if decline:
            error["decline_code"] = decline
        intent |= {"status": "requires_payment_method", "payment_method": None, "last_payment_error": error}
        if charge["balance_transaction"]:
            # A direct debit was credited when it was ordered: its failure takes that back, never the fee.
            back = balance.move(
                double, account, "payment_failure_refund", -charge["amount"], charge["currency"], charge["id"],
                category="charge_failure",
            )  # fmt: skip
            charge["failure_balance_transaction"] = back["id"]
    else:
        charge |= {"status": "succeeded", "paid": True, "captured": True, "amount_captured": charge["amount"]}
        intent |= {"status": "succeeded", "amount_received": charge["amount"]}
        if not charge["balance_transaction"]:
            _credit(double, account, charge, kind)
    double.store.put(account["id"], charge)
    double.store.put(account["id"], intent)
    emit(double, account, "charge.failed" if refusal else "charge.succeeded", charge)
    name = "payment_intent.payment_failed" if refusal else "payment_intent.succeeded"
    emit(double, account, name, intent)
    return intent

"""The levers that move money: what a payer, their bank or the creditor's dashboard would do, done on demand.

POST   payments               {"api_key", "amount", "currency", "metadata", "method", "capture_method"}:
                              money out of nowhere
POST   payments/<id>/settle   {"outcome": "succeeded" or "failed"}: end a direct debit now
POST   payments/<id>/capture  {"amount"}: take what was held back, or a part of it
POST   payments/<id>/cancel   {}: give a payment up that is not finished
POST   payments/<id>/return   {"reason"}: a direct debit comes back after it had succeeded
POST   refunds                {"payment_intent", "amount", "outcome": "succeeded" (default), "pending", "failed"}
POST   refunds/<id>/settle    {"outcome": "succeeded", "failed" or "canceled"}
POST   disputes               {"payment_intent", "reason", "amount", "status"}: a chargeback, or with
                              "warning_needs_response" an inquiry
POST   disputes/<id>/move     {"status": "needs_response", "under_review", "won", "lost", "warning_closed"}
POST   mandates/<pm id>/end   {}: the payer ends a mandate at the bank
POST   payouts                {"api_key", "currency"}: all that is available goes to the creditor's bank
POST   payouts/<id>/settle    {"outcome": "paid" or "failed"}
"""

from collections.abc import Callable
from typing import Any

from local.payments import balance, checkout, mandates, money, returns
from local.payments.answers import Refused, unknown_object
from local.payments.world import Account, Double

Wish = dict[str, Any]


def _pay(double: Double, wish: Wish) -> Wish:
    method = money.METHODS.get(wish.get("method", "card"))
    if not method:
        raise Refused(400, "Unknown method.")
    account = _account(double, wish)
    how = {"metadata": wish.get("metadata", {}), "capture_method": wish.get("capture_method", "automatic")}
    with double.store.change():
        intent = money.new_intent(double, account, int(wish["amount"]), wish["currency"].lower(), **how)
        return money.pay(double, account, intent, method)


def _account(double: Double, wish: Wish) -> Account:
    account = double.store.account(wish.get("api_key") or "")
    if not account:
        raise Refused(400, "Unknown api_key.")
    return account


def _owner(double: Double, object_id: str, kind: str) -> Account:
    """The account of what a lever names."""
    owner = double.store.owner(object_id)
    if owner is None:
        raise unknown_object(kind, object_id, kind)
    return double.store.account_of(owner)


def _number(wish: Wish, name: str) -> int | None:
    return int(wish[name]) if wish.get(name) is not None else None


def _settle(double: Double, wish: Wish, intent_id: str) -> Wish:
    outcome = wish.get("outcome", "succeeded")
    if outcome not in ("succeeded", "failed"):
        raise Refused(400, "The outcome is succeeded or failed.")
    with double.store.change():
        return checkout.settle(double, intent_id, outcome)


def _capture(double: Double, wish: Wish, intent_id: str) -> Wish:
    with double.store.change():
        account = _owner(double, intent_id, "payment_intent")
        return money.capture(double, account, intent_id, _number(wish, "amount"))


def _cancel(double: Double, wish: Wish, intent_id: str) -> Wish:
    with double.store.change():
        account = _owner(double, intent_id, "payment_intent")
        intent = double.store.get(account["id"], intent_id) or {}
        money.cancel(double, account, intent, "requested_by_customer")
        return intent


def _return(double: Double, wish: Wish, intent_id: str) -> Wish:
    with double.store.change():
        account = _owner(double, intent_id, "payment_intent")
        return returns.returned(double, account, intent_id, wish.get("reason") or "customer_initiated")


def _refund(double: Double, wish: Wish) -> Wish:
    with double.store.change():
        account = _owner(double, wish.get("payment_intent") or "", "payment_intent")
        outcome = wish.get("outcome") or "succeeded"
        return returns.refund(double, account, wish, _number(wish, "amount"), status=outcome)


def _settle_refund(double: Double, wish: Wish, refund_id: str) -> Wish:
    with double.store.change():
        return returns.settle_refund(double, refund_id, wish.get("outcome", "succeeded"))


def _dispute(double: Double, wish: Wish) -> Wish:
    intent_id = wish.get("payment_intent") or ""
    with double.store.change():
        return returns.dispute(
            double,
            _owner(double, intent_id, "payment_intent"),
            intent_id,
            wish.get("reason") or "fraudulent",
            amount=_number(wish, "amount"),
            status=wish.get("status") or "needs_response",
        )


def _move(double: Double, wish: Wish, dispute_id: str) -> Wish:
    with double.store.change():
        return returns.move_dispute(double, dispute_id, wish.get("status") or "")


def _end(double: Double, wish: Wish, method_id: str) -> Wish:
    with double.store.change():
        return mandates.end(double, _owner(double, method_id, "payment_method"), method_id)


def _pay_out(double: Double, wish: Wish) -> Wish:
    account = _account(double, wish)
    with double.store.change():
        return balance.pay_out(double, account, wish.get("currency", "eur"))


def _settle_payout(double: Double, wish: Wish, payout_id: str) -> Wish:
    with double.store.change():
        return balance.settle(double, payout_id, wish.get("outcome", "paid"))


LEVERS: list[tuple[str, str, Callable[..., Wish]]] = [
    ("POST", "payments", _pay),
    ("POST", "payments/(pi_[A-Za-z0-9]+)/settle", _settle),
    ("POST", "payments/(pi_[A-Za-z0-9]+)/capture", _capture),
    ("POST", "payments/(pi_[A-Za-z0-9]+)/cancel", _cancel),
    ("POST", "payments/(pi_[A-Za-z0-9]+)/return", _return),
    ("POST", "refunds", _refund),
    ("POST", "refunds/(re_[A-Za-z0-9]+)/settle", _settle_refund),
    ("POST", "disputes", _dispute),
    ("POST", "disputes/(du_[A-Za-z0-9]+)/move", _move),
    ("POST", "mandates/(pm_[A-Za-z0-9]+)/end", _end),
    ("POST", "payouts", _pay_out),
    ("POST", "payouts/(po_[A-Za-z0-9]+)/settle", _settle_payout),
]

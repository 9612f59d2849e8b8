"""Money that goes back: refunds the creditor orders, and disputes the payer's bank opens, a returned debit too.

Sources: https://docs.stripe.com/api/refunds, https://docs.stripe.com/refunds#failed-refunds,
https://docs.stripe.com/disputes/how-disputes-work, https://docs.stripe.com/payments/sepa-debit#disputed-payments.
"""

from typing import Any

from local.payments import balance
from local.payments.answers import Refused, unknown_object
from local.payments.deliveries import emit
from local.payments.shapes import shape
from local.payments.world import Account, Double

Thing = dict[str, Any]
OUTCOMES = ("succeeded", "failed", "canceled")
OVER = ("won", "lost", "warning_closed", "prevented")
WARNINGS = ("warning_needs_response", "warning_under_review")


def refund(
    double: Double, account: Account, params: Thing, amount: int | None, *, status: str = "succeeded"
) -> Thing:
    """Give money back, the whole rest unless an amount is named; never more than was taken.

    `pending` is what a bank takes days for: it ends by `settle_refund`. Inside a change.
    """
    intent = double.store.get(account["id"], params.get("payment_intent", ""), "payment_intent")
    charge_id = intent["latest_charge"] if intent else params.get("charge", "")
    charge = double.store.get(account["id"], charge_id or "", "charge")
    if not charge:
        raise unknown_object("payment_intent", params.get("payment_intent", ""), "payment_intent")
    if charge["status"] != "succeeded" or not charge["captured"]:
        raise Refused(400, f"This PaymentIntent ({charge['payment_intent']}) has no successful charge.")
    if charge["disputed"] and not _refundable(double, account, charge["id"]):
        raise Refused(400, f"Charge {charge['id']} has been charged back.", code="charge_disputed")
    rest = charge["amount_captured"] - charge["amount_refunded"]
    if rest == 0:
        raise Refused(400, f"Charge {charge['id']} has already been refunded.", code="charge_already_refunded")
    amount = rest if amount is None else amount
    if not 0 < amount <= rest:
        message = f"Refund amount ({amount}) is greater than unrefunded amount on charge ({rest})"
        raise Refused(400, message, param="amount")
    method = charge["payment_method_details"]["type"]
    kind = {"card": "refund"}.get(method, "payment_refund")
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
        status="pending" if status != "succeeded" else status,
    )
    moved = balance.move(double, account, kind, -amount, charge["currency"], given["id"], category="refund")
    given["balance_transaction"] = moved["id"]
    charge["amount_refunded"] += amount
    charge["refunded"] = charge["amount_refunded"] == charge["amount_captured"]
    double.store.put(account["id"], charge)
    double.store.put(account["id"], given)
    emit(double, account, "refund.created", given)
    emit(double, account, "charge.refunded", charge)
    return settle_refund(double, given["id"], status) if status in ("failed", "canceled") else given


def settle_refund(double: Double, refund_id: str, outcome: str) -> Thing:
    """What became of a refund; even one that succeeded may come back from the bank. Inside a change."""
    owner = double.store.owner(refund_id) or ""
    given = double.store.get(owner, refund_id, "refund")
    if not given:
        raise unknown_object("refund", refund_id, "refund")
    account = double.store.account_of(owner)
    over = given["status"] in ("failed", "canceled") or given["status"] == outcome
    if outcome not in OUTCOMES or over or (outcome == "canceled" and given["status"] != "pending"):
        raise Refused(400, f"This refund is {given['status']}; the outcome is one of {', '.join(OUTCOMES)}.")
    given["status"] = outcome
    if outcome != "succeeded":
        back = balance.move(double, account, "refund_failure", given["amount"], given["currency"], given["id"])
        given["failure_balance_transaction"] = back["id"]
        if outcome == "failed":
            given["failure_reason"] = "expired_or_canceled_card"
        charge = double.store.get(owner, given["charge"]) or {}
        charge["amount_refunded"] -= given["amount"]
        charge["refunded"] = False
        double.store.put(owner, charge)
    double.store.put(owner, given)
    emit(double, account, "refund.failed" if outcome == "failed" else "refund.updated", given)
    emit(double, account, "charge.refund.updated", given)
    return given


def dispute(
    double: Double,
    account: Account,
    intent_id: str,
    reason: str,
    *,
    amount: int | None = None,
    status: str = "needs_response",
) -> Thing:
    """The payer's bank takes a payment back: a chargeback, as the card scheme calls a dispute. Inside a change.

    A `warning_...` status is an inquiry: no money moves yet. `lost` at once is how the provider shows a direct
    debit that was returned after it had succeeded: nothing can be said against it.
    """
    intent = double.store.get(account["id"], intent_id, "payment_intent")
    charge = double.store.get(account["id"], (intent or {}).get("latest_charge") or "", "charge")
    if not intent or not charge or charge["status"] != "succeeded":
        raise unknown_object("payment_intent", intent_id, "payment_intent")
    taken = charge["amount_captured"] - charge["amount_refunded"] if amount is None else amount
    if not 0 < taken <= charge["amount_captured"]:
        raise Refused(400, "No more can be disputed than was taken.", param="amount")
    method = charge["payment_method_details"]["type"]
    details: Thing = {"type": method}
    if method == "card":
        details["card"] = {
            "brand": "visa",
            "case_type": "inquiry" if status in WARNINGS else "chargeback",
            "network_reason_code": "10.4",
        }
    opened = shape(
        "dispute",
        double.now(),
        account["live"],
        amount=taken,
        charge=charge["id"],
        payment_intent=intent_id,
        currency=charge["currency"],
        payment_method_details=details,
        reason=reason,
        status=status,
        is_charge_refundable=status in WARNINGS,
    )
    charge["disputed"] = True
    double.store.put(account["id"], charge)
    double.store.put(account["id"], opened)
    emit(double, account, "charge.dispute.created", opened)
    if status not in WARNINGS:
        _withdraw(double, account, opened, method)
    if status == "lost":
        emit(double, account, "charge.dispute.closed", opened)
    return opened


def returned(double: Double, account: Account, intent_id: str, reason: str) -> Thing:
    """A direct debit comes back from the payer's bank weeks after it succeeded. Inside a change."""
    return dispute(double, account, intent_id, reason, status="lost")


def move_dispute(double: Double, dispute_id: str, status: str) -> Thing:
    """The dispute goes on: escalated to a chargeback, under review, won or lost. Inside a change."""
    owner = double.store.owner(dispute_id) or ""
    opened = double.store.get(owner, dispute_id, "dispute")
    if not opened:
        raise unknown_object("dispute", dispute_id, "dispute")
    account = double.store.account_of(owner)
    known = ("needs_response", "under_review", *WARNINGS, *OVER)
    if status not in known or opened["status"] in OVER:
        raise Refused(400, f"This dispute is {opened['status']}; it cannot become {status}.")
    method = opened["payment_method_details"]["type"]
    opened |= {"status": status, "is_charge_refundable": status in WARNINGS}
    if status in ("needs_response", "under_review", "lost") and not opened["balance_transactions"]:
        _withdraw(double, account, opened, method)
    double.store.put(owner, opened)
    emit(double, account, "charge.dispute.closed" if status in OVER else "charge.dispute.updated", opened)
    if status == "won" and opened["balance_transactions"]:
        _reinstate(double, account, opened)
    return opened


def _withdraw(double: Double, account: Account, opened: Thing, method: str) -> None:
    moved = balance.move(
        double,
        account,
        "adjustment",
        -opened["amount"],
        opened["currency"],
        opened["id"],
        fee=balance.DISPUTE_FEES[method],
        category="dispute",
    )
    opened["balance_transactions"].append(moved)
    double.store.put(account["id"], opened)
    emit(double, account, "charge.dispute.funds_withdrawn", opened)


def _reinstate(double: Double, account: Account, opened: Thing) -> None:
    moved = balance.move(
        double,
        account,
        "adjustment",
        opened["amount"],
        opened["currency"],
        opened["id"],
        category="dispute_reversal",
    )
    opened["balance_transactions"].append(moved)
    double.store.put(account["id"], opened)
    emit(double, account, "charge.dispute.funds_reinstated", opened)


def _refundable(double: Double, account: Account, charge_id: str) -> bool:
    where = [("json_extract(body, '$.charge') = ?", charge_id)]
    found, _ = double.store.page(account["id"], "dispute", where=where, limit=100)
    return all(one["is_charge_refundable"] or one["status"] == "won" for one in found)

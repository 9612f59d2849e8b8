"""Saved ways to pay: a customer, a payment method and the mandate that lets the creditor draw on it.

Sources: https://docs.stripe.com/payments/save-and-reuse?platform=web&payment-ui=checkout,
https://docs.stripe.com/payments/sepa-debit/set-up-payment, https://docs.stripe.com/api/mandates.
"""

from typing import Any

from local.payments.answers import Refused, unknown_object
from local.payments.deliveries import emit
from local.payments.shapes import new_id, shape
from local.payments.world import Account, Double


def new_customer(double: Double, account: Account) -> dict[str, Any]:
    """Somebody a payment method can be kept for; nothing is known of them."""
    made = shape("customer", double.now(), account["live"])
    double.store.put(account["id"], made)
    emit(double, account, "customer.created", made)
    return made


def new_setup(double: Double, account: Account, customer: str | None, **values: Any) -> dict[str, Any]:
    """An intention to save a way to pay."""
    setup = shape("setup_intent", double.now(), account["live"], customer=customer, **values)
    setup["client_secret"] = f"{setup['id']}_secret_{new_id('', 25)}"
    double.store.put(account["id"], setup)
    emit(double, account, "setup_intent.created", setup)
    return setup


def save(
    double: Double, account: Account, customer: str | None, kind: str, number: str, *, behaves: str
) -> tuple[dict[str, Any], dict[str, Any] | None]:
    """The payment method, and for a direct debit its mandate; `behaves` is the test means it stands for."""
    last4 = number.replace(" ", "")[-4:]
    detail: dict[str, Any] = {"last4": last4, "country": "DE", "fingerprint": new_id("", 16)}
    if kind == "sepa_debit":
        detail |= {"bank_code": "37040044", "branch_code": "", "generated_from": None}
    else:
        detail |= {"brand": "visa", "exp_month": 12, "exp_year": 2034, "funding": "debit"}
    method = shape("payment_method", double.now(), account["live"], customer=customer, type=kind)
    method[kind] = detail
    double.store.put(account["id"], method, hidden={"behaves": behaves})
    if customer:
        emit(double, account, "payment_method.attached", method)
    if kind != "sepa_debit":
        return method, None
    mandate = shape(
        "mandate",
        double.now(),
        account["live"],
        payment_method=method["id"],
        payment_method_details={"type": kind, kind: {"reference": new_id("", 16).upper(), "url": ""}},
    )
    mandate["customer_acceptance"]["accepted_at"] = int(double.now())
    double.store.put(account["id"], mandate)
    double.store.hide(method["id"], {"mandate": mandate["id"]})
    return method, mandate


def confirm(
    double: Double, account: Account, setup: dict[str, Any], kind: str, number: str, *, behaves: str
) -> dict[str, Any]:
    """The debtor agreed on the hosted page: the way to pay is saved."""
    method, mandate = save(double, account, setup["customer"], kind, number, behaves=behaves)
    setup |= {"status": "succeeded", "payment_method": method["id"], "mandate": mandate and mandate["id"]}
    double.store.put(account["id"], setup)
    emit(double, account, "setup_intent.succeeded", setup)
    if mandate:
        emit(double, account, "mandate.updated", mandate)
    return setup


def cancel(double: Double, account: Account, setup: dict[str, Any]) -> None:
    """An intention to save a way to pay is given up."""
    setup |= {"status": "canceled", "cancellation_reason": "abandoned"}
    double.store.put(account["id"], setup)
    emit(double, account, "setup_intent.canceled", setup)


def detach(double: Double, account: Account, method_id: str) -> dict[str, Any]:
    """The creditor gives a saved way to pay up: nothing can be drawn on it any more."""
    method = double.store.get(account["id"], method_id, "payment_method")
    if not method:
        raise unknown_object("PaymentMethod", method_id, "payment_method")
    if not method["customer"]:
        raise Refused(
            400,
            "The payment method you provided is not attached to a customer so detachment is impossible.",
        )
    end(double, account, method_id)
    method["customer"] = None
    double.store.put(account["id"], method)
    emit(double, account, "payment_method.detached", method)
    return method


def end(double: Double, account: Account, method_id: str) -> dict[str, Any]:
    """A mandate becomes inactive, as when the payer revoked it at the bank; inside a change."""
    mandate = mandate_of(double, account, method_id)
    if not mandate:
        raise unknown_object("PaymentMethod", method_id, "payment_method")
    if mandate["status"] != "inactive":
        mandate["status"] = "inactive"
        double.store.put(account["id"], mandate)
        emit(double, account, "mandate.updated", mandate)
    return mandate


def mandate_of(double: Double, account: Account, method_id: str) -> dict[str, Any] | None:
    """The mandate a direct debit's payment method stands on."""
    return double.store.get(account["id"], double.store.hidden(method_id).get("mandate", ""), "mandate")


def usable(double: Double, account: Account, params: dict[str, Any]) -> tuple[dict[str, Any], str]:
    """The saved method a payment names, and the test means it stands for; a refusal where nothing may be drawn."""
    method = double.store.get(account["id"], params.get("payment_method", ""), "payment_method")
    if not method:
        raise unknown_object("PaymentMethod", params.get("payment_method", ""), "payment_method")
    if not method["customer"] or method["customer"] != params.get("customer"):
        raise Refused(
            400,
            "The provided PaymentMethod was previously used with a PaymentIntent without Customer attachment, "
            "or was detached from a Customer. It may not be used again.",
            code="payment_method_unexpected_state",
        )
    mandate = mandate_of(double, account, method["id"])
    if mandate and mandate["status"] != "active":
        raise Refused(400, "The mandate is inactive.", code="payment_intent_mandate_invalid", param="mandate")
    return method, double.store.hidden(method["id"])["behaves"]

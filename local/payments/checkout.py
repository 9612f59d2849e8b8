"""Hosted pages as the provider keeps them: opened, tried, completed, closed.

Sources: https://docs.stripe.com/api/checkout/sessions/create,
https://docs.stripe.com/payments/checkout/how-checkout-works,
https://docs.stripe.com/currencies#minimum-and-maximum-charge-amounts.
"""

from typing import Any
from urllib.parse import urlsplit

from local.payments import mandates, money
from local.payments.answers import Refused, missing
from local.payments.deliveries import emit
from local.payments.forms import labels, whole
from local.payments.shapes import new_id, shape
from local.payments.world import Account, Double

SHORTEST, LONGEST = 30 * 60, 24 * 3600
SMALLEST = {"eur": 50, "usd": 50, "chf": 50, "gbp": 30, "pln": 200, "sek": 300, "dkk": 250, "nok": 300}


def create(double: Double, account: Account, params: dict[str, Any]) -> dict[str, Any]:
    """Open a hosted page: for a payment, or (`mode` setup) to save a way to pay and take nothing."""
    if params.get("mode") not in ("payment", "setup"):
        raise Refused(400, "The payment double speaks mode=payment and mode=setup only.", param="mode")
    lines, currency, total = _sum(params)
    now = double.now()
    session = shape(
        "checkout.session",
        now,
        account["live"],
        mode=params["mode"],
        amount_subtotal=total,
        amount_total=total,
        currency=currency,
        cancel_url=_address(params, "cancel_url", needed=False),
        success_url=_address(params, "success_url"),
        client_reference_id=params.get("client_reference_id"),
        customer=params.get("customer"),
        customer_creation=params.get("customer_creation", "if_required"),
        expires_at=_expiry(params, now),
        locale=params.get("locale"),
        metadata=labels(params),
        submit_type=params.get("submit_type"),
    )
    if params["mode"] == "setup":
        session["payment_status"] = "no_payment_required"
        session["payment_method_types"] = params.get("allowed_payment_method_types") or ["card"]
    session["url"] = f"{double.public_url}/c/pay/{session['id']}"
    intent_data = params.get("payment_intent_data") or params.get("setup_intent_data") or {}
    intent = {"metadata": labels(intent_data), "description": intent_data.get("description")}
    for wish in ("capture_method", "setup_future_usage"):
        if intent_data.get(wish):
            intent[wish] = intent_data[wish]
    double.store.put(
        account["id"],
        session,
        hidden={
            "lines": lines,
            "payee": (params.get("branding_settings") or {}).get("display_name") or account["id"],
            "intent": intent,
        },
    )
    return session


def _sum(params: dict[str, Any]) -> tuple[list[dict[str, Any]], str, int | None]:
    """The lines, their currency and their sum; a page that only saves a way to pay has no sum."""
    if params["mode"] == "setup":
        if params.get("line_items"):
            raise Refused(400, "You can not pass `line_items` in `setup` mode.", param="line_items")
        if params.get("currency") not in SMALLEST:
            raise missing("currency")
        return [], params["currency"], None
    lines, currency = _lines(params)
    total = sum(line["amount_total"] for line in lines)
    if currency not in SMALLEST:
        raise Refused(400, f"Invalid currency: {currency}.", param="line_items[0][price_data][currency]")
    if total < SMALLEST[currency]:
        raise Refused(
            400,
            f"The Checkout Session's total amount must be at least {SMALLEST[currency]} {currency} cents.",
            code="amount_too_small",
        )
    return lines, currency, total


def expire(double: Double, account: Account, session: dict[str, Any], *, by_clock: bool = False) -> None:
    """Close a hosted page; an unfinished payment is given up with it."""
    if session["status"] != "open":
        raise Refused(
            400,
            'Only Checkout Sessions with a status in ["open"] can be expired. This Checkout Session has a '
            f"status of `{session['status']}`.",
        )
    session |= {"status": "expired", "url": None}
    double.store.put(account["id"], session)
    intent = double.store.get(account["id"], session["payment_intent"] or "")
    if intent:
        money.cancel(double, account, intent, "expired" if by_clock else "abandoned")
    setup = double.store.get(account["id"], session["setup_intent"] or "")
    if setup:
        mandates.cancel(double, account, setup)
    emit(double, account, "checkout.session.expired", session)


def expire_due(double: Double) -> None:
    """Close every page whose time is over; inside a change."""
    due = double.store.rows(
        "select id, account from objects where kind = 'checkout.session' "
        "and json_extract(body, '$.status') = 'open' and json_extract(body, '$.expires_at') <= ?",
        double.now(),
    )
    for row in due:
        session = double.store.get(row["account"], row["id"]) or {}
        expire(double, double.store.account_of(row["account"]), session, by_clock=True)


def submit(double: Double, session_id: str, method: money.Method) -> dict[str, Any]:
    """The debtor presses pay: the session afterwards, open still if the means was refused.

    A page already completed or closed is left as it is, so that pressing twice pays once.
    """
    with double.store.change():
        expire_due(double)
        owner = double.store.owner(session_id) or ""
        session = double.store.get(owner, session_id, "checkout.session")
        if not session:
            raise Refused(404, "There is no such page.")
        if session["status"] != "open":
            return session
        account = double.store.account_of(owner)
        if session["customer"] is None and session["customer_creation"] == "always":
            session["customer"] = mandates.new_customer(double, account)["id"]
        if session["mode"] == "setup":
            return _saved(double, account, session, method)
        intent = double.store.get(owner, session["payment_intent"] or "") or money.new_intent(
            double,
            account,
            session["amount_total"],
            session["currency"],
            customer=session["customer"],
            **double.store.hidden(session_id)["intent"],
        )
        session["payment_intent"] = intent["id"]
        intent = money.pay(double, account, intent, method)
        if intent["status"] != "requires_payment_method":
            paid = intent["status"] == "succeeded"
            session |= {"status": "complete", "url": None, "payment_status": "paid" if paid else "unpaid"}
            emit(double, account, "checkout.session.completed", session)
        double.store.put(owner, session)
        return session


def _saved(double: Double, account: Account, session: dict[str, Any], method: money.Method) -> dict[str, Any]:
    """The way to pay is saved and nothing is taken; a card that is refused leaves the page open."""
    if method.kind not in session["payment_method_types"] or (method.kind == "card" and method.refusal):
        return session
    setup = mandates.new_setup(
        double,
        account,
        session["customer"],
        payment_method_types=session["payment_method_types"],
        **double.store.hidden(session["id"])["intent"],
    )
    setup = mandates.confirm(double, account, setup, method.kind, method.number, behaves=method.key)
    session |= {"setup_intent": setup["id"], "status": "complete", "url": None}
    double.store.put(account["id"], session)
    emit(double, account, "checkout.session.completed", session)
    return session


def settle(double: Double, intent_id: str, outcome: str) -> dict[str, Any]:
    """End a direct debit, and tell of it in the words of the page it began on too; inside a change."""
    account, intent = money.settle(double, intent_id, outcome)
    where = [("json_extract(body, '$.payment_intent') = ?", intent["id"])]
    sessions, _ = double.store.page(account["id"], "checkout.session", where=where, limit=1)
    for session in sessions:
        good = intent["status"] == "succeeded"
        session["payment_status"] = "paid" if good else "unpaid"
        double.store.put(account["id"], session)
        name = "succeeded" if good else "failed"
        emit(double, account, f"checkout.session.async_payment_{name}", session)
    return intent


def _lines(params: dict[str, Any]) -> tuple[list[dict[str, Any]], str]:
    lines, currency = [], ""
    for place, item in enumerate(params.get("line_items") or []):
        shown = f"line_items[{place}]"
        price = item.get("price_data") or {}
        name = (price.get("product_data") or {}).get("name")
        if not price.get("currency") or not name:
            raise missing(f"{shown}[price_data]")
        unit = whole(price, "unit_amount", shown=f"{shown}[price_data][unit_amount]")
        count = whole(item, "quantity", 1, shown=f"{shown}[quantity]")
        if unit < 0 or count < 1:
            raise Refused(400, "Invalid non-negative integer", param=f"{shown}[price_data][unit_amount]")
        if currency and currency != price["currency"]:
            raise Refused(400, "All line items must use one currency.", param=shown)
        currency = price["currency"]
        lines.append(
            {
                "id": new_id("li_1", 22),
                "object": "item",
                "amount_discount": 0,
                "amount_subtotal": unit * count,
                "amount_tax": 0,
                "amount_total": unit * count,
                "currency": currency,
                "description": name,
                "price": None,
                "quantity": count,
            }
        )
    if not lines:
        raise missing("line_items")
    return lines, currency


def _expiry(params: dict[str, Any], now: float) -> int:
    end = whole(params, "expires_at", int(now) + LONGEST)
    if end < int(now) + SHORTEST:
        message = "The `expires_at` timestamp must be at least 30 minutes from Checkout Session creation."
        raise Refused(400, message, param="expires_at")
    if end > int(now) + LONGEST:
        message = "The `expires_at` timestamp must be less than 24 hours from Checkout Session creation."
        raise Refused(400, message, param="expires_at")
    return end


def _address(params: dict[str, Any], name: str, *, needed: bool = True) -> str | None:
    value = params.get(name)
    if not value:
        if needed:
            raise missing(name)
        return None
    place = urlsplit(value)
    if place.scheme not in ("http", "https") or not place.netloc:
        raise Refused(400, "Not a valid URL", code="url_invalid", param=name)
    return value

"""The provider's API, as far as the house and its checks speak it.

Sources: https://docs.stripe.com/api/authentication, https://docs.stripe.com/api/idempotent_requests,
https://docs.stripe.com/api/pagination, https://docs.stripe.com/api/expanding_objects.
"""

import base64
import binascii
import json
import re
from collections.abc import Callable
from typing import Any

from local.payments import balance, checkout, deliveries, faults, forms, mandates, money, returns
from local.payments.answers import Answer, Asked, Refused, unknown_object
from local.payments.shapes import SHAPES, new_id
from local.payments.world import Account, Double

REMEMBERED = 24 * 3600
"""Seconds an idempotency key is kept: the least the provider promises, so nobody may count on more."""

Params = dict[str, Any]
CREATE = {
    "adaptive_pricing", "branding_settings", "cancel_url", "client_reference_id", "expires_at", "line_items",
    "locale", "metadata", "mode", "payment_intent_data", "submit_type", "success_url",
    "allowed_payment_method_types", "currency", "customer", "customer_creation", "setup_intent_data",
}  # fmt: skip
PAY = {
    "allowed_payment_method_types", "amount", "capture_method", "confirm", "currency", "customer", "description",
    "mandate", "metadata", "off_session", "payment_method",
}  # fmt: skip


def answer(double: Double, asked: Asked) -> Answer:
    """Answer one request to the API."""
    request_id = new_id("req_", 14)
    try:
        account = _account(double, asked.headers)
        with double.store.change():
            broken = faults.take(double, "api_error", account["api_key"], kind=asked.method, path=asked.path)
        said = _broken(broken) if broken else _act(double, account, asked)
        if not broken:
            said = _spoilt(double, account, asked, said)
    except Refused as refusal:
        said = refusal.answer()
    said.headers |= {"Request-Id": request_id}
    if version := asked.headers.get("stripe-version"):
        said.headers["Stripe-Version"] = version
    return said


def _spoilt(double: Double, account: Account, asked: Asked, said: Answer) -> Answer:
    """The answer to what was done, as it goes out: lost on the way, or an error in its place."""
    with double.store.change():
        late = faults.take(double, "late_error", account["api_key"], kind=asked.method, path=asked.path)
        if late:
            said = _broken(late)
            if key := asked.headers.get("idempotency-key"):
                double.store.run(
                    "update replies set status = ?, body = ? where account = ? and key = ?",
                    said.status, json.dumps(said.body), account["id"], key,
                )  # fmt: skip
        if faults.take(double, "lose_response", account["api_key"], kind=asked.method, path=asked.path):
            said.lost = True
    return said


def _account(double: Double, headers: dict[str, str]) -> Account:
    scheme, _, key = headers.get("authorization", "").partition(" ")
    if scheme.lower() == "basic":
        try:
            key = base64.b64decode(key, validate=True).decode().partition(":")[0]
        except (binascii.Error, UnicodeDecodeError):
            key = ""
    if not key:
        raise Refused(401, "You did not provide an API key.")
    account = double.store.account(key.strip())
    if not account:
        shown = key[:8] + "*" * 8 + key[-4:] if len(key) > 16 else "*" * len(key)
        raise Refused(401, f"Invalid API Key provided: {shown}")
    return account


def _broken(fault: Params) -> Answer:
    status = int(fault.get("status", 500))
    error = {"type": "api_error", "message": "Something went wrong on the double's end, as asked."}
    if status == 429:
        error = {"type": "invalid_request_error", "message": "Too many requests.", "code": "rate_limit"}
    if fault.get("code"):
        error["code"] = fault["code"]
    return Answer(status, {"error": error})


def _act(double: Double, account: Account, asked: Asked) -> Answer:
    act, way = _route(asked)
    key = asked.headers.get("idempotency-key", "")
    params = forms.read(asked.body.decode() if asked.method == "POST" else asked.query)
    wanted = _paths(params.pop("expand", []))
    request = json.dumps([asked.method, asked.path, params, wanted], sort_keys=True)
    with double.store.change():
        remembered = key and asked.method == "POST"
        if remembered and (said := _again(double, account, key, request)):
            return said
        body = _expanded(double, account, act(double, account, params, *way), wanted)
        if remembered:
            double.store.run(
                "replace into replies values (?, ?, ?, 200, ?, ?)",
                account["id"], key, request, json.dumps(body), double.now(),
            )  # fmt: skip
    return Answer(200, body, {"Idempotency-Key": key} if remembered else {})


def _again(double: Double, account: Account, key: str, request: str) -> Answer | None:
    """The remembered reply to this key, if it is still remembered; a refusal if it was another request's."""
    double.store.run("delete from replies where at <= ?", double.now() - REMEMBERED)
    known = double.store.rows("select * from replies where account = ? and key = ?", account["id"], key)
    if not known:
        return None
    if known[0]["request"] != request:
        raise Refused(
            400,
            "Keys for idempotent requests can only be used with the same parameters they were first used "
            f"with. Try using a key other than '{key}' if you meant to execute a different request.",
            kind="idempotency_error",
        )
    headers = {"Idempotency-Key": key, "Idempotent-Replayed": "true"}
    return Answer(known[0]["status"], json.loads(known[0]["body"]), headers)


# -- what can be asked -------------------------------------------------------------------------------------


def _create_session(double: Double, account: Account, params: Params) -> Params:
    forms.known(params, CREATE)
    return checkout.create(double, account, params)


def _expire_session(double: Double, account: Account, params: Params, session_id: str) -> Params:
    forms.known(params, set())
    checkout.expire_due(double)
    session = _find(double, account, "checkout.session", session_id)
    checkout.expire(double, account, session)
    return session


def _session_lines(double: Double, account: Account, params: Params, session_id: str) -> Params:
    _find(double, account, "checkout.session", session_id)
    return _lines(double, session_id)


def _create_refund(double: Double, account: Account, params: Params) -> Params:
    forms.known(params, {"payment_intent", "charge", "amount", "reason", "metadata"})
    params["metadata"] = forms.labels(params)
    amount = forms.whole(params, "amount") if "amount" in params else None
    return returns.refund(double, account, params, amount)


def _create_intent(double: Double, account: Account, params: Params) -> Params:
    forms.known(params, PAY)
    amount, currency = forms.whole(params, "amount"), params.get("currency", "")
    if amount < checkout.SMALLEST.get(currency, 0) or amount <= 0:
        raise Refused(400, "Amount must be at least the smallest amount.", code="amount_too_small", param="amount")
    if currency not in checkout.SMALLEST:
        raise Refused(400, f"Invalid currency: {currency}.", param="currency")
    confirmed = params.get("confirm") == "true"
    if confirmed:
        mandates.usable(double, account, params)  # what may not be drawn on leaves no payment behind
    intent = money.new_intent(
        double,
        account,
        amount,
        currency,
        metadata=forms.labels(params),
        description=params.get("description"),
        capture_method=params.get("capture_method", "automatic"),
    )
    return money.draw(double, account, intent, params) if confirmed else intent


def _capture(double: Double, account: Account, params: Params, intent_id: str) -> Params:
    forms.known(params, {"amount_to_capture"})
    amount = forms.whole(params, "amount_to_capture") if "amount_to_capture" in params else None
    return money.capture(double, account, intent_id, amount)


def _cancel_intent(double: Double, account: Account, params: Params, intent_id: str) -> Params:
    forms.known(params, {"cancellation_reason"})
    intent = _find(double, account, "payment_intent", intent_id)
    money.cancel(double, account, intent, params.get("cancellation_reason"))
    return intent


def _detach(double: Double, account: Account, params: Params, method_id: str) -> Params:
    forms.known(params, set())
    return mandates.detach(double, account, method_id)


def _balance(double: Double, account: Account, params: Params) -> Params:
    return {**SHAPES["balance"], **balance.standing(double, account), "livemode": account["live"]}


def _getter(kind: str) -> Callable[..., Params]:
    def get(double: Double, account: Account, params: Params, object_id: str) -> Params:
        forms.known(params, set())
        if kind == "checkout.session":
            checkout.expire_due(double)
        found = _find(double, account, kind, object_id)
        if kind == "event":
            found["pending_webhooks"] = deliveries.pending(double, object_id)
        if kind == "balance_transaction":
            found = balance.fresh(double, found)
        return found

    return get


def _lister(kind: str, *filters: str) -> Callable[..., Params]:
    def page(double: Double, account: Account, params: Params) -> Params:
        forms.known(params, {"limit", "starting_after", "ending_before", "created", "types", *filters})
        if kind == "checkout.session":
            checkout.expire_due(double)
        limit = forms.whole(params, "limit", 10)
        if not 1 <= limit <= 100:
            raise Refused(400, "This value must be between 1 and 100.", param="limit")
        for cursor in ("starting_after", "ending_before"):
            if params.get(cursor):
                _find(double, account, kind, params[cursor], cursor)
        where = _created(params.get("created")) + [
            (_where(kind, name), params[name]) for name in filters if name in params
        ]
        if "types" in params:
            any_of = "json_extract(body, '$.type') in (select value from json_each(?))"
            where.append((any_of, json.dumps(params["types"])))
        found, more = double.store.page(
            account["id"], kind, where=where, limit=limit,
            after=params.get("starting_after"), before=params.get("ending_before"),
        )  # fmt: skip
        if kind == "balance_transaction":
            found = [balance.fresh(double, one) for one in found]
        return {"object": "list", "url": PLACES[kind], "has_more": more, "data": found}

    return page


def _where(kind: str, name: str) -> str:
    """The condition for a filter: an event's type may hold a `*`, and a movement's payout is kept beside it."""
    place = "hidden" if name == "payout" else "body"
    sign = "glob" if (kind, name) == ("event", "type") else "="
    return f"json_extract({place}, '$.{name}') {sign} ?"


def _created(wish: Any) -> list[tuple[str, Any]]:
    if wish is None:
        return []
    if isinstance(wish, str):
        return [("created = ?", forms.whole({"created": wish}, "created"))]
    signs = {"gt": ">", "gte": ">=", "lt": "<", "lte": "<="}
    forms.known(wish, set(signs))
    return [(f"created {signs[name]} ?", forms.whole(wish, name, shown=f"created[{name}]")) for name in wish]


def _find(double: Double, account: Account, kind: str, object_id: str, param: str = "id") -> Params:
    found = double.store.get(account["id"], object_id, kind)
    if not found:
        raise unknown_object(kind, object_id, param)
    return found


def _lines(double: Double, session_id: str) -> Params:
    lines = double.store.hidden(session_id)["lines"]
    url = f"/v1/checkout/sessions/{session_id}/line_items"
    return {"object": "list", "url": url, "has_more": False, "data": lines}


# -- expanding ---------------------------------------------------------------------------------------------


def _paths(wanted: Any) -> list[str]:
    return sorted(wanted) if isinstance(wanted, list) else []


def _expanded(double: Double, account: Account, thing: Params, wanted: list[str]) -> Params:
    """The object with the objects it names put in their place."""
    for path in wanted:
        name, _, rest = path.partition(".")
        for place in thing["data"] if thing.get("object") == "list" and name == "data" else [thing]:
            _expand(double, account, place, rest if name == "data" else path)
    return thing


def _expand(double: Double, account: Account, thing: Params, path: str) -> None:
    name, _, rest = path.partition(".")
    if name == "line_items" and thing["object"] == "checkout.session":
        thing[name] = _lines(double, thing["id"])
    elif name not in thing:
        raise Refused(400, f"This property cannot be expanded ({path}).", param="expand[0]")
    elif isinstance(thing[name], str):
        thing[name] = double.store.get(account["id"], thing[name]) or thing[name]
    if rest and isinstance(thing.get(name), dict):
        _expand(double, account, thing[name], rest)


PLACES = {
    "checkout.session": "/v1/checkout/sessions",
    "payment_intent": "/v1/payment_intents",
    "setup_intent": "/v1/setup_intents",
    "payment_method": "/v1/payment_methods",
    "mandate": "/v1/mandates",
    "charge": "/v1/charges",
    "refund": "/v1/refunds",
    "dispute": "/v1/disputes",
    "payout": "/v1/payouts",
    "balance_transaction": "/v1/balance_transactions",
    "event": "/v1/events",
}
FILTERS = {
    "checkout.session": ("status", "payment_intent"),
    "payment_intent": ("customer",),
    "setup_intent": ("customer", "payment_method"),
    "payment_method": ("customer", "type"),
    "charge": ("payment_intent",),
    "refund": ("payment_intent", "charge"),
    "dispute": ("payment_intent", "charge"),
    "payout": ("status",),
    "balance_transaction": ("payout", "source", "type", "currency"),
    "event": ("type",),
}
UNLISTED = ("mandate",)
"""The provider gives these one by one only."""
ID = r"([A-Za-z0-9_]+)"
ROUTES: list[tuple[str, re.Pattern[str], Callable[..., Params]]] = [
    ("POST", re.compile(r"/v1/checkout/sessions"), _create_session),
    ("POST", re.compile(rf"/v1/checkout/sessions/{ID}/expire"), _expire_session),
    ("GET", re.compile(rf"/v1/checkout/sessions/{ID}/line_items"), _session_lines),
    ("POST", re.compile(r"/v1/payment_intents"), _create_intent),
    ("POST", re.compile(rf"/v1/payment_intents/{ID}/capture"), _capture),
    ("POST", re.compile(rf"/v1/payment_intents/{ID}/cancel"), _cancel_intent),
    ("POST", re.compile(rf"/v1/payment_methods/{ID}/detach"), _detach),
    ("POST", re.compile(r"/v1/refunds"), _create_refund),
    ("GET", re.compile(r"/v1/balance"), _balance),
]
for _kind, _place in PLACES.items():
    if _kind not in UNLISTED:
        ROUTES.append(("GET", re.compile(_place), _lister(_kind, *FILTERS.get(_kind, ()))))
    ROUTES.append(("GET", re.compile(f"{_place}/{ID}"), _getter(_kind)))


def _route(asked: Asked) -> tuple[Callable[..., Params], tuple[str, ...]]:
    for method, pattern, act in ROUTES:
        if method == asked.method and (hit := pattern.fullmatch(asked.path)):
            return act, hit.groups()
    raise Refused(404, f"Unrecognized request URL ({asked.method}: {asked.path}).")

"""The levers of the double, under /_double/: what a test or a person may do that no provider offers.

POST   accounts               {"api_key", "webhook_url", "webhook_secret" or "webhook_secrets",
                              "enabled_events", "sepa_seconds", "available_seconds"}: register or change
                              an account
GET    accounts, sessions, events   what there is; events with every delivery and its answers
POST   events/<id>/send       {"wrong_signature", "changed_body", "skew", "new_id"}: deliver once, now
POST   faults, DELETE faults  see faults.py
POST   release                {"type", "api_key"}: let held deliveries go
GET    health

What moves money is in levers.py.
"""

import json
import re
from collections.abc import Callable
from hashlib import sha256
from typing import Any

from local.payments import deliveries, faults, levers
from local.payments.answers import Answer, Asked, Refused, missing, unknown_object
from local.payments.shapes import new_id
from local.payments.world import Account, Double

Wish = dict[str, Any]
SEPA_SECONDS = 10.0
"""How long a direct debit stays under way unless an account says otherwise."""


def answer(double: Double, asked: Asked) -> Answer:
    """Pull one lever."""
    for method, pattern, pull in LEVERS:
        hit = re.fullmatch(pattern, asked.path.removeprefix("/_double/"))
        if hit and method == asked.method:
            try:
                wish = json.loads(asked.body or b"{}")
                return Answer(200, pull(double, wish, *hit.groups()))
            except ValueError:
                return Refused(400, "The body must be a JSON object.").answer()
            except Refused as refusal:
                return refusal.answer()
    return Refused(404, f"No such lever: {asked.method} {asked.path}").answer()


def register(double: Double, wish: Wish) -> Wish:
    """Make an account known, or change it; its id follows from its key."""
    key = wish.get("api_key") or ""
    if not key.startswith(("sk_test_", "sk_live_", "rk_test_", "rk_live_")):
        raise Refused(400, "An API key begins with sk_test_ or sk_live_.", param="api_key")
    with double.store.change():
        known = double.store.account(key) or {}
        secrets = wish.get("webhook_secrets") or (
            [wish["webhook_secret"]] if wish.get("webhook_secret") else known.get("webhook_secrets", [])
        )
        url = wish.get("webhook_url", known.get("webhook_url"))
        if url and not secrets:
            raise missing("webhook_secret")
        account: Account = {
            "id": "acct_1" + sha256(key.encode()).hexdigest()[:15],
            "api_key": key,
            "webhook_url": url,
            "webhook_secrets": secrets,
            "live": "_live_" in key[:8],
            "enabled_events": wish.get("enabled_events", known.get("enabled_events", ["*"])),
            "sepa_seconds": float(wish.get("sepa_seconds", known.get("sepa_seconds", SEPA_SECONDS))),
            "available_seconds": int(wish.get("available_seconds", known.get("available_seconds", 0))),
        }
        double.store.put_account(account)
    return _shown(account)


def _shown(account: Account) -> Wish:
    names = ("id", "webhook_url", "live", "enabled_events", "sepa_seconds", "available_seconds")
    return {name: account[name] for name in names if name in account}


def _accounts(double: Double, wish: Wish) -> Wish:
    return {"accounts": [_shown(account) for account in double.store.accounts()]}


def _sessions(double: Double, wish: Wish) -> Wish:
    rows = double.store.rows("select body from objects where kind = 'checkout.session' order by seq")
    return {"sessions": [json.loads(row["body"]) for row in rows]}


def _events(double: Double, wish: Wish) -> Wish:
    told = []
    for row in double.store.rows("select * from objects where kind = 'event' order by seq"):
        event = json.loads(row["body"])
        sent = double.store.rows("select * from deliveries where event = ? order by id", event["id"])
        told.append(
            {
                "id": event["id"],
                "account": row["account"],
                "type": event["type"],
                "object": event["data"]["object"].get("id"),
                "created": event["created"],
                "deliveries": [
                    {**{name: one[name] for name in ("id", "state", "tries", "due")},
                     "answers": json.loads(one["answers"])}
                    for one in sent
                ],
            }
        )  # fmt: skip
    return {"events": told}


def _send(double: Double, wish: Wish, event_id: str) -> Wish:
    owner = double.store.owner(event_id) or ""
    event = double.store.get(owner, event_id, "event")
    if not event:
        raise unknown_object("event", event_id, "id")
    account = double.store.account_of(owner)
    if not account["webhook_url"]:
        raise Refused(400, "The account has no webhook_url.")
    if wish.pop("new_id", False):
        event["id"] = new_id("evt_1", 22)
        with double.store.change():
            double.store.put(owner, event)
    if strange := set(wish) - set(deliveries.TWISTS):
        raise Refused(400, f"Unknown: {', '.join(sorted(strange))}")
    return {"event": event["id"], **deliveries.send(double, account, event, **wish)}


def _fault(double: Double, wish: Wish) -> Wish:
    return {"id": faults.add(double, wish)}


def _faults(double: Double, wish: Wish) -> Wish:
    return {"faults": faults.waiting(double)}


def _clear(double: Double, wish: Wish) -> Wish:
    faults.clear(double)
    return {"faults": []}


def _release(double: Double, wish: Wish) -> Wish:
    return {"released": deliveries.release(double, wish.get("type") or "*", wish.get("api_key"))}


LEVERS: list[tuple[str, str, Callable[..., Wish]]] = [
    ("GET", "health", lambda double, wish: {"ok": True}),
    ("POST", "accounts", register),
    ("GET", "accounts", _accounts),
    ("GET", "sessions", _sessions),
    ("GET", "events", _events),
    ("POST", "events/(evt_[A-Za-z0-9]+)/send", _send),
    ("POST", "faults", _fault),
    ("GET", "faults", _faults),
    ("DELETE", "faults", _clear),
    ("POST", "release", _release),
    *levers.LEVERS,
]

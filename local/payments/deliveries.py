"""News to the webhooks: signed afresh at each try, tried for three days, in no promised order.

Sources: https://docs.stripe.com/webhooks (retries, ordering, duplicates) and
https://docs.stripe.com/webhooks#verify-manually (the signature).
"""

import hmac
import json
import re
from fnmatch import fnmatchcase
from hashlib import sha256
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from typing import Any
from urllib.parse import urlsplit

from local.payments import faults
from local.payments.shapes import API_VERSION, shape
from local.payments.world import Account, Double

PAUSES = (1, 2, 5, 15, 60, 300, 1800, 3600, 2 * 3600, 5 * 3600)
"""Seconds before each further try; the last one repeats until the event is three days old."""
GIVE_UP = 3 * 24 * 3600
TIMEOUT = 15
TWISTS = ("wrong_signature", "changed_body", "skew")


def emit(double: Double, account: Account, kind: str, thing: dict[str, Any]) -> dict[str, Any]:
    """Something happened to an object: record the event and queue its news; inside a change."""
    subscribed = any(fnmatchcase(kind, pattern) for pattern in account["enabled_events"])
    wanted = bool(account["webhook_url"]) and subscribed
    event = shape(
        "event",
        double.now(),
        account["live"],
        api_version=API_VERSION,
        type=kind,
        data={"object": thing},
        pending_webhooks=int(wanted),
    )
    double.store.put(account["id"], event)
    if wanted:
        _queue(double, account, event)
        if faults.take(double, "new_event_id", account["api_key"], kind=kind):
            emit(double, account, kind, thing)
    double.news.set()
    return event


def _queue(double: Double, account: Account, event: dict[str, Any]) -> None:
    key, kind, now = account["api_key"], event["type"], double.now()
    state, due, copies = "pending", now, 1
    if faults.take(double, "drop", key, kind=kind):
        state = "lost"
    elif faults.take(double, "hold", key, kind=kind):
        state = "held"
    if late := faults.take(double, "delay", key, kind=kind):
        due += float(late["seconds"])
    if twice := faults.take(double, "duplicate", key, kind=kind):
        copies += int(twice.get("copies", 1))
    turned = faults.take(double, "reorder", key, kind=kind) if state == "pending" else None
    ids = [
        double.store.run(
            "insert into deliveries (event, account, due, state, plan, answers) values (?, ?, ?, ?, ?, '[]')",
            event["id"],
            account["id"],
            due,
            "held" if turned else state,
            json.dumps({}),
        )
        for _ in range(copies)
    ]
    if turned:
        _gather(double, turned, ids)


def _gather(double: Double, fault: dict[str, Any], ids: list[int]) -> None:
    """Hold deliveries until `count` have come together, then let them go last one first."""
    together, left = [*fault.get("together", []), *ids], fault["times"]
    if len(together) < int(fault["count"]):
        double.store.run(
            "insert or replace into faults (id, body) values (?, ?)",
            fault["id"],
            json.dumps({**fault, "together": together, "times": None if left is None else left + 1}),
        )
        return
    if left != 0:
        faults.keep(double, {**fault, "together": []})
    for place, delivery in enumerate(reversed(together)):
        double.store.run(
            "update deliveries set state = 'pending', due = ? where id = ?",
            double.now() + place / 1000,
            delivery,
        )


def release(double: Double, kind: str = "*", api_key: str | None = None) -> int:
    """Let what is held go now, in the order it happened; how many."""
    with double.store.change():
        held = double.store.rows("select * from deliveries where state = 'held' order by id")
        account = double.store.account(api_key) if api_key else None
        free = [
            row
            for row in held
            if fnmatchcase(double.store.get(row["account"], row["event"])["type"], kind)  # type: ignore[index]
            and (account is None or account["id"] == row["account"])
        ]
        for place, row in enumerate(free):
            double.store.run(
                "update deliveries set state = 'pending', due = ? where id = ?",
                double.now() + place / 1000,
                row["id"],
            )
    double.news.set()
    return len(free)


def send_next(double: Double) -> bool:
    """Make the delivery that is due, if there is one; whether there was."""
    with double.store.change():
        due = double.store.rows(
            "select * from deliveries where state = 'pending' and due <= ? order by due, id limit 1",
            double.now(),
        )
        if not due:
            return False
        row = due[0]
        account = double.store.account_of(row["account"])
        event = double.store.get(row["account"], row["event"]) or {}
        twists = {
            name: fault.get("seconds", True)
            for name in TWISTS
            if (fault := faults.take(double, name, account["api_key"], kind=event["type"]))
        }
    answers = [*json.loads(row["answers"]), send(double, account, event, **twists)]
    done = 200 <= answers[-1]["status"] < 300
    now = double.now()
    pause = PAUSES[min(row["tries"], len(PAUSES) - 1)]
    state = "sent" if done else "pending" if now + pause - event["created"] < GIVE_UP else "given_up"
    with double.store.change():
        double.store.run(
            "update deliveries set state = ?, tries = tries + 1, due = ?, answers = ? where id = ?",
            state,
            now + pause,
            json.dumps(answers[-20:]),
            row["id"],
        )
    return True


def send(
    double: Double,
    account: Account,
    event: dict[str, Any],
    *,
    wrong_signature: bool = False,
    changed_body: bool = False,
    skew: float = 0,
) -> dict[str, Any]:
    """Deliver an event once, now: {"at", "status"}, with status 0 where nobody answered."""
    body = json.dumps(event, indent=2)
    moment = int(double.now() + skew)
    secrets = ["whsec_of_somebody_else"] if wrong_signature else account["webhook_secrets"]
    signature = sign(body, secrets, moment)
    if changed_body:
        body = tampered(body)
    headers = {
        "Content-Type": "application/json; charset=utf-8",
        "Stripe-Signature": signature,
        "User-Agent": "Stripe/1.0 (the payment double of Kulanz)",
    }
    return {"at": int(double.now()), "status": _post(account["webhook_url"], body.encode(), headers)}


def sign(body: str, secrets: list[str], moment: int) -> str:
    """The Stripe-Signature header: one v1 for each secret that is valid at the time."""
    marks = (hmac.new(secret.encode(), f"{moment}.{body}".encode(), sha256).hexdigest() for secret in secrets)
    return ",".join([f"t={moment}", *(f"v1={mark}" for mark in marks)])


def tampered(body: str) -> str:
    """The body with its first amount made another one, as somebody on the way would."""
    changed = re.sub(r'("amount\w*": )(\d+)', lambda hit: f"{hit[1]}{int(hit[2]) + 1}", body, count=1)
    return changed if changed != body else body + " "


def _post(url: str, body: bytes, headers: dict[str, str]) -> int:
    place = urlsplit(url)
    line = (HTTPSConnection if place.scheme == "https" else HTTPConnection)(place.netloc, timeout=TIMEOUT)
    try:
        line.request("POST", f"{place.path or '/'}{'?' + place.query if place.query else ''}", body, headers)
        answer = line.getresponse()
        answer.read()
        return answer.status
    except (OSError, HTTPException):
        return 0
    finally:
        line.close()


def pending(double: Double, event_id: str) -> int:
    """How many deliveries of an event have not been taken yet."""
    query = "select count(*) as n from deliveries where event = ? and state in ('pending', 'held')"
    return double.store.rows(query, event_id)[0]["n"]

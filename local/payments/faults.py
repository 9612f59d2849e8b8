"""Trouble on demand: what the provider's own system does on its bad days, one fault at a time.

A fault is {"fault": name, "times": n or null for always, "type": event type pattern, "api_key": ..., "path":
...} and what it needs besides:

when an event happens   duplicate (copies) · delay (seconds) · reorder (count) · drop · new_event_id · hold
when it is delivered    wrong_signature · changed_body · skew (seconds added to the signed time)
when the API is asked   api_error (status) before anything was done · lose_response after all was done ·
                        late_error (status) after all was done: the provider remembers it for the key like any
                        other answer, and says it again; here `type` is the method

Source of the last: https://docs.stripe.com/api/idempotent_requests ("the same result, including 500 errors").
"""

import json
from fnmatch import fnmatchcase
from typing import Any

from local.payments.answers import Refused
from local.payments.world import Double

NAMES = {
    "duplicate", "delay", "reorder", "drop", "new_event_id", "hold",
    "wrong_signature", "changed_body", "skew",
    "api_error", "late_error", "lose_response",
}  # fmt: skip


def add(double: Double, wish: dict[str, Any]) -> int:
    """Set a fault to work; its id."""
    if wish.get("fault") not in NAMES:
        raise Refused(400, f"No such fault: {wish.get('fault')}; there are {', '.join(sorted(NAMES))}")
    with double.store.change():
        return double.store.run("insert into faults (body) values (?)", json.dumps({"times": 1, **wish}))


def waiting(double: Double) -> list[dict[str, Any]]:
    """The faults that still wait to happen."""
    return [{"id": row["id"], **json.loads(row["body"])} for row in double.store.rows("select * from faults")]


def clear(double: Double) -> None:
    """No more trouble. What is held stays held until it is released."""
    with double.store.change():
        double.store.run("delete from faults")


def take(double: Double, name: str, api_key: str, *, kind: str = "", path: str = "") -> dict[str, Any] | None:
    """The fault of this name that strikes now, used up by one; inside a change."""
    for fault in waiting(double):
        if (
            fault["fault"] == name
            and fault.get("api_key") in (None, api_key)
            and fnmatchcase(kind, fault.get("type") or "*")
            and path.startswith(fault.get("path") or "")
        ):
            left = fault["times"] and fault["times"] - 1
            if left == 0:
                double.store.run("delete from faults where id = ?", fault["id"])
            else:
                keep(double, {**fault, "times": left})
            return {**fault, "times": left}
    return None


def keep(double: Double, fault: dict[str, Any]) -> None:
    """Remember a fault's changed state."""
    body = {name: value for name, value in fault.items() if name != "id"}
    double.store.run("update faults set body = ? where id = ?", json.dumps(body), fault["id"])

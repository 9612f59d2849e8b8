"""New objects in the provider's shapes: every field its own fixtures have, and nothing the library lacks."""

import json
import secrets
import string
from copy import deepcopy
from pathlib import Path
from typing import Any

SHAPES: dict[str, Any] = json.loads((Path(__file__).parent / "shapes.json").read_text())
API_VERSION = "2026-10-28.endive"
"""The version of the API the fixtures and the pinned library speak."""

PREFIX = {
    "checkout.session": "cs_test_a1",
    "payment_intent": "pi_3",
    "charge": "ch_3",
    "refund": "re_3",
    "dispute": "du_1",
    "event": "evt_1",
    "customer": "cus_",
    "payment_method": "pm_1",
    "setup_intent": "seti_1",
    "mandate": "mandate_1",
    "balance_transaction": "txn_1",
    "payout": "po_1",
}
LETTERS = string.ascii_letters + string.digits


def new_id(prefix: str, length: int = 24) -> str:
    """A fresh id in the provider's manner."""
    return prefix + "".join(secrets.choice(LETTERS) for _ in range(length))


def shape(kind: str, now: float, live: bool, **values: Any) -> dict[str, Any]:
    """A new object of a kind, with these values set; a field the shape does not have is a mistake here."""
    thing = deepcopy(SHAPES[kind])
    prefix = PREFIX[kind].replace("_test_", "_live_") if live else PREFIX[kind]
    thing["id"] = new_id(prefix, 56 if kind == "checkout.session" else 22)
    if "created" in thing:
        thing["created"] = int(now)
    if "livemode" in thing:
        thing["livemode"] = live
    strange = set(values) - set(thing)
    if strange:
        raise KeyError(f"{kind} has no {', '.join(sorted(strange))}")
    return thing | values

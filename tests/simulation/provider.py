"""The payment provider: what happens there, and how its notices reach us: late, twice, out of order, never."""

import json
import random
from datetime import UTC, datetime, timedelta
from typing import Any

from local.payments import balance, deliveries, money, returns
from local.payments.answers import Refused

from .chance import one_of, stream
from .triggers import euro
from .world import PAYER, Sim

SEEN = "seen"


def tell(sim: Sim) -> None:
    """Every event since the last time gets its way to the house, drawn by its own name."""
    for creditor in sim.keys:
        account = sim.account(creditor)["id"]
        last = sim.told.get(creditor, 0)
        rows = sim.double.store.rows(
            "select seq, id, body from objects where account = ? and kind = 'event' and seq > ? order by seq",
            account,
            last,
        )
        for row in rows:
            sim.told[creditor] = row["seq"]
            for due in _ways(stream(sim.seed, "notice", row["id"]), sim.now):
                sim.later(due, "webhook", (creditor, row["id"]))
            _note(sim, creditor, json.loads(row["body"]))


def _ways(draw: random.Random, now: datetime) -> list[datetime]:
    """When it arrives, and how often: at once, late, twice, or not at all."""
    fate = draw.random()
    if fate < 0.08:
        return []
    if fate < 0.55:
        return [now + timedelta(seconds=draw.randrange(3))]
    late = now + timedelta(seconds=draw.choice((5, 60, 600, 7200, 86400, 2 * 86400)) * (0.5 + draw.random()))
    return [late] if fate < 0.8 else [now, late]


def _note(sim: Sim, creditor: str, event: dict[str, Any]) -> None:
    """What the provider's clock will do about it, and what people may do with it later."""
    kind, thing = event["type"], event["data"]["object"]
    if kind == "payment_intent.processing":
        sim.later(sim.now + timedelta(days=5, seconds=1), "provider", ())
    if kind == "payment_intent.succeeded":
        sim.paid[thing["id"]] = (creditor, thing["latest_charge"])


def _unused(sim: Sim, draw: random.Random) -> str | None:
    """A payment that succeeded lately."""
    recent = list(sim.paid)[-60:]
    return one_of(draw, recent)


def refund_part(sim: Sim, draw: random.Random) -> str | None:
    """The creditor gives money back at the provider, past the house."""
    name = _unused(sim, draw)
    if name is None:
        return None
    creditor, charge = sim.paid[name]
    account = sim.account(creditor)
    held = sim.double.store.get(account["id"], charge) or {}
    rest = held["amount_captured"] - held["amount_refunded"]
    if rest <= 0:
        return None
    amount = rest if draw.random() < 0.4 else draw.randint(1, rest)
    try:
        with sim.double.store.change():
            status = draw.choice(("succeeded", "succeeded", "pending"))
            given = returns.refund(sim.double, account, {"payment_intent": name}, amount, status=status)
    except Refused:
        return None
    if status == "pending":
        sim.open_refunds.append((creditor, given["id"]))
    return f"{creditor} refunds {euro(amount)} of {name[:9]} in the provider's dashboard ({status})"


def refund_ends(sim: Sim, draw: random.Random) -> str | None:
    """A refund that was pending comes to its end, or one that was done comes back."""
    found = one_of(draw, sim.open_refunds)
    if found is None:
        return None
    outcome = draw.choice(("succeeded", "succeeded", "failed", "canceled"))
    sim.open_refunds.remove(found)
    with sim.double.store.change():
        returns.settle_refund(sim.double, found[1], outcome)
    return f"the refund {found[1][:9]} has {outcome}"


def chargeback(sim: Sim, draw: random.Random) -> str | None:
    """The payer's bank takes a card payment back, or a direct debit comes back weeks after it succeeded."""
    name = _unused(sim, draw)
    if name is None:
        return None
    creditor, charge = sim.paid[name]
    account = sim.account(creditor)
    held = sim.double.store.get(account["id"], charge) or {}
    if held["disputed"] or held["amount_captured"] <= held["amount_refunded"]:
        return None
    with sim.double.store.change():
        if held["payment_method_details"]["type"] == "sepa_debit":
            returns.returned(sim.double, account, name, "customer_initiated")
            return f"the direct debit {name[:9]} comes back"
        status = draw.choice(("needs_response", "needs_response", "warning_needs_response"))
        opened = returns.dispute(sim.double, account, name, "fraudulent", status=status)
    sim.open_disputes.append((creditor, opened["id"]))
    return f"the card's bank disputes {name[:9]} ({status})"


def chargeback_ends(sim: Sim, draw: random.Random) -> str | None:
    found = one_of(draw, sim.open_disputes)
    if found is None:
        return None
    opened = sim.double.store.get(sim.account(found[0])["id"], found[1]) or {}
    inquiry = opened["status"].startswith("warning")
    status = draw.choice(("warning_closed", "needs_response") if inquiry else ("won", "lost"))
    if status != "needs_response":
        sim.open_disputes.remove(found)
    with sim.double.store.change():
        returns.move_dispute(sim.double, found[1], status)
    return f"the dispute {found[1][:9]} is now {status}"


def from_nowhere(sim: Sim, draw: random.Random) -> str | None:
    """Money the house did not ask for: of no claim, of a stranger's, in another currency, or captured in part."""
    creditor = draw.choice(sorted(sim.keys))
    account = sim.account(creditor)
    amount = draw.randint(60, 30_000)
    known = one_of(draw, [key for key in list(sim.claims)[-40:] if key[0] == creditor])
    what = draw.choice(("nothing", "stranger", "claim", "currency", "part"))
    labels = {} if what == "nothing" else {"creditor": creditor, "claim": f"X-{draw.getrandbits(20)}"}
    if what in ("claim", "currency", "part") and known:
        labels["claim"] = known[1]
    currency = "chf" if what == "currency" else "eur"
    capture = "manual" if what == "part" else "automatic"
    with sim.double.store.change():
        intent = money.new_intent(sim.double, account, amount, currency, metadata=labels, capture_method=capture)
        money.pay(sim.double, account, intent, money.METHODS["card"])
        if what == "part":
            amount = draw.randint(1, amount)
            money.capture(sim.double, account, intent["id"], amount)
    return (
        f"{euro(amount)} {currency.upper()} reach {creditor} at the provider as {intent['id'][:9]}, naming {what}"
    )


def told_again(sim: Sim, draw: random.Random) -> str | None:
    """An old event is sent again, the third time or under a new id."""
    creditor = draw.choice(sorted(sim.keys))
    account = sim.account(creditor)
    rows = sim.double.store.rows(
        "select id from objects where account = ? and kind = 'event' order by seq desc limit 60", account["id"]
    )
    name = one_of(draw, [row["id"] for row in rows])
    if name is None:
        return None
    if draw.random() < 0.5:
        event = sim.double.store.get(account["id"], name) or {}
        with sim.double.store.change():
            deliveries.emit(sim.double, account, event["type"], event["data"]["object"])
        return f"the provider tells of {event['type']} once more, under a new id"
    sim.later(sim.now, "webhook", (creditor, name))
    return "the provider sends an old notice again"


def payout(sim: Sim, draw: random.Random) -> str | None:
    """What is available goes to the creditor's bank."""
    creditor = draw.choice(sorted(sim.keys))
    account = sim.account(creditor)
    if sum(part["net"] for part in balance.waiting(sim.double, account, "eur")) <= 0:
        return None
    with sim.double.store.change():
        sent = balance.pay_out(sim.double, account, "eur")
    sim.open_payouts.append((creditor, sent["id"], sent["amount"]))
    return f"the provider pays {euro(sent['amount'])} out to {creditor}"


def payout_ends(sim: Sim, draw: random.Random) -> str | None:
    found = one_of(draw, sim.open_payouts)
    if found is None:
        return None
    creditor, name, amount = found
    sim.open_payouts.remove(found)
    outcome = "failed" if draw.random() < 0.1 else "paid"
    with sim.double.store.change():
        balance.settle(sim.double, name, outcome)
    if outcome == "paid":
        day = sim.now.astimezone(UTC).date()
        sim.accounts[creditor].receives(amount, f"STRIPE {name}", on=day, name=PAYER)
    return f"the payout {name[:9]} is {outcome}"


STEPS = (
    (3, refund_part),
    (2, refund_ends),
    (3, chargeback),
    (3, chargeback_ends),
    (3, from_nowhere),
    (3, told_again),
    (2, payout),
    (2, payout_ends),
)

"""The account's balance: every movement with its fee, and the payouts that carry it to the creditor's bank.

Sources: https://docs.stripe.com/api/balance_transactions, https://docs.stripe.com/reports/balance-transaction-types,
https://docs.stripe.com/api/payouts.
"""

from typing import Any

from local.payments.answers import Refused, unknown_object
from local.payments.deliveries import emit
from local.payments.shapes import shape
from local.payments.world import Account, Double

CARD_SHARE, CARD_EACH, DEBIT_EACH = 150, 25, 35
"""A card costs hundredths of a percent and some cents, a direct debit some cents. The figures are invented."""
DISPUTE_FEES = {"card": 2000, "sepa_debit": 750}


def fee_for(method: str, amount: int) -> int:
    """What the provider keeps of a payment, in minor units."""
    return DEBIT_EACH if method == "sepa_debit" else (amount * CARD_SHARE + 5000) // 10000 + CARD_EACH


def move(
    double: Double,
    account: Account,
    kind: str,
    amount: int,
    currency: str,
    source: str,
    *,
    fee: int = 0,
    category: str | None = None,
) -> dict[str, Any]:
    """Money comes into the balance or leaves it; inside a change. `fee` makes the net less than the amount."""
    now = int(double.now())
    paid = [
        {
            "amount": fee,
            "application": None,
            "currency": currency,
            "description": "Processing fees",
            "type": "stripe_fee",
        }
    ]
    moved = shape(
        "balance_transaction",
        now,
        account["live"],
        amount=amount,
        available_on=now + int(account.get("available_seconds", 0)),
        currency=currency,
        fee=fee,
        fee_details=paid if fee else [],
        net=amount - fee,
        reporting_category=category or kind,
        source=source,
        type=kind,
    )
    double.store.put(account["id"], moved)
    return fresh(double, moved)


def fresh(double: Double, moved: dict[str, Any]) -> dict[str, Any]:
    """The movement as it stands now: pending until its day."""
    return moved | {"status": "available" if moved["available_on"] <= double.now() else "pending"}


def waiting(double: Double, account: Account, currency: str) -> list[dict[str, Any]]:
    """What may be paid out now: available, and in no payout yet; the oldest first."""
    rows = double.store.rows(
        "select id from objects where account = ? and kind = 'balance_transaction' and"
        " json_extract(body, '$.currency') = ? and json_extract(hidden, '$.payout') is null order by seq",
        account["id"],
        currency,
    )
    found = [fresh(double, double.store.get(account["id"], row["id"]) or {}) for row in rows]
    return [moved for moved in found if moved["status"] == "available"]


def pay_out(double: Double, account: Account, currency: str) -> dict[str, Any]:
    """Send all that is available to the bank; inside a change."""
    parts = waiting(double, account, currency)
    amount = sum(part["net"] for part in parts)
    if amount <= 0:
        raise Refused(400, "You have insufficient funds in your account.", code="balance_insufficient")
    now = int(double.now())
    sent = shape(
        "payout", now, account["live"], amount=amount, currency=currency, arrival_date=now + 2 * 86400,
        destination="ba_1double",
    )  # fmt: skip
    own = move(double, account, "payout", -amount, currency, sent["id"])
    sent["balance_transaction"] = own["id"]
    double.store.put(account["id"], sent)
    for part in [*parts, own]:
        double.store.hide(part["id"], {"payout": sent["id"]})
    emit(double, account, "payout.created", sent)
    return sent


def settle(double: Double, payout_id: str, outcome: str) -> dict[str, Any]:
    """The bank took a payout ("paid"), or sent it back ("failed") after all; inside a change."""
    owner = double.store.owner(payout_id) or ""
    sent = double.store.get(owner, payout_id, "payout")
    if not sent:
        raise unknown_object("payout", payout_id, "payout")
    account = double.store.account_of(owner)
    if outcome not in ("paid", "failed") or sent["status"] == "failed" or sent["status"] == outcome:
        raise Refused(400, f"This payout is {sent['status']}; the outcome is paid or failed.")
    sent["status"] = outcome
    if outcome == "failed":
        back = move(double, account, "payout_failure", sent["amount"], sent["currency"], sent["id"])
        sent |= {
            "failure_balance_transaction": back["id"],
            "failure_code": "account_closed",
            "failure_message": "The bank account has been closed.",
        }
    double.store.put(owner, sent)
    emit(double, account, f"payout.{outcome}", sent)
    return sent


def standing(double: Double, account: Account) -> dict[str, Any]:
    """How much lies there, by currency: what may be paid out, and what is still to come."""
    sums: dict[str, dict[str, int]] = {"available": {}, "pending": {}}
    rows = double.store.rows(
        "select id from objects where account = ? and kind = 'balance_transaction'", account["id"]
    )
    for row in rows:
        moved = fresh(double, double.store.get(account["id"], row["id"]) or {})
        place = sums[moved["status"]]
        place[moved["currency"]] = place.get(moved["currency"], 0) + moved["net"]
    return {
        name: [{"amount": amount, "currency": currency} for currency, amount in sorted(place.items())]
        for name, place in sums.items()
    }

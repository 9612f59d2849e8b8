"""The operators' commands about money: where it belongs, what goes back and out, and to which account."""

import re
from typing import Any

from ... import wiring
from ...domain.account_change import BankAccount
from ...domain.decision import Refused
from .answers import Said, Unfit, day_in, plain, span_meant, text_in, told, writing

# As it stands on a statement: whole cents, with a point. A comma, or none, may mean a hundred times as much.
AMOUNT = re.compile(r"[0-9]{1,9}\.[0-9]{2}")


def accept(creditor: str, by: str, body: dict[str, Any]) -> Said:
    from ...actions.accept_difference import accept_difference

    answer = accept_difference(
        creditor,
        text_in(body, "difference"),
        listed=span_meant(body),
        by=by,
        because=text_in(body, "reason") if "reason" in body else None,
        **_money(),
    )
    return told(answer, "acceptance")


def reconcile(creditor: str, by: str, body: dict[str, Any]) -> Said:
    from ...actions.reconcile_books import ask_reconciliation

    days = (day_in(body, "first"), day_in(body, "last"))
    return told(ask_reconciliation(creditor, *days, by=by, **_money()), "reconciliation")


def send_back(creditor: str, by: str, body: dict[str, Any]) -> Said:
    from ...actions.release_refund import send_back as ordering

    to = _account(body) if "iban" in body or "payee" in body else None
    return told(ordering(creditor, text_in(body, "source"), by=by, to=to, **_money()), "refund")


def give_back(creditor: str, by: str, body: dict[str, Any]) -> Said:
    from ...actions.give_back import give_back as ordering

    to = _account(body) if "iban" in body or "payee" in body else None
    return told(ordering(creditor, text_in(body, "source"), _amount(body), by=by, to=to, **_money()), "refund")


def _amount(body: dict[str, Any]) -> int:
    """Minor units; every currency a claim may be in has two digits of them."""
    text = text_in(body, "amount")
    if not AMOUNT.fullmatch(text):
        raise Unfit("amount")
    return int(text.replace(".", ""))


def _account(body: dict[str, Any]) -> BankAccount:
    """An account that a person names: its number proves itself, its payee two others look at."""
    from ...domain.iban import iban_of

    iban = iban_of(text_in(body, "iban"))
    if iban is None:
        raise Unfit("iban")
    return BankAccount(text_in(body, "payee").strip(), iban)


def assign(creditor: str, by: str, body: dict[str, Any]) -> Said:
    from ...actions.assign_suspense import assign_suspense

    answer = assign_suspense(
        creditor,
        text_in(body, "source"),
        text_in(body, "claim"),
        by=by,
        **writing(),
    )
    return told(answer, "assigned")


def take_back(creditor: str, by: str, body: dict[str, Any]) -> Said:
    from ...actions.place_return import place_return

    return told(
        place_return(creditor, text_in(body, "source"), text_in(body, "payment"), by=by, **writing()), "return"
    )


def release(creditor: str, by: str, body: dict[str, Any]) -> Said:
    from ...actions.make_payout import release_payout
    from ...actions.release_refund import release_refund
    from ...domain.payout import number_of

    name = text_in(body, "order")
    if number_of(name) is not None:
        return told(release_payout(creditor, name, by=by, **_money()), "payout")
    return told(release_refund(creditor, name, by=by, **_money()), "refund")


def refuse(creditor: str, by: str, body: dict[str, Any]) -> Said:
    from ...actions.make_payout import refuse_payout
    from ...actions.release_refund import refuse_refund
    from ...domain.payout import number_of

    name = text_in(body, "order")
    if number_of(name) is not None:
        return told(refuse_payout(creditor, name, by=by, **_money()), "payout")
    return told(refuse_refund(creditor, name, by=by, **_money()), "refund")


def pay_out(creditor: str, by: str, body: dict[str, Any]) -> Said:
    from ...actions.make_payout import make_payout

    since = day_in(body, "since") if body.get("since") else None
    return told(make_payout(creditor, day_in(body, "until"), since=since, by=by, **_money()), "payout")


def collect(creditor: str, by: str, body: dict[str, Any]) -> Said:
    """The files that leave, and the orders that cannot, each with why: those are on no list any more."""
    from ...actions.collect_transfers import collect_transfers
    from ...domain.leaving import LeavingState

    outgoing = wiring.outgoing()
    before = [order.id for order in outgoing.refunds(creditor)]
    files = collect_transfers(creditor, treasury=wiring.treasury(), now=wiring.clock(), by=by)
    orders = (outgoing.refund(creditor, name) for name in before)
    failed = [
        {"order": order.id, "because": order.because}
        for order in orders
        if order and order.state is LeavingState.FAILED
    ]
    return {"said": "done", "files": [plain(file) for file in files], "failed": failed}


def confirm(creditor: str, by: str, body: dict[str, Any]) -> Said:
    from ...actions.change_account import confirm_account

    answer = confirm_account(creditor, text_in(body, "change"), by=by, store=wiring.store(), now=wiring.clock())
    if isinstance(answer, Refused):
        return told(answer, "change")
    shown = {"change": answer.id, "account": answer.account.shown, "live_from": answer.live_from}
    return {"said": "done", **shown, "confirmed_by": [release.by for release in answer.releases]}


def _money() -> dict[str, Any]:
    return {"store": wiring.store(), "outgoing": wiring.outgoing(), "now": wiring.clock()}

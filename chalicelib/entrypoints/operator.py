"""The operators' door: people who decide on money and on messages, known by who signed their request.

API Gateway proves the signature (AWS_IAM) before anything of ours runs, and says who it was; nothing in the body
says it. What people may do is IAM's to say too: `execute-api:Invoke` on `/operator/<creditor>/<what>`. A function
of its own answers, which holds no key of the provider: what two people released leaves by another one.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import asdict
from datetime import date
from functools import cache
from typing import TYPE_CHECKING, Any

from chalice.app import Blueprint, Chalice, IAMAuthorizer, Response

from .. import wiring
from ..domain.account_change import BankAccount
from ..domain.decision import Refused
from ..domain.errors import BrokenRule, Retry
from ..domain.gate import HOUSE
from ..domain.matter import Matter
from ..settings import MissingSetting
from .answers import LONGEST, Said, Unfit, plain, text_in, told
from .logs import logger, story
from .sending import hold, lift, list_batch, list_holds, release_batch, wrong_number

if TYPE_CHECKING:
    from ..domain.statement import Statement

operators = Blueprint(__name__)

SIGNED = IAMAuthorizer()
JSON = "application/json"
CREDITOR = re.compile(r"[a-z][a-z0-9-]{1,39}")
# As it stands on a statement: whole cents, with a point. A comma, or none, may mean a hundred times as much.
AMOUNT = re.compile(r"[0-9]{1,9}\.[0-9]{2}")
MONTH = re.compile(r"20[0-9]{2}-(0[1-9]|1[0-2])")


@operators.route("/operator/{creditor}/{what}", methods=["GET"], authorizer=SIGNED)
def look(creditor: str, what: str) -> Response:
    """What waits for somebody's decision, and what was decided; nothing changes."""
    return _answered(creditor, what, LISTS, lambda by: LISTS[what](creditor, _query()))


@operators.route("/operator/{creditor}/{what}", methods=["POST"], content_types=[JSON], authorizer=SIGNED)
def act(creditor: str, what: str) -> Response:
    """One person's decision; written with who, when and what."""
    return _answered(creditor, what, ACTS, lambda by: ACTS[what](creditor, by, _body()))


def _answered(creditor: str, what: str, known: dict[str, Any], do: Callable[[str], Said]) -> Response:
    from ..domain.person import person_of  # what the pages do not need is loaded by whoever asks

    identity = operators.current_request.context.get("identity") or {}
    by = person_of(identity.get("userArn") or "")
    if by is None:
        return _said(403, {"said": "nobody"}, creditor, what)
    try:
        if what not in known or not _concerns(creditor, what):
            return _said(404, {"said": "not_found"}, creditor, what)
        answer = do(by)
    except Unfit as unfit:
        return _said(422, {"said": "unfit", "field": unfit.what}, creditor, what)
    except (Retry, MissingSetting, wiring.MissingSecret):
        return _said(503, {"said": "try_again"}, creditor, what)
    except Exception as unforeseen:  # noqa: BLE001 - the framework would log its words
        logger.error("unforeseen", extra={"creditor": creditor, **story(unforeseen)})
        return _said(503, {"said": "try_again"}, creditor, what)
    status = {"refused": 409, "not_found": 404}.get(answer["said"], 200)
    return _said(status, answer, creditor, what)


def _concerns(creditor: str, what: str) -> bool:
    """Whether there is such a creditor; what is held back may be all creditors' at once."""
    if creditor == HOUSE:
        return what in HOUSE_WIDE
    return bool(CREDITOR.fullmatch(creditor)) and wiring.store().creditor(creditor) is not None


def _said(status: int, answer: Said, creditor: str, what: str) -> Response:
    ids = {"creditor": creditor, "what": what} if status not in (403, 404) else {}
    logger.info("operator", extra={"status": status, "said": answer["said"], **ids})
    text = json.dumps(answer, default=str, ensure_ascii=False)
    return Response(text, status_code=status, headers={"Content-Type": JSON, "Cache-Control": "no-store"})


def _query() -> dict[str, str]:
    return dict(operators.current_request.query_params or {})


def _body() -> dict[str, Any]:
    try:
        body = json.loads(operators.current_request.raw_body or b"{}")
    except ValueError:
        raise Unfit("body") from None
    if not isinstance(body, dict):
        raise Unfit("body")
    return body


def list_suspense(creditor: str, query: dict[str, str]) -> Said:
    """Money that fits no claim, the oldest first, with its age in whole days and whom it may be meant for."""
    now = wiring.clock()
    lying = wiring.outgoing().lying(creditor)
    return {"said": "listed", "suspense": [{**plain(money), "days": (now - money.at).days} for money in lying]}


def list_refunds(creditor: str, query: dict[str, str]) -> Said:
    """What is to go back and has not come to its end."""
    return {"said": "listed", "refunds": [plain(order) for order in wiring.outgoing().refunds(creditor)]}


def list_payments(creditor: str, query: dict[str, str]) -> Said:
    """What arrived for a claim, the first first: by which source it is known, and what of it is left."""
    from ..domain.entry import EntryKind
    from ..domain.ledger import left_of

    claim = query.get("claim", "")
    if not 0 < len(claim) <= LONGEST:
        raise Unfit("claim")
    entries = wiring.store().ledger(creditor, claim)
    came = [entry for entry in entries if entry.kind is EntryKind.PAYMENT]
    left = {entry.number: left_of(entry, entries) for entry in came}
    shown = [
        {
            "source": entry.source,
            "value_date": entry.value_date,
            "amount": entry.amount,
            "currency": entry.currency,
            "left": left[entry.number].settled.total + left[entry.number].surplus,
        }
        for entry in came
    ]
    return {"said": "listed", "payments": shown}


def _matter_of(creditor: str, claim: str) -> Matter | None:
    """The matter that this creditor's claim belongs to."""
    if not 0 < len(claim) <= LONGEST:
        raise Unfit("claim")
    debtor = wiring.store().debtor_of_claim(creditor, claim)
    matter = wiring.store().matter(creditor, debtor) if debtor else None
    return matter if matter and claim in matter.claims else None


def list_contacts(creditor: str, query: dict[str, str]) -> Said:
    """Every contact with a claim, the first first, made and not made, with what policy and debtor answered."""
    name = query.get("claim", "")
    matter = _matter_of(creditor, name)
    if matter is None:
        return {"said": "not_found"}
    known = [contact for contact in matter.contacts.values() if contact.claim == name]
    shown = []
    for contact in sorted(known, key=lambda contact: (contact.planned_at, contact.due_at, contact.id)):
        answers = [{"answer": type(said).__name__.lower(), **plain(said)} for said in contact.decisions]
        replies = wiring.store().replies(creditor, contact.id) if contact.replied_at else ()
        shown.append({**plain(contact), "decisions": answers, "replies": [plain(reply) for reply in replies]})
    return {"said": "listed", "contacts": shown}


def list_ledger(creditor: str, query: dict[str, str]) -> Said:
    """Every entry of a claim as it was sealed, and what the claim says they come to."""
    from ..domain.ledger import broken_at

    name = query.get("claim", "")
    matter = _matter_of(creditor, name)
    if matter is None:
        return {"said": "not_found"}
    claim, entries = matter.claims[name], wiring.store().ledger(creditor, name)
    return {
        "said": "listed",
        "currency": claim.currency,
        "owed": claim.outstanding.total,
        "head": claim.chain,
        "sealed": claim.entries,
        "broken_at": broken_at(claim, entries),
        "ledger": [asdict(entry) for entry in entries],
    }


def list_statement(creditor: str, query: dict[str, str]) -> Said:
    """The account over all claims of a debtor, to the cent, per currency: a line for each sum of money (M12)."""
    from ..actions.tell_account import account_of_debtor

    name = query.get("debtor", "")
    if not 0 < len(name) <= LONGEST:
        raise Unfit("debtor")
    try:
        statements = account_of_debtor(creditor, name, store=wiring.store())
    except BrokenRule:
        return {"said": "not_found"}
    return {"said": "listed", "statements": [_account_said(statement) for statement in statements]}


def _account_said(statement: Statement) -> Said:
    left = dict.fromkeys((movement.claim for movement in statement.movements), 0)
    for movement in statement.movements:
        left[movement.claim] += movement.change
    lines = [
        {
            "value_date": line[0].entry.value_date,
            "entry": line[0].entry.kind,
            "source": line[0].entry.source,
            "change": sum(movement.change for movement in line),
            "surplus": sum(movement.entry.surplus for movement in line),
            "of": [{"claim": m.claim, "number": m.entry.number, "change": m.change} for m in line],
            "owed": line[-1].balance,
        }
        for line in statement.lines
    ]
    return {"currency": statement.currency, "lines": lines, "claims": left, "owed": statement.after}


def list_payouts(creditor: str, query: dict[str, str]) -> Said:
    """Every payout of this creditor by number, with what it is made of."""
    return {"said": "listed", "payouts": [plain(payout) for payout in wiring.outgoing().payouts(creditor)]}


def list_accounts(creditor: str, query: dict[str, str]) -> Said:
    """The accounts in force and those that were asked for, each shown by its end only."""
    from ..actions.change_account import account_of
    from ..domain.account_change import AccountUse

    held = wiring.store().fresh_creditor(creditor)
    assert held  # the door knows the creditor
    found = {use.value: account_of(held, use) for use in AccountUse}
    return {
        "said": "listed",
        "in_force": {use: f"{a.payee}, {a.shown}" for use, a in found.items() if a},
        "changes": [
            {
                "change": change.id,
                "use": change.use,
                "account": f"{change.account.payee}, {change.account.shown}",
                "asked_at": change.asked_at,
                "releases": [asdict(release) for release in change.releases],
                "live_from": change.live_from,
            }
            for change in held.changes
        ],
    }


def list_acts(creditor: str, query: dict[str, str]) -> Said:
    """Who did what to money in a month, this one unless another is named."""
    month = query.get("month") or f"{wiring.clock():%Y-%m}"
    if not MONTH.fullmatch(month):
        raise Unfit("month")
    return {"said": "listed", "acts": [plain(act) for act in wiring.outgoing().acts(creditor, month)]}


def list_reconciled(creditor: str, query: dict[str, str]) -> Said:
    """How the books of some days compared, or what the night found; asked for and not yet done is `asked`."""
    found = wiring.outgoing().reconciliation(creditor, _listed(query))
    return {"said": "listed", "reconciliation": plain(found) if found else None}


def _listed(said: dict[str, Any]) -> str:
    """The comparison that is meant: of the days that are named, else the night's."""
    from ..domain.reconciliation import NIGHT, span_id

    if "first" in said or "last" in said:
        return span_id(_day(said, "first"), _day(said, "last"))
    return NIGHT


def list_accepted(creditor: str, query: dict[str, str]) -> Said:
    """Every difference that people let stand, or one of them does so far: who, when and why."""
    return {"said": "listed", "accepted": [plain(one) for one in wiring.outgoing().acceptances(creditor)]}


def accept(creditor: str, by: str, body: dict[str, Any]) -> Said:
    from ..actions.accept_difference import accept_difference

    answer = accept_difference(
        creditor,
        text_in(body, "difference"),
        listed=_listed(body),
        by=by,
        because=text_in(body, "reason") if "reason" in body else None,
        **_money(),
    )
    return told(answer, "acceptance")


def reconcile(creditor: str, by: str, body: dict[str, Any]) -> Said:
    from ..actions.reconcile_books import ask_reconciliation

    days = (_day(body, "first"), _day(body, "last"))
    return told(ask_reconciliation(creditor, *days, by=by, **_money()), "reconciliation")


def send_back(creditor: str, by: str, body: dict[str, Any]) -> Said:
    from ..actions.release_refund import send_back as ordering

    to = _account(body) if "iban" in body or "payee" in body else None
    return told(ordering(creditor, text_in(body, "source"), by=by, to=to, **_money()), "refund")


def give_back(creditor: str, by: str, body: dict[str, Any]) -> Said:
    from ..actions.give_back import give_back as ordering

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
    from ..domain.iban import iban_of

    iban = iban_of(text_in(body, "iban"))
    if iban is None:
        raise Unfit("iban")
    return BankAccount(text_in(body, "payee").strip(), iban)


def assign(creditor: str, by: str, body: dict[str, Any]) -> Said:
    from ..actions.assign_suspense import assign_suspense

    answer = assign_suspense(
        creditor,
        text_in(body, "source"),
        text_in(body, "claim"),
        by=by,
        **_writing(),
    )
    return told(answer, "assigned")


def take_back(creditor: str, by: str, body: dict[str, Any]) -> Said:
    from ..actions.place_return import place_return

    return told(
        place_return(creditor, text_in(body, "source"), text_in(body, "payment"), by=by, **_writing()), "return"
    )


def release(creditor: str, by: str, body: dict[str, Any]) -> Said:
    from ..actions.make_payout import release_payout
    from ..actions.release_refund import release_refund
    from ..domain.payout import number_of

    name = text_in(body, "order")
    if number_of(name) is not None:
        return told(release_payout(creditor, name, by=by, **_money()), "payout")
    return told(release_refund(creditor, name, by=by, **_money()), "refund")


def refuse(creditor: str, by: str, body: dict[str, Any]) -> Said:
    from ..actions.make_payout import refuse_payout
    from ..actions.release_refund import refuse_refund
    from ..domain.payout import number_of

    name = text_in(body, "order")
    if number_of(name) is not None:
        return told(refuse_payout(creditor, name, by=by, **_money()), "payout")
    return told(refuse_refund(creditor, name, by=by, **_money()), "refund")


def pay_out(creditor: str, by: str, body: dict[str, Any]) -> Said:
    from ..actions.make_payout import make_payout

    since = _day(body, "since") if body.get("since") else None
    return told(make_payout(creditor, _day(body, "until"), since=since, by=by, **_money()), "payout")


def _day(body: dict[str, Any], name: str) -> date:
    try:
        return date.fromisoformat(text_in(body, name))
    except ValueError:
        raise Unfit(name) from None


def collect(creditor: str, by: str, body: dict[str, Any]) -> Said:
    """The files that leave, and the orders that cannot, each with why: those are on no list any more."""
    from ..actions.collect_transfers import collect_transfers
    from ..domain.leaving import LeavingState

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
    from ..actions.change_account import confirm_account

    answer = confirm_account(creditor, text_in(body, "change"), by=by, store=wiring.store(), now=wiring.clock())
    if isinstance(answer, Refused):
        return told(answer, "change")
    shown = {"change": answer.id, "account": answer.account.shown, "live_from": answer.live_from}
    return {"said": "done", **shown, "confirmed_by": [release.by for release in answer.releases]}


def _writing() -> dict[str, Any]:
    return {
        "store": wiring.store(),
        "scheduler": wiring.scheduler(),
        "policies": wiring.policies(),
        "strategies": wiring.strategies(),
        "now": wiring.clock(),
    }


def _money() -> dict[str, Any]:
    return {"store": wiring.store(), "outgoing": wiring.outgoing(), "now": wiring.clock()}


LISTS: dict[str, Callable[[str, dict[str, str]], Said]] = {
    "suspense": list_suspense,
    "refunds": list_refunds,
    "payments": list_payments,
    "ledger": list_ledger,
    "statement": list_statement,
    "contacts": list_contacts,
    "accounts": list_accounts,
    "payouts": list_payouts,
    "acts": list_acts,
    "reconciled": list_reconciled,
    "holds": list_holds,
    "batch": list_batch,
    "accepted": list_accepted,
}
ACTS: dict[str, Callable[[str, str, dict[str, Any]], Said]] = {
    "assign": assign,
    "send-back": send_back,
    "give-back": give_back,
    "take-back": take_back,
    "release": release,
    "refuse": refuse,
    "collect": collect,
    "pay-out": pay_out,
    "confirm": confirm,
    "reconcile": reconcile,
    "hold": hold,
    "lift": lift,
    "release-batch": release_batch,
    "wrong-number": wrong_number,
    "accept": accept,
}


HOUSE_WIDE = {"holds", "hold", "lift", "acts"}


@cache
def _alone() -> Chalice:
    app = Chalice(app_name="kulanz-operator", configure_logs=False)
    app.register_blueprint(operators)
    return app


@operators.lambda_function(name="operator")
def operator(event: dict[str, Any], context: Any) -> Any:
    """Answer one of the operators' routes, given the API's own event."""
    return _alone()(event, context)

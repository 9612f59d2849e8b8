"""What the operators' door shows of the books: what waits for somebody's decision, and what was decided."""

from __future__ import annotations

import re
from dataclasses import asdict
from typing import TYPE_CHECKING

from ... import wiring
from ...domain.errors import BrokenRule
from .answers import LONGEST, Said, Unfit, matter_of, plain, span_meant

if TYPE_CHECKING:
    from ...domain.statement import Statement

MONTH = re.compile(r"20[0-9]{2}-(0[1-9]|1[0-2])")


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
    from ...domain.entry import EntryKind
    from ...domain.ledger import left_of

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


def list_contacts(creditor: str, query: dict[str, str]) -> Said:
    """Every contact with a claim, the first first, made and not made, with what policy and debtor answered."""
    name = query.get("claim", "")
    matter = matter_of(creditor, name)
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
    from ...domain.ledger import broken_at

    name = query.get("claim", "")
    matter = matter_of(creditor, name)
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
    from ...actions.tell_account import account_of_debtor

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
    from ...actions.change_account import account_of
    from ...domain.account_change import AccountUse

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
    found = wiring.outgoing().reconciliation(creditor, span_meant(query))
    return {"said": "listed", "reconciliation": plain(found) if found else None}


def list_accepted(creditor: str, query: dict[str, str]) -> Said:
    """Every difference that people let stand, or one of them does so far: who, when and why."""
    return {"said": "listed", "accepted": [plain(one) for one in wiring.outgoing().acceptances(creditor)]}

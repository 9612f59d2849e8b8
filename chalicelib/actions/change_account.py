"""A creditor's account changes: asked for in its settings, confirmed by two people, live a day later."""

from dataclasses import replace
from datetime import datetime

from ..domain.account_change import AccountChange, AccountUse, BankAccount, asked
from ..domain.decision import Refused
from ..domain.facts import Fact, FactName
from ..domain.parties import Creditor
from ..domain.person import Act, ActKind
from ..ports import Commit, Store
from .write_money import write_money

RULE = "account_change"


def account_of(creditor: Creditor, use: AccountUse) -> BankAccount | None:
    """The account in force for this use."""
    if use is AccountUse.INCOMING:
        return BankAccount(creditor.payee, creditor.iban)
    return creditor.payout_to


def paid_to(creditor: Creditor) -> tuple[str, ...]:
    """Where this creditor's debtors pay to, and where they are to once it is confirmed: each IBAN once."""
    asked_for = (change.account.iban for change in creditor.changes if change.use is AccountUse.INCOMING)
    return tuple(dict.fromkeys((creditor.iban, *asked_for)))


def with_account(creditor: Creditor, use: AccountUse, account: BankAccount | None) -> Creditor:
    if use is AccountUse.PAYOUT:
        return replace(creditor, payout_to=account)
    return replace(creditor, payee=account.payee, iban=account.iban) if account else creditor


def in_force(wished: Creditor, held: Creditor | None, now: datetime) -> Creditor:
    """The settings as they may count now: everything wished for, but the accounts only as far as they are live.

    A first account to pay to is shown at once: the file defines the creditor altogether, and there is nothing yet
    that it could lead away. A first account to be paid out to is not: the money behind it is already here.
    """
    if held is None:
        started = replace(wished, payout_to=None, changes=())
        first = wished.payout_to
        waiting = (asked(wished.id, AccountUse.PAYOUT, first, now),) if first else ()
        return replace(started, changes=waiting)
    known, settings, changes = live(held, now), wished, list[AccountChange]()
    for use in AccountUse:
        wanted, current = account_of(wished, use), account_of(known, use)
        settings = with_account(settings, use, current)
        if wanted and wanted != current:
            same = (change for change in known.changes if change.use is use and change.account == wanted)
            changes.append(next(same, None) or asked(wished.id, use, wanted, now))
    return replace(settings, changes=tuple(changes))


def live(creditor: Creditor, now: datetime) -> Creditor:
    """The settings with every change in force whose day has come."""
    for change in creditor.changes:
        if change.live_from and change.live_from <= now:
            creditor = with_account(creditor, change.use, change.account)
            rest = tuple(other for other in creditor.changes if other.id != change.id)
            creditor = replace(creditor, changes=rest)
    return creditor


def confirm_account(creditor: str, name: str, *, by: str, store: Store, now: datetime) -> AccountChange | Refused:
    """One person's confirmation of a change; the second one starts the waiting day. Nobody counts twice."""

    def decide() -> tuple[AccountChange | Refused, Commit | None]:
        held = store.fresh_creditor(creditor)
        change = next((c for c in held.changes if c.id == name), None) if held else None
        if held is None or change is None:
            return Refused("not_found", RULE), None
        after = change.confirmed_by(by, now)
        if isinstance(after, Refused):
            return after, None
        changes = tuple(after if other.id == name else other for other in held.changes)
        act = Act(creditor, by, ActKind.CONFIRM_ACCOUNT, name, now)
        return after, Commit((), creditor=replace(held, changes=changes), acts=(act,))

    return write_money(creditor, decide, store=store)


def bring_accounts_live(creditor: str, *, store: Store, now: datetime) -> tuple[str, ...]:
    """Put the changes in force whose day has come; their ids."""

    def decide() -> tuple[tuple[str, ...], Commit | None]:
        held = store.fresh_creditor(creditor)
        after = live(held, now) if held else None
        if held is None or after is None or after == held:
            return (), None
        left = {change.id for change in after.changes}
        names = tuple(change.id for change in held.changes if change.id not in left)
        facts = tuple(Fact(FactName.ACCOUNT_CHANGED, creditor, (("change", name),), now) for name in names)
        return names, Commit(facts, creditor=after)

    return write_money(creditor, decide, store=store)

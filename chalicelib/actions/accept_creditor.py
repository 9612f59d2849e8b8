"""Accept a creditor's settings as they now stand in the bucket."""

from dataclasses import dataclass, replace
from datetime import datetime

from ..domain.account_change import BankAccount
from ..domain.errors import AlreadyDone, Retry, StaleVersion
from ..domain.facts import Fact, FactName
from ..domain.parties import Creditor
from ..ports import Commit, Store
from .change_account import in_force, left_behind, paid_to

TURNS = 5


@dataclass(frozen=True)
class AccountTaken:
    """The account that debtors are to pay to is another creditor's already: `holder` is that one's id."""

    account: BankAccount
    holder: str


def accept_creditor(creditor: Creditor, *, store: Store, now: datetime) -> Creditor | AccountTaken:
    """The settings as they count from now on; the same again change nothing.

    Another account is not in force with them: it waits for two people and a day, and stands in `changes`. One
    that another creditor's debtors pay to, or are soon to, is refused, and everything else with it: of a transfer
    to an account of two nobody could tell whose it is.
    """
    for _ in range(TURNS):
        known = store.fresh_creditor(creditor.id)
        version = known.version if known else 0
        wanted = replace(in_force(creditor, known, now), version=version)
        holders = {account.iban: store.holder(account.iban) for account in paid_to(wanted)}
        holder = holders[creditor.iban]
        if holder not in (None, creditor.id):
            return AccountTaken(BankAccount(creditor.payee, creditor.iban), holder or "")
        new = tuple(iban for iban, holder in holders.items() if holder is None)
        if known == wanted and not new:
            return known
        facts = [Fact(FactName.CREDITOR_ACCEPTED, creditor.id, (("version", str(version + 1)),), now)]
        before = {change.id for change in known.changes} if known else set[str]()
        facts += [
            Fact(FactName.ACCOUNT_CHANGE_ASKED, creditor.id, (("change", change.id),), now)
            for change in wanted.changes
            if change.id not in before
        ]
        gone = left_behind(known, wanted, store) if known else ()
        try:
            store.commit(creditor.id, Commit(tuple(facts), creditor=wanted, accounts=new, gone=gone))
        except (StaleVersion, AlreadyDone):
            continue
        return replace(wanted, version=version + 1)
    raise Retry("the creditor's settings keep changing")

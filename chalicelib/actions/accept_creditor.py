"""Accept a creditor's settings as they now stand in the bucket."""

from dataclasses import dataclass, replace
from datetime import datetime

from ..domain.account_change import AccountHolder, BankAccount
from ..domain.errors import Retry, StaleVersion
from ..domain.facts import Fact, FactName
from ..domain.parties import Creditor
from ..ports import Commit, Store
from .change_account import in_force, paid_to

TURNS = 5


@dataclass(frozen=True)
class AccountTaken:
    """The account that debtors are to pay to is another creditor's already: `holder` is that one's id."""

    account: BankAccount
    holder: str


def accept_creditor(creditor: Creditor, *, store: Store, now: datetime) -> Creditor | AccountTaken:
    """The settings as they count from now on; the same again change nothing.

    A strategy of its own stays in force: the settings name the bundled one behind it. Another account is not in
    force with them: it waits for two people and a day, and stands in `changes`. One that another creditor's
    debtors pay to, or are soon to, is refused, and everything else with it: of a transfer to an account of two
    nobody could tell whose it is.
    """
    for _ in range(TURNS):
        known = store.fresh_creditor(creditor.id)
        version = known.version if known else 0
        wanted = replace(in_force(creditor, known, now), version=version)
        if known:
            wanted = replace(wanted, own_strategy=known.own_strategy, health=known.health)
        before_paid = paid_to(known) if known else ()
        held = {iban: store.holder(iban) for iban in paid_to(wanted)}
        if other := _whose(held[creditor.iban], creditor.id, store):
            return AccountTaken(BankAccount(creditor.payee, creditor.iban), other)
        # Written anew though it is held already where it was not ours a moment ago: whoever takes it over just
        # now, because our settings did not name it, has read another version.
        new = tuple(
            AccountHolder(iban, creditor.id, holder.version if holder else 0)
            for iban, holder in held.items()
            if holder is None
            or (iban == creditor.iban and (iban not in before_paid or holder.creditor != creditor.id))
        )
        if known == wanted and not new:
            return known
        facts = [Fact(FactName.CREDITOR_ACCEPTED, creditor.id, (("version", str(version + 1)),), now)]
        before = {change.id for change in known.changes} if known else set[str]()
        facts += [
            Fact(FactName.ACCOUNT_CHANGE_ASKED, creditor.id, (("change", change.id),), now)
            for change in wanted.changes
            if change.id not in before
        ]
        try:
            store.commit(creditor.id, Commit(tuple(facts), creditor=wanted, accounts=new))
        except StaleVersion:
            continue
        return replace(wanted, version=version + 1)
    raise Retry("the creditor's settings keep changing")


def _whose(holder: AccountHolder | None, creditor: str, store: Store) -> str | None:
    """The other creditor whose account this still is; None where it is free, or our own."""
    if holder is None or holder.creditor == creditor:
        return None
    other = store.fresh_creditor(holder.creditor)
    return other.id if other and holder.iban in paid_to(other) else None

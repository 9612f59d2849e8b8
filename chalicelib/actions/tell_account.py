"""Tell a creditor what was booked, to the cent: over all its claims in some days, or ever of one debtor."""

from datetime import date, timedelta

from ..domain.errors import BrokenRule
from ..domain.statement import Statement, of_journal, of_ledgers
from ..ports import Accounts, Store

# A statement of more days than this is asked for in parts.
MOST_DAYS = 400


def tell_account(
    creditor: str, first: date, last: date, *, store: Store, accounts: Accounts
) -> tuple[Statement, ...]:
    """The statements of the days from `first` to `last` (UTC, both counted), written where its creditor looks.

    Read by day from the journal, never claim by claim. Written anew each time it is asked for: days that are over
    stay as they are. Raises BrokenRule("not_found") for a creditor that is not here, ValueError for no days or too
    many.
    """
    settings = store.creditor(creditor)
    if settings is None:
        raise BrokenRule("not_found")
    days = (last - first).days + 1
    if not 0 < days <= MOST_DAYS:
        raise ValueError(f"a statement is of 1 to {MOST_DAYS} days")
    booked = (one for number in range(days) for one in store.journal(creditor, first + timedelta(days=number)))
    statements = of_journal(booked)
    accounts.write_account(settings, first, last, statements)
    return statements


def account_of_debtor(creditor: str, debtor: str, *, store: Store) -> tuple[Statement, ...]:
    """The whole account of all claims of one debtor, as it is booked, one statement per currency.

    Only looked at: interest that has grown and was told to nobody is not in it. Raises BrokenRule("not_found") for
    a debtor this creditor does not have.
    """
    matter = store.matter(creditor, debtor)
    if matter is None or not matter.claims:
        raise BrokenRule("not_found")
    return of_ledgers(debtor, {name: store.ledger(creditor, name) for name in sorted(matter.claims)})

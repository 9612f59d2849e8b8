"""AccountChange: another account for a creditor's money, which counts only when two people and a day have said so.

Whoever can write a creditor's settings could otherwise send its money anywhere. The account in force stays so, for
pages and for payouts, until the change is live; leaving the setting out changes nothing; a change that was taken
back and asked for again begins anew.
"""

import hashlib
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from .decision import Refused
from .person import NEEDED, Release, released

WAIT = timedelta(days=1)


class AccountUse(StrEnum):
    """What an account is for."""

    INCOMING = "incoming"
    """Debtors pay to it; refunds and payouts leave from it."""
    PAYOUT = "payout"
    """The creditor's own, where what was collected for it goes."""


@dataclass(frozen=True)
class BankAccount:
    """A payee as the bank knows them, and their IBAN."""

    payee: str
    iban: str

    @property
    def shown(self) -> str:
        """Enough to tell it from another, and not enough to use it: country and the last four signs."""
        return f"{self.iban[:2]}…{self.iban[-4:]}"


@dataclass(frozen=True)
class AccountChange:
    """The wish for another account, with the yeses it has; `confirmed_at` is when the second person said so."""

    id: str
    use: AccountUse
    account: BankAccount
    asked_at: datetime
    releases: tuple[Release, ...] = ()

    @property
    def confirmed_at(self) -> datetime | None:
        return self.releases[-1].at if len(self.releases) == NEEDED else None

    @property
    def live_from(self) -> datetime | None:
        """When it counts: a whole day after the second confirmation."""
        return self.confirmed_at + WAIT if self.confirmed_at else None

    def confirmed_by(self, person: str, at: datetime) -> "AccountChange | Refused":
        given = released(self.releases, person, at)
        return given if isinstance(given, Refused) else replace(self, releases=given)


@dataclass(frozen=True)
class AccountHolder:
    """Whose debtors pay to an account. It is that creditor's for as long as its settings name or ask for it."""

    iban: str
    creditor: str
    version: int = 0


def asked(creditor: str, use: AccountUse, account: BankAccount, at: datetime) -> AccountChange:
    """A wish of its own: the same account asked for at another time needs its own confirmations."""
    text = "\n".join((creditor, use, account.payee, account.iban, at.isoformat()))
    return AccountChange(f"ac{hashlib.sha256(text.encode()).hexdigest()[:20]}", use, account, at)

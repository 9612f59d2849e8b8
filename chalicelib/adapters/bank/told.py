"""What a bank file holds once it is read, and the two small readings every format needs: amounts and days."""

import hashlib
import re
from dataclasses import dataclass
from datetime import date, datetime

from ...domain.bank import BankEntry, BankStatement, StatementKind
from ...domain.batch import Refused
from ...domain.iban import iban_of
from ...domain.money import MINOR_DIGITS
from ...domain.parties import Creditor
from ...domain.row import MOST_MINOR
from ..batches.unpack import FileRefused

MOST_ENTRIES = 200_000
# A provider's payout or a collective entry is larger than any one claim; beyond this it is a slip.
MOST_ON_AN_ACCOUNT = MOST_MINOR * 1_000
LONGEST = 1_000
# What names a statement and its entries: long enough that two never meet, short enough for an object's name.
ID_SIGNS = 20


@dataclass(frozen=True)
class Told:
    """One statement, notice or export as its file tells it; `account` is the whole IBAN. Nothing is booked yet."""

    kind: StatementKind
    account: str
    currency: str
    name: str
    sequence: str
    opening: int | None
    closing: int | None
    entries: tuple[BankEntry, ...]


def statement_of(told: Told, creditor: str, key: str, now: datetime) -> BankStatement:
    """The statement this is, not yet booked.

    Its id follows from all it says, so that the same one is the same under any name, and one the bank completed or
    put right under the same number is another.
    """
    digest = hashlib.sha256(repr((creditor, told)).encode()).hexdigest()
    days = [entry.booked_on or entry.value_date for entry in told.entries]
    return BankStatement(
        id=digest[:ID_SIGNS],
        creditor=creditor,
        key=key,
        kind=told.kind,
        account=told.account[-4:],
        currency=told.currency,
        received_at=now,
        name=told.name,
        sequence=told.sequence,
        opening=told.opening,
        closing=told.closing,
        entries=len(told.entries),
        first_day=min(days, default=None),
        last_day=max(days, default=None),
    )


def minor_of(text: str, currency: str, line: int) -> int:
    """Minor units of an ISO 20022 amount: a point, no sign, and no more than the currency's own digits.

    Raises FileRefused for anything else, and for a currency the house has no digits for.
    """
    digits = MINOR_DIGITS.get(currency)
    if digits is None:
        raise FileRefused(Refused("bank_currency", line=line, value=currency[:8]))
    found = re.fullmatch(r"(?P<whole>[0-9]{1,15})(\.(?P<part>[0-9]{1,5}))?", text)
    part = (found["part"] or "").ljust(digits, "0") if found else ""
    if not found or part[digits:].strip("0"):
        raise FileRefused(Refused("bank_amount", line=line, value=text[:40]))
    minor: int = int(found["whole"]) * 10**digits + int(part[:digits] or "0")
    if minor > MOST_ON_AN_ACCOUNT:
        raise FileRefused(Refused("bank_amount", line=line, value=text[:40]))
    return minor


def day_of(text: str, line: int) -> date:
    """The day of an ISO date or moment, as the bank's own calendar has it. Raises FileRefused."""
    try:
        if re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}(T[0-9:.]+)?(Z|[+-][0-9]{2}:[0-9]{2})?", text):
            return date.fromisoformat(text[:10])
    except ValueError:
        pass
    raise FileRefused(Refused("bank_date", line=line, value=text[:40]))


def own_account(text: str, creditor: Creditor, line: int | None) -> str:
    """The IBAN a file is about, which must be the creditor's own: a stranger's statement books nothing here."""
    iban = iban_of(text)
    if iban is None:
        raise FileRefused(Refused("bank_no_iban", line=line))
    if iban != creditor.iban:
        raise FileRefused(Refused("bank_account", line=line, value=f"…{iban[-4:]}"))
    return iban

"""A LedgerEntry: one immutable money fact of a claim."""

import hashlib
import json
from dataclasses import asdict, dataclass, replace
from datetime import UTC, date, datetime
from enum import StrEnum

from .allocation import Split


class EntryKind(StrEnum):
    OPENING = "opening"
    PAYMENT = "payment"
    WAIVER = "waiver"
    """The creditor lets go of a rest too small to ask for (M11)."""


@dataclass(frozen=True)
class LedgerEntry:
    """An immutable money fact. `amount` is what arrived (or, for the opening, what is owed) in minor units;
    `split` is its allocation; `surplus` the part that fits no component and lies in suspense.

    `source` is the provider's object id (or the batch row), unique within the creditor.
    """

    number: int
    kind: EntryKind
    amount: int
    currency: str
    split: Split
    surplus: int
    source: str
    value_date: date
    booked_at: datetime
    previous: str
    flags: tuple[str, ...] = ()
    hash: str = ""

    def sealed(self) -> "LedgerEntry":
        """The entry with its hash over all its fields and the hash of the entry before it.

        The moment enters in UTC, so that the zone it was told in changes nothing. ValueError without a zone.
        """
        if self.booked_at.tzinfo is None:
            raise ValueError("a booking has a moment with its zone")
        body = asdict(replace(self, hash="", booked_at=self.booked_at.astimezone(UTC)))
        text = json.dumps(body, sort_keys=True, default=str, separators=(",", ":"))
        return replace(self, hash=hashlib.sha256(text.encode()).hexdigest())

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
    """The creditor lets go of a rest: too small to ask for (M11), or given up by two people."""
    CORRECTION = "correction"
    """What turned out never to have been owed, by two people's word."""
    INTEREST = "interest"
    """Interest that has grown, up to the value date."""
    COSTS = "costs"
    """Costs that were charged, by what they are for."""
    REVERSAL = "reversal"
    """A payment, or a part of it, went back: what it had settled is owed again (M3, M6, M8)."""
    CREDIT = "credit"
    """Interest that had been booked is given back, because money was worth an earlier day (M14); or costs, marked
    COSTS_BACK, that turn out not to be owed."""


# The flag of a CREDIT over costs.
COSTS_BACK = "costs_back"


# What makes more of what is owed; every other kind makes less.
ADDS = frozenset({EntryKind.OPENING, EntryKind.INTEREST, EntryKind.COSTS, EntryKind.REVERSAL})


@dataclass(frozen=True)
class LedgerEntry:
    """An immutable money fact. `amount` is what arrived, was added, given back or let go, in minor units; `split`
    is its allocation; `surplus` the part that fits no component and lies in suspense.

    `source` is the provider's object id (or the batch row), unique within the creditor. `reverses` is the number
    of the payment that a reversal takes back, as much of it as the reversal says.
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
    reverses: int | None = None

    @property
    def gives_costs_back(self) -> bool:
        """Whether it is costs, not interest, that it gives back."""
        return self.kind is EntryKind.CREDIT and COSTS_BACK in self.flags

    @property
    def gives_up(self) -> bool:
        """Whether two people gave up all that was left: its source names their motion."""
        return self.kind is EntryKind.WAIVER and self.source.startswith("waiver:m-")

    @property
    def adds(self) -> bool:
        """Whether more is owed after it."""
        return self.kind in ADDS

    def sealed(self) -> "LedgerEntry":
        """The entry with its hash over all its fields and the hash of the entry before it.

        The moment enters in UTC, so that the zone it was told in changes nothing. ValueError without a zone.
        """
        if self.booked_at.tzinfo is None:
            raise ValueError("a booking has a moment with its zone")
        body = asdict(replace(self, hash="", booked_at=self.booked_at.astimezone(UTC)))
        # What was not there when the first chains were sealed is sealed only where it says something.
        if not self.split.kinds:
            del body["split"]["kinds"]
        if self.reverses is None:
            del body["reverses"]
        text = json.dumps(body, sort_keys=True, default=str, separators=(",", ":"))
        return replace(self, hash=hashlib.sha256(text.encode()).hexdigest())

"""A Plan: an agreement to pay one claim in dated parts, free of charge; an Instalment is one of them."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum


class PlanState(StrEnum):
    RUNNING = "running"
    KEPT = "kept"
    """Every part was paid."""
    ENDED = "ended"
    """It was not kept, or the debtor ended it; a later payment does not revive it (M9)."""


class Method(StrEnum):
    """How the parts will come: each by a link before its day, or by the debtor's own standing order."""

    LINK = "link"
    TRANSFER = "transfer"


@dataclass(frozen=True)
class Instalment:
    """One dated part, counted from 1: `amount` minor units, to be paid by the end of the day `due`."""

    number: int
    due: date
    amount: int


@dataclass(frozen=True)
class Plan:
    """Agreed parts of what one claim owes; nothing is added while it is kept (BGB §506, RDG §13a(3)).

    `paid_before` is what the claim had been paid when the plan began: what came since counts towards the parts,
    the earliest first. `asked` holds the numbers of the parts whose miss the debtor was asked about; `changes`
    counts the debtor's own changes. `offer` is the Offer it was agreed from.
    """

    id: str
    creditor: str
    debtor: str
    claim: str
    currency: str
    instalments: tuple[Instalment, ...]
    method: Method
    offer: str
    agreed_at: datetime
    paid_before: int
    state: PlanState = PlanState.RUNNING
    asked: tuple[int, ...] = ()
    changes: int = 0
    ended_at: datetime | None = None
    version: int = 0

    @property
    def total(self) -> int:
        return sum(part.amount for part in self.instalments)

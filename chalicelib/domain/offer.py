"""An Offer: terms with their cost notice, kept and handed over before anybody can agree to them (P14)."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from .plan import Instalment, Method


class OfferKind(StrEnum):
    PLAN = "plan"
    PLAN_CHANGE = "plan_change"
    DEFERRAL = "deferral"


class OfferState(StrEnum):
    OPEN = "open"
    AGREED = "agreed"
    REPLACED = "replaced"


@dataclass(frozen=True)
class Offer:
    """What the debtor may agree to until `good_until`, for as long as the claim still owes `owed`.

    RDG §13a(3) wants the notice of costs in Textform beforehand: `document` is the Document that holds it,
    `contact` the answer that carries it by mail. It counts as given once that mail left or the document was
    fetched. A deferral has `until`, a plan its `instalments`; `motion` is what two people decided it by, beyond
    the strategy; `plan` is the running one a change is about.
    """

    id: str
    creditor: str
    debtor: str
    claim: str
    kind: OfferKind
    owed: int
    currency: str
    language: str
    made_at: datetime
    good_until: datetime
    until: date | None = None
    instalments: tuple[Instalment, ...] = ()
    method: Method = Method.LINK
    day: int = 1
    plan: str | None = None
    document: str | None = None
    contact: str | None = None
    motion: str | None = None
    state: OfferState = OfferState.OPEN
    agreed_at: datetime | None = None
    version: int = 0

    @property
    def is_open(self) -> bool:
        """Nobody has agreed to it, and no other took its place."""
        return self.state is OfferState.OPEN

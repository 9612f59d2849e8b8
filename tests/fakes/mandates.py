"""The provider's saved ways to pay, in memory, beside a FakeGateway whose payments they make."""

from dataclasses import dataclass, field, replace
from datetime import datetime

from chalicelib.domain.errors import Permanent
from chalicelib.domain.mandate import Mandate, SavedWay
from chalicelib.domain.payments import (
    Attempt,
    Checkout,
    CheckoutStatus,
    PaymentStatus,
    ProviderCheckout,
    ProviderPayment,
)

from .outside import FakeGateway


@dataclass
class FakeMandates:
    """Pages and what was saved on them. What is drawn is under way, as a direct debit is, until `settle` ends it.

    `broken` holds what the next calls of `draw` raise: before anything is drawn, or with `lost` after it.
    """

    gateway: FakeGateway
    begun: dict[str, Mandate] = field(default_factory=dict)
    saved: dict[str, SavedWay] = field(default_factory=dict)
    drawings: dict[str, ProviderPayment] = field(default_factory=dict)
    amounts: dict[str, int] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    forgotten: list[str] = field(default_factory=list)
    broken: list[Exception] = field(default_factory=list)
    lost: list[Exception] = field(default_factory=list)
    now: datetime | None = None

    def begin_mandate(
        self,
        mandate: Mandate,
        *,
        payee: str,
        currency: str,
        locale: str,
        success_url: str,
        cancel_url: str,
        expires_at: datetime,
    ) -> Checkout:
        page = f"cs_{mandate.id}"
        self.begun.setdefault(page, mandate)
        open_page = ProviderCheckout(page, CheckoutStatus.OPEN, None, None, mandate.id)
        self.gateway.pages.setdefault(page, open_page)
        return Checkout(page, f"https://pay.example/{page}", expires_at)

    def give(self, page: str) -> SavedWay:
        """The debtor gives the mandate on its page."""
        mandate = self.begun[page]
        self.saved[page] = SavedWay(f"cus_{mandate.id}", f"pm_{mandate.id}", "sepa_debit", "3000", "REF1", True)
        done = replace(self.gateway.pages[page], status=CheckoutStatus.COMPLETE)
        self.gateway.pages[page] = done
        return self.saved[page]

    def revoke(self, page: str) -> None:
        """The debtor ends it at the bank."""
        self.saved[page] = replace(self.saved[page], active=False)

    def saved_on(self, creditor: str, page: str) -> SavedWay | None:
        return self.saved.get(page)

    def labels_of(self, creditor: str, provider_mandate: str) -> dict[str, str]:
        mandate = self.begun.get(provider_mandate.removeprefix("mandate_"))
        return {"mandate": mandate.id} if mandate else {}

    def draw(self, attempt: Attempt, saved: SavedWay, *, description: str) -> ProviderPayment:
        self.asked.append(attempt.id)
        if self.broken:
            raise self.broken.pop(0)
        held = next((way for way in self.saved.values() if way.way == saved.way), None)
        if held is None or not held.active or saved.way in self.forgotten:
            raise Permanent("draw: mandate_invalid")
        if attempt.id not in self.drawings:
            made = self.gateway.money(
                attempt.amount,
                attempt.expires_at,
                creditor=attempt.creditor,
                claim=attempt.claim,
                attempt=attempt.id,
                currency=attempt.currency,
                status=PaymentStatus.PROCESSING,
            )
            self.drawings[attempt.id] = made
            self.amounts[made.object_id] = attempt.amount
        if self.lost:
            raise self.lost.pop(0)
        return self.gateway.payments[self.drawings[attempt.id].object_id]

    def drawn(self, creditor: str, payer: str, attempt: str) -> ProviderPayment | None:
        made = self.drawings.get(attempt)
        return self.gateway.payments[made.object_id] if made else None

    def end_mandate(self, creditor: str, way: str) -> None:
        self.forgotten.append(way)

"""Where money leaves, in memory: files for the bank, and the creditor's balance at the provider."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from chalicelib.domain.money_back import BalanceTransaction, ProviderPayout
from chalicelib.domain.transfer_order import TransferOrder


@dataclass
class FakePaymentFiles:
    """Files by their id; `down` is raised instead of the next writings, one each."""

    written: dict[str, TransferOrder] = field(default_factory=dict)
    writings: int = 0
    down: list[Exception] = field(default_factory=list)

    def write_order(self, creditor: str, order: TransferOrder) -> None:
        if self.down:
            raise self.down.pop(0)
        self.writings += 1
        assert self.written.setdefault(order.id, order) == order, "the same order is the same file"


@dataclass
class FakeBalance:
    """A creditor's balance at the provider: payouts, and what each is made of."""

    paid: dict[str, ProviderPayout] = field(default_factory=dict)
    parts: dict[str, tuple[BalanceTransaction, ...]] = field(default_factory=dict)

    def payout(self, creditor: str, object_id: str) -> ProviderPayout:
        return self.paid[object_id]

    def payouts_since(
        self, creditor: str, since: datetime, until: datetime | None = None
    ) -> Iterable[ProviderPayout]:
        return tuple(
            one for one in self.paid.values() if since <= one.made_at and (not until or one.made_at < until)
        )

    def balance_of(self, creditor: str, payout: str) -> Iterable[BalanceTransaction]:
        return self.parts[payout]

    def balance_since(self, creditor: str, since: datetime) -> Iterable[BalanceTransaction]:
        return tuple(one for parts in self.parts.values() for one in parts if one.at >= since)

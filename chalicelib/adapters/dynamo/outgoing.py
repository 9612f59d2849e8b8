"""Money that lies in suspense or is to leave, and what people did to it: the reads; writes go by commit."""

from collections.abc import Callable, Iterator

from ...domain.acceptance import Acceptance
from ...domain.payout import Payout, PayoutCredit, ProviderSettlement, number_of
from ...domain.person import Act
from ...domain.reconciliation import Reconciliation
from ...domain.refund_order import RefundOrder
from ...domain.suspense import Suspense
from ...domain.transfer_file import TransferFile
from . import keys
from .codec import from_item
from .table import Table


class DynamoOutgoing:
    """The Outgoing over one table."""

    def __init__(self, table: Table) -> None:
        self.table = table

    def lying(self, creditor: str) -> tuple[Suspense, ...]:
        found = (x for x in self._all(Suspense, creditor, keys.suspense_shard, "SUSPENSE#") if x.is_open)
        return tuple(sorted(found, key=lambda money: (money.at, money.source)))

    def refund(self, creditor: str, order: str) -> RefundOrder | None:
        item = self.table.get(keys.refund(creditor, order))
        return from_item(RefundOrder, item) if item else None

    def refunds(self, creditor: str) -> tuple[RefundOrder, ...]:
        found = (x for x in self._all(RefundOrder, creditor, keys.refund_shard, "REFUND#") if x.is_open)
        return tuple(sorted(found, key=lambda order: (order.at, order.id)))

    def payout(self, creditor: str, payout: str) -> Payout | None:
        number = number_of(payout)
        item = self.table.get(keys.payout(creditor, number)) if number is not None else None
        found: Payout | None = from_item(Payout, item) if item else None
        return found if found and found.id == payout else None

    def payouts(self, creditor: str) -> tuple[Payout, ...]:
        return tuple(self._kept(Payout, creditor, "PAYOUT#"))

    def last_payout(self, creditor: str) -> Payout | None:
        found = self.payouts(creditor)
        return found[-1] if found else None

    def settlements(self, creditor: str) -> tuple[ProviderSettlement, ...]:
        found = self._kept(ProviderSettlement, creditor, "SETTLED#")
        return tuple(sorted(found, key=lambda one: (one.arrives_on, one.id)))

    def payout_credits(self, creditor: str) -> tuple[PayoutCredit, ...]:
        found = self._kept(PayoutCredit, creditor, "CREDIT#")
        return tuple(sorted(found, key=lambda one: (one.value_date, one.source)))

    def unwritten(self, creditor: str) -> tuple[TransferFile, ...]:
        return tuple(file for file in self._kept(TransferFile, creditor, "FILE#") if file.written_at is None)

    def _kept[Kind](self, kind: type[Kind], creditor: str, begins: str) -> Iterator[Kind]:
        for item in self.table.query(keys.treasury(creditor), begins):
            yield from_item(kind, item)

    def acts(self, creditor: str, month: str) -> tuple[Act, ...]:
        return tuple(from_item(Act, item) for item in self.table.query(keys.acts(creditor, month), "ACT#"))

    def reconciliation(self, creditor: str, name: str) -> Reconciliation | None:
        item = self.table.get(keys.reconciliation(creditor, name))
        return from_item(Reconciliation, item) if item else None

    def acceptances(self, creditor: str) -> tuple[Acceptance, ...]:
        found = self._kept(Acceptance, creditor, "ACCEPTED#")
        return tuple(sorted(found, key=lambda one: (one.asked_at, one.id)))

    def _all[Kind](
        self, kind: type[Kind], creditor: str, partition: Callable[[str, str], str], begins: str
    ) -> Iterator[Kind]:
        for number in range(keys.SHARDS):
            for item in self.table.query(partition(creditor, str(number)), begins):
                yield from_item(kind, item)

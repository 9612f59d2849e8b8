"""What the nightly run looks over, shard by shard through the sparse indexes."""

from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import datetime, timedelta
from itertools import groupby

from ...domain.claim import Claim
from ...domain.contact import Contact
from ...domain.deferral import Deferral
from ...domain.errors import StaleVersion
from ...domain.facts import Fact
from ...domain.mandate import Mandate
from ...domain.plan import Plan
from ...domain.refund_order import RefundOrder
from ...domain.suspense import Suspense
from . import keys
from .codec import from_item, moment
from .store import facts_in
from .table import Item, Table

AGREEMENTS: dict[str, type[Plan] | type[Deferral]] = {"PLAN": Plan, "DEFERRAL": Deferral}


class DynamoWatch:
    """The Watch over one table."""

    def __init__(self, table: Table) -> None:
        self.table = table

    def contacts_due(self, until: datetime) -> Iterator[Contact]:
        """Contacts still planned, or reserved and never settled, whose due time lies at or before `until`."""
        for kind, item in self._due(until):
            if kind == "CONTACT":
                yield from_item(Contact, item)

    def contacts_of(self, creditor: str, since: datetime, before: datetime) -> Iterator[Contact]:
        """A creditor's contacts, planned no more, whose hour lay in that time: by shard, hour and id."""
        last = moment(before - timedelta(microseconds=1))
        for number in range(keys.SHARDS):
            shard = keys.past(creditor, str(number))
            items = self.table.index("due", "due_shard", shard, "due_at", last, since=moment(since))
            for _, together in groupby(items, key=lambda item: item["due_at"]["S"]):
                for item in sorted(together, key=lambda item: item["id"]["S"]):
                    yield from_item(Contact, item)

    def agreements_due(self, until: datetime) -> Iterator[Plan | Deferral]:
        """Running plans and deferrals whose next contact was due at or before `until`."""
        for kind, item in self._due(until):
            if kind in AGREEMENTS:
                yield from_item(AGREEMENTS[kind], item)

    def mandates_due(self, until: datetime) -> Iterator[Mandate]:
        """Mandates that are to be looked at by `until`."""
        for number in range(keys.SHARDS):
            shard = keys.drawing(str(number))
            for item in self.table.index("due", "due_shard", shard, "due_at", moment(until)):
                yield from_item(Mandate, item)

    def fees_due(self, until: datetime) -> Iterator[Claim]:
        """Claims whose collection fee is to be looked at by `until`."""
        for number in range(keys.SHARDS):
            shard = keys.charging(str(number))
            for item in self.table.index("due", "due_shard", shard, "due_at", moment(until)):
                yield from_item(Claim, item)

    def _due(self, until: datetime) -> Iterator[tuple[str, Item]]:
        for number in range(keys.SHARDS):
            for item in self.table.index("due", "due_shard", str(number), "due_at", moment(until)):
                yield item["sk"]["S"].partition("#")[0], item

    def people_to_forget(self, until: datetime) -> Iterator[tuple[str, str]]:
        """(creditor, debtor number) of those whose day to be looked at is `until` or before."""
        for number in range(keys.SHARDS):
            shard = keys.forgetting(str(number))
            for item in self.table.index("due", "due_shard", shard, "due_at", moment(until)):
                yield item["creditor"]["S"], item["number"]["S"]

    def suspense_since(self, before: datetime) -> Iterator[Suspense]:
        """Money that has lain in suspense since before then, of all creditors."""
        yield from self._waiting(Suspense, keys.suspended, before)

    def refunds_since(self, before: datetime) -> Iterator[RefundOrder]:
        """Refunds that have not moved on since before then, of all creditors."""
        yield from self._waiting(RefundOrder, keys.refunding, before)

    def _waiting[Kind](self, kind: type[Kind], shard_of: Callable[[str], str], before: datetime) -> Iterator[Kind]:
        for number in range(keys.SHARDS):
            for item in self.table.index("due", "due_shard", shard_of(str(number)), "due_at", moment(before)):
                yield from_item(kind, item)

    def resend_facts(self, before: datetime, publish: Callable[[tuple[Fact, ...]], None]) -> int:
        """Facts nobody relayed before `before`, published now; how many outbox items that were."""
        sent = 0
        for number in range(keys.SHARDS):
            for item in self.table.index("unrelayed", "unrelayed", str(number), "sk2", moment(before)):
                publish(facts_in(item))
                self.relayed({"pk": item["pk"]["S"], "sk": item["sk"]["S"]})
                sent += 1
        return sent

    def reconciled(self, creditor: str) -> datetime | None:
        item = self.table.get(keys.reconciled(creditor))
        return datetime.fromisoformat(item["at"]["S"]) if item else None

    def note_reconciled(self, creditor: str, at: datetime) -> None:
        key = {name: {"S": text} for name, text in keys.reconciled(creditor).items()}
        self.table.put({**key, "at": {"S": moment(at)}})

    def relayed(self, key: dict[str, str]) -> None:
        """Take the marker away; an item that has left the table meanwhile has none."""
        with suppress(StaleVersion):
            self.table.remove_attribute(key, "unrelayed", "sk2")

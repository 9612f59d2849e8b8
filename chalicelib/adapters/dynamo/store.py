"""The Store: reads by access pattern (keys.py), writes by commit."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from ...domain.contact import Message, Reached, Reply
from ...domain.entry import LedgerEntry
from ...domain.errors import AlreadyDone
from ...domain.matter import Matter
from ...domain.parties import Creditor, Debtor
from ...domain.pay_link import PayLink
from . import keys
from .codec import from_item, held_in
from .commits import EVENT_KEPT, PARTS, expiry, item_of, outbox_item, writes_of
from .table import Item, Table, Write

if TYPE_CHECKING:  # a page reads a link and a matter; what else is kept is loaded by whoever asks for it
    from ...domain.account_change import AccountHolder
    from ...domain.calling import Promised
    from ...domain.channel import ChannelKind
    from ...domain.complaint import Complaint
    from ...domain.conversation import Conversation, Utterance
    from ...domain.facts import Fact
    from ...domain.gate import Gate
    from ...domain.motion import Motion
    from ...domain.payments import Attempt, ProviderEvent
    from ...domain.silence import Silence
    from ...domain.strategies._own import StrategyVersion
    from ...domain.suspense import Suspense
    from ...domain.trail import Booking, Trail
    from ...ports import Commit, Sends, Way

# What leads to more claims than this points to nobody.
MOST_WAYS = 20
CREDITOR_CACHED = timedelta(seconds=60)

# The kinds of item in a matter's partition besides the debtor's card, and where the Matter keeps them.
FIELDS = {"CLAIM": "claims", "CONTACT": "contacts", "ATTEMPT": "attempts", **PARTS}


class DynamoStore:
    """The Store over one table. `clock` dates expiries and ages the cache of creditors' settings."""

    def __init__(self, table: Table, clock: Callable[[], datetime]) -> None:
        self.table = table
        self.clock = clock
        self._creditors: dict[str, tuple[datetime, Creditor]] = {}

    def commit(self, creditor: str, commit: Commit) -> None:
        self.table.transact(writes_of(creditor, commit, self.clock()))
        if commit.creditor:
            self._creditors.pop(creditor, None)

    def creditor(self, creditor: str) -> Creditor | None:
        known = self._creditors.get(creditor)
        if known and self.clock() - known[0] < CREDITOR_CACHED:
            return known[1]
        return self.fresh_creditor(creditor)

    def fresh_creditor(self, creditor: str) -> Creditor | None:
        item = self.table.get(keys.creditor(creditor))
        found = from_item(Creditor, item) if item else None
        if found:
            self._creditors[creditor] = (self.clock(), found)
        return found

    def own_strategies(self, creditor: str) -> tuple[StrategyVersion, ...]:
        from ...domain.strategies._own import StrategyVersion

        items = self.table.query(keys.strategies(creditor), "STRATEGY#")
        return tuple(from_item(StrategyVersion, item) for item in items)

    def matter(self, creditor: str, debtor: str) -> Matter | None:
        card = None
        found: dict[str, dict[str, Any]] = {field: {} for field in FIELDS.values()}
        for item in self.table.query(keys.matter(creditor, debtor)):
            kind, _, name = item["sk"]["S"].partition("#")
            if kind == "DEBTOR":
                card = from_item(Debtor, item)
            elif kind in FIELDS:
                found[FIELDS[kind]][name] = from_item(held_in(Matter, FIELDS[kind]), item)
        return Matter(card, **found) if card else None

    def debtor_of_claim(self, creditor: str, claim: str) -> str | None:
        item = self.table.get(keys.entry(creditor, claim, 0))
        return item["debtor"]["S"] if item else None

    def link(self, link: str) -> PayLink | None:
        item = self.table.get(keys.link(link))
        return from_item(PayLink, item) if item else None

    def attempt_owner(self, attempt: str) -> Attempt | None:
        from ...domain.payments import Attempt

        item = self.table.get(keys.attempt_pointer(attempt))
        return from_item(Attempt, item) if item else None

    def holder(self, iban: str) -> AccountHolder | None:
        from ...domain.account_change import AccountHolder

        item = self.table.get(keys.account(iban))
        return from_item(AccountHolder, item) if item else None

    def contact_of_receipt(self, receipt: str) -> tuple[str, str, str] | None:
        item = self.table.get(keys.receipt(receipt))
        return (item["creditor"]["S"], item["debtor"]["S"], item["contact"]["S"]) if item else None

    def message(self, creditor: str, contact: str) -> Message | None:
        item = self.table.get(keys.message(creditor, contact))
        return from_item(Message, item) if item else None

    def sends(self, point: str) -> Sends:
        from ...ports import Sends

        item = self.table.get(keys.sends(point))
        return from_item(Sends, item) if item else Sends(point)

    def reached(self, point: str, channel: ChannelKind) -> tuple[Reached, ...]:
        key = keys.reached(point, channel)
        items = self.table.query(key["pk"], key["sk"])
        return tuple(from_item(Reached, item) for item in items)

    def gate(self, contact: str) -> Gate:
        from ...domain.gate import Gate

        item = self.table.get(keys.gate_of(contact))
        return from_item(Gate, item) if item else Gate()

    def silence(self, creditor: str, point: str) -> Silence:
        from ...domain.silence import Silence

        item = self.table.get(keys.silence(creditor, point))
        return from_item(Silence, item) if item else Silence(creditor, point)

    def talk(self, creditor: str, debtor: str) -> tuple[Conversation | None, tuple[Utterance, ...]]:
        from ...domain.conversation import Conversation, Utterance

        head, said = None, list[Utterance]()
        for item in self.table.query(keys.conversation(creditor, debtor)["pk"]):
            kind, _, _ = item["sk"]["S"].partition("#")
            if kind == "CONVERSATION":
                head = from_item(Conversation, item)
            elif kind == "SAID":
                said.append(from_item(Utterance, item))
        return head, tuple(said)

    def conversation(self, creditor: str, debtor: str) -> Conversation | None:
        from ...domain.conversation import Conversation

        item = self.table.get(keys.conversation(creditor, debtor))
        return from_item(Conversation, item) if item else None

    def motions(self, creditor: str, debtor: str) -> tuple[Motion, ...]:
        from ...domain.motion import Motion

        items = self.table.query(keys.conversation(creditor, debtor)["pk"], "MOTION#")
        return tuple(from_item(Motion, item) for item in items)

    def promised(self, creditor: str, since: date) -> tuple[Promised, ...]:
        from ...domain.calling import Promised

        items = self.table.query(keys.calls(creditor), "CALLS#")
        found = (from_item(Promised, item) for item in items)
        return tuple(one for one in found if one.day >= since)

    def complaints(self, creditor: str, month: str) -> tuple[Complaint, ...]:
        from ...domain.complaint import Complaint

        items = self.table.query(keys.complaints(creditor, month), "COMPLAINT#")
        return tuple(from_item(Complaint, item) for item in items)

    def utterance(self, creditor: str, debtor: str, name: str) -> Utterance | None:
        from ...domain.conversation import Utterance

        item = self.table.get(keys.utterance(creditor, debtor, name))
        return from_item(Utterance, item) if item else None

    def ways(self, creditor: str, mark: str) -> tuple[Way, ...]:
        from ...ports import Way

        items = self.table.query(keys.ways(creditor, mark), most=MOST_WAYS)
        return tuple(Way(mark, item["debtor"]["S"], item["claim"]["S"]) for item in items)

    def ledger(self, creditor: str, claim: str) -> tuple[LedgerEntry, ...]:
        items = self.table.query(keys.ledger(creditor, claim), "ENTRY#")
        return tuple(from_item(LedgerEntry, item) for item in items)

    def entry(self, creditor: str, claim: str, number: int) -> LedgerEntry | None:
        item = self.table.get(keys.entry(creditor, claim, number))
        return from_item(LedgerEntry, item) if item else None

    def trail(self, creditor: str, source: str) -> Trail | None:
        from ...domain.trail import Trail

        item = self.table.get(keys.source(creditor, source))
        return from_item(Trail, item) if item and "version" in item else None

    def suspended(self, creditor: str, source: str) -> Suspense | None:
        from ...domain.suspense import Suspense

        item = self.table.get(keys.suspense(creditor, source))
        return from_item(Suspense, item) if item else None

    def journal(self, creditor: str, day: date) -> Iterator[Booking]:
        from ...domain.trail import Booking

        for number in range(keys.SHARDS):
            for item in self.table.query(keys.journal(creditor, str(number), day.isoformat())):
                for booking in item["bookings"]["L"]:
                    yield from_item(Booking, booking["M"])

    def event(self, creditor: str, event: str) -> ProviderEvent | None:
        from ...domain.payments import ProviderEvent

        item = self.table.get(keys.event(creditor, event))
        return from_item(ProviderEvent, item) if item else None

    def store_event(self, creditor: str, provider: str, event: ProviderEvent, now: datetime) -> bool:
        """Keep a provider's notice once, with the fact that wakes the money function. False: known already."""
        from ...domain.facts import Fact, FactName

        about = (("event", event.id), ("provider", provider))
        fact = Fact(FactName.PROVIDER_EVENT_STORED, creditor, about, now)
        kept = item_of(keys.event(creditor, event.id), event, gone_at=expiry(now + EVENT_KEPT))
        try:
            self.table.transact([Write(kept, guard="event"), outbox_item(creditor, (fact,), now)])
        except AlreadyDone:
            return False
        return True

    def reply(self, creditor: str, reply: str, contact: str | None = None) -> Reply | None:
        """What somebody wrote, as long as it is kept; by the ids of the fact that told of it."""
        item = self.table.get(keys.reply(creditor, reply, contact))
        return from_item(Reply, item) if item else None

    def replies(self, creditor: str, contact: str) -> tuple[Reply, ...]:
        """What was written back to this message."""
        items = self.table.query(keys.message(creditor, contact)["pk"], "REPLY#")
        return tuple(from_item(Reply, item) for item in items)


def facts_in(item: Item) -> tuple[Fact, ...]:
    """The facts an outbox item carries."""
    from ...domain.facts import Fact

    return tuple(from_item(Fact, entry["M"]) for entry in item["facts"]["L"])

"""The Store and the Batches in memory. They pass the same contract as the real ones (test_store_contract.py)."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from typing import Any

from chalicelib.domain.acceptance import Acceptance
from chalicelib.domain.account_change import AccountHolder
from chalicelib.domain.audit import Look
from chalicelib.domain.batch import Batch, Outcome, RowOutcome
from chalicelib.domain.calling import Promised
from chalicelib.domain.complaint import Complaint
from chalicelib.domain.contact import Contact, ContactState, Message, Reached, Reply
from chalicelib.domain.conversation import Conversation, Utterance
from chalicelib.domain.entry import LedgerEntry
from chalicelib.domain.errors import AlreadyDone, Retry, StaleVersion
from chalicelib.domain.facts import Fact, FactName
from chalicelib.domain.gate import Gate
from chalicelib.domain.matter import Matter
from chalicelib.domain.motion import Motion
from chalicelib.domain.parties import ChannelKind, Creditor
from chalicelib.domain.pay_link import PayLink
from chalicelib.domain.payments import Attempt, ProviderEvent
from chalicelib.domain.payout import Payout, PayoutCredit, ProviderSettlement
from chalicelib.domain.person import Act
from chalicelib.domain.presence import Hand, Presence
from chalicelib.domain.reconciliation import Reconciliation
from chalicelib.domain.refund_order import RefundOrder
from chalicelib.domain.silence import Silence
from chalicelib.domain.staff import Staff
from chalicelib.domain.strategies._own import StrategyVersion
from chalicelib.domain.suspense import Suspense
from chalicelib.domain.task import FRONT_OFFICE, Task
from chalicelib.domain.trail import Booking, Trail
from chalicelib.domain.transfer_file import TransferFile
from chalicelib.domain.waiting import Waiting, waiting
from chalicelib.ports import Commit, EntryPlace, RowPlace, Sends, Way

Key = tuple[Any, ...]
MOST_ACTIONS = 100
PARTS = ("plans", "deferrals", "offers", "disputes", "tasks", "documents", "evidence", "mandates")


@dataclass(frozen=True)
class Write:
    key: Key
    value: Any
    version: int | None = None
    guard: str | None = None
    gone: bool = False
    check: bool = False


class Items(dict[Key, Any]):
    """Items by key, and found by the first parts of it too, so that a read costs what it finds."""

    def __init__(self) -> None:
        super().__init__()
        self._under: dict[Key, dict[Key, None]] = {}

    def under(self, *first: Any) -> list[Key]:
        """The keys that begin so (with one, two or three parts), in the order they came."""
        return list(self._under.get(first, ()))

    def __setitem__(self, key: Key, value: Any) -> None:
        if key not in self:
            for length in range(1, min(3, len(key)) + 1):
                self._under.setdefault(key[:length], {})[key] = None
        super().__setitem__(key, value)

    def __delitem__(self, key: Key) -> None:
        super().__delitem__(key)
        for length in range(1, min(3, len(key)) + 1):
            del self._under[key[:length]][key]

    def __ior__(self, other: Any) -> "Items":  # type: ignore[override,misc]
        for key, value in dict(other).items():
            self[key] = value
        return self

    def setdefault(self, key: Key, default: Any = None) -> Any:
        if key not in self:
            self[key] = default
        return self[key]

    def pop(self, key: Key, *default: Any) -> Any:
        if key not in self and default:
            return default[0]
        value = self[key]
        del self[key]
        return value


@dataclass
class FakeStore:
    """Commits are all or nothing, on the versions they were read at.

    `meanwhile` holds what somebody else does just before the next commits, one each; `trouble` what the next
    commits raise instead.
    """

    items: Items = field(default_factory=Items)
    facts: list[Fact] = field(default_factory=list)
    commits: list[Commit] = field(default_factory=list)
    meanwhile: list[Callable[[], object]] = field(default_factory=list)
    trouble: list[Exception] = field(default_factory=list)

    def commit(self, creditor: str, commit: Commit) -> None:
        if self.meanwhile:
            self.meanwhile.pop(0)()
        if self.trouble:
            raise self.trouble.pop(0)
        self.write(_writes(creditor, commit), commit.facts)
        self.commits.append(commit)

    def write(self, writes: list[Write], facts: tuple[Fact, ...] = ()) -> None:
        keys = [write.key for write in writes]
        if len(keys) != len(set(keys)):
            raise ValueError("one transaction may write each item once")
        if len(keys) + bool(facts) > MOST_ACTIONS:
            raise ValueError("more actions than one transaction holds")
        failed = [write for write in writes if not self._fits(write)]
        for write in failed:
            if write.guard:
                raise AlreadyDone(write.guard)
        if failed:
            raise StaleVersion(str(failed[0].key[0]))
        for write in writes:
            value = write.value
            if write.check:
                continue
            if write.gone:
                self.items.pop(write.key, None)
                continue
            if write.version is not None and hasattr(value, "version"):
                value = replace(value, version=write.version + 1)
            self.items[write.key] = value
        self.facts += facts

    def _fits(self, write: Write) -> bool:
        if write.guard or write.version == 0:
            return write.key not in self.items
        if write.version is None:
            return True
        return write.key in self.items and self.items[write.key].version == write.version

    def creditor(self, creditor: str) -> Creditor | None:
        return self.items.get(("creditor", creditor))

    fresh_creditor = creditor

    def own_strategies(self, creditor: str) -> tuple[StrategyVersion, ...]:
        found = self.items.under("strategy", creditor)
        return tuple(self.items[key] for key in sorted(found))

    def matter(self, creditor: str, debtor: str) -> Matter | None:
        card = self.items.get(("debtor", creditor, debtor))
        if card is None:
            return None

        def of(kind: str) -> dict[str, Any]:
            return {key[3]: self.items[key] for key in self.items.under(kind, creditor, debtor)}

        rest = {field: of(field) for field in PARTS}
        return Matter(card, of("claim"), of("contact"), of("attempt"), **rest)

    def debtor_of_claim(self, creditor: str, claim: str) -> str | None:
        return self.items.get(("owner", creditor, claim))

    def link(self, link: str) -> PayLink | None:
        return self.items.get(("link", link))

    def attempt_owner(self, attempt: str) -> Attempt | None:
        return self.items.get(("attempt_pointer", attempt))

    def holder(self, iban: str) -> AccountHolder | None:
        return self.items.get(("account", iban))

    def contact_of_receipt(self, receipt: str) -> tuple[str, str, str] | None:
        return self.items.get(("receipt", receipt))

    def sends(self, point: str) -> Sends:
        found: Sends = self.items.get(("sends", point), Sends(point))
        return found

    def gate(self, contact: str) -> Gate:
        found: Gate = self.items.get(("gate_place", place_of(contact)), Gate())
        return found

    def silence(self, creditor: str, point: str) -> Silence:
        found: Silence = self.items.get(("silence", creditor, point), Silence(creditor, point))
        return found

    def ledger(self, creditor: str, claim: str) -> tuple[LedgerEntry, ...]:
        held = sorted(self.items.under("entry", creditor, claim), key=lambda key: key[3])
        return tuple(self.items[key] for key in held)

    def ways(self, creditor: str, mark: str) -> tuple[Way, ...]:
        held = sorted(key[3] for key in self.items.under("way", creditor, mark))
        return tuple(self.items["way", creditor, mark, claim] for claim in held[:20])

    def entry(self, creditor: str, claim: str, number: int) -> LedgerEntry | None:
        return self.items.get(("entry", creditor, claim, number))

    def trail(self, creditor: str, source: str) -> Trail | None:
        found = self.items.get(("source", creditor, source))
        return found if isinstance(found, Trail) else None

    def suspended(self, creditor: str, source: str) -> Suspense | None:
        return self.items.get(("suspense", creditor, source))

    def journal(self, creditor: str, day: date) -> Iterator[Booking]:
        for key in self.items.under("journal", creditor, day):
            yield from self.items[key]

    def event(self, creditor: str, event: str) -> ProviderEvent | None:
        return self.items.get(("event", creditor, event))

    def store_event(self, creditor: str, provider: str, event: ProviderEvent, now: datetime) -> bool:
        about = (("event", event.id), ("provider", provider))
        fact = Fact(FactName.PROVIDER_EVENT_STORED, creditor, about, now)
        try:
            self.write([Write(("event", creditor, event.id), event, guard="event")], (fact,))
        except AlreadyDone:
            return False
        return True

    def reached(self, point: str, channel: ChannelKind) -> tuple[Reached, ...]:
        return tuple(self.items[key] for key in sorted(self.items.under("reached", point, channel)))

    def reply(self, creditor: str, reply: str, contact: str | None = None) -> Reply | None:
        held = self.items.get(("reply", creditor, contact or "", reply))
        return held if isinstance(held, Reply) else None

    def replies(self, creditor: str, contact: str) -> tuple[Reply, ...]:
        return tuple(self.items[key] for key in sorted(self.items.under("reply", creditor, contact)))

    def talk(self, creditor: str, debtor: str) -> tuple[Conversation | None, tuple[Utterance, ...]]:
        said = sorted(self.items.under("said", creditor, debtor), key=lambda key: key[3])
        return self.items.get(("conversation", creditor, debtor)), tuple(self.items[key] for key in said)

    def conversation(self, creditor: str, debtor: str) -> Conversation | None:
        return self.items.get(("conversation", creditor, debtor))

    def utterance(self, creditor: str, debtor: str, name: str) -> Utterance | None:
        return self.items.get(("said", creditor, debtor, name))

    def motions(self, creditor: str, debtor: str) -> tuple[Motion, ...]:
        held = sorted(self.items.under("motion", creditor, debtor), key=lambda key: key[3])
        return tuple(self.items[key] for key in held)

    def promised(self, creditor: str, since: date) -> tuple[Promised, ...]:
        held = sorted(self.items.under("promised", creditor), key=lambda key: key[2:])
        return tuple(self.items[key] for key in held if key[2] >= since)

    def complaints(self, creditor: str, month: str) -> tuple[Complaint, ...]:
        found = (self.items[key] for key in self.items.under("complaint", creditor))
        held = sorted(found, key=lambda one: (one.at, one.task))
        return tuple(one for one in held if f"{one.at:%Y-%m}" == month)

    def touch(self, *key: Any) -> None:
        """Somebody else writes this item as it stands."""
        self.items[key] = replace(self.items[key], version=self.items[key].version + 1)

    def suspense(self, creditor: str) -> tuple[Suspense, ...]:
        return tuple(self.items[key] for key in self.items.under("suspense", creditor))

    def tasks(self, creditor: str) -> tuple[Task, ...]:
        return tuple(self.items[key] for key in self.items.under("tasks", creditor))

    def message(self, creditor: str, contact: str) -> Message | None:
        return self.items.get(("message", creditor, contact))

    def named(self, name: FactName) -> list[Fact]:
        return [fact for fact in self.facts if fact.name is name]


class FakeTaskLists:
    """The TaskLists over a FakeStore's items."""

    def __init__(self, store: FakeStore) -> None:
        self.store = store

    def free(self, creditor: str, most: int) -> tuple[Waiting, ...]:
        return self._open(lambda one: one.creditor == creditor and one.owner == FRONT_OFFICE)[:most]

    def taken(self, owner: str) -> tuple[Waiting, ...]:
        return self._open(lambda one: one.owner == owner)

    def motions(self, creditor: str) -> tuple[Motion, ...]:
        found = (self.store.items[key] for key in self.store.items.under("motion", creditor))
        return tuple(sorted((one for one in found if one.is_open), key=lambda one: (one.at, one.id)))

    def one(self, creditor: str, task: str) -> Waiting | None:
        return self.store.items.get(("task", creditor, task))

    def _open(self, fits: Callable[[Waiting], bool]) -> tuple[Waiting, ...]:
        every = (self.store.items[key] for key in self.store.items.under("task"))
        found = (one for one in every if one.done_at is None and fits(one))
        return tuple(sorted(found, key=lambda one: (one.due_at, one.task)))


class FakeRoster:
    """The Roster over a FakeStore's items."""

    def __init__(self, store: FakeStore) -> None:
        self.store = store

    def staff(self) -> tuple[Staff, ...]:
        return tuple(self.store.items[key] for key in sorted(self.store.items.under("staff")))

    def staff_member(self, member: str) -> Staff | None:
        return self.store.items.get(("staff", member))


class FakeLooks:
    """The Looks in memory; `trouble` is what the next note raises instead."""

    def __init__(self) -> None:
        self.noted: list[Look] = []
        self.trouble: list[Exception] = []

    def note(self, look: Look) -> None:
        if self.trouble:
            raise self.trouble.pop(0)
        self.noted.append(look)

    def of_day(self, creditor: str, day: date, after: str = "", most: int = 200) -> tuple[Look, ...]:
        found = [look for look in self.noted if look.creditor == creditor and look.at.date() == day]
        return tuple(sorted((look for look in found if look.id > after), key=lambda look: look.id))[:most]


class FakePresences:
    """The Presences over a FakeStore's items."""

    def __init__(self, store: FakeStore) -> None:
        self.store = store

    def tell(self, presence: Presence) -> None:
        self.store.items["seen_here", presence.staff] = presence

    def all(self) -> tuple[tuple[Presence, ...], tuple[Hand, ...]]:
        seen, hands = self.store.items.under("seen_here"), self.store.items.under("hand")
        return tuple(self.store.items[key] for key in seen), tuple(self.store.items[key] for key in hands)

    def hand(self, staff: str) -> Hand:
        found: Hand = self.store.items.get(("hand", staff), Hand(staff))
        return found


class FakeOutgoing:
    """The Outgoing over a FakeStore's items."""

    def __init__(self, store: FakeStore) -> None:
        self.store = store

    def lying(self, creditor: str) -> tuple[Suspense, ...]:
        found = (money for money in self._of("suspense", creditor) if money.is_open)
        return tuple(sorted(found, key=lambda money: (money.at, money.source)))

    def refund(self, creditor: str, order: str) -> RefundOrder | None:
        return self.store.items.get(("refund", creditor, order))

    def refunds(self, creditor: str) -> tuple[RefundOrder, ...]:
        found = (order for order in self._of("refund", creditor) if order.is_open)
        return tuple(sorted(found, key=lambda order: (order.at, order.id)))

    def payout(self, creditor: str, payout: str) -> Payout | None:
        return next((one for one in self.payouts(creditor) if one.id == payout), None)

    def payouts(self, creditor: str) -> tuple[Payout, ...]:
        return tuple(sorted(self._of("payout", creditor), key=lambda one: one.number))

    def last_payout(self, creditor: str) -> Payout | None:
        return next(iter(self.payouts(creditor)[::-1]), None)

    def settlements(self, creditor: str) -> tuple[ProviderSettlement, ...]:
        return tuple(sorted(self._of("settlement", creditor), key=lambda one: (one.arrives_on, one.id)))

    def payout_credits(self, creditor: str) -> tuple[PayoutCredit, ...]:
        return tuple(sorted(self._of("payout_credit", creditor), key=lambda one: (one.value_date, one.source)))

    def unwritten(self, creditor: str) -> tuple[TransferFile, ...]:
        found = sorted(self._of("file", creditor), key=lambda file: file.id)
        return tuple(file for file in found if file.written_at is None)

    def acts(self, creditor: str, month: str) -> tuple[Act, ...]:
        found = (act for act in self._of("act", creditor) if f"{act.at:%Y-%m}" == month)
        return tuple(sorted(found, key=lambda act: act.id))

    def reconciliation(self, creditor: str, name: str) -> Reconciliation | None:
        return self.store.items.get(("compared", creditor, name))

    def acceptances(self, creditor: str) -> tuple[Acceptance, ...]:
        return tuple(sorted(self._of("accepted", creditor), key=lambda one: (one.asked_at, one.id)))

    def _of(self, kind: str, creditor: str) -> list[Any]:
        return [self.store.items[key] for key in self.store.items.under(kind, creditor)]


def _writes(creditor: str, commit: Commit) -> list[Write]:
    writes: list[Write] = []
    if commit.seen:
        writes.append(Write(("seen", creditor, commit.seen), True, guard="seen"))
    trails = {trail.source: trail for trail in commit.trails}
    if commit.source:
        trail = trails.pop(commit.source, None)
        writes.append(Write(("source", creditor, commit.source), trail or True, 0 if trail else None, "source"))
    for trail in trails.values():
        writes.append(Write(("source", creditor, trail.source), trail, version=trail.version))
    if commit.row:
        place, outcome = commit.row
        writes.append(Write(_row_key(creditor, place), outcome, guard="row"))
    if commit.told:
        writes.append(Write(told_key(creditor, commit.told[0]), commit.told[1], guard="told"))
    if commit.reply:
        place_of_reply = ("reply", creditor, commit.reply.contact or "", commit.reply.id)
        writes.append(Write(place_of_reply, commit.reply, guard="reply"))
    if commit.reached:
        at = commit.reached
        writes.append(Write(("reached", at.point, at.channel, at.creditor, at.debtor), at))
    for way in commit.ways:
        writes.append(Write(("way", creditor, way.mark, way.claim), way))
    for claim_id, entry in commit.entries:
        first = entry.number == 0
        key = ("entry", creditor, claim_id, entry.number)
        writes.append(Write(key, entry, version=None if first else 0, guard="claim" if first else None))
    if commit.debtor:
        debtor = commit.debtor
        writes.append(Write(("debtor", creditor, debtor.number), debtor, version=debtor.version))
    for claim in commit.claims:
        writes.append(Write(("claim", creditor, claim.debtor, claim.id), claim, version=claim.version))
    for contact in commit.contacts:
        writes += _contact(contact)
    for attempt in commit.attempts:
        place: Key = ("attempt", attempt.creditor, attempt.debtor, attempt.id)
        writes.append(Write(place, attempt, version=attempt.version))
        if attempt.version == 0:
            writes.append(Write(("attempt_pointer", attempt.id), attempt, guard="attempt"))
    for link in commit.links:
        writes.append(Write(("link", link.id), link, version=link.version))
    for mandate in commit.mandates:
        if mandate.version == 0:
            back = Attempt(mandate.id, mandate.creditor, mandate.debtor, mandate.claim, 0, "", mandate.begun_at)
            writes.append(Write(("attempt_pointer", mandate.id), back, guard="mandate"))
    for task in commit.tasks:
        if task.version == 0:
            writes.append(Write(("task", creditor, task.id), waiting(task), guard="task"))
        else:
            writes.append(Write(("task", creditor, task.id), waiting(task)))
    for words in commit.said:
        writes.append(Write(("said", creditor, words.debtor, words.id), words, guard="said"))
    for motion in commit.motions:
        writes.append(Write(("motion", creditor, motion.debtor, motion.id), motion, version=motion.version))
    for hand in commit.hands:
        writes.append(Write(("hand", hand.staff), hand, version=hand.version))
    if commit.conversation:
        talk = commit.conversation
        writes.append(Write(("conversation", creditor, talk.debtor), talk, version=talk.version))
    for calls in commit.promised:
        writes.append(Write(("promised", creditor, calls.day, calls.part), calls, version=calls.version))
    for complaint in commit.complaints:
        writes.append(Write(("complaint", creditor, complaint.task), complaint, version=complaint.version))
    for member in commit.staff:
        writes.append(Write(("staff", member.id), member, member.version, None if member.version else "staff"))
    for parts in PARTS:
        for part in getattr(commit, parts):
            writes.append(Write((parts, creditor, part.debtor, part.id), part, version=part.version))
    for money in commit.suspense:
        guard = None if money.version else "suspense"
        writes.append(Write(("suspense", creditor, money.source), money, version=money.version, guard=guard))
    for order in commit.refunds:
        guard = None if order.version else "refund"
        writes.append(Write(("refund", creditor, order.id), order, version=order.version, guard=guard))
    for payout in commit.payouts:
        guard = None if payout.version else "payout"
        writes.append(Write(("payout", creditor, payout.number), payout, payout.version, guard))
    for settled in commit.settlements:
        guard = None if settled.version else "settlement"
        writes.append(Write(("settlement", creditor, settled.id), settled, settled.version, guard))
    if commit.payout_credit:
        writes.append(Write(("payout_credit", creditor, commit.payout_credit.source), commit.payout_credit))
    for file in commit.files:
        guard = None if file.version else "file"
        writes.append(Write(("file", creditor, file.id), file, file.version, guard))
    if commit.reconciliation:
        compared = commit.reconciliation
        writes.append(Write(("compared", creditor, compared.id), compared, compared.version))
    for accepted in commit.acceptances:
        writes.append(Write(("accepted", creditor, accepted.id), accepted, accepted.version))
    for act in commit.acts:
        writes.append(Write(("act", creditor, act.id), act, guard="act"))
    writes += _journal(creditor, commit)
    for kind, name in commit.gone:
        writes.append(Write(_gone(creditor, kind, name), None, gone=True))
    if commit.sends:
        writes.append(Write(("sends", commit.sends.point), commit.sends, version=commit.sends.version))
    if commit.message:
        about, message = commit.message
        writes.append(Write(("message", creditor, about.id), message))
    if commit.batch:
        writes.append(Write(("batch", creditor, commit.batch.id), commit.batch, version=commit.batch.version))
    if commit.gate:
        writes.append(Write(("gate",), commit.gate, version=commit.gate.version))
    if commit.passed:
        contact_id, seen = commit.passed
        writes.append(Write(("gate_place", place_of(contact_id)), None, version=seen, check=True))
    for said in commit.silences:
        writes.append(Write(("silence", creditor, said.point), said, version=said.version))
    if commit.heeded:
        heeded = ("silence", creditor, commit.heeded.point)
        writes.append(Write(heeded, None, version=commit.heeded.version, check=True))
    for claim in commit.unchanged:
        key = ("claim", creditor, claim.debtor, claim.id)
        writes.append(Write(key, None, version=claim.version, check=True))
    if commit.unspoken:
        writes.append(Write(("conversation", creditor, commit.unspoken), None, version=0, check=True))
    for held in commit.accounts:
        writes.append(Write(("account", held.iban), held, version=held.version))
    if commit.strategy:
        own = commit.strategy
        writes.append(Write(("strategy", creditor, own.number), own, version=own.version))
    if commit.creditor:
        writes.append(Write(("creditor", creditor), commit.creditor, version=commit.creditor.version))
    for claim_id, entry in commit.entries:
        if entry.number == 0:
            writes.append(Write(("owner", creditor, claim_id), commit.claims[0].debtor))
    return writes


def _gone(creditor: str, kind: str, name: str) -> Key:
    if kind == "reply":
        contact, _, reply = name.partition("/")
        return ("reply", creditor, contact, reply)
    if kind == "reached":
        channel, point, debtor = name.split("/", 2)
        return ("reached", point, channel, creditor, debtor)
    if kind in ("said", "motion"):
        return (kind, creditor, *name.split("/", 1))
    if kind == "way":
        return ("way", creditor, *name.split("/", 1))
    return (kind, name) if kind == "link" else (kind, creditor, name)


def told_key(creditor: str, place: EntryPlace) -> Key:
    return ("told", creditor, place.statement, place.chunk, place.number)


def _journal(creditor: str, commit: Commit) -> list[Write]:
    owed = {claim.id: claim for claim in commit.claims}
    left = {name: claim.outstanding.total for name, claim in owed.items()}
    found: list[Booking] = []
    for name, entry in commit.entries[::-1]:
        if entry.number:
            found.insert(0, Booking(owed[name].debtor, name, entry, left[name]))
            left[name] += -entry.split.total if entry.adds else entry.split.total
    if not found:
        return []
    first = found[0]
    day = first.entry.booked_at.astimezone(UTC).date()
    return [Write(("journal", creditor, day, first.claim, first.entry.number), tuple(found))]


def _contact(contact: Contact) -> list[Write]:
    key = ("contact", contact.creditor, contact.debtor, contact.id)
    writes = [Write(key, contact, version=contact.version)]
    if contact.receipt and contact.state is ContactState.SENT:
        owner = (contact.creditor, contact.debtor, contact.id)
        writes.append(Write(("receipt", contact.receipt), owner))
    return writes


def _row_key(creditor: str, place: RowPlace) -> Key:
    return ("row", creditor, place.batch, place.chunk, place.line)


GATE_PLACES = 4


def place_of(contact: str) -> int:
    """Where this contact asks what is held back."""
    return sum(contact.encode()) % GATE_PLACES


class FakeGates:
    """The Gates over a FakeStore's items. `before` is what happens just before a place is told."""

    def __init__(self, store: FakeStore) -> None:
        self.store = store
        self.before: list[Callable[[], object]] = []

    def whole(self) -> Gate:
        found: Gate = self.store.items.get(("gate",), Gate())
        return found

    def tell(self, gate: Gate) -> None:
        for number in range(GATE_PLACES) if gate.version else ():
            if self.before:
                self.before.pop(0)()
            held: Gate = self.store.items.get(("gate_place", number), Gate())
            if held.version < gate.version:
                self.store.items["gate_place", number] = gate


class FakeBatches:
    """The Batches over a FakeStore's rows."""

    def __init__(self, store: FakeStore) -> None:
        self.store = store

    def begin(self, batch: Batch) -> Batch:
        try:
            self.store.write([Write(("batch", batch.creditor, batch.id), batch, version=0)])
        except StaleVersion:
            return self._known(batch.creditor, batch.id)
        return replace(batch, version=1)

    def save(self, batch: Batch) -> Batch:
        self.store.write([Write(("batch", batch.creditor, batch.id), batch, version=batch.version)])
        return replace(batch, version=batch.version + 1)

    def batch(self, creditor: str, batch: str) -> Batch | None:
        return self.store.items.get(("batch", creditor, batch))

    def put_row(self, creditor: str, place: RowPlace, outcome: RowOutcome) -> None:
        self.store.items.setdefault(_row_key(creditor, place), outcome)

    def rows(self, creditor: str, batch: str, chunk: int) -> tuple[RowOutcome, ...]:
        rows = (key for key in self.store.items.under("row", creditor, batch) if key[3] == chunk)
        return tuple(self.store.items[key] for key in sorted(rows, key=lambda key: key[4]))

    def chunk_done(self, creditor: str, batch: str, chunk: int, counts: dict[Outcome, int]) -> Batch:
        held = self._known(creditor, batch)
        counted = replace(held.counting(counts), chunks_done=held.chunks_done + 1)
        mark = Write(("chunk", creditor, batch, chunk), True, guard="chunk")
        try:
            self.store.write([mark, Write(("batch", creditor, batch), counted, version=held.version)])
        except AlreadyDone:
            return self._known(creditor, batch)
        return replace(counted, version=held.version + 1)

    def _known(self, creditor: str, batch: str) -> Batch:
        held = self.batch(creditor, batch)
        if held is None:
            raise Retry("batch not there yet")
        return held

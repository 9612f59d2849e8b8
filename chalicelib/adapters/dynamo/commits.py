"""One Commit of the actions as the writes of one transaction."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from typing import TYPE_CHECKING, Any

from ...domain.contact import ContactState
from ...domain.entry import EntryKind
from . import keys
from .codec import moment, to_item
from .table import Item, Write

if TYPE_CHECKING:  # the pages load this file for its kinds of item
    from ...domain.claim import Claim
    from ...domain.contact import Contact
    from ...domain.entry import LedgerEntry
    from ...domain.facts import Fact
    from ...domain.mandate import Mandate
    from ...domain.motion import Motion
    from ...domain.parties import Debtor
    from ...domain.payments import Attempt
    from ...domain.task import Task
    from ...domain.trail import Booking
    from ...ports import Commit

LINK_KEPT = timedelta(days=30)
RECEIPT_KEPT = timedelta(days=30)
ROW_KEPT = timedelta(days=180)
FACTS_KEPT = timedelta(days=14)
SENDS_KEPT = timedelta(days=21)
EVENT_KEPT = timedelta(days=90)
REACHED_KEPT = timedelta(days=90)
CALLS_KEPT = timedelta(days=14)

# Contacts in these states stand in the index of what the nightly run looks after, and agreements that run. A
# contact in any other state stands there among those that are past, from which a day is exported.
WATCHED = (ContactState.PLANNED, ContactState.RESERVED)

# What else lies in a matter's partition: the kind in its key, and the field of the commit and of the Matter.
PARTS = {
    "PLAN": "plans",
    "DEFERRAL": "deferrals",
    "OFFER": "offers",
    "DISPUTE": "disputes",
    "TASK": "tasks",
    "DOCUMENT": "documents",
    "EVIDENCE": "evidence",
    "MANDATE": "mandates",
}


def item_of(key: dict[str, str], value: Any, **markers: Any) -> Item:
    """A value under its key. Markers are index or expiry attributes beside the value's own."""
    extra = {name: marker for name, marker in markers.items() if marker is not None}
    return {**to_item(value), **{name: {"S": text} for name, text in key.items()}, **extra}


def expiry(at: datetime) -> Item:
    return {"N": str(int(at.timestamp()))}


def writes_of(creditor: str, commit: Commit, now: datetime) -> list[Write]:
    """Guards first, so that a duplicate is told apart from a race."""
    writes = _guards(creditor, commit, now)
    for way in commit.ways:
        pointer = {"debtor": way.debtor, "claim": way.claim}
        writes.append(Write(_strings({**keys.way(creditor, way.mark, way.claim), **pointer})))
    for claim_id, entry in commit.entries:
        guard = "claim" if entry.number == 0 else None
        owner = {"S": commit.claims[0].debtor} if entry.number == 0 else None
        item = item_of(keys.entry(creditor, claim_id, entry.number), entry, debtor=owner)
        writes.append(Write(item, version=None if guard else 0, guard=guard))
    if commit.debtor:
        debtor = commit.debtor
        key = keys.debtor(creditor, debtor.number)
        writes.append(Write(item_of(key, debtor, **_forgetting(creditor, debtor)), version=debtor.version))
    for claim in commit.claims:
        key = keys.claim(creditor, claim.debtor, claim.id)
        writes.append(Write(item_of(key, claim, **_charging(claim)), version=claim.version))
    for contact in commit.contacts:
        writes.append(_contact(contact))
        if contact.receipt and contact.state is ContactState.SENT:
            pointer = {"creditor": contact.creditor, "debtor": contact.debtor, "contact": contact.id}
            item = {**_strings(keys.receipt(contact.receipt)), **_strings(pointer)}
            writes.append(Write({**item, "gone_at": expiry(now + RECEIPT_KEPT)}))
    for attempt in commit.attempts:
        writes += _attempt(attempt)
    for link in commit.links:
        gone = expiry(link.expires_at + LINK_KEPT)
        writes.append(Write(item_of(keys.link(link.id), link, gone_at=gone), version=link.version))
    for kind, field in PARTS.items():
        for part in getattr(commit, field):
            key = keys.part(kind, creditor, part.debtor, part.id)
            writes.append(Write(item_of(key, part, **_watched(part)), version=part.version))
    writes += [_way_back(mandate) for mandate in commit.mandates if mandate.version == 0]
    for task in commit.tasks:
        listed = _listed(creditor, task)
        if task.version == 0:
            writes.insert(0, replace(listed, guard="task"))
        else:
            writes.append(listed)
    for words in commit.said:
        writes.append(Write(item_of(keys.utterance(creditor, words.debtor, words.id), words), guard="said"))
    for motion in commit.motions:
        writes.append(_motion(creditor, motion))
    for hand in commit.hands:
        writes.append(Write(item_of(keys.hand(hand.staff), hand), version=hand.version))
    if commit.conversation:
        talk = commit.conversation
        writes.append(Write(item_of(keys.conversation(creditor, talk.debtor), talk), version=talk.version))
    for calls in commit.promised:
        key = keys.promised(creditor, calls.day.isoformat(), calls.part)
        midnight = datetime.combine(calls.day, time(), UTC)
        writes.append(Write(item_of(key, calls, gone_at=expiry(midnight + CALLS_KEPT)), version=calls.version))
    for complaint in commit.complaints:
        key = keys.complaint(creditor, complaint.at, complaint.task)
        writes.append(Write(item_of(key, complaint), version=complaint.version))
    writes += outgoing_writes(creditor, commit)
    writes += _journal(creditor, commit)
    for kind, name in commit.gone:
        writes.append(Write(_strings(_gone(creditor, kind, name)), gone=True))
    if commit.sends:
        gone = expiry(now + SENDS_KEPT)
        item = item_of(keys.sends(commit.sends.point), commit.sends, gone_at=gone)
        writes.append(Write(item, version=commit.sends.version))
    if commit.reached:
        at = commit.reached
        key = keys.reached(at.point, at.channel, at.creditor, at.debtor)
        writes.append(Write(item_of(key, at, gone_at=expiry(now + REACHED_KEPT))))
    if commit.message:
        contact, message = commit.message
        writes.append(Write(item_of(keys.message(creditor, contact.id), message)))
    for held in commit.accounts:
        writes.append(Write(item_of(keys.account(held.iban), held), version=held.version))
    if commit.creditor:
        key = keys.creditor(creditor)
        writes.append(Write(item_of(key, commit.creditor), version=commit.creditor.version))
    if commit.strategy:
        own = commit.strategy
        writes.append(Write(item_of(keys.strategy(creditor, own.number), own), version=own.version))
    if commit.batch:
        key = keys.batch(creditor, commit.batch.id)
        writes.append(Write(item_of(key, commit.batch), version=commit.batch.version))
    if commit.gate:
        writes.append(Write(item_of(keys.gate(), commit.gate), version=commit.gate.version))
    if commit.passed:
        contact_id, seen = commit.passed
        writes.append(Write(_strings(keys.gate_of(contact_id)), version=seen, check=True))
    for member in commit.staff:
        guard = None if member.version else "staff"
        writes.append(Write(item_of(keys.staff(member.id), member), member.version, guard))
    for said in commit.silences:
        writes.append(Write(item_of(keys.silence(creditor, said.point), said), version=said.version))
    if commit.heeded:
        key = keys.silence(creditor, commit.heeded.point)
        writes.append(Write(_strings(key), version=commit.heeded.version, check=True))
    for claim in commit.unchanged:
        key = keys.claim(creditor, claim.debtor, claim.id)
        writes.append(Write(_strings(key), version=claim.version, check=True))
    if commit.unspoken:
        writes.append(Write(_strings(keys.conversation(creditor, commit.unspoken)), version=0, check=True))
    if commit.facts:
        writes.append(outbox_item(creditor, commit.facts, now))
    return writes


def _guards(creditor: str, commit: Commit, now: datetime) -> list[Write]:
    """What of this commit may be written once only: its notice, its source, its row, its entry of a statement."""
    writes: list[Write] = []
    if commit.seen:
        item = {**_strings(keys.seen(creditor, commit.seen)), "gone_at": expiry(now + EVENT_KEPT)}
        writes.append(Write(item, guard="seen"))
    trails = {trail.source: trail for trail in commit.trails}
    if commit.source:
        key, trail = keys.source(creditor, commit.source), trails.pop(commit.source, None)
        item = item_of(key, trail) if trail else _strings(key)
        writes.append(Write(item, version=0 if trail else None, guard="source"))
    for trail in trails.values():
        writes.append(Write(item_of(keys.source(creditor, trail.source), trail), version=trail.version))
    if commit.reply:
        key = keys.reply(creditor, commit.reply.id, commit.reply.contact)
        writes.append(Write(item_of(key, commit.reply, gone_at=expiry(now + EVENT_KEPT)), guard="reply"))
    if commit.row:
        place, outcome = commit.row
        key = keys.row(creditor, place.batch, place.chunk, place.line)
        writes.append(Write(item_of(key, outcome, gone_at=expiry(now + ROW_KEPT)), guard="row"))
    if commit.told:
        where, became = commit.told
        key = keys.told(creditor, where.statement, where.chunk, where.number)
        writes.append(Write(item_of(key, became, gone_at=expiry(now + ROW_KEPT)), guard="told"))
    return writes


def _listed(creditor: str, task: Task) -> Write:
    """The task as lists know it: among what waits, or with its owner; one that is done in no list."""
    from ...domain.waiting import waiting

    markers: dict[str, Item] = {}
    if task.done_at is None:
        where = keys.free(creditor, keys.shard(task.id)) if task.is_free else keys.taken(task.owner)
        markers = {"due_shard": {"S": where}, "due_at": {"S": moment(task.due_at)}}
    return Write({**item_of(keys.task_pointer(creditor, task.id), waiting(task)), **markers})


def _motion(creditor: str, motion: Motion) -> Write:
    """The motion; while nobody has decided it, it stands among those that wait."""
    markers: dict[str, Item] = {}
    if motion.is_open:
        markers = {"due_shard": {"S": keys.motions(creditor)}, "due_at": {"S": moment(motion.at)}}
    key = keys.motion(creditor, motion.debtor, motion.id)
    return Write(item_of(key, motion, **markers), version=motion.version)


def _gone(creditor: str, kind: str, name: str) -> dict[str, str]:
    """The key of what is deleted. A way is named by its mark and its claim, a reply by its contact and its id,
    where somebody was reached by channel, keyed hash and debtor, what was said by its debtor and its id."""
    if kind == "way":
        mark, _, claim = name.partition("/")
        return keys.way(creditor, mark, claim)
    if kind == "reply":
        contact, _, reply = name.partition("/")
        return keys.reply(creditor, reply, contact)
    if kind == "reached":
        channel, point, debtor = name.split("/", 2)
        return keys.reached(point, channel, creditor, debtor)
    if kind in ("said", "motion"):
        debtor, _, said = name.partition("/")
        return (keys.utterance if kind == "said" else keys.motion)(creditor, debtor, said)
    if kind == "conversation":
        return keys.conversation(creditor, name)
    shapes = {"message": keys.message(creditor, name), "sighting": keys.sighting(creditor, name)}
    return shapes.get(kind) or keys.link(name)


def _journal(creditor: str, commit: Commit) -> list[Write]:
    """What this commit books, once more as one item of the creditor's journal; openings are in their batch.

    It lies in a shard of its booking day, so that a creditor's statement reads days and not claims.
    """
    claims = {claim.id: claim for claim in commit.claims}
    bookings = bookings_of(commit.entries, claims)
    if not bookings:
        return []
    first = bookings[0]
    at = moment(first.entry.booked_at)
    name = f"{first.claim}#{first.entry.number:06d}"
    key = {"pk": keys.journal(creditor, keys.shard(name), at[:10]), "sk": f"{at}#{name}"}
    return [Write({**_strings(key), "bookings": {"L": [{"M": to_item(booking)} for booking in bookings]}})]


def bookings_of(entries: tuple[tuple[str, LedgerEntry], ...], claims: dict[str, Claim]) -> list[Booking]:
    """The entries for the journal; what is owed after each is told back from what is owed after the last."""
    from ...domain.trail import Booking

    found: list[Booking] = []
    owed = {claim.id: claim.outstanding.total for claim in claims.values()}
    for claim, entry in reversed(entries):
        if entry.kind is EntryKind.OPENING:
            continue
        found.append(Booking(claims[claim].debtor, claim, entry, owed[claim]))
        owed[claim] += -entry.split.total if entry.adds else entry.split.total
    return found[::-1]


def _charging(claim: Claim) -> dict[str, Item]:
    """A claim whose fee may rise stands in the index under the night that looks."""
    if claim.fee is None or claim.fee.look_at is None:
        return {}
    return _due(keys.charging, f"{claim.creditor}/{claim.id}", claim.fee.look_at)


def _forgetting(creditor: str, debtor: Debtor) -> dict[str, Item]:
    """Whose data may have had its time stands in the index of what the nightly run looks after."""
    if debtor.forget_on is None:
        return {}
    shard = keys.forgetting(keys.shard(f"{creditor}/{debtor.number}"))
    return {"due_shard": {"S": shard}, "due_at": {"S": moment(debtor.forget_on)}}


def _watched(part: Any) -> Item:
    """A running agreement stands in the index under its next contact's hour, a mandate under its next look."""
    from ...domain.mandate import Mandate

    if isinstance(part, Mandate):
        if part.look_at is None:
            return {}
        shard = keys.drawing(keys.shard(part.id))
        return {"due_shard": {"S": shard}, "due_at": {"S": moment(part.look_at)}}
    next_at = getattr(part, "next_at", None)
    if next_at is None:
        return {}
    return {"due_shard": {"S": keys.shard(part.id)}, "due_at": {"S": moment(next_at)}}


def outgoing_writes(creditor: str, commit: Commit) -> list[Write]:
    """Money in suspense and what is to leave; what has not come to its end stands in the index of what is due."""
    writes = []
    for money in commit.suspense:
        waiting = _due(keys.suspended, f"{creditor}/{money.source}", money.at) if money.is_open else {}
        item = item_of(keys.suspense(creditor, money.source), money, **waiting)
        writes.append(Write(item, version=money.version, guard="suspense" if money.version == 0 else None))
    for order in commit.refunds:
        waiting = _due(keys.refunding, order.id, order.changed_at or order.at) if order.is_open else {}
        item = item_of(keys.refund(creditor, order.id), order, **waiting)
        writes.append(Write(item, version=order.version, guard="refund" if order.version == 0 else None))
    for payout in commit.payouts:
        guard = None if payout.version else "payout"
        writes.append(Write(item_of(keys.payout(creditor, payout.number), payout), payout.version, guard))
    for settled in commit.settlements:
        guard = None if settled.version else "settlement"
        writes.append(Write(item_of(keys.settlement(creditor, settled.id), settled), settled.version, guard))
    if commit.payout_credit:
        brought = commit.payout_credit
        writes.append(Write(item_of(keys.payout_credit(creditor, brought.source), brought)))
    for file in commit.files:
        guard = None if file.version else "file"
        writes.append(Write(item_of(keys.file(creditor, file.id), file), file.version, guard))
    if commit.reconciliation:
        compared = commit.reconciliation
        key = keys.reconciliation(creditor, compared.id)
        writes.append(Write(item_of(key, compared), compared.version))
    for accepted in commit.acceptances:
        writes.append(Write(item_of(keys.acceptance(creditor, accepted.id), accepted), accepted.version))
    for act in commit.acts:
        writes.append(Write(item_of(keys.act(creditor, act.at, act.id), act), guard="act"))
    return writes


def _due(shard_of: Callable[[str], str], name: str, at: datetime) -> dict[str, Item]:
    return {"due_shard": {"S": shard_of(keys.shard(name))}, "due_at": {"S": moment(at)}}


def _contact(contact: Contact) -> Write:
    shard = keys.shard(contact.id)
    if contact.state not in WATCHED:
        shard = keys.past(contact.creditor, shard)
    markers = {"due_shard": {"S": shard}}
    key = keys.contact(contact.creditor, contact.debtor, contact.id)
    item = item_of(key, contact, **markers)
    return Write(item, version=contact.version)


def _attempt(attempt: Attempt) -> list[Write]:
    key = keys.attempt(attempt.creditor, attempt.debtor, attempt.id)
    writes = [Write(item_of(key, attempt), version=attempt.version)]
    if attempt.version == 0:
        pointer = item_of(keys.attempt_pointer(attempt.id), attempt)
        pointer["gone_at"] = expiry(attempt.expires_at + timedelta(days=30))
        writes.append(Write(pointer, guard="attempt"))
    return writes


def _way_back(mandate: Mandate) -> Write:
    """Who comes back from the page on which a mandate is given is found by its id alone, as after a payment."""
    from ...domain.payments import Attempt

    back = Attempt(mandate.id, mandate.creditor, mandate.debtor, mandate.claim, 0, "", mandate.begun_at)
    pointer = item_of(keys.attempt_pointer(mandate.id), back)
    pointer["gone_at"] = expiry(mandate.begun_at + RECEIPT_KEPT)
    return Write(pointer, guard="mandate")


def outbox_item(creditor: str, facts: tuple[Fact, ...], now: datetime) -> Write:
    """The outbox item: it lies unrelayed until the relay has put its facts on the bus."""
    text = repr((creditor, facts))
    facts_id = hashlib.sha256(text.encode()).hexdigest()[:32]
    item = {
        **_strings(keys.facts(creditor, facts_id)),
        "facts": {"L": [{"M": to_item(fact)} for fact in facts]},
        "unrelayed": {"S": keys.shard(facts_id)},
        "sk2": {"S": moment(now)},
        "gone_at": expiry(now + FACTS_KEPT),
    }
    return Write(item)


def _strings(values: dict[str, str]) -> Item:
    return {name: {"S": value} for name, value in values.items()}

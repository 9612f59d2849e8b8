"""A Signal: what a debtor did after they were written to. No opened mail is watched for, and no click counted.

Four kinds there are: the door was passed, an answer came, something was chosen, money came. Anything that reads a
person's device wants their consent (TDDDG §25), so nothing does. Passing the door by a message's own link, and
writing back, are kept on its Contact; the rest is read from what it left behind (ADR 0024).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from .claim import HoldKind
from .contact import Contact, ContactState, Purpose
from .entry import EntryKind
from .matter import Matter
from .task import TaskKind

# What happens later is laid to no message any more.
WINDOW = timedelta(days=28)
LEFT = (ContactState.SENT, ContactState.DELIVERED)
# Requests that are a choice of a way on. Care is nobody's business, whoever helps is no outcome, and rights that
# are used say nothing of a message.
ASKED = {TaskKind.CALL_BACK: "help", TaskKind.OFFER: "offer"}


class SignalKind(StrEnum):
    PASSED_DOOR = "passed_door"
    REPLIED = "replied"
    CHOSE = "chose"
    PAID = "paid"


@dataclass(frozen=True)
class Signal:
    """One thing done, and when. `what` says which way was chosen."""

    kind: SignalKind
    at: datetime
    what: str = ""


def first_passed(contact: Contact) -> bool:
    """Whether passing the door by this contact's link is news: the first time, and of a contact that has left, to
    which its sender writes no more."""
    return contact.state in LEFT and contact.passed_at is None


def signals(matter: Matter, contact: Contact, until: datetime) -> tuple[Signal, ...]:
    """What followed this contact before `until`, in order of time.

    Door and reply are its own. What was chosen or paid for its claim belongs to the last request that had left by
    then, and for four weeks; nothing of that to an answer, which asks for nothing.
    """
    if contact.sent_at is None:
        return ()
    found = [*_own(contact)]
    if contact.purpose is not Purpose.ANSWER:
        end = min([contact.sent_at + WINDOW, *_later(matter, contact)])
        followed = (*_chose(matter, contact.claim), *_paid(matter, contact.claim))
        found += [signal for signal in followed if contact.sent_at <= signal.at < end]
    before = (signal for signal in found if signal.at < until)
    return tuple(sorted(before, key=lambda signal: (signal.at, signal.kind, signal.what)))


def first(kind: SignalKind, found: tuple[Signal, ...]) -> Signal | None:
    return next((signal for signal in found if signal.kind is kind), None)


def _own(contact: Contact) -> Iterator[Signal]:
    if contact.passed_at:
        yield Signal(SignalKind.PASSED_DOOR, contact.passed_at)
    if contact.replied_at:
        yield Signal(SignalKind.REPLIED, contact.replied_at)


def _later(matter: Matter, contact: Contact) -> Iterator[datetime]:
    """When the requests after this one left."""
    for other in matter.contacts.values():
        if other.claim != contact.claim or other.purpose is Purpose.ANSWER or other.id == contact.id:
            continue
        if other.sent_at and contact.sent_at and other.sent_at > contact.sent_at:
            yield other.sent_at


def _chose(matter: Matter, claim: str) -> Iterator[Signal]:
    chose = SignalKind.CHOSE
    for plan in matter.plans.values():
        if plan.claim == claim:
            yield Signal(chose, plan.agreed_at, "plan")
    for deferral in matter.deferrals.values():
        if deferral.claim == claim:
            yield Signal(chose, deferral.agreed_at, "deferral")
    for dispute in matter.disputes.values():
        if dispute.claim == claim:
            yield Signal(chose, dispute.opened_at, "dispute")
    for task in matter.tasks.values():
        if task.claim == claim and task.kind in ASKED:
            yield Signal(chose, task.opened_at, ASKED[task.kind])
    for hold in matter.claims[claim].holds:
        if hold.kind is HoldKind.TRANSFERRED:
            yield Signal(chose, hold.since, "transfer")


def _paid(matter: Matter, claim: str) -> Iterator[Signal]:
    for entry in matter.claims[claim].recent:
        if entry.kind is EntryKind.PAYMENT:
            yield Signal(SignalKind.PAID, entry.booked_at)

"""A Contact is one attempt to reach a debtor; a Message is its text."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

from .channel import ChannelKind, Cost, Shape
from .errors import BrokenRule

if TYPE_CHECKING:
    from .chosen import Choice
    from .decision import Decision


class Purpose(StrEnum):
    """What a message is for; each purpose has its own rules in a country's policy."""

    REMINDER = "reminder"
    COURTESY = "courtesy"
    """Before the day a claim is due, as a service: it asks for nothing yet, and obeys all a reminder obeys."""
    AGREED = "agreed"
    """Before an agreed day: it obeys hours, holds and opt-out, and no cap."""
    ANSWER = "answer"


# What nobody asked us to send: caps count it, and a payment, a stop or an agreement ends it before its hour.
UNASKED = frozenset({Purpose.REMINDER, Purpose.COURTESY})


class MessageKind(StrEnum):
    """Which text: a folder under templates/messages."""

    REMINDER = "reminder"
    COURTESY = "courtesy"
    """The day it is due lies ahead: not one cent more than the invoice says, and thank you."""
    NOTICE = "notice"
    RECEIPT = "receipt"
    NEW_LINK = "new_link"
    NOTED = "noted"
    """We have your message, and a person answers by its day; nothing of what it says."""
    CODE = "code"
    """A code that is used once, to prove that somebody reads this address."""
    ORIGIN = "origin"
    """Where the claim comes from, in Textform, because the debtor asked (RDG §13a(2))."""
    OFFER = "offer"
    """Terms and their cost notice, before anybody agrees."""
    AGREEMENT = "agreement"
    INSTALMENT = "instalment"
    """Some days before a part of a plan is due."""
    MISSED = "missed"
    """A part did not come: what happened? It asks nothing else."""
    DEFERRAL_ENDS = "deferral_ends"
    REPLY = "reply"
    """Somebody wrote back: it is done, or here is the one page for it."""
    ANSWER = "answer"
    """What a person, or the dialogue, answers to the debtor's own words."""


class Tone(StrEnum):
    """How a reminder speaks. None of them threatens, hurries or blames."""

    FRIENDLY = "friendly"
    MATTER_OF_FACT = "matter_of_fact"
    LAST_NOTICE = "last_notice"
    """No further reminder is planned, and every way stays open."""


class ContactState(StrEnum):
    PLANNED = "planned"
    RESERVED = "reserved"
    SENT = "sent"
    DELIVERED = "delivered"
    FAILED = "failed"
    SANDBOXED = "sandboxed"
    LOST = "lost"
    """Reserved, and nobody knows whether it left: it is never sent again."""
    MOVED = "moved"
    CANCELLED = "cancelled"


ANSWERS_KEPT = 8
# Where no policy was asked, because there was nothing left to ask it.
CALLED_OFF = "called_off"

CONTACT_NEXT: dict[ContactState, frozenset[ContactState]] = {
    ContactState.PLANNED: frozenset({ContactState.RESERVED, ContactState.MOVED, ContactState.CANCELLED}),
    ContactState.RESERVED: frozenset(
        {
            ContactState.PLANNED,
            ContactState.SENT,
            ContactState.FAILED,
            ContactState.SANDBOXED,
            ContactState.LOST,
        }
    ),
    ContactState.SENT: frozenset({ContactState.DELIVERED, ContactState.FAILED}),
    ContactState.DELIVERED: frozenset({ContactState.FAILED}),
    ContactState.FAILED: frozenset(),
    ContactState.SANDBOXED: frozenset(),
    ContactState.LOST: frozenset(),
    # Only where the message it was moved onto did not leave.
    ContactState.MOVED: frozenset({ContactState.PLANNED}),
    ContactState.CANCELLED: frozenset(),
}


class Delivery(StrEnum):
    """What a channel's provider reports of a message later."""

    DELIVERED = "delivered"
    DEAD = "dead"
    """The address is no good: it is not written to again."""
    COMPLAINT = "complaint"
    """Its owner wants nothing more from us: an opt-out."""
    PASSING = "passing"
    FAILED = "failed"
    """It did not arrive, for a reason that is not the address's."""
    WRONG_PERSON = "wrong_person"
    """Somebody else has this address: it is forgotten, and its hash keeps it from coming back."""


class Report(NamedTuple):
    """What a provider says became of the message it gave this receipt for, by the provider's own code.

    `address` is the one it speaks of, empty where it names none. `micros` is what it says it charged, in
    millionths of the currency of the channel's prices, None where it says nothing.
    """

    receipt: str
    outcome: Delivery
    code: str
    address: str
    micros: int | None = None


@dataclass(frozen=True)
class Reply:
    """What somebody wrote back by a channel, word for word: stored as it came, before anybody reads it.

    `id` is the provider's own, once per text. `sender` is the address it came from, in the form of a ContactPoint;
    `to` the one it was sent to. `answers` is the receipt of the message it answers, where the provider knows; by
    it the contact and its debtor are found. `creditor` is empty where nobody can say whom it was written to.
    `proven`: nobody else could have used this sender's address; anybody can write one into a mail.
    """

    id: str
    channel: ChannelKind
    sender: str
    to: str
    text: str
    at: datetime
    answers: str | None = None
    creditor: str = ""
    debtor: str | None = None
    contact: str | None = None
    proven: bool = True


@dataclass(frozen=True)
class Introduced:
    """That somebody began to write to us at `to`, from the address `sender`, and brought a code of ours along."""

    creditor: str
    channel: ChannelKind
    sender: str
    to: str
    code: str


@dataclass(frozen=True)
class Reached:
    """That a debtor was written to at the address of this keyed hash, last by this contact, by this channel. It is
    known before the message leaves: whoever answers quickly is found."""

    point: str
    channel: ChannelKind
    creditor: str
    debtor: str
    contact: str


@dataclass(frozen=True)
class Contact:
    """One attempt, planned for `due_at` (UTC). Its id is also the name of its schedule.

    `decisions` are the policy's answers in the order they were asked, the last one being the one obeyed. `text` is
    the version of the words it was written from, `cost` what sending it cost, None where nobody knows. `noted_at`
    is when the provider's last word came, `passed_at` when its link first led through the door, `replied_at` when
    its reader first wrote back. `entry` is the ledger entry a receipt answers for. `step` counts the strategy's
    steps from 0; what is no step of it has -1. `moved_to` is the contact in its place: the same at a later hour,
    or that of another claim of the debtor whose message speaks for both. `about` is the id of the offer, plan,
    deferral, dispute or task it tells of, of what was said that it carries, or the page an answer to a reply
    leads to, `number` the instalment;
    `document` is sent along. `choice` is how its way, tone and hour came about, None where nobody was to choose.
    `to` is the keyed hash of the one address it goes to, None: the first of its channel.
    """

    id: str
    creditor: str
    debtor: str
    claim: str
    purpose: Purpose
    kind: MessageKind
    channel: ChannelKind
    tone: Tone
    due_at: datetime
    planned_at: datetime
    step: int = 0
    state: ContactState = ContactState.PLANNED
    decisions: tuple[Decision, ...] = ()
    why: str = ""
    reserved_at: datetime | None = None
    sent_at: datetime | None = None
    receipt: str | None = None
    outcome: str | None = None
    link: str | None = None
    entry: int | None = None
    moved_to: str | None = None
    about: str | None = None
    number: int | None = None
    document: str | None = None
    to: str | None = None
    text: str = ""
    cost: Cost | None = None
    noted_at: datetime | None = None
    passed_at: datetime | None = None
    replied_at: datetime | None = None
    choice: Choice | None = None
    version: int = 0

    def moved(self, state: ContactState) -> Contact:
        if state not in CONTACT_NEXT[self.state]:
            raise BrokenRule("wrong_state", state=self.state, wanted=state)
        return replace(self, state=state)

    def called_off(self, because: str) -> Contact:
        """It is not made, by what happened before its hour: `because` is kept as its last answer."""
        from .decision import Refused

        decisions = (*self.decisions, Refused(str(because), CALLED_OFF))[-ANSWERS_KEPT:]
        return replace(self.moved(ContactState.CANCELLED), decisions=decisions)


@dataclass(frozen=True)
class Message:
    """The text of one contact in one language: `short`, `long` with `html`, and `letter` by the channel's shape.

    `shape` is the one its reader had. `letter` is a Paper as JSON, written only for a channel that prints. `link`
    and `stop` are the addresses it holds, for a channel that says them apart from the text; neither they nor the
    letter are kept. `sender` is the name a mail shows before it is opened: the creditor's legal name, or its short
    one where the legal name tells what the matter is. `numbers` is the line in `short` that offers numbers to
    answer with, for a channel that has a text of its own. `words` are what an answer says, for such a channel,
    where they may be seen on a lock screen by somebody who wrote there within the day; else empty. `by_person`: a
    person answered, no rule and no dialogue.
    """

    language: str
    subject: str
    short: str
    long: str
    html: str
    version: str
    letter: str = ""
    link: str = ""
    stop: str = ""
    shape: Shape = Shape.LONG
    sender: str = ""
    numbers: str = ""
    words: str = ""
    by_person: bool = False

"""The timeline of a matter: what was written, paid, agreed and asked, newest first, and why a message came."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from ..domain.channel import Shape
from ..domain.claim import Claim, HoldKind
from ..domain.consent import ConsentPurpose
from ..domain.contact import UNASKED, Contact, ContactState, Message, MessageKind, Purpose, Reply, Tone
from ..domain.decision import Allowed, Decision, Wait
from ..domain.dispute import DisputeState
from ..domain.entry import EntryKind, LedgerEntry
from ..domain.matter import Matter
from ..domain.money import Money
from ..domain.parties import ChannelKind
from ..domain.plan import PlanState
from ..domain.score import Score
from ..domain.task import TaskKind
from .frame import Frame, View
from .i18n import clean
from .split_lines import credit_words
from .went_back import back_words, because
from .why import CHANNELS, grounds, ways

# What became of a message, as its reader is told; a contact in any other state was never written.
WRITTEN = {
    ContactState.SENT: "history.sent",
    ContactState.DELIVERED: "history.sent",
    ContactState.FAILED: "history.not_arrived",
    ContactState.LOST: "history.lost",
}
BY = {
    ChannelKind.EMAIL: "history.by.email",
    ChannelKind.SMS: "history.by.sms",
    ChannelKind.WHATSAPP: "history.by.whatsapp",
    ChannelKind.MESSENGER: "history.by.messenger",
    ChannelKind.LETTER: "history.by.letter",
    ChannelKind.PHONE: "history.by.phone",
}
OTHERWISE = "history.by.other"  # by a channel that has no name of its own
ENTRIES = {
    EntryKind.OPENING: "history.opening",
    EntryKind.PAYMENT: "history.payment",
    EntryKind.WAIVER: "history.waiver",
    EntryKind.CORRECTION: "history.correction",
}
WRITTEN_OFF = "history.written_off"
# What needs no sentence of its own: its name in the account, and the amount.
NAMED = {
    EntryKind.INTEREST: "paper.entry.interest",
    EntryKind.COSTS: "paper.entry.costs",
    EntryKind.CREDIT: "paper.entry.credit",
}
ENDS = {PlanState.KEPT: "history.plan.kept", PlanState.ENDED: "history.plan.ended"}
# The words of each kind of message, request, step of a consent and ground of a calculation.
KINDS = {
    MessageKind.REMINDER: "history.kind.reminder",
    MessageKind.COURTESY: "history.kind.courtesy",
    MessageKind.NOTICE: "history.kind.notice",
    MessageKind.RECEIPT: "history.kind.receipt",
    MessageKind.NEW_LINK: "history.kind.new_link",
    MessageKind.NOTED: "history.kind.noted",
    MessageKind.CODE: "history.kind.code",
    MessageKind.ORIGIN: "history.kind.origin",
    MessageKind.OFFER: "history.kind.offer",
    MessageKind.AGREEMENT: "history.kind.agreement",
    MessageKind.INSTALMENT: "history.kind.instalment",
    MessageKind.MISSED: "history.kind.missed",
    MessageKind.DEFERRAL_ENDS: "history.kind.deferral_ends",
    MessageKind.REPLY: "history.kind.reply",
    MessageKind.ANSWER: "history.kind.answer",
}
TASKS = {
    TaskKind.CALL_BACK: "history.task.call_back",
    TaskKind.CALL: "history.task.call",
    TaskKind.DISPUTE: "history.task.dispute",
    TaskKind.OFFER: "history.task.offer",
    TaskKind.CARE: "history.task.care",
    TaskKind.REPRESENTATIVE: "history.task.representative",
    TaskKind.COMPLAINT: "history.task.complaint",
    TaskKind.REVIEW: "history.task.review",
    TaskKind.ERASURE: "history.task.erasure",
    TaskKind.REPLY: "history.task.reply",
}
CONSENTS = {
    (ConsentPurpose.CARE, True): "history.consent.care.given",
    (ConsentPurpose.CARE, False): "history.consent.care.withdrawn",
    (ConsentPurpose.EMAIL, True): "history.consent.email.given",
    (ConsentPurpose.EMAIL, False): "history.consent.email.withdrawn",
    (ConsentPurpose.SMS, True): "history.consent.sms.given",
    (ConsentPurpose.SMS, False): "history.consent.sms.withdrawn",
    (ConsentPurpose.CHANNEL, True): "history.consent.channel.given",
    (ConsentPurpose.CHANNEL, False): "history.consent.channel.withdrawn",
    (ConsentPurpose.HELPER, True): "history.consent.helper.given",
    (ConsentPurpose.HELPER, False): "history.consent.helper.withdrawn",
}
TONES = {
    Tone.FRIENDLY: "why.tone.friendly",
    Tone.MATTER_OF_FACT: "why.tone.matter_of_fact",
    Tone.LAST_NOTICE: "why.tone.last_notice",
}
# A feature without words of its own is not told.
GROUNDS = {
    "amount": "why.ground.amount",
    "days_overdue": "why.ground.days_overdue",
    "days_in_default": "why.ground.days_in_default",
    "claim_type": "why.ground.claim_type",
    "titled": "why.ground.titled",
    "business": "why.ground.business",
    "sector": "why.ground.sector",
    "reminders_sent": "why.ground.reminders_sent",
    "days_since_notice": "why.ground.days_since_notice",
    "payments_made": "why.ground.payments_made",
    "plan_before": "why.ground.plan_before",
    "customer_days": "why.ground.customer_days",
    "past_orders": "why.ground.past_orders",
    "past_payments": "why.ground.past_payments",
    "has_email": "why.ground.has_email",
    "has_phone": "why.ground.has_phone",
    "address_traced": "why.ground.address_traced",
}
MOST_GROUNDS = 3
# One message that spoke for several claims stands in the history of each.
TOGETHER = "history.kind.together"


@dataclass(frozen=True)
class Moment:
    """One thing that happened: its day and hour, and what it was, in words."""

    at: datetime
    day: str
    title: str
    text: str | None = None
    contact: str | None = None
    asked: bool = False


@dataclass(frozen=True)
class History(View):
    """One timeline, newest first; `next_day` is when the next message is planned, if one is."""

    template: ClassVar[str] = "history.html"
    moments: tuple[Moment, ...]
    next_day: str | None


def history(
    frame: Frame,
    matter: Matter,
    claim: Claim,
    entries: Sequence[LedgerEntry],
    now: datetime,
    *,
    replies: Sequence[Reply] = (),
    alone: bool = True,
) -> History:
    """Everything about this claim its reader may know: nothing is left out but what never happened.

    `alone`: the debtor reads it. Somebody who helps them is told neither of care nor of what was allowed, and not
    what they wrote themselves (`replies`).
    """
    matter = matter if alone else matter.for_helper()
    found = [
        *_written(frame, matter, claim),
        *_booked(frame, claim, entries),
        *_agreed(frame, matter, claim),
        *_asked(frame, matter, claim),
        *_transferred(frame, claim, now),
        *_allowed(frame, matter),
        *(_replied(frame, reply) for reply in replies if alone),
    ]
    ahead = [c.due_at for c in matter.planned_for(claim.id) if c.purpose is not Purpose.ANSWER]
    return History(
        frame=frame,
        moments=tuple(sorted(found, key=lambda moment: moment.at, reverse=True)),
        next_day=_day(frame, min(ahead)) if ahead else None,
    )


def _day(frame: Frame, at: datetime) -> str:
    return frame.locale.date(at.astimezone(frame.zone).date())


def _told(
    frame: Frame, at: datetime, key: str, said: str | None = None, count: int | None = None, **values: object
) -> Moment:
    return Moment(at, _day(frame, at), frame.locale.text(key, count, **values), said)


def _written(frame: Frame, matter: Matter, claim: Claim) -> Iterator[Moment]:
    reviewed = {task.about for task in matter.tasks.values()}
    for planned in matter.contacts.values():
        contact = matter.spoken_by(planned)
        if planned.claim != claim.id or contact.state not in WRITTEN:
            continue
        at = contact.sent_at or contact.reserved_at or contact.due_at
        title = frame.locale.text(BY.get(contact.channel, OTHERWISE), time=frame.locale.time(at, frame.zone))
        together = contact is not planned or bool(matter.moved_onto(contact))
        said = frame.locale.text(TOGETHER if together else KINDS[contact.kind])
        if contact.state in (ContactState.FAILED, ContactState.LOST):
            said = f"{said} {frame.locale.text(WRITTEN[contact.state])}"
        yield Moment(at, _day(frame, at), title, said, contact.id, contact.id in reviewed)


def _booked(frame: Frame, claim: Claim, entries: Sequence[LedgerEntry]) -> Iterator[Moment]:
    for entry in entries:
        amount = frame.locale.money(Money(entry.amount, claim.currency))
        text, said = frame.locale.text, None
        if entry.kind is EntryKind.REVERSAL:
            title = text("payments.part", part=text(back_words(entry)), amount=amount)
            said = text(reason) if (reason := because(entry)) else None
        elif entry.kind in NAMED:
            named = credit_words(entry) if entry.kind is EntryKind.CREDIT else NAMED[entry.kind]
            title = text("payments.part", part=text(named), amount=amount)
        else:
            given_up = entry.gives_up
            title = text(WRITTEN_OFF if given_up else ENTRIES[entry.kind], amount=amount)
        # In the order it was booked, under the day on which it counts. But a claim came on the day it was booked,
        # whatever day its amounts are right for.
        came = entry.kind is EntryKind.OPENING
        day = _day(frame, entry.booked_at) if came else frame.locale.date(entry.value_date)
        yield Moment(entry.booked_at, day, title, said)


def _agreed(frame: Frame, matter: Matter, claim: Claim) -> Iterator[Moment]:
    for plan in matter.plans.values():
        if plan.claim == claim.id:
            last = frame.locale.date(plan.instalments[-1].due)
            yield _told(frame, plan.agreed_at, "history.plan", count=len(plan.instalments), day=last)
            if plan.ended_at and plan.state in ENDS:
                yield _told(frame, plan.ended_at, ENDS[plan.state])
    for deferral in matter.deferrals.values():
        if deferral.claim == claim.id:
            yield _told(frame, deferral.agreed_at, "history.deferral", day=frame.locale.date(deferral.until))


def _asked(frame: Frame, matter: Matter, claim: Claim) -> Iterator[Moment]:
    for dispute in matter.disputes.values():
        if dispute.claim == claim.id:
            state = "history.dispute.withdrawn" if dispute.state is DisputeState.WITHDRAWN else None
            said = frame.locale.text(state) if state else None
            yield _told(frame, dispute.opened_at, "history.dispute", said)
    for task in matter.tasks.values():
        if task.claim == claim.id:
            ends = task.done_at or task.due_at
            key = "history.task.done" if task.done_at else "history.task.open"
            if task.taken_back:
                key = "history.task.taken_back"
            said = frame.locale.text(key, day=_day(frame, ends))
            yield _told(frame, task.opened_at, TASKS[task.kind], said)


def _transferred(frame: Frame, claim: Claim, now: datetime) -> Iterator[Moment]:
    """The reader's own word that the money travels; while we wait for it, until when."""
    for hold in claim.holds:
        if hold.kind is HoldKind.TRANSFERRED:
            waiting = hold.until if hold.binds(now) else None
            said = frame.locale.text("transferred.until", day=_day(frame, waiting)) if waiting else None
            yield _told(frame, hold.since, "history.transferred", said)


def _replied(frame: Frame, reply: Reply) -> Moment:
    """What they wrote back, word for word."""
    time = frame.locale.time(reply.at, frame.zone)
    return _told(frame, reply.at, "history.reply", clean(reply.text) or None, time=time)


def _allowed(frame: Frame, matter: Matter) -> Iterator[Moment]:
    for consent in matter.debtor.consents:
        yield _told(frame, consent.at, CONSENTS[consent.purpose, consent.given])


@dataclass(frozen=True)
class Why(View):
    """Why this message came, this way, at this hour: from what was stored when it was decided, not made up later.

    `ways` say how it came, `grounds` are what weighed most in the calculation, in words. `rules` are the answers
    of the policy, each said once.
    """

    template: ClassVar[str] = "why.html"
    title: str
    subject: str | None
    text: str | None
    language: str | None
    contact: str
    reminder: bool
    ways: tuple[str, ...]
    moment: str
    tone: str | None
    grounds: tuple[str, ...]
    model: str | None
    rules: tuple[str, ...]
    asked: bool


def why(
    frame: Frame, matter: Matter, claim: Claim, contact: Contact, message: Message | None, *, alone: bool = True
) -> Why:
    """One message with its words and its reasons; `message` is the copy that was kept, if it still is.

    `alone`: the debtor reads it, and not somebody who helps them.
    """
    at = contact.sent_at or contact.reserved_at or contact.due_at
    reminder = contact.purpose in UNASKED
    choice = contact.choice if reminder else None
    told = grounds(contact, alone=alone) if reminder else ()
    # Where the strategy's order was the calculation's too, there is that to tell of it.
    scored = claim.score if reminder and contact.why in CHANNELS and not told else None
    return Why(
        frame=frame,
        title=frame.locale.text(BY.get(contact.channel, OTHERWISE), time=frame.locale.time(at, frame.zone)),
        subject=message.subject if message else None,
        text=_words(message, contact.channel) if message else None,
        language=message.language if message else None,
        contact=contact.id,
        reminder=reminder,
        ways=ways(contact) if reminder else ("why.channel.answer",),
        moment=_day(frame, at),
        tone=_tone(contact) if reminder else None,
        grounds=told or _grounds(scored),
        model=choice.model if choice and told else scored.model if scored else None,
        rules=tuple(dict.fromkeys(_rule(frame, decision) for decision in contact.decisions)),
        asked=any(task.about == contact.id for task in matter.tasks.values()),
    )


def _words(message: Message, channel: ChannelKind) -> str:
    return message.short if channel is ChannelKind.SMS or message.shape is Shape.SHORT else message.long


def _tone(contact: Contact) -> str:
    """A tone that was chosen is not that of everybody's step."""
    kept = contact.choice and contact.choice.arm and contact.step > 0 and contact.tone is Tone.FRIENDLY
    return "why.tone.kept" if kept else TONES[contact.tone]


def _grounds(score: Score | None) -> tuple[str, ...]:
    """The weightiest grounds as keys; which way each pulled is part of the key."""
    if score is None:
        return ()
    told = [(name, weight) for name, weight in score.reasons if name in GROUNDS and weight]
    return tuple(GROUNDS[name] for name, _ in told[:MOST_GROUNDS])


def _rule(frame: Frame, decision: Decision) -> str:
    text = frame.locale.text
    if isinstance(decision, Allowed):
        return text("why.rule.allowed", rule=decision.rule)
    if isinstance(decision, Wait):
        return text("why.rule.wait", rule=decision.rule, day=_day(frame, decision.until))
    return text("why.rule.refused", rule=decision.rule)

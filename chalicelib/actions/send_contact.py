"""Send one planned contact: the policy is asked again, the contact is reserved, then it is delivered."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from ..domain.channel import Cost
from ..domain.claim import HoldKind
from ..domain.contact import Contact, ContactState, Message, MessageKind, Purpose, Reached, Tone
from ..domain.decision import Decision, Refused, Wait
from ..domain.document import Document
from ..domain.errors import BrokenRule, DeadAddress, OptedOut, Permanent, Retry, StaleVersion, TextRefused, Unknown
from ..domain.factors import asked
from ..domain.facts import Fact, FactName
from ..domain.gate import Gate
from ..domain.matter import Matter
from ..domain.parties import ChannelKind, ContactPoint, Creditor, PointState
from ..domain.pay_link import LIFETIME, LinkPurpose, PayLink, link_id
from ..domain.policies._country import CountryPolicy
from ..domain.policies._figures import Cap
from ..domain.policies._rules import ASK_AGAIN, Situation
from ..domain.task import DaySlot, HelpRequest, TaskKind
from ..ports import Archive, Attachment, Channel, Commit, Scheduler, Sends
from .close_task import own_name
from .follow_agreement import announcing, carry_on, put_off, unsaid, way_to
from .gather_reminders import gathered, spoken_in
from .open_task import Opened, open_task
from .plan_contact import moved, plan_contact
from .refuse_text import refused_text
from .return_contact import return_contact
from .settle_contact import settle_contact
from .write_message import Pen, as_told, text_of

TURNS = 5
REMEMBERED = timedelta(days=14)
# What a contact takes along may be in the making: it waits a minute, some times over, and then somebody is told.
MAKING, MOST_WAITS = timedelta(minutes=1), 5
# What left, is leaving just now, or may have left.
COUNTED = (ContactState.SENT, ContactState.DELIVERED, ContactState.RESERVED, ContactState.LOST)
GONE = ("dead_address", "no_contact_point", "notice_missing")
# What an address is written is counted under its hash alone, anything else beside it.
MESSAGES = "messages"


class Sent(StrEnum):
    """What became of the contact just now."""

    SENT = "sent"
    SANDBOXED = "sandboxed"
    MOVED = "moved"
    CANCELLED = "cancelled"
    FAILED = "failed"
    REFUSED = "refused"
    """Its text broke a rule of ours: nothing left, and a person has to look."""
    EARLY = "early"
    HELD = "held"
    """It waits where it is: operators hold it back, or its batch rests."""
    DUPLICATE = "duplicate"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Desk(Pen):
    """What sending needs, bound once. `channels` are the files' by their key."""

    scheduler: Scheduler
    channels: Mapping[str, Channel]
    hash_point: Callable[[str], str]
    new_token: Callable[[], str]
    archive: Archive
    file_name: Callable[[Document], str]


@dataclass(frozen=True)
class Reserved:
    """A contact that nobody else may send any more, with the text, what goes along, and the way it goes.

    `counted` is the key under which the send was counted for the caps, `tone` the one it was planned in.
    """

    creditor: Creditor
    contact: Contact
    point: ContactPoint
    message: Message
    attachments: tuple[Attachment, ...]
    counted: str | None
    tone: Tone


def send_contact(creditor_id: str, debtor_number: str, contact_id: str, *, desk: Desk, now: datetime) -> Sent:
    """Send the contact once, or say why not.

    The reservation is written before anything leaves: a crash after it may lose a message, which the nightly
    run reports, but never sends two. Raises Retry where nothing left the house: the contact is planned again
    and its queue brings it back; one that could not be given back counts as lost.
    """
    creditor = desk.store.creditor(creditor_id)
    if creditor is None:
        raise Retry("creditor settings not there yet")
    for _ in range(TURNS):
        matter = desk.store.matter(creditor_id, debtor_number)
        contact = matter.contacts.get(contact_id) if matter else None
        if matter is None or contact is None:
            return Sent.DUPLICATE
        if contact.state is not ContactState.PLANNED:
            _reschedule(contact, matter, desk, now)
            return Sent.DUPLICATE
        if contact.due_at > now:
            desk.scheduler.at(contact, now)
            return Sent.EARLY
        gate = desk.store.gate(contact_id)
        try:
            decided = _held(creditor, matter, contact, gate, desk, now)
            decided = decided or _decide(creditor, matter, contact, gate, desk, now)
        except StaleVersion:
            continue
        if isinstance(decided, Sent):
            return decided
        return _deliver(decided, desk, now)
    raise Retry("the matter keeps changing")


def _reschedule(contact: Contact, matter: Matter, desk: Desk, now: datetime) -> None:
    """After a crash between moving a contact and its schedule: the later one gets its schedule now."""
    later = matter.contacts.get(contact.moved_to or "")
    if later and later.state is ContactState.PLANNED:
        desk.scheduler.at(later, now)


def _held(
    creditor: Creditor, matter: Matter, contact: Contact, gate: Gate, desk: Desk, now: datetime
) -> Sent | Reserved | None:
    """What is held back stays planned at its hour, whatever it is for; lifting or releasing brings it back.

    That it waits is kept with it, once, with the reason; its agreement, if it carries one, waits with it.
    """
    claim = matter.claims[contact.claim]
    halt = gate.held(creditor.id, claim.batch, _way(matter, contact))
    if halt is None and not claim.unreleased:
        return None
    because = HoldKind.OPERATOR if halt else HoldKind.UNRELEASED
    last = contact.decisions[-1] if contact.decisions else None
    if not isinstance(last, Wait) or last.because != because:
        wait = Wait(now + ASK_AGAIN, because.value, desk.policies[creditor.country].rule)
        held = replace(contact, decisions=(*contact.decisions, wait)[-8:])
        desk.store.commit(creditor.id, Commit((), contacts=(held,)))
    return Sent.HELD


def _way(matter: Matter, contact: Contact) -> ChannelKind:
    """The channel it goes by; for what was agreed the one that is chosen now."""
    if contact.purpose is not Purpose.AGREED:
        return contact.channel
    return way_to(matter.debtor, otherwise=contact.channel, durable=announcing(matter, contact))


def _decide(
    creditor: Creditor, matter: Matter, contact: Contact, gate: Gate, desk: Desk, now: datetime
) -> Sent | Reserved:
    """`gate` is the one that let it through: the reservation stands only if the gate does."""
    debtor, claim = matter.debtor, matter.claims[contact.claim]
    policy, answering = desk.policies[creditor.country], contact.purpose is Purpose.ANSWER
    agreed = contact.purpose is Purpose.AGREED
    if agreed:
        over = carry_on(creditor, matter, contact, policies=desk.policies, strategies=desk.strategies, now=now)
        if over:
            return _follow(creditor, over, desk, now)
        contact = replace(contact, channel=_way(matter, contact))
    point = _point_of(contact, matter, desk)
    to = point.state if point and contact.to else None
    known, cap = None, policy.cap(contact.channel, contact.purpose, now)
    if point and cap:
        known = desk.store.sends(_cap_key(creditor, cap, desk.hash_point(point.value)))
    situation = Situation(
        creditor,
        debtor,
        claim,
        contact.purpose,
        contact.kind,
        contact.channel,
        _had(matter, contact, known, cap, policy, now) if known and cap else (),
        to,
        matter.offered_at(claim.id),
    )
    decision = _document_first(matter, contact, policy, now) or policy.may_contact(situation, now)
    if isinstance(decision, Wait):
        if agreed:
            return _follow(creditor, put_off(matter, contact, decision, policy, now), desk, now)
        return _move(contact, own_name(moved(contact, decision.until, decision), matter), desk, now)
    decisions = (*contact.decisions, decision)[-8:]
    if isinstance(decision, Refused) or point is None:
        if other := _other_way(creditor, matter, contact, decision, desk, now):
            return _move(contact, own_name(other, matter), desk, now)
        gone = replace(contact.moved(ContactState.CANCELLED), decisions=decisions)
        return _follow(creditor, unsaid(matter, claim, gone, policy, now), desk, now)
    strategy = desk.strategies[creditor.strategy]
    others = gathered(creditor, matter, contact, gate, store=desk.store, policy=policy, strategy=strategy, now=now)
    planned, contact = contact, replace(contact, tone=spoken_in(contact, others))
    asked = as_told(claim, matter, contact, creditor, pen=desk, now=now)
    before, matter = matter, replace(matter, claims={**matter.claims, claim.id: asked.claim})
    token = desk.new_token()
    link = _link(token, matter, contact, point, desk, now)
    try:
        message = text_of(token, creditor, matter, contact, pen=desk, now=now, matters=1 + len(others))
    except (TextRefused, BrokenRule) as no:
        return _refuse(creditor, before, replace(planned, decisions=decisions), no.rule, desk, now)
    attachments = _attachments(matter, contact, desk)
    taken = contact.moved(ContactState.RESERVED)
    reserved = replace(taken, decisions=decisions, reserved_at=now, link=link.id, text=message.version)
    sends = None
    if known:
        recent = tuple(x for x in known.at if x > now - REMEMBERED)
        sends = replace(known, at=(*recent, now))
    ids = (("claim", claim.id), ("contact", contact.id))
    fact = Fact(FactName.PAY_LINK_ISSUED, creditor.id, ids, now)
    stored = _without(message, token, *((desk.code_of(contact.id),) if contact.kind is MessageKind.CODE else ()))
    call = _call(creditor, matter, contact, point, stored, policy, now)
    told = call.claim if call else asked.claim
    desk.store.commit(
        creditor.id,
        Commit(
            (fact, *asked.facts, *((call.fact,) if call else ())),
            debtor=debtor,
            # The yes was about these claims as they stood: whoever pays or asks for help just now goes first.
            claims=() if answering else (told, *(matter.claims[other.claim] for other in others)),
            entries=asked.entries,
            contacts=(reserved, *others),
            links=(link,),
            tasks=(call.task,) if call else (),
            sends=sends,
            message=(contact, stored),
            passed=(contact.id, gate.version),
            reached=Reached(link.point, contact.channel, creditor.id, debtor.number, contact.id),
        ),
    )
    reserved = replace(reserved, version=reserved.version + 1)
    counted = sends.point if sends else None
    return Reserved(creditor, reserved, point, message, attachments, counted, planned.tone)


def _had(
    matter: Matter, contact: Contact, known: Sends, cap: Cap, policy: CountryPolicy, now: datetime
) -> tuple[datetime, ...]:
    """What counts towards the cap: all that this address had, and what this creditor sent the debtor by whatever
    other way. Nobody hears twice a day from us because they have two addresses."""
    own = (
        at
        for other in matter.contacts.values()
        if (at := other.sent_at or other.reserved_at)
        and at > now - REMEMBERED
        and other.state in COUNTED
        and policy.cap(other.channel, other.purpose, now) is cap
    )
    return tuple(sorted({*known.at, *own}))


def _point_of(contact: Contact, matter: Matter, desk: Desk) -> ContactPoint | None:
    """The address it goes to: the one it was made for, or the first of its channel. A number may be in use by
    several."""
    if contact.to:
        same = [p for p in matter.debtor.points if desk.hash_point(p.value) == contact.to]
        return next((p for p in same if p.channel is contact.channel), next(iter(same), None))
    return matter.debtor.point(contact.channel, answering=contact.purpose is Purpose.ANSWER)


def _move(contact: Contact, later: Contact, desk: Desk, now: datetime) -> Sent:
    old = replace(contact.moved(ContactState.MOVED), moved_to=later.id)
    ids = (("claim", contact.claim), ("contact", later.id))
    fact = Fact(FactName.CONTACT_PLANNED, contact.creditor, ids, now)
    desk.store.commit(contact.creditor, Commit((fact,), contacts=(old, later)))
    desk.scheduler.at(later, now)
    return Sent.MOVED


def _follow(creditor: Creditor, commit: Commit, desk: Desk, now: datetime) -> Sent:
    """This contact is not sent; another may take its place."""
    desk.store.commit(creditor.id, commit)
    planned = [contact for contact in commit.contacts if contact.state is ContactState.PLANNED]
    for contact in planned:
        desk.scheduler.at(contact, now)
    return Sent.MOVED if planned else Sent.CANCELLED


def _refuse(creditor: Creditor, matter: Matter, contact: Contact, rule: str, desk: Desk, now: datetime) -> Sent:
    """Its text breaks a rule of ours: it is not sent, and what follows it goes on."""
    rules = desk.policies, desk.strategies
    _follow(creditor, refused_text(creditor, matter, contact, rule, *rules, now=now), desk, now)
    return Sent.REFUSED


def _other_way(
    creditor: Creditor, matter: Matter, contact: Contact, decision: Decision, desk: Desk, now: datetime
) -> Contact | None:
    """The same step by another way, where the address died since it was planned, or as the notice that has to come
    first, where that came back since. A wish is not got round."""
    reminding = contact.purpose is Purpose.REMINDER
    if not reminding or not isinstance(decision, Refused) or decision.because not in GONE:
        return None
    planned = plan_contact(
        creditor,
        matter.debtor,
        matter.claims[contact.claim],
        step=contact.step,
        after=now,
        now=now,
        policy=desk.policies[creditor.country],
        strategy=desk.strategies[creditor.strategy],
    )
    if planned.contact is None:
        return None
    return replace(planned.contact, decisions=(*contact.decisions, decision, planned.decision)[-8:])


def _call(
    creditor: Creditor,
    matter: Matter,
    contact: Contact,
    point: ContactPoint,
    notes: Message,
    policy: CountryPolicy,
    now: datetime,
) -> Opened | None:
    """Where a person is to say it: the Task with the number and the notes. Nobody calls for a sandbox."""
    terms = creditor.terms_of(contact.channel)
    if terms is None or not terms.by_person or not leaves(creditor):
        return None
    slot = matter.debtor.choices.best_time or DaySlot.MORNING
    request = HelpRequest(notes.long, slot, notes.language, point.value)
    claim = matter.claims[contact.claim]
    return open_task(matter, claim, TaskKind.CALL, policy=policy, now=now, about=contact.id, request=request)


def _document_first(matter: Matter, contact: Contact, policy: CountryPolicy, now: datetime) -> Wait | None:
    """What was just agreed is printed when the fact comes by, a moment later: until then its contact waits."""
    if contact.document is None or contact.document in matter.documents:
        return None
    wait = Wait(now + MAKING, "document_in_the_making", policy.rule)
    if sum(isinstance(d, Wait) and d.because == wait.because for d in contact.decisions) >= MOST_WAITS:
        raise Retry("its document was not made")
    return wait


def _attachments(matter: Matter, contact: Contact, desk: Desk) -> tuple[Attachment, ...]:
    if contact.document is None:
        return ()
    document = matter.documents[contact.document]
    return (Attachment(desk.file_name(document), desk.archive.read(document)),)


def _link(token: str, matter: Matter, contact: Contact, point: ContactPoint, desk: Desk, now: datetime) -> PayLink:
    return PayLink(
        id=link_id(token),
        creditor=contact.creditor,
        debtor=contact.debtor,
        claim=contact.claim,
        contact=contact.id,
        issued_at=now,
        expires_at=now + LIFETIME,
        factors=asked(LinkPurpose.CONTACT, matter.debtor, matter.claims[contact.claim]),
        point=desk.hash_point(point.value),
        language=matter.debtor.language,
    )


def _without(message: Message, *secrets: str) -> Message:
    """The copy that is kept: nobody who reads it later can walk through the door with it."""
    message = replace(message, letter="", link="", stop="")
    for secret in secrets:
        cut = {part: getattr(message, part).replace(secret, "…") for part in ("short", "long", "html")}
        message = replace(message, **cut)
    return message


def _deliver(reserved: Reserved, desk: Desk, now: datetime) -> Sent:
    creditor, contact = reserved.creditor, reserved.contact
    if not leaves(creditor):
        return _settle(reserved, ContactState.SANDBOXED, desk, now, outcome="sandbox")
    terms = creditor.terms_of(contact.channel)
    try:
        if terms is None or terms.key not in desk.channels:
            raise Permanent("channel_off")
        channel = desk.channels[terms.key]
        receipt = channel.deliver(creditor, reserved.point, reserved.message, contact, reserved.attachments)
    except Retry:
        return_contact(
            contact,
            creditor.id,
            counted=reserved.counted,
            tone=reserved.tone,
            store=desk.store,
            scheduler=desk.scheduler,
            now=now,
        )
        raise
    except (DeadAddress, OptedOut) as no:
        left = PointState.OPTED_OUT if isinstance(no, OptedOut) else PointState.DEAD
        return _settle(reserved, ContactState.FAILED, desk, now, outcome=str(no), point=left)
    except Permanent as no:
        return _settle(reserved, ContactState.FAILED, desk, now, outcome=str(no))
    except Unknown as silence:
        _settle(reserved, ContactState.LOST, desk, now, outcome=str(silence))
        return Sent.UNKNOWN
    cost = _cost(channel, reserved, desk, now)
    return _settle(reserved, ContactState.SENT, desk, now, receipt=receipt, cost=cost)


def _cost(channel: Channel, reserved: Reserved, desk: Desk, now: datetime) -> Cost | None:
    """What sending it cost, by the channel's dated prices; None where they do not know."""
    day = now.astimezone(desk.policies[reserved.creditor.country].zone).date()
    if channel.prices is None:
        return None
    return channel.prices.of(channel.units(reserved.message), day, reserved.creditor.country)


def leaves(creditor: Creditor) -> bool:
    """Whether this creditor's messages leave the house: not from the sandbox, not before a person's review."""
    return not creditor.sandbox and bool(creditor.reviewed_by and creditor.reviewed_on)


def _cap_key(creditor: Creditor, cap: Cap, point: str) -> str:
    """Under which the sends to an address are counted; what never left counts only where it never left."""
    counted = point if cap.counter == MESSAGES else f"{cap.counter}/{point}"
    return counted if leaves(creditor) else f"sandbox/{creditor.id}/{counted}"


def _settle(
    reserved: Reserved,
    state: ContactState,
    desk: Desk,
    now: datetime,
    *,
    receipt: str | None = None,
    outcome: str | None = None,
    point: PointState | None = None,
    cost: Cost | None = None,
) -> Sent:
    sent_at = now if state is ContactState.SENT else None
    done = replace(reserved.contact.moved(state), sent_at=sent_at, receipt=receipt, outcome=outcome, cost=cost)
    kept = settle_contact(
        done,
        reserved.creditor,
        store=desk.store,
        scheduler=desk.scheduler,
        policies=desk.policies,
        strategies=desk.strategies,
        now=now,
        point=(reserved.point.value, point) if point else None,
    )
    return OUTCOMES[state] if kept else Sent.UNKNOWN


OUTCOMES = {
    ContactState.SENT: Sent.SENT,
    ContactState.FAILED: Sent.FAILED,
    ContactState.SANDBOXED: Sent.SANDBOXED,
    ContactState.LOST: Sent.UNKNOWN,
}

"""Reserve a permitted contact: its text is written, and in one transaction nobody else may send it any more."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from ..domain.contact import Contact, ContactState, Message, MessageKind, Purpose, Reached, Tone
from ..domain.decision import Allowed, Refused
from ..domain.document import Document
from ..domain.errors import BrokenRule, TextRefused
from ..domain.factors import asked as asked_factors
from ..domain.facts import Fact, FactName
from ..domain.gate import Gate
from ..domain.matter import Matter
from ..domain.parties import ContactPoint, Creditor
from ..domain.pay_link import LIFETIME, LinkPurpose, PayLink, link_id
from ..domain.policies._country import CountryPolicy
from ..domain.strategies._base import strategy_of
from ..domain.task import DaySlot, HelpRequest, TaskKind
from ..ports import Archive, Attachment, Channel, Commit, Scheduler, Sends
from .gather_reminders import gathered, spoken_in
from .open_task import Opened, open_task
from .permit_contact import REMEMBERED, Asked, leaves
from .tell_amount import Told
from .write_message import Pen, as_told, text_of


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


@dataclass(frozen=True)
class _Draft:
    """The message as it would leave: the `contact` in its tone, the `matter` with the claim as it is `told`, the
    `others` it speaks for, and the link that its `token` opens."""

    matter: Matter
    contact: Contact
    others: tuple[Contact, ...]
    told: Told
    token: str
    link: PayLink
    message: Message


def reserve(
    asked: Asked, point: ContactPoint, decision: Allowed, *, gate: Gate, desk: Desk, now: datetime
) -> Reserved | Refused:
    """Write the message to `point` and take the contact; Refused, with nothing kept, where its text breaks a rule.

    `gate` is the one that let it through. The reservation stands only if the gate does, and what was said at the
    address, and the card: raises StaleVersion where any of them changed.
    """
    draft = _draft(asked, point, gate, desk, now)
    if isinstance(draft, Refused):
        return draft
    contact, message, link = draft.contact, draft.message, draft.link
    attachments = _attachments(draft.matter, contact, desk)
    decisions = (*asked.contact.decisions, decision)[-8:]
    taken = contact.moved(ContactState.RESERVED)
    reserved = replace(taken, decisions=decisions, reserved_at=now, link=link.id, text=message.version)
    sends = None
    if asked.sends:
        recent = tuple(x for x in asked.sends.at if x > now - REMEMBERED)
        sends = replace(asked.sends, at=(*recent, now))
    desk.store.commit(asked.creditor.id, _reservation(asked, draft, reserved, point, sends, gate, desk, now))
    reserved = replace(reserved, version=reserved.version + 1)
    counted = sends.point if sends else None
    return Reserved(asked.creditor, reserved, point, message, attachments, counted, asked.contact.tone)


def _draft(asked: Asked, point: ContactPoint, gate: Gate, desk: Desk, now: datetime) -> _Draft | Refused:
    creditor, matter, contact = asked.creditor, asked.matter, asked.contact
    policy, strategy = desk.policies[creditor.country], strategy_of(creditor, desk.strategies)
    others = gathered(creditor, matter, contact, gate, store=desk.store, policy=policy, strategy=strategy, now=now)
    contact = replace(contact, tone=spoken_in(contact, others))
    told = as_told(matter.claims[contact.claim], matter, contact, creditor, pen=desk, now=now)
    matter = replace(matter, claims={**matter.claims, contact.claim: told.claim})
    token = desk.new_token()
    link = _link(token, matter, contact, point, desk, now)
    try:
        message = text_of(token, creditor, matter, contact, pen=desk, now=now, matters=1 + len(others))
    except (TextRefused, BrokenRule) as no:
        return Refused(no.rule, policy.rule)
    return _Draft(matter, contact, others, told, token, link, message)


def _reservation(
    asked: Asked,
    draft: _Draft,
    reserved: Contact,
    point: ContactPoint,
    sends: Sends | None,
    gate: Gate,
    desk: Desk,
    now: datetime,
) -> Commit:
    """All that is written before it leaves."""
    creditor, matter, contact, told = asked.creditor, draft.matter, draft.contact, draft.told
    secrets = (desk.code_of(contact.id),) if contact.kind is MessageKind.CODE else ()
    stored = _without(draft.message, draft.token, *secrets)
    call = _call(creditor, matter, contact, point, stored, desk.policies[creditor.country], now)
    claim = call.claim if call else told.claim
    ids = (("claim", contact.claim), ("contact", contact.id))
    fact = Fact(FactName.PAY_LINK_ISSUED, creditor.id, ids, now)
    # The yes was about these claims as they stood: whoever pays or asks for help just now goes first.
    claims = (claim, *(matter.claims[other.claim] for other in draft.others))
    return Commit(
        (fact, *told.facts, *((call.fact,) if call else ())),
        debtor=asked.card,
        claims=() if contact.purpose is Purpose.ANSWER else claims,
        entries=told.entries,
        contacts=(reserved, *draft.others),
        links=(draft.link,),
        tasks=(call.task,) if call else (),
        sends=sends,
        message=(contact, stored),
        passed=(contact.id, gate.version),
        heeded=asked.heeded,
        reached=Reached(draft.link.point, contact.channel, creditor.id, asked.card.number, contact.id),
    )


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
        factors=asked_factors(LinkPurpose.CONTACT, matter.debtor, matter.claims[contact.claim]),
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

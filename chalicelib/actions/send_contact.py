"""Send one planned contact: the policy is asked again, the contact is reserved, then it is delivered."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from ..domain.contact import Contact, ContactState, Message, MessageKind, Purpose
from ..domain.decision import Refused, Wait
from ..domain.errors import DeadAddress, Permanent, Retry, StaleVersion, Unknown
from ..domain.facts import Fact, FactName
from ..domain.matter import Matter
from ..domain.parties import ChannelKind, ContactPoint, Creditor, Debtor, Factor, PointState
from ..domain.pay_link import LIFETIME, PayLink, link_id
from ..domain.policies._rules import CountryPolicy, Situation
from ..domain.strategies._base import Strategy
from ..ports import Channel, Commit, Composer, Scheduler, Sends, Store
from .plan_contact import moved, plan_contact

TURNS = 5
REMEMBERED = timedelta(days=14)
EARLY = timedelta(seconds=60)


class Sent(StrEnum):
    """What became of the contact just now."""

    SENT = "sent"
    SANDBOXED = "sandboxed"
    MOVED = "moved"
    CANCELLED = "cancelled"
    FAILED = "failed"
    DUPLICATE = "duplicate"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Desk:
    """What sending needs, bound once."""

    store: Store
    scheduler: Scheduler
    compose: Composer
    channels: Mapping[ChannelKind, Channel]
    policies: Mapping[str, CountryPolicy]
    strategies: Mapping[str, Strategy]
    hash_point: Callable[[str], str]
    new_token: Callable[[], str]


@dataclass(frozen=True)
class Reserved:
    """A contact that nobody else may send any more, with the text and the way it goes."""

    creditor: Creditor
    contact: Contact
    point: ContactPoint
    message: Message
    sends: Sends | None


def send_contact(creditor_id: str, debtor_number: str, contact_id: str, *, desk: Desk, now: datetime) -> Sent:
    """Send the contact once, or say why not.

    The reservation is written before anything leaves: a crash after it may lose a message, which the nightly
    run reports, but never sends two. Raises Retry only when certainly nothing left the house; then the
    contact is planned again and its schedule's queue brings it back.
    """
    creditor = desk.store.creditor(creditor_id)
    if creditor is None:
        raise Retry("creditor settings not there yet")
    for _ in range(TURNS):
        matter = desk.store.matter(creditor_id, debtor_number)
        contact = matter.contacts.get(contact_id) if matter else None
        if matter is None or contact is None or contact.state is not ContactState.PLANNED:
            return Sent.DUPLICATE
        if contact.due_at > now + EARLY:
            desk.scheduler.at(contact, now)
            return Sent.DUPLICATE
        try:
            decided = _decide(creditor, matter, contact, desk, now)
        except StaleVersion:
            continue
        if isinstance(decided, Sent):
            return decided
        return _deliver(decided, desk, now)
    raise Retry("the matter keeps changing")


def _decide(creditor: Creditor, matter: Matter, contact: Contact, desk: Desk, now: datetime) -> Sent | Reserved:
    debtor, claim = matter.debtor, matter.claims[contact.claim]
    answering = contact.purpose is Purpose.ANSWER
    point = debtor.point(contact.channel, answering=answering)
    known = desk.store.sends(desk.hash_point(point.value)) if point and not answering else None
    situation = Situation(
        creditor, debtor, claim, contact.purpose, contact.kind, contact.channel, known.at if known else ()
    )
    policy = desk.policies[creditor.country]
    decision = policy.may_contact(situation, now)
    if isinstance(decision, Wait):
        later = moved(contact, decision.until, decision)
        old = replace(contact.moved(ContactState.MOVED), moved_to=later.id)
        ids = (("claim", claim.id), ("contact", later.id))
        fact = Fact(FactName.CONTACT_PLANNED, creditor.id, ids, now)
        desk.store.commit(creditor.id, Commit((fact,), contacts=(old, later)))
        desk.scheduler.at(later, now)
        return Sent.MOVED
    decisions = (*contact.decisions, decision)[-8:]
    if isinstance(decision, Refused) or point is None:
        over = replace(contact.moved(ContactState.CANCELLED), decisions=decisions)
        ids = (("claim", claim.id), ("contact", contact.id))
        fact = Fact(FactName.CONTACT_CANCELLED, creditor.id, ids, now)
        desk.store.commit(creditor.id, Commit((fact,), contacts=(over,)))
        return Sent.CANCELLED
    token = desk.new_token()
    link = _link(token, matter, contact, point, desk, now)
    message = _message(token, creditor, matter, contact, desk, now)
    reserved = replace(contact.moved(ContactState.RESERVED), decisions=decisions, reserved_at=now, link=link.id)
    sends = None
    if known:
        recent = tuple(x for x in known.at if x > now - REMEMBERED)
        sends = replace(known, at=(*recent, now))
    ids = (("claim", claim.id), ("contact", contact.id))
    fact = Fact(FactName.PAY_LINK_ISSUED, creditor.id, ids, now)
    stored = _without_token(message, token)
    desk.store.commit(
        creditor.id,
        Commit(
            (fact,), debtor=debtor, contacts=(reserved,), links=(link,), sends=sends, message=(contact, stored)
        ),
    )
    reserved = replace(reserved, version=reserved.version + 1)
    written = replace(sends, version=sends.version + 1) if sends else None
    return Reserved(creditor, reserved, point, message, written)


def _message(
    token: str, creditor: Creditor, matter: Matter, contact: Contact, desk: Desk, now: datetime
) -> Message:
    claim, policy = matter.claims[contact.claim], desk.policies[creditor.country]
    url = f"{creditor.public_url}/p/{token}"
    good = now + timedelta(days=desk.strategies[creditor.strategy].open_days)
    payment = None
    if contact.entry is not None:
        known = (*claim.recent, *desk.store.ledger(creditor.id, claim.id))
        payment = next((entry for entry in known if entry.number == contact.entry), None)
    return desk.compose(
        contact.kind,
        creditor=creditor,
        debtor=matter.debtor,
        claim=claim,
        link_url=url,
        stop_url=f"{url}/stop",
        tone=contact.tone,
        language=matter.debtor.language,
        now=now,
        zone=policy.zone,
        first=contact.step == 0,
        good_until=good.astimezone(policy.zone).date() if contact.purpose is Purpose.REMINDER else None,
        payment=payment,
    )


def _link(token: str, matter: Matter, contact: Contact, point: ContactPoint, desk: Desk, now: datetime) -> PayLink:
    debtor, claim = matter.debtor, matter.claims[contact.claim]
    factors = []
    if debtor.address.postcode:
        factors.append(Factor.POSTCODE)
    if debtor.birth_date:
        factors.append(Factor.BIRTH_DATE)
    if claim.ground.invoice_number:
        factors.append(Factor.INVOICE_NUMBER)
    return PayLink(
        id=link_id(token),
        creditor=contact.creditor,
        debtor=contact.debtor,
        claim=contact.claim,
        contact=contact.id,
        issued_at=now,
        expires_at=now + LIFETIME,
        factors=tuple(factors),
        point=desk.hash_point(point.value),
        language=debtor.language,
    )


def _without_token(message: Message, token: str) -> Message:
    """The copy that is kept: nobody who reads it later can walk through the door with it."""
    cut = {part: getattr(message, part).replace(token, "…") for part in ("short", "long", "html")}
    return replace(message, **cut)


def _deliver(reserved: Reserved, desk: Desk, now: datetime) -> Sent:
    creditor, contact = reserved.creditor, reserved.contact
    if creditor.sandbox or not (creditor.reviewed_by and creditor.reviewed_on):
        return _settle(reserved, ContactState.SANDBOXED, desk, now, outcome="sandbox")
    try:
        receipt = desk.channels[contact.channel].deliver(creditor, reserved.point, reserved.message, contact)
    except Retry:
        _give_back(reserved, desk)
        raise
    except DeadAddress as no:
        return _settle(reserved, ContactState.FAILED, desk, now, outcome=str(no), dead=True)
    except Permanent as no:
        return _settle(reserved, ContactState.FAILED, desk, now, outcome=str(no))
    except Unknown:
        return Sent.UNKNOWN
    return _settle(reserved, ContactState.SENT, desk, now, receipt=receipt)


def _give_back(reserved: Reserved, desk: Desk) -> None:
    """Nothing left the house: the contact is planned again and the cap gets its place back."""
    again = replace(reserved.contact.moved(ContactState.PLANNED), reserved_at=None, link=None)
    sends = replace(reserved.sends, at=reserved.sends.at[:-1]) if reserved.sends else None
    desk.store.commit(reserved.creditor.id, Commit((), contacts=(again,), sends=sends))


def _settle(
    reserved: Reserved,
    state: ContactState,
    desk: Desk,
    now: datetime,
    *,
    receipt: str | None = None,
    outcome: str | None = None,
    dead: bool = False,
) -> Sent:
    """Write down what happened, and plan the strategy's next step."""
    creditor, contact = reserved.creditor, reserved.contact
    done = replace(contact.moved(state), sent_at=now, receipt=receipt, outcome=outcome)
    for _ in range(TURNS):
        matter = desk.store.matter(creditor.id, contact.debtor)
        if matter is None:
            return Sent(state.value)
        debtor = _after(matter.debtor, reserved.point, done, now, dead)
        follow = _next_step(creditor, debtor, matter, done, desk, now)
        ids = (("claim", contact.claim), ("contact", contact.id))
        facts = [Fact(FactName.CONTACT_SENT, creditor.id, ids, now)] if state is ContactState.SENT else []
        if follow:
            ids = (("claim", contact.claim), ("contact", follow.id))
            facts.append(Fact(FactName.CONTACT_PLANNED, creditor.id, ids, now))
        changed = debtor if debtor != matter.debtor else None
        contacts = (done, follow) if follow else (done,)
        try:
            desk.store.commit(creditor.id, Commit(tuple(facts), debtor=changed, contacts=contacts))
        except StaleVersion:
            continue
        if follow:
            desk.scheduler.at(follow, now)
        break
    return Sent(state.value)


def _after(debtor: Debtor, point: ContactPoint, done: Contact, now: datetime, dead: bool) -> Debtor:
    if dead:
        return debtor.with_point_state(point.value, PointState.DEAD)
    if done.kind is MessageKind.NOTICE and done.state is ContactState.SENT:
        return replace(debtor, notice_sent_at=now)
    return debtor


def _next_step(
    creditor: Creditor, debtor: Debtor, matter: Matter, done: Contact, desk: Desk, now: datetime
) -> Contact | None:
    if done.purpose is Purpose.ANSWER or matter.planned_for(done.claim):
        return None
    step, strategy = done.step + 1, desk.strategies[creditor.strategy]
    planned = plan_contact(
        creditor,
        debtor,
        matter.claims[done.claim],
        step=step,
        after=now + strategy.pause_before(step),
        now=now,
        policy=desk.policies[creditor.country],
        strategy=strategy,
    )
    return planned.contact

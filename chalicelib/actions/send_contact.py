"""Send one planned contact: the policy is asked again, the contact is reserved, then it is delivered."""

from dataclasses import replace
from datetime import datetime
from enum import StrEnum

from ..domain.channel import Cost
from ..domain.claim import HoldKind
from ..domain.contact import Contact, ContactState, Purpose
from ..domain.decision import Decision, Refused, Wait
from ..domain.errors import DeadAddress, OptedOut, Permanent, Retry, StaleVersion, Unknown
from ..domain.facts import Fact, FactName
from ..domain.gate import Gate
from ..domain.matter import Matter
from ..domain.parties import Creditor, PointState
from ..domain.policies._rules import ASK_AGAIN
from ..domain.strategies._base import strategy_of
from ..ports import Channel, Commit
from .close_task import own_name
from .follow_agreement import carry_on, put_off, unsaid
from .permit_contact import Asked, asked_about, leaves, permission, way_of
from .plan_contact import at_its_hour, moved, plan_contact
from .refuse_text import refused_text
from .reserve_contact import Desk, Reserved, reserve
from .return_contact import return_contact
from .settle_contact import TurnedAway, settle_contact

TURNS = 5
GONE = ("dead_address", "no_contact_point", "notice_missing")


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
    halt = gate.held(creditor.id, claim.batch, way_of(matter, contact))
    if halt is None and not claim.unreleased:
        return None
    because = HoldKind.OPERATOR if halt else HoldKind.UNRELEASED
    last = contact.decisions[-1] if contact.decisions else None
    if not isinstance(last, Wait) or last.because != because:
        wait = Wait(now + ASK_AGAIN, because.value, desk.policies[creditor.country].rule)
        held = replace(contact, decisions=(*contact.decisions, wait)[-8:])
        desk.store.commit(creditor.id, Commit((), contacts=(held,)))
    return Sent.HELD


def _decide(
    creditor: Creditor, matter: Matter, contact: Contact, gate: Gate, desk: Desk, now: datetime
) -> Sent | Reserved:
    """`gate` is the one that let it through: the reservation stands only if the gate does."""
    policy = desk.policies[creditor.country]
    if contact.purpose is Purpose.AGREED:
        over = carry_on(creditor, matter, contact, policies=desk.policies, strategies=desk.strategies, now=now)
        if over:
            return _follow(creditor, over, desk, now)
    asked = asked_about(
        creditor, matter, contact, store=desk.store, hash_point=desk.hash_point, policy=policy, now=now
    )
    decision = permission(asked, policy=policy, now=now)
    if isinstance(decision, Wait):
        return _put_off(asked, decision, desk, now)
    if isinstance(decision, Refused) or asked.point is None:
        return _unmade(asked, decision, desk, now)
    taken = reserve(asked, asked.point, decision, gate=gate, desk=desk, now=now)
    if isinstance(taken, Refused):
        refused = replace(asked.contact, decisions=(*asked.contact.decisions, decision)[-8:])
        return _refuse(creditor, asked.matter, refused, taken.because, desk, now)
    return taken


def _put_off(asked: Asked, wait: Wait, desk: Desk, now: datetime) -> Sent:
    """It may not be made yet: it moves to the hour at which it may."""
    matter, contact, policy = asked.matter, asked.contact, desk.policies[asked.creditor.country]
    if contact.purpose is Purpose.AGREED:
        return _follow(asked.creditor, put_off(matter, contact, wait, policy, now), desk, now)
    until = at_its_hour(contact, matter.debtor, wait.until, policy.zone_of(matter.debtor))
    return _move(contact, own_name(moved(contact, until, wait), matter), desk, now)


def _unmade(asked: Asked, decision: Decision, desk: Desk, now: datetime) -> Sent:
    """It may not be made: the same goes by another way, where there is one; else what comes after it goes on."""
    creditor, matter, contact = asked.creditor, asked.matter, asked.contact
    if other := _other_way(creditor, matter, contact, decision, desk, now):
        return _move(contact, own_name(other, matter), desk, now)
    gone = replace(contact.moved(ContactState.CANCELLED), decisions=(*contact.decisions, decision)[-8:])
    policy = desk.policies[creditor.country]
    return _follow(creditor, unsaid(matter, matter.claims[contact.claim], gone, policy, now), desk, now)


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
        strategy=strategy_of(creditor, desk.strategies, matter.claims[contact.claim]),
    )
    if planned.contact is None:
        return None
    return replace(planned.contact, decisions=(*contact.decisions, decision, planned.decision)[-8:])


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
    value = reserved.point.value
    kept = settle_contact(
        done,
        reserved.creditor,
        store=desk.store,
        scheduler=desk.scheduler,
        policies=desk.policies,
        strategies=desk.strategies,
        now=now,
        turned_away=TurnedAway(value, desk.hash_point(value), point) if point else None,
    )
    return OUTCOMES[state] if kept else Sent.UNKNOWN


OUTCOMES = {
    ContactState.SENT: Sent.SENT,
    ContactState.FAILED: Sent.FAILED,
    ContactState.SANDBOXED: Sent.SANDBOXED,
    ContactState.LOST: Sent.UNKNOWN,
}

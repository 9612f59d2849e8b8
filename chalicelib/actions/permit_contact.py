"""Ask whether a contact may be made at its hour: where it goes, what was said there, what the policy says."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from ..domain.contact import Contact, ContactState, Purpose
from ..domain.decision import Decision, Wait
from ..domain.errors import Retry
from ..domain.matter import Matter
from ..domain.parties import ChannelKind, ContactPoint, Creditor, Debtor, PointState
from ..domain.policies._country import CountryPolicy
from ..domain.policies._figures import Cap
from ..domain.policies._rules import Situation
from ..domain.silence import Silence
from ..ports import Sends, Store
from .follow_agreement import announcing, way_to

REMEMBERED = timedelta(days=14)
# What a contact takes along may be in the making: it waits a minute, some times over, and then somebody is told.
MAKING, MOST_WAITS = timedelta(minutes=1), 5
# What left, is leaving just now, or may have left.
COUNTED = (ContactState.SENT, ContactState.DELIVERED, ContactState.RESERVED, ContactState.LOST)
# What an address is written is counted under its hash alone, anything else beside it.
MESSAGES = "messages"


@dataclass(frozen=True)
class Asked:
    """A contact at its hour, with all that its permission hangs on.

    `matter` has the card as what was said at its addresses leaves it; `card` is the one that is kept. `point` is
    where it goes, `heeded` what was said there as it was read, `sends` what went there of what the cap counts,
    None where no cap does.
    """

    creditor: Creditor
    matter: Matter
    contact: Contact
    card: Debtor
    point: ContactPoint | None
    heeded: Silence | None
    sends: Sends | None


def asked_about(
    creditor: Creditor,
    matter: Matter,
    contact: Contact,
    *,
    store: Store,
    hash_point: Callable[[str], str],
    policy: CountryPolicy,
    now: datetime,
) -> Asked:
    """Read what was said and sent where the contact goes: one read each, and more only where it is silent."""
    card = matter.debtor
    contact = replace(contact, channel=way_of(matter, contact))
    point, heeded = _point_of(contact, card, hash_point), None
    if point:
        heeded = store.silence(creditor.id, hash_point(point.value))
        if heeded.over(card.number):
            heard = {heeded.point: heeded}
            matter = replace(matter, debtor=_heeding(card, heard, store, hash_point))
            contact = replace(contact, channel=way_of(matter, contact))
            point = _point_of(contact, matter.debtor, hash_point)
            heeded = heard[hash_point(point.value)] if point else None
    sends, cap = None, policy.cap(contact.channel, contact.purpose, now)
    if point and cap:
        sends = store.sends(_cap_key(creditor, cap, hash_point(point.value)))
    return Asked(creditor, matter, contact, card, point, heeded, sends)


def _heeding(card: Debtor, heard: dict[str, Silence], store: Store, hash_point: Callable[[str], str]) -> Debtor:
    """The card with each of its addresses as what was said there leaves it: another way that is silent as well is
    no way."""
    for point in card.points:
        hashed = hash_point(point.value)
        if hashed not in heard:
            heard[hashed] = store.silence(card.creditor, hashed)
        card = heard[hashed].on(card, point)
    return card


def permission(asked: Asked, *, policy: CountryPolicy, now: datetime) -> Decision:
    """What the policy says to it now; what was just agreed waits for its document first."""
    matter, contact, known = asked.matter, asked.contact, asked.sends
    cap = policy.cap(contact.channel, contact.purpose, now)
    to = None
    if contact.to:
        to = asked.point.state if asked.point else PointState.DEAD
    situation = Situation(
        asked.creditor,
        matter.debtor,
        matter.claims[contact.claim],
        contact.purpose,
        contact.kind,
        contact.channel,
        _had(matter, contact, known, cap, policy, now) if known and cap else (),
        to,
        matter.offered_at(contact.claim),
    )
    return _document_first(matter, contact, policy, now) or policy.may_contact(situation, now)


def way_of(matter: Matter, contact: Contact) -> ChannelKind:
    """The channel it goes by; for what was agreed the one that is chosen now."""
    if contact.purpose is not Purpose.AGREED:
        return contact.channel
    return way_to(matter.debtor, otherwise=contact.channel, durable=announcing(matter, contact))


def leaves(creditor: Creditor) -> bool:
    """Whether this creditor's messages leave the house: not from the sandbox, not before a person's review."""
    return not creditor.sandbox and bool(creditor.reviewed_by and creditor.reviewed_on)


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


def _point_of(contact: Contact, card: Debtor, hash_point: Callable[[str], str]) -> ContactPoint | None:
    """The address it goes to: the one it was made for, or the first of its channel. A number may be in use by
    several."""
    if contact.to:
        same = [p for p in card.points if hash_point(p.value) == contact.to]
        return next((p for p in same if p.channel is contact.channel), next(iter(same), None))
    return card.point(contact.channel, answering=contact.purpose is Purpose.ANSWER)


def _document_first(matter: Matter, contact: Contact, policy: CountryPolicy, now: datetime) -> Wait | None:
    """What was just agreed is printed when the fact comes by, a moment later: until then its contact waits."""
    if contact.document is None or contact.document in matter.documents:
        return None
    wait = Wait(now + MAKING, "document_in_the_making", policy.rule)
    if sum(isinstance(d, Wait) and d.because == wait.because for d in contact.decisions) >= MOST_WAITS:
        raise Retry("its document was not made")
    return wait


def _cap_key(creditor: Creditor, cap: Cap, point: str) -> str:
    """Under which the sends to an address are counted; what never left counts only where it never left."""
    counted = point if cap.counter == MESSAGES else f"{cap.counter}/{point}"
    return counted if leaves(creditor) else f"sandbox/{creditor.id}/{counted}"

"""The addresses a debtor may be written to: written down, confirmed by a code, silenced and opened again."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from enum import StrEnum
from hmac import compare_digest
from zoneinfo import ZoneInfo

from ..domain.consent import Consent, ConsentPurpose
from ..domain.contact import Contact, ContactState, Purpose
from ..domain.errors import BrokenRule
from ..domain.facts import Fact, FactName
from ..domain.matter import Matter
from ..domain.parties import ChannelKind, ContactPoint, Creditor, Debtor, PointState
from ..domain.visit import Visit
from ..ports import Commit, Scheduler, Store
from .send_code import CodeSent, code_contact, last_code
from .write_change import write_change

TRIES = 5
MOST_POINTS = 6
PURPOSE = {ChannelKind.EMAIL: ConsentPurpose.EMAIL, ChannelKind.SMS: ConsentPurpose.SMS}


class Kept(StrEnum):
    """What became of an address."""

    CODE_SENT = "code_sent"
    CONFIRMED = "confirmed"
    WRONG_CODE = "wrong_code"
    ENOUGH = "enough"
    KNOWN = "known"
    STOPPED = "stopped"
    OPENED = "opened"


def add_point(
    visit: Visit,
    channel: ChannelKind,
    value: str,
    *,
    store: Store,
    scheduler: Scheduler,
    hash_point: Callable[[str], str],
    zone: ZoneInfo,
    now: datetime,
) -> Kept:
    """Write an address down and send it a code; nothing else goes there before the code comes back."""

    def decide(creditor: Creditor, matter: Matter) -> tuple[Kept, Commit | None]:
        debtor, claim = matter.debtor, matter.claims.get(visit.claim)
        if claim is None:
            raise BrokenRule("not_found")
        known = next((p for p in debtor.points if p.value.lower() == value.lower()), None)
        if known and known.state in (PointState.ACTIVE, PointState.OPTED_OUT):
            return Kept.KNOWN, None
        if known is None and len(debtor.points) >= MOST_POINTS:
            return Kept.ENOUGH, None
        point = ContactPoint(channel, known.value if known else value, PointState.UNCONFIRMED)
        contact = code_contact(matter, claim, point, hash_point(point.value), zone, now)
        if contact is CodeSent.JUST_SENT:
            return Kept.CODE_SENT, None
        if isinstance(contact, CodeSent):
            return Kept.ENOUGH, None
        others = tuple(p for p in debtor.points if p is not known)
        ids = (("claim", claim.id), ("contact", contact.id))
        fact = Fact(FactName.CONTACT_PLANNED, creditor.id, ids, now)
        card = replace(debtor, points=(*others, point))
        return Kept.CODE_SENT, Commit((fact,), debtor=card, contacts=(contact,))

    return write_change(visit.creditor, visit.debtor, decide, store=store, scheduler=scheduler, now=now)


def confirm_point(
    visit: Visit,
    code: str,
    *,
    words: str,
    store: Store,
    scheduler: Scheduler,
    hash_point: Callable[[str], str],
    code_of: Callable[[str], str],
    now: datetime,
) -> Kept:
    """The code came back from the address that waits for it: from now on it is one of the debtor's.

    After five codes that do not fit, the address is let go. `words` is the version of what was consented to.
    """

    def decide(creditor: Creditor, matter: Matter) -> tuple[Kept, Commit | None]:
        debtor = matter.debtor
        waiting = [p for p in debtor.points if p.state is PointState.UNCONFIRMED]
        if not waiting:
            return Kept.KNOWN, None
        given = "".join(c for c in code if c.isdigit()).encode()
        for point in waiting:
            sent = last_code(matter, hash_point(point.value), now)
            if sent and compare_digest(given, code_of(sent.id).encode()):
                return Kept.CONFIRMED, _confirmed(creditor, debtor, point, hash_point(point.value), words, now)
        tried = tuple(
            replace(p, tries=p.tries + 1) if p in waiting else p
            for p in debtor.points
            if p not in waiting or p.tries + 1 < TRIES
        )
        return Kept.WRONG_CODE, Commit((), debtor=replace(debtor, points=tried))

    return write_change(visit.creditor, visit.debtor, decide, store=store, scheduler=scheduler, now=now)


def _confirmed(
    creditor: Creditor, debtor: Debtor, point: ContactPoint, hashed: str, words: str, now: datetime
) -> Commit:
    about = (("debtor", debtor.number),)
    facts = (
        Fact(FactName.CONTACT_POINT_CONFIRMED, creditor.id, about, now),
        Fact(FactName.CONSENT_GIVEN, creditor.id, about, now),
    )
    active = replace(point, state=PointState.ACTIVE, tries=0)
    card = replace(
        debtor,
        # The newest address is the first to be written to.
        points=(active, *(p for p in debtor.points if p.value != point.value)),
        blocked=tuple(h for h in debtor.blocked if h != hashed),
        consents=(*debtor.consents, Consent(PURPOSE[point.channel], True, now, words)),
    )
    return Commit(facts, debtor=card)


def silence_point(
    visit: Visit,
    point: str,
    *,
    open_again: bool,
    words: str,
    store: Store,
    scheduler: Scheduler,
    hash_point: Callable[[str], str],
    now: datetime,
) -> Kept:
    """No more requests for money to this address, or again; `point` is its keyed hash, "" means all of them.

    The claim stays open, and receipts still come.
    """

    def decide(creditor: Creditor, matter: Matter) -> tuple[Kept, Commit | None]:
        debtor = matter.debtor
        wanted = PointState.ACTIVE if open_again else PointState.OPTED_OUT
        held = PointState.OPTED_OUT if open_again else PointState.ACTIVE
        meant = [p for p in debtor.points if p.state is held and point in ("", hash_point(p.value))]
        answer = Kept.OPENED if open_again else Kept.STOPPED
        if not meant:
            return answer, None
        points = tuple(replace(p, state=wanted) if p in meant else p for p in debtor.points)
        steps = tuple(Consent(PURPOSE[p.channel], open_again, now, words) for p in meant)
        card = replace(debtor, points=points, consents=(*debtor.consents, *steps))
        name = FactName.CONSENT_GIVEN if open_again else FactName.CONTACT_STOPPED
        fact = Fact(name, creditor.id, (("debtor", debtor.number),), now)
        return answer, Commit((fact,), debtor=card, contacts=_silenced(matter, card))

    return write_change(visit.creditor, visit.debtor, decide, store=store, scheduler=scheduler, now=now)


def _silenced(matter: Matter, card: Debtor) -> tuple[Contact, ...]:
    """Planned requests for money by a channel that has no open address left."""
    planned = (c for c in matter.contacts.values() if c.state is ContactState.PLANNED)
    return tuple(
        c.moved(ContactState.CANCELLED)
        for c in planned
        if c.purpose is Purpose.REMINDER and card.point(c.channel) is None
    )[:60]

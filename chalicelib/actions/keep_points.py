"""The addresses a debtor may be written to: written down, confirmed by a code, silenced and opened again."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import datetime
from enum import StrEnum
from hmac import compare_digest
from zoneinfo import ZoneInfo

from ..domain.consent import Consent
from ..domain.contact import UNASKED, Contact, ContactState
from ..domain.errors import BrokenRule
from ..domain.facts import Fact, FactName
from ..domain.matter import Matter
from ..domain.parties import ChannelKind, ContactPoint, Creditor, Debtor, PointState, purpose_of
from ..domain.pay_link import Scope
from ..domain.silence import Silence
from ..domain.visit import Visit
from ..ports import Commit, Scheduler, Store
from .fall_silent import news
from .keep_doors import doors_of
from .send_code import CodeSent, code_contact, last_code
from .write_change import write_change

TRIES = 5
MOST_POINTS = 6


class Kept(StrEnum):
    """What became of an address."""

    CODE_SENT = "code_sent"
    CONFIRMED = "confirmed"
    WRONG_CODE = "wrong_code"
    LET_GO = "let_go"
    """As many codes as may be tried did not fit: the address is forgotten again."""
    ENOUGH = "enough"
    FULL = "full"
    """As many addresses as one card holds are there."""
    BLOCKED = "blocked"
    """Whoever reads this address told us that it is not the debtor's."""
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
    """Write an address down and send it a code; nothing else goes there before the code comes back.

    One we write to already can be confirmed as well: then codes for the door may go there. One that turned out
    to be somebody else's gets nothing, not even a code (P18): a person sorts that out. Where that was said about
    another debtor, this one has to prove it, also if they had.
    """
    visit.require(Scope.ALL)

    def decide(creditor: Creditor, matter: Matter) -> tuple[Kept, Commit | None]:
        debtor, claim = matter.debtor, matter.claims.get(visit.claim)
        if claim is None:
            raise BrokenRule("not_found")
        known = next((p for p in debtor.points if p.value.lower() == value.lower()), None)
        if hash_point(value) in debtor.blocked:
            return Kept.BLOCKED, None
        said = store.silence(creditor.id, hash_point(value))
        ours = known and known.answers and said.over(debtor.number) is not PointState.WRONG_PERSON
        if known and ours and known.confirmed:
            return Kept.KNOWN, None
        if known and ours:
            point, points = known, tuple(replace(p, tries=0) if p is known else p for p in debtor.points)
        else:
            point = ContactPoint(channel, value, PointState.UNCONFIRMED)
            points = (*room_for_one(p for p in debtor.points if p is not known), point)
        if len(points) > MOST_POINTS:
            return Kept.FULL, None
        contact = code_contact(matter, claim, point, hash_point(point.value), zone, now)
        if contact is CodeSent.JUST_SENT:
            return Kept.CODE_SENT, None
        if isinstance(contact, CodeSent):
            return Kept.ENOUGH, None
        ids = (("claim", claim.id), ("contact", contact.id))
        fact = Fact(FactName.CONTACT_PLANNED, creditor.id, ids, now)
        card = replace(debtor, points=points)
        return Kept.CODE_SENT, Commit((fact,), debtor=card, contacts=(contact,))

    return write_change(visit.creditor, visit.debtor, decide, store=store, scheduler=scheduler, now=now)


def room_for_one(points: Iterable[ContactPoint]) -> tuple[ContactPoint, ...]:
    """These addresses without the oldest that is of no use, where there are too many for another."""
    kept = list(points)
    useless = next((p for p in kept if not p.answers), None)
    if len(kept) >= MOST_POINTS and useless:
        kept.remove(useless)
    return tuple(kept)


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

    After five codes that do not fit, a new address is let go, and one we wrote to before waits for a new code.
    `words` is the version of what was consented to.
    """
    visit.require(Scope.ALL)

    def decide(creditor: Creditor, matter: Matter) -> tuple[Kept, Commit | None]:
        debtor = matter.debtor
        codes = {p.value: last_code(matter, hash_point(p.value), now) for p in debtor.points}
        waiting = [p for p in debtor.points if _waits(p, codes[p.value])]
        if not waiting:
            return Kept.KNOWN, None
        for point in waiting:
            sent = codes[point.value]
            if sent and compare_digest(code.encode(), code_of(sent.id).encode()):
                there = store.silence(creditor.id, hash_point(point.value))
                return Kept.CONFIRMED, _confirmed(creditor, matter, point, there, words, store, now)
        tried = tuple(replace(p, tries=p.tries + 1) if p in waiting else p for p in debtor.points)
        left = tuple(p for p in tried if p.answers or p.tries < TRIES or p.state is not PointState.UNCONFIRMED)
        said = Kept.WRONG_CODE if any(p.tries < TRIES for p in tried if p.tries) else Kept.LET_GO
        return said, Commit((), debtor=replace(debtor, points=left))

    return write_change(visit.creditor, visit.debtor, decide, store=store, scheduler=scheduler, now=now)


def _waits(point: ContactPoint, sent: Contact | None) -> bool:
    """Whether a code may still come back from this address."""
    if point.state is PointState.UNCONFIRMED:
        return True
    return point.answers and not point.confirmed and sent is not None and point.tries < TRIES


def _confirmed(
    creditor: Creditor,
    matter: Matter,
    point: ContactPoint,
    said: Silence,
    words: str,
    store: Store,
    now: datetime,
) -> Commit:
    debtor = matter.debtor
    about = (("debtor", debtor.number),)
    facts = (
        Fact(FactName.CONTACT_POINT_CONFIRMED, creditor.id, about, now),
        Fact(FactName.CONSENT_GIVEN, creditor.id, about, now),
    )
    active = replace(point, state=PointState.ACTIVE, tries=0, confirmed=True)
    card = replace(
        debtor,
        # The newest address is the first to be written to.
        points=(active, *(p for p in debtor.points if p.value != point.value)),
        consents=(*debtor.consents, Consent(purpose_of(point.channel), True, now, words)),
    )
    doors = doors_of(card, matter, store)
    return Commit(facts, debtor=card, links=doors, silences=news(said, said.prove(debtor.number)))


def silence_point(
    visit: Visit,
    point: str | None,
    *,
    open_again: bool,
    words: str,
    store: Store,
    scheduler: Scheduler,
    hash_point: Callable[[str], str],
    now: datetime,
) -> Kept:
    """No more requests for money to this address, or again; `point` is its keyed hash, None: all of them.

    The claim stays open, and receipts still come. A stop holds for whoever of the creditor's debtors has the
    address; opened again it is for all where this debtor has confirmed it, else only their own stop is over.
    """
    visit.require(Scope.ALL)

    def decide(creditor: Creditor, matter: Matter) -> tuple[Kept, Commit | None]:
        debtor = matter.debtor
        wanted = PointState.ACTIVE if open_again else PointState.OPTED_OUT
        held = PointState.OPTED_OUT if open_again else PointState.ACTIVE
        meant = [p for p in debtor.points if p.state is held and point in (None, hash_point(p.value))]
        answer = Kept.OPENED if open_again else Kept.STOPPED
        if not meant:
            return answer, None
        points = tuple(replace(p, state=wanted) if p in meant else p for p in debtor.points)
        steps = tuple(Consent(purpose_of(p.channel), open_again, now, words) for p in meant)
        card = replace(debtor, points=points, consents=(*debtor.consents, *steps))
        name = FactName.CONSENT_GIVEN if open_again else FactName.CONTACT_STOPPED
        fact = Fact(name, creditor.id, (("debtor", debtor.number),), now)
        silences = tuple(
            said
            for value, p in {hash_point(p.value): p for p in meant}.items()
            for said in _said(store.silence(creditor.id, value), p, debtor.number, open_again, now)
        )
        return answer, Commit((fact,), debtor=card, contacts=_silenced(matter, card), silences=silences)

    return write_change(visit.creditor, visit.debtor, decide, store=store, scheduler=scheduler, now=now)


def _said(
    before: Silence, point: ContactPoint, debtor: str, open_again: bool, now: datetime
) -> tuple[Silence, ...]:
    if not open_again:
        return news(before, before.stop(debtor, now))
    return news(before, before.start(now) if point.confirmed else before.take_back(debtor))


def _silenced(matter: Matter, card: Debtor) -> tuple[Contact, ...]:
    """What nobody asked for and is planned by a channel that has no open address left."""
    planned = (c for c in matter.contacts.values() if c.state is ContactState.PLANNED)
    return tuple(
        c.called_off("opted_out") for c in planned if c.purpose in UNASKED and card.point(c.channel) is None
    )[:60]

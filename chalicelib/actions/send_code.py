"""Send a code that is used once: to open the door, or to show that an address is read by who wrote it down."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from ..domain.claim import Claim
from ..domain.contact import Contact, ContactState, MessageKind
from ..domain.errors import BrokenRule
from ..domain.facts import Fact, FactName
from ..domain.matter import Matter
from ..domain.parties import ContactPoint, Creditor, Factor, PointState
from ..domain.pay_link import PayLink
from ..ports import Commit, Scheduler, Store
from .plan_contact import plan_answer
from .write_change import write_change

GOOD_FOR = timedelta(minutes=15)
BETWEEN = timedelta(minutes=1)
MOST_A_DAY = 5
# Over all addresses: whoever writes down one stranger's after the other reaches only so many (and what a text
# message costs is bounded).
MOST_IN_ALL = 10


class CodeSent(StrEnum):
    """What became of the wish for a code."""

    SENT = "sent"
    JUST_SENT = "just_sent"
    """The last one left less than a minute ago: that one counts."""
    ENOUGH = "enough"
    """As many as a day allows went out."""
    NO_WAY = "no_way"
    """No address is left that a code may go to."""


def code_contact(
    matter: Matter,
    claim: Claim,
    point: ContactPoint,
    to: str,
    zone: ZoneInfo,
    now: datetime,
    *,
    waits: bool = True,
) -> Contact | CodeSent:
    """The answer that carries a code to `point`, whose keyed hash is `to`.

    So many a day whoever asks, for the door or for the address itself; within a minute the last one counts,
    where it is waited for (`waits`).
    """
    today = now.astimezone(zone).date()
    codes = (c for c in matter.contacts.values() if c.kind is MessageKind.CODE)
    in_all = [c for c in codes if c.planned_at.astimezone(zone).date() == today]
    sent = sorted((c for c in in_all if c.to == to), key=lambda c: c.planned_at)
    if waits and sent and now - sent[-1].planned_at < BETWEEN and sent[-1].state is not ContactState.FAILED:
        return CodeSent.JUST_SENT
    if len(sent) >= MOST_A_DAY or len(in_all) >= MOST_IN_ALL:
        return CodeSent.ENOUGH
    # An address that is not confirmed yet is none of the ways we know: the answer is made for it alone.
    card = replace(matter.debtor, points=(replace(point, state=PointState.ACTIVE),))
    what = f"{to}/{today.isoformat()}/{len(sent)}"
    contact = plan_answer(card, claim, MessageKind.CODE, what=what, now=now)
    if contact is None:
        raise BrokenRule("not_found")
    return replace(contact, to=to)


def send_door_code(
    link: PayLink,
    *,
    store: Store,
    scheduler: Scheduler,
    hash_point: Callable[[str], str],
    zone: ZoneInfo,
    now: datetime,
) -> CodeSent:
    """A code for this door goes to the debtor's own address; the last one sent is the one that fits."""

    def decide(creditor: Creditor, matter: Matter) -> tuple[CodeSent, Commit | None]:
        fresh = store.link(link.id)
        if fresh is None or link.claim not in matter.claims:
            raise BrokenRule("not_found")
        if fresh.rests_at(now) or Factor.CODE not in fresh.factors:
            return CodeSent.ENOUGH, None
        point = matter.debtor.code_point()
        if point is None:
            return CodeSent.NO_WAY, None
        claim, to = matter.claims[link.claim], hash_point(point.value)
        latest = next(reversed(_codes(matter, to)), None)
        # One that went out for another door, or was used, opens nothing here.
        waits = latest is not None and latest.id == fresh.code
        contact = code_contact(matter, claim, point, to, zone, now, waits=waits)
        if isinstance(contact, CodeSent):
            return contact, None
        ids = (("claim", link.claim), ("contact", contact.id))
        fact = Fact(FactName.CONTACT_PLANNED, creditor.id, ids, now)
        waiting = replace(fresh, code=contact.id, code_until=now + GOOD_FOR)
        return CodeSent.SENT, Commit((fact,), contacts=(contact,), links=(waiting,))

    return write_change(link.creditor, link.debtor, decide, store=store, scheduler=scheduler, now=now)


def last_code(matter: Matter, to: str, now: datetime) -> Contact | None:
    """The contact that brought the code an address waits for, while it is good."""
    latest = next(reversed(_codes(matter, to)), None)
    return latest if latest and now < latest.planned_at + GOOD_FOR else None


def _codes(matter: Matter, to: str) -> list[Contact]:
    """The contacts that brought codes to this address, the latest last."""
    sent = (c for c in matter.contacts.values() if c.kind is MessageKind.CODE and c.to == to)
    return sorted(sent, key=lambda c: c.planned_at)

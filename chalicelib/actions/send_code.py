"""Send a code that is used once: to open the door, or to show that an address is read by who wrote it down."""

from dataclasses import replace
from datetime import datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from ..domain.claim import Claim
from ..domain.contact import Contact, ContactState, MessageKind
from ..domain.errors import BrokenRule
from ..domain.facts import Fact, FactName
from ..domain.matter import Matter
from ..domain.parties import ContactPoint, Creditor, PointState
from ..domain.pay_link import PayLink
from ..ports import Commit, Scheduler, Store
from .plan_contact import plan_answer
from .write_change import write_change

GOOD_FOR = timedelta(minutes=15)
BETWEEN = timedelta(minutes=1)
MOST_A_DAY = 5


class CodeSent(StrEnum):
    """What became of the wish for a code; the page says the same for all but the last."""

    SENT = "sent"
    JUST_SENT = "just_sent"
    """The last one left less than a minute ago: that one counts."""
    ENOUGH = "enough"
    """As many as a day allows went out."""


def code_contact(
    matter: Matter, claim: Claim, point: ContactPoint | None, to: str | None, zone: ZoneInfo, now: datetime
) -> Contact | CodeSent:
    """The answer that carries a code, to `point` (whose keyed hash is `to`) or to the first address there is."""
    today = now.astimezone(zone).date()
    sent = sorted(
        (
            c
            for c in matter.contacts.values()
            if c.kind is MessageKind.CODE and c.to == to and c.planned_at.astimezone(zone).date() == today
        ),
        key=lambda c: c.planned_at,
    )
    if sent and now - sent[-1].planned_at < BETWEEN and sent[-1].state is not ContactState.FAILED:
        return CodeSent.JUST_SENT
    if len(sent) >= MOST_A_DAY:
        return CodeSent.ENOUGH
    what = f"{to or 'door'}/{today.isoformat()}/{len(sent)}"
    # An address that is not confirmed yet is none of the ways we know: the answer is made for it alone.
    card = replace(matter.debtor, points=(replace(point, state=PointState.ACTIVE),)) if point else matter.debtor
    contact = plan_answer(card, claim, MessageKind.CODE, what=what, now=now)
    if contact is None:
        raise BrokenRule("not_found")
    return replace(contact, to=to)


def send_door_code(
    link: PayLink, *, store: Store, scheduler: Scheduler, zone: ZoneInfo, now: datetime
) -> CodeSent:
    """A code for this door goes to the known contact point; the last one sent is the one that fits."""

    def decide(creditor: Creditor, matter: Matter) -> tuple[CodeSent, Commit | None]:
        fresh = store.link(link.id)
        if fresh is None or link.claim not in matter.claims:
            raise BrokenRule("not_found")
        if fresh.rests_at(now):
            return CodeSent.ENOUGH, None
        contact = code_contact(matter, matter.claims[link.claim], None, None, zone, now)
        if isinstance(contact, CodeSent):
            return contact, None
        ids = (("claim", link.claim), ("contact", contact.id))
        fact = Fact(FactName.CONTACT_PLANNED, creditor.id, ids, now)
        waiting = replace(fresh, code=contact.id, code_until=now + GOOD_FOR)
        return CodeSent.SENT, Commit((fact,), contacts=(contact,), links=(waiting,))

    return write_change(link.creditor, link.debtor, decide, store=store, scheduler=scheduler, now=now)


def last_code(matter: Matter, to: str, now: datetime) -> Contact | None:
    """The contact that brought the code an address waits for, while it is good."""
    sent = [c for c in matter.contacts.values() if c.kind is MessageKind.CODE and c.to == to]
    latest = max(sent, key=lambda c: c.planned_at, default=None)
    return latest if latest and now < latest.planned_at + GOOD_FOR else None

"""Link a sender: a debtor goes on by a channel that writes to nobody first, with a code from their own page."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from enum import StrEnum

from ..domain.channel import ANSWERS_ONLY
from ..domain.consent import Consent
from ..domain.contact import ContactState, Introduced, MessageKind, Reached
from ..domain.errors import BrokenRule
from ..domain.facts import Fact, FactName
from ..domain.matter import Matter
from ..domain.parties import ChannelKind, ContactPoint, Creditor, PointState, purpose_of
from ..domain.pay_link import LinkPurpose, LinkState, PayLink, Scope, sender_id
from ..domain.visit import Visit
from ..ports import Commit, Scheduler, Store
from .close_task import contact_facts
from .fall_silent import news
from .keep_points import MOST_POINTS, room_for_one
from .plan_contact import plan_answer
from .take_reply import Ear
from .write_change import write_change

LASTS = timedelta(minutes=30)
# What the first answer there says.
HERE = "here"


class Linked(StrEnum):
    """What became of a sender who brought a code along."""

    LINKED = "linked"
    KNOWN = "known"
    STRANGE = "strange"
    """No such code, or its time is over: nobody knows who writes."""
    BLOCKED = "blocked"
    """Whoever writes from there told us that they are not the debtor."""
    FULL = "full"


def offer_channel(
    visit: Visit,
    channel: ChannelKind,
    *,
    words: str,
    new_token: Callable[[], str],
    store: Store,
    scheduler: Scheduler,
    now: datetime,
) -> str:
    """A code that says for half an hour, once, that whoever brings it to the creditor by `channel` is this debtor.

    It is the debtor's own to ask for; it is shown once, and only its hash is kept. `words` is the version of what
    is consented to by going on there.
    """
    visit.require(Scope.ALL)
    code = new_token()

    def decide(creditor: Creditor, matter: Matter) -> tuple[str, Commit | None]:
        if creditor.channel(channel) is None or channel not in ANSWERS_ONLY:
            raise BrokenRule("channel_off")
        if visit.claim not in matter.claims or _had_its_time(matter):
            raise BrokenRule("not_found")
        link = PayLink(
            id=sender_id(code),
            creditor=creditor.id,
            debtor=visit.debtor,
            claim=visit.claim,
            # Nothing of a door's: which words were read, and for which channel, stand with it.
            contact=f"{channel.value} {words}",
            issued_at=now,
            expires_at=now + LASTS,
            factors=(),
            scope=Scope.SEE,
            purpose=LinkPurpose.SENDER,
        )
        return code, Commit((), links=(link,))

    return write_change(visit.creditor, visit.debtor, decide, store=store, scheduler=scheduler, now=now)


def link_sender(found: Introduced, *, ear: Ear, now: datetime) -> Linked:
    """From now on this address is one of the debtor's whose code came from there: what is written there is theirs,
    and answered there; the first answer says so.

    A code counts once. What comes twice is done once; a code that is used, over, of another creditor or channel,
    or that came to an address of somebody else's, changes nothing; nor does one that is brought after the night
    took its debtor's addresses off the card.
    """
    store, hashed = ear.store, ear.hash_point(found.sender)
    held = _held(found, ear)
    if held is None:
        return Linked.STRANGE

    def decide(creditor: Creditor, matter: Matter) -> tuple[Linked, Commit | None]:
        debtor, code = matter.debtor, store.link(held.id)
        own = next((p for p in debtor.points if p.channel is found.channel and p.value == found.sender), None)
        if code is None or code.state is not LinkState.ACTIVE or code.expired_at(now):
            return (_told_again(matter, hashed, ear.scheduler, now) if own else Linked.STRANGE), None
        if _had_its_time(matter) or code.claim not in matter.claims:
            return Linked.STRANGE, None
        if hashed in debtor.blocked:
            return Linked.BLOCKED, None
        point = ContactPoint(found.channel, found.sender, PointState.ACTIVE, confirmed=True)
        points = (point, *room_for_one(p for p in debtor.points if p is not own))
        if len(points) > MOST_POINTS:
            return Linked.FULL, None
        words = code.contact.partition(" ")[2]
        step = Consent(purpose_of(found.channel), True, now, words)
        card = replace(debtor, points=points, consents=(*debtor.consents, step))
        answer = plan_answer(
            card,
            matter.claims[code.claim],
            MessageKind.REPLY,
            what=f"{HERE}/{code.id}/{hashed}",
            now=now,
            by=found.channel,
        )
        assert answer  # they have this address
        answer = replace(answer, about=HERE, to=hashed)
        said, about = store.silence(creditor.id, hashed), (("debtor", debtor.number),)
        return Linked.LINKED, Commit(
            (
                Fact(FactName.CONTACT_POINT_CONFIRMED, creditor.id, about, now),
                Fact(FactName.CONSENT_GIVEN, creditor.id, about, now),
                *contact_facts((answer,), now),
            ),
            debtor=card,
            contacts=(answer,),
            links=(replace(code, state=LinkState.DISOWNED),),
            silences=news(said, said.prove(debtor.number)),
            # Whoever writes before that answer has left is found.
            reached=Reached(hashed, found.channel, creditor.id, debtor.number, answer.id),
        )

    try:
        return write_change(held.creditor, held.debtor, decide, store=store, scheduler=ear.scheduler, now=now)
    except BrokenRule:
        return Linked.STRANGE


def _had_its_time(matter: Matter) -> bool:
    """Whether the night took their addresses: no new one is kept then."""
    return bool(matter.debtor.erased_at or matter.debtor.restricted_at)


def _held(found: Introduced, ear: Ear) -> PayLink | None:
    """The code as it was given out: by this creditor, for this channel, to be brought to an address of its own."""
    link = ear.store.link(sender_id(found.code))
    if link is None or link.purpose is not LinkPurpose.SENDER or link.creditor != found.creditor:
        return None
    creditor = ear.store.fresh_creditor(found.creditor)
    theirs = link.contact.partition(" ")[0] == found.channel.value
    return link if creditor and theirs and ear.hears(creditor, found.channel, found.to) else None


def _told_again(matter: Matter, hashed: str, scheduler: Scheduler, now: datetime) -> Linked:
    """After a crash between the commit and its answer's schedule: it gets its schedule now."""
    for contact in matter.contacts.values():
        if contact.state is ContactState.PLANNED and (contact.about, contact.to) == (HERE, hashed):
            scheduler.at(contact, now)
    return Linked.KNOWN

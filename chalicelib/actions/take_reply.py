"""Take what somebody wrote back: kept word for word, placed with the message it answers, and acted on by rule."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from ..domain.contact import Contact, ContactState, MessageKind, Reached, Reply
from ..domain.conversation import LONGEST, Speaker, Utterance
from ..domain.errors import AlreadyDone, BrokenRule, Retry
from ..domain.facts import Fact, FactName
from ..domain.matter import Matter
from ..domain.parties import ChannelKind, ContactPoint, Creditor
from ..domain.policies._country import CountryPolicy
from ..domain.reply_words import Heard, Said, Vocabulary, fresh, heard
from ..domain.signal import LEFT
from ..domain.silence import Silence
from ..ports import Commit, Scheduler, Store
from .answer_reply import Became, Written, answered
from .converse import Guide, said_by
from .write_change import write_change

# No creditor's file may have this id.
NOBODY = "-"
# A message whose sender has not heard from its provider yet: its contact is not written to by anybody else.
LEAVING = timedelta(minutes=2)
# What is said of an address holds for whoever of the creditor's debtors has it.
ABOUT_THE_ADDRESS = (Said.STOP, Said.START, Said.WRONG_NUMBER)
# What a reply is answered with.
AT_ONCE = (MessageKind.REPLY, MessageKind.NOTED, MessageKind.ANSWER)
# What is kept of it with those who did not write it.
WORDS: dict[Said | None, str] = {Said.STOP: "STOP", Said.START: "START"}


@dataclass(frozen=True)
class Ear:
    """What hearing somebody needs, bound once. `hears` says whether an address of ours, by its channel, is that
    creditor's; `known` are the words of all languages, `guide` is the dialogue, None: a person answers what no
    word says."""

    store: Store
    scheduler: Scheduler
    policies: Mapping[str, CountryPolicy]
    hash_point: Callable[[str], str]
    hears: Callable[[Creditor, ChannelKind, str], bool]
    known: Vocabulary
    guide: Guide | None = None


def take_reply(reply: Reply, *, ear: Ear, now: datetime) -> Became:
    """Keep the reply once, and do what its words plainly ask; anything else becomes a Task.

    It belongs to the message that its provider says it answers, else to the one debtor of that creditor who was
    written to at this address, about what was written last. A stop holds for everybody who was, a start for all of
    that one creditor's; where a stop came to an address that none of their creditors has for its own (one of a
    pool), for all of them. What fits nobody is kept for 90 days and done nothing about. Raises Retry while its
    message is just leaving.
    """
    reply = _as_addressed(reply, ear)
    found, owner = heard(reply.text, ear.known), _answered(reply, ear)
    if found.said is Said.STOP or found.said is Said.START:
        heard_by = _by_sender(reply, owner, ear)
        if found.said is Said.STOP and not owner and not heard_by:
            return _stopped_anywhere(reply, found, ear, now)
        became = _for_all(reply, found, owner, heard_by, ear, now)
    else:
        places = [owner] if owner else _by_sender(reply, None, ear)
        became = [_taken(reply, places[0], found, ear, now)] if len(places) == 1 else []
    if placed := [one for one in became if one is not Became.UNPLACED]:
        return placed[0]
    return _unplaced(reply, owner, ear, now)


def _as_addressed(reply: Reply, ear: Ear) -> Reply:
    """The reply as nobody's where it came in at a creditor's door for an address that is not that creditor's:
    whose it is cannot be proven there."""
    creditor = ear.store.fresh_creditor(reply.creditor) if reply.creditor else None
    theirs = creditor is None or ear.hears(creditor, reply.channel, reply.to)
    return reply if theirs else replace(reply, creditor=NOBODY)


def _stopped_anywhere(reply: Reply, found: Heard, ear: Ear, now: datetime) -> Became:
    """A stop to an address of ours that is nobody's: everybody who wrote to its sender by this channel is silent.

    Nothing but the stop is kept with them; whoever wrote more is looked for by a person.
    """
    stop, alone = reply if found.alone else replace(reply, text=WORDS[Said.STOP]), Heard(Said.STOP, alone=True)
    became = _for_all(stop, alone, None, [place for place, _ in _reached(reply, ear)], ear, now)
    done = [one for one in became if one is not Became.UNPLACED]
    return done[0] if done and found.alone else _unplaced(reply, None, ear, now)


def _for_all(
    reply: Reply, found: Heard, owner: Reached | None, others: list[Reached], ear: Ear, now: datetime
) -> list[Became]:
    """What became of a stop, or a start, with each debtor who was written to at this address; each creditor says
    once that it was heard.

    Where it is known who wrote it, what else they wrote is not kept with the others.
    """
    became, told = list[Became](), set[str]()
    for place in _meant(found, owner, others):
        said, read = reply, found
        if owner and place is not owner:
            said, read = replace(reply, text=WORDS[found.said]), Heard(found.said, alone=True)
        became.append(_taken(said, place, read, ear, now, tell=place.creditor not in told))
        if became[-1] is not Became.UNPLACED:
            told.add(place.creditor)
    return became


def _meant(found: Heard, owner: Reached | None, others: list[Reached]) -> list[Reached]:
    """For whom it was said. A no is taken by every creditor that hears it; a yes is given to one, or to none where
    nobody can say to which."""
    places = [*([owner] if owner else ()), *others]
    if found.said is Said.STOP:
        return places
    creditors = {owner.creditor} if owner else {place.creditor for place in places}
    return [place for place in places if creditors == {place.creditor}]


def _answered(reply: Reply, ear: Ear) -> Reached | None:
    """Whose message it answers, as its provider says."""
    owner = ear.store.contact_of_receipt(reply.answers) if reply.answers else None
    return Reached("", reply.channel, *owner) if owner and reply.creditor in ("", owner[0]) else None


def _by_sender(reply: Reply, owner: Reached | None, ear: Ear) -> list[Reached]:
    """Each debtor but the `owner` who was written to at the sender's address, by a creditor that hears at the one
    it came to."""
    found = []
    for place, creditor in _reached(reply, ear):
        if owner and (owner.creditor, owner.debtor) == (place.creditor, place.debtor):
            continue
        if ear.hears(creditor, reply.channel, reply.to) or (owner and owner.creditor == place.creditor):
            found.append(place)
    return found


def _reached(reply: Reply, ear: Ear) -> list[tuple[Reached, Creditor]]:
    """Each debtor who was written to at the sender's address by this channel in 90 days, with the creditor."""
    if not (reply.proven and reply.sender):
        return []
    found = []
    for place in ear.store.reached(ear.hash_point(reply.sender), reply.channel):
        # As it is now: a stop that comes to an address of this morning is not put aside by settings of last night.
        creditor = ear.store.fresh_creditor(place.creditor)
        if creditor and reply.creditor in ("", creditor.id):
            found.append((place, creditor))
    return found


def _unplaced(reply: Reply, owner: Reached | None, ear: Ear, now: datetime) -> Became:
    """Kept by itself, with the creditor where that much is known: a person has to look."""
    creditors = {place.creditor for place in ([owner] if owner else _by_sender(reply, None, ear))}
    creditor = reply.creditor or (creditors.pop() if len(creditors) == 1 else NOBODY)
    kept = replace(reply, creditor=creditor)
    try:
        ear.store.commit(creditor, Commit((_fact(kept, now),), reply=kept))
    except AlreadyDone:
        return Became.KNOWN
    return Became.UNPLACED


def _taken(reply: Reply, place: Reached, found: Heard, ear: Ear, now: datetime, *, tell: bool = True) -> Became:
    def decide(creditor: Creditor, matter: Matter) -> tuple[Became, Commit | None]:
        contact = matter.contacts.get(place.contact)
        if contact is None or matter.debtor.erased_at:
            raise BrokenRule("not_found")
        kept = replace(reply, creditor=creditor.id, debtor=place.debtor, contact=contact.id)
        if _taken_before(kept, matter, ear):
            _schedule_again(matter, ear.scheduler, now)
            return Became.KNOWN, None
        if _is_leaving(contact, now):
            raise Retry("its message is just leaving")
        point = _point(reply, contact, matter, ear)
        policy = ear.policies[creditor.country]
        asked = (kept, found, contact, matter, point)
        said = _said_there(point, kept, ear) if found.said in ABOUT_THE_ADDRESS else None
        words = _words(kept, contact, creditor, matter, ear)
        written = answered(
            *asked,
            policy=policy,
            hash_point=ear.hash_point,
            said=said,
            now=now,
            words=words,
            talk=ear.store.talk(creditor.id, place.debtor),
            guide=ear.guide,
            tell=tell,
        )
        return written.became, _commit(kept, words, written, contact, ear.store, now)

    try:
        return write_change(
            place.creditor, place.debtor, decide, store=ear.store, scheduler=ear.scheduler, now=now
        )
    except BrokenRule:
        return Became.UNPLACED


def _words(reply: Reply, contact: Contact, creditor: Creditor, matter: Matter, ear: Ear) -> Utterance:
    """The reply as a part of the one conversation with its debtor; without the mail it answers."""
    debtor, claim = matter.debtor, matter.claims[contact.claim]
    spoken = ear.guide.language_of(debtor, creditor) if ear.guide else debtor.language or ""
    text = fresh(reply.text)[:LONGEST]
    return said_by(
        Speaker.DEBTOR, claim, text, reply.at, spoken, name=reply.id, channel=reply.channel, reply=reply.id
    )


def _commit(
    reply: Reply, words: Utterance, written: Written, contact: Contact, store: Store, now: datetime
) -> Commit:
    """What is done with the reply that is the reason for it, and with the message it answers."""
    done = written.commit
    if written.disowned and contact.link and (link := store.link(contact.link)):
        done = replace(done, links=written.disowned(link))
    first = contact.state in LEFT and contact.replied_at is None
    replied = (replace(contact, replied_at=reply.at),) if first else ()
    return replace(
        done,
        facts=(_fact(reply, now), *done.facts),
        contacts=(*replied, *done.contacts),
        said=(words, *done.said),
        reply=reply,
    )


def _point(reply: Reply, contact: Contact, matter: Matter, ear: Ear) -> ContactPoint | None:
    """The debtor's address that the sender has; else the one the answered message went to."""
    same = [p for p in matter.debtor.points if p.value.lower() == reply.sender.lower()]
    mine = next((p for p in same if p.channel is reply.channel), next(iter(same), None))
    if mine or not contact.link:
        return mine
    link = ear.store.link(contact.link)
    return next((p for p in matter.debtor.points if link and ear.hash_point(p.value) == link.point), None)


def _said_there(point: ContactPoint | None, reply: Reply, ear: Ear) -> Silence | None:
    """What was said before at the debtor's address it came from; at the sender's, where they have it no more."""
    value = point.value if point else reply.sender if reply.proven else ""
    return ear.store.silence(reply.creditor, ear.hash_point(value)) if value else None


def _is_leaving(contact: Contact, now: datetime) -> bool:
    reserved = contact.state is ContactState.RESERVED and contact.reserved_at
    return bool(reserved and now - reserved < LEAVING)


def _taken_before(reply: Reply, matter: Matter, ear: Ear) -> bool:
    """Whether it was kept already: perhaps with the message before, which was the last one then."""
    told = (c.id for c in matter.contacts.values() if c.replied_at or c.state is ContactState.LOST)
    return any(ear.store.reply(reply.creditor, reply.id, name) for name in {reply.contact, *told})


def _schedule_again(matter: Matter, scheduler: Scheduler, now: datetime) -> None:
    """After a crash between the commit and its answer's schedule: it gets its schedule now."""
    for contact in matter.contacts.values():
        if contact.state is ContactState.PLANNED and contact.kind in AT_ONCE:
            scheduler.at(contact, now)


def _fact(reply: Reply, now: datetime) -> Fact:
    about = (("reply", reply.id), *((("contact", reply.contact),) if reply.contact else ()))
    return Fact(FactName.REPLY_RECEIVED, reply.creditor, about, now)

"""What a reply asks for, decided: done at once, answered with the page for it, or put before a person."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from ..domain.centre import is_there
from ..domain.claim import ClaimState
from ..domain.consent import Consent
from ..domain.contact import Contact, MessageKind, Reply
from ..domain.conversation import Learnt, Utterance
from ..domain.dialogue import asked
from ..domain.facts import Fact, FactName
from ..domain.matter import Matter
from ..domain.parties import ContactPoint, PointState, purpose_of
from ..domain.pay_link import LinkState, PayLink
from ..domain.policies._country import CountryPolicy
from ..domain.reply_numbers import chosen, offered
from ..domain.reply_words import Heard, Said
from ..domain.silence import Silence
from ..domain.task import Task, TaskKind
from ..ports import Commit
from .close_task import contact_facts
from .converse import (
    MOST_WORDS,
    Guide,
    Talk,
    added,
    after_answer,
    answer_of,
    is_asked,
    learnt_of,
    next_turn,
    stands_after,
    told_to_person,
    waiting_for,
    with_person,
)
from .fall_silent import disowned, in_state, news, stopped
from .open_task import noted, open_task
from .plan_contact import plan_answer
from .speak import spoken

# The page each word is answered with.
PAGES = {
    Said.PAID: "sent",
    Said.NOT_MINE: "wrong",
    Said.CALL: "talk",
    Said.HELP: "talk",
    Said.LATER: "later",
    Said.INSTALMENTS: "plan",
}


class Became(StrEnum):
    """What became of a reply."""

    DONE = "done"
    ANSWERED = "answered"
    """The page for it is on its way."""
    ASKED = "asked"
    """A person reads it."""
    KNOWN = "known"
    UNPLACED = "unplaced"


@dataclass(frozen=True)
class Written:
    """What is to be written of it. `disowned` gives the answered message's link as it is from now on."""

    became: Became
    commit: Commit
    disowned: Callable[[PayLink], tuple[PayLink, ...]] | None = None


@dataclass(frozen=True)
class _Case:
    """One reply with all that is decided from."""

    reply: Reply
    heard: Heard
    contact: Contact
    matter: Matter
    point: ContactPoint | None
    policy: CountryPolicy
    hash_point: Callable[[str], str]
    said: Silence | None
    now: datetime
    tell: bool
    words: Utterance
    talk: Talk
    guide: Guide | None

    @property
    def heard_whole(self) -> bool:
        """Whether all of it is words: an empty one was a picture or a voice, and a person looks at it."""
        return bool(self.words.words.strip()) and len(self.words.words) <= MOST_WORDS

    @property
    def theirs(self) -> bool:
        """Whoever wrote has the address that is spoken of, and nobody could have written it in."""
        point = self.point
        return bool(point and self.reply.proven and point.value.lower() == self.reply.sender.lower())


def answered(
    reply: Reply,
    found: Heard,
    contact: Contact,
    matter: Matter,
    point: ContactPoint | None,
    *,
    policy: CountryPolicy,
    hash_point: Callable[[str], str],
    said: Silence | None,
    now: datetime,
    words: Utterance,
    talk: Talk = (None, ()),
    guide: Guide | None = None,
    tell: bool = True,
) -> Written:
    """What this reply to `contact` changes; `point` is the debtor's address it came from, or that was written to.
    `said` is what was said at that address before, None where nobody knows it; `tell`: it is confirmed where it
    came from. `words` are the reply as a part of the conversation that stands as `talk`; the dialogue that `guide`
    declares answers what no listed word says, and what it cannot answer is for a person.

    A word does only what the page of the same name lets anybody do who has the link; for money, days and claims
    it brings the page itself. What is not plain, or cannot be answered where it came from, is a Task.
    """
    case = _Case(reply, found, contact, matter, point, policy, hash_point, said, now, tell, words, talk, guide)
    if found.said is Said.STOP:
        return _stop(case)
    if found.said is Said.START and case.theirs:
        return _start(case)
    if found.said is Said.WRONG_NUMBER and case.theirs:
        return _wrong_number(case)
    word = found.said or _number(case)
    if word in PAGES and (page := _page(case, PAGES[word])):
        return page
    return _turn(case) or _task(case)


def _turn(case: _Case) -> Written | None:
    """What the dialogue asks, or the page it offers, to where the words came from; None: a person answers.

    It speaks only to whoever has the address, and nobody else's words are taken for theirs.
    """
    claim, (held, _) = case.matter.claims[case.contact.claim], case.talk
    if case.guide is None or not case.theirs or not case.heard_whole:
        return None
    turn = next_turn(case.matter, case.talk, claim, case.words, case.guide)
    if turn is None or turn.hands_over:
        return None
    if turn.thanked:
        # Every message costs them a look: thanks are kept, and not answered.
        return Written(Became.DONE, Commit(()))
    answer = answer_of(turn, claim, case.words, case.guide, case.now)
    to = case.hash_point(case.reply.sender)
    letter = spoken(case.matter, claim, answer, case.now, case.reply.channel, to)
    if letter is None or letter.channel is not case.reply.channel:
        return None
    stands, tasks = stands_after(case.matter, held, claim, turn, case.reply.text[:MOST_WORDS], case.now)
    commit = Commit(
        contact_facts((letter,), case.now),
        contacts=(letter,),
        tasks=tasks,
        said=(replace(answer, contact=letter.id),),
        conversation=stands,
    )
    return Written(Became.ANSWERED, commit)


def _number(case: _Case) -> Said | None:
    """What a number says to a message of ours that offered it to whoever writes; nothing where none did, or where
    the dialogue has asked them something there since that a number answers."""
    held, _ = case.talk
    question = asked(case.guide.topics, held.topic, held.step) if case.guide and held else None
    if question and question.choices and is_asked(case.matter, case.talk, case.words):
        return None
    to = case.hash_point(case.reply.sender)
    said = chosen(case.reply.text) if case.reply.proven and case.reply.sender else None
    there = offered(case.matter, case.contact.claim, case.reply.channel, to, case.reply.at)
    return said if there else None


def _stop(case: _Case) -> Written:
    """No more requests for money to this address; what else was written is for a person."""
    if _said_later(case, given=True) and _only_one(case):
        return Written(Became.DONE, Commit(()))
    change = stopped(case.matter, case.point, case.said, case.contact.id, case.reply.id, case.reply.at)
    if change is None:
        return Written(Became.DONE, Commit(())) if case.heard.alone else _task(case, tell=False)
    card = change.debtor or case.matter.debtor
    claims = {**case.matter.claims, **{claim.id: claim for claim in change.claims}}
    tasks = {**case.matter.tasks, **{task.id: task for task in change.tasks}}
    after = replace(case, matter=replace(case.matter, debtor=card, claims=claims, tasks=tasks))
    if case.tell and (answer := _answer(after, "stop", case.reply.id)):
        change = _joined(change, Commit(contact_facts((answer,), case.now), contacts=(answer,)))
    if not case.heard.alone:
        change = _joined(change, _task(after, tell=False).commit)
    return Written(Became.DONE, change)


def _start(case: _Case) -> Written:
    """This address may be written to again, about whoever's claim; the word that was said last counts."""
    point = case.point
    assert point and case.said  # they wrote from it
    card, silences = case.matter.debtor, news(case.said, case.said.start(case.reply.at))
    if _said_later(case, given=False) or not (silences or point.state is PointState.OPTED_OUT):
        return Written(Became.DONE, Commit(()))
    step = Consent(purpose_of(point.channel), True, case.reply.at, case.reply.id)
    opened = in_state(card, point, PointState.OPTED_OUT, PointState.ACTIVE)
    card = replace(card, points=opened, consents=(*card.consents, step))
    fact = Fact(FactName.CONSENT_GIVEN, card.creditor, (("debtor", card.number),), case.now)
    change = Commit((fact,), debtor=card, silences=silences)
    after = replace(case, matter=replace(case.matter, debtor=card))
    if case.tell and (answer := _answer(after, "start", case.reply.id)):
        change = _joined(change, Commit(contact_facts((answer,), case.now), contacts=(answer,)))
    return Written(Became.DONE, change)


def _said_later(case: _Case, *, given: bool) -> bool:
    """Whether they said the opposite after this was written: what comes late undoes nothing."""
    if case.point is None:
        return False
    purpose = purpose_of(case.point.channel)
    steps = (c for c in case.matter.debtor.consents if c.purpose is purpose and c.given is given)
    return any(step.at > case.reply.at for step in steps)


def _only_one(case: _Case) -> bool:
    """Whether a yes can be about no other address: where there are several of a kind, a stop holds."""
    purposes = [purpose_of(p.channel) for p in case.matter.debtor.points]
    return case.point is not None and purposes.count(purpose_of(case.point.channel)) == 1


def _wrong_number(case: _Case) -> Written:
    """The address is somebody else's: forgotten, never taken again, and not even answered (P18)."""
    assert case.point and case.said  # they wrote from it
    change = disowned(case.matter, case.point, case.said, None, case.contact.id, case.now)
    return Written(Became.DONE, change, _disowned)


def _disowned(link: PayLink) -> tuple[PayLink, ...]:
    return (replace(link, state=LinkState.DISOWNED),) if link.state is LinkState.ACTIVE else ()


def _page(case: _Case, page: str) -> Written | None:
    """The link of that page, once a day; None where there is nothing to do there, or no way to send it."""
    claim, point = case.matter.claims[case.contact.claim], case.point
    if claim.state is ClaimState.CLOSED or point is None or not point.answers:
        return None
    today = case.now.astimezone(case.policy.zone).date()
    answer = _answer(case, page, today.isoformat())
    if answer is None:
        return None
    if answer.id in case.matter.contacts:
        return Written(Became.ANSWERED, Commit(()))
    return Written(Became.ANSWERED, Commit(contact_facts((answer,), case.now), contacts=(answer,)))


def _answer(case: _Case, about: str, what: str) -> Contact | None:
    """The answer to the address it came from, by the channel it came by; None where that takes none."""
    point, claim = case.point, case.matter.claims[case.contact.claim]
    if point is None or case.matter.debtor.point(case.reply.channel, answering=True) is None:
        return None
    hashed = case.hash_point(point.value)
    contact = plan_answer(
        case.matter.debtor,
        claim,
        MessageKind.REPLY,
        what=f"{about}/{what}/{hashed}",
        now=case.now,
        by=case.reply.channel,
    )
    return replace(contact, about=about, to=hashed) if contact else None


def _task(case: _Case, *, tell: bool = True) -> Written:
    """A person reads it with what was said before, and reminders wait; what comes while they have not is added to
    it, or, where a contact centre holds that and knows what it was told, is another task under the same promise.

    `tell`: they hear by when somebody answers.
    """
    claim, words = case.matter.claims[case.contact.claim], case.reply.text[:MOST_WORDS]
    waiting = waiting_for(case.matter, case.talk[0], claim)
    if waiting and not is_there(waiting):
        more = added(waiting, words)
        stands = with_person(case.talk[0], claim, waiting.id, _learnt(case), case.now)
        return Written(Became.ASKED, Commit((), tasks=(more,) if more != waiting else (), conversation=stands))
    opened = open_task(
        case.matter,
        claim,
        TaskKind.REPLY,
        policy=case.policy,
        now=case.now,
        about=case.contact.id,
        words=words if waiting else told_to_person(case.talk[1], words),
        secret=case.reply.id,
    )
    letter = _noted(case, opened.task) if tell and not waiting else None
    commit = Commit(
        (opened.fact,),
        claims=(opened.claim,),
        tasks=(replace(opened.task, language=case.words.language),),
        contacts=(letter,) if letter else (),
        conversation=with_person(case.talk[0], claim, opened.task.id, _learnt(case), case.now),
    )
    return Written(Became.ASKED, commit)


def _learnt(case: _Case) -> tuple[Learnt, ...]:
    """What they told before, and now where they were asked for it."""
    held, _ = case.talk
    claim = case.matter.claims[case.contact.claim]
    learnt = learnt_of(case.matter, held, claim)
    if case.guide and held and not held.task and case.theirs:
        turn = after_answer(case.matter, case.talk, claim, case.words, case.guide)
        return turn.learnt if turn else learnt
    return learnt


def _noted(case: _Case, task: Task) -> Contact | None:
    """That we have it, to where it came from; to no address that was not known to be theirs before."""
    point = case.point
    if point is None or not point.answers:
        return None
    letter = noted(case.matter.debtor, task, case.matter.claims[task.claim], case.now, case.reply.channel)
    fits = letter is not None and letter.channel is case.reply.channel
    return replace(letter, to=case.hash_point(point.value)) if letter and fits else letter


def _joined(one: Commit, other: Commit) -> Commit:
    """Both in one transaction; `other` knows what `one` changed."""
    later = {claim.id for claim in other.claims}
    return replace(
        one,
        facts=(*one.facts, *other.facts),
        claims=(*(claim for claim in one.claims if claim.id not in later), *other.claims),
        contacts=(*one.contacts, *other.contacts),
        tasks=(*one.tasks, *other.tasks),
        said=(*one.said, *other.said),
        conversation=other.conversation or one.conversation,
    )

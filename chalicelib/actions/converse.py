"""Converse: what somebody says is kept, the declared dialogue takes its turn, or a person is asked to answer."""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from typing import Protocol

from ..domain.centre import is_there
from ..domain.claim import Claim, ClaimState
from ..domain.contact import ContactState
from ..domain.conversation import ANSWERED_FOR, Conversation, Learnt, Speaker, Utterance, open_question
from ..domain.dialogue import ASKED_BACK, Topic, Turn, answered, begun, joined, recognised
from ..domain.errors import BrokenRule
from ..domain.matter import Matter
from ..domain.parties import ChannelKind, Creditor, Debtor
from ..domain.pay_link import Scope
from ..domain.policies._country import CountryPolicy
from ..domain.task import Task, TaskKind
from ..domain.topic_words import TopicWords
from ..domain.visit import Visit
from ..ports import Commit, Scheduler, Store
from .open_task import open_task
from .write_change import write_change

# The whole of it lies with the conversation; every page of the debtor's reads their tasks.
MOST_WORDS = 4_000
MOST_TURNS = 5
"""Whoever was asked so often without a person is given to one."""
HANDED_OVER = "dialogue.handed_over"
WELCOME = "dialogue.welcome"
Talk = tuple[Conversation | None, tuple[Utterance, ...]]
NEVER_LEFT = (ContactState.CANCELLED, ContactState.FAILED)


class Says(Protocol):
    """The words of a key of the catalogues in this language, with a day where they name one; `title` is the key of
    what a matter is called, where they name that."""

    def __call__(self, key: str, language: str, day: date | None = None, title: str = "") -> str: ...


@dataclass(frozen=True)
class Guide:
    """The declared dialogue, bound once: its topics, the words of each language, and how it says things."""

    topics: Mapping[str, Topic]
    words_of: Callable[[str], TopicWords | None]
    says: Says
    language_of: Callable[[Debtor, Creditor], str]


def said_by(
    by: Speaker,
    claim: Claim,
    words: str,
    at: datetime,
    language: str,
    *,
    name: str,
    channel: ChannelKind | None = None,
    reply: str | None = None,
) -> Utterance:
    """Something that was said. `name` is what makes it itself: the same name at the same moment is the same."""
    mark = hashlib.sha256(f"{claim.debtor}\n{by}\n{name}".encode()).hexdigest()[:16]
    # What is answered at the same moment stands behind what it answers.
    rank = 0 if by in (Speaker.DEBTOR, Speaker.HELPER) else 1
    return Utterance(
        id=f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%S.%fZ}-{rank}-{mark}",
        creditor=claim.creditor,
        debtor=claim.debtor,
        claim=claim.id,
        by=by,
        at=at,
        words=words,
        language=language,
        channel=channel,
        reply=reply,
    )


def next_turn(
    matter: Matter, talk: Talk, claim: Claim, theirs: Utterance, guide: Guide, after: str = ""
) -> Turn | None:
    """What the dialogue does after these words; None while a person is at it: then it keeps still.

    Who was led to the same page before and tells nothing new, or was asked often enough, is handed over. Who wants
    no more messages is led to where they end them also while a person is awaited: a stop is for whoever says it to
    carry out at once, and takes back nothing they asked. Whoever is awaited answers all the same: an answer is no
    reminder.
    """
    held, said = talk
    learnt, words, language = learnt_of(matter, held, claim), theirs.words, theirs.language
    if _thanked(matter, talk, claim, theirs, guide, after):
        return Turn(None, learnt, thanked=True)
    if waiting := waiting_for(matter, held, claim):
        return _beside_person(talk, waiting, theirs, learnt, guide)
    if claim.state is ClaimState.CLOSED or _turns(said, guide) >= MOST_TURNS:
        return Turn(None, learnt, hands_over=TaskKind.REPLY)
    turn = after_answer(matter, talk, claim, theirs, guide, after)
    if turn is None:
        turn = begun(guide.topics, recognised(guide.topics, words, guide.words_of(language), learnt), learnt)
    leads = guide.topics[turn.topic].offers if turn.topic and turn.asks is ASKED_BACK else turn.offers
    last = _last_answer(said, guide)
    led = last is not None and last.by is Speaker.BOT and last.offers == leads and last.claim == claim.id
    if leads and led and turn.learnt == learnt:
        return Turn(turn.topic, turn.learnt, hands_over=turn.hands_over or TaskKind.REPLY)
    return turn


def learnt_of(matter: Matter, held: Conversation | None, claim: Claim) -> tuple[Learnt, ...]:
    """What they told of this claim, until a person has settled it: another meter is another one, and so is another
    reading."""
    if held is None or held.claim != claim.id:
        return ()
    task = matter.tasks.get(held.task or "")
    return () if task and task.done_at else held.learnt


def _thanked(matter: Matter, talk: Talk, claim: Claim, theirs: Utterance, guide: Guide, after: str) -> bool:
    """Whether these are thanks and nothing more, or on the page a yes to what the help has just said, which asked
    nothing. A person who is awaited reads them; what the dialogue has asked stays open; and a yes is no courtesy
    where a person spoke within the week, or the dialogue asks anything."""
    held, said = talk
    known = guide.words_of(theirs.language)
    if known is None or waiting_for(matter, held, claim):
        return False
    person = any(one.by is Speaker.PERSON and theirs.at - one.at <= ANSWERED_FOR for one in said)
    nodding = not person and not (held and held.step)
    here = theirs.channel is None and bool(said) and said[-1].by is Speaker.BOT and said[-1].claim == claim.id
    return known.thanked(theirs.words, nodding=nodding) or (nodding and here and known.nods(theirs.words))


def after_answer(
    matter: Matter, talk: Talk, claim: Claim, theirs: Utterance, guide: Guide, after: str = ""
) -> Turn | None:
    """The turn after these words where they answer a question of the dialogue; None where none is open to them."""
    held, _ = talk
    if held is None or not held.topic or not held.step or not is_asked(matter, talk, theirs, after):
        return None
    declared, language = guide.topics.get(held.topic), theirs.language
    title = guide.says(declared.title, language) if declared and declared.title else ""
    known = guide.words_of(language)
    learnt = learnt_of(matter, held, claim)
    return answered(guide.topics, held.topic, held.step, theirs.words, learnt, known=known, title=title)


def is_asked(matter: Matter, talk: Talk, theirs: Utterance, after: str = "") -> bool:
    """Whether a question of the dialogue is open to these words; one whose message never left is open to none that
    came by its channel."""
    held, said = talk
    asked = open_question(held, said, theirs.claim, theirs.by, theirs.at, channel=theirs.channel, after=after)
    if asked is None or theirs.channel is None:
        return asked is not None
    letter = matter.contacts.get(asked.contact or "")
    if letter is None or letter.state in NEVER_LEFT:
        return False
    return letter.sent_at is None or letter.sent_at < theirs.at


def _beside_person(
    talk: Talk, waiting: Task, theirs: Utterance, learnt: tuple[Learnt, ...], guide: Guide
) -> Turn | None:
    """The page that is offered while a person is awaited, once until somebody says something else.

    It is the stop's, and until a person speaks any that settles by itself what is plainly told: one word too many
    takes nobody's help away. A contact centre knows only what it is told: there the rest is theirs.
    """
    _, said = talk
    found = recognised(guide.topics, theirs.words, guide.words_of(theirs.language), learnt)
    topic = guide.topics[found.topic] if found else None
    if found is None or topic is None:
        return None
    last = _last_answer(said, guide)
    spoken = last is not None and last.by is Speaker.PERSON
    if not topic.beside_person and (spoken or is_there(waiting) or not (found.plainly and topic.settles)):
        return None
    if last and last.by is Speaker.BOT and last.offers == topic.offers:
        return None
    return Turn(topic.name, joined(learnt, found.learnt), offers=topic.offers)


def waiting_for(matter: Matter, held: Conversation | None, claim: Claim) -> Task | None:
    """The Task by which a person answers this conversation, while one is open."""
    waiting = matter.open_tasks(claim.id)
    own = next((task for task in waiting if held and task.id == held.task), None)
    return own or next((task for task in waiting if task.kind is TaskKind.REPLY), None)


def answer_of(turn: Turn, claim: Claim, theirs: Utterance, guide: Guide, now: datetime) -> Utterance:
    """The dialogue's own words of a turn that asks or offers, or that takes thanks."""
    topic = guide.topics.get(turn.topic or "")
    key = turn.asks.text if turn.asks else topic.text if topic else WELCOME
    words = guide.says(key, theirs.language, title=topic.title if topic else "")
    if turn.asks and theirs.channel:
        # There is nothing to press there: a number is answered.
        numbered = enumerate(turn.asks.choices, 1)
        words = "\n".join((words, *(f"{n}: {guide.says(choice, theirs.language)}" for n, choice in numbered)))
    # Whose clock is ahead is still answered after they spoke.
    at = max(now, theirs.at)
    answer = said_by(Speaker.BOT, claim, words, at, theirs.language, name=f"{theirs.id}\n{key}")
    return replace(answer, channel=theirs.channel, offers=turn.offers)


def stands_after(
    matter: Matter, held: Conversation | None, claim: Claim, turn: Turn, words: str, now: datetime
) -> tuple[Conversation, tuple[Task, ...]]:
    """Where the talk stands after a turn that asks or offers; a person who is awaited stays so, and reads this."""
    if waiting := waiting_for(matter, held, claim):
        told = () if is_there(waiting) else (added(waiting, words),)
        return with_person(held, claim, waiting.id, turn.learnt, now), told
    return after_turn(held, claim, turn, now), ()


def after_turn(held: Conversation | None, claim: Claim, turn: Turn, now: datetime) -> Conversation:
    """Where the talk stands after a turn that asks or offers."""
    held = held or Conversation(claim.creditor, claim.debtor, claim.id, begun_at=now)
    step = turn.asks.key if turn.asks else None
    topic = turn.topic if step else None
    return replace(held, claim=claim.id, topic=topic, step=step, learnt=turn.learnt, task=None, last_at=now)


def with_person(
    held: Conversation | None, claim: Claim, task: str, learnt: tuple[Learnt, ...], now: datetime
) -> Conversation:
    """Where the talk stands once a person is to answer."""
    held = held or Conversation(claim.creditor, claim.debtor, claim.id, begun_at=now)
    return replace(held, claim=claim.id, topic=None, step=None, learnt=learnt, task=task, last_at=now)


def added(task: Task, words: str) -> Task:
    """The task with what was said besides; what was asked back is answered by it."""
    return replace(task, words=f"{task.words}\n\n{words}".strip()[-MOST_WORDS:], asks_since=None)


def _turns(said: tuple[Utterance, ...], guide: Guide) -> int:
    """How often the dialogue spoke since a person last did."""
    turns = 0
    for one in reversed(said):
        if one.by is Speaker.PERSON:
            break
        turns += one.by is Speaker.BOT and not _takes_thanks(one, guide)
    return turns


def _last_answer(said: tuple[Utterance, ...], guide: Guide) -> Utterance | None:
    """What they were last answered; that thanks were taken in between changes nothing of it."""
    answers = (one for one in reversed(said) if one.by in (Speaker.BOT, Speaker.PERSON))
    return next((one for one in answers if not _takes_thanks(one, guide)), None)


def _takes_thanks(one: Utterance, guide: Guide) -> bool:
    return one.by is Speaker.BOT and one.words == guide.says(WELCOME, one.language)


# ---- on the page ----------------------------------------------------------------------------------------


def say(
    visit: Visit,
    words: str,
    *,
    language: str,
    guide: Guide,
    store: Store,
    scheduler: Scheduler,
    policies: Mapping[str, CountryPolicy],
    now: datetime,
    after: str = "",
    to_person: bool = False,
) -> None:
    """Keep what somebody says on the page, once, and take the next turn; with `to_person` a person's.

    `after` is the last thing they had seen: the same words behind it again are a double press. Nothing but a Task
    is opened, and reminders wait with it.
    """
    visit.require(Scope.ARRANGE)
    by = Speaker.DEBTOR if visit.scope.covers(Scope.ALL) else Speaker.HELPER

    def decide(creditor: Creditor, matter: Matter) -> tuple[None, Commit | None]:
        claim = matter.claims.get(visit.claim)
        if claim is None or matter.debtor.erased_at:
            raise BrokenRule("not_found")
        talk = store.talk(visit.creditor, visit.debtor)
        held, said = talk
        if words and any(_is_pressed_again(one, words, by, claim, after) for one in said):
            return None, None
        theirs = said_by(by, claim, words, now, language, name=f"{after}\n{words}") if words else None
        turn = next_turn(matter, talk, claim, theirs, guide, after) if theirs and not to_person else None
        if turn and turn.thanked and theirs:
            # Wherever something was asked, that stays the last word.
            told = () if held and held.step else (answer_of(turn, claim, theirs, guide, now),)
            return None, Commit((), said=(theirs, *told))
        if turn and not turn.hands_over and theirs:
            answer = answer_of(turn, claim, theirs, guide, now)
            stands, tasks = stands_after(matter, held, claim, turn, theirs.words, now)
            return None, Commit((), said=(theirs, answer), conversation=stands, tasks=tasks)
        policy = policies[creditor.country]
        return None, _handed_over(matter, talk, claim, theirs, turn, language, guide, policy, after, now)

    write_change(visit.creditor, visit.debtor, decide, store=store, scheduler=scheduler, now=now)


def _is_pressed_again(one: Utterance, words: str, by: Speaker, claim: Claim, after: str) -> bool:
    """Whether this is what the same form said before: on the page, of this claim, behind what was seen then."""
    here = one.channel is None and one.claim == claim.id and one.id > after
    return here and one.by is by and one.words == words


def _handed_over(
    matter: Matter,
    talk: Talk,
    claim: Claim,
    theirs: Utterance | None,
    turn: Turn | None,
    language: str,
    guide: Guide,
    policy: CountryPolicy,
    after: str,
    now: datetime,
) -> Commit | None:
    """A person is asked to answer, with everything that was said and learnt; or one is already, and hears this.

    What a contact centre holds is what it was told: to it, this is another task, and the same promise.
    """
    held, said = talk
    own, learnt = (theirs,) if theirs else (), learnt_of(matter, held, claim)
    waiting = waiting_for(matter, held, claim)
    if waiting and theirs is None:
        return None
    if waiting and theirs and not is_there(waiting):
        stands = with_person(held, claim, waiting.id, learnt, now)
        return Commit((), tasks=(added(waiting, theirs.words),), said=own, conversation=stands)
    kind = (turn.hands_over if turn else None) or TaskKind.REPLY
    told = told_to_person(() if waiting else said, *(one.words for one in own))
    secret = theirs.id if theirs else after
    opened = open_task(matter, claim, kind, policy=policy, now=now, words=told, secret=secret)
    if not opened.new:
        return None
    task = replace(opened.task, language=language)
    words = guide.says(HANDED_OVER, language, task.due_at.astimezone(policy.zone).date())
    promise = said_by(Speaker.BOT, claim, words, now, language, name=task.id)
    return Commit(
        (opened.fact,),
        claims=(opened.claim,),
        tasks=(task,),
        said=own if waiting else (*own, replace(promise, offers=turn.offers if turn else ())),
        conversation=with_person(held, claim, task.id, turn.learnt if turn else learnt, now),
    )


def told_to_person(said: tuple[Utterance, ...], *words: str) -> str:
    """What a person who takes over is told: all they said since a person last spoke, and these words behind it."""
    return "\n\n".join((*(one.words for one in _unanswered(said)), *words))[-MOST_WORDS:]


def _unanswered(said: tuple[Utterance, ...]) -> tuple[Utterance, ...]:
    """What they said since a person last spoke."""
    found = list[Utterance]()
    for one in reversed(said):
        if one.by is Speaker.PERSON:
            break
        if one.by in (Speaker.DEBTOR, Speaker.HELPER):
            found.insert(0, one)
    return tuple(found)

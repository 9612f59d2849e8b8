"""The declared dialogue: what somebody's own words are about, what is asked next, and when a person takes over.

It asks, offers a page or hands over, and does nothing else. Whatever is not clear (no topic, several, one that is
denied) is for a person; what is told, but not so plainly, is asked back first. What is declared is handed in:
nothing here knows a topic or a language.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from .conversation import Learnt
from .task import TaskKind
from .topic_words import TopicWords

MOST_WORDS = 80
"""Whoever writes more says more than one thing."""
NEEDED = ((5, 2), (9, 3), (15, 4), (MOST_WORDS, 6))
"""By the number of words that say something: how much must tell a matter before it is taken for it. In a long one,
much is only mentioned."""
PLAINLY = ((3, 4), (9, 6), (15, 8), (MOST_WORDS, 12))
"""The same, for a matter that leads somewhere at once: with nothing told beside it, and of what is only a part of
it no more than of itself. What is told by less is asked back first."""
CLEARLY = 3
"""What tells so many times less than another matter is mentioned beside it."""
FEW = 2
"""So many words that say something are still an answer to a question for a number."""
WHOLE = 2
"""What is only a part of another matter may be told so many times as much as that one; more is not clear."""
DIGIT = re.compile(r"\d")


class AnswerKind(StrEnum):
    """What a question wants to be told."""

    WORDS = "words"
    NUMBER = "number"
    CHOICE = "choice"
    PHOTO = "photo"
    """It is sent on the page that the question leads to."""


@dataclass(frozen=True)
class Question:
    """One thing that a person would ask first. `text` is the key of its words; `said` are patterns by which it is
    known already from what was written; `choices` are keys of the words to choose from."""

    key: str
    text: str
    kind: AnswerKind = AnswerKind.WORDS
    said: tuple[str, ...] = ()
    choices: tuple[str, ...] = ()


@dataclass(frozen=True)
class Topic:
    """One matter as it is declared: what is asked in which order, and what solves it.

    `page` is the page that does (with `about`, the one thing on it), None where a person must; `beside` is one
    more; `hands_over`: a person answers in any case, and the page is offered beside. `task` is what is opened
    for them. `outweighs` are topics that are only a part of this one where both are spoken of. `title` is what
    it is called when it is asked back. `deniable`: a *not* beside its words turns them around; it does not
    where they say that something is not so. `beside_person`: its page is offered also while a person is
    awaited, when the dialogue keeps still of everything else. `asks_back`: it is asked back however plainly it is
    told, since whoever tells it mostly tells it of another matter. `notes` is what is kept where it is told, by
    the patterns that tell it, and never asked: whatever is told last counts.
    """

    name: str
    text: str
    page: str | None = None
    about: str = ""
    beside: str = ""
    hands_over: bool = False
    task: TaskKind = TaskKind.REPLY
    questions: tuple[Question, ...] = ()
    notes: tuple[tuple[str, tuple[str, ...]], ...] = ()
    outweighs: frozenset[str] = frozenset()
    deniable: bool = True
    beside_person: bool = False
    asks_back: bool = False
    title: str = ""

    @property
    def for_person(self) -> bool:
        """Whether it is the wish for a person itself: it has no page, and nothing is asked first."""
        return self.page is None and not self.questions

    @property
    def settles(self) -> bool:
        """Whether its page settles it, with nothing asked before and nobody needed."""
        return self.page is not None and not self.questions and not self.hands_over

    @property
    def offers(self) -> tuple[str, ...]:
        if self.page is None:
            return ()
        first = f"{self.page}?about={self.about}" if self.about else self.page
        return (first, self.beside) if self.beside else (first,)


@dataclass(frozen=True)
class Recognised:
    """The one matter that somebody's words are about, with what they told of it already. `plainly`: it is told by
    so much that nobody need be asked back."""

    topic: str
    learnt: tuple[Learnt, ...] = ()
    plainly: bool = True


@dataclass(frozen=True)
class Turn:
    """What the dialogue does next: it asks one question, or offers a page, or hands over, or the last two; or
    nothing, where they `thanked` and want nothing more."""

    topic: str | None
    learnt: tuple[Learnt, ...] = ()
    asks: Question | None = None
    offers: tuple[str, ...] = ()
    hands_over: TaskKind | None = None
    thanked: bool = False


def recognised(
    topics: Mapping[str, Topic], words: str, known: TopicWords | None, learnt: Iterable[Learnt] = ()
) -> Recognised | None:
    """What the words are about, where they are about one thing; None: a person reads them."""
    if known is None:
        return None
    said = known.read(words)
    if not said or len(said) > MOST_WORDS:
        return None
    told = ((name, known.weight(name, said, deniable=topic.deniable)) for name, topic in topics.items())
    weights = {name: weight for name, weight in told if weight}
    size = known.size(said)
    name = _one_of(topics, weights, size)
    if name is None:
        return None
    return Recognised(name, _told(topics[name], words, tuple(learnt)), _plainly(topics[name], weights, size))


def _one_of(topics: Mapping[str, Topic], found: dict[str, int], size: int) -> str | None:
    """The one matter that is told by enough, where all others are a part of it or only mentioned."""
    whole = [(weight, name) for name, weight in found.items() if not _part(topics, name, found)]
    if not whole:
        return None
    weight, name = max(whole)
    needed = _enough(NEEDED, size)
    part = topics[name].outweighs
    beside = (held / WHOLE if other in part else held * CLEARLY for other, held in found.items() if other != name)
    return name if weight >= needed and all(weight >= most for most in beside) else None


def _plainly(topic: Topic, found: Mapping[str, int], size: int) -> bool:
    """Whether so much tells this matter, and so little anything else, that nobody could mean another one."""
    told = found[topic.name]
    beside = {name: held for name, held in found.items() if name != topic.name}
    only_parts = all(name in topic.outweighs and held <= told for name, held in beside.items())
    return only_parts and told >= _enough(PLAINLY, size)


def _enough(needed: tuple[tuple[int, int], ...], size: int) -> int:
    return next(enough for most, enough in needed if size <= most)


def _part(topics: Mapping[str, Topic], name: str, found: Iterable[str]) -> bool:
    """Whether this matter is only a part of another one that is told."""
    return any(name in topics[other].outweighs and other not in topics[name].outweighs for other in found)


def begun(topics: Mapping[str, Topic], found: Recognised | None, learnt: Iterable[Learnt] = ()) -> Turn:
    """The first turn: what is known already is not asked. What is not told plainly is asked back before it leads
    anywhere; only what may be offered while a person is awaited never is, and nobody has to confirm that they want
    a person."""
    held = tuple(learnt)
    if found is None:
        return Turn(None, held, hands_over=TaskKind.REPLY)
    held, topic = joined(held, found.learnt), topics[found.topic]
    turn = _next(topic, held)
    plainly = found.plainly and not topic.asks_back
    if plainly or topic.beside_person or not (turn.offers or turn.asks):
        return turn
    return Turn(topic.name, held, asks=ASKED_BACK)


def asked(topics: Mapping[str, Topic], topic: str | None, step: str | None) -> Question | None:
    """The question that is open at this step, None where none is."""
    declared = topics.get(topic or "")
    if declared is None or step is None:
        return None
    return next((one for one in (*declared.questions, ASKED_BACK) if one.key == step), None)


def answered(
    topics: Mapping[str, Topic],
    topic: str,
    step: str,
    words: str,
    learnt: Iterable[Learnt],
    *,
    known: TopicWords | None = None,
    title: str = "",
) -> Turn:
    """The turn after this answer to the question `step`; an answer that is none is for a person, with the rest.
    `known` are the words of its language, `title` what the topic is called in it."""
    held, declared = tuple(learnt), topics.get(topic)
    question = asked(topics, topic, step)
    if declared is None or question is None or not words.strip():
        return Turn(None, held, hands_over=TaskKind.REPLY)
    if question is ASKED_BACK:
        return _confirmed(topics, declared, words, held, known, title)
    if found := _something_else(topics, declared, question, words, known, held):
        return begun(topics, found, held)
    held = joined(held, (Learnt(question.key, words.strip()),))
    if question.kind is AnswerKind.NUMBER and not DIGIT.search(words):
        return Turn(topic, held, hands_over=declared.task)
    return _next(declared, held)


def _something_else(
    topics: Mapping[str, Topic],
    topic: Topic,
    question: Question,
    words: str,
    known: TopicWords | None,
    learnt: tuple[Learnt, ...],
) -> Recognised | None:
    """Another matter that was told instead of an answer: a stop and the wish for a person always, anything else
    where no words were asked for, told plainly or in more than a few (the number is …)."""
    found = recognised(topics, words, known, learnt)
    if found is None or known is None or found.topic == topic.name:
        return None
    other = topics[found.topic]
    if other.beside_person or other.for_person:
        return found
    told = found.plainly or known.size(known.read(words)) > FEW
    return found if told and question.kind is not AnswerKind.WORDS else None


def _confirmed(
    topics: Mapping[str, Topic],
    topic: Topic,
    words: str,
    learnt: tuple[Learnt, ...],
    known: TopicWords | None,
    title: str,
) -> Turn:
    """After what was asked back: a yes leads on, a no to a person; anything else is taken as new words, and not
    asked back again."""
    agreed = known.agreed(words, title) if known else None
    if agreed:
        return _next(topic, learnt)
    found = recognised(topics, words, known, learnt) if agreed is None else None
    turn = begun(topics, found, learnt)
    same = found is not None and found.topic == topic.name
    if turn.asks is ASKED_BACK or (same and known and known.refuses(words)):
        return Turn(None, learnt, hands_over=TaskKind.REPLY)
    return turn


def _next(topic: Topic, learnt: tuple[Learnt, ...]) -> Turn:
    known = {one.key for one in learnt}
    for question in topic.questions:
        if question.key not in known:
            return Turn(topic.name, learnt, asks=question)
    if topic.page and not topic.hands_over:
        return Turn(topic.name, learnt, offers=topic.offers)
    return Turn(topic.name, learnt, offers=topic.offers, hands_over=topic.task)


def joined(held: tuple[Learnt, ...], more: Iterable[Learnt]) -> tuple[Learnt, ...]:
    """What is learnt later of the same thing counts."""
    found = {one.key: one for one in (*held, *more)}
    return tuple(found.values())


def _told(topic: Topic, words: str, learnt: tuple[Learnt, ...]) -> tuple[Learnt, ...]:
    known = {one.key for one in learnt}
    open_yet = ((question.key, question.said) for question in topic.questions if question.key not in known)
    found = []
    for key, patterns in (*open_yet, *topic.notes):
        told = (said[1] for pattern in patterns if (said := re.search(pattern, words, re.IGNORECASE)))
        if first := next(told, None):
            found.append(Learnt(key, first))
    return tuple(found)


ASKED_BACK = Question(
    "asked_back", "dialogue.asked_back", AnswerKind.CHOICE, choices=("dialogue.yes", "dialogue.no")
)
"""Whether it is about the one matter that is told, but not plainly."""

"""The declared dialogue: what somebody's own words are about, what is asked next, and when a person takes over.

It asks, offers a page or hands over, and does nothing else. Whatever is not clear (no topic, several, one that is
denied) is for a person; what is told, but not so plainly, is asked back first. What is declared is handed in:
nothing here knows a topic or a language.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import lru_cache

from .conversation import Learnt
from .reply_numbers import digit
from .reply_words import DOUBTS, plain
from .task import TaskKind

MOST_WORDS = 80
"""Whoever writes more says more than one thing."""
MOST_BETWEEN = 3
"""So many other words may stand between two words of a phrase."""
NEAR = 2
"""A negation so many words before or behind a phrase denies it."""
NEEDED = ((5, 2), (9, 3), (15, 4), (MOST_WORDS, 6))
"""By the number of words that say something: how much must tell a matter before it is taken for it. In a long one,
much is only mentioned."""
PLAINLY = ((3, 4), (9, 6), (15, 8), (MOST_WORDS, 12))
"""The same, for a matter that leads somewhere at once: with nothing told beside it, and of what is only a part of
it no more than of itself. What is told by less is asked back first."""
TELLING, COMMON = 2, 1
"""What a word of one matter counts, and what one that many share, a filler or a number; it never decides alone."""
CLEARLY = 3
"""What tells so many times less than another matter is mentioned beside it."""
WHOLE = 2
"""What is only a part of another matter may be told so many times as much as that one; more is not clear."""
LONG_WORD = 6
"""From so many letters on one may be wrong, missing, too many, or in its neighbour's place."""
SENTENCES = re.compile(r"(?<!\d)\.(?=\s|$)|[!?\u061f\u2026](?=\s|$)|[;\n\u061b]")
CLAUSES = re.compile(r"[,:()\u060c\u2013\u2014]|(?<=\s)-(?=\s)")
TWICE = re.compile(r"(.)\1+")
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
    awaited, when the dialogue keeps still of everything else.
    """

    name: str
    text: str
    page: str | None = None
    about: str = ""
    beside: str = ""
    hands_over: bool = False
    task: TaskKind = TaskKind.REPLY
    questions: tuple[Question, ...] = ()
    outweighs: frozenset[str] = frozenset()
    deniable: bool = True
    beside_person: bool = False
    title: str = ""

    @property
    def offers(self) -> tuple[str, ...]:
        if self.page is None:
            return ()
        first = f"{self.page}?about={self.about}" if self.about else self.page
        return (first, self.beside) if self.beside else (first,)


@dataclass(frozen=True)
class Spelling:
    """How a language is written by people in a hurry: what counts as the same, in this order; beginnings that
    count for nothing; and the words that deny."""

    same: tuple[tuple[str, str], ...] = ()
    beginnings: tuple[str, ...] = ()
    negations: tuple[str, ...] = ()
    asides: tuple[str, ...] = ()
    """What stands in one clause with these is somebody else's, of another time, or only supposed."""
    fillers: tuple[str, ...] = ()
    """Greetings, politeness and the small words: they make a message longer and say nothing."""


@dataclass(frozen=True)
class TopicWords:
    """What is known of one language: by topic the phrases that tell it, and those that speak against it."""

    spelling: Spelling
    tells: Mapping[str, tuple[str, ...]]
    speaks_against: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    common: tuple[str, ...] = ()
    """Words that stand in the phrases of many topics."""
    agrees: tuple[str, ...] = ()
    denies: tuple[str, ...] = ()
    """How people say yes and no to a question."""

    def weight(self, topic: Topic, said: list["_Word"]) -> int:
        """How much of these words tells this topic: each word once, whatever number of phrases it stands in."""
        shared = set(_ways((*self.common, *self.spelling.fillers, NUMBER), self.spelling))
        telling: dict[int, int] = {}
        for phrase in self.tells.get(topic.name, ()):
            ways = _items(phrase, self.spelling)
            for places in _told_by(said, phrase, self.spelling, topic.deniable):
                for at, item in zip(places, ways, strict=True):
                    own = any(way not in shared and _fits(said[at].text, (way,)) for way in item)
                    telling[at] = max(telling.get(at, 0), TELLING if own else COMMON)
        against = self.speaks_against.get(topic.name, ()) if telling else ()
        if any(_told_by(said, one, self.spelling, deniable=False) for one in against):
            return 0
        return sum(telling.values())

    def agreed(self, words: str, title: str) -> bool | None:
        """Whether this says yes or no to the matter of that title; None: neither, or more than that.

        Yes is the title itself, too, the first number and a sign for it; a question is no answer.
        """
        number = digit(words)
        if number is not None:
            return AGREED.get(number)
        if DOUBTS.search(words):
            return None
        if not plain(words) and not NODS.isdisjoint(words):
            return True
        said = [one.text for one in _written(words, self.spelling)]
        if self._says(said, (*self.agrees, title)):
            return True
        return False if self._says(said, self.denies) else None

    def refuses(self, words: str) -> bool:
        """Whether a no is among these words."""
        said = [one.text for one in _written(words, self.spelling)]
        return any(_here(said, at, phrase) for at in range(len(said)) for phrase in self._spelt(self.denies))

    def _says(self, said: list[str], phrases: tuple[str, ...]) -> bool:
        """Whether these phrases are all that is said, but for small words."""
        wanted, denying = self._spelt(phrases), _ways(self.spelling.negations, self.spelling)
        fillers = {one for one, _ in _ways(self.spelling.fillers, self.spelling)}
        found, at = False, 0
        while at < len(said):
            length = max((len(phrase) for phrase in wanted if _here(said, at, phrase)), default=0)
            if not length and (said[at] not in fillers or _fits(said[at], denying)):
                return False
            found, at = found or bool(length), at + max(length, 1)
        return found

    def _spelt(self, phrases: Iterable[str]) -> list[list[str]]:
        return [found for phrase in phrases if (found := _spelt(phrase, self.spelling).split())]


@dataclass(frozen=True)
class Recognised:
    """The one matter that somebody's words are about, with what they told of it already. `plainly`: it is told by
    so much that nobody need be asked back."""

    topic: str
    learnt: tuple[Learnt, ...] = ()
    plainly: bool = True


@dataclass(frozen=True)
class Turn:
    """What the dialogue does next: it asks one question, or offers a page, or hands over, or the last two."""

    topic: str | None
    learnt: tuple[Learnt, ...] = ()
    asks: Question | None = None
    offers: tuple[str, ...] = ()
    hands_over: TaskKind | None = None


def recognised(
    topics: Mapping[str, Topic], words: str, known: TopicWords | None, learnt: Iterable[Learnt] = ()
) -> Recognised | None:
    """What the words are about, where they are about one thing; None: a person reads them."""
    if known is None:
        return None
    said = _written(words, known.spelling)
    if not said or len(said) > MOST_WORDS:
        return None
    weights = {name: weight for name, topic in topics.items() if (weight := known.weight(topic, said))}
    size = _size(said, known.spelling)
    name = _one_of(topics, weights, size)
    if name is None:
        return None
    return Recognised(name, _told(topics[name], words, tuple(learnt)), _plainly(topics[name], weights, size))


def _size(said: list["_Word"], spelling: Spelling) -> int:
    """How many of the words say something."""
    fillers = {wanted for wanted, _ in _ways(spelling.fillers, spelling)}
    return sum(one.text not in fillers for one in said)


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
    held, topic = _joined(held, found.learnt), topics[found.topic]
    turn = _next(topic, held)
    if found.plainly or topic.beside_person or not (turn.offers or turn.asks):
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
    held = _joined(held, (Learnt(question.key, words.strip()),))
    if question.kind is AnswerKind.NUMBER and not DIGIT.search(words):
        return Turn(topic, held, hands_over=declared.task)
    return _next(declared, held)


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


def _joined(held: tuple[Learnt, ...], more: Iterable[Learnt]) -> tuple[Learnt, ...]:
    """What is learnt later of the same thing counts."""
    found = {one.key: one for one in (*held, *more)}
    return tuple(found.values())


def _told(topic: Topic, words: str, learnt: tuple[Learnt, ...]) -> tuple[Learnt, ...]:
    known, found = {one.key for one in learnt}, []
    for question in topic.questions:
        for pattern in question.said if question.key not in known else ():
            if said := re.search(pattern, words, re.IGNORECASE):
                found.append(Learnt(question.key, said[1]))
                break
    return tuple(found)


ASKED_BACK = Question(
    "asked_back", "dialogue.asked_back", AnswerKind.CHOICE, choices=("dialogue.yes", "dialogue.no")
)
"""Whether it is about the one matter that is told, but not plainly."""
AGREED = {1: True, 2: False}
"""What the numbers of its choices stand for."""
NODS = frozenset("\U0001f44d\U0001f44c\u2705\u2714")
"""A thumb up, a ring of two fingers, a tick."""

BEGINS, EXACTLY, NUMBER = "*", "=", "#"
"""Behind a word of a phrase: only how one begins; no slip is forgiven, since another word lies one letter away.
In its place: any number, which says little by itself."""
_Ways = tuple[tuple[str, str], ...]

# ---- phrases --------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Word:
    text: str
    sentence: int
    clause: int


def _written(text: str, spelling: Spelling) -> list[_Word]:
    found, clause = [], 0
    for number, sentence in enumerate(SENTENCES.split(text)):
        for part in CLAUSES.split(sentence):
            clause += 1
            found += [_Word(one, number, clause) for one in _spelt(part, spelling).split()]
    return found


def _spelt(text: str, spelling: Spelling) -> str:
    """The text as its language is compared: in one case, without marks, what sounds the same written the same."""
    bare = plain(text)
    for written, counts_as in spelling.same:
        bare = bare.replace(written, counts_as)
    kept = []
    for word in bare.split():
        for beginning in spelling.beginnings:
            if word.startswith(beginning) and len(word) >= len(beginning) + 3:
                word = word[len(beginning) :]
                break
        kept.append(word if word.isdecimal() else TWICE.sub(r"\1", word))
    return " ".join(kept)


@lru_cache(20_000)
def _items(phrase: str, spelling: Spelling) -> tuple["_Ways", ...]:
    """The words of a phrase in order: of each the alternatives, and how it is to be taken (BEGINS, EXACTLY)."""
    found = []
    for written in phrase.split():
        ways = []
        for one in written.split("|"):
            if one == NUMBER:
                ways.append((NUMBER, NUMBER))
                continue
            how = one[-1] if one[-1:] in (BEGINS, EXACTLY) else ""
            spelt = _spelt(one.removesuffix(how), spelling)
            if spelt:
                ways.append((spelt, how))
        found.append(tuple(ways))
    return tuple(found)


def _here(said: list[str], at: int, phrase: list[str]) -> bool:
    return said[at : at + len(phrase)] == phrase


def _told_by(said: list[_Word], phrase: str, spelling: Spelling, deniable: bool) -> list[tuple[int, ...]]:
    """Where the phrase is said, not as an aside, and where it can be denied, nothing beside it does."""
    return [
        here
        for here in _places(said, phrase, spelling)
        if not (_aside(said, here, spelling) or (deniable and _denied(said, here, spelling)))
    ]


def _places(said: list[_Word], phrase: str, spelling: Spelling) -> Iterable[tuple[int, ...]]:
    items = _items(phrase, spelling)
    for start in range(len(said)):
        if places := _from(said, start, items):
            yield places


def _from(said: list[_Word], start: int, items: tuple["_Ways", ...]) -> tuple[int, ...]:
    """The places of the phrase's words where it begins at this one, else nothing."""
    if not items or not _fits(said[start].text, items[0]):
        return ()
    places = [start]
    for item in items[1:]:
        last = places[-1]
        ahead = range(last + 1, min(len(said), last + 2 + MOST_BETWEEN))
        here = (at for at in ahead if said[at].sentence == said[start].sentence and _fits(said[at].text, item))
        place = next(here, None)
        if place is None:
            return ()
        places.append(place)
    return tuple(places)


def _denied(said: list[_Word], places: tuple[int, ...], spelling: Spelling) -> bool:
    first, last = places[0], places[-1]
    for at in range(max(0, first - NEAR), min(len(said), last + NEAR + 1)):
        if at in places:
            continue
        beside = said[first] if at < first else said[last] if at > last else said[at]
        if said[at].clause == beside.clause and _fits(said[at].text, _ways(spelling.negations, spelling)):
            return True
    return False


def _aside(said: list[_Word], places: tuple[int, ...], spelling: Spelling) -> bool:
    clauses = {said[at].clause for at in places}
    told_aside = _ways(spelling.asides, spelling)
    return any(
        one.clause in clauses and at not in places and _fits(one.text, told_aside) for at, one in enumerate(said)
    )


@lru_cache(64)
def _ways(words: tuple[str, ...], spelling: Spelling) -> "_Ways":
    return tuple(way for one in words for item in _items(one, spelling) for way in item)


def _fits(word: str, ways: "_Ways") -> bool:
    return any(_alike(word, wanted, how) for wanted, how in ways)


def _alike(word: str, wanted: str, how: str) -> bool:
    if how == NUMBER:
        return word[0].isdecimal()
    begins = how == BEGINS
    if word == wanted or (begins and word.startswith(wanted)):
        return True
    size = len(wanted)
    if how == EXACTLY or size < LONG_WORD or word[0] != wanted[0] or word.isdecimal():
        return False
    # How a word ends makes a statement of a question: paid is not pay.
    if not begins:
        return abs(len(word) - size) <= 1 and word[-2:] == wanted[-2:] and _one_off(word, wanted)
    starts = (word[:length] for length in (size - 1, size, size + 1) if length <= len(word))
    return any(start[-1] == wanted[-1] and _one_off(start, wanted) for start in starts)


@lru_cache(50_000)
def _one_off(word: str, wanted: str) -> bool:
    """Whether one letter is wrong, missing, too many, or two are in each other's place."""
    if len(word) > len(wanted):
        word, wanted = wanted, word
    at = next((n for n, (one, other) in enumerate(zip(word, wanted, strict=False)) if one != other), len(word))
    if len(word) < len(wanted):
        return word[at:] == wanted[at + 1 :]
    if word[at + 1 :] == wanted[at + 1 :]:
        return True
    return word[at : at + 2] == wanted[at : at + 2][::-1] and word[at + 2 :] == wanted[at + 2 :]

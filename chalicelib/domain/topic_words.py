"""What is known of one language, to tell from somebody's own words what they are about, written in a hurry or not.

A phrase is words in their order, with a few others between; a slip is forgiven. What is known is handed in:
nothing here knows a topic or a language.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from .reply_numbers import digit
from .reply_words import DOUBTS, plain

MOST_BETWEEN = 3
"""So many other words may stand between two words of a phrase."""
NEAR = 2
"""A negation so many words before or behind a phrase denies it."""
TELLING, COMMON = 2, 1
"""What a word of one matter counts, and what one that many share, a filler or a number; it never decides alone."""
LONG_WORD = 6
"""From so many letters on one may be wrong, missing, too many, or in its neighbour's place."""
SENTENCES = re.compile(r"(?<!\d)\.(?=\s|$)|[!?\u061f\u2026](?=\s|$)|[;\n\u061b]")
CLAUSES = re.compile(r"[,:()\u060c\u2013\u2014]|(?<=\s)-(?=\s)")
TWICE = re.compile(r"(.)\1+")
AGREED = {1: True, 2: False}
"""What the numbers of its choices stand for."""
NODS = frozenset("\U0001f44d\U0001f44c\u2705\u2714")
"""A thumb up, a ring of two fingers, a tick."""
HEARTS = frozenset("\u2764\u2665\U0001f499\U0001f49a\U0001f49b\U0001f49c\U0001f9e1\U0001f64f\U0001f339\U0001f490")
"""Hearts of each colour, folded hands, a rose, flowers."""

BEGINS, EXACTLY, NUMBER = "*", "=", "#"
"""Behind a word of a phrase: only how one begins; no slip is forgiven, since another word lies one letter away.
In its place: any number, which says little by itself."""
_Ways = tuple[tuple[str, str], ...]


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
    thanks: tuple[str, ...] = ()
    """How people thank and take their leave."""

    def read(self, words: str) -> list["_Word"]:
        """The words one by one, as this language compares them."""
        return _written(words, self.spelling)

    def size(self, said: list["_Word"]) -> int:
        """How many of the words say something."""
        fillers = {wanted for wanted, _ in _ways(self.spelling.fillers, self.spelling)}
        return sum(one.text not in fillers for one in said)

    def weight(self, topic: str, said: list["_Word"], *, deniable: bool = True) -> int:
        """How much of these words tells this topic: each word once, whatever number of phrases it stands in.

        `deniable`: a *not* beside a phrase turns it around.
        """
        shared = set(_ways((*self.common, *self.spelling.fillers, NUMBER), self.spelling))
        telling: dict[int, int] = {}
        for phrase in self.tells.get(topic, ()):
            ways = _items(phrase, self.spelling)
            for places in _told_by(said, phrase, self.spelling, deniable):
                for at, item in zip(places, ways, strict=True):
                    own = any(way not in shared and _fits(said[at].text, (way,)) for way in item)
                    telling[at] = max(telling.get(at, 0), TELLING if own else COMMON)
        against = self.speaks_against.get(topic, ()) if telling else ()
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
        said = [one.text for one in self.read(words)]
        if self._says(said, (*self.agrees, title)):
            return True
        return False if self._says(said, self.denies) else None

    def nods(self, words: str) -> bool:
        """Whether this is a yes and nothing more, in words or by a sign; a number says it only where offered."""
        return digit(words) is None and self.agreed(words, "") is True

    def thanked(self, words: str, *, nodding: bool) -> bool:
        """Whether nothing but thanks and a farewell is said, or a heart, so that nobody need answer.

        With `nodding` also a yes beside them, where nobody waits for it. A question or a no is never thanks.
        """
        signs = {sign for sign in words if unicodedata.category(sign) == "So"}
        if DOUBTS.search(words) or not signs <= (HEARTS | NODS if nodding else HEARTS):
            return False
        said = [one.text for one in self.read(words)]
        if not said:
            return bool(signs)
        thanks = self._spelt(self.thanks)
        known = [*thanks, *(self._spelt(self.agrees) if nodding else ())]
        return any(phrase in thanks for phrase in _all_of(said, known))

    def refuses(self, words: str) -> bool:
        """Whether a no is among these words."""
        said = [one.text for one in self.read(words)]
        return any(_here(said, at, phrase) for at in range(len(said)) for phrase in self._spelt(self.denies))

    def _says(self, said: list[str], phrases: tuple[str, ...]) -> bool:
        """Whether these phrases are all that is said, but for small words."""
        denying = _ways(self.spelling.negations, self.spelling)
        fillers = {one for one, _ in _ways(self.spelling.fillers, self.spelling)}
        return bool(_all_of(said, self._spelt(phrases), lambda one: one in fillers and not _fits(one, denying)))

    def _spelt(self, phrases: Iterable[str]) -> list[list[str]]:
        return [found for phrase in phrases if (found := _spelt(phrase, self.spelling).split())]


# ---- phrases --------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Word:
    """One word, and where it stands."""

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


def _all_of(
    said: list[str], phrases: list[list[str]], small: Callable[[str], bool] = lambda word: False
) -> list[list[str]]:
    """The phrases that make up all that is said, but for `small` words; none where anything else is."""
    found, at = list[list[str]](), 0
    while at < len(said):
        phrase = max((one for one in phrases if _here(said, at, one)), key=len, default=None)
        if phrase:
            found.append(phrase)
        elif not small(said[at]):
            return []
        at += len(phrase or said[at : at + 1])
    return found


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

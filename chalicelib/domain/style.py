"""How somebody writes, read by listed words alone: so that an answer is as short and plain as what it answers."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

BRIEF = 25
SHORT_SENTENCE = 9
LONG_SENTENCE = 18
# Below this many words nothing is read out of how long they are.
ENOUGH = 4
SENTENCE = re.compile(r"[.!?;؟。\n]+")
ASKING = re.compile(r"[?؟]")
WORD = re.compile(r"[^\W\d_]+(?:['’\-][^\W\d_]+)*")


class Feeling(StrEnum):
    """What somebody says of themselves, by words that are listed for their language; never guessed at."""

    WORRY = "worry"
    ANGER = "anger"
    SHAME = "shame"
    ILLNESS = "illness"


# What else is listed beside the feelings: how somebody is addressed.
INFORMAL, FORMAL = "informal", "formal"


@dataclass(frozen=True)
class Register:
    """How somebody writes. `informal` is None where no listed word tells.

    `asked` is how many questions they asked, `short` whether their sentences are short, `long` whether they are
    long ones.
    """

    words: int
    asked: int
    brief: bool
    short: bool
    long: bool
    informal: bool | None
    feelings: tuple[Feeling, ...]


def register_of(said: Sequence[str], listed: Mapping[str, Sequence[str]]) -> Register:
    """The register of what somebody wrote; `listed` are the words of their language by what they tell, each the
    beginning of a word or of several."""
    text = "\n".join(said)
    words = WORD.findall(text)
    sentences = [part for part in SENTENCE.split(text) if WORD.search(part)]
    each = len(words) / len(sentences) if sentences else 0.0
    enough = len(words) >= ENOUGH
    folded = f" {' '.join(WORD.findall(text.casefold()))} "
    informal, formal = (_found(folded, listed.get(how, ())) for how in (INFORMAL, FORMAL))
    told = tuple(feeling for feeling in Feeling if _found(folded, listed.get(feeling.value, ())))
    return Register(
        words=len(words),
        asked=len(ASKING.findall(text)),
        brief=enough and len(words) <= BRIEF * max(1, len(said)),
        short=enough and each <= SHORT_SENTENCE,
        long=enough and each >= LONG_SENTENCE,
        informal=None if informal == formal else informal,
        feelings=told,
    )


def _found(folded: str, words: Sequence[str]) -> bool:
    """A listed word that ends in a space is meant whole."""
    return any(f" {word.casefold()}" in folded for word in words)

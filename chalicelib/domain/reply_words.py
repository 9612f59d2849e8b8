"""What somebody wrote back, read by rules: a handful of words each language lists, and nothing else.

A word counts only where nothing but it was written. Whatever says more, asks, or says two things is for a person;
only a stop is heard at the beginning of a longer text too, since whoever says it that way means it (47 CFR
64.1200(a)(10): any reasonable manner).
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

LONGEST_WORD = 80
"""No listed phrase is longer, in letters; what is, is not looked up."""
OPENS = "*"
"""Behind a listed phrase: a text that goes on after it still means it. For stops alone."""


class Said(StrEnum):
    """What a reply can mean. The values are the names of the lists in a catalogue's header (X-Reply-Stop ...)."""

    STOP = "stop"
    START = "start"
    """Write to me here again."""
    PAID = "paid"
    WRONG_NUMBER = "wrong-number"
    """Whoever reads this address is not the one it is meant for."""
    CALL = "call"
    NOT_MINE = "not-mine"
    LATER = "later"
    INSTALMENTS = "instalments"
    HELP = "help"


# What carriers and telephones know in every country, in English. Words that begin ordinary sentences ("End of the
# month", "Cancel my contract") count alone only.
# Sources: CTIA Messaging Principles and Best Practices 5.1.3; https://docs.aws.amazon.com/sms-voice/latest/
# userguide/keywords-required.html
CARRIERS: Mapping[Said, tuple[str, ...]] = {
    Said.STOP: (
        *("STOP*", "STOPALL*", "STOP ALL*", "UNSUBSCRIBE*", "OPTOUT*", "OPT OUT*"),
        *("CANCEL", "END", "QUIT", "REVOKE", "REMOVE", "ARRET"),
    ),
    Said.START: ("START", "UNSTOP"),
    Said.HELP: ("HELP", "INFO"),
}


@dataclass(frozen=True)
class Vocabulary:
    """The phrases of all languages, as `plain` writes them; `openings` are the stops a text may begin with."""

    phrases: Mapping[str, Said]
    openings: frozenset[str]


@dataclass(frozen=True)
class Heard:
    """What a reply says. `said` is None where no rule knows; `alone`: nothing else was written, so that nobody
    need read it."""

    said: Said | None
    alone: bool


def vocabulary(lists: Iterable[Mapping[Said, Iterable[str]]]) -> Vocabulary:
    """All lists as one. Raises ValueError where one phrase would mean two things: that is for whoever wrote it."""
    phrases: dict[str, Said] = {}
    openings = set()
    for said, listed in ((said, listed) for one in (CARRIERS, *lists) for said, listed in one.items()):
        for written in listed:
            phrase = plain(written.removesuffix(OPENS))
            if not phrase or len(phrase) > LONGEST_WORD:
                raise ValueError(f"not a phrase: {written!r}")
            if phrases.setdefault(phrase, said) is not said:
                raise ValueError(f"{written!r} means both {phrases[phrase]} and {said}")
            if written.endswith(OPENS):
                if said is not Said.STOP:
                    raise ValueError(f"only a stop may open a text: {written!r}")
                openings.add(phrase)
    return Vocabulary(phrases, frozenset(openings))


def heard(text: str, known: Vocabulary) -> Heard:
    """What this reply says, by rule; never a guess."""
    written = fresh(text)
    words = plain(written[: 4 * LONGEST_WORD]).split()
    whole = len(written) <= 4 * LONGEST_WORD
    if whole and len(words) <= LONGEST_WORD and not DOUBTS.search(written):
        said = known.phrases.get(" ".join(words))
        if said is not None:
            return Heard(said, alone=True)
    rest = _after_stop(words, known)
    if rest is None:
        return Heard(None, alone=False)
    while rest and (more := _after_stop(rest, known)) is not None:
        rest = more
    return Heard(Said.STOP, alone=whole and not rest and not DOUBTS.search(written))


def _after_stop(words: list[str], known: Vocabulary) -> list[str] | None:
    """What follows the longest stop these words begin with; None where they begin with none."""
    for length in range(min(len(words), 8), 0, -1):
        if " ".join(words[:length]) in known.openings:
            return words[length:]
    return None


# A question is no statement, and a sign may turn a word into its opposite.
DOUBTS = re.compile(
    "[?\u061f\uff1f\u203d\u2753\u2754\u2260\u00ac\u26d4\u274c\u274e\u2715-\u2718\U0001f44e\U0001f6ab]"
)
# Letters that Unicode does not take apart into a plain one and its mark; and Arabic ones that are written for one
# another at the end of a word, or by a Persian keyboard.
LETTERS = str.maketrans("\u0131\u0142\u0111\u00f8\u0649\u06cc\u06a9\u0629", "ildo\u064a\u064a\u0643\u0647")
# Joined over: don't, l’arrêt, п'ять; and the stroke that stretches an Arabic word.
JOINED = frozenset("'\u2019\u2018\u02bc\u0060\u00b4\u02b9\uff07\u0640")


def plain(text: str) -> str:
    """The text in one case, without accents, vowel signs, marks, signs and pictures, words one space apart."""
    bare = unicodedata.normalize("NFKD", text.casefold()).casefold().translate(LETTERS)
    kept = []
    for letter in bare:
        kind = unicodedata.category(letter)
        if kind[0] == "M" or kind == "Cf" or letter in JOINED:
            continue
        kept.append(letter if kind[0] in "LN" else " ")
    return " ".join("".join(kept).split())


# Where somebody else's words begin: a mark at the line's beginning, a line between, or who wrote when.
QUOTED = re.compile(r"\s*(?:>|\u203a)")
SIGNED = re.compile(r"\s*(?:--|\u2014|_{3,}|-{2,}.*-{2,})\s*")
LONGEST_LINE = 300
WROTE = re.compile(r".*@.*:\s*|[^\s:]{2,12}:.*@.*")


def fresh(text: str) -> str:
    """What was written now: without the mail below it that it answers, and without a signature."""
    kept: list[str] = []
    for line in text.replace("\r\n", "\n").replace("\r", "\n").split("\n"):
        if SIGNED.fullmatch(line[:LONGEST_LINE]):
            break
        if WROTE.fullmatch(line[:LONGEST_LINE]):
            # A long one is broken in two before the address.
            if line.lstrip().startswith("<") and kept:
                kept.pop()
            break
        if QUOTED.match(line):
            _drop_who_wrote(kept)
            break
        kept.append(line)
    return "\n".join(kept).strip()


def _drop_who_wrote(kept: list[str]) -> None:
    """Above a quotation stands, in one line or in two, whose words they are."""
    while kept and not kept[-1].strip():
        kept.pop()
    if kept and kept[-1].rstrip().endswith(":"):
        kept.pop()
        if kept and "@" in kept[-1]:
            kept.pop()

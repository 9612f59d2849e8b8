"""How hard a text is to read, by a published formula for its language (reading_formulas.json).

Every formula is a sum of weighted averages. Which one a language is measured by, and how hard its texts may be,
stands in the header of its catalogue; one that names none is measured by LIX, which needs nothing of a language
but its letters.
"""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path

# Of fewer words an average says nothing: the formulas were made on samples of a hundred. Whatever is shorter is
# bound by the length of its sentences alone.
LEAST_WORDS = 60
LONG_WORD = 7
MANY_SYLLABLES = 4

WORD = re.compile(r"[^\W\d_]+(?:['’\-][^\W\d_]+)*")
SENTENCE_END = re.compile(r"[.!?:;؟؛…]+(?=\s|$)|\n+")
LINKS = re.compile(r"https?://\S+|\S+@\S+")
# Marks over and under letters: they are read, and are no letters.
MARKS = re.compile("[\u0300-\u036f\u064b-\u065f\u0670]")


@dataclass(frozen=True)
class Formula:
    """One formula: `terms` are its weights by the average they stand before; `higher`: more means easier."""

    base: float
    terms: Mapping[str, float]
    syllable: re.Pattern[str] | None
    higher: bool
    source: str

    def score(self, text: str) -> float | None:
        """How easy or hard the text is on this formula's own scale; None where it is too short to tell."""
        text = MARKS.sub("", LINKS.sub("", text))
        words = WORD.findall(text.lower())
        if len(words) < LEAST_WORDS:
            return None
        sentences = sum(1 for part in SENTENCE_END.split(text) if WORD.search(part))
        sample = _Sample(words, sentences, self._syllables(words))
        return self.base + sum(weight * MEASURES[name](sample) for name, weight in self.terms.items())

    def _syllables(self, words: list[str]) -> list[int]:
        if self.syllable is None:
            return []
        return [_counted(self.syllable, word) for word in words]


@lru_cache(maxsize=8192)
def _counted(syllable: re.Pattern[str], word: str) -> int:
    """Counted once: messages are made of the same words."""
    return max(1, len(syllable.findall(word)))


@dataclass(frozen=True)
class _Sample:
    words: list[str]
    sentences: int
    syllables: list[int]

    def share(self, count: int) -> float:
        return 100 * count / len(self.words)


MEASURES: dict[str, Callable[[_Sample], float]] = {
    "words_per_sentence": lambda s: len(s.words) / s.sentences,
    "sentences_per_word": lambda s: s.sentences / len(s.words),
    "letters_per_word": lambda s: sum(map(len, s.words)) / len(s.words),
    "syllables_per_word": lambda s: sum(s.syllables) / len(s.words),
    "long_words_percent": lambda s: s.share(sum(len(word) >= LONG_WORD for word in s.words)),
    "many_syllables_percent": lambda s: s.share(sum(count >= MANY_SYLLABLES for count in s.syllables)),
}


@cache
def formulas() -> dict[str, Formula]:
    """Every formula by its name."""
    table = json.loads((Path(__file__).parent / "reading_formulas.json").read_text("utf-8"))
    return {
        name: Formula(
            base=entry.get("base", 0.0),
            terms=entry["terms"],
            syllable=re.compile(entry["syllable"]) if "syllable" in entry else None,
            higher=entry["easier"] == "higher",
            source=entry["source"],
        )
        for name, entry in table.items()
    }


@dataclass(frozen=True)
class ReadingLevel:
    """The stated level of one language: no text may be harder than `bound` on the scale of `formula`."""

    formula: str
    bound: float

    @classmethod
    def of(cls, header: str) -> "ReadingLevel":
        """From a catalogue's header: the formula's name and the bound."""
        name, bound = header.split()
        return cls(name, float(bound))

    def too_hard(self, text: str) -> str | None:
        """How far the text misses the level, in figures; None where it is easy enough, or too short to tell."""
        formula = formulas()[self.formula]
        score = formula.score(text)
        if score is None or (score >= self.bound if formula.higher else score <= self.bound):
            return None
        return f"{self.formula} {score:.0f}, not {self.bound:.0f}"

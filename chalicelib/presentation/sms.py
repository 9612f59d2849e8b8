"""A text message is counted in segments: 160 letters of the GSM alphabet, 70 of any other (TS 23.038)."""

import unicodedata
from collections.abc import Callable
from functools import lru_cache

from ..domain.sms_parts import GSM7, TWICE, length
from ..domain.sms_parts import segments as segments

# Typographic marks, and letters that Unicode does not take apart into a plain one and its mark.
PLAIN = {"–": "-", "—": "-", "‘": "'", "’": "'", "“": '"', "”": '"', "„": '"', "…": "...", "\u00a0": " "} | {
    "ł": "l",
    "Ł": "L",
    "ı": "i",
    "đ": "d",
    "Đ": "D",
}
MOST = {True: 2, False: 3}
"""The most segments of one text message: in the GSM alphabet, and in any other, where one holds half."""


class TooLong(ValueError):
    """A text message that would take more segments than MOST: its words or its link must become shorter."""


def gsm(text: str) -> str:
    """The text with typographic marks made plain and accents dropped, where that brings it into the alphabet;
    else as it is, since a single letter outside makes every other one cost double anyway."""

    if length(text):
        return text
    plain = "".join(map(_plain, text))
    return plain if length(plain) else text.replace("\u00a0", " ")


@lru_cache(2048)
def _plain(c: str) -> str:
    """One letter, made plain where that brings it into the alphabet."""
    return "".join(p if p in GSM7 or p in TWICE else _bare(p) for p in PLAIN.get(c, c))


def _bare(c: str) -> str:
    bare = "".join(p for p in unicodedata.normalize("NFKD", c) if not unicodedata.combining(p))
    return bare if bare and all(b in GSM7 for b in bare) else c


def fits(text: str) -> bool:
    """Whether a text message is short enough to be sent."""
    return segments(text) <= MOST[not text or length(text) > 0]


def fitted(*drafts: Callable[..., str]) -> str:
    """The first draft that takes one segment, else the one of fewest segments, the richest first."""
    texts = []
    for draft in drafts:
        texts.append(gsm(draft()))
        if segments(texts[-1]) == 1:
            return texts[-1]
    best = min(texts, key=segments)
    if not fits(best):
        raise TooLong(f"{segments(best)} segments for one text message")
    return best

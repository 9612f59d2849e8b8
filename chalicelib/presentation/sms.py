"""A text message is counted in segments: 160 letters of the GSM alphabet, 70 of any other (TS 23.038)."""

import unicodedata
from collections.abc import Callable

GSM7 = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    "ÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
TWICE = frozenset("^{}\\[~]|€")
PLAIN = {"–": "-", "—": "-", "‘": "'", "’": "'", "“": '"', "”": '"', "„": '"', "…": "...", "\u00a0": " "}
MOST = 306


class TooLong(ValueError):
    """A text message that would take more than two segments: its words or its link must become shorter."""


def gsm(text: str) -> str:
    """The text with typographic marks made plain, and accents dropped where the alphabet lacks them."""

    def letter(c: str) -> str:
        if c in GSM7 or c in TWICE:
            return c
        bare = "".join(p for p in unicodedata.normalize("NFKD", c) if not unicodedata.combining(p))
        return bare if bare and all(b in GSM7 for b in bare) else c

    return "".join(letter(c) for c in "".join(PLAIN.get(c, c) for c in text))


def length(text: str) -> int:
    """Septets of the GSM alphabet, or 0 when the text leaves that alphabet."""
    if any(c not in GSM7 and c not in TWICE for c in text):
        return 0
    return sum(2 if c in TWICE else 1 for c in text)


def segments(text: str) -> int:
    """How many text messages a phone company counts."""
    septets = length(text)
    if septets or not text:
        return 1 if septets <= 160 else -(-septets // 153)
    units = len(text.encode("utf-16-be")) // 2
    return 1 if units <= 70 else -(-units // 67)


def fitted(*drafts: Callable[..., str]) -> str:
    """The first draft that takes one segment, else the shortest, of at most two in the GSM alphabet."""
    texts = []
    for draft in drafts:
        texts.append(gsm(draft()))
        if segments(texts[-1]) == 1:
            return texts[-1]
    best = min(texts, key=lambda text: (segments(text), len(text)))
    if length(best) > MOST:
        raise TooLong(f"{length(best)} letters in a text message")
    return best

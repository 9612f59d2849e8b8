"""How many text messages a phone company counts: 160 letters of the GSM alphabet, 70 of any other (TS 23.038)."""

from collections.abc import Iterable

GSM7 = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    "ÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
TWICE = frozenset("^{}\\[~]|€")
ALPHABET = GSM7 | TWICE


def length(text: str) -> int:
    """Septets of the GSM alphabet, or 0 when the text leaves that alphabet."""
    if not ALPHABET.issuperset(text):
        return 0
    return len(text) + sum(map(TWICE.__contains__, text))


def segments(text: str) -> int:
    """How many text messages a phone company counts; a letter of two signs is never cut in two."""
    septets = length(text)
    if septets or not text:
        return 1 if septets <= 160 else _parts((1 + (letter in TWICE) for letter in text), 153)
    if len(text.encode("utf-16-be")) // 2 <= 70:
        return 1
    return _parts((1 + (letter > "\uffff") for letter in text), 67)


def _parts(sizes: Iterable[int], room: int) -> int:
    parts, used = 1, 0
    for size in sizes:
        if used + size > room:
            parts, used = parts + 1, 0
        used += size
    return parts

"""How many text messages a phone company counts: 160 letters of the GSM alphabet, 70 of any other (TS 23.038)."""

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
    """How many text messages a phone company counts."""
    septets = length(text)
    if septets or not text:
        return 1 if septets <= 160 else -(-septets // 153)
    units = len(text.encode("utf-16-be")) // 2
    return 1 if units <= 70 else -(-units // 67)

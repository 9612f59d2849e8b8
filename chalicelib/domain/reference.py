"""References and codes that people type: short, without letters that look alike, kind to slips."""

ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
LENGTH = 12
"""Twelve of thirty signs are more than 58 bits: nobody guesses a reference that is in use."""


def drawn(numbers: bytes) -> str:
    """A reference from at least 12 random bytes. ValueError for fewer.

    A byte is folded into 30 signs, so the first sixteen are drawn a little oftener: 58.8 bits of 58.9 remain.
    """
    if len(numbers) < LENGTH:
        raise ValueError("a reference is drawn from twelve random bytes")
    return "".join(ALPHABET[number % len(ALPHABET)] for number in numbers[:LENGTH])


def shown(reference: str) -> str:
    """In three groups of four, as letters print it."""
    return "-".join(reference[at : at + 4] for at in range(0, len(reference), 4))


def typed(text: str) -> str | None:
    """The reference in what somebody typed, whatever dashes, spaces and small letters; None where it is none."""
    signs = "".join(c for c in text.upper() if c.isalnum())
    return signs if len(signs) == LENGTH and all(c in ALPHABET for c in signs) else None

"""Reading posted fields: a dict of lists, as a form body is parsed, becomes trimmed single values."""

import unicodedata
from collections.abc import Mapping, Sequence

from ..i18n import clean

Posted = Mapping[str, Sequence[str]]


def one(posted: Posted, name: str, longest: int = 200) -> str:
    """The first value of a field without control characters and outer space, cut at `longest`."""
    values = posted.get(name) or [""]
    return clean(values[0]).strip()[:longest]


def digits(text: str) -> str:
    """The text with the digits of any script as 0 to 9: an Arabic or Persian keyboard types its own."""
    return "".join(str(unicodedata.decimal(c, c)) for c in text)


def whole(posted: Posted, name: str) -> int | None:
    """A whole number of at most 15 digits, or None."""
    text = one(posted, name, 20)
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 15 else None

"""Reading posted fields: a dict of lists, as a form body is parsed, becomes trimmed single values."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from datetime import date

from ...domain.money import MINOR_DIGITS
from ...domain.parties import ChannelKind
from ..i18n import clean

# The ways a reader can choose between on our pages.
OFFERED = (ChannelKind.EMAIL, ChannelKind.SMS)
Posted = Mapping[str, Sequence[str]]


def one(posted: Posted, name: str, longest: int = 200) -> str:
    """The first value of a field without control characters and outer space, cut at `longest`."""
    values = posted.get(name) or [""]
    return clean(values[0]).strip()[:longest]


def whole_text(posted: Posted, name: str) -> str:
    """All of what somebody wrote, however long: it is shown to them again, so that nothing of it is lost."""
    return clean((posted.get(name) or [""])[0]).strip()


def digits(text: str) -> str:
    """The text with the digits of any script as 0 to 9: an Arabic or Persian keyboard types its own."""
    return "".join(str(unicodedata.decimal(c, c)) for c in text)


def whole(posted: Posted, name: str) -> int | None:
    """A whole number of at most 15 digits, or None."""
    text = one(posted, name, 20)
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 15 else None


# A sum as phones and people write it: words and signs around it, figures in groups or not, one decimal mark.
_GROUP = r"[.,\s'\u2019\u066c]"
_SUM = re.compile(
    rf"[^\d\-\u2212]*(?P<whole>\d{{1,3}}(?:(?P<group>{_GROUP})\d{{3}})(?:(?P=group)\d{{3}})*|\d{{1,9}})"
    r"(?:\s?(?P<mark>[.,\u066b])\s?(?P<part>\d{0,3}))?(?!\d)\D*"
)


def money(text: str, currency: str) -> int | None:
    """An amount in minor units; None when it is none. Read as typed: 40, 40,00, 40.00, 40 \u20ac, EUR 40,-,
    1.234,50, 1,234.50, 1 234.

    A mark followed by exactly three figures groups thousands: nobody pays in tenths of a cent.
    """
    found = _SUM.fullmatch(digits(text).replace("\u060c", ","))
    if found is None or (found["mark"] and found["mark"] == found["group"]):
        return None
    exponent, part = MINOR_DIGITS[currency], found["part"] or ""
    if len(part) > exponent:
        return None
    return int(re.sub(_GROUP, "", found["whole"])) * int(10**exponent) + int(part.ljust(exponent, "0") or 0)


def day_of(posted: Posted, name: str, today: date) -> date | str | None:
    """The day in the three fields of `name`: a date, None where all are empty, or the words that are no day.

    Without a year the next such day is meant; two figures of a year are this century's.
    """
    parts = [digits(one(posted, f"{name}_{part}", 10)) for part in ("day", "month", "year")]
    if not any(parts):
        return None
    typed = " ".join(part for part in parts if part)
    figures = [int(figure) for figure in re.findall(r"\d{1,4}", typed)]
    if len(figures) == 2:
        figures.append(today.year if (figures[1], figures[0]) >= (today.month, today.day) else today.year + 1)
    if len(figures) != 3:
        return typed
    day, month, year = figures
    try:
        return date(year + 2000 if year < 100 else year, month, day)
    except ValueError:
        return typed

"""FileProfile: the form in which a creditor says its files come. What does not fit it is never guessed."""

import re
from dataclasses import dataclass
from datetime import date

ENCODINGS = ("utf-8", "cp1252", "utf-16")
DELIMITERS = (";", ",", "\t", "|")
DATE_FORMATS = {
    "dd.mm.yyyy": r"(?P<d>[0-9]{2})\.(?P<m>[0-9]{2})\.(?P<y>[0-9]{4})",
    "d.m.yyyy": r"(?P<d>[0-9]{1,2})\.(?P<m>[0-9]{1,2})\.(?P<y>[0-9]{4})",
    "dd/mm/yyyy": r"(?P<d>[0-9]{2})/(?P<m>[0-9]{2})/(?P<y>[0-9]{4})",
    "mm/dd/yyyy": r"(?P<m>[0-9]{2})/(?P<d>[0-9]{2})/(?P<y>[0-9]{4})",
    "dd-mm-yyyy": r"(?P<d>[0-9]{2})-(?P<m>[0-9]{2})-(?P<y>[0-9]{4})",
    "yyyy-mm-dd": r"(?P<y>[0-9]{4})-(?P<m>[0-9]{2})-(?P<d>[0-9]{2})",
    "yyyymmdd": r"(?P<y>[0-9]{4})(?P<m>[0-9]{2})(?P<d>[0-9]{2})",
}
FIRST_YEAR, LAST_YEAR = 1900, 2100


@dataclass(frozen=True)
class FileProfile:
    """How one creditor writes its CSV.

    `columns` pairs our field with the creditor's own header, `constants` our field with a value that holds
    for every row, `values` a field with the creditor's words for our own (J -> yes). `thousands` is None
    where numbers are not grouped. A `fixed` profile wants every column it declares; one that is not lets
    optional ones be absent, and then knows no column it does not declare. All pairs are tuples, so that a
    profile can be compared and kept.
    """

    name: str
    encoding: str = "utf-8"
    delimiter: str = ","
    quote: str = '"'
    decimal: str = "."
    thousands: str | None = None
    date_format: str = "yyyy-mm-dd"
    columns: tuple[tuple[str, str], ...] = ()
    constants: tuple[tuple[str, str], ...] = ()
    values: tuple[tuple[str, tuple[tuple[str, str], ...]], ...] = ()
    fixed: bool = True

    def header_of(self, field: str) -> str:
        """The creditor's own name of our field; our name where a constant stands for it."""
        return dict(self.columns).get(field, field)

    def own_word(self, field: str, value: str) -> str:
        """Our word for the creditor's, where the profile maps this field; the value itself otherwise."""
        return dict(dict(self.values).get(field, ())).get(value, value)


def amount_of(text: str, profile: FileProfile, digits: int = 2) -> int | None:
    """Minor units of an amount written in the declared form; None when it is not (B7, B10).

    Groups are exactly three digits, or there are none at all; at most `digits` decimals. No sign but a
    leading minus, no exponent, no currency letters, no digits of other scripts.
    """
    whole = r"[0-9]+"
    if profile.thousands:
        whole = rf"(?:[0-9]{{1,3}}(?:{re.escape(profile.thousands)}[0-9]{{3}})+|[0-9]+)"
    form = rf"(?P<sign>-?)(?P<whole>{whole})(?:{re.escape(profile.decimal)}(?P<part>[0-9]{{1,{digits}}}))?"
    found = re.fullmatch(form, text)
    if not found or len(text) > 40:
        return None
    whole_digits = re.sub(r"[^0-9]", "", found["whole"])
    minor: int = int(whole_digits) * 10**digits
    minor += int((found["part"] or "").ljust(digits, "0") or "0")
    return -minor if found["sign"] else minor


def amount_text(minor: int, profile: FileProfile, digits: int = 2) -> str:
    """The amount as this profile writes it, grouped where it groups: the way back from amount_of."""
    whole, part = divmod(abs(minor), 10**digits)
    grouped = f"{whole:,}".replace(",", profile.thousands or "")
    return f"{'-' if minor < 0 else ''}{grouped}{profile.decimal}{part:0{digits}d}"


def date_of(text: str, profile: FileProfile) -> date | None:
    """The day written in the declared form; None when it is not, or when there is no such day."""
    found = re.fullmatch(DATE_FORMATS[profile.date_format], text)
    if not found or not FIRST_YEAR <= int(found["y"]) <= LAST_YEAR:
        return None
    try:
        return date(int(found["y"]), int(found["m"]), int(found["d"]))
    except ValueError:
        return None


def date_text(day: date, profile: FileProfile) -> str:
    """The day as this profile writes it: the way back from date_of."""
    if profile.date_format == "d.m.yyyy":
        return f"{day.day}.{day.month}.{day.year:04d}"
    text = profile.date_format.replace("yyyy", f"{day.year:04d}")
    return text.replace("mm", f"{day.month:02d}").replace("dd", f"{day.day:02d}")

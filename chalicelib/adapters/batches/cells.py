"""One cell at a time: text as it stands in the file -> a value of its kind, or the reason why not.

The declared form is the only form. Contact data and bank accounts that are no such thing are left out and
flagged, since the claim stands without them (B12); anything else that does not fit keeps its row out (B7).
"""

import re
import unicodedata
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

import phonenumbers
from phonenumbers import PhoneNumberType

from ...domain.iban import iban_of
from ...domain.profile import FileProfile, amount_of, date_of
from ...domain.row import MOST_MINOR
from .fields import Field, Kind

Value = str | int | bool | date | None

# Joiners shape letters in Persian, Hindi and others; every other format character is invisible mischief.
JOINERS = "\u200c\u200d"
ID = re.compile(r"[0-9A-Za-z][0-9A-Za-z ._:/+-]*")
LOCAL_PART = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*")
LABEL = re.compile(r"(?!-)[a-z0-9-]{1,63}(?<!-)")
PHONE = re.compile(r"\+?[0-9 ()/.\u00a0-]+")
MOBILE = {PhoneNumberType.MOBILE, PhoneNumberType.FIXED_LINE_OR_MOBILE}
WORDS = {"yes": True, "no": False}


CONSTANTS = FileProfile(name="constants")


class Misfit(Exception):
    """The cell keeps its row out, for this reason."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class LeftOut(Exception):
    """The row stands without this cell; the flag says so."""

    def __init__(self, flag: str) -> None:
        super().__init__(flag)
        self.flag = flag


@dataclass(frozen=True)
class Form:
    """How this row writes things: its file's profile, its debtor's country, its currency's decimals."""

    profile: FileProfile
    country: str
    digits: int

    @classmethod
    def of_constants(cls, country: str, digits: int = 2) -> "Form":
        """The form of what a profile itself says: 1234.56 and ISO dates, whatever the file's own form is."""
        return cls(CONSTANTS, country, digits)


class Cleaned(NamedTuple):
    """A cell's text, and whether characters had to be taken out of it."""

    text: str
    purged: bool


def clean(raw: str) -> Cleaned:
    """NFC, runs of white space as one space, no control or direction-override character (P16)."""
    if raw.isascii() and raw.isprintable():
        return Cleaned(" ".join(raw.split()), False)
    text = _purged(raw)
    return Cleaned(" ".join(text.split()), "".join(text.split()) != "".join(_composed(raw).split()))


def _composed(raw: str) -> str:
    return unicodedata.normalize("NFC", raw)


def _purged(raw: str) -> str:
    return _composed("".join(sign for sign in raw if sign.isspace() or sign in JOINERS or _harmless(sign)))


def _harmless(sign: str) -> bool:
    return unicodedata.category(sign) not in {"Cc", "Cf", "Cs", "Co", "Cn"}


def value_of(field: Field, text: str, form: Form) -> Value:
    """The cell's value. `text` is cleaned and not empty.

    Raises Misfit or LeftOut.
    """
    if len(text) > field.limit and field.kind not in {Kind.EMAIL, Kind.PHONE, Kind.FAX, Kind.IBAN}:
        raise Misfit("too_long")
    match field.kind:
        case Kind.ID:
            if not ID.fullmatch(text):
                raise Misfit("id_form")
            return text
        case Kind.TEXT:
            return text
        case Kind.CHOICE:
            return _choice(field, text)
        case Kind.YES_NO:
            if text not in WORDS:
                raise Misfit("yes_no")
            return WORDS[text]
        case Kind.DATE:
            return _date(text, form.profile)
        case Kind.AMOUNT:
            return _amount(field, text, form)
        case Kind.COUNT:
            if not re.fullmatch(r"[0-9]{1,6}", text):
                raise Misfit("count_form")
            return int(text)
        case Kind.COUNTRY:
            if not re.fullmatch(r"[A-Z]{2}", text):
                raise Misfit("country_form")
            return text
        case Kind.LANGUAGE:
            if not re.fullmatch(r"[a-z]{2,3}(-[A-Za-z]{2,4}|-simple)?", text):
                raise Misfit("language_form")
            return text
        case Kind.EMAIL:
            return _email(field, text)
        case Kind.PHONE:
            return _phone(text, form.country)
        case Kind.FAX:
            return _number(text, form.country, "bad_fax")[0]
        case Kind.IBAN:
            if (iban := iban_of(text)) is None:
                raise LeftOut("bad_iban")
            return iban


def _choice(field: Field, text: str) -> str:
    if text not in field.choices:
        raise Misfit("not_a_choice")
    return text


def _date(text: str, profile: FileProfile) -> date:
    day = date_of(text, profile)
    if day is None:
        raise Misfit("date_form")
    return day


def _amount(field: Field, text: str, form: Form) -> int:
    """Minor units, above zero for the principal, zero or more for the rest, never beyond reason (B10)."""
    minor = amount_of(text, form.profile, form.digits)
    if minor is None:
        raise Misfit("amount_form")
    if minor > MOST_MINOR:
        raise Misfit("amount_huge")
    if minor < 0 or (minor == 0 and field.name == "principal"):
        raise Misfit("amount_not_positive")
    return minor


def _email(field: Field, text: str) -> str:
    """An address a mail server would take: a plain local part, a domain by its ASCII name."""
    local, _, domain = text.rpartition("@")
    try:
        domain = domain.lower().encode("idna").decode("ascii") if not domain.isascii() else domain.lower()
    except UnicodeError:
        domain = ""
    labels = domain.split(".")
    whole = len(local) <= 64 and len(local) + len(domain) < field.limit
    if not whole or not LOCAL_PART.fullmatch(local) or len(labels) < 2:
        raise LeftOut("bad_email")
    if not all(LABEL.fullmatch(label) for label in labels) or labels[-1].isdigit():
        raise LeftOut("bad_email")
    return f"{local}@{domain}"


def _phone(text: str, country: str) -> str:
    """E.164 of a mobile number; a national number is one of the debtor's country. A landline takes no SMS."""
    number, kind = _number(text, country, "bad_phone")
    if kind not in MOBILE:
        raise LeftOut("landline")
    return number


def _number(text: str, country: str, wrong: str) -> tuple[str, int]:
    """A number in E.164, and of which type the numbering plan says it is."""
    if not PHONE.fullmatch(text) or len(text) > 40:
        raise LeftOut(wrong)
    try:
        number = phonenumbers.parse(text, country)
    except phonenumbers.NumberParseException as none:
        raise LeftOut(wrong) from none
    if not phonenumbers.is_valid_number(number):
        raise LeftOut(wrong)
    written = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    return written, phonenumbers.number_type(number)

"""The kinds of text a creditor's YAML is made of; each refusal is a key of reasons.py."""

import re
from datetime import date
from typing import Annotated
from urllib.parse import urlsplit

import phonenumbers
from pydantic import AfterValidator, BeforeValidator
from pydantic_core import PydanticCustomError

from ...domain.iban import iban_of
from ...domain.parties import PayMethod
from .cells import Form, LeftOut, clean, value_of
from .fields import BY_NAME

LOOPBACK = {"localhost", "127.0.0.1", "::1"}
# What a sender or an address may not say where others can read it.
TELLING = re.compile(r"inkasso|mahnung|mahnwesen|schuld|debt", re.IGNORECASE)


def wrong(reason: str) -> PydanticCustomError:
    """A refusal by this reason; pydantic adds the path and the value."""
    return PydanticCustomError(reason, "see reasons.py")


def _text(limit: int) -> AfterValidator:
    def check(raw: str) -> str:
        text = clean(raw)
        if text.purged:
            raise wrong("control_characters")
        if not text.text:
            raise wrong("missing")
        if len(text.text) > limit:
            raise wrong("too_long")
        return text.text

    return AfterValidator(check)


def _yes_no(raw: object) -> bool:
    known = {"yes": True, "true": True, "no": False, "false": False}
    if not isinstance(raw, str) or raw.lower() not in known:
        raise wrong("yes_no")
    return known[raw.lower()]


def _day(raw: object) -> date:
    try:
        if isinstance(raw, str) and re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", raw):
            return date.fromisoformat(raw)
    except ValueError:
        pass
    raise wrong("date_iso")


def _iban(raw: str) -> str:
    found = iban_of(raw)
    if found is None:
        raise wrong("iban")
    return found


def _email(raw: str) -> str:
    try:
        return str(value_of(BY_NAME["email"], raw, Form.of_constants("DE")))
    except LeftOut as none:
        raise wrong("email_form") from none


def is_email(raw: str) -> bool:
    """Whether a mail server would take this address."""
    try:
        return bool(_email(raw))
    except ValueError:
        return False


def _phone(raw: str) -> str:
    """A number a debtor can call, with its country written; shown as the creditor groups it everywhere else."""
    try:
        number = phonenumbers.parse(raw)
    except phonenumbers.NumberParseException as none:
        raise wrong("phone_form") from none
    if not phonenumbers.is_valid_number(number):
        raise wrong("phone_form")
    return " ".join(raw.split())


def _sms_sender(raw: str) -> str:
    """Eleven letters and digits with at least one letter, or a number that can be answered (GSM 03.40)."""
    if re.fullmatch(r"\+[1-9][0-9]{6,14}", raw):
        return raw
    if not re.fullmatch(r"(?=.*[A-Za-z])[A-Za-z0-9 ]{1,11}", raw):
        raise wrong("sms_sender")
    return raw


def _discreet(raw: str) -> str:
    if TELLING.search(raw):
        raise wrong("telling")
    return raw


def _url(raw: str) -> str:
    """https, or http on this machine's own loopback; no credentials, no fragment, no blanks."""
    try:
        parts = urlsplit(raw)
        port, host = parts.port, parts.hostname or ""
    except ValueError as none:
        raise wrong("url") from none
    safe = parts.scheme == "https" or (parts.scheme == "http" and host in LOOPBACK)
    plain = re.fullmatch(r"[!-~]+", raw) and "@" not in parts.netloc and not parts.fragment
    if not host or port == 0 or not plain:
        raise wrong("url")
    if not safe:
        raise wrong("url_not_https")
    return raw


def _origin(raw: str) -> str:
    parts = urlsplit(raw)
    if parts.path not in ("", "/") or parts.query:
        raise wrong("url_not_origin")
    return raw.rstrip("/")


def _colour(raw: str) -> str:
    if not re.fullmatch(r"#[0-9a-fA-F]{6}", raw):
        raise wrong("colour")
    return raw.lower()


def _methods(raw: object) -> tuple[PayMethod, ...]:
    """Our own words for ways to pay, with commas between them."""
    named = [word.strip() for word in raw.split(",")] if isinstance(raw, str) else []
    if not named or any(word not in tuple(PayMethod) for word in named):
        raise wrong("not_a_choice")
    return tuple(PayMethod(word) for word in dict.fromkeys(named))


def _country(raw: str) -> str:
    if not re.fullmatch(r"[A-Z]{2}", raw):
        raise wrong("country_form")
    return raw


Name = Annotated[str, _text(70)]
CountryCode = Annotated[Name, AfterValidator(_country)]
Line = Annotated[str, _text(200)]
YesNo = Annotated[bool, BeforeValidator(_yes_no)]
Methods = Annotated[tuple[PayMethod, ...], BeforeValidator(_methods)]
Day = Annotated[date, BeforeValidator(_day)]
Iban = Annotated[str, AfterValidator(_iban)]
Email = Annotated[str, AfterValidator(_email)]
SenderEmail = Annotated[Email, AfterValidator(_discreet)]
Phone = Annotated[str, AfterValidator(_phone)]
SmsSender = Annotated[str, AfterValidator(_sms_sender), AfterValidator(_discreet)]
Url = Annotated[str, AfterValidator(_url)]
Origin = Annotated[Url, AfterValidator(_discreet), AfterValidator(_origin)]
Colour = Annotated[str, AfterValidator(_colour)]

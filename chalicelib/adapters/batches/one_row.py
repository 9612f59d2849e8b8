"""One record of a file -> one Row, or Quarantined with everything that is wrong with it."""

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import NamedTuple

from ...domain.allocation import ClaimType
from ...domain.batch import Problem, Quarantined, Refused
from ...domain.fees import costs_above_cap
from ...domain.money import MINOR_DIGITS
from ...domain.parties import Creditor
from ...domain.payout_terms import PAID_OUT_IN
from ...domain.profile import FileProfile
from ...domain.row import MOST_MINOR, Row, flagged
from .cells import Cleaned, Form, LeftOut, Misfit, Value, clean, value_of
from .fields import BUSINESS, FIELDS, NEEDED
from .records import Record
from .unpack import FileRefused

Places = Mapping[str, int]
MOST_SHOWN = 120
POSTCODES = {
    **dict.fromkeys(("DE", "FR", "IT"), r"[0-9]{5}"),
    **dict.fromkeys(("AT", "CH"), r"[0-9]{4}"),
    "GB": r"[A-Z]{1,2}[0-9][0-9A-Z]? ?[0-9][A-Z]{2}",
    "US": r"[0-9]{5}(-?[0-9]{4})?",
}
ANY_POSTCODE = r"[0-9A-Z][0-9A-Z -]{1,11}"


def places_of(header: Record, profile: FileProfile) -> Places:
    """Where each declared column stands. Raises FileRefused when one is missing or stands there twice."""
    if header.fault:
        raise FileRefused(Refused("header_unreadable", line=header.line, value=header.cells[0][:MOST_SHOWN]))
    names = [clean(cell).text for cell in header.cells]
    needed = [name for field, name in profile.columns if profile.fixed or _indispensable(field, profile)]
    if missing := [name for name in needed if name not in names]:
        raise FileRefused(Refused("header_missing", line=header.line, value=", ".join(missing)[:500]))
    known = [name for _, name in profile.columns]
    if twice := [name for name in dict.fromkeys(known) if names.count(name) > 1]:
        raise FileRefused(Refused("header_twice", line=header.line, value=", ".join(twice)[:500]))
    if strange := [name for name in names if not profile.fixed and name not in known]:
        raise FileRefused(Refused("header_unknown", line=header.line, value=", ".join(strange)[:500]))
    return {field: names.index(name) for field, name in profile.columns if name in names}


def _indispensable(field: str, profile: FileProfile) -> bool:
    return field in NEEDED and field not in dict(profile.constants)


class Cell(NamedTuple):
    """A field's text on its way in: cleaned, in our own words, with the form it is written in."""

    shown: str
    text: str
    purged: bool
    form: Form


def read_row(record: Record, places: Places, creditor: Creditor) -> Row | Quarantined:
    """The row this record holds. A row with problems names all of them at once."""
    if record.fault:
        return Quarantined(record.line, (Problem("", record.fault, record.cells[0][:MOST_SHOWN]),))
    cells = _cells(record, places, creditor)
    values, problems, flags = _values(cells)
    problems += [Problem(name, reason, cells[name].shown) for name, reason in _contradictions(values, creditor)]
    if not problems:
        return _row(record.line, values, flags, creditor)
    claim = cells["claim"].text if "claim" in cells else ""
    named = tuple(replace(problem, column=creditor.profile.header_of(problem.column)) for problem in problems)
    return Quarantined(record.line, named, claim[:64])


def _cells(record: Record, places: Places, creditor: Creditor) -> dict[str, Cell]:
    """The cells that say something, by field."""
    profile = creditor.profile
    constants = dict(profile.constants)
    texts = {name: clean(record.cells[place]) for name, place in places.items()}
    country = _word("country", texts, profile) or constants.get("country") or creditor.address.country
    currency = _word("currency", texts, profile) or constants.get("currency", "")
    digits = MINOR_DIGITS.get(currency, 2)
    cells = {}
    for name, text in texts.items():
        if text.text:
            word = profile.own_word(name, text.text)
            shown = text.text[:MOST_SHOWN]
            cells[name] = Cell(shown, word, text.purged, Form(profile, country, digits))
    for name, constant in constants.items():
        cells.setdefault(name, Cell(constant, constant, False, Form.of_constants(country, digits)))
    cells.setdefault("country", Cell(country, country, False, Form.of_constants(country, digits)))
    return cells


def _word(name: str, texts: Mapping[str, Cleaned], profile: FileProfile) -> str:
    return profile.own_word(name, texts[name].text) if name in texts else ""


def _values(cells: Mapping[str, Cell]) -> tuple[dict[str, Value], list[Problem], list[str]]:
    values: dict[str, Value] = {}
    problems: list[Problem] = []
    flags: list[str] = []
    for field in FIELDS:
        cell = cells.get(field.name)
        if cell is None:
            if field.needed:
                problems.append(Problem(field.name, "missing"))
            continue
        try:
            values[field.name] = value_of(field, cell.text, cell.form)
        except Misfit as misfit:
            problems.append(Problem(field.name, misfit.reason, cell.shown))
        except LeftOut as left_out:
            flags.append(left_out.flag)
        if cell.purged:
            flags.append("characters_removed")
    return values, problems, flags


def _contradictions(values: Mapping[str, Value], creditor: Creditor) -> list[tuple[str, str]]:
    """What each cell alone does not show: (field, reason). Asked wherever the cells it needs could be read, so
    that a creditor is told of everything at once."""
    found = []
    name, country, postcode = values.get("name"), values.get("country"), values.get("postcode")
    if name and not any(sign.isalpha() for sign in str(name)):
        found.append(("name", "name_form"))
    if country and postcode and not re.fullmatch(POSTCODES.get(str(country), ANY_POSTCODE), str(postcode)):
        found.append(("postcode", "postcode_form"))
    if _before(values, "default_since", "due"):
        found.append(("default_since", "default_before_due"))
    if _before(values, "invoice_date", "birth_date"):
        found.append(("birth_date", "birth_after_invoice"))
    parts = [int(str(values[name])) for name in ("principal", "interest", "costs") if name in values]
    if "principal" in values and sum(parts) > MOST_MINOR:
        found.append(("principal", "amount_huge"))
    if creditor.payout_terms and values.get("currency", PAID_OUT_IN) != PAID_OUT_IN:
        found.append(("currency", "payout_euro"))
    return found


def _before(values: Mapping[str, Value], first: str, second: str) -> bool:
    """Whether both days are known and the first comes earlier."""
    a, b = values.get(first), values.get(second)
    return bool(a and b and a < b)  # type: ignore[operator]


def _row(line: int, values: dict[str, Value], flags: list[str], creditor: Creditor) -> Row:
    said: dict[str, object] = {name: value for name, value in values.items() if name != "party"}
    said.setdefault("postcode", "")
    said["claim_type"] = ClaimType(str(values["claim_type"]))
    row = Row(line=line, is_business=values["party"] == BUSINESS, **said)  # type: ignore[arg-type]
    if not row.email and not row.phone:
        flags.append("no_contact_point")
    if not row.postcode and not row.birth_date:
        flags.append("only_invoice_number")
    if costs_above_cap(row, creditor):
        flags.append("costs_above_cap")
    return flagged(row, *flags)

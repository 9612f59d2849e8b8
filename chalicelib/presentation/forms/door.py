"""The door's answer: one factor of the reader's choice, read kindly."""

import re
from dataclasses import dataclass
from datetime import date

from ...domain.parties import Factor
from ..frame import Problem, Problems
from ._fields import Posted, digits, one

EMPTY = {
    Factor.POSTCODE: "problem.postcode.empty",
    Factor.BIRTH_DATE: "problem.birth_date.empty",
    Factor.INVOICE_NUMBER: "problem.invoice_number.empty",
    Factor.CODE: "problem.code.empty",
}
FIELDS = ("postcode", "birth_day", "birth_month", "birth_year", "invoice_number", "code")


@dataclass(frozen=True)
class Answer:
    """A factor and what the reader says it is: a day for a birth date, else the text as typed.

    A code without text is the wish to have one sent.
    """

    factor: Factor
    value: str | date


def birth_date(text: str, today: date) -> date | None:
    """A birth date as people write it: 31.12.1980, 31/12/1980, 31 12 80, 1980-12-31, 31121980.

    Day before month, unless the year leads. Two digits of a year mean the century in which the writer is
    at least 16 years old.
    """
    parts = re.findall(r"\d+", text)
    if len(parts) == 1 and len(parts[0]) in (6, 8):
        whole = parts[0]
        parts = [whole[:2], whole[2:4], whole[4:]]
    if len(parts) != 3:
        return None
    if len(parts[0]) == 4:
        parts.reverse()
    day, month, year = (int(part) for part in parts)
    if len(parts[2]) == 2:
        year += 2000 if today.year - (2000 + year) >= 16 else 1900
    elif len(parts[2]) != 4:
        return None
    try:
        found = date(year, month, day)
    except (ValueError, OverflowError):
        return None
    return found if date(1900, 1, 1) <= found <= today else None


def _typed(posted: Posted, factor: Factor) -> str:
    if factor is not Factor.BIRTH_DATE:
        return digits(one(posted, factor.value, 80))
    parts = [one(posted, name, 10) for name in ("birth_day", "birth_month", "birth_year")]
    return " ".join(part for part in parts if part) or one(posted, "birth_date", 40)


def read(posted: Posted, factors: tuple[Factor, ...], today: date) -> Answer | Problems:
    """The answer, or what to mend. The chosen row counts; where its field is empty and another is filled,
    that one is meant."""
    given = {factor: _typed(posted, factor) for factor in factors}
    chosen = next((factor for factor in factors if factor.value == one(posted, "factor")), factors[0])
    if not given[chosen]:
        chosen = next((factor for factor in factors if given[factor]), chosen)
    text = given[chosen]
    if chosen is Factor.CODE and not text:
        return Answer(chosen, "")
    if not text:
        return (Problem(chosen.value, EMPTY[chosen]),)
    if chosen is Factor.BIRTH_DATE:
        day = birth_date(text, today)
        if day is None:
            return (Problem(chosen.value, "problem.birth_date.form"),)
        return Answer(chosen, day)
    if not any(c.isalnum() for c in text):
        return (Problem(chosen.value, EMPTY[chosen]),)
    return Answer(chosen, text)


def typed(posted: Posted) -> dict[str, str]:
    """What the reader had written, to show it again beside what needs mending."""
    return {name: one(posted, name, 80) for name in FIELDS}


def chosen_factor(posted: Posted) -> Factor | None:
    """The row the reader had picked, so that the page comes back as they left it."""
    name = one(posted, "factor")
    return Factor(name) if name in tuple(Factor) else None

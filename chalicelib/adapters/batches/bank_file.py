"""The `bank` of a creditor's YAML: the form in which its bank exports CSV."""

import re
from typing import Annotated

from pydantic import BeforeValidator

from ...domain.bank_form import FIELDS, SIDES, BankForm
from ...domain.batch import Problem
from ...domain.money import MINOR_DIGITS
from .profile_file import ProfileModel
from .words import wrong


def _line_number(raw: object) -> int:
    if isinstance(raw, str) and re.fullmatch(r"[1-9][0-9]{0,2}", raw):
        return int(raw)
    raise wrong("count_form")


class BankModel(ProfileModel):
    """A declared form of bank export. What is left out is as in the built-in profile `plain`."""

    header_line: Annotated[int, BeforeValidator(_line_number)] = 1

    @property
    def form(self) -> BankForm:
        return BankForm(self.profile("bank"), self.header_line)


def bank_problems(form: BankForm) -> list[Problem]:
    """What is wrong between the parts of a declared form: unknown fields, and amounts told twice or not at all."""
    profile = form.profile
    columns, constants, values = dict(profile.columns), dict(profile.constants), dict(profile.values)
    found = []
    if profile.thousands == profile.decimal:
        found.append(Problem("bank.thousands", "same_separator", profile.decimal))
    for part, names in (("columns", columns), ("constants", constants), ("values", values)):
        found += [Problem(f"bank.{part}.{name}", "no_such_field", name) for name in names if name not in FIELDS]
    headers = list(columns.values())
    found += [
        Problem(f"bank.columns.{name}", "header_for_two", header)
        for name, header in columns.items()
        if headers.count(header) > 1
    ]
    found += _amount_problems(columns)
    if not {"booked_on", "value_date"} & columns.keys():
        found.append(Problem("bank.columns.value_date", "field_not_mapped", "value_date"))
    for theirs, ours in values.get("side", ()):
        if ours not in SIDES:
            found.append(Problem(f"bank.values.side.{theirs}", "not_a_choice", ours))
    if constants.get("currency", "EUR") not in MINOR_DIGITS:
        found.append(Problem("bank.constants.currency", "not_a_choice", constants["currency"]))
    return found


def _amount_problems(columns: dict[str, str]) -> list[Problem]:
    """One signed column, with or without a side; or one column for each side; never both ways at once."""
    signed, sides = "amount" in columns, {"credit", "debit"} & columns.keys()
    if signed and sides:
        return [Problem(f"bank.columns.{name}", "header_for_two", columns[name]) for name in sorted(sides)]
    missing = [] if signed or len(sides) == 2 else (sorted({"credit", "debit"} - sides) if sides else ["amount"])
    return [Problem(f"bank.columns.{name}", "field_not_mapped", name) for name in missing]

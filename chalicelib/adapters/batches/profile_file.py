"""The `profile` of a creditor's YAML: a built-in form by its name, or a form of the creditor's own."""

from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from ...domain.batch import Problem
from ...domain.profile import DATE_FORMATS, DELIMITERS, ENCODINGS, FileProfile
from .cells import Form, LeftOut, Misfit, value_of
from .fields import BY_NAME, FIELDS, NEEDED, Kind
from .words import Line, wrong

OWN_NAMES = tuple((field.name, field.name) for field in FIELDS)
BUILT_IN = {
    "plain": FileProfile("plain", columns=OWN_NAMES, fixed=False),
    "plain-de": FileProfile(
        "plain-de",
        delimiter=";",
        decimal=",",
        thousands=".",
        date_format="dd.mm.yyyy",
        columns=OWN_NAMES,
        values=tuple(
            (field.name, (("ja", "yes"), ("nein", "no"))) for field in FIELDS if field.kind is Kind.YES_NO
        ),
        fixed=False,
    ),
}
SEPARATORS = (".", ",", "'", "\u2019", " ", "\u00a0", "\u202f")


def _one_of(choices: tuple[str, ...]) -> AfterValidator:
    def check(raw: str | None) -> str | None:
        if raw is not None and raw not in choices:
            raise wrong("not_a_choice")
        return raw

    return AfterValidator(check)


class ProfileModel(BaseModel):
    """A declared form of file. What is left out is as in the built-in profile `plain`."""

    model_config = ConfigDict(strict=True, extra="forbid")

    encoding: Annotated[str, _one_of(ENCODINGS)] = "utf-8"
    delimiter: Annotated[str, _one_of(DELIMITERS)] = ","
    quote: Literal['"', "'"] = '"'
    decimal: Literal[".", ","] = "."
    thousands: Annotated[str | None, _one_of(SEPARATORS)] = None
    date_format: Annotated[str, _one_of(tuple(DATE_FORMATS))] = "yyyy-mm-dd"
    columns: dict[str, Line] = Field(min_length=1)
    constants: dict[str, Line] = Field(default_factory=dict)
    values: dict[str, dict[Line, Line]] = Field(default_factory=dict)

    def profile(self, name: str) -> FileProfile:
        """The profile as the domain knows it."""
        return FileProfile(
            name=name,
            encoding=self.encoding,
            delimiter=self.delimiter,
            quote=self.quote,
            decimal=self.decimal,
            thousands=self.thousands,
            date_format=self.date_format,
            columns=tuple(self.columns.items()),
            constants=tuple(self.constants.items()),
            values=tuple((field, tuple(words.items())) for field, words in self.values.items()),
        )


def profile_problems(profile: FileProfile, unread: frozenset[str] = frozenset()) -> list[Problem]:
    """What is wrong between the parts of a declared form. `unread` are those that are wrong by themselves:
    nothing is said of what they may have meant."""
    found = []
    columns, constants, values = dict(profile.columns), dict(profile.constants), dict(profile.values)
    if profile.thousands == profile.decimal and not unread & {"thousands", "decimal"}:
        found.append(Problem("profile.thousands", "same_separator", profile.decimal))
    for part, names in (("columns", columns), ("constants", constants), ("values", values)):
        found += [
            Problem(f"profile.{part}.{name}", "no_such_field", name) for name in names if name not in BY_NAME
        ]
    headers = list(columns.values())
    for name, header in columns.items():
        if headers.count(header) > 1:
            found.append(Problem(f"profile.columns.{name}", "header_for_two", header))
    for name in () if unread & {"columns", "constants"} else NEEDED:
        if name not in columns and name not in constants:
            found.append(Problem(f"profile.columns.{name}", "field_not_mapped", name))
    for name, text in constants.items():
        found += _not_ours(f"profile.constants.{name}", name, text)
    for name, words in values.items():
        for theirs, ours in words:
            found += _not_ours(f"profile.values.{name}.{theirs}", name, ours)
    return found


def _not_ours(path: str, name: str, text: str) -> list[Problem]:
    """A constant and the right side of a value map are in our own words and forms."""
    if name not in BY_NAME:
        return []
    try:
        value_of(BY_NAME[name], text, Form.of_constants("DE"))
    except Misfit as misfit:
        return [Problem(path, misfit.reason, text)]
    except LeftOut as left_out:
        return [Problem(path, left_out.flag, text)]
    return []

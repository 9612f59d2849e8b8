"""A creditor's settings, `creditors/<id>.yaml`: a whole, valid Creditor, or all that is wrong with it."""

import re
from collections.abc import Collection
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Discriminator, Tag, ValidationError

from ...domain.batch import Problem
from ...domain.parties import ActingAs, Address, Authority, Creditor
from .profile_file import BUILT_IN, ProfileModel, profile_problems
from .words import Colour, Day, Email, Iban, Line, Name, Origin, Phone, SenderEmail, SmsSender, Url, YesNo
from .yaml_text import Unreadable, read_yaml

ID = r"[a-z][a-z0-9-]{1,39}"
LANGUAGES = ("de", "en")
MOST_SHOWN = 120
MOST_PROBLEMS = 100
# pydantic's own refusals, by the key of the sentence that says the same to a creditor.
REASONS = {
    "missing": "missing",
    "extra_forbidden": "unknown_setting",
    "string_type": "not_text",
    "dict_type": "not_a_group",
    "model_type": "not_a_group",
    "model_attributes_type": "not_a_group",
    "literal_error": "not_a_choice",
    "too_short": "missing",
}


def _form_or_name(profile: object) -> str:
    return "form" if isinstance(profile, dict | ProfileModel) else "name"


class AddressModel(BaseModel):
    model_config = ConfigDict(strict=True, extra="forbid")
    street: Line
    postcode: Name
    city: Name
    country: Name = "DE"


class AuthorityModel(BaseModel):
    model_config = ConfigDict(strict=True, extra="forbid")
    name: Line
    address: Line
    contact: Line


class CreditorModel(BaseModel):
    """The file as it stands, each setting checked by itself."""

    model_config = ConfigDict(strict=True, extra="forbid")
    id: str
    legal_name: Name
    address: AddressModel
    acting_as: Name
    country: Name
    profile: Annotated[
        Annotated[str, Tag("name")] | Annotated[ProfileModel, Tag("form")], Discriminator(_form_or_name)
    ]
    strategy: Name
    sender_email: SenderEmail
    sender_sms: SmsSender
    payee: Name
    iban: Iban
    help_phone: Phone
    help_hours: Line
    help_email: Email
    imprint_url: Url
    privacy_url: Url
    public_url: Origin
    provider: Name = "stripe"
    provider_secret: Line | None = None
    language: Name = "de"
    colour: Colour | None = None
    register_entry: Line | None = None
    register_number: Line | None = None
    authority: AuthorityModel | None = None
    on_behalf_of: Name | None = None
    reviewed_by: Name | None = None
    reviewed_on: Day | None = None
    sandbox: YesNo = True
    live: YesNo = False


def read_creditor(
    body: bytes,
    id: str,
    *,
    countries: Collection[str],
    strategies: Collection[str],
    providers: Collection[str] = ("stripe",),
) -> Creditor | tuple[Problem, ...]:
    """The creditor this document describes; or its problems, each with the path of its setting.

    `id` is what the object's name says. `countries`, `strategies` and `providers` are the keys the house
    knows. Nothing of a file with a problem is taken.
    """
    try:
        document = read_yaml(body)
    except Unreadable as unreadable:
        return (unreadable.problem,)
    try:
        model = CreditorModel.model_validate(document)
    except ValidationError as refused:
        return tuple(_problem(error) for error in refused.errors()[:MOST_PROBLEMS])
    known = {"country": countries, "strategy": strategies, "provider": providers}
    problems = [*_unknown(model, known), *_contradictions(model, id)]
    if isinstance(model.profile, ProfileModel):
        problems += profile_problems(model.profile.profile(id))
    return tuple(problems) or _creditor(model)


def _problem(error: Any) -> Problem:
    """pydantic's error in our words; the tag it puts after `profile` is no part of the path."""
    path = [str(part) for part in error["loc"] if part != "[key]"]
    if path[:1] == ["profile"]:
        del path[1:2]
    value, kind = error["input"], error["type"]
    shown = value if isinstance(value, str) else ""
    return Problem(".".join(path), REASONS.get(kind, kind), shown[:MOST_SHOWN])


def _unknown(model: CreditorModel, known: dict[str, Collection[str]]) -> list[Problem]:
    """Settings that name something of the house which it does not have."""
    known = known | {"acting_as": tuple(ActingAs), "language": LANGUAGES}
    found = [
        Problem(name, "not_known", f"{getattr(model, name)} ({', '.join(sorted(choices))})")
        for name, choices in known.items()
        if getattr(model, name) not in choices
    ]
    if isinstance(model.profile, str) and model.profile not in BUILT_IN:
        found.append(Problem("profile", "not_known", f"{model.profile} ({', '.join(BUILT_IN)})"))
    if not re.fullmatch(r"[A-Z]{2}", model.address.country):
        found.append(Problem("address.country", "country_form", model.address.country))
    return found


def _contradictions(model: CreditorModel, id: str) -> list[Problem]:
    """What each setting alone does not show."""
    found = []
    if model.id != id or not re.fullmatch(ID, model.id):
        found.append(Problem("id", "id_of_file", model.id[:MOST_SHOWN]))
    if model.payee not in (model.legal_name, model.on_behalf_of):
        found.append(Problem("payee", "payee_differs", model.payee))
    secrets = f"kulanz/creditors/{model.id}/"
    if model.provider_secret and not model.provider_secret.startswith(secrets):
        found.append(Problem("provider_secret", "foreign_secret", model.provider_secret))
    if model.acting_as == ActingAs.COLLECTOR:
        if not model.register_number:
            found.append(Problem("register_number", "collector_register"))
        if not model.authority:
            found.append(Problem("authority", "collector_authority"))
    if bool(model.reviewed_by) != bool(model.reviewed_on):
        missing = "reviewed_on" if model.reviewed_by else "reviewed_by"
        found.append(Problem(missing, "review_half"))
    elif not model.sandbox and not model.reviewed_by:
        found.append(Problem("sandbox", "review_missing", "false"))
    return found


def _creditor(model: CreditorModel) -> Creditor:
    if isinstance(model.profile, ProfileModel):
        profile = model.profile.profile(model.id)
    else:
        profile = BUILT_IN[model.profile]
    said = model.model_dump(exclude={"address", "authority", "profile", "acting_as", "provider_secret"})
    return Creditor(
        **said,
        profile=profile,
        acting_as=ActingAs(model.acting_as),
        address=Address(**model.address.model_dump()),
        authority=Authority(**model.authority.model_dump()) if model.authority else None,
        provider_secret=model.provider_secret or f"kulanz/creditors/{model.id}/{model.provider}",
    )

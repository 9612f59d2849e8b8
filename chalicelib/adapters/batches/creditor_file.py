"""A creditor's settings, `creditors/<id>.yaml`: a whole, valid Creditor, or all that is wrong with it."""

import re
from collections.abc import Collection, Mapping
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Discriminator, Tag, ValidationError

from ...domain.bank_form import BankForm
from ...domain.batch import Problem
from ...domain.channel import ChannelTerms
from ...domain.parties import ActingAs, Address, Authority, Creditor, PayMethod, ReleaseWay
from ...domain.payout_terms import PAID_OUT_IN
from .bank_file import BankModel, bank_problems
from .centre_file import CentreModel, Needs, centre_problems
from .channels_file import channel_problems, channel_settings
from .payout_file import PayoutModel
from .profile_file import BUILT_IN, ProfileModel, profile_problems
from .words import (
    Colour,
    CountryCode,
    Day,
    Email,
    Iban,
    Line,
    Methods,
    Name,
    Origin,
    Phone,
    SenderEmail,
    SmsSender,
    Url,
    YesNo,
)
from .yaml_text import Unreadable, read_yaml

Settings = dict[str, Any]
ID = r"[a-z][a-z0-9-]{1,39}"
LANGUAGES = ("de", "en")
NO_CHANNELS: Mapping[str, ChannelTerms] = {}
NO_CENTRES: Needs = {}
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
    country: CountryCode = "DE"


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
    bank: BankModel | None = None
    methods: Methods = (PayMethod.CARD, PayMethod.SEPA_DEBIT)
    bills_collection_fee: YesNo = False
    payout: PayoutModel | None = None
    release: Name = "by_hand"
    channels: dict[Name, dict[Name, Line]] = {}
    contact_centre: CentreModel | None = None


def read_creditor(
    body: bytes,
    id: str,
    *,
    countries: Collection[str],
    strategies: Collection[str],
    providers: Collection[str] = ("stripe",),
    channels: Mapping[str, ChannelTerms] = NO_CHANNELS,
    centres: Needs = NO_CENTRES,
) -> Creditor | tuple[Problem, ...]:
    """The creditor this document describes; or its problems, each with the path of its setting.

    `id` is what the object's name says. `countries`, `strategies` and `providers` are the keys the house
    knows, `channels` what the channels' files say of themselves, `centres` what each contact centre's file asks
    for. Nothing of a file with a problem is taken.
    """
    try:
        document = read_yaml(body)
    except Unreadable as unreadable:
        return (unreadable.problem,)
    known = {"country": countries, "strategy": strategies, "provider": providers}
    try:
        model = CreditorModel.model_validate(document)
    except ValidationError as refused:
        read, unread = _well_formed(document, refused)
        problems = [*map(_problem, refused.errors()), *_between(read, id, known, unread)]
        return tuple(problems[:MOST_PROBLEMS])
    problems = [*_between(dict(model), id, known), *channel_problems(model.channels, channels)]
    if model.contact_centre:
        problems += centre_problems(model.contact_centre, centres)
    return tuple(problems[:MOST_PROBLEMS]) or _creditor(model, channels)


def _well_formed(document: Settings, refused: ValidationError) -> tuple[Settings, frozenset[str]]:
    """The settings that are right each by itself, and the parts of the profile that are not."""
    paths = [error["loc"] for error in refused.errors()]
    read = _readable(CreditorModel, document, {str(path[0]) for path in paths})
    unread = frozenset(str(path[2]) for path in paths if path[:2] == ("profile", "form") and len(path) > 2)
    if unread and isinstance(profile := document["profile"], dict):
        parts = _readable(ProfileModel, profile, unread)
        read["profile"] = ProfileModel.model_construct(None, **({"columns": {}} | parts))
    return read, unread


def _readable(kind: type[BaseModel], document: Settings, failed: Collection[str]) -> Settings:
    """What this model reads where the failed parts are left out; what is not said has its default."""
    model = kind.model_construct()
    for name in kind.model_fields:
        if name in document and name not in failed:
            kind.__pydantic_validator__.validate_assignment(model, name, document[name])
    return {name: value for name, value in dict(model).items() if name not in failed}


def _between(
    read: Settings, id: str, known: Mapping[str, Collection[str]], unread: frozenset[str] = frozenset()
) -> list[Problem]:
    """What the settings that could be read say of the house, and of each other, that is not so."""
    found = [*_unknown(read, known), *_contradictions(read, id)]
    if isinstance(profile := read.get("profile"), ProfileModel):
        found += profile_problems(profile.profile(id), unread)
    if isinstance(bank := read.get("bank"), BankModel):
        found += bank_problems(bank.form)
    return found


def _problem(error: Any) -> Problem:
    """pydantic's error in our words; the tag it puts after `profile` is no part of the path."""
    path = [str(part) for part in error["loc"] if part != "[key]"]
    if path[:1] == ["profile"]:
        del path[1:2]
    value, kind = error["input"], error["type"]
    shown = value if isinstance(value, str) else ""
    return Problem(".".join(path), REASONS.get(kind, kind), shown[:MOST_SHOWN])


def _unknown(read: Settings, known: Mapping[str, Collection[str]]) -> list[Problem]:
    """Settings that name something of the house which it does not have."""
    known = {**known, "acting_as": tuple(ActingAs), "language": LANGUAGES, "release": tuple(ReleaseWay)}
    found = [
        Problem(name, "not_known", f"{read[name]} ({', '.join(sorted(choices))})")
        for name, choices in known.items()
        if name in read and read[name] not in choices
    ]
    profile = read.get("profile")
    if isinstance(profile, str) and profile not in BUILT_IN:
        found.append(Problem("profile", "not_known", f"{profile} ({', '.join(BUILT_IN)})"))
    return found


def _contradictions(read: Settings, id: str) -> list[Problem]:
    """What each setting alone does not show; asked where all that a question needs could be read."""
    found = []
    own = read.get("id")
    if own is not None and (own != id or not re.fullmatch(ID, own)):
        found.append(Problem("id", "id_of_file", own[:MOST_SHOWN]))
    names = [read[name] for name in ("payee", "legal_name", "on_behalf_of") if name in read]
    if len(names) == 3 and names[0] not in names[1:]:
        found.append(Problem("payee", "payee_differs", names[0]))
    secret = read.get("provider_secret")
    if secret and own is not None and not secret.startswith(f"kulanz/creditors/{own}/"):
        found.append(Problem("provider_secret", "foreign_secret", secret))
    if read.get("acting_as") == ActingAs.COLLECTOR:
        for name, reason in (("register_number", "collector_register"), ("authority", "collector_authority")):
            if name in read and not read[name]:
                found.append(Problem(name, reason))
    if read.get("acting_as") == ActingAs.OWN_NAME and read.get("bills_collection_fee"):
        found.append(Problem("bills_collection_fee", "own_name_fee", "yes"))
    return found + _paid_out_in(read) + _review(read)


def _paid_out_in(read: Settings) -> list[Problem]:
    """What is collected to be paid out is in the one currency payouts leave in."""
    profile = read.get("profile")
    if not read.get("payout") or not isinstance(profile, ProfileModel):
        return []
    currency = profile.constants.get("currency", PAID_OUT_IN)
    return [Problem("profile.constants.currency", "payout_euro", currency)] if currency != PAID_OUT_IN else []


def _review(read: Settings) -> list[Problem]:
    """A review has a name and a day, and outside the sandbox there is one."""
    if not {"reviewed_by", "reviewed_on", "sandbox"} <= read.keys():
        return []
    if bool(read["reviewed_by"]) != bool(read["reviewed_on"]):
        return [Problem("reviewed_on" if read["reviewed_by"] else "reviewed_by", "review_half")]
    if not read["sandbox"] and not read["reviewed_by"]:
        return [Problem("sandbox", "review_missing", "false")]
    return []


def _creditor(model: CreditorModel, channels: Mapping[str, ChannelTerms]) -> Creditor:
    if isinstance(model.profile, ProfileModel):
        profile = model.profile.profile(model.id)
    else:
        profile = BUILT_IN[model.profile]
    apart = {
        "address",
        "authority",
        "profile",
        "bank",
        "acting_as",
        "provider_secret",
        "payout",
        "channels",
        "release",
        "contact_centre",
    }
    said = model.model_dump(exclude=apart)
    bank: BankForm | None = model.bank.form if model.bank else None
    return Creditor(
        **said,
        profile=profile,
        bank=bank,
        channels=channel_settings(model.channels, channels),
        centre=model.contact_centre.terms if model.contact_centre else None,
        payout_to=model.payout.account if model.payout else None,
        payout_terms=model.payout.terms if model.payout else None,
        acting_as=ActingAs(model.acting_as),
        release=ReleaseWay(model.release),
        address=Address(**model.address.model_dump()),
        authority=Authority(**model.authority.model_dump()) if model.authority else None,
        provider_secret=model.provider_secret or f"kulanz/creditors/{model.id}/{model.provider}",
    )

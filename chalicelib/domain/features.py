"""What the model may know of a claim: a claim and its history, as of a moment, as a row of numbers.

The whole list is the table FEATURES; what is not in it the model cannot see. Left out for good, and a test
keeps it so: name, nationality, sex, age, marital status, any part of the address, language, health, the words
of a dispute, and the creditor's value class (a customer's value may only make treatment gentler). FORBIDDEN has
the words by which such a thing would come in; training refuses every column that bears one.

Every feature is a whole number below 2**24, so a 32-bit float holds it exactly and a value that lies on a
split falls on the same side in training and in service. What is unknown is NaN; nothing is guessed.
"""

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from math import nan

# The model learnt from amounts in this currency; another one would need a rate of exchange, so it is unknown.
CURRENCY = "EUR"
MOST_MINOR_UNITS = 10_000_000
MOST_DAYS = 10_000
MOST_COUNT = 1_000

# There is no level for medical care on purpose: such a claim hints at health and is read as "another sector".
SECTORS = ("energy", "fitness", "housing", "insurance", "media", "retail", "telecom", "transport", "travel")
CLAIM_TYPES = ("goods_or_service", "consumer_loan", "other")

# What may never be a feature, by what it would tell of somebody, and the words it would come in by. A star stands
# for the rest of a word. To refuse a harmless column costs a renaming, to let another in costs more: in doubt a
# word stands here.
FORBIDDEN: dict[str, str] = {
    "name": "name *name names vorname* nachname* initials salutation anrede",
    "nationality": "nation* *nationality citizen* staatsang* passport* ethnic* race origin herkunft* migra*",
    "religion": "religio* faith church konfession*",
    "sex": "sex* *sex gender* *gender geschlecht* male female man woman men women mr mrs ms herr frau",
    "age": "age ages aged agegroup* birth* *birth born dob yob geb geburt* *geburt alter altersgruppe jahrgang*",
    "marital status": "marital* married marriage* spouse* widow* divorc* familienstand* verheiratet* ledig*",
    "address": "address* *address adress* street* strass* house hausnummer* post postal* postcode* *postcode"
    " postleit* zip zip* *zip plz* *plz city town* *town village* district* region* borough* ort wohnort* lat lon"
    " latitude longitude geo*",
    "language": "language* *language lang locale* sprach* *sprache tongue",
    "health": "health* ill illness* sick* care carer* needscare* bereave* disab* behinder* krank* gesund* pflege*"
    " diagnos* medic* hospital* clinic* dental* pharma* therap* death* decease* vulnerab*",
    "dispute": "disput* objection* einwand* widerspr* reklam* complain* reason reasons",
    "budget": "budget* income* *income salary* wage wages expens* einkommen* *einkommen gehalt* rent",
    "free text": "text texts freetext* comment* note notes remark* words body subject transcript* bemerkung*",
    "value class": "value *value valueclass* class classes tier vip loyalty clv ltv kundenwert* klasse*",
}
# It says that somebody had to be looked for, and nothing of where they live.
SAYS_NO_PLACE = frozenset({"address_traced"})


@dataclass(frozen=True, slots=True)
class History:
    """What happened before, here or at the creditor; None says that nobody told us."""

    reminders_sent: int | None = None
    first_notice_sent: date | None = None
    payments_made: int | None = None
    plan_before: bool | None = None
    customer_since: date | None = None
    past_orders: int | None = None
    past_payments: int | None = None


@dataclass(frozen=True, slots=True)
class ClaimFacts:
    """One claim as the model may see it: the amount still owed in minor units, dates, and no person."""

    amount: int
    currency: str
    due_date: date
    default_since: date | None = None
    claim_type: str | None = None
    titled: bool | None = None
    business: bool | None = None
    sector: str | None = None
    has_email: bool = False
    has_phone: bool = False
    address_traced: bool | None = None
    history: History = field(default_factory=History)


class Kind(StrEnum):
    """How the numbers of a feature are to be read."""

    COUNT = "count"
    YES_NO = "yes_no"
    LEVEL = "level"


@dataclass(frozen=True, slots=True)
class Feature:
    """One column of the model: how it is read from a claim, and which way it may bend the answer.

    direction: +1, more of it may only raise the probability of paying; -1, only lower it; 0, either.
    goodwill: it speaks for the debtor. Unknown counts as none, so to tell it can only raise the answer.
    levels: the known names of a LEVEL; its number is the place in the list, one past the end for any other.
    """

    name: str
    kind: Kind
    means: str
    read: Callable[..., float | None]
    direction: int = 0
    goodwill: bool = False
    levels: tuple[str, ...] = ()


def _words(name: str) -> list[str]:
    """The words a column's name is made of, however they are joined: needs_care, BirthDate, PLZ2, sex-code."""
    folded = unicodedata.normalize("NFKD", name.replace("ß", "ss")).encode("ascii", "ignore").decode()
    return [word.lower() for word in re.findall(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])", folded)]


def forbidden(name: str) -> str | None:
    """What a column of this name would tell that the model may not know; None, if nothing."""
    if name in SAYS_NO_PLACE:
        return None
    words = _words(name)
    for what, listed in FORBIDDEN.items():
        patterns = [re.compile(word.replace("*", ".*")) for word in listed.split()]
        if any(pattern.fullmatch(word) for word in words for pattern in patterns):
            return what
    return None


def _level(name: str | None, levels: tuple[str, ...]) -> float | None:
    if name is None or not name.strip():
        return None
    known = name.strip().casefold()
    return levels.index(known) if known in levels else len(levels)


def _days(since: date | None, as_of: date) -> float | None:
    """Whole days gone by; none before the day itself."""
    return None if since is None else min(max((as_of - since).days, 0), MOST_DAYS)


def _notice_days(facts: ClaimFacts, as_of: date) -> float | None:
    """A notice dated after the moment of asking is not yet known."""
    sent = facts.history.first_notice_sent
    return None if sent is None or sent > as_of else _days(sent, as_of)


def _count(number: int | None) -> float | None:
    return None if number is None else min(max(number, 0), MOST_COUNT)


def _amount(facts: ClaimFacts, _: date) -> float | None:
    return min(facts.amount, MOST_MINOR_UNITS) if facts.currency == CURRENCY else None


FEATURES: tuple[Feature, ...] = (
    Feature("amount", Kind.COUNT, "still owed, in euro cents", _amount, direction=-1),
    Feature(
        "days_overdue", Kind.COUNT, "days since the due date", lambda f, t: _days(f.due_date, t), direction=-1
    ),
    Feature(
        "days_in_default",
        Kind.COUNT,
        "days since default began",
        lambda f, t: _days(f.default_since, t),
        direction=-1,
    ),
    Feature(
        "claim_type",
        Kind.LEVEL,
        "what was agreed",
        lambda f, _: _level(f.claim_type, CLAIM_TYPES),
        levels=CLAIM_TYPES,
    ),
    Feature("titled", Kind.YES_NO, "a court has confirmed it", lambda f, _: f.titled),
    Feature("business", Kind.YES_NO, "the debtor is a business", lambda f, _: f.business),
    Feature("sector", Kind.LEVEL, "the creditor's line", lambda f, _: _level(f.sector, SECTORS), levels=SECTORS),
    Feature(
        "reminders_sent",
        Kind.COUNT,
        "reminders so far",
        lambda f, _: _count(f.history.reminders_sent),
        direction=-1,
    ),
    Feature("days_since_notice", Kind.COUNT, "days since the first notice", _notice_days),
    Feature(
        "payments_made",
        Kind.COUNT,
        "payments on this claim",
        lambda f, _: _count(f.history.payments_made),
        direction=1,
    ),
    Feature("plan_before", Kind.YES_NO, "there was a plan before", lambda f, _: f.history.plan_before),
    Feature(
        "customer_days",
        Kind.COUNT,
        "days as a customer",
        lambda f, t: _days(f.history.customer_since, t) or 0,
        direction=1,
        goodwill=True,
    ),
    Feature(
        "past_orders",
        Kind.COUNT,
        "earlier orders",
        lambda f, _: _count(f.history.past_orders) or 0,
        direction=1,
        goodwill=True,
    ),
    Feature(
        "past_payments",
        Kind.COUNT,
        "earlier invoices paid",
        lambda f, _: _count(f.history.past_payments) or 0,
        direction=1,
        goodwill=True,
    ),
    Feature("has_email", Kind.YES_NO, "an e-mail address is known", lambda f, _: f.has_email, direction=1),
    Feature("has_phone", Kind.YES_NO, "a phone number is known", lambda f, _: f.has_phone, direction=1),
    Feature(
        "address_traced",
        Kind.YES_NO,
        "the address had to be traced",
        lambda f, _: f.address_traced,
        direction=-1,
    ),
)


def features_of(claim_facts: ClaimFacts, *, as_of: date) -> tuple[float, ...]:
    """The claim as one row of numbers in the order of FEATURES, knowing nothing later than `as_of`.

    as_of: the day of asking; of a moment its own calendar day counts. Unknown is NaN.
    """
    day = as_of.date() if isinstance(as_of, datetime) else as_of
    values = (feature.read(claim_facts, day) for feature in FEATURES)
    return tuple(nan if value is None else float(value) for value in values)

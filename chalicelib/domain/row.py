"""Row: one line of a creditor's file, read and checked; and the Debtor and Claim that come of it."""

import hashlib
import json
from dataclasses import dataclass, fields, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from .allocation import ClaimType, Split
from .bearing import interest_of
from .channel import Reach
from .claim import Claim, Ground, Hold, HoldKind
from .parties import Address, ContactPoint, Creditor, Debtor, PointState
from .rates import base_rates

# Amounts above this are a slip of the file, not a claim (B10): ten million, in minor units.
MOST_MINOR = 1_000_000_000
# A queue message carries many rows; none may be longer than this, in bytes of JSON.
MOST_BYTES = 8 * 1024
AGE_OF_MAJORITY = 18


@dataclass(frozen=True)
class Row:
    """One claim as its creditor handed it over: typed, within bounds, and without a word guessed.

    Amounts are minor units of `currency`, still owed as of `as_of`; `phone` is E.164, as is `fax`; None and "" say
    that the file is silent. `line` is the physical line of the file and `flags` what was left out on the way:
    neither belongs to what the row says, so neither enters its hash.
    """

    line: int
    claim: str
    debtor: str
    name: str
    is_business: bool
    street: str
    postcode: str
    city: str
    country: str
    what: str
    invoice_number: str
    invoice_date: date
    due: date
    principal: int
    interest: int
    costs: int
    as_of: date
    currency: str
    claim_type: ClaimType
    traced: bool = False
    birth_date: date | None = None
    email: str | None = None
    phone: str | None = None
    language: str | None = None
    iban: str | None = None
    contract_date: date | None = None
    default_since: date | None = None
    default_basis: str | None = None
    interest_rate: str | None = None
    above_statutory: str | None = None
    costs_kind: str | None = None
    costs_origin: str | None = None
    titled: bool = False
    vat_reclaimable: bool | None = None
    sector: str | None = None
    mandate: str | None = None
    reminders_sent: int | None = None
    first_notice_sent: date | None = None
    payments_made: int | None = None
    paid_before: int | None = None
    plan_before: bool | None = None
    plan_until: date | None = None
    opt_out_email: bool = False
    opt_out_sms: bool = False
    disputed: bool = False
    representative: bool = False
    insolvency: bool = False
    breathing_space_until: date | None = None
    minor: bool = False
    customer_since: date | None = None
    past_orders: int | None = None
    past_payments: int | None = None
    value_class: str | None = None
    fax: str | None = None
    flags: tuple[str, ...] = ()

    def to_json(self) -> str:
        """The row as one line of JSON, at most MOST_BYTES long."""
        return json.dumps(vars(self), ensure_ascii=False, default=_plain, separators=(",", ":"))

    @classmethod
    def from_json(cls, text: str) -> "Row":
        """The way back from to_json; ValueError or TypeError when the text is no row."""
        raw: dict[str, Any] = json.loads(text)
        for name in DATES:
            if raw.get(name) is not None:
                raw[name] = date.fromisoformat(raw[name])
        raw["claim_type"] = ClaimType(raw["claim_type"])
        raw["flags"] = tuple(raw["flags"])
        return cls(**raw)

    @property
    def row_hash(self) -> str:
        """SHA-256 of what the row says: the same for every order of columns, encoding and number form."""
        unsaid = ("line", "flags", *(name for name in LATER if getattr(self, name) is None))
        said = {name: value for name, value in vars(self).items() if name not in unsaid}
        text = json.dumps(said, sort_keys=True, ensure_ascii=False, default=_plain, separators=(",", ":"))
        return hashlib.sha256(text.encode()).hexdigest()


# Fields that came later: a row that says nothing of them is the same row as before they came.
LATER = ("fax",)
DATES = tuple(f.name for f in fields(Row) if f.type in (date, date | None))


def _plain(value: object) -> str:
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} has no place in a row")


def debtor_of(row: Row, creditor: Creditor, now: datetime) -> Debtor:
    """The Debtor this row speaks of, with its contact points and what the creditor knows of them.

    E-mail comes before SMS, and both before what else the creditor writes by. An opt-out, a representative,
    insolvency, breathing space or minority that the creditor knows binds as if it had been said here (LAW: what
    blocks a contact).
    """
    return Debtor(
        creditor=creditor.id,
        number=row.debtor,
        name=row.name,
        is_business=row.is_business,
        address=Address(row.street, row.postcode, row.city, row.country, row.traced),
        birth_date=row.birth_date,
        language=row.language,
        points=_points(row, creditor),
        holds=_debtor_holds(row, now),
        iban=row.iban,
    )


def claim_of(row: Row, creditor: Creditor, batch: str, now: datetime) -> Claim:
    """The Claim this row speaks of, not yet opened: its chain and its first entry are the registering
    action's. `now` is the moment of registering, in UTC."""
    return Claim(
        creditor=creditor.id,
        debtor=row.debtor,
        id=row.claim,
        ground=Ground(row.what, row.contract_date, row.invoice_number, row.invoice_date),
        due=row.due,
        currency=row.currency,
        claim_type=row.claim_type,
        outstanding=Split(row.principal, row.interest, row.costs),
        as_of=row.as_of,
        registered_at=now,
        batch=batch,
        row_hash=row.row_hash,
        holds=_claim_holds(row, now),
        titled=row.titled,
        default_since=row.default_since,
        default_basis=row.default_basis,
        sector=row.sector,
        notice_sent_at=_midnight(row.first_notice_sent) if row.first_notice_sent else None,
        history=_history(row),
        interest=interest_of(row, base_rates()),
    )


def _points(row: Row, creditor: Creditor) -> tuple[ContactPoint, ...]:
    """One contact point for each channel this creditor writes by and has an address for."""
    known = {
        Reach.EMAIL: (row.email, row.opt_out_email),
        Reach.PHONE: (row.phone, row.opt_out_sms),
        Reach.FAX: (row.fax, False),
        Reach.POST: (f"{row.street}, {row.postcode} {row.city}", False),
    }
    found = []
    for channel in creditor.open_channels:
        value, opted_out = known.get(channel.terms.reach, (None, False))
        if value:
            state = PointState.OPTED_OUT if opted_out else PointState.ACTIVE
            found.append(ContactPoint(channel.terms.kind, value, state))
    return tuple(found)


def _debtor_holds(row: Row, now: datetime) -> tuple[Hold, ...]:
    holds = []
    if row.representative:
        holds.append(Hold(HoldKind.REPRESENTATIVE, now, None, "file"))
    if row.insolvency:
        holds.append(Hold(HoldKind.INSOLVENCY, now, None, "file"))
    if row.breathing_space_until:
        holds.append(_until_after(HoldKind.BREATHING_SPACE, now, row.breathing_space_until))
    if minority := _minority(row, now):
        holds.append(minority)
    return tuple(holds)


def _minority(row: Row, now: datetime) -> Hold | None:
    """A minor is not contacted: by the birth date until the 18th birthday, by the creditor's word alone
    until somebody lifts it."""
    of_age = _birthday(row.birth_date, AGE_OF_MAJORITY) if row.birth_date else None
    if of_age and now < of_age:
        return Hold(HoldKind.MINOR, now, of_age, "file")
    return Hold(HoldKind.MINOR, now, None, "file") if row.minor else None


def _birthday(born: date, age: int) -> datetime:
    """When that birthday has begun everywhere; whoever was born on 29 February has it on 1 March."""
    try:
        return _everywhere(born.replace(year=born.year + age))
    except ValueError:
        return _everywhere(date(born.year + age, 3, 1))


def _claim_holds(row: Row, now: datetime) -> tuple[Hold, ...]:
    """What the file says of the claim was so on the day of its figures: from then on nothing grows on it, not only
    from the day we were told."""
    holds, since = [], min(now, _midnight(row.as_of))
    if row.disputed:
        holds.append(Hold(HoldKind.DISPUTE, since, None, "file"))
    if row.plan_until:
        holds.append(_until_after(HoldKind.PLAN, since, row.plan_until))
    return tuple(holds)


def _until_after(kind: HoldKind, since: datetime, last_day: date) -> Hold:
    """A hold that still binds on its last day, wherever the debtor lives."""
    return Hold(kind, since, _everywhere(last_day + timedelta(days=1)), "file")


def _everywhere(day: date) -> datetime:
    """When this day has begun in the last zone of the earth, twelve hours behind UTC."""
    return _midnight(day) + timedelta(hours=12)


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(0), UTC)


HISTORY = (
    "reminders_sent",
    "first_notice_sent",
    "payments_made",
    "paid_before",
    "plan_before",
    "customer_since",
    "past_orders",
    "past_payments",
    "value_class",
    "mandate",
    "vat_reclaimable",
    "interest_rate",
    "above_statutory",
    "costs_kind",
    "costs_origin",
)


def _history(row: Row) -> dict[str, str]:
    """What happened before, as text by field name, silent where the file was: numbers as digits, days as
    ISO dates, yes and no as words. notice.Particulars reads them by the same names."""
    said: dict[str, str] = {}
    for name in HISTORY:
        value = getattr(row, name)
        if value is None:
            continue
        said[name] = ("yes" if value else "no") if isinstance(value, bool) else str(value)
    for name in ("opt_out_email", "opt_out_sms"):
        if getattr(row, name):
            said[name] = "yes"
    return said


def flagged(row: Row, *flags: str) -> Row:
    """The row with these flags added, each once, in the order they were raised."""
    return replace(row, flags=tuple(dict.fromkeys((*row.flags, *flags))))

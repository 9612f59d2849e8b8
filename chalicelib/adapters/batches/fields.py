"""The fields of a row: which are needed, of what kind, how long at most, and which words they know."""

from dataclasses import dataclass
from enum import StrEnum

from ...domain.allocation import ClaimType
from ...domain.money import MINOR_DIGITS


class Kind(StrEnum):
    ID = "id"
    TEXT = "text"
    CHOICE = "choice"
    YES_NO = "yes_no"
    DATE = "date"
    AMOUNT = "amount"
    COUNT = "count"
    COUNTRY = "country"
    LANGUAGE = "language"
    EMAIL = "email"
    PHONE = "phone"
    FAX = "fax"
    IBAN = "iban"


@dataclass(frozen=True)
class Field:
    """`limit` is in characters after cleaning; `choices` are our own words."""

    name: str
    kind: Kind
    needed: bool = False
    limit: int = 64
    choices: tuple[str, ...] = ()


PERSON, BUSINESS = "person", "business"
TYPES = tuple(kind.value for kind in ClaimType)

# The order is that of docs/claims.md. The postcode is not marked as needed: without it a claim is taken all
# the same, with a flag, though it is one of the few things a debtor can prove at the door.
FIELDS: tuple[Field, ...] = (
    Field("claim", Kind.ID, needed=True),
    Field("debtor", Kind.ID, needed=True),
    Field("party", Kind.CHOICE, needed=True, choices=(PERSON, BUSINESS)),
    Field("name", Kind.TEXT, needed=True, limit=120),
    Field("street", Kind.TEXT, needed=True, limit=120),
    Field("postcode", Kind.TEXT, limit=12),
    Field("city", Kind.TEXT, needed=True, limit=80),
    Field("country", Kind.COUNTRY),
    Field("traced", Kind.YES_NO),
    Field("birth_date", Kind.DATE),
    Field("email", Kind.EMAIL, limit=254),
    Field("phone", Kind.PHONE, limit=40),
    Field("fax", Kind.FAX, limit=40),
    Field("language", Kind.LANGUAGE),
    Field("what", Kind.TEXT, needed=True, limit=200),
    Field("contract_date", Kind.DATE),
    Field("invoice_number", Kind.TEXT, needed=True),
    Field("invoice_date", Kind.DATE, needed=True),
    Field("due", Kind.DATE, needed=True),
    Field("default_since", Kind.DATE),
    Field("default_basis", Kind.TEXT, limit=200),
    Field("principal", Kind.AMOUNT, needed=True),
    Field("interest", Kind.AMOUNT, needed=True),
    Field("costs", Kind.AMOUNT, needed=True),
    Field("interest_rate", Kind.TEXT, limit=40),
    Field("above_statutory", Kind.TEXT, limit=120),
    Field("costs_kind", Kind.TEXT, limit=80),
    Field("costs_origin", Kind.TEXT, limit=80),
    Field("as_of", Kind.DATE, needed=True),
    Field("currency", Kind.CHOICE, needed=True, choices=tuple(MINOR_DIGITS)),
    Field("claim_type", Kind.CHOICE, needed=True, choices=TYPES),
    Field("titled", Kind.YES_NO),
    Field("vat_reclaimable", Kind.YES_NO),
    Field("sector", Kind.TEXT, limit=40),
    Field("mandate", Kind.TEXT, limit=35),
    Field("iban", Kind.IBAN, limit=42),
    Field("reminders_sent", Kind.COUNT),
    Field("first_notice_sent", Kind.DATE),
    Field("payments_made", Kind.COUNT),
    Field("paid_before", Kind.AMOUNT),
    Field("plan_before", Kind.YES_NO),
    Field("plan_until", Kind.DATE),
    Field("opt_out_email", Kind.YES_NO),
    Field("opt_out_sms", Kind.YES_NO),
    Field("disputed", Kind.YES_NO),
    Field("representative", Kind.YES_NO),
    Field("insolvency", Kind.YES_NO),
    Field("breathing_space_until", Kind.DATE),
    Field("minor", Kind.YES_NO),
    Field("customer_since", Kind.DATE),
    Field("past_orders", Kind.COUNT),
    Field("past_payments", Kind.COUNT),
    Field("value_class", Kind.TEXT, limit=20),
)
BY_NAME = {field.name: field for field in FIELDS}
NEEDED = tuple(field.name for field in FIELDS if field.needed)

"""What tests are made of: each builder gives a whole, valid object, and takes what matters by keyword."""

from dataclasses import replace
from datetime import UTC, date, datetime

from chalicelib.domain.allocation import ClaimType
from chalicelib.domain.claim import Claim
from chalicelib.domain.ledger import LedgerEntry, opening
from chalicelib.domain.parties import ActingAs, Address, Authority, Creditor, Debtor, ReleaseWay
from chalicelib.domain.profile import FileProfile
from chalicelib.domain.row import Row, claim_of, debtor_of
from chalicelib.domain.staff import Role, Staff

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)

FIELDS = (
    *("claim", "debtor", "party", "name", "street", "postcode", "city", "email", "phone", "what"),
    *("invoice_number", "invoice_date", "due", "principal", "interest", "costs", "as_of"),
)


def profile(**changes: object) -> FileProfile:
    """A file profile in our own names: UTF-8, comma, 1234.56, ISO dates."""
    plain = FileProfile(
        name="plain",
        columns=tuple((field, field) for field in FIELDS),
        constants=(("currency", "EUR"), ("claim_type", "goods_or_service")),
    )
    return replace(plain, **changes)  # type: ignore[arg-type]


def creditor(**changes: object) -> Creditor:
    """A creditor in its own name, reviewed, out of the sandbox, whose batches are contacted as they come."""
    plain = Creditor(
        id="nordlicht",
        legal_name="Nordlicht Energie GmbH",
        address=Address("Am Kai 4", "20457", "Hamburg"),
        acting_as=ActingAs.OWN_NAME,
        country="DE",
        profile=profile(),
        strategy="balanced",
        sender_email="service@nordlicht.example",
        sender_sms="Nordlicht",
        provider="stripe",
        provider_secret="kulanz/creditors/nordlicht/stripe",
        payee="Nordlicht Energie GmbH",
        iban="DE47990009090001234567",
        help_phone="+493023125010",
        help_hours="Mo-Fr 8-18",
        help_email="hilfe@nordlicht.example",
        imprint_url="https://nordlicht.example/impressum",
        privacy_url="https://nordlicht.example/datenschutz",
        public_url="https://zahlen.nordlicht.example",
        reviewed_by="legal",
        reviewed_on=date(2026, 11, 1),
        sandbox=False,
        release=ReleaseWay.AT_ONCE,
    )
    return replace(plain, **changes)  # type: ignore[arg-type]


def collector(**changes: object) -> Creditor:
    """A registered collection service, with all that the law wants it to name."""
    plain = creditor(
        id="fairkasso",
        legal_name="Fairkasso GmbH",
        acting_as=ActingAs.COLLECTOR,
        register_number="3712/E1-2214/26",
        authority=Authority("Bundesamt für Justiz", "Adenauerallee 99-103, 53113 Bonn", "poststelle@bfj.bund.de"),
        on_behalf_of="Nordlicht Energie GmbH",
    )
    return replace(plain, **changes)  # type: ignore[arg-type]


def staff(*roles: str, **changes: object) -> Staff:
    """Somebody who works here: an agent for one creditor, unless said otherwise."""
    plain = Staff(
        id="s-1",
        name="Jana Brandt",
        email="jana.brandt@nordlicht.example",
        roles=tuple(Role(role) for role in roles) or (Role.AGENT,),
        creditors=("nordlicht",),
        languages=("de", "en"),
    )
    return replace(plain, **changes)  # type: ignore[arg-type]


def row(**changes: object) -> Row:
    """One row of a file: a private person who owes €48.20 on an overdue electricity bill."""
    plain = Row(
        line=2,
        claim="R-1001",
        debtor="K-501",
        name="Marta Lindqvist",
        is_business=False,
        street="Lindenweg 7",
        postcode="10437",
        city="Berlin",
        country="DE",
        what="Strom, Abrechnung 2025",
        invoice_number="2026-4711",
        invoice_date=date(2026, 8, 1),
        due=date(2026, 8, 15),
        principal=4820,
        interest=0,
        costs=0,
        as_of=date(2026, 11, 20),
        currency="EUR",
        claim_type=ClaimType.GOODS_OR_SERVICE,
        email="marta.lindqvist@example.com",
        phone="+491713920012",
        birth_date=date(1984, 3, 9),
    )
    return replace(plain, **changes)  # type: ignore[arg-type]


def debtor(**changes: object) -> Debtor:
    """The debtor of row(), reachable by e-mail and SMS."""
    return replace(debtor_of(row(), creditor(), NOW), **changes)  # type: ignore[arg-type]


def claim(**changes: object) -> Claim:
    """The claim of row(), opened: its first entry booked, its chain begun. See opening_of."""
    bare = replace(claim_of(row(), creditor(), "batch-1", NOW), **changes)  # type: ignore[arg-type]
    return bare if bare.chain else replace(bare, chain=opening_of(bare).hash)


def opening_of(of: Claim) -> LedgerEntry:
    """The first ledger entry of a claim nothing has been booked on yet."""
    source = f"{of.batch}:{of.row_hash}"
    return opening(of.outstanding, of.currency, source, of.as_of, of.registered_at)


def agent(name: str = "anna", **changes: object) -> Staff:
    """An agent of row()'s creditor who answers in German whatever is asked."""
    plain = Staff(name, name.title(), f"{name}@desk.example", (Role.AGENT,), ("nordlicht",))
    return replace(plain, **changes)  # type: ignore[arg-type]

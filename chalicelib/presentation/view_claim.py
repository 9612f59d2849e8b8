"""What pages say of one claim: what it is about, how it is made up, and what was paid on it."""

from collections.abc import Sequence
from dataclasses import dataclass

from ..domain.allocation import ORDER, PRINCIPAL, Split
from ..domain.claim import Claim
from ..domain.entry import EntryKind, LedgerEntry
from ..domain.money import Money
from ..domain.parties import ActingAs, Creditor
from .frame import Frame, Row

COMPONENTS = {"costs": "split.costs", "interest": "split.interest", "principal": "split.principal"}


@dataclass(frozen=True)
class Paid:
    """One payment that arrived: its day, its amount, and what it settled."""

    day: str
    amount: str
    settled: tuple[Row, ...]
    surplus: str | None


@dataclass(frozen=True)
class Subject:
    """What it is about: who is owed, for what, on which invoice."""

    owed_to: str
    collected_by: str | None
    what: str
    contract_day: str | None
    invoice: str
    invoice_day: str
    due_day: str
    reference: str


def money_of(frame: Frame, claim: Claim, amount: int) -> str:
    return frame.locale.money(Money(amount, claim.currency))


def subject_of(frame: Frame, creditor: Creditor, claim: Claim) -> Subject:
    """What a claim is about, in the reader's dates."""
    collector = creditor.acting_as is ActingAs.COLLECTOR
    day = frame.locale.date
    return Subject(
        owed_to=(creditor.on_behalf_of or creditor.legal_name) if collector else creditor.legal_name,
        collected_by=creditor.legal_name if collector else None,
        what=claim.ground.what,
        contract_day=day(claim.ground.contract_date) if claim.ground.contract_date else None,
        invoice=claim.ground.invoice_number,
        invoice_day=day(claim.ground.invoice_date),
        due_day=day(claim.due),
        reference=claim.id,
    )


def split_rows(frame: Frame, claim: Claim, split: Split, *, all_lines: bool) -> tuple[Row, ...]:
    """The split as lines in the claim's own order of settlement; lines of nothing only where asked for."""
    lines = [(name, getattr(split, name)) for name in ORDER[claim.claim_type]]
    kept = [(name, amount) for name, amount in lines if amount or all_lines or name == PRINCIPAL]
    return tuple(Row(COMPONENTS[name], money_of(frame, claim, amount)) for name, amount in kept)


def payments_of(frame: Frame, claim: Claim, entries: Sequence[LedgerEntry]) -> tuple[Paid, ...]:
    found = []
    for entry in entries:
        if entry.kind is not EntryKind.PAYMENT:
            continue
        lines = [(name, getattr(entry.split, name)) for name in ORDER[claim.claim_type]]
        settled = tuple(Row(COMPONENTS[n], money_of(frame, claim, amount)) for n, amount in lines if amount)
        surplus = money_of(frame, claim, entry.surplus) if entry.surplus else None
        found.append(
            Paid(frame.locale.date(entry.value_date), money_of(frame, claim, entry.amount), settled, surplus)
        )
    return tuple(found)

"""What pages say of one claim: what it is about, how it is made up, and what was paid on it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from ..domain.allocation import ORDER, PRINCIPAL, Split
from ..domain.claim import Claim
from ..domain.entry import EntryKind, LedgerEntry
from ..domain.matter import Matter
from ..domain.money import Money
from ..domain.parties import ActingAs, Creditor
from ..domain.paying import open_claims, payable_together
from ..domain.reference import shown
from .frame import Frame, Row
from .split_lines import COMPONENTS, split_lines
from .went_back import back_words


@dataclass(frozen=True)
class Paid:
    """One payment that arrived: its day, its amount, and what it settled; `back`: the key of what it is called,
    where it left again."""

    day: str
    amount: str
    settled: tuple[Row, ...]
    surplus: str | None
    back: str = ""


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
        reference=shown(claim.reference) or claim.id,
    )


def split_rows(frame: Frame, claim: Claim, split: Split, *, all_lines: bool) -> tuple[Row, ...]:
    """The split as lines, the invoice first; lines of nothing only where asked for."""
    kept = [
        (key, amount) for key, amount in split_lines(split) if amount or all_lines or key == COMPONENTS[PRINCIPAL]
    ]
    return tuple(Row(key, money_of(frame, claim, amount)) for key, amount in kept)


def payments_of(frame: Frame, claim: Claim, entries: Sequence[LedgerEntry]) -> tuple[Paid, ...]:
    found = []
    for entry in entries:
        if entry.kind is EntryKind.REVERSAL:
            gone = money_of(frame, claim, -entry.amount)
            found.append(Paid(frame.locale.date(entry.value_date), gone, (), None, back_words(entry)))
        if entry.kind is not EntryKind.PAYMENT:
            continue
        lines = split_lines(entry.split, ORDER[claim.claim_type])
        settled = tuple(Row(key, money_of(frame, claim, amount)) for key, amount in lines if amount)
        surplus = money_of(frame, claim, entry.surplus) if entry.surplus else None
        found.append(
            Paid(frame.locale.date(entry.value_date), money_of(frame, claim, entry.amount), settled, surplus)
        )
    return tuple(found)


def too_much(entries: Sequence[LedgerEntry]) -> int:
    """What arrived beyond what was owed and has not gone back."""
    return sum(-entry.surplus if entry.kind is EntryKind.REVERSAL else entry.surplus for entry in entries)


@dataclass(frozen=True)
class Other:
    """Another open claim of the same reader: the id that leads to it, and its two lines."""

    claim: str
    what: str
    amount: str
    invoice: str
    invoice_day: str


@dataclass(frozen=True)
class Others:
    """What else is open with the same creditor. `total` is the sum of all of it, the claim at hand included (None
    over several currencies); `together` is the sum that one payment may settle now, where there are several."""

    rows: tuple[Other, ...]
    total: str | None
    together: str | None


def others_of(frame: Frame, matter: Matter, claim: Claim, now: datetime) -> Others | None:
    """The reader's other open claims; None where there are none."""
    held = open_claims(matter)
    others = [one for one in held if one.id != claim.id]
    if not others:
        return None
    payable = payable_together(matter, claim.currency, now)
    sums = [sum(one.outstanding.total for one in some) for some in (held, payable)]
    alike = {one.currency for one in held} == {claim.currency}
    return Others(
        rows=tuple(
            Other(
                one.id,
                one.ground.what,
                money_of(frame, one, one.outstanding.total),
                one.ground.invoice_number,
                frame.locale.date(one.ground.invoice_date),
            )
            for one in others
        ),
        total=money_of(frame, claim, sums[0]) if alike and len(held) > 1 else None,
        together=money_of(frame, claim, sums[1]) if len(payable) > 1 else None,
    )

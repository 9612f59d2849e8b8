"""The ledger of one claim: append-only entries, each sealed to the one before it."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime

from .allocation import Split, Standing, allocate
from .claim import Claim, ClaimState, HoldKind
from .entry import EntryKind, LedgerEntry
from .paying import last_part_begun
from .plan import Plan

RECENT = 12


def opening(split: Split, currency: str, source: str, value_date: date, booked_at: datetime) -> LedgerEntry:
    """The first entry of a claim: what the creditor says is owed."""
    entry = LedgerEntry(0, EntryKind.OPENING, split.total, currency, split, 0, source, value_date, booked_at, "")
    return entry.sealed()


def booked(
    claim: Claim, received: int, source: str, value_date: date, booked_at: datetime
) -> tuple[Claim, LedgerEntry]:
    """The claim and the entry after `received` minor units of its own currency arrived.

    Costs, interest and principal go down in the lawful order; a claim with nothing left is closed; what is
    too much stays in the entry's surplus. A payment on a closed or disputed claim is booked all the same, and
    flagged (M10).
    """
    allocation = allocate(received, claim.outstanding, claim.claim_type)
    disputed = any(hold.kind is HoldKind.DISPUTE for hold in claim.binding_holds(booked_at))
    flags: tuple[str, ...] = ("on_closed_claim",) if claim.state is ClaimState.CLOSED else ()
    flags += ("on_disputed_claim",) if disputed else ()
    entry = LedgerEntry(
        number=claim.entries,
        kind=EntryKind.PAYMENT,
        amount=received,
        currency=claim.currency,
        split=allocation.settled,
        surplus=allocation.surplus,
        source=source,
        value_date=value_date,
        booked_at=booked_at,
        previous=claim.chain,
        flags=flags,
    ).sealed()
    after = replace(
        claim,
        outstanding=claim.outstanding - allocation.settled,
        paid=claim.paid + received - allocation.surplus,
        entries=claim.entries + 1,
        chain=entry.hash,
        recent=(*claim.recent, entry)[-RECENT:],
    )
    return _closed_if_nothing_is_left(after, booked_at), entry


def may_waive(claim: Claim, plan: Plan | None, most: int) -> bool:
    """Whether what is left after a payment is too little to ask for (M11): at most `most` minor units.

    While a running plan has parts to come they are what was agreed: only a rest of its last part is let go.
    """
    if claim.state is ClaimState.CLOSED or not 0 < claim.outstanding.total <= most:
        return False
    return plan is None or last_part_begun(plan, claim)


def waived(claim: Claim, source: str, value_date: date, booked_at: datetime) -> tuple[Claim, LedgerEntry]:
    """The claim and the counter-entry by which the creditor lets go of all that is left; it closes the claim.

    Nothing arrived, so `paid` stays as it is. `source` names the payment that left the rest.
    """
    rest = claim.outstanding
    entry = LedgerEntry(
        number=claim.entries,
        kind=EntryKind.WAIVER,
        amount=rest.total,
        currency=claim.currency,
        split=rest,
        surplus=0,
        source=f"waiver:{source}",
        value_date=value_date,
        booked_at=booked_at,
        previous=claim.chain,
    ).sealed()
    after = replace(
        claim,
        outstanding=Split(),
        waived=claim.waived + rest.total,
        entries=claim.entries + 1,
        chain=entry.hash,
        recent=(*claim.recent, entry)[-RECENT:],
    )
    return _closed_if_nothing_is_left(after, booked_at), entry


def _closed_if_nothing_is_left(claim: Claim, at: datetime) -> Claim:
    if claim.outstanding.total or claim.state is ClaimState.CLOSED:
        return claim
    return replace(claim.moved_to(ClaimState.CLOSED), closed_at=at)


def standing_of(claim: Claim, today: date) -> Standing:
    """How the claim stands among others of its debtor. A titled one is secured: it can be enforced.

    It weighs the heavier where it is in default (BGB §§286, 288), and heavier still where interest has grown.
    """
    in_default = claim.default_since is not None and claim.default_since <= today
    return Standing(
        claim=claim.id,
        owed=claim.outstanding.total,
        due=claim.due <= today,
        secured=claim.titled,
        burden=in_default + (claim.outstanding.interest > 0),
        since=claim.ground.invoice_date,
    )


def fold(entries: Iterable[LedgerEntry]) -> Split:
    """What is still owed, worked out from the entries alone. Raises ValueError when the chain is broken."""
    outstanding, last, expected = Split(), "", 0
    for entry in entries:
        if entry.number != expected or entry.previous != last or entry.sealed().hash != entry.hash:
            raise ValueError(f"the chain breaks at entry {entry.number}")
        outstanding = outstanding + entry.split if entry.kind is EntryKind.OPENING else outstanding - entry.split
        last, expected = entry.hash, expected + 1
    return outstanding

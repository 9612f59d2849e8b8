"""The ledger of one claim: append-only entries, each sealed to the one before it."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime

from .allocation import Split, allocate
from .claim import Claim, ClaimState, HoldKind
from .entry import EntryKind, LedgerEntry

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
    if after.outstanding.total == 0 and claim.state is not ClaimState.CLOSED:
        after = replace(after.moved_to(ClaimState.CLOSED), closed_at=booked_at)
    return after, entry


def fold(entries: Iterable[LedgerEntry]) -> Split:
    """What is still owed, worked out from the entries alone. Raises ValueError when the chain is broken."""
    outstanding, last, expected = Split(), "", 0
    for entry in entries:
        if entry.number != expected or entry.previous != last or entry.sealed().hash != entry.hash:
            raise ValueError(f"the chain breaks at entry {entry.number}")
        outstanding = outstanding + entry.split if entry.kind is EntryKind.OPENING else outstanding - entry.split
        last, expected = entry.hash, expected + 1
    return outstanding

"""The ledger of one claim: append-only entries, each sealed to the one before it."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime

from .allocation import Allocation, Split, Standing, allocate, take_back
from .claim import Claim, ClaimState, HoldKind
from .cost_kind import CostKind
from .entry import COSTS_BACK, EntryKind, LedgerEntry
from .errors import BrokenRule
from .paying import last_part_begun
from .plan import Plan

RECENT = 12


def opening(split: Split, currency: str, source: str, value_date: date, booked_at: datetime) -> LedgerEntry:
    """The first entry of a claim: what the creditor says is owed."""
    entry = LedgerEntry(0, EntryKind.OPENING, split.total, currency, split, 0, source, value_date, booked_at, "")
    return entry.sealed()


def booked(
    claim: Claim,
    received: int,
    source: str,
    value_date: date,
    booked_at: datetime,
    *,
    against: Split | None = None,
    flags: tuple[str, ...] = (),
) -> tuple[Claim, LedgerEntry]:
    """The claim and the entry after `received` minor units of its own currency arrived.

    Costs, interest and principal go down in the lawful order; a claim with nothing left is closed; what is
    too much stays in the entry's surplus. `against` is what was owed on the day the money was worth, where that
    is less than is owed now. A payment on a closed or disputed claim is booked all the same, and flagged (M10).
    """
    allocation = allocate(received, claim.outstanding if against is None else against, claim.claim_type)
    disputed = any(hold.kind is HoldKind.DISPUTE for hold in claim.binding_holds(booked_at))
    flags += ("on_closed_claim",) if claim.state is ClaimState.CLOSED else ()
    flags += ("on_disputed_claim",) if disputed else ()
    return appended(
        claim,
        EntryKind.PAYMENT,
        allocation.settled,
        source,
        value_date,
        booked_at,
        surplus=allocation.surplus,
        flags=flags,
    )


def appended(
    claim: Claim,
    kind: EntryKind,
    split: Split,
    source: str,
    value_date: date,
    booked_at: datetime,
    *,
    surplus: int = 0,
    flags: tuple[str, ...] = (),
    reverses: int | None = None,
) -> tuple[Claim, LedgerEntry]:
    """The claim with one more entry; its running totals follow, and its state where that changes what is left."""
    entry = LedgerEntry(
        number=claim.entries,
        kind=kind,
        amount=split.total + surplus,
        currency=claim.currency,
        split=split,
        surplus=surplus,
        source=source,
        value_date=value_date,
        booked_at=booked_at,
        previous=claim.chain,
        flags=flags,
        reverses=reverses,
    ).sealed()
    stayed = {EntryKind.PAYMENT: split.total, EntryKind.REVERSAL: -split.total}.get(kind, 0)
    after = replace(
        claim,
        outstanding=claim.outstanding + split if entry.adds else claim.outstanding - split,
        paid=claim.paid + stayed,
        waived=claim.waived + (split.total if kind is EntryKind.WAIVER else 0),
        entries=claim.entries + 1,
        chain=entry.hash,
        recent=(*claim.recent, entry)[-RECENT:],
    )
    return _in_its_state(after, booked_at), entry


def charged(
    claim: Claim, costs: dict[CostKind, int], source: str, value_date: date, booked_at: datetime
) -> tuple[Claim, LedgerEntry]:
    """The claim and the entry by which these costs are owed too.

    Raises BrokenRule where nothing may be added: what was agreed is free of costs, and what is closed stays so.
    """
    if claim.state is not ClaimState.OPEN:
        raise BrokenRule("wrong_state", state=claim.state, wanted=ClaimState.OPEN)
    return appended(claim, EntryKind.COSTS, Split.of_costs(costs), source, value_date, booked_at)


def costs_off(claim: Claim, amount: int, costs: dict[CostKind, int]) -> Split:
    """What is owed no more where `amount` of these costs is given back.

    What of them was paid already is taken off the rest, as if the money had been spent on that. Raises ValueError
    for nothing, and for more than is owed at all.
    """
    if not 0 < amount <= claim.outstanding.total:
        raise ValueError("no more can be given back than is owed")
    own = allocate(amount, Split.of_costs(costs).within(claim.outstanding), claim.claim_type).settled
    more = amount - own.total
    if more:
        own += allocate(more, claim.outstanding - own, claim.claim_type).settled
    return own


def costs_given_back(
    claim: Claim, amount: int, source: str, value_date: date, booked_at: datetime, costs: dict[CostKind, int]
) -> tuple[Claim, LedgerEntry]:
    """The claim and the counter-entry by which `amount` of these costs is owed no more; see costs_off."""
    off = costs_off(claim, amount, costs)
    return appended(claim, EntryKind.CREDIT, off, source, value_date, booked_at, flags=(COSTS_BACK,))


def left_of(payment: LedgerEntry, entries: Iterable[LedgerEntry]) -> Allocation:
    """What of a payment was not taken back yet, by the reversals among `entries`."""
    left, surplus = payment.split, payment.surplus
    for entry in entries:
        if entry.kind is EntryKind.REVERSAL and entry.reverses == payment.number:
            left, surplus = left - entry.split, surplus - entry.surplus
    return Allocation(left, surplus)


def taken_back(
    claim: Claim,
    payment: LedgerEntry,
    left: Allocation,
    amount: int,
    source: str,
    value_date: date,
    booked_at: datetime,
    *,
    flags: tuple[str, ...] = (),
) -> tuple[Claim, LedgerEntry]:
    """The claim and the counter-entry after `amount` of a payment went back; nothing is deleted.

    `left` is what was not taken back before (left_of). What lay in suspense goes first, then what was settled
    last: what is left stands as a smaller payment would. A claim that owes again is open, and on no plan (M9).
    Raises ValueError for nothing, and for more than is left of the payment (M5).
    """
    if type(amount) is not int or not 0 < amount <= left.settled.total + left.surplus:
        raise ValueError("no more of a payment can be taken back than is left of it")
    surplus = min(amount, left.surplus)
    owed = take_back(amount - surplus, left.settled, claim.claim_type).settled
    return appended(
        claim,
        EntryKind.REVERSAL,
        owed,
        source,
        value_date,
        booked_at,
        surplus=surplus,
        flags=flags,
        reverses=payment.number,
    )


def may_waive(claim: Claim, plan: Plan | None, most: int) -> bool:
    """Whether what is left after a payment is too little to ask for (M11): at most `most` minor units.

    While a running plan has parts to come they are what was agreed: only a rest of its last part is let go.
    """
    if not 0 < claim.outstanding.total <= most:
        return False
    return plan is None or last_part_begun(plan, claim)


def waived(claim: Claim, source: str, value_date: date, booked_at: datetime) -> tuple[Claim, LedgerEntry]:
    """The claim and the counter-entry by which the creditor lets go of all that is left; it closes the claim.

    Nothing arrived, so `paid` stays as it is. `source` names the payment that left the rest, or the motion by
    which two people gave it up.
    """
    return appended(claim, EntryKind.WAIVER, claim.outstanding, f"waiver:{source}", value_date, booked_at)


def interest_since(entries: Iterable[LedgerEntry], at: datetime) -> int:
    """How much more interest was booked since then than given back."""
    later = [one for one in entries if one.booked_at > at]
    grown = sum(one.amount for one in later if one.kind is EntryKind.INTEREST)
    return grown - sum(one.amount for one in later if one.kind is EntryKind.CREDIT and not one.gives_costs_back)


def stayed(claim: Claim, payments: Iterable[LedgerEntry]) -> int:
    """What these payments settled, without what of it went back, as far as the claim remembers."""
    found = {entry.number: entry.split.total for entry in payments}
    back = (one for one in claim.recent if one.kind is EntryKind.REVERSAL and one.reverses in found)
    return sum(found.values()) - sum(one.split.total for one in back)


def came_after(claim: Claim, last: date) -> list[LedgerEntry]:
    """The payments worth a day after that, as far as the claim remembers."""
    return [one for one in claim.recent if one.kind is EntryKind.PAYMENT and one.value_date > last]


def _in_its_state(claim: Claim, at: datetime) -> Claim:
    """Closed where nothing is left; open again where something is owed of a closed one."""
    fee = claim.fee
    if claim.outstanding.total and claim.state is ClaimState.CLOSED:
        fee = fee.anew(at) if fee else None
        return replace(claim.moved_to(ClaimState.OPEN), closed_at=None, fee=fee)
    if claim.outstanding.total or claim.state is ClaimState.CLOSED:
        return claim
    fee = replace(fee, look_at=None) if fee else None
    return replace(claim.moved_to(ClaimState.CLOSED), closed_at=at, fee=fee)


def standing_of(claim: Claim, today: date, owed: Split | None = None) -> Standing:
    """How the claim stands among others of its debtor. A titled one is secured: it can be enforced.

    `owed` is what is owed on that day, where that is not what the ledger says today.

    It weighs the heavier where it is in default (BGB §§286, 288), and heavier still where interest has grown.
    """
    owed = claim.outstanding if owed is None else owed
    in_default = claim.default_since is not None and claim.default_since <= today
    return Standing(
        claim=claim.id,
        owed=owed.total,
        due=claim.due <= today,
        secured=claim.titled,
        burden=in_default + (owed.interest > 0),
        since=claim.ground.invoice_date,
    )


def fold(entries: Iterable[LedgerEntry]) -> Split:
    """What is still owed, worked out from the entries alone. Raises ValueError when the chain is broken."""
    outstanding, last, expected = Split(), "", 0
    for entry in entries:
        if entry.number != expected or entry.previous != last or entry.sealed().hash != entry.hash:
            raise ValueError(f"the chain breaks at entry {entry.number}")
        outstanding = outstanding + entry.split if entry.adds else outstanding - entry.split
        last, expected = entry.hash, expected + 1
    return outstanding


def broken_at(claim: Claim, entries: Iterable[LedgerEntry]) -> int | None:
    """The number of the first entry that is not as it was sealed, or is not there; None where all of them are.

    The claim bears the hash of its last entry and what they come to: by that an entry cut off the end shows, and a
    chain that was sealed anew. It was read before `entries` were: what came between is held to its chain alone.
    """
    outstanding, last, there = Split(), "", 0
    for number, entry in enumerate(entries):
        if (entry.number, entry.previous) != (number, last) or entry.sealed().hash != entry.hash:
            return number
        try:
            outstanding = outstanding + entry.split if entry.adds else outstanding - entry.split
        except ValueError:
            return number
        last, there = entry.hash, number + 1
        if there == claim.entries and (last, outstanding) != (claim.chain, claim.outstanding):
            return number
    return None if there >= claim.entries else there

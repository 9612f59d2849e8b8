"""What a collector's fee does to a claim: charged with the first demand, risen after its two weeks, taken back.

Each is a ledger entry of its own: COSTS by kind, and a CREDIT that gives costs back. fees.py says how much; here
it is worked into the claim, which remembers in its CollectionFee what was charged.
"""

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from .claim import RESTING, Claim, ClaimState
from .collection_fee import CollectionFee
from .cost_kind import CostKind
from .entry import EntryKind, LedgerEntry
from .fees import CURRENCY, Billing, Costs, charged_too_much, less, still_to_charge
from .ledger import came_after, charged, costs_given_back, costs_off, stayed
from .matter import Matter

DAY = timedelta(days=1)
# What a person must lift is looked at again after so long.
LOOK_AGAIN = timedelta(days=7)

type Booked = tuple[Claim, LedgerEntry]


def billing_of(claim: Claim, fee: CollectionFee) -> Billing:
    """What decides about the costs of this claim from its first demand on."""
    return Billing(
        value=fee.value,
        currency=claim.currency,
        first_demand=fee.since,
        bills=True,
        vat=fee.vat,
        flat=fee.flat,
        promised=fee.promised,
    )


def may_charge(claim: Claim, day: date) -> bool:
    """Whether a first demand on `day` may bring costs of its own.

    They are the damage of default (BGB §§280, 286): none is owed before it, nor where the file says not since when
    and by what. None is charged a second time, on nothing owed of the principal, where no table of fees holds, or
    while an amount holds that was told without them.
    """
    since, terms = claim.default_since, claim.interest
    in_default = since is not None and since <= day and bool((claim.default_basis or "").strip())
    owes = claim.state is ClaimState.OPEN and claim.outstanding.principal > 0 and claim.currency == CURRENCY
    told = any(one and one.until >= day for one in ((terms.good, terms.earlier) if terms else ()))
    return claim.fee is None and in_default and owes and not told


def first_charge(
    claim: Claim, contact: str, filed: Costs, *, vat: bool, flat: bool, day: date, at: datetime
) -> Booked | None:
    """The claim with what its first demand, told by `contact` on `day`, costs; None where that is nothing.

    `filed` are the costs its file came with. Raises FeesRanOut.
    """
    if not may_charge(claim, day):
        return None
    fee = CollectionFee(contact, day, claim.outstanding.principal, vat, flat, filed)
    half = still_to_charge(billing_of(claim, fee), day, fee.charged)
    if not half:
        return None
    fee = replace(fee, half=half)
    bearing = replace(claim, fee=replace(fee, look_at=fee.rises_at))
    return charged(bearing, dict(half), f"costs:{contact}:{claim.entries}", day, at)


def risen(claim: Claim, day: date, at: datetime, *, rests: bool) -> Booked | None:
    """The claim with what of nine tenths was not charged yet; None where nothing rises on `day`. FeesRanOut."""
    fee = claim.fee
    if fee is None or fee.rise:
        return None
    more = still_to_charge(replace(billing_of(claim, fee), rests=rests), day, fee.charged)
    if not more:
        return None
    bearing = replace(claim, fee=replace(fee, rise=more, look_at=None))
    return charged(bearing, dict(more), f"costs:{fee.contact}:{claim.entries}", day, at)


def rests(matter: Matter, claim: Claim, now: datetime) -> bool:
    """Whether nothing may be added now: it is not simply open, or anything holds the claim or its debtor."""
    held = (*matter.debtor.binding_holds(now), *claim.binding_holds(now))
    return claim.state is not ClaimState.OPEN or bool(held) or bool(claim.plan or claim.deferral or claim.dispute)


def look_again(matter: Matter, claim: Claim, fee: CollectionFee, now: datetime) -> datetime | None:
    """When the night looks again whether the fee rises; None where the end of what holds it says so itself."""
    if not rests(matter, claim, now):
        return fee.rises_at if fee.rises_at > now else None
    lasting = [hold for hold in claim.binding_holds(now) if hold.until is None and hold.kind in RESTING]
    if claim.state is not ClaimState.OPEN or lasting:
        return None
    ends = [hold.until for hold in (*matter.debtor.binding_holds(now), *claim.binding_holds(now)) if hold.until]
    return max((*ends, now + DAY)) if ends else now + LOOK_AGAIN


@dataclass(frozen=True)
class InTime:
    """The claim as it is owed if everything was paid in time: without `amount` of its fee, only to be compared.

    `late` is what came for it after the last day for that, in minor units.
    """

    claim: Claim
    amount: int
    late: int


def in_time(claim: Claim, value_date: date, back: LedgerEntry | None = None) -> tuple[InTime, ...]:
    """What money worth `value_date` may find that it need not pay, the most first; empty where all is owed.

    Money from before the first demand finds no fee at all, where it makes up all the rest with what else had come
    by then; and no more than half a fee, with what came by the end of the two weeks. Money that comes again after
    `back`, its reversal, does not pay for what rose only while it was away, where it pays the rest by itself.
    """
    fee = claim.fee
    if fee is None:
        return ()
    ways = [(fee.total, came_after(claim, fee.since - DAY))] if value_date < fee.since else []
    ways.append((_too_much(claim, fee, max(value_date, fee.since)), came_after(claim, fee.half_through)))
    if back:
        ways.append((_risen_since(claim, fee, back), [e for e in _paid(claim) if e.number > back.number]))
    found = []
    for too_much, late in ways:
        if amount := min(too_much, claim.outstanding.total):
            owed = claim.outstanding - costs_off(claim, amount, _last_charged(fee, amount))
            found.append(InTime(replace(claim, outstanding=owed, fee=None), amount, stayed(claim, late)))
    return tuple(found)


def given_back(claim: Claim, amount: int, source: str, value_date: date, at: datetime) -> Booked:
    """The claim without `amount` of its fee, which is not owed because money worth `value_date` pays all the rest.

    What rose last goes first. Raises ValueError where nothing was charged.
    """
    fee = claim.fee
    if fee is None:
        raise ValueError("nothing was charged")
    after, entry = costs_given_back(
        claim, amount, f"costs:back:{source}", value_date, at, _last_charged(fee, amount)
    )
    rise = less(dict(fee.rise), amount)
    half = less(dict(fee.half), max(0, amount - sum(part for _, part in fee.rise)))
    left = replace(fee, half=_costs(half), rise=_costs(rise))
    return replace(after, fee=_kept(after, left)), entry


def untold(claim: Claim, contact: str, at: datetime) -> Booked | None:
    """The claim without the fee that `contact` was to tell of and did not; None where it told of none.

    What was paid meanwhile, or agreed, had been seen: it stays.
    """
    fee = claim.fee
    if fee is None or fee.contact != contact or claim.state is not ClaimState.OPEN:
        return None
    if claim.plan or claim.deferral or not fee.total <= claim.outstanding.total:
        return None
    source = f"costs:back:{contact}:{claim.entries}"
    after, entry = costs_given_back(claim, fee.total, source, fee.since, at, fee.ours)
    terms = after.interest
    # Nor was the amount told that was to stay good.
    return replace(after, fee=None, interest=replace(terms, good=None) if terms else None), entry


def _last_charged(fee: CollectionFee, amount: int) -> dict[CostKind, int]:
    """The kinds that `amount` of the fee is given back from: what rose, where that is enough."""
    rise = dict(fee.rise)
    return rise if amount <= sum(rise.values()) else fee.ours


def _too_much(claim: Claim, fee: CollectionFee, value_date: date) -> int:
    return sum(amount for _, amount in charged_too_much(billing_of(claim, fee), value_date, fee.charged))


def _kept(after: Claim, fee: CollectionFee) -> CollectionFee | None:
    if not fee.total:
        return None
    again = after.state is ClaimState.OPEN and not fee.rise
    return replace(fee, look_at=fee.rises_at if again else None)


def _risen_since(claim: Claim, fee: CollectionFee, back: LedgerEntry) -> int:
    """What of the fee was charged after the reversal, as far as the claim remembers."""
    ours = f"costs:{fee.contact}:"
    since = [e for e in claim.recent if e.kind is EntryKind.COSTS and e.number > back.number]
    return min(fee.total, sum(e.amount for e in since if e.source.startswith(ours)))


def _paid(claim: Claim) -> list[LedgerEntry]:
    """The payments that the claim remembers."""
    return [entry for entry in claim.recent if entry.kind is EntryKind.PAYMENT]


def _costs(amounts: dict[CostKind, int]) -> Costs:
    return tuple((kind, amount) for kind, amount in amounts.items() if amount)

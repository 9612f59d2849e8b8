"""Charge what a collector's work costs: half a fee with its first demand, the rest later; back if untold.

The first demand is the notice of RDG §13a, or the first reminder of a debtor who is no private person. Its costs
are booked with the reservation of the contact that tells them, so that no letter names what is not in the books;
where that contact did not leave, came back or was lost, they go back by a counter-entry in the transaction that
says so.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from ..domain.charging import first_charge, look_again, may_charge, rests, risen, untold
from ..domain.claim import Claim, ClaimState
from ..domain.contact import Contact, MessageKind, Purpose
from ..domain.entry import LedgerEntry
from ..domain.facts import Fact
from ..domain.fees import FeesRanOut, bills_fee, flat_owed
from ..domain.matter import Matter
from ..domain.notice import Particulars
from ..domain.parties import Creditor
from ..domain.policies._country import CountryPolicy
from ..domain.strategies._base import Strategy, strategy_of
from ..ports import Commit, Scheduler, Store
from .follow_agreement import Course, after_payment
from .tell_amount import booking_facts
from .write_change import write_change


class Charged(StrEnum):
    """What became of the night's look at a claim's fee."""

    CHARGED = "charged"
    LATER = "later"
    NOTHING = "nothing"


@dataclass(frozen=True)
class Charge:
    """The claim after costs were charged or taken back, with its entries and facts, for the caller to commit."""

    claim: Claim
    entries: tuple[tuple[str, LedgerEntry], ...] = ()
    facts: tuple[Fact, ...] = ()


def charge_first(
    claim: Claim,
    matter: Matter,
    contact: Contact,
    creditor: Creditor,
    *,
    store: Store,
    policy: CountryPolicy,
    strategy: Strategy,
    now: datetime,
) -> Charge:
    """The claim as this contact tells it: where it is the first demand of a collector that bills, with its costs.

    Nothing is written here. Where no table of fees reaches, nothing is charged: no fee is guessed, and the table's
    end has rung its own alarm.
    """
    day, debtor = policy.meter.day(now), matter.debtor
    first = contact.kind is MessageKind.NOTICE or (debtor.is_business and claim.notice_sent_at is None)
    bills = policy.fees is not None and bills_fee(creditor, strategy.charges_costs)
    if contact.purpose is not Purpose.REMINDER or not first or not bills:
        return Charge(claim)
    opening = store.entry(creditor.id, claim.id, 0) if may_charge(claim, day) else None
    if opening is None:
        return Charge(claim)
    ground = claim.ground
    arisen = ground.contract_date or ground.invoice_date
    try:
        booked = first_charge(
            claim,
            contact.id,
            tuple(opening.split.by_kind.items()),
            vat=Particulars.of(claim).vat_reclaimable is False,
            flat=flat_owed(claim.claim_type, is_business=debtor.is_business, arisen=arisen),
            day=day,
            at=now,
        )
    except FeesRanOut:
        return Charge(claim)
    return _charge(claim, booked, now)


def take_back_untold(matter: Matter, contact: Contact, now: datetime) -> tuple[Charge, Course]:
    """The contact's claim without the costs that it was to tell of and did not, and what else that ends.

    What it leaves owed may be nothing: then an agreement about it is over, as after a payment.
    """
    claim = matter.claims[contact.claim]
    charge = _charge(claim, untold(claim, contact.id, now), now)
    if charge.claim.state is claim.state:
        return charge, Course(charge.claim)
    course = after_payment(matter, charge.claim, now)
    return replace(charge, claim=course.claim), course


def _charge(before: Claim, booked: tuple[Claim, LedgerEntry] | None, now: datetime) -> Charge:
    if booked is None:
        return Charge(before)
    after, entry = booked
    return Charge(after, ((after.id, entry),), tuple(booking_facts(before, after, (entry,), now)))


def charge_costs(
    creditor: str,
    debtor: str,
    claim: str,
    *,
    store: Store,
    scheduler: Scheduler,
    policies: Mapping[str, CountryPolicy],
    strategies: Mapping[str, Strategy],
    now: datetime,
) -> Charged:
    """What of nine tenths was not charged yet, once nobody can have paid in time any more; by night.

    Never while the claim rests (disputed, held, agreed upon, money on its way): then it is looked at again, or the
    end of what holds it begins the two weeks anew. Where the creditor bills no fee any more, nothing rises for
    good. Asked again it charges nothing. Raises FeesRanOut where no table reaches.
    """

    def decide(settings: Creditor, matter: Matter) -> tuple[Charged, Commit | None]:
        held = matter.claims.get(claim)
        fee = held.fee if held else None
        if held is None or fee is None or fee.look_at is None or fee.look_at > now:
            return Charged.NOTHING, None
        if not bills_fee(settings, strategy_of(settings, strategies).charges_costs):
            return Charged.NOTHING, _looked(held, None)
        resting = rests(matter, held, now)
        booked = None
        if held.state is ClaimState.OPEN:
            booked = risen(held, policies[settings.country].meter.day(now), now, rests=resting)
        if booked is None:
            return Charged.LATER, _looked(held, look_again(matter, held, fee, now))
        charge = _charge(held, booked, now)
        source = f"{claim}/{booked[1].source}"
        return Charged.CHARGED, Commit(charge.facts, claims=(charge.claim,), entries=charge.entries, seen=source)

    return write_change(creditor, debtor, decide, store=store, scheduler=scheduler, now=now)


def _looked(claim: Claim, again: datetime | None) -> Commit:
    assert claim.fee is not None  # whoever looks has seen it
    return Commit((), claims=(replace(claim, fee=replace(claim.fee, look_at=again)),))

"""Tell what is owed of a claim now: what has grown is booked with the word, and holds to the day that is told."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from ..domain.accrual import told, unreckonable
from ..domain.claim import Claim, ClaimState
from ..domain.entry import EntryKind, LedgerEntry
from ..domain.facts import Fact, FactName
from ..domain.parties import Debtor
from ..domain.policies._country import CountryPolicy

SAID = {
    EntryKind.PAYMENT: FactName.PAYMENT_RECEIVED,
    EntryKind.WAIVER: FactName.AMOUNT_WAIVED,
    EntryKind.CORRECTION: FactName.CLAIM_CORRECTED,
    EntryKind.INTEREST: FactName.INTEREST_BOOKED,
    EntryKind.COSTS: FactName.COSTS_CHARGED,
    EntryKind.REVERSAL: FactName.PAYMENT_REVERSED,
    EntryKind.CREDIT: FactName.INTEREST_CREDITED,
}


@dataclass(frozen=True)
class Told:
    """The claim as it was told, with its entries and facts, for the caller to commit; `new`: there is something
    to commit, and it was not told before."""

    claim: Claim
    entries: tuple[tuple[str, LedgerEntry], ...]
    facts: tuple[Fact, ...]
    new: bool


def tell_amount(
    claim: Claim,
    debtor: Debtor,
    good_for_days: int,
    policy: CountryPolicy,
    now: datetime,
    *,
    prolong: bool = False,
) -> Told:
    """The claim with what is owed of it now, good for so many days; `prolong`: so many from now on in any case."""
    meter = policy.meter_for(debtor)
    after, entries = told(claim, now, timedelta(days=good_for_days), meter, prolong=prolong)
    facts = (*booking_facts(claim, after, entries, now), *rate_facts((claim,), policy, now))
    return Told(after, tuple((claim.id, entry) for entry in entries), facts, new=after != claim)


def booking_facts(before: Claim, after: Claim, entries: Iterable[LedgerEntry], now: datetime) -> Iterator[Fact]:
    """What is said of new entries, and of a claim they closed or opened again."""
    creditor, claim = after.creditor, ("claim", after.id)
    for entry in entries:
        ids = (claim, ("entry", str(entry.number)))
        name = FactName.COSTS_CREDITED if entry.gives_costs_back else SAID[entry.kind]
        yield Fact(name, creditor, ids, now)
        yield Fact(FactName.BALANCE_CHANGED, creditor, ids, now)
    if after.state is ClaimState.CLOSED and before.state is not ClaimState.CLOSED:
        yield Fact(FactName.CLAIM_CLOSED, creditor, (claim,), now)
    if before.state is ClaimState.CLOSED and after.state is not ClaimState.CLOSED:
        yield Fact(FactName.CLAIM_REOPENED, creditor, (claim,), now)


def rate_facts(claims: Iterable[Claim], policy: CountryPolicy, now: datetime) -> tuple[Fact, ...]:
    """That no interest could be worked out, because today's base rate is not known (M16); somebody is told."""
    meter = policy.meter
    return tuple(
        Fact(FactName.BASE_RATE_MISSING, claim.creditor, (("claim", claim.id),), now)
        for claim in claims
        if unreckonable(claim, meter.day(now), meter)
    )

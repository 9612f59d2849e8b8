"""I have transferred it: nobody reminds while the money travels; nothing is booked before it is there."""

from collections.abc import Mapping
from datetime import UTC, datetime

from ..domain.bank_days import bank_days_after
from ..domain.claim import Hold, HoldKind
from ..domain.errors import BrokenRule, Retry, StaleVersion
from ..domain.facts import Fact, FactName
from ..domain.paying import is_open
from ..domain.policies._country import CountryPolicy
from ..domain.strategies._base import Strategy, strategy_of
from ..domain.visit import Visit
from ..ports import Commit, Store
from .close_task import called_off
from .tell_amount import tell_amount

TURNS = 5
BANK_DAYS = 7


def announce_transfer(
    visit: Visit,
    *,
    store: Store,
    policies: Mapping[str, CountryPolicy],
    strategies: Mapping[str, Strategy],
    now: datetime,
) -> datetime:
    """Until when nobody writes or calls about the claim: the evening of the seventh bank day from today.

    What they were shown is told to them with this, and stays good.
    Said twice it is one word and one end (P19). Raises BrokenRule("closed") when nothing is owed any more.
    """
    creditor = store.creditor(visit.creditor)
    if creditor is None:
        raise BrokenRule("not_found")
    policy = policies[creditor.country]
    for _ in range(TURNS):
        matter = store.matter(visit.creditor, visit.debtor)
        if matter is None or visit.claim not in matter.claims:
            raise BrokenRule("not_found")
        claim = matter.claims[visit.claim]
        if not is_open(claim):
            raise BrokenRule("closed")
        known = next((h for h in claim.binding_holds(now) if h.kind is HoldKind.TRANSFERRED), None)
        if known and known.until:
            return known.until
        last = bank_days_after(now.astimezone(policy.zone).date(), BANK_DAYS)
        until = datetime.combine(last, policy.figures(last).closes, policy.zone).astimezone(UTC)
        days = strategy_of(creditor, strategies).open_days
        asked = tell_amount(claim, matter.debtor, days, policy, now)
        claim, calls, over = called_off(matter, asked.claim, now)
        held = claim.held(Hold(HoldKind.TRANSFERRED, now, until, visit.link))
        fact = Fact(FactName.TRANSFER_ANNOUNCED, visit.creditor, (("claim", claim.id),), now)
        facts = (fact, *asked.facts, *over)
        try:
            store.commit(visit.creditor, Commit(facts, claims=(held,), entries=asked.entries, tasks=calls))
        except StaleVersion:
            continue
        return until
    raise Retry("the claim keeps changing")

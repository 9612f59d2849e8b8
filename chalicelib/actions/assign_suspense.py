"""Money in suspense finds its home: a person says on which claim it is booked."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from ..domain.claim import Claim, HoldKind
from ..domain.decision import Refused
from ..domain.errors import AlreadyDone, Retry, StaleVersion
from ..domain.facts import Fact, FactName
from ..domain.person import Act, ActKind
from ..domain.policies._country import CountryPolicy
from ..domain.refund_order import RefundOrder
from ..domain.strategies._base import Strategy, strategy_of
from ..domain.suspense import Suspense, SuspenseReason
from ..domain.trail import Trail
from ..ports import Commit, Scheduler, Store
from .book_money import Arrival, book_money, carry_on, carry_out
from .release_refund import RULE, ordered

TURNS = 8


@dataclass(frozen=True)
class Assigned:
    """The claim that took the money, what it took, and what was too much and goes back (M1)."""

    claim: str
    taken: int
    surplus: int


def assign_suspense(
    creditor: str,
    source: str,
    claim: str,
    *,
    by: str,
    store: Store,
    scheduler: Scheduler,
    policies: Mapping[str, CountryPolicy],
    strategies: Mapping[str, Strategy],
    now: datetime,
) -> Assigned | Refused:
    """Book money on this claim as if it had come with the right words: entries, receipt, state, all of it, once.

    It is worth the day on which it came. The entry in suspense gets its end and is kept; more than the claim can
    take stays there and goes into the refund queue. Told again, the same answer and nothing more. What was too
    much for a claim is nobody's to assign: it goes back. Raises Retry when others keep writing.
    """
    settings = store.creditor(creditor)
    for _ in range(TURNS):
        money = store.suspended(creditor, source)
        owner = store.debtor_of_claim(creditor, claim)
        matter = store.matter(creditor, owner) if owner else None
        if settings is None or money is None or matter is None or claim not in matter.claims:
            return Refused("not_found", RULE)
        if money.home == claim:
            carry_on(creditor, matter.debtor.number, store, scheduler, now)
            return Assigned(claim, money.placed, money.left)
        refused = _refused(money, matter.claims[claim])
        if refused:
            return refused
        policy, most = policies[settings.country], strategy_of(settings, strategies).waive_up_to
        commit, receipt = book_money(matter, _arrival(money, claim), policy=policy, most=most, now=now)
        commit, answer = _from_suspense(commit, money, store.trail(creditor, source), claim, by, now)
        try:
            store.commit(creditor, commit)
        except (AlreadyDone, StaleVersion):
            continue
        carry_out(commit, receipt, scheduler, now)
        return answer
    raise Retry("the claim keeps changing")


def _refused(money: Suspense, claim: Claim) -> Refused | None:
    if not money.is_open:
        return Refused(f"suspense_{money.ended_as or 'ended'}", RULE)
    if money.order:
        return Refused("refund_waits", RULE)
    if money.reason is SuspenseReason.OVERPAID:
        return Refused("overpaid_goes_back", RULE)
    if money.left <= 0:
        return Refused("nothing_to_book", RULE)
    return Refused("wrong_currency", RULE) if money.currency != claim.currency else None


def _arrival(money: Suspense, claim: str) -> Arrival:
    return Arrival(
        source=money.source,
        received=money.left,
        currency=money.currency,
        claims=(claim,),
        named=(claim,),
        value_date=money.value_date or money.at.date(),
        ends=frozenset({HoldKind.TRANSFERRED}),
    )


def _from_suspense(
    commit: Commit, money: Suspense, known: Trail | None, claim: str, by: str, now: datetime
) -> tuple[Commit, Assigned]:
    """The booking with the end of the entry in suspense in the place of a new one; its version keeps it single.

    Its trail goes on from there, so that what the bank takes back is taken from the claim.
    """
    surplus = sum(kept.amount for kept in commit.suspense)
    taken = money.left - surplus
    after = money.placing(taken, claim, now) if taken else replace(money, home=claim, candidates=())
    said = [fact for fact in commit.facts if fact.name is not FactName.REFUND_ORDERED]
    orders: tuple[RefundOrder, ...] = ()
    if surplus:
        after, order, fact = ordered(replace(after, reason=SuspenseReason.OVERPAID, claim=claim), now)
        orders, said = (order,), [*said, fact]
    said.append(Fact(FactName.SUSPENSE_ENDED, money.creditor, (("source", money.source), ("claim", claim)), now))
    trails = tuple(
        replace(known, debtor=trail.debtor, entries=(*known.entries, *trail.entries)) if known else trail
        for trail in commit.trails
    )
    act = Act(money.creditor, by, ActKind.ASSIGN, money.source, now)
    booked = replace(
        commit, facts=tuple(said), suspense=(after,), refunds=orders, trails=trails, acts=(act,), source=None
    )
    return booked, Assigned(claim, taken, surplus)

"""Paying one claim or several: what may be paid, how much at the least, and which part of a plan is next."""

from datetime import datetime

from .claim import Claim, ClaimState, HoldKind
from .matter import Matter
from .plan import Plan, PlanState

# One payment books on at most so many claims: a transaction holds a hundred actions.
MOST_TOGETHER = 15


def least(owed: int, floor: int) -> int:
    """The smallest amount that may be paid, in minor units: the creditor's floor, or all where that is less."""
    return min(owed, floor)


def is_open(claim: Claim) -> bool:
    return claim.state is not ClaimState.CLOSED and claim.outstanding.total > 0


def open_claims(matter: Matter) -> tuple[Claim, ...]:
    """All that is still owed, the oldest first."""
    found = (claim for claim in matter.claims.values() if is_open(claim))
    return tuple(sorted(found, key=lambda claim: (claim.due, claim.id)))


def with_the_bank(matter: Matter, claim: Claim, now: datetime) -> bool:
    """A payment of this claim is the bank's to finish, no longer the reader's: its hosted page is done with.

    A direct debit holds the claim for longer than its page stands.
    """
    attempt = matter.attempts.get(claim.attempt or "")
    holds = [hold for hold in claim.binding_holds(now) if hold.kind is HoldKind.PAYMENT_UNDER_WAY]
    if attempt is None:
        return bool(holds)
    return any(hold.until is None or hold.until > attempt.expires_at for hold in holds)


def payable_together(matter: Matter, currency: str, now: datetime) -> tuple[Claim, ...]:
    """The claims one payment may cover: in this currency, nothing on its way already, the oldest fifteen.

    What the debtor says is not owed is left out: nobody pays it by the way.
    """
    return tuple(
        claim
        for claim in open_claims(matter)
        if claim.currency == currency and not disputed(claim, now) and not with_the_bank(matter, claim, now)
    )[:MOST_TOGETHER]


def disputed(claim: Claim, now: datetime) -> bool:
    return any(hold.kind is HoldKind.DISPUTE for hold in claim.binding_holds(now))


def running_plan(matter: Matter, claim: Claim) -> Plan | None:
    """The plan this claim is being paid by."""
    plan = matter.plans.get(claim.plan or "")
    return plan if plan and plan.state is PlanState.RUNNING else None


def next_part(plan: Plan, claim: Claim) -> tuple[int, int] | None:
    """(the number of the earliest part not yet paid, what is left of it); None when all of them are paid."""
    paid = claim.paid - plan.paid_before
    for part in plan.instalments:
        if paid < part.amount:
            return part.number, part.amount - max(0, paid)
        paid -= part.amount
    return None


def last_part_begun(plan: Plan, claim: Claim) -> bool:
    """All parts but the last are paid, and something of the last."""
    return claim.paid - plan.paid_before > plan.total - plan.instalments[-1].amount


"""Paying one claim or several: what may be paid, how much at the least, and which part of a plan is next."""

from datetime import date, datetime

from .claim import Claim, ClaimState, HoldKind
from .entry import EntryKind, LedgerEntry
from .matter import Matter
from .plan import Plan, late_parts, open_instalment, paid_in

# One payment books on at most so many claims: a transaction holds a hundred actions.
MOST_TOGETHER = 15


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


def begun(matter: Matter, claim: Claim, now: datetime) -> bool:
    """A payment was started whose hosted page may still stand open: the reader's to finish, not the bank's."""
    return matter.open_attempt(claim, now) is not None and not with_the_bank(matter, claim, now)


def lapsed(matter: Matter, claim: Claim) -> bool:
    """The last payment that was started came to nothing."""
    attempt = matter.attempts.get(claim.attempt or "")
    return attempt is not None and attempt.has_lapsed


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


def spent(matter: Matter, source: str) -> tuple[tuple[Claim, LedgerEntry], ...]:
    """What one payment, named by its source, settled on each of the claims it was made for."""
    return tuple(
        (claim, entry)
        for claim in sorted(matter.claims.values(), key=lambda claim: (claim.due, claim.id))
        for entry in claim.recent
        if entry.kind is EntryKind.PAYMENT and entry.source == source
    )


def waived_after(claim: Claim, payment: LedgerEntry) -> int:
    """What the creditor let go right after this payment, in minor units."""
    follows = (entry for entry in claim.recent if entry.number == payment.number + 1)
    return sum(entry.amount for entry in follows if entry.kind is EntryKind.WAIVER)


def running_plan(matter: Matter, claim: Claim) -> Plan | None:
    """The plan this claim is being paid by."""
    plan = matter.plans.get(claim.plan or "")
    return plan if plan and plan.is_running else None


def next_part(matter: Matter, claim: Claim) -> int | None:
    """What is left of the part of a running plan that is to be paid next; None without one."""
    plan = running_plan(matter, claim)
    held = open_instalment(plan, claim) if plan else None
    return min(held[1], claim.outstanding.total) if held else None


def due_parts(matter: Matter, claim: Claim, day: date) -> tuple[int, int] | None:
    """How many parts of a running plan are asked for on `day`, and how much: all that are late, else the next."""
    plan = running_plan(matter, claim)
    late = late_parts(plan, claim, day) if plan else ()
    if len(late) > 1:
        return len(late), min(sum(left for _, left in late), claim.outstanding.total)
    part = next_part(matter, claim)
    return (1, part) if part is not None else None


def least_payment(matter: Matter, claim: Claim, floor: int) -> int:
    """The smallest amount that may be paid on this claim, in minor units: the creditor's floor, all of it where
    that is less, and always the part of a plan that was agreed."""
    amounts = (claim.outstanding.total, floor, next_part(matter, claim))
    return min(amount for amount in amounts if amount is not None)


def last_part_begun(plan: Plan, claim: Claim) -> bool:
    """All parts but the last are paid, and something of the last."""
    return paid_in(plan, claim) > plan.total - plan.instalments[-1].amount

"""A Plan: an agreement to pay one claim in dated parts, free of charge; an Instalment is one of them."""

from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum

from .claim import Claim


class PlanState(StrEnum):
    RUNNING = "running"
    KEPT = "kept"
    """Every part was paid."""
    ENDED = "ended"
    """It was not kept, or the debtor ended it; a later payment does not revive it (M9)."""


class Method(StrEnum):
    """How the parts will come: each by a link before its day, by the debtor's standing order, or drawn by us."""

    LINK = "link"
    TRANSFER = "transfer"
    DEBIT = "debit"
    """Drawn from the debtor's account, announced before; without an active Mandate each comes by a link."""


@dataclass(frozen=True)
class Instalment:
    """One dated part, counted from 1: `amount` minor units, to be paid by the end of the day `due`."""

    number: int
    due: date
    amount: int


@dataclass(frozen=True)
class Plan:
    """Agreed parts of what one claim owes; nothing is added while it is kept (BGB §506, RDG §13a(3)).

    `paid_before` is what the claim had been paid when the plan began: what came since counts towards the parts,
    the earliest first. `day` is the day of the month its parts fall on. `asked` holds the numbers of the parts
    whose miss the debtor was asked about; `changes` counts the debtor's own changes. `offer` is the Offer it was
    agreed from, or last changed by. `next_at` is when the contact that carries it on is due. `notice_days` is how
    long before it is drawn each part is announced, where parts are drawn.
    """

    id: str
    creditor: str
    debtor: str
    claim: str
    currency: str
    instalments: tuple[Instalment, ...]
    method: Method
    offer: str
    agreed_at: datetime
    paid_before: int
    state: PlanState = PlanState.RUNNING
    asked: tuple[int, ...] = ()
    changes: int = 0
    day: int = 1
    ended_at: datetime | None = None
    next_at: datetime | None = None
    notice_days: int = 0
    version: int = 0

    @property
    def is_running(self) -> bool:
        return self.state is PlanState.RUNNING

    @property
    def total(self) -> int:
        return sum(part.amount for part in self.instalments)


def paid_in(plan: Plan, claim: Claim) -> int:
    """What came in for the claim since the plan began."""
    return max(0, claim.paid - plan.paid_before)


def open_part(instalments: tuple[Instalment, ...], paid: int) -> tuple[Instalment, int] | None:
    """The first part that `paid` does not cover, and how much of it is left; None when all is covered."""
    for part in instalments:
        if paid < part.amount:
            return part, part.amount - paid
        paid -= part.amount
    return None


def open_instalment(plan: Plan, claim: Claim) -> tuple[Instalment, int] | None:
    """The part to be paid next, and how much of it is left; None when the plan is kept."""
    return None if kept(plan, claim) else open_part(plan.instalments, paid_in(plan, claim))


def kept(plan: Plan, claim: Claim) -> bool:
    """Everything was paid, whether by the plan's parts or at once, or what was left was let go."""
    return claim.outstanding.total == 0 or paid_in(plan, claim) >= plan.total


def fitted(plan: Plan, claim: Claim) -> Plan:
    """The plan with its last parts made smaller, where less is owed than they sum to (M17).

    Less can be owed than was agreed, because interest or costs were given back; never more. The parts that are
    left sum to what came in and what is still owed; a plan of a claim that owes nothing is kept as it is.
    """
    less = plan.total - paid_in(plan, claim) - claim.outstanding.total
    if less <= 0 or kept(plan, claim):
        return plan
    parts = list(plan.instalments)
    while less:
        last = parts.pop()
        if last.amount > less:
            parts.append(replace(last, amount=last.amount - less))
        less -= min(less, last.amount)
    asked = tuple(number for number in plan.asked if number <= len(parts))
    return replace(plan, instalments=tuple(parts), asked=asked)


def late_parts(plan: Plan, claim: Claim, day: date) -> tuple[tuple[Instalment, int], ...]:
    """The parts that were due before `day` and are not paid in full, and how much of each is left."""
    held = open_instalment(plan, claim)
    if held is None:
        return ()
    late = (part for part in plan.instalments if part.number >= held[0].number and part.due < day)
    return tuple(held if part.number == held[0].number else (part, part.amount) for part in late)


def behind(plan: Plan, claim: Claim, day: date) -> int:
    """How many parts were due before `day` and are not paid in full."""
    return len(late_parts(plan, claim, day))

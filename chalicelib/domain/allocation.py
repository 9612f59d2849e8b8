"""Which part of a claim a payment settles first (BGB §367, §497), and which of several claims (§366)."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from itertools import groupby

from .cost_kind import CostKind


class ClaimType(StrEnum):
    """What kind of contract the claim comes from; it decides the order of allocation."""

    GOODS_OR_SERVICE = "goods_or_service"
    CONSUMER_LOAN = "consumer_loan"
    OTHER = "other"


COSTS, INTEREST, PRINCIPAL = "costs", "interest", "principal"

# BGB §367(1): costs, then interest, then principal. §497(3): a consumer loan settles the principal
# before the interest, so that the debt shrinks.
ORDER: dict[ClaimType, tuple[str, str, str]] = {
    ClaimType.GOODS_OR_SERVICE: (COSTS, INTEREST, PRINCIPAL),
    ClaimType.OTHER: (COSTS, INTEREST, PRINCIPAL),
    ClaimType.CONSUMER_LOAN: (COSTS, PRINCIPAL, INTEREST),
}


# Within the costs the law names no order. Ours: first what was laid out to others, then the creditor's own, then
# the collector's.
COST_ORDER = (
    CostKind.COURT,
    CostKind.BANK_RETURN,
    CostKind.DUNNING,
    CostKind.FLAT,
    CostKind.OTHER,
    CostKind.COLLECTION,
    CostKind.EXPENSES,
    CostKind.VAT,
)


@dataclass(frozen=True)
class Split:
    """An amount by component, each in minor units and never below zero.

    `costs` is the sum of all costs; `kinds` says what the named ones are for, in the order they are settled. What
    of the costs no kind names is CostKind.OTHER. However the kinds are handed in, equal splits compare equal.
    """

    principal: int = 0
    interest: int = 0
    costs: int = 0
    kinds: tuple[tuple[CostKind, int], ...] = ()

    def __post_init__(self) -> None:
        for name in (PRINCIPAL, INTEREST, COSTS):
            _whole(name, getattr(self, name))
        named: Counter[CostKind] = Counter()
        for kind, amount in self.kinds:
            _whole(kind, amount)
            named[CostKind(kind)] += amount
        named.pop(CostKind.OTHER, None)
        if sum(named.values()) > self.costs:
            raise ValueError("the kinds of costs cannot be more than the costs: each must be at least 0")
        canonical = tuple((kind, named[kind]) for kind in COST_ORDER if named[kind])
        object.__setattr__(self, "kinds", canonical)

    @classmethod
    def of_costs(cls, costs: Mapping[CostKind, int]) -> "Split":
        """Costs alone, by what they are for."""
        return cls(costs=sum(costs.values()), kinds=tuple(costs.items()))

    @property
    def total(self) -> int:
        return self.principal + self.interest + self.costs

    @property
    def by_kind(self) -> dict[CostKind, int]:
        """The costs by what they are for, the unnamed ones among them, in the order they are settled."""
        named = dict(self.kinds)
        named[CostKind.OTHER] = self.costs - sum(named.values())
        return {kind: named[kind] for kind in COST_ORDER if named.get(kind)}

    def within(self, other: "Split") -> "Split":
        """As much of each part as `other` has too."""
        mine, theirs = self.by_kind, other.by_kind
        costs = {kind: min(amount, theirs.get(kind, 0)) for kind, amount in mine.items()}
        return Split(
            min(self.principal, other.principal),
            min(self.interest, other.interest),
            sum(costs.values()),
            tuple(costs.items()),
        )

    def __add__(self, other: "Split") -> "Split":
        return Split(
            self.principal + other.principal,
            self.interest + other.interest,
            self.costs + other.costs,
            (*self.kinds, *other.kinds),
        )

    def __sub__(self, other: "Split") -> "Split":
        mine, theirs = self.by_kind, other.by_kind
        left = {kind: mine.get(kind, 0) - theirs.get(kind, 0) for kind in (*mine, *theirs)}
        return Split(
            self.principal - other.principal,
            self.interest - other.interest,
            # Asked before the kinds are: more than there is of all costs is the plainer mistake.
            self.costs - other.costs,
            tuple(left.items()),
        )


def _whole(name: str, value: object) -> None:
    if type(value) is not int or value < 0:
        raise ValueError(f"{name} must be whole minor units of at least 0")


@dataclass(frozen=True)
class Allocation:
    """How one payment was spent: `settled` by component, and the `surplus` that fits no component."""

    settled: Split
    surplus: int


def allocate(received: int, outstanding: Split, claim_type: ClaimType) -> Allocation:
    """Spend `received` minor units on `outstanding` in the lawful order; the rest is surplus.

    settled.total + surplus == received, always. Raises ValueError for a payment of nothing.
    """
    if type(received) is not int or received <= 0:
        raise ValueError("a payment is a whole number of minor units above 0")
    return _taken(received, outstanding, ORDER[claim_type], COST_ORDER)


def take_back(given_back: int, settled: Split, claim_type: ClaimType) -> Allocation:
    """Which part of what a payment settled is owed again when `given_back` of it is taken back.

    What was settled last is owed again first, so that the rest stands as a smaller payment would have been spent.
    """
    return _taken(given_back, settled, ORDER[claim_type][::-1], COST_ORDER[::-1])


def _taken(amount: int, held: Split, components: tuple[str, ...], cost_kinds: tuple[CostKind, ...]) -> Allocation:
    left, taken, kinds = amount, dict[str, int](), dict[CostKind, int]()
    for component in components:
        if component == COSTS:
            by_kind = held.by_kind
            for kind in cost_kinds:
                kinds[kind] = min(left, by_kind.get(kind, 0))
                left -= kinds[kind]
        else:
            taken[component] = min(left, getattr(held, component))
            left -= taken[component]
    return Allocation(Split(costs=sum(kinds.values()), kinds=tuple(kinds.items()), **taken), left)


@dataclass(frozen=True)
class Standing:
    """How one claim stands among several that one debtor owes one creditor, in the terms of BGB §366(2).

    `owed` in minor units; `due`: it may be asked for; `secured`: it is titled; `burden`: the higher, the heavier
    it weighs on the debtor; `since`: the day it arose.
    """

    claim: str
    owed: int
    due: bool
    secured: bool
    burden: int
    since: date

    @property
    def rank(self) -> tuple[bool, bool, int, date]:
        """BGB §366(2): the due one first, then the less secured, the more burdensome, the older."""
        return (not self.due, self.secured, -self.burden, self.since)


def across(received: int, standings: Iterable[Standing], named: Iterable[str] = ()) -> tuple[dict[str, int], int]:
    """Spend `received` minor units over several claims: what each gets, and what is too much for all of them.

    What the debtor named comes first (BGB §366(1)); among those, and among the others, the order of §366(2);
    claims of equal rank get their parts in proportion, a cent that cannot be parted goes to the largest rest.
    The order in which the claims are handed in decides nothing. Claims that get nothing are left out.
    """
    chosen, left, shares = frozenset(named), received, dict[str, int]()

    def place(one: Standing) -> tuple[bool, tuple[bool, bool, int, date]]:
        return one.claim not in chosen, one.rank

    for _, group in groupby(sorted((s for s in standings if s.owed), key=place), key=place):
        spent = _in_proportion(left, tuple(group))
        shares |= {claim: share for claim, share in spent.items() if share}
        left -= sum(spent.values())
    return shares, left


def _in_proportion(received: int, equals: tuple[Standing, ...]) -> dict[str, int]:
    """What each of these gets of `received`, never more than it owes, and to the cent."""
    owed = sum(standing.owed for standing in equals)
    spent = min(received, owed)
    shares = {s.claim: spent * s.owed // owed for s in equals}
    rests = sorted(equals, key=lambda s: (-(spent * s.owed % owed), s.claim))
    for standing in rests[: spent - sum(shares.values())]:
        shares[standing.claim] += 1
    return shares

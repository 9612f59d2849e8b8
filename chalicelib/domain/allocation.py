"""Which part of a claim a payment settles first (BGB §367, §497)."""

from dataclasses import dataclass, replace
from enum import StrEnum


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


@dataclass(frozen=True)
class Split:
    """An amount by component, each in minor units and never below zero."""

    principal: int = 0
    interest: int = 0
    costs: int = 0

    def __post_init__(self) -> None:
        for name in (PRINCIPAL, INTEREST, COSTS):
            value = getattr(self, name)
            if type(value) is not int or value < 0:
                raise ValueError(f"{name} must be whole minor units of at least 0")

    @property
    def total(self) -> int:
        return self.principal + self.interest + self.costs

    def __add__(self, other: "Split") -> "Split":
        return Split(self.principal + other.principal, self.interest + other.interest, self.costs + other.costs)

    def __sub__(self, other: "Split") -> "Split":
        return Split(self.principal - other.principal, self.interest - other.interest, self.costs - other.costs)


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
    left, settled = received, Split()
    for component in ORDER[claim_type]:
        part = min(left, getattr(outstanding, component))
        settled = replace(settled, **{component: part})
        left -= part
    return Allocation(settled, left)

"""An amount line by line, in the order it is settled: the words of each component, and of each kind of costs."""

from ..domain.allocation import COSTS, INTEREST, ORDER, PRINCIPAL, ClaimType, Split
from ..domain.cost_kind import CostKind

COMPONENTS = {COSTS: "split.costs", INTEREST: "split.interest", PRINCIPAL: "split.principal"}
KINDS = {
    CostKind.DUNNING: "cost.dunning",
    CostKind.COLLECTION: "cost.collection",
    CostKind.EXPENSES: "cost.expenses",
    CostKind.VAT: "cost.vat",
    CostKind.FLAT: "cost.flat",
    CostKind.BANK_RETURN: "cost.bank_return",
    CostKind.COURT: "cost.court",
    CostKind.OTHER: "cost.other",
}


def split_lines(split: Split, claim_type: ClaimType) -> tuple[tuple[str, int], ...]:
    """The key of each line's words and its amount, zeros included; costs by kind where any is named."""
    lines: list[tuple[str, int]] = []
    for name in ORDER[claim_type]:
        if name == COSTS and split.kinds:
            lines += [(KINDS[kind], amount) for kind, amount in split.by_kind.items()]
        else:
            lines.append((COMPONENTS[name], getattr(split, name)))
    return tuple(lines)

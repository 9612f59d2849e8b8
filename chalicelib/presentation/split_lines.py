"""An amount line by line: the words of each component, and of each kind of costs."""

from collections.abc import Iterable

from ..domain.accrual import rates_borne
from ..domain.allocation import COSTS, INTEREST, PRINCIPAL, Split
from ..domain.claim import Claim
from ..domain.cost_kind import CostKind
from ..domain.entry import LedgerEntry
from ..domain.rates import base_rates
from .i18n import Locale

# As a reader adds it up, the invoice first. In which order a payment settles them is another question, and is told
# with the payment.
COMPONENTS = {PRINCIPAL: "split.principal", INTEREST: "split.interest", COSTS: "split.costs"}
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


def split_lines(split: Split, order: Iterable[str] = tuple(COMPONENTS)) -> tuple[tuple[str, int], ...]:
    """The key of each line's words and its amount, zeros included; costs by kind where any is named."""
    lines: list[tuple[str, int]] = []
    for name in order:
        if name == COSTS and split.kinds:
            lines += [(KINDS[kind], amount) for kind, amount in split.by_kind.items()]
        else:
            lines.append((COMPONENTS[name], getattr(split, name)))
    return tuple(lines)


def credit_words(entry: LedgerEntry) -> str:
    """The key of the words for a CREDIT: interest, or costs."""
    return "paper.entry.costs_back" if entry.gives_costs_back else "paper.entry.credit"


def rates_said(claim: Claim, words: Locale) -> str:
    """The rates a year at which interest grew, one after the other; empty where none is reckoned."""
    return " / ".join(words.percent(rate) for rate in rates_borne(claim, base_rates()))

"""What collecting may cost a debtor: the lawyers' table as a ceiling, and what is charged of it at a moment.

Only a collector that really bills its client charges a fee, and never more than a lawyer could (RDG §13e(1)): half
a fee within two weeks of the first demand, nine tenths afterwards (RVG VV 2300 note 2). The 1.3 of especially
difficult cases is not offered, nor any fee for a plan. Who writes in their own name charges nothing here: what
reminders cost them stands in their file. Amounts are cents; figures lie in policies/data/de_rvg.json.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from .allocation import ClaimType
from .bank_days import bank_days_after
from .collection_fee import ARRIVES_WITHIN, last_simple_day
from .cost_kind import CostKind
from .parties import ActingAs, Creditor
from .rates import NINE_SINCE

if TYPE_CHECKING:
    from .row import Row

TABLE = "de_rvg.json"
DATA = Path(__file__).parent / "policies" / "data"
CURRENCY = "EUR"

# Tenths of a full fee (VV 2300 note 2).
SIMPLE_CASE, UNDISPUTED = 5, 9
# BGB §288(5), in cents.
FLAT = 4000

type Costs = tuple[tuple[CostKind, int], ...]
"""Amounts by kind in cents, each above zero, each kind once."""


class FeesRanOut(Exception):
    """A day lies outside the table of fees: no fee is worked out on a guess."""


@dataclass(frozen=True)
class FeeStep:
    """Up to a value of `up_to` (None: without end) a fee grows by `more` for each further `each` begun."""

    up_to: int | None
    each: int
    more: int


@dataclass(frozen=True)
class FeeTable:
    """The lawyers' fees from `valid_from` (RVG §13), with flat expenses (VV 7002) and VAT (VV 7008)."""

    valid_from: date
    base: int
    base_up_to: int
    small: int
    small_up_to: int
    least: int
    steps: tuple[FeeStep, ...]
    expenses_percent: int
    expenses_most: int
    vat_percent: int

    def full_fee(self, value: int) -> int:
        """One whole fee for an undisputed claim of this value (RVG §13(1), (2)). ValueError for no value."""
        if type(value) is not int or value <= 0:
            raise ValueError("a claim's value is a whole number of cents above 0")
        if value <= self.small_up_to:
            return self.small
        fee, reached = self.base, self.base_up_to
        for step in self.steps:
            if value <= reached:
                break
            within = value if step.up_to is None else min(value, step.up_to)
            fee += -(-(within - reached) // step.each) * step.more
            reached = within
        return fee


@cache
def _tables(name: str) -> tuple[date, tuple[FeeTable, ...]]:
    said = json.loads((DATA / name).read_text("utf-8"))
    rows = []
    for row in said["rows"]:
        steps = tuple(FeeStep(**step) for step in row["steps"])
        rows.append(FeeTable(**row | {"valid_from": date.fromisoformat(row["valid_from"]), "steps": steps}))
    return date.fromisoformat(said["reviewed_through"]), tuple(rows)


def fee_table(on: date, name: str = TABLE) -> FeeTable:
    """The table for a claim first asked for on that day. Raises FeesRanOut where nobody vouched for it."""
    through, rows = _tables(name)
    found = [row for row in rows if row.valid_from <= on]
    if not found or on > through:
        raise FeesRanOut(f"{name} is known from {rows[0].valid_from} to {through}")
    return found[-1]


def collection_costs(value: int, factor: int, vat: bool, on: date) -> Costs:
    """What a lawyer could bill for a claim of this value: the fee, its expenses, and VAT where `vat`.

    `factor` in tenths of a full fee, `vat`: the creditor cannot deduct it, `on` the day of the first demand. A fee
    is rounded to the nearest cent, half a cent up (RVG §2(2)), and is never below the least one (§13(3)).
    """
    if factor not in (SIMPLE_CASE, UNDISPUTED):
        raise ValueError("an undisputed claim bears half a fee or nine tenths of one")
    table = fee_table(on)
    fee = max(_nearest(table.full_fee(value) * factor, 10), table.least)
    expenses = min(_nearest(fee * table.expenses_percent, 100), table.expenses_most)
    added = _nearest((fee + expenses) * table.vat_percent, 100) if vat else 0
    return _costs({CostKind.COLLECTION: fee, CostKind.EXPENSES: expenses, CostKind.VAT: added})


def factor_on(day: date, first_demand: date, disputed: bool) -> int:
    """The tenths of a full fee that may be asked for on `day`: 0 before the first demand, then 5, then 9.

    What is `disputed` stays at 5: whoever objects is not charged for our looking into it.
    """
    if day < first_demand:
        return 0
    return UNDISPUTED if day > last_simple_day(first_demand) and not disputed else SIMPLE_CASE


def above_cap(costs: int, value: int, *, vat: bool, first_demand: date | None, day: date) -> int:
    """By how much `costs` on `day` exceed what a lawyer could bill then (RDG §13e(1)); 0 where they do not.

    Where nobody asked yet (`first_demand` None), more than half a fee cannot be owed. Of a `value` of nothing,
    where the rest is costs, nothing can be said. Raises FeesRanOut.
    """
    if value <= 0:
        return 0
    asked = first_demand or day
    factor = factor_on(max(day, asked), asked, disputed=False)
    return max(0, costs - sum(amount for _, amount in collection_costs(value, factor, vat, asked)))


def costs_above_cap(row: Row, creditor: Creditor) -> int:
    """By how much the costs in a collector's row exceed the cap towards a private person, in minor units.

    0 where they do not, where nobody is capped, and where no table of fees reaches: then nothing is said.
    """
    if creditor.acting_as is not ActingAs.COLLECTOR or row.is_business or row.currency != CURRENCY:
        return 0
    vat = row.vat_reclaimable is False
    try:
        return above_cap(row.costs, row.principal, vat=vat, first_demand=row.first_notice_sent, day=row.as_of)
    except FeesRanOut:
        return 0


def bills_fee(creditor: Creditor, charges_costs: bool) -> bool:
    """Whether debtors of this creditor bear a collector's fee: it bills one, and its strategy waives none."""
    return creditor.acting_as is ActingAs.COLLECTOR and creditor.bills_collection_fee and charges_costs


def flat_owed(claim_type: ClaimType, *, is_business: bool, arisen: date) -> bool:
    """Whether default costs the flat 40 euros: the price of something, owed by no consumer (BGB §288(5))."""
    return is_business and claim_type is ClaimType.GOODS_OR_SERVICE and arisen >= NINE_SINCE


@dataclass(frozen=True)
class Billing:
    """What decides about the collection costs of one claim.

    `value`: the principal owed when it was first asked for, in minor units of `currency`; it stays what it was.
    `first_demand`: the day the notice of RDG §13a went, None before it went. `bills`: see `bills_fee`. `vat`:
    the creditor said that it cannot deduct it. `flat`: see `flat_owed`. `rests`: it is paid, disputed, held, on a
    plan or deferred, or money is on its way; then nothing rises. `promised`: a day beyond the two weeks to which
    half a fee was told, or left, as all there is.
    """

    value: int
    currency: str
    first_demand: date | None
    bills: bool
    vat: bool
    flat: bool = False
    rests: bool = False
    promised: date | None = None

    @property
    def half_through(self) -> date:
        """The last day on which paying leaves half a fee. Asked only where there was a first demand."""
        first = self.first_demand
        if first is None:
            raise ValueError("without a first demand no two weeks run")
        return max(last_simple_day(first), self.promised or first)


def still_to_charge(billing: Billing, day: date, charged: Mapping[CostKind, int]) -> Costs:
    """What is to be charged on `day` on top of what was charged already; empty where that is all.

    `charged` is all that was ever charged by kind, less what was taken back, paid or not, with the file's own
    costs. Asked again with what it said booked, it says nothing more. The nine tenths come some bank days after
    the two weeks, so that what was sent in time has arrived. Raises FeesRanOut.
    """
    first = billing.first_demand
    if first is None or day < first:
        return ()
    rises = day >= bank_days_after(billing.half_through, ARRIVES_WITHIN) and not billing.rests
    owed = _owed(billing, first, UNDISPUTED if rises else SIMPLE_CASE, charged)
    return _costs({kind: amount - charged.get(kind, 0) for kind, amount in owed.items()})


def charged_too_much(billing: Billing, paid_on: date, charged: Mapping[CostKind, int]) -> Costs:
    """What is to be taken back once it shows that all was paid by `paid_on`, the money's value date.

    Nothing where it was paid after the two weeks; within them the difference between nine tenths and half a fee.
    """
    first = billing.first_demand
    if first is None or paid_on > billing.half_through:
        return ()
    owed = _owed(billing, first, SIMPLE_CASE, charged)
    return _costs({kind: charged.get(kind, 0) - amount for kind, amount in owed.items()})


def _owed(billing: Billing, first: date, factor: int, charged: Mapping[CostKind, int]) -> dict[CostKind, int]:
    """All that may be owed at this factor, by kind.

    Costs that the file named without a kind may be a collector's: the fee is less by them. The flat sum is set off
    against what pursuing the claim costs (BGB §288(5) sentence 3): both together are the greater of the two.
    """
    if not billing.bills or billing.value <= 0 or billing.currency != CURRENCY:
        return {}
    fee = dict(collection_costs(billing.value, factor, billing.vat, first))
    unnamed = charged.get(CostKind.OTHER, 0)
    flat = max(0, FLAT - unnamed - charged.get(CostKind.DUNNING, 0)) if billing.flat else 0
    return {CostKind.FLAT: flat} | less(fee, flat + unnamed)


def less(costs: Mapping[CostKind, int], off: int) -> dict[CostKind, int]:
    """The costs without `off`, taken from the fee first, then its expenses, then VAT; never below zero."""
    left: dict[CostKind, int] = {}
    for kind, amount in costs.items():
        left[kind] = max(0, amount - off)
        off -= amount - left[kind]
    return left


def _costs(amounts: Mapping[CostKind, int]) -> Costs:
    return tuple((kind, amount) for kind, amount in amounts.items() if amount > 0)


def _nearest(amount: int, parts: int) -> int:
    """amount / parts to the nearest whole, half up."""
    return (2 * amount + parts) // (2 * parts)

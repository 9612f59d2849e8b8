"""ClientAccount: what was collected for a creditor in a period, what was kept of it and why, and what goes to it.

It is a fold of the creditor's journal: nothing in it is typed by anybody. Money that is too much for a claim is
the debtor's and never stands here. All amounts are minor units, and they tie to the cent:

    opening + came_back + collected - refunded - reversed - provider_fees - fee - vat - held_back + released
        = paid_out + closing
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta

from .entry import EntryKind, LedgerEntry
from .payout_terms import WHOLE, PayoutTerms

OUR_OWN = ("bank:", "out:", "waiver:")


@dataclass(frozen=True)
class Held:
    """A part of what was collected on one day, held back for returns until `free_on`."""

    amount: int
    free_on: date


@dataclass(frozen=True)
class ClientAccount:
    """One period of one creditor, in one currency.

    `under_way` is what the provider still owes us of what was collected: it stands in the closing balance and is
    not paid out before it is here. `reserve` is all that is held back at the end. `fee_rate` and `vat_rate` are
    basis points.
    """

    opening: int = 0
    came_back: int = 0
    collected: int = 0
    refunded: int = 0
    reversed: int = 0
    provider_fees: int = 0
    fee: int = 0
    vat: int = 0
    held_back: int = 0
    released: int = 0
    paid_out: int = 0
    closing: int = 0
    under_way: int = 0
    fee_rate: int = 0
    vat_rate: int = 0
    reserve: tuple[Held, ...] = ()

    @property
    def balance(self) -> int:
        """What is there before anything is paid out."""
        earned = self.collected - self.refunded - self.reversed
        kept = self.provider_fees + self.fee + self.vat + self.held_back - self.released
        return self.opening + self.came_back + earned - kept

    @property
    def ties(self) -> bool:
        return self.balance == self.paid_out + self.closing


@dataclass(frozen=True)
class Carried:
    """What a period begins with: the closing balance before it, what came back, and what is still held."""

    balance: int = 0
    came_back: int = 0
    reserve: tuple[Held, ...] = ()


def settled(
    carried: Carried,
    entries: Iterable[tuple[date, LedgerEntry]],
    *,
    until: date,
    arrives_within: timedelta,
    provider_fees: int,
    terms: PayoutTerms,
    vat_rate: int,
) -> ClientAccount:
    """The period that ends with the day `until`, from its entries, each with the day it was booked.

    The fee is on what stayed; what goes back later takes its fee back with it, so it may be below zero. A reserve
    is taken of each day's collection and free again after its days, whatever the terms say by then.
    """
    collected = refunded = reversed_ = under_way = 0
    by_day: dict[date, int] = {}
    for day, entry in entries:
        amount = entry.split.total
        arriving = not entry.source.startswith(OUR_OWN) and day > until - arrives_within
        if entry.kind is EntryKind.PAYMENT:
            collected += amount
            by_day[day] = by_day.get(day, 0) + amount
            under_way += amount if arriving else 0
        elif entry.kind is EntryKind.REVERSAL:
            refunded += amount if "refund" in entry.flags else 0
            reversed_ += 0 if "refund" in entry.flags else amount
            under_way -= amount if arriving else 0
    fee = share(collected - refunded - reversed_, terms.fee)
    days = timedelta(days=terms.reserve_days)
    parts = ((day, share(amount, terms.reserve)) for day, amount in sorted(by_day.items()))
    new = tuple(Held(amount, day + days) for day, amount in parts if amount)
    reserve = (*carried.reserve, *new)
    bare = ClientAccount(
        opening=carried.balance,
        came_back=carried.came_back,
        collected=collected,
        refunded=refunded,
        reversed=reversed_,
        provider_fees=provider_fees,
        fee=fee,
        vat=share(fee, vat_rate),
        held_back=sum(held.amount for held in new),
        released=sum(held.amount for held in reserve if held.free_on <= until),
        under_way=max(under_way, 0),
        fee_rate=terms.fee,
        vat_rate=vat_rate,
        reserve=tuple(held for held in reserve if held.free_on > until),
    )
    paid_out = max(bare.balance - bare.under_way, 0)
    return replace(bare, paid_out=paid_out, closing=bare.balance - paid_out)


def share(amount: int, rate: int) -> int:
    """So many basis points of an amount, rounded half away from zero once."""
    whole = (abs(amount) * rate * 2 + WHOLE) // (2 * WHOLE)
    return whole if amount >= 0 else -whole

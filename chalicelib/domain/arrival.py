"""Which bank credits brought which payouts of the payment provider: one by one, in parts, or several at once.

A bank may credit a payout in two parts, and two payouts in one sum. The provider's reference in the bank's words
comes first; beyond it only sums that are the same to the cent, within a few days, are taken for each other.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import combinations

from .money_back import ProviderPayout
from .payout import NEAR, PayoutCredit, ProviderSettlement

# Banks part a sum in two or three; beyond that, and among more than the nearest few, sums meet by accident.
MOST_PARTS = 4
MOST_LOOKED_AT = 12
# A reference this short may as well be a day or an amount.
LEAST_SIGNS = 8


@dataclass(frozen=True)
class Expected:
    """A payout of the provider that the bank is to credit about the day `on`, and not before `since`.

    One by one it may come until `until`, whenever that is None; in parts, or with others, within a week of `on`.
    `names` are what a bank may call it by.
    """

    id: str
    amount: int
    currency: str
    on: date
    since: date
    until: date | None = None
    names: tuple[str, ...] = ()

    def is_named_by(self, credit: PayoutCredit) -> bool:
        known = (squeezed(name) for name in self.names)
        return any(len(name) >= LEAST_SIGNS and name in credit.words for name in known)


def squeezed(text: str) -> str:
    """Letters and digits alone, in capitals: banks wrap a reference and write it with blanks and dashes."""
    return "".join(sign for sign in text.upper() if sign.isascii() and sign.isalnum())


def brought(
    expected: Iterable[Expected], credits: Iterable[PayoutCredit]
) -> Mapping[str, tuple[PayoutCredit, ...]]:
    """The credits that brought each payout, by its id; a payout that is not there is missing, whole or in part.

    A credit brings what it brings once. What names another payout is never taken for this one.
    """
    look = _Look(
        sorted(expected, key=lambda one: (one.on, one.id)),
        sorted(credits, key=lambda credit: (credit.value_date, credit.source)),
    )
    look.by_reference()
    look.one_by_one()
    look.in_parts()
    look.several_at_once()
    return look.found


def tied(
    settlements: Iterable[ProviderSettlement], credits: Iterable[PayoutCredit]
) -> tuple[ProviderSettlement, ...]:
    """The settlements, each with the bank credits it came in."""
    held = sorted(settlements, key=lambda settlement: (settlement.arrives_on, settlement.id))
    known = brought((_settled(one) for one in held), credits)
    return tuple(replace(one, brought_in=tuple(credit.source for credit in known.get(one.id, ()))) for one in held)


def _settled(one: ProviderSettlement) -> Expected:
    day = one.arrives_on
    return Expected(one.id, one.amount, one.currency, day, day - NEAR, day + NEAR, (one.id, one.trace))


def paid_out(paid: ProviderPayout) -> Expected:
    """What the bank is to credit for this payout: a day before it was made at the earliest, as zones have it."""
    since = paid.made_at.date() - timedelta(days=1)
    names = (paid.object_id, paid.trace)
    return Expected(paid.object_id, paid.amount, paid.currency, paid.arrives_on, since, None, names)


def part_of(one: Expected, expected: Iterable[Expected], credits: Iterable[PayoutCredit]) -> int | None:
    """How much of a payout came by credits that name it and no other; None where none does."""
    others = [other for other in expected if other.id != one.id]
    mine = [
        credit.amount
        for credit in credits
        if credit.currency == one.currency
        and one.is_named_by(credit)
        and not any(other.is_named_by(credit) for other in others)
    ]
    return sum(mine) if mine else None


class _Look:
    """The payouts that are still missing, the credits that are still free, and what was found."""

    def __init__(self, missing: list[Expected], free: list[PayoutCredit]) -> None:
        self.missing, self.free = missing, free
        self.found: dict[str, tuple[PayoutCredit, ...]] = {}
        self.named = {
            credit.source: frozenset(one.id for one in missing if one.is_named_by(credit)) for credit in free
        }

    def take(self, payouts: Sequence[Expected], credits: Sequence[PayoutCredit]) -> None:
        for one in payouts:
            self.found[one.id] = tuple(credits)
            self.missing.remove(one)
        for credit in credits:
            self.free.remove(credit)

    def may_bring(self, credit: PayoutCredit, one: Expected) -> bool:
        names = self.named[credit.source]
        return (
            credit.currency == one.currency and credit.value_date >= one.since and (not names or one.id in names)
        )

    def by_reference(self) -> None:
        """Those that name one another and come to the same sum, however many on either side."""
        for group in self._groups():
            payouts = [one for one in self.missing if one.id in group]
            credits = [credit for credit in self.free if self.named[credit.source] & group]
            same = len({one.currency for one in payouts} | {credit.currency for credit in credits}) == 1
            if same and sum(one.amount for one in payouts) == sum(credit.amount for credit in credits):
                self.take(payouts, credits)

    def _groups(self) -> list[frozenset[str]]:
        """Payouts that hang together because a credit names them in one breath."""
        groups: list[frozenset[str]] = []
        for names in filter(None, self.named.values()):
            apart = [group for group in groups if not group & names]
            groups = [*apart, names.union(*(group for group in groups if group & names))]
        return groups

    def one_by_one(self) -> None:
        for one in tuple(self.missing):
            fit = [
                credit
                for credit in self.free
                if credit.amount == one.amount
                and self.may_bring(credit, one)
                and (one.until is None or credit.value_date <= one.until)
            ]
            nearest = min(fit, key=lambda credit: abs(credit.value_date - one.on), default=None)
            if nearest:
                self.take([one], [nearest])

    def in_parts(self) -> None:
        for one in tuple(self.missing):
            fit = [c for c in self.free if self.may_bring(c, one) and c.value_date <= one.on + NEAR]
            fit.sort(key=lambda credit: abs(credit.value_date - one.on))
            parts = _adding_up(fit, one.amount, lambda credit: credit.amount)
            if parts:
                self.take([one], parts)

    def several_at_once(self) -> None:
        for credit in tuple(self.free):
            fit = [p for p in self.missing if self.may_bring(credit, p) and credit.value_date <= p.on + NEAR]
            fit.sort(key=lambda payout: abs(credit.value_date - payout.on))
            payouts = _adding_up(fit, credit.amount, lambda payout: payout.amount)
            if payouts:
                self.take(payouts, [credit])


def _adding_up[Thing](near: Sequence[Thing], wanted: int, amount: Callable[[Thing], int]) -> tuple[Thing, ...]:
    """The fewest of the nearest that come to this sum, two at least; none where no such sum is."""
    looked = near[:MOST_LOOKED_AT]
    for many in range(2, min(MOST_PARTS, len(looked)) + 1):
        for some in combinations(looked, many):
            if sum(map(amount, some)) == wanted:
                return some
    return ()

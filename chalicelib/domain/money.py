"""Money as integer minor units with its ISO 4217 currency; never a float."""

from dataclasses import dataclass
from typing import Self

# ISO 4217 exponents of the currencies a claim may be in; all others are refused by name at intake.
MINOR_DIGITS = {"EUR": 2, "GBP": 2, "USD": 2, "CHF": 2, "PLN": 2, "CZK": 2, "DKK": 2, "SEK": 2, "NOK": 2}


class CurrencyMismatch(Exception):
    """Two amounts of different currencies met; nothing is ever converted."""


@dataclass(frozen=True, order=False)
class Money:
    """An exact amount: `amount` in minor units (cents), `currency` in ISO letters."""

    amount: int
    currency: str

    def __post_init__(self) -> None:
        if type(self.amount) is not int:
            raise TypeError("amounts are whole minor units")
        if self.currency not in MINOR_DIGITS:
            raise CurrencyMismatch(f"no such currency here: {self.currency!r}")

    def _same(self, other: Self) -> None:
        if self.currency != other.currency:
            raise CurrencyMismatch(f"{self.currency} met {other.currency}")

    def __add__(self, other: Self) -> "Money":
        self._same(other)
        return Money(self.amount + other.amount, self.currency)

    def __sub__(self, other: Self) -> "Money":
        self._same(other)
        return Money(self.amount - other.amount, self.currency)

    def __lt__(self, other: Self) -> bool:
        self._same(other)
        return self.amount < other.amount

    def __le__(self, other: Self) -> bool:
        self._same(other)
        return self.amount <= other.amount

    def __bool__(self) -> bool:
        return self.amount != 0

"""PayoutTerms: what is agreed between whoever collects and the creditor it collects for."""

from dataclasses import dataclass

PAID_OUT_IN = "EUR"
"""What leaves by the bank leaves by SEPA, which moves euro only."""

WHOLE = 10_000
"""A whole in basis points: 850 are 8.5 %."""


@dataclass(frozen=True)
class PayoutTerms:
    """Client money, by agreement. Rates are basis points.

    `fee` is the share of what was collected that whoever collects keeps, VAT on top; `reserve` the share that is
    held back for returns, for `reserve_days` from the day it came. What has lain longer than `forward_within_days`
    is alarmed: client money is forwarded at once or kept apart (RDG §13g).
    """

    fee: int = 0
    reserve: int = 0
    reserve_days: int = 0
    forward_within_days: int = 7

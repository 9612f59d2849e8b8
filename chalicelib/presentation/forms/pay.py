"""Paying: what the page said is owed, and how much of it the reader would like to pay."""

from dataclasses import dataclass

from ..frame import Problem, Problems
from ._fields import Posted, money, one, whole

# The answers to "How much?": all of it, a plan's next part, or an amount of the reader's own.
ALL, PART, OTHER = "all", "part", "other"


@dataclass(frozen=True)
class Asked:
    """`owed` is what the page showed, in minor units; it is compared and never charged (P10, P11). `amount` is the
    reader's own, None where they chose one of the others. `together`: all that is open, in one payment.
    """

    owed: int | None
    choice: str
    amount: int | None
    together: bool


def read(posted: Posted, currency: str) -> Asked | Problems:
    """What is to be paid, or what to mend."""
    choice = one(posted, "much")
    choice = choice if choice in (PART, OTHER) else ALL
    amount = None
    if choice == OTHER:
        amount = money(one(posted, "other", 40), currency)
        if amount is None:
            empty = not one(posted, "other", 40)
            return (Problem("other", "problem.other.empty" if empty else "problem.other.form"),)
    return Asked(whole(posted, "owed"), choice, amount, one(posted, "together") == "1")


def typed(posted: Posted) -> str:
    """The amount as the reader had written it."""
    return one(posted, "other", 40)


def seen(posted: Posted) -> int | None:
    """What the reader's page said is owed, in minor units; None where it said nothing."""
    return whole(posted, "owed")

"""The pay button: which amount and which version of the claim the reader was looking at."""

from dataclasses import dataclass

from ..frame import Problem, Problems
from ._fields import Posted, whole


@dataclass(frozen=True)
class Asked:
    """What the page showed, in minor units, and the claim's version. Never what is charged (P10, P11)."""

    amount: int
    version: int


def read(posted: Posted) -> Asked | Problems:
    amount, version = whole(posted, "amount"), whole(posted, "version")
    if amount is None or version is None:
        return (Problem("", "problem.amount"),)
    return Asked(amount, version)

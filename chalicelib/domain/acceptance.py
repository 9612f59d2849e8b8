"""Acceptance: a Difference between the books that nobody can mend, and that two people let stand, with a reason.

It holds for this difference as it is: the same thing with another amount is another difference, and alarms anew.
Nothing in the books changes by it.
"""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from .decision import Refused
from .person import NEEDED, Release, released
from .reconciliation import Difference, Reconciliation


@dataclass(frozen=True)
class Acceptance:
    """The wish to let a difference stand, with the yeses it has; the second person's puts it in force.

    `because` is the first person's reason, in their own words.
    """

    id: str
    creditor: str
    difference: Difference
    because: str
    asked_at: datetime
    releases: tuple[Release, ...] = ()
    version: int = 0

    @property
    def in_force(self) -> bool:
        return len(self.releases) == NEEDED

    def accepted_by(self, person: str, at: datetime) -> "Acceptance | Refused":
        """With this person's yes; nobody counts twice."""
        if self.in_force:
            return Refused("accepted_already", "two_people")
        given = released(self.releases, person, at)
        return given if isinstance(given, Refused) else replace(self, releases=given)


def acceptance_id(creditor: str, one: Difference) -> str:
    """Of this difference with these amounts; it grows, and it is another."""
    text = "\n".join((creditor, *map(str, one.said)))
    return f"da{hashlib.sha256(text.encode()).hexdigest()[:20]}"


def settled_with(compared: Reconciliation, acceptances: Iterable[Acceptance]) -> Reconciliation:
    """The comparison with what two people let stand told apart from what is left."""
    let = {one.id for one in acceptances if one.in_force}
    stands = tuple(one for one in compared.left if acceptance_id(compared.creditor, one) in let)
    return replace(
        compared,
        left=tuple(one for one in compared.left if one not in stands),
        count=compared.count - len(stands),
        accepted=(*compared.accepted, *stands),
    )

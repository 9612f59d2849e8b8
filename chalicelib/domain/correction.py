"""A claim corrected: what turned out never to have been owed, with the interest it bore meanwhile."""

from datetime import datetime

from .accrual import Grown, Meter, advanced, earned_by, interest_given_back
from .allocation import Split
from .claim import Claim
from .entry import EntryKind
from .interest import DAY, too_much
from .ledger import appended


def taken_off(amount: int, owed: Split) -> Split:
    """Of what is owed, so much as was never owed: from the principal first, then the costs, then the interest.

    Raises ValueError for nothing, and for more than is owed.
    """
    if not 0 < amount <= owed.total:
        raise ValueError("no more can be corrected than is owed")
    principal = min(amount, owed.principal)
    costs = min(amount - principal, owed.costs)
    interest = amount - principal - costs
    left, kinds = costs, []
    for kind, held in owed.by_kind.items():
        taken = min(left, held)
        left -= taken
        kinds.append((kind, taken))
    return Split(principal, interest, costs, tuple(kinds))


def corrected(claim: Claim, amount: int, source: str, at: datetime, meter: Meter) -> Grown:
    """The claim and its entries once so much of it is owed no more because it never was.

    Nobody owes interest on what they never owed (BGB §288 asks for a debt): what its principal bore is given back
    by a counter-entry of its own. It is done while the dispute still holds interest. Raises ValueError as
    taken_off.
    """
    day = meter.day(at)
    ready = advanced(claim, day, meter)
    off = taken_off(amount, ready.outstanding)
    terms = ready.interest
    earned = 0
    if terms and off.principal:
        earned = earned_by(ready, terms, off.principal, terms.since - DAY, terms.through, meter)
    after, entry = appended(ready, EntryKind.CORRECTION, off, source, day, at)
    if terms is None:
        return after, (entry,)
    cents = min(too_much(terms.carry - earned), terms.booked, after.outstanding.total)
    free, credit = interest_given_back(after, earned, cents, source, day, at)
    return free, (entry, *credit)

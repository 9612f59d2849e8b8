"""Let a difference between the books stand that nobody can mend: by two people, with a reason, for good."""

from datetime import datetime

from ..domain.acceptance import Acceptance, acceptance_id, settled_with
from ..domain.decision import Refused
from ..domain.facts import Fact, FactName
from ..domain.person import Act, ActKind
from ..domain.reconciliation import ReconciliationState
from ..ports import Commit, Outgoing, Store
from .write_money import write_money

RULE = "reconciliation"


def accept_difference(
    creditor: str,
    difference: str,
    *,
    listed: str,
    by: str,
    because: str | None,
    store: Store,
    outgoing: Outgoing,
    now: datetime,
) -> Acceptance | Refused:
    """One person's yes to a difference that the comparison `listed` left; the second one's puts it in force.

    The first says why. From then on it is listed as accepted, in that comparison and in each that finds the same:
    with another amount it is another one and needs two people again. Nothing is booked, and nothing taken back.
    """

    def decide() -> tuple[Acceptance | Refused, Commit | None]:
        compared = outgoing.reconciliation(creditor, listed)
        known = (*compared.left, *compared.accepted) if compared else ()
        one = next((one for one in known if one.id == difference), None)
        if compared is None or one is None:
            return Refused("not_found", RULE), None
        name = acceptance_id(creditor, one)
        held = next((each for each in outgoing.acceptances(creditor) if each.id == name), None)
        if held is None and not because:
            return Refused("reason_missing", RULE), None
        wish = held or Acceptance(name, creditor, one, because or "", now)
        after = wish.accepted_by(by, now)
        if isinstance(after, Refused):
            return after, None
        act = Act(creditor, by, ActKind.ACCEPT, name, now)
        if not after.in_force:
            return after, Commit((), acceptances=(after,), acts=(act,))
        about = (("acceptance", name), ("difference", difference))
        fact = Fact(FactName.DIFFERENCE_ACCEPTED, creditor, about, now)
        # One that is under way is written down by whoever compares, who looks for what is accepted.
        over = compared.state is ReconciliationState.DONE
        apart = settled_with(compared, (after,)) if over else None
        return after, Commit((fact,), acceptances=(after,), acts=(act,), reconciliation=apart)

    return write_money(creditor, decide, store=store)

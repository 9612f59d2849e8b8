"""Say in Textform, at once, where a claim comes from (RDG §13a(2))."""

from datetime import datetime

from ..domain.contact import ContactState, MessageKind
from ..domain.errors import BrokenRule
from ..domain.facts import Fact, FactName
from ..domain.matter import Matter
from ..domain.parties import Creditor
from ..domain.visit import Visit
from ..ports import Commit, Scheduler, Store
from .plan_contact import plan_answer
from .write_change import write_change


def tell_origin(visit: Visit, *, store: Store, scheduler: Scheduler, now: datetime) -> bool:
    """The original creditor and the circumstances of the contract go out as an answer, once a day at most.

    False where no address is left: the page itself and its paper say the same.
    """

    def decide(creditor: Creditor, matter: Matter) -> tuple[bool, Commit | None]:
        claim = matter.claims.get(visit.claim)
        if claim is None:
            raise BrokenRule("not_found")
        contact = plan_answer(matter.debtor, claim, MessageKind.ORIGIN, what=now.date().isoformat(), now=now)
        if contact is None:
            return False, None
        if known := matter.contacts.get(contact.id):
            if known.state is ContactState.PLANNED:
                scheduler.at(known, now)
            return True, None
        ids = (("claim", claim.id), ("contact", contact.id))
        return True, Commit((Fact(FactName.CONTACT_PLANNED, creditor.id, ids, now),), contacts=(contact,))

    return write_change(visit.creditor, visit.debtor, decide, store=store, scheduler=scheduler, now=now)

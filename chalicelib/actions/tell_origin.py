"""Say in Textform, at once, where a claim comes from (RDG §13a(2))."""

from datetime import datetime

from ..domain.contact import ContactState, MessageKind
from ..domain.errors import BrokenRule, Retry, StaleVersion
from ..domain.facts import Fact, FactName
from ..domain.visit import Visit
from ..ports import Commit, Scheduler, Store
from .plan_contact import plan_answer

TURNS = 5


def tell_origin(visit: Visit, *, store: Store, scheduler: Scheduler, now: datetime) -> bool:
    """The original creditor and the circumstances of the contract go out as an answer, once a day at most.

    False where no address is left: the page itself and its paper say the same.
    """
    for _ in range(TURNS):
        matter = store.matter(visit.creditor, visit.debtor)
        claim = matter.claims.get(visit.claim) if matter else None
        if matter is None or claim is None:
            raise BrokenRule("not_found")
        what = now.date().isoformat()
        contact = plan_answer(matter.debtor, claim, MessageKind.ORIGIN, what=what, now=now)
        if contact is None:
            return False
        if known := matter.contacts.get(contact.id):
            if known.state is ContactState.PLANNED:
                scheduler.at(known, now)
            return True
        ids = (("claim", claim.id), ("contact", contact.id))
        fact = Fact(FactName.CONTACT_PLANNED, visit.creditor, ids, now)
        try:
            store.commit(visit.creditor, Commit((fact,), contacts=(contact,)))
        except StaleVersion:
            continue
        scheduler.at(contact, now)
        return True
    raise Retry("the matter keeps changing")

"""Return a reserved contact to what is planned: nothing left the house, so nothing counts and nothing is owed."""

from dataclasses import replace
from datetime import datetime

from ..domain.contact import Contact, ContactState, Tone
from ..domain.errors import StaleVersion
from ..ports import Commit, Scheduler, Store
from .charge_costs import take_back_untold

TURNS = 5


def return_contact(
    contact: Contact,
    creditor: str,
    *,
    counted: str | None,
    tone: Tone,
    store: Store,
    scheduler: Scheduler,
    now: datetime,
) -> None:
    """The contact is planned again, in the tone it was planned in; the cap gets its place back, costs that it was
    to tell of are not owed, and the reminders it was to speak for are planned again each by itself.

    `counted` is the key under which the send was counted. Others may have counted a send of theirs meanwhile; only
    ours is taken away. Whoever sends it again asks anew what else is to be said. A contact that could not be
    returned counts as lost.
    """
    for _ in range(TURNS):
        again = replace(contact.moved(ContactState.PLANNED), reserved_at=None, link=None, text="", tone=tone)
        sends = None
        if counted:
            known = store.sends(counted)
            left = list(known.at)
            if contact.reserved_at in left:
                left.remove(contact.reserved_at)
            sends = replace(known, at=tuple(left))
        untold = Commit((), contacts=(again,), sends=sends)
        freed: tuple[Contact, ...] = ()
        matter = store.matter(contact.creditor, contact.debtor)
        if matter:
            charge, course = take_back_untold(matter, contact, now)
            freed = tuple(
                replace(other.moved(ContactState.PLANNED), moved_to=None) for other in matter.moved_onto(contact)
            )
            untold = replace(untold, contacts=(again, *freed))
            if charge.entries:
                untold = replace(
                    untold,
                    facts=(*charge.facts, *course.facts),
                    claims=(charge.claim,),
                    entries=charge.entries,
                    deferrals=course.deferrals,
                    contacts=(again, *freed, *course.contacts),
                )
        try:
            store.commit(creditor, untold)
        except StaleVersion:
            continue
        for other in freed:
            scheduler.at(other, now)
        return

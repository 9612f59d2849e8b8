"""Note what a channel's provider reports of a message: delivered, bounced, complained about."""

from dataclasses import replace

from ..domain.contact import CONTACT_NEXT, ContactState, Delivery
from ..domain.errors import Retry, StaleVersion
from ..domain.parties import PointState
from ..ports import Commit, Store

TURNS = 5


def note_outcome(receipt: str, outcome: Delivery, code: str, *, store: Store) -> bool:
    """Write an outcome to its contact; a dead address is not written to again, a complaint is an opt-out.

    Raises Retry when the receipt is not known yet: the provider may be quicker than our own commit.
    """
    owner = store.contact_of_receipt(receipt)
    if owner is None:
        raise Retry("receipt not known yet")
    creditor, debtor_number, contact_id = owner
    for _ in range(TURNS):
        matter = store.matter(creditor, debtor_number)
        contact = matter.contacts.get(contact_id) if matter else None
        if matter is None or contact is None:
            return False
        state = ContactState.FAILED if outcome is Delivery.DEAD else ContactState.DELIVERED
        if outcome is not Delivery.PASSING and state in CONTACT_NEXT[contact.state]:
            contact = replace(contact, state=state)
        noted = replace(contact, outcome=code)
        debtor = matter.debtor
        point = debtor.point(contact.channel, answering=True)
        if point and outcome is Delivery.DEAD:
            debtor = debtor.with_point_state(point.value, PointState.DEAD)
        if point and outcome is Delivery.COMPLAINT:
            debtor = debtor.with_point_state(point.value, PointState.OPTED_OUT)
        if noted == matter.contacts[contact_id] and debtor == matter.debtor:
            return False
        changed = debtor if debtor != matter.debtor else None
        try:
            store.commit(creditor, Commit((), debtor=changed, contacts=(noted,)))
        except StaleVersion:
            continue
        return True
    raise Retry("the matter keeps changing")

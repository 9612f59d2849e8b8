"""Ask for a new link: it goes only to an address we already know, once a day."""

from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

from ..domain.contact import ContactState, MessageKind
from ..domain.errors import Retry, StaleVersion
from ..domain.facts import Fact, FactName
from ..domain.pay_link import LinkState, PayLink
from ..ports import Commit, Scheduler, Store
from .plan_contact import plan_answer

TURNS = 5


def renew_link(link: PayLink | None, *, store: Store, scheduler: Scheduler, zone: ZoneInfo, now: datetime) -> bool:
    """Send a fresh link to the known contact point. The asker is told the same whether or not one goes out.

    False when none does: no such link, a disowned one, no address left, or one went out today already (which
    gets its schedule again, should it have been lost in a crash). Raises Retry when others keep writing.
    """
    today = now.astimezone(zone).date()
    for _ in range(TURNS):
        if link is None or link.state is LinkState.DISOWNED:
            return False
        matter = store.matter(link.creditor, link.debtor)
        if matter is None or link.claim not in matter.claims:
            return False
        claim = matter.claims[link.claim]
        contact = plan_answer(matter.debtor, claim, MessageKind.NEW_LINK, what=today.isoformat(), now=now)
        if contact is None:
            return False
        if known := matter.contacts.get(contact.id):
            if known.state is ContactState.PLANNED:
                scheduler.at(known, now)
            return False
        ids = (("claim", claim.id), ("contact", contact.id))
        fact = Fact(FactName.CONTACT_PLANNED, link.creditor, ids, now)
        renewed = replace(link, renewed_on=today)
        try:
            store.commit(link.creditor, Commit((fact,), contacts=(contact,), links=(renewed,)))
        except StaleVersion:
            link = store.link(link.id)
            continue
        scheduler.at(contact, now)
        return True
    raise Retry("the link keeps changing")

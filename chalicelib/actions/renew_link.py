"""Ask for a new link: it goes only to an address we already know, once a day."""

from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

from ..domain.contact import MessageKind
from ..domain.errors import StaleVersion
from ..domain.facts import Fact, FactName
from ..domain.pay_link import LinkState, PayLink
from ..ports import Commit, Scheduler, Store
from .plan_contact import plan_answer


def renew_link(link: PayLink | None, *, store: Store, scheduler: Scheduler, zone: ZoneInfo, now: datetime) -> bool:
    """Send a fresh link to the known contact point. The asker is told the same whether or not one goes out.

    False when none does: no such link, a disowned one, one renewed today, or no address left.
    """
    if link is None or link.state is LinkState.DISOWNED:
        return False
    today = now.astimezone(zone).date()
    matter = store.matter(link.creditor, link.debtor)
    if matter is None or link.renewed_on == today or link.claim not in matter.claims:
        return False
    claim = matter.claims[link.claim]
    contact = plan_answer(matter.debtor, claim, MessageKind.NEW_LINK, what=today.isoformat(), now=now)
    if contact is None or contact.id in matter.contacts:
        return False
    ids = (("claim", claim.id), ("contact", contact.id))
    fact = Fact(FactName.CONTACT_PLANNED, link.creditor, ids, now)
    try:
        store.commit(link.creditor, Commit((fact,), contacts=(contact,), links=(replace(link, renewed_on=today),)))
    except StaleVersion:
        return False
    scheduler.at(contact, now)
    return True

"""Report a wrong number: a person who called for us reached somebody else, and nobody is called there again."""

from collections.abc import Mapping
from datetime import datetime

from ..domain.contact import Contact, Delivery
from ..domain.decision import Refused
from ..domain.person import Act, ActKind
from ..domain.policies._country import CountryPolicy
from ..domain.strategies._base import Strategy
from ..domain.task import TaskKind
from ..ports import Scheduler, Store
from .close_task import close_task
from .note_outcome import note_outcome

RULE = "call"
CODE = "wrong_number"


def report_wrong_number(
    creditor: str,
    debtor: str,
    contact: str,
    *,
    by: str,
    store: Store,
    scheduler: Scheduler,
    policies: Mapping[str, CountryPolicy],
    strategies: Mapping[str, Strategy],
    now: datetime,
) -> Contact | Refused:
    """The call's contact as it is then: failed, its number blocked as by a provider's own word, its Task done, and
    the strategy goes on by another way.

    Two writes, each safe to be asked for again: said twice, the first stands.
    """
    settings, matter = store.creditor(creditor), store.matter(creditor, debtor)
    held = matter.contacts.get(contact) if matter else None
    if settings is None or matter is None or held is None:
        return Refused("not_found", RULE)
    terms = settings.terms_of(held.channel)
    task = next((t for t in matter.tasks.values() if t.kind is TaskKind.CALL and t.about == contact), None)
    if terms is None or not terms.by_person or held.receipt is None or task is None or task.request is None:
        return Refused("not_a_call", RULE)
    act = Act(creditor, by, ActKind.WRONG_NUMBER, contact, now)
    told = (held.receipt, Delivery.WRONG_PERSON, CODE, task.request.phone or "")
    note_outcome(*told, store=store, now=now, acts=(act,))
    close_task(
        creditor,
        debtor,
        task.id,
        store=store,
        scheduler=scheduler,
        policies=policies,
        strategies=strategies,
        now=now,
    )
    after = store.matter(creditor, debtor)
    return after.contacts.get(contact, held) if after else held

"""Report a call: the person who called for us says what came of it, and what waited for the call goes on."""

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
from .report_wrong_number import RULE

# What a person may say came of it, as the contact keeps it, and what that is among the reports of other channels.
OUTCOMES = {"reached": Delivery.DELIVERED, "nobody": Delivery.PASSING}


def report_call(
    creditor: str,
    debtor: str,
    task: str,
    outcome: str,
    *,
    by: str,
    store: Store,
    scheduler: Scheduler,
    policies: Mapping[str, CountryPolicy],
    strategies: Mapping[str, Strategy],
    now: datetime,
) -> Contact | Refused:
    """The call's contact as it is then, with its outcome ("reached" or "nobody"); its Task is done, and the next
    step is planned as the strategy says.

    Two writes, each safe to be asked for again: once the Task is done the first word stands. A call that was
    called off before somebody said so keeps its outcome all the same. Raises KeyError for another outcome.
    """
    delivery, matter = OUTCOMES[outcome], store.matter(creditor, debtor)
    held = matter.tasks.get(task) if matter else None
    if matter is None or held is None:
        return Refused("not_found", RULE)
    call = matter.contacts.get(held.about or "")
    if held.kind is not TaskKind.CALL or call is None or call.receipt is None:
        return Refused("not_a_call", RULE)
    if held.done_at and call.outcome:
        return call
    act = Act(creditor, by, ActKind.CALLED, task, now)
    note_outcome(call.receipt, delivery, outcome, "", store=store, now=now, acts=(act,))
    close_task(
        creditor,
        debtor,
        task,
        store=store,
        scheduler=scheduler,
        policies=policies,
        strategies=strategies,
        now=now,
    )
    after = store.matter(creditor, debtor)
    return after.contacts.get(call.id, call) if after else call

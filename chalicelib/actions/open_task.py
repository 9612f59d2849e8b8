"""Open a Task: the one place where something is put before a person, with a due time and a pause until then."""

import hashlib
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import islice

from ..domain.claim import Claim, Hold, HoldKind
from ..domain.contact import UNASKED, Contact, ContactState, MessageKind
from ..domain.facts import Fact, FactName
from ..domain.matter import Matter
from ..domain.parties import ChannelKind, Debtor
from ..domain.policies._country import CountryPolicy
from ..domain.task import FRONT_OFFICE, HelpRequest, Representative, Task, TaskKind
from .plan_contact import plan_answer

MOST_AT_ONCE = 80

# What pauses the claim until the task is done: a dispute has a hold of its own.
HOLDS = {TaskKind.DISPUTE: HoldKind.DISPUTE}


@dataclass(frozen=True)
class Opened:
    """A Task and what is written with it: the claim that waits for its answer, and the fact that says so.

    `new` is False for a task that was opened before by the very same words: there is nothing to write.
    """

    task: Task
    claim: Claim
    fact: Fact
    new: bool


def open_task(
    matter: Matter,
    claim: Claim,
    kind: TaskKind,
    *,
    policy: CountryPolicy,
    now: datetime,
    about: str | None = None,
    words: str = "",
    request: HelpRequest | None = None,
    representative: Representative | None = None,
    secret: str = "",
    language: str | None = None,
) -> Opened:
    """The task, the paused claim and the fact, for the caller to commit together with what it is about.

    The same thing asked twice within a day of the debtor's (a double press, a page loaded again) is one Task,
    unless it was answered in between. `language` is the one they used, where that is known. `secret` goes into its
    id where the id must not tell the kind.
    """
    today = now.astimezone(policy.zone).date()
    answered = sum(t.kind is kind and t.claim == claim.id and t.done_at is not None for t in matter.tasks.values())
    text = f"{claim.id}\n{kind}\n{about}\n{words}\n{request}\n{representative}\n{today}\n{answered}\n{secret}"
    task = Task(
        id="t-" + hashlib.sha256(text.encode()).hexdigest()[:24],
        creditor=claim.creditor,
        debtor=claim.debtor,
        claim=claim.id,
        kind=kind,
        request=request,
        opened_at=now,
        due_at=due_time(policy, now),
        owner=FRONT_OFFICE,
        about=about,
        words=words,
        representative=representative,
        language=language or (request.language if request else matter.debtor.language),
    )
    fact = Fact(FactName.TASK_OPENED, claim.creditor, (("claim", claim.id), ("task", task.id)), now)
    known = matter.tasks.get(task.id)
    if known:
        return Opened(known, claim, fact, new=False)
    hold = Hold(HOLDS.get(kind, HoldKind.TASK_OPEN), now, None, task.id)
    return Opened(task, claim.held(hold), fact, new=True)


def due_time(policy: CountryPolicy, now: datetime) -> datetime:
    """The evening of the next day on which somebody is there."""
    tomorrow = policy.hours.begins(now.astimezone(policy.zone).date() + timedelta(days=1))
    day = policy.hours.next_open(tomorrow).astimezone(policy.zone).date()
    return datetime.combine(day, policy.figures(day).closes, policy.zone)


def noted(
    debtor: Debtor, task: Task, claim: Claim, now: datetime, channel: ChannelKind | None = None
) -> Contact | None:
    """The answer that says we have their message and by when a person replies; it tells nothing of its content.

    It goes by `channel` where the debtor named one that works. None when there is no way to write to them.
    """
    contact = plan_answer(debtor, claim, MessageKind.NOTED, what=task.id, now=now, by=channel)
    return replace(contact, about=task.id) if contact else None


def silenced_reminders(matter: Matter, because: HoldKind, claim: str | None = None) -> tuple[Contact, ...]:
    """The planned reminders about this claim, or about all of the debtor's, as cancelled.

    As many as one transaction holds: what is left is refused, or waits, at its hour.
    """
    planned = (
        contact.called_off(because)
        for contact in matter.contacts.values()
        if contact.state is ContactState.PLANNED and contact.purpose in UNASKED and claim in (None, contact.claim)
    )
    return tuple(islice(planned, MOST_AT_ONCE))

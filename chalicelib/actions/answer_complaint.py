"""Answer a complaint: in a person's words, with what was behind it and what is changed because of it."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from ..domain.complaint import Cause, Complaint
from ..domain.decision import Refused
from ..domain.matter import Matter
from ..domain.parties import Creditor
from ..domain.person import Act, ActKind
from ..domain.policies._country import CountryPolicy
from ..domain.strategies._base import Strategy
from ..domain.task import Task, TaskKind
from ..ports import Commit, Scheduler, Store
from .answer_task import RULE, answered, utterance
from .write_change import write_change

LONGEST = 300


def answer_complaint(
    creditor: str,
    debtor: str,
    task: str,
    words: str,
    *,
    cause: Cause,
    justified: bool,
    changed: str,
    by: str,
    signed: str,
    store: Store,
    scheduler: Scheduler,
    policies: Mapping[str, CountryPolicy],
    strategies: Mapping[str, Strategy],
    now: datetime,
    language: str | None = None,
) -> Task | Refused:
    """The task as done: its answer is on its way, the conversation keeps it, and the complaint counts with its
    cause; all in one write.

    `changed` is to name nobody; it goes with the debtor all the same (forget_person). Said twice it is said once.
    Refused by name: not_found, done, not_yours (somebody else holds it), no_words, no_complaint.
    """

    def decide(settings: Creditor, matter: Matter) -> tuple[Task | Refused, Commit | None]:
        held = matter.tasks.get(task)
        if held is None or matter.debtor.erased_at:
            return Refused("not_found", RULE), None
        known = _known(held, store)
        if no := _refused(held, known, words, by):
            return (held, None) if no.because == "said" else (no, None)
        talk, said = store.talk(creditor, debtor)
        uttered = utterance(matter, held, words, by=by, signed=signed, said=said, language=language, now=now)
        commit, done = answered(settings, matter, held, uttered, talk, policies, strategies, now, closes=True)
        told = replace(
            known,
            answered_at=now,
            cause=cause,
            justified=justified,
            changed=changed.strip()[:LONGEST],
            by=by,
        )
        act = Act(creditor, by, ActKind.COMPLAINT, task, now)
        return done, replace(commit, complaints=(told,), acts=(act,))

    return write_change(creditor, debtor, decide, store=store, scheduler=scheduler, now=now)


def _known(task: Task, store: Store) -> Complaint:
    """As it was counted when it came in; what came in another way is counted from now on."""
    those = store.complaints(task.creditor, f"{task.opened_at:%Y-%m}")
    blank = Complaint(task.creditor, task.debtor, task.claim, task.id, task.opened_at, task.due_at)
    return next((one for one in those if one.task == task.id), blank)


def _refused(held: Task, known: Complaint, words: str, by: str) -> Refused | None:
    """Why this person cannot say this now; "said" where they said it already."""
    if held.kind is not TaskKind.COMPLAINT:
        return Refused("no_complaint", RULE)
    if held.done_at:
        return Refused("said" if known.by == by else "done", RULE)
    if held.owner != by:
        return Refused("not_yours", RULE)
    return None if words.strip() else Refused("no_words", RULE)

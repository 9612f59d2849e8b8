"""Answer what somebody asked: in a person's own words, on the debtor's own channel, and kept with the rest."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from ..domain.conversation import Conversation, Speaker, Utterance
from ..domain.decision import Refused
from ..domain.dispute import Verdict
from ..domain.facts import Fact, FactName
from ..domain.matter import Matter
from ..domain.parties import ChannelKind, Creditor
from ..domain.person import Act, ActKind
from ..domain.policies._country import CountryPolicy
from ..domain.strategies._base import Strategy
from ..domain.task import Task, TaskKind
from ..ports import Commit, Scheduler, Store
from .close_task import closing, contact_facts, ended
from .converse import said_by
from .speak import spoken
from .write_change import write_change

RULE = "desk"
# The same words from the same person again, so soon, are a button that was pressed twice.
TWICE = timedelta(minutes=10)


def answer_task(
    creditor: str,
    debtor: str,
    task: str,
    words: str,
    *,
    by: str,
    signed: str,
    closes: bool,
    store: Store,
    scheduler: Scheduler,
    policies: Mapping[str, CountryPolicy],
    strategies: Mapping[str, Strategy],
    now: datetime,
    language: str | None = None,
    verdict: Verdict | None = None,
) -> Task | Refused:
    """The task after these words were said to its debtor by `by`, who holds it; done where that `closes` it.

    They are `signed` with a first name, and go by the channel the debtor wrote by, or chose; where none is left
    they stand on the page. What does not close it asks something back: it waits for the debtor, and what they
    write next belongs to this task. A dispute is closed with a `verdict`; one person may reject it, and what makes
    less owed is a motion's (second_motion). Pressed twice it is said once. Refused by name: not_found, done,
    not_yours (somebody else holds it), no_words, cause (a complaint is closed with one: answer_complaint), verdict
    (a dispute without one, or none to give one to).
    """

    def decide(settings: Creditor, matter: Matter) -> tuple[Task | Refused, Commit | None]:
        held = matter.tasks.get(task)
        if held is None or matter.debtor.erased_at:
            return Refused("not_found", RULE), None
        talk, said = store.talk(creditor, debtor)
        uttered = utterance(matter, held, words, by=by, signed=signed, said=said, language=language, now=now)
        if _said_before(said, held, uttered, now, closes=closes):
            return held, None
        if no := _refused(held, words, by, closes=closes, verdict=verdict):
            return no, None
        if not closes:
            held = replace(held, asks_since=now)
        commit, after = answered(
            settings, matter, held, uttered, talk, policies, strategies, now, closes=closes, verdict=verdict
        )
        return after, replace(commit, acts=(Act(creditor, by, ActKind.ANSWER, task, now),))

    return write_change(creditor, debtor, decide, store=store, scheduler=scheduler, now=now)


def _said_before(
    said: tuple[Utterance, ...], held: Task, again: Utterance, now: datetime, *, closes: bool
) -> bool:
    """Whether this very button was pressed just now: the same words about another task, or those with which this
    one is to end and has not, are something else."""
    last = next((one for one in reversed(said) if one.by is Speaker.PERSON), None)
    if last is None or mark(last) != mark(again) or now - last.at >= TWICE:
        return False
    return not closes or held.done_at is not None


def mark(said: Utterance) -> str:
    """What tells who said what about which task, without when: the last part of its id."""
    return said.id.rpartition("-")[2]


def _refused(held: Task, words: str, by: str, *, closes: bool, verdict: Verdict | None) -> Refused | None:
    """Why this person cannot say this now."""
    if held.done_at:
        return Refused("done", RULE)
    if held.owner != by:
        return Refused("not_yours", RULE)
    if not words.strip():
        return Refused("no_words", RULE)
    if closes and held.kind is TaskKind.COMPLAINT:
        # What was behind it counts (answer_complaint).
        return Refused("cause", RULE)
    wants = closes and held.kind is TaskKind.DISPUTE
    return Refused("verdict", RULE) if wants is not (verdict is Verdict.REJECTED) else None


def utterance(
    matter: Matter,
    task: Task,
    words: str,
    *,
    by: str,
    signed: str,
    said: tuple[Utterance, ...],
    now: datetime,
    language: str | None = None,
    name: str = "",
) -> Utterance:
    """What a person says about this task, by the channel its debtor spoke by last, or wishes to be answered by.

    `name` is what makes it itself, where that is not the words.
    """
    tongue = language or task.language or matter.debtor.language or "de"
    said_now = said_by(
        Speaker.PERSON,
        matter.claims[task.claim],
        words.strip(),
        now,
        tongue,
        name=f"{task.id}\n{by}\n{name or words.strip()}",
        channel=_way(matter, task, said),
    )
    return replace(said_now, who=by, signed=signed)


def _way(matter: Matter, task: Task, said: tuple[Utterance, ...]) -> ChannelKind | None:
    """How they want to hear of it: as they said with the dispute, else as they spoke last."""
    dispute = matter.disputes.get(task.about or "") if task.kind is TaskKind.DISPUTE else None
    if dispute:
        return dispute.answer_by
    theirs = (one for one in reversed(said) if one.by in (Speaker.DEBTOR, Speaker.HELPER))
    return next((one.channel for one in theirs), matter.debtor.choices.channel)


def answered(
    creditor: Creditor,
    matter: Matter,
    task: Task,
    said: Utterance,
    talk: Conversation | None,
    policies: Mapping[str, CountryPolicy],
    strategies: Mapping[str, Strategy],
    now: datetime,
    *,
    closes: bool,
    verdict: Verdict | None = None,
    less: int = 0,
) -> tuple[Commit, Task]:
    """What is written when this is said about this task, and the task after it; `less` is owed than before."""
    claim = matter.claims[task.claim]
    dispute = matter.disputes.get(task.about or "") if task.kind is TaskKind.DISPUTE else None
    # Whoever wants to be answered on the page is not written to.
    on_page = dispute is not None and dispute.answer_by is None
    letter = None if on_page else spoken(matter, claim, said, now=now, channel=said.channel)
    said = replace(said, contact=letter.id if letter else None)
    ids = (("claim", claim.id), ("task", task.id))
    facts = [Fact(FactName.TASK_ANSWERED, claim.creditor, ids, now)]
    contacts = (letter,) if letter else ()
    talk = talk or Conversation(claim.creditor, claim.debtor, claim.id, now)
    talk = replace(
        talk, topic=None, step=None, last_at=now, task=None if closes and talk.task == task.id else talk.task
    )
    if not closes and task.done_at is None:
        talk = replace(talk, task=task.id)
    if not closes:
        facts += contact_facts(contacts, now)
        # Written as it is: whoever answers at the same moment is told that somebody did.
        commit = Commit(tuple(facts), tasks=(task,), contacts=contacts, said=(said,), conversation=talk)
        return commit, task
    done, free = ended(matter, task, now)
    commit = closing(creditor, matter, done, free, policies, strategies, now, verdict=verdict, less=less)
    return (
        replace(
            commit,
            facts=(*facts, *contact_facts(contacts, now), *commit.facts),
            contacts=(*contacts, *commit.contacts),
            said=(said,),
            conversation=talk,
        ),
        done,
    )

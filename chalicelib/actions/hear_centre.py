"""Hear the contact centre: what its people wrote is said to the debtor, and what an answer ends is done here."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from enum import StrEnum

from ..domain.centre import ENDED_BY_ANSWER, CentreWord
from ..domain.contact import Contact, ContactState
from ..domain.conversation import LONGEST
from ..domain.facts import Fact, FactName
from ..domain.matter import Matter
from ..domain.parties import Creditor
from ..domain.person import Act, ActKind
from ..domain.policies._country import CountryPolicy
from ..domain.strategies._base import Strategy
from ..domain.task import FRONT_OFFICE
from ..ports import Commit, Scheduler, Store, TaskLists
from .answer_task import answered, mark, utterance
from .close_task import closing, ended
from .write_change import TICK, write_change


class Heard(StrEnum):
    SAID = "said"
    CLOSED = "closed"
    LEFT = "left"
    """It was closed there, and waits for what only the desk may conclude."""
    KNOWN = "known"
    """It was heard before, or the task is no longer theirs to answer."""
    UNPLACED = "unplaced"
    """There is no such task."""


def hear_centre(
    word: CentreWord,
    *,
    lists: TaskLists,
    store: Store,
    scheduler: Scheduler,
    policies: Mapping[str, CountryPolicy],
    strategies: Mapping[str, Strategy],
    now: datetime,
) -> Heard:
    """Each word once by its id, however often it is told, also where it comes after the task was closed there:
    somebody wrote it to the debtor. What is not of a task of theirs changes nothing.

    Closed there, a task that only asks for an answer is done. Any other is nobody's again, due when it was, and
    says that it was answered there. Told again after a crash, the message goes out that was only written.
    """
    waiting, settings = lists.one(word.creditor, word.task), store.creditor(word.creditor)
    if waiting is None or settings is None or store.matter(word.creditor, waiting.debtor) is None:
        return Heard.UNPLACED
    centre = settings.centre
    if centre is None:
        return Heard.KNOWN
    owner, heard = centre.owner, Heard.KNOWN
    at = min(word.at or now, now)

    def say(creditor: Creditor, matter: Matter) -> tuple[tuple[Heard, Contact | None], Commit | None]:
        held = matter.tasks.get(word.task)
        if held is None or not centre.speaks_of(held) or matter.debtor.erased_at:
            return (Heard.KNOWN, None), None
        talk, said = store.talk(held.creditor, held.debtor)
        words = word.words.strip()[:LONGEST]
        # A centre that tells whole seconds may say two things in one: the one heard later was said later.
        taken = {one.at for one in said if one.who == owner}
        moment = next(then for n in range(len(taken) + 1) if (then := at + n * TICK) not in taken)
        uttered = utterance(matter, held, words, by=owner, signed=word.agent, said=said, now=moment, name=word.id)
        if known := next((one for one in said if mark(one) == mark(uttered)), None):
            return (Heard.KNOWN, matter.contacts.get(known.contact or "")), None
        commit, _ = answered(creditor, matter, held, uttered, talk, policies, strategies, now, closes=False)
        act = Act(held.creditor, owner, ActKind.ANSWER, held.id, moment)
        return (Heard.SAID, None), replace(commit, acts=(act,))

    def conclude(creditor: Creditor, matter: Matter) -> tuple[Heard, Commit | None]:
        held = matter.tasks.get(word.task)
        if held is None or held.owner != owner or held.done_at or matter.debtor.erased_at:
            return heard, None
        if held.kind in ENDED_BY_ANSWER:
            done, claim = ended(matter, held, now)
            return Heard.CLOSED, closing(creditor, matter, done, claim, policies, strategies, now)
        left = replace(held, owner=FRONT_OFFICE, owned_at=None, left_by=(*held.left_by, owner), answered_there=at)
        fact = Fact(FactName.TASK_FREED, held.creditor, (("claim", held.claim), ("task", held.id)), now)
        return Heard.LEFT, Commit((fact,), tasks=(left,))

    if word.words.strip():
        heard, written = write_change(
            word.creditor, waiting.debtor, say, store=store, scheduler=scheduler, now=now
        )
        if written and written.state is ContactState.PLANNED:
            scheduler.at(written, now)
    if word.closes:
        heard = write_change(word.creditor, waiting.debtor, conclude, store=store, scheduler=scheduler, now=now)
    return heard

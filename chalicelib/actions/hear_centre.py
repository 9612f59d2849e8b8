"""Hear the contact centre: what its people wrote is said to the debtor, and what they closed is done here."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from enum import StrEnum

from ..domain.centre import CentreWord
from ..domain.conversation import LONGEST
from ..domain.matter import Matter
from ..domain.parties import Creditor
from ..domain.person import Act, ActKind
from ..domain.policies._country import CountryPolicy
from ..domain.strategies._base import Strategy
from ..ports import Commit, Scheduler, Store, TaskLists
from .answer_task import answered, utterance
from .close_task import close_task
from .write_change import write_change


class Heard(StrEnum):
    SAID = "said"
    CLOSED = "closed"
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
    """Each word once, however often it is told, also where it comes after the task was closed there: somebody
    wrote it to the debtor. What is not of a task of theirs changes nothing."""
    waiting, settings = lists.one(word.creditor, word.task), store.creditor(word.creditor)
    if waiting is None or settings is None or store.matter(word.creditor, waiting.debtor) is None:
        return Heard.UNPLACED
    if settings.centre is None or waiting.owner != settings.centre.owner:
        return Heard.KNOWN
    owner, heard = settings.centre.owner, Heard.KNOWN
    at = min(word.at or now, now)

    def say(creditor: Creditor, matter: Matter) -> tuple[Heard, Commit | None]:
        held = matter.tasks.get(word.task)
        if held is None or held.owner != owner or matter.debtor.erased_at:
            return Heard.KNOWN, None
        talk, said = store.talk(held.creditor, held.debtor)
        words = word.words.strip()[:LONGEST]
        if any((one.who, one.at, one.words) == (owner, at, words) for one in said):
            return Heard.KNOWN, None
        uttered = utterance(matter, held, words, by=owner, signed=word.agent, said=said, now=at)
        commit, _ = answered(creditor, matter, held, uttered, talk, policies, strategies, now, closes=False)
        return Heard.SAID, replace(commit, acts=(Act(held.creditor, owner, ActKind.ANSWER, held.id, at),))

    if word.words.strip():
        heard = write_change(word.creditor, waiting.debtor, say, store=store, scheduler=scheduler, now=now)
    if word.closes:
        done = close_task(
            word.creditor,
            waiting.debtor,
            word.task,
            store=store,
            scheduler=scheduler,
            policies=policies,
            strategies=strategies,
            now=now,
        )
        heard = Heard.CLOSED if done else heard
    return heard

"""Something is wrong: from this moment nobody asks for money, until a person has answered or it is withdrawn."""

import hashlib
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from ..domain.claim import Claim, ClaimState, Hold, HoldKind
from ..domain.dispute import LONGEST, MAY_ADMIT, Dispute, DisputeReason, DisputeState, Objection
from ..domain.errors import BrokenRule
from ..domain.facts import Fact, FactName
from ..domain.matter import Matter
from ..domain.parties import Creditor
from ..domain.policies._country import CountryPolicy
from ..domain.strategies._base import Strategy
from ..domain.task import TaskKind
from ..domain.visit import Visit
from ..ports import Commit, Scheduler, Store
from .close_task import contact_facts, ended, planned_again, uncalled
from .open_task import noted, open_task, silenced_reminders
from .write_change import write_change


def raise_dispute(
    visit: Visit,
    objection: Objection,
    *,
    store: Store,
    scheduler: Scheduler,
    policies: Mapping[str, CountryPolicy],
    now: datetime,
) -> Dispute:
    """The dispute, its Task, the hold and what it cancels, in one commit.

    Planned reminders and calls are cancelled; a running plan or deferral stays as it is, and the word before its
    day waits by the policy until this is answered; a payment under way is still booked (P15). One dispute of a
    claim runs at a time: pressed twice it is one, other words are added to it. A part the debtor says they owe is
    their word, never an acknowledgement of debt (BGB §212). Whoever wants to be answered on the page is not
    written to. Raises BrokenRule("closed") when nothing is owed.
    """

    def decide(creditor: Creditor, matter: Matter) -> tuple[Dispute, Commit | None]:
        claim = _open_claim(matter, visit)
        running = matter.disputes.get(claim.dispute or "")
        name = _dispute_id(claim, objection, matter, running)
        if running:
            return (running, None) if running.id == name else _added(running, objection.words, now)
        matter, calls, over = uncalled(matter, now, claim.id)
        claim, policy = matter.claims[claim.id], policies[creditor.country]
        tongue = objection.language
        opened = open_task(matter, claim, TaskKind.DISPUTE, policy=policy, now=now, about=name, language=tongue)
        dispute = Dispute(
            id=name,
            creditor=claim.creditor,
            debtor=claim.debtor,
            claim=claim.id,
            reason=objection.reason,
            words=objection.words,
            admitted=objection.admitted if objection.reason in MAY_ADMIT else None,
            answer_by=objection.answer_by,
            language=objection.language,
            task=opened.task.id,
            opened_at=now,
            due_at=opened.task.due_at,
        )
        held = replace(opened.claim, dispute=name)
        if dispute.reason is DisputeReason.MINOR:
            # Nobody asks again before a person has looked at what the law says of minors (BGB §§106 to 113).
            held = held.held(Hold(HoldKind.MINOR, now, None, name))
        letter = noted(matter.debtor, opened.task, held, now, dispute.answer_by) if dispute.answer_by else None
        silenced = silenced_reminders(matter, HoldKind.DISPUTE, claim.id)
        about = (("claim", claim.id), ("dispute", name))
        commit = Commit(
            (Fact(FactName.DISPUTE_RAISED, claim.creditor, about, now), opened.fact, *over),
            claims=(held,),
            disputes=(dispute,),
            tasks=(opened.task, *calls),
            contacts=(*((letter,) if letter else ()), *silenced),
        )
        return dispute, commit

    return write_change(visit.creditor, visit.debtor, decide, store=store, scheduler=scheduler, now=now)


def add_to_dispute(
    visit: Visit, words: str, *, store: Store, scheduler: Scheduler, now: datetime
) -> Dispute | None:
    """The running dispute with these words added; None when none runs. The same words twice are added once.
    What a person had asked back about it is answered by them."""

    def decide(creditor: Creditor, matter: Matter) -> tuple[Dispute | None, Commit | None]:
        running = matter.disputes.get(_claim(matter, visit).dispute or "")
        if running is None:
            return None, None
        more, commit = _added(running, words, now)
        task = matter.tasks.get(running.task)
        if commit and task and task.asks_since and task.done_at is None:
            commit = replace(commit, tasks=(replace(task, asks_since=None),))
        return more, commit

    return write_change(visit.creditor, visit.debtor, decide, store=store, scheduler=scheduler, now=now)


def withdraw_dispute(
    visit: Visit,
    *,
    store: Store,
    scheduler: Scheduler,
    policies: Mapping[str, CountryPolicy],
    strategies: Mapping[str, Strategy],
    now: datetime,
) -> bool:
    """The debtor takes it back: the hold ends, its Task is done, the strategy goes on after a week of peace.

    That somebody was a minor is for a person to decide and cannot be taken back here. False when none runs.
    """

    def decide(creditor: Creditor, matter: Matter) -> tuple[bool, Commit | None]:
        running = matter.disputes.get(_claim(matter, visit).dispute or "")
        if running is None or running.reason is DisputeReason.MINOR:
            return False, None
        done, claim = ended(matter, matter.tasks[running.task], now)
        after = replace(matter, claims={**matter.claims, claim.id: claim})
        follow = planned_again(creditor, after, (claim,), policies, strategies, now)
        about = (("claim", claim.id), ("dispute", running.id))
        ids = (("claim", claim.id), ("task", done.id))
        facts = (
            Fact(FactName.DISPUTE_WITHDRAWN, claim.creditor, about, now),
            Fact(FactName.TASK_DONE, claim.creditor, ids, now),
            *contact_facts(follow, now),
        )
        over = replace(running, state=DisputeState.WITHDRAWN)
        return True, Commit(facts, claims=(claim,), disputes=(over,), tasks=(done,), contacts=follow)

    return write_change(visit.creditor, visit.debtor, decide, store=store, scheduler=scheduler, now=now)


def _claim(matter: Matter, visit: Visit) -> Claim:
    if visit.claim not in matter.claims:
        raise BrokenRule("not_found")
    return matter.claims[visit.claim]


def _open_claim(matter: Matter, visit: Visit) -> Claim:
    claim = _claim(matter, visit)
    if claim.state is ClaimState.CLOSED:
        raise BrokenRule("closed")
    return claim


def _dispute_id(claim: Claim, objection: Objection, matter: Matter, running: Dispute | None) -> str:
    """The same words give the same dispute, until it has ended: then they begin another."""
    ended_before = sum(d.claim == claim.id and d is not running for d in matter.disputes.values())
    text = f"{claim.id}\n{objection}\n{ended_before}"
    return "d-" + hashlib.sha256(text.encode()).hexdigest()[:24]


def _added(running: Dispute, words: str, now: datetime) -> tuple[Dispute, Commit | None]:
    """The dispute with more words at its end, as long as there is room for them."""
    longer = f"{running.words}\n\n{words}".strip()
    if not words or running.words.endswith(words) or len(longer) > LONGEST:
        return running, None
    about = (("claim", running.claim), ("dispute", running.id))
    fact = Fact(FactName.DISPUTE_ADDED_TO, running.creditor, about, now)
    more = replace(running, words=longer)
    return more, Commit((fact,), disputes=(more,))

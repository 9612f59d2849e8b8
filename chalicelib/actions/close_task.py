"""Close a Task: a person has answered. What waited for the answer goes on by the creditor's strategy."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from ..domain.claim import Claim, Hold, HoldKind
from ..domain.contact import Contact, ContactState, Purpose
from ..domain.dispute import Dispute, DisputeState, Verdict
from ..domain.facts import Fact, FactName
from ..domain.matter import Matter
from ..domain.parties import Creditor
from ..domain.policies._country import CountryPolicy
from ..domain.strategies._base import Strategy, strategy_of
from ..domain.task import Task, TaskKind
from ..ports import Commit, Scheduler, Store
from .open_task import HOLDS
from .plan_contact import contact_id, kept_of, plan_contact
from .write_change import write_change

# Whoever was just answered has so long to think before the next reminder.
PEACE = timedelta(days=7)
SETTLED = (
    ContactState.SENT,
    ContactState.DELIVERED,
    ContactState.FAILED,
    ContactState.LOST,
    ContactState.SANDBOXED,
)


def close_task(
    creditor: str,
    debtor: str,
    task: str,
    *,
    store: Store,
    scheduler: Scheduler,
    policies: Mapping[str, CountryPolicy],
    strategies: Mapping[str, Strategy],
    now: datetime,
) -> bool:
    """The task is done, its pause ends where no other task of the claim waits, and the next contact is planned.

    A dispute's task answers the dispute. Lasting holds (a representative, particular care, a minor) stay: a
    person lifts them. False, and nothing written, when there is no such task or it was done before.
    """

    def decide(settings: Creditor, matter: Matter) -> tuple[bool, Commit | None]:
        held = matter.tasks.get(task)
        if held is None or held.done_at is not None:
            return False, None
        done, claim = ended(matter, held, now)
        return True, closing(settings, matter, done, claim, policies, strategies, now)

    return write_change(creditor, debtor, decide, store=store, scheduler=scheduler, now=now)


def closing(
    creditor: Creditor,
    matter: Matter,
    done: Task,
    claim: Claim,
    policies: Mapping[str, CountryPolicy],
    strategies: Mapping[str, Strategy],
    now: datetime,
    *,
    verdict: Verdict | None = None,
    less: int = 0,
) -> Commit:
    """The task as done, its dispute as answered, and what the strategy does next with the claim as it is now."""
    dispute = matter.disputes.get(done.about or "") if done.kind is TaskKind.DISPUTE else None
    facts = [Fact(FactName.TASK_DONE, claim.creditor, (("claim", claim.id), ("task", done.id)), now)]
    over: tuple[Dispute, ...] = ()
    if dispute and dispute.state is DisputeState.OPEN:
        over = (replace(dispute, state=DisputeState.ANSWERED, verdict=verdict, less=less),)
        ids = (("claim", claim.id), ("dispute", dispute.id))
        facts.append(Fact(FactName.DISPUTE_ANSWERED, claim.creditor, ids, now))
    tasks = {**matter.tasks, done.id: done}
    after = replace(matter, claims={**matter.claims, claim.id: claim}, tasks=tasks)
    follow = planned_again(creditor, after, (claim,), policies, strategies, now)
    return Commit(
        (*facts, *contact_facts(follow, now)),
        claims=(claim,) if claim != matter.claims[claim.id] else (),
        tasks=(done,),
        disputes=over,
        contacts=follow,
    )


def ended(matter: Matter, task: Task, now: datetime) -> tuple[Task, Claim]:
    """The task as done, and its claim without the pause it caused, where nothing else needs that pause."""
    claim = matter.claims[task.claim]
    kind = HOLDS.get(task.kind, HoldKind.TASK_OPEN)
    others = [
        other
        for other in matter.open_tasks(claim.id)
        if other.id != task.id and HOLDS.get(other.kind, HoldKind.TASK_OPEN) is kind
    ]
    # The pause now waits for the one that is due last.
    claim = (
        claim.held(Hold(kind, others[-1].opened_at, None, others[-1].id)) if others else claim.released(kind, now)
    )
    if claim.dispute and claim.dispute == task.about:
        claim = replace(claim, dispute=None)
    return replace(task, done_at=now), claim


def called_off(
    matter: Matter, claim: Claim, now: datetime, number: str | None = None
) -> tuple[Claim, tuple[Task, ...], tuple[Fact, ...]]:
    """The claim without the calls that a person was to make about it, these as done, and the facts that say so;
    with a `number`, of the calls to that one alone."""
    done: dict[str, Task] = {}
    for task in matter.open_tasks(claim.id):
        called = task.request.phone if task.request else None
        if task.kind is TaskKind.CALL and number in (None, called):
            held = replace(matter, claims={**matter.claims, claim.id: claim}, tasks={**matter.tasks, **done})
            done[task.id], claim = ended(held, task, now)
    ids = ((("claim", claim.id), ("task", name)) for name in done)
    facts = tuple(Fact(FactName.TASK_DONE, claim.creditor, about, now) for about in ids)
    return claim, tuple(done.values()), facts


def uncalled(
    matter: Matter, now: datetime, claim: str | None = None
) -> tuple[Matter, tuple[Task, ...], tuple[Fact, ...]]:
    """The matter without the calls that a person was to make about this claim, or about any; they, as done, and
    the facts that say so."""
    done, facts = list[Task](), list[Fact]()
    for name in matter.claims if claim is None else (claim,):
        free, over, said = called_off(matter, matter.claims[name], now)
        tasks = {**matter.tasks, **{task.id: task for task in over}}
        matter = replace(matter, claims={**matter.claims, name: free}, tasks=tasks)
        done += over
        facts += said
    return matter, tuple(done), tuple(facts)


def planned_again(
    creditor: Creditor,
    matter: Matter,
    claims: Iterable[Claim],
    policies: Mapping[str, CountryPolicy],
    strategies: Mapping[str, Strategy],
    now: datetime,
    *,
    after_agreement: bool = False,
) -> tuple[Contact, ...]:
    """The strategy's next reminder about each of these claims that has none waiting and may have one.

    `after_agreement`: its day has gone by, so nothing but a week of peace is waited for, and where the strategy
    had said all its words before, its last one is said once more.
    None while an agreement runs, and none while a person still owes an answer or takes particular care: whatever
    ends that plans again.
    """
    found: list[Contact] = []
    if any(hold.kind is HoldKind.NEEDS_CARE for hold in matter.debtor.binding_holds(now)):
        return ()
    for claim in claims:
        waiting = any(c.purpose is Purpose.REMINDER for c in matter.planned_for(claim.id))
        if waiting or claim.plan or claim.deferral or claim.stands_still(now):
            continue
        step, strategy = _next_step(matter, claim), strategy_of(creditor, strategies, claim)
        peace = max(PEACE, strategy.pause_before(step))
        if after_agreement:
            step, peace = min(step, len(strategy.steps) - 1), PEACE
        planned = plan_contact(
            creditor,
            matter.debtor,
            claim,
            step=step,
            after=now + peace,
            now=now,
            policy=policies[creditor.country],
            strategy=strategy,
        )
        found += [own_name(contact, matter) for contact in kept_of(planned, matter)]
    return tuple(found)


def _next_step(matter: Matter, claim: Claim) -> int:
    """The step after the last one that went out; the first one planned where none did."""
    reminders = [c for c in matter.contacts.values() if c.claim == claim.id and c.purpose is Purpose.REMINDER]
    gone = [c.step for c in reminders if matter.spoken_by(c).state in SETTLED]
    if gone:
        return max(gone) + 1
    return min((c.step for c in reminders), default=0)


def own_name(contact: Contact, matter: Matter) -> Contact:
    """The contact under a name that no earlier one bears: a plan that was cancelled keeps its own."""
    if contact.id not in matter.contacts:
        return contact
    what = f"again/{contact.step}/{len(matter.contacts)}"
    return replace(contact, id=contact_id(contact.creditor, contact.claim, what, contact.due_at))


def contact_facts(contacts: Iterable[Contact], now: datetime) -> tuple[Fact, ...]:
    """What is said of contacts that were planned or cancelled."""
    names = {ContactState.PLANNED: FactName.CONTACT_PLANNED, ContactState.CANCELLED: FactName.CONTACT_CANCELLED}
    return tuple(Fact(names[c.state], c.creditor, (("claim", c.claim), ("contact", c.id)), now) for c in contacts)

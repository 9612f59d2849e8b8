"""End a call: whoever made it says what came of it, and what happens next follows from that alone."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta

from ..domain.arm import next_hour
from ..domain.calling import (
    MOST_TRIES,
    PARTS,
    CallEnded,
    CallNext,
    CallOutcome,
    Promised,
    next_part,
    part_of,
)
from ..domain.claim import Claim
from ..domain.contact import Contact, ContactState, Delivery, MessageKind, Purpose
from ..domain.decision import Decision, Refused, Wait
from ..domain.facts import Fact, FactName
from ..domain.matter import Matter
from ..domain.parties import Creditor, PointState
from ..domain.person import Act, ActKind
from ..domain.policies._country import CountryPolicy
from ..domain.policies._rules import Situation
from ..domain.strategies._base import Strategy
from ..domain.task import FRONT_OFFICE, DaySlot, Task, TaskKind
from ..ports import Commit, Scheduler, Store
from .close_task import contact_facts, ended, own_name, planned_again
from .fall_silent import disowned, stopped
from .note_outcome import note_outcome
from .offer_calls import let_go
from .open_task import noted
from .plan_contact import at_its_hour, contact_id, plan_answer
from .report_wrong_number import RULE, report_wrong_number
from .write_change import write_change

CALLS = frozenset({TaskKind.CALL, TaskKind.CALL_BACK})
NOBODY = CallOutcome.NOBODY.value
ACTIVE = PointState.ACTIVE
# The version of the words by which somebody on the telephone said that they do not want to be called.
SAID = "call"


def end_call(
    creditor: str,
    debtor: str,
    task: str,
    outcome: CallOutcome,
    *,
    by: str,
    tries: int,
    moved_at: datetime | None = None,
    store: Store,
    scheduler: Scheduler,
    policies: Mapping[str, CountryPolicy],
    strategies: Mapping[str, Strategy],
    hash_point: Callable[[str], str],
    now: datetime,
) -> CallEnded | Refused:
    """What happens next, written in one go with what came of the call; `tries` is how often nobody had answered
    when its page was shown, so that a button pressed twice is one call, and `moved_at` when its debtor had last
    moved it by then. Refused where they moved it since ("moved"): what came of the old hour and number is nothing
    of the new ones; and where somebody else holds it ("held_by_another").

    Nobody: another attempt in another part of the day, three in all; what we call of ourselves asks the policy
    again at its hour, caps included. A call that was tried before the part of the day it is promised in stays
    promised there, however often. What is left of a promised time can be offered to others once the call was made
    or is promised elsewhere. A wrong number is forgotten. Who does not want to be called is not, and what
    is written to other addresses goes on. A call of ours keeps its outcome first, by a write of its own: said
    again after a crash, the rest follows.
    """
    settings, matter = store.creditor(creditor), store.matter(creditor, debtor)
    held = matter.tasks.get(task) if matter else None
    if settings is None or matter is None or held is None:
        return Refused("not_found", RULE)
    if held.kind not in CALLS or held.request is None:
        return Refused("not_a_call", RULE)
    call = matter.contacts.get(held.about or "") if held.kind is TaskKind.CALL else None
    policy = policies[settings.country]
    if held.done_at:
        return told(matter, held, outcome)
    if refused := _not_theirs(held, by, moved_at):
        return refused
    if held.tries != tries:
        return told(matter, held, outcome)
    if call is not None and call.receipt is not None:
        if outcome is CallOutcome.WRONG_NUMBER:
            report_wrong_number(
                creditor,
                debtor,
                call.id,
                by=by,
                store=store,
                scheduler=scheduler,
                policies=policies,
                strategies=strategies,
                now=now,
            )
            return _after(creditor, debtor, held, outcome, store)
        how = Delivery.PASSING if outcome is CallOutcome.NOBODY else Delivery.DELIVERED
        note_outcome(call.receipt, how, outcome.value, held.request.phone or "", store=store, now=now)
    number = held.request.phone or ""

    def decide(settings: Creditor, matter: Matter) -> tuple[Refused | None, Commit | None]:
        now_held = matter.tasks.get(task)
        if now_held is None or now_held.done_at:
            return None, None
        if refused := _not_theirs(now_held, by, moved_at):
            return refused, None
        if now_held.tries != tries:
            return None, None
        # A person's word is kept with what it changed.
        kind = ActKind.WRONG_NUMBER if outcome is CallOutcome.WRONG_NUMBER else ActKind.CALLED
        act = Act(creditor, by, kind, task, now)
        if outcome is CallOutcome.NOBODY and _is_early(now_held, policy, now):
            return None, Commit((), tasks=(replace(now_held, tries=tries + 1),), acts=(act,))
        if outcome is CallOutcome.NOBODY and now_held.kind is TaskKind.CALL_BACK and tries + 1 < MOST_TRIES:
            return None, replace(_put_off(settings, matter, now_held, policy, store, now), acts=(act,))
        commit, after = _silenced(matter, outcome, number, store, hash_point, now)
        again = _once_more(settings, after, now_held, policy, now) if outcome is CallOutcome.NOBODY else None
        closed = _closed(settings, after, now_held, commit, again, policies, strategies, now)
        return None, replace(closed, acts=(act,))

    refused = write_change(creditor, debtor, decide, store=store, scheduler=scheduler, now=now)
    return refused or _after(creditor, debtor, held, outcome, store)


def _not_theirs(task: Task, by: str, moved_at: datetime | None) -> Refused | None:
    """Why this is no word about the call as it stands; None where it is one."""
    if task.moved_at != moved_at:
        return Refused("moved", RULE)
    return None if task.owner in (FRONT_OFFICE, by) else Refused("held_by_another", RULE)


def same_number(known: str, typed: str) -> bool:
    """Whether a number as somebody typed it, at home and so without its country, is this one."""
    return known == typed or (
        typed.startswith("0") and known.startswith("+") and known.endswith(typed.lstrip("0"))
    )


def _silenced(
    matter: Matter,
    outcome: CallOutcome,
    number: str,
    store: Store,
    hash_point: Callable[[str], str],
    now: datetime,
) -> tuple[Commit, Matter]:
    """What is written of the number: that it is somebody else's, or that nobody is to call there; and the matter
    as it is then."""
    if outcome not in (CallOutcome.WRONG_NUMBER, CallOutcome.NOT_AGAIN) or not number:
        return Commit(()), matter
    mine = [p for p in matter.debtor.points if same_number(p.value, number)]
    point = min(mine, key=lambda p: p.state is not ACTIVE, default=None)
    said = store.silence(matter.debtor.creditor, hash_point(point.value if point else number))
    if outcome is CallOutcome.WRONG_NUMBER:
        change: Commit | None = disowned(matter, point, said, None, "", now)
    else:
        change = stopped(matter, point, said, "", SAID, now)
    if change is None:
        return Commit(()), matter
    after = replace(
        matter,
        debtor=change.debtor or matter.debtor,
        claims={**matter.claims, **{claim.id: claim for claim in change.claims}},
        tasks={**matter.tasks, **{task.id: task for task in change.tasks}},
        contacts={**matter.contacts, **{contact.id: contact for contact in change.contacts}},
    )
    return change, after


def _closed(
    creditor: Creditor,
    matter: Matter,
    task: Task,
    commit: Commit,
    again: Contact | None,
    policies: Mapping[str, CountryPolicy],
    strategies: Mapping[str, Strategy],
    now: datetime,
) -> Commit:
    """The task is done, with whatever `commit` wrote already; `again` is another attempt."""
    if matter.tasks[task.id].done_at:  # the number's own word ended it
        done, claim = matter.tasks[task.id], matter.claims[task.claim]
    else:
        done, claim = ended(matter, matter.tasks[task.id], now)
    after = replace(matter, claims={**matter.claims, claim.id: claim}, tasks={**matter.tasks, done.id: done})
    follow = (
        _instead(after, again) if again else planned_again(creditor, after, (claim,), policies, strategies, now)
    )
    letter = _way_back(after, task, now) if _asks_again(task, commit, again) else None
    contacts = (*follow, *((letter,) if letter else ()))
    about = (("claim", claim.id), ("task", task.id))
    over = any(one.id == task.id for one in commit.tasks)
    facts = () if over else (Fact(FactName.TASK_DONE, creditor.id, about, now),)
    return replace(
        commit,
        facts=(*commit.facts, *facts, *contact_facts(_told_of(contacts), now)),
        claims=_joined(commit.claims, claim),
        tasks=commit.tasks if over else (*commit.tasks, done),
        contacts=(*commit.contacts, *contacts),
    )


def _told_of(contacts: tuple[Contact, ...]) -> tuple[Contact, ...]:
    """What a fact is said of; what was moved is told by what stands in its place."""
    return tuple(c for c in contacts if c.state is not ContactState.MOVED)


def _instead(matter: Matter, again: Contact) -> tuple[Contact, ...]:
    """Another attempt, in the place of the reminder that was planned to follow the call: it comes after it."""
    waiting = (c for c in matter.planned_for(again.claim) if c.purpose is Purpose.REMINDER)
    return (again, *(replace(c.moved(ContactState.MOVED), moved_to=again.id) for c in waiting))


def _joined(claims: tuple[Claim, ...], last: Claim) -> tuple[Claim, ...]:
    return (*(claim for claim in claims if claim.id != last.id), last)


def _asks_again(task: Task, commit: Commit, again: Contact | None) -> bool:
    """Who asked to be called and could not be reached hears how to ask once more, unless they said no."""
    wrong = any(fact.name is FactName.WRONG_PERSON_REPORTED for fact in commit.facts)
    unanswered = again is None and task.tries + 1 >= MOST_TRIES
    return task.kind is TaskKind.CALL_BACK and (wrong or unanswered)


def _way_back(matter: Matter, task: Task, now: datetime) -> Contact | None:
    """The page on which a call is asked for, to an address that is left."""
    claim = matter.claims[task.claim]
    letter = plan_answer(matter.debtor, claim, MessageKind.REPLY, what=f"talk/{task.id}", now=now)
    return replace(letter, about="talk") if letter else None


def _put_off(
    creditor: Creditor, matter: Matter, task: Task, policy: CountryPolicy, store: Store, now: datetime
) -> Commit:
    """Whoever asked to be called is tried again in another part of a day, and told the day."""
    assert task.request  # what was asked for
    tries = task.tries + 1
    part = next_part(part_of(now.astimezone(policy.zone)), tries)
    day = _day_for(part, policy, now)
    due = datetime.combine(day, PARTS[part][1], policy.zone)
    asked = replace(task.request, slot=part, day=day if task.request.day else None)
    later = replace(task, request=asked, due_at=due, tries=tries)
    known = replace(matter, tasks={**matter.tasks, task.id: later})
    letter = noted(known.debtor, replace(later, id=f"{task.id}/{tries}"), matter.claims[task.claim], now)
    letters = (replace(letter, about=task.id),) if letter else ()
    moved = (*let_go(task, store=store), *_kept(creditor, later, store, day)) if asked.day else ()
    return Commit(contact_facts(letters, now), tasks=(later,), contacts=letters, promised=moved)


def _kept(creditor: Creditor, later: Task, store: Store, day: date) -> tuple[Promised, ...]:
    """The promise as it is kept from now on."""
    assert later.request
    found = store.promised(creditor.id, day)
    slot = later.request.slot
    held = next((one for one in found if (one.day, one.part) == (day, slot)), Promised(creditor.id, day, slot))
    kept = held.with_call(later.id, later.request.language)
    return () if kept == held else (kept,)


def _is_early(task: Task, policy: CountryPolicy, now: datetime) -> bool:
    """Whether the part of the day in which this call is promised has not begun yet."""
    asked = task.request
    if asked is None or asked.day is None:
        return False
    return now < datetime.combine(asked.day, PARTS[asked.slot][0], policy.zone)


def _day_for(part: DaySlot, policy: CountryPolicy, now: datetime) -> date:
    """The next day on which somebody is there in that part: today, where it has not begun."""
    today = now.astimezone(policy.zone).date()
    begins = datetime.combine(today, PARTS[part][0], policy.zone)
    day = today if begins > now else today + timedelta(days=1)
    while policy.hours.quiet_day(day):
        day += timedelta(days=1)
    return day


def _once_more(
    creditor: Creditor, matter: Matter, task: Task, policy: CountryPolicy, now: datetime
) -> Contact | None:
    """The same call in another part of the day, as a contact that asks the policy at its hour; None after the
    third, and where the policy says no already."""
    call = matter.contacts.get(task.about or "") if task.kind is TaskKind.CALL else None
    if call is None:
        return None
    tried = [
        c
        for c in matter.contacts.values()
        if (c.claim, c.step, c.channel, c.outcome) == (call.claim, call.step, call.channel, NOBODY)
    ]
    if not 0 < len(tried) < MOST_TRIES:
        return None
    debtor, claim, zone = matter.debtor, matter.claims[call.claim], policy.zone_of(matter.debtor)
    if call.sent_at is None:
        return None
    part = next_part(part_of(now.astimezone(zone)), len(tried))
    at = policy.hours_of(debtor).foreseeable(next_hour(part, now, zone))
    blank = Contact(
        id=contact_id(creditor.id, claim.id, f"call/{call.step}/{len(tried)}", at),
        creditor=creditor.id,
        debtor=debtor.number,
        claim=claim.id,
        purpose=call.purpose,
        kind=call.kind,
        channel=call.channel,
        tone=call.tone,
        due_at=at,
        planned_at=now,
        step=call.step,
        why="nobody_answered",
    )
    _, free = ended(matter, task, now)
    decision: Decision = policy.may_contact(
        Situation(creditor, debtor, free, call.purpose, call.kind, call.channel), at
    )
    if isinstance(decision, Refused):
        return None
    until = max(at, at_its_hour(blank, debtor, decision.until, zone)) if isinstance(decision, Wait) else at
    return own_name(replace(blank, due_at=until, decisions=(decision,)), matter)


def _after(creditor: str, debtor: str, task: Task, outcome: CallOutcome, store: Store) -> CallEnded | Refused:
    matter = store.matter(creditor, debtor)
    return told(matter, matter.tasks[task.id], outcome) if matter else Refused("not_found", RULE)


def told(matter: Matter, task: Task, outcome: CallOutcome) -> CallEnded:
    """What happens next after this outcome, as the matter stands."""
    if task.done_at is None:
        return CallEnded(outcome, CallNext.TRY_AGAIN, task.due_at)
    planned = [c for c in matter.planned_for(task.claim) if c.state is ContactState.PLANNED]
    reminders = sorted((c for c in planned if c.purpose is Purpose.REMINDER), key=lambda c: c.due_at)
    if reminders and reminders[0].why == "nobody_answered":
        return CallEnded(outcome, CallNext.TRY_AGAIN, reminders[0].due_at)
    if outcome is CallOutcome.NOT_AGAIN:
        return CallEnded(outcome, CallNext.SILENT, reminders[0].due_at if reminders else None)
    if any(c.kind is MessageKind.REPLY and c.about == "talk" for c in planned):
        return CallEnded(outcome, CallNext.ASK_AGAIN)
    if reminders:
        return CallEnded(outcome, CallNext.PLANNED, reminders[0].due_at)
    return CallEnded(outcome, CallNext.PEACE)

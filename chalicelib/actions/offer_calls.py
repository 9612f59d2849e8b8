"""Offer calls: only parts of days in which somebody who speaks the language works and is not promised already."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta

from ..domain.calling import DAYS, CallSlot, Promised, has_room, offered, slot_at, who_calls
from ..domain.policies._country import CountryPolicy
from ..domain.staff import Staff
from ..domain.task import HelpRequest, Task
from ..ports import Store


def offer_calls(
    creditor: str,
    language: str,
    *,
    staff: Sequence[Staff],
    store: Store,
    policy: CountryPolicy,
    now: datetime,
) -> tuple[CallSlot, ...] | None:
    """What may be promised in this language on the next days on which anybody may be called, the first first.

    None where nobody of the staff calls for this creditor: then no hours are known, and a wish is all that is
    asked for. Empty: somebody does, and nobody of them is free in this language.
    """
    callers = who_calls(staff, creditor)
    if not callers:
        return None
    days = open_days(policy, now)
    promised = store.promised(creditor, days[0])
    return offered(callers, promised, language, now, policy.zone, days)


def open_days(policy: CountryPolicy, now: datetime) -> tuple[date, ...]:
    """The next days on which people may be called, today among them where it is one."""
    first = now.astimezone(policy.zone).date()
    found = (first + timedelta(days=n) for n in range(DAYS * 3))
    return tuple(day for day in found if not policy.hours.quiet_day(day))[:DAYS]


def promise(
    task: Task, asked: HelpRequest, *, staff: Sequence[Staff], store: Store, policy: CountryPolicy, now: datetime
) -> tuple[Task, Promised] | None:
    """The task due at the end of the part of the day that was asked for, and the promise to be kept with it; None
    where nobody is free then any more. What was promised of this very call before takes nobody's time there."""
    slot = slot_at(asked.day, asked.slot, now, policy.zone) if asked.day in open_days(policy, now) else None
    if slot is None:
        return None
    held = next((one for one in store.promised(task.creditor, slot.day) if _is(one, slot)), None)
    kept = held.without(task.id) if held else Promised(task.creditor, slot.day, slot.part)
    if not has_room(who_calls(staff, task.creditor), kept, slot, asked.language, policy.zone):
        return None
    return replace(task, due_at=slot.ends), kept.with_call(task.id, asked.language)


def let_go(*tasks: Task, store: Store) -> tuple[Promised, ...]:
    """What was promised of these calls of one creditor's, without them: their time can be offered to others."""
    days = [task.request.day for task in tasks if task.request and task.request.day]
    if not days:
        return ()
    names = frozenset(task.id for task in tasks)
    freed = ((held, held.without(*names)) for held in store.promised(tasks[0].creditor, min(days)))
    return tuple(left for held, left in freed if left != held)


def _is(one: Promised, slot: CallSlot) -> bool:
    return (one.day, one.part) == (slot.day, slot.part)

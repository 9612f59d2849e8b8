"""Have the creditor's contact centre forget somebody: what it was told of them goes there too (GDPR Art. 17)."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from ..domain.centre import told_to
from ..domain.errors import Permanent
from ..domain.matter import Matter
from ..domain.parties import Creditor
from ..domain.task import Task
from ..ports import Commit, ContactCentre, Store
from .switchboard import write_task


def forget_there(
    creditor: str,
    debtor: str,
    *,
    centres: Mapping[str, ContactCentre],
    store: Store,
    now: datetime,
) -> tuple[str, ...]:
    """The tasks a person has to delete there: it said no, or the creditor's settings do not name it any more.

    Of a forgotten debtor every task that was told there goes, of a restricted one what is answered; of anybody
    else nothing. What is gone there is noted and not asked for again. Raises Retry where nobody there answers:
    asked again, it goes on where that came.
    """
    settings, matter = store.creditor(creditor), store.matter(creditor, debtor)
    if settings is None or matter is None:
        return ()
    kept = list[str]()
    for task in matter.tasks.values():
        key = told_to(task)
        if key is None or task.forgotten_there or not _has_had_its_time(task, matter):
            continue
        known = settings.centre if settings.centre and settings.centre.key == key else None
        if known is None or key not in centres:
            kept.append(task.id)
            continue
        try:
            centres[key].forget(task, known)
        except Permanent:
            kept.append(task.id)
            continue
        _note(task, store, now)
    return tuple(kept)


def _has_had_its_time(task: Task, matter: Matter) -> bool:
    debtor = matter.debtor
    return debtor.erased_at is not None or (debtor.restricted_at is not None and task.done_at is not None)


def _note(task: Task, store: Store, now: datetime) -> None:
    def decide(settings: Creditor, matter: Matter) -> tuple[None, Commit | None]:
        held = matter.tasks.get(task.id)
        if held is None or held.forgotten_there:
            return None, None
        return None, Commit((), tasks=(replace(held, forgotten_there=now),))

    write_task(task.creditor, task.debtor, decide, store=store, now=now)

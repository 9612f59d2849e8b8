"""Have the creditor's contact centre forget somebody: what it was told of them goes there too (GDPR Art. 17)."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from ..domain.centre import called_by, told_to
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
    """The tasks a person has to delete there: one that was told said no, or the settings name it no more.

    Every contact centre that was told is asked. Of a forgotten debtor every task that was told there goes, of a
    restricted one what is answered; of anybody else nothing. What is gone everywhere is noted and not asked for
    again. Raises Retry where nobody there answers: asked again, it goes on where that came.
    """
    settings, matter = store.creditor(creditor), store.matter(creditor, debtor)
    if settings is None or matter is None:
        return ()
    kept = list[str]()
    for task in matter.tasks.values():
        told = told_to(task)
        if not told or task.forgotten_there or not _has_had_its_time(task, matter):
            continue
        # Each is asked, also after one that said no.
        gone = [_forgets(task, key, settings, centres) for key in told]
        if all(gone):
            _note(task, store, now)
        else:
            kept.append(task.id)
    return tuple(kept)


def _forgets(task: Task, key: str, settings: Creditor, centres: Mapping[str, ContactCentre]) -> bool:
    """Whether this contact centre forgets the task, as it calls it; not where nobody can ask it any more."""
    known = settings.centre if settings.centre and settings.centre.key == key else None
    if known is None or key not in centres:
        return False
    try:
        centres[key].forget(replace(task, reference=called_by(task, key)), known)
    except Permanent:
        return False
    return True


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

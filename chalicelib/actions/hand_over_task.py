"""Hand a Task over to the creditor's own contact centre, once; what is said there comes back by hear_centre."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from enum import StrEnum

from ..domain.centre import CentreSettings, Told, called_by, is_there, named_by, taken_by, told_to
from ..domain.errors import Permanent
from ..domain.facts import Fact, FactName
from ..domain.matter import Matter
from ..domain.parties import Creditor
from ..domain.task import FRONT_OFFICE, Task
from ..ports import Commit, ContactCentre, Store
from .switchboard import write_task


class HandedOver(StrEnum):
    HERE = "here"
    """It is answered at the desk, or needs no answer any more."""
    THERE = "there"
    REFUSED = "refused"
    """The contact centre does not take it: it is answered at the desk after all."""
    FORGOTTEN = "forgotten"
    """Its debtor was forgotten while it was told there: what was told has to go again (forget_there)."""


def hand_over_task(
    creditor: str,
    debtor: str,
    task: str,
    *,
    centres: Mapping[str, ContactCentre],
    store: Store,
    now: datetime,
) -> HandedOver:
    """Written first as theirs, then told to them under the task's id, then kept with what they call it.

    Asked again after a trouble it goes on where that came: told twice under the same id it is there once. Raises
    Retry where nobody there answers.
    """

    def reserve(settings: Creditor, matter: Matter) -> tuple[tuple[CentreSettings, Told] | None, Commit | None]:
        held, centre = matter.tasks.get(task), settings.centre
        if held is None or held.done_at is not None or centre is None or centre.key not in centres:
            return None, None
        if held.owner == centre.owner:
            return (None if held.reference else (centre, _told(settings, matter, held, store))), None
        if not held.is_free or not centre.takes(held):
            return None, None
        fact = Fact(FactName.TASK_TAKEN, creditor, (("claim", held.claim), ("task", task)), now)
        told = _told(settings, matter, held, store)
        return (centre, told), Commit((fact,), tasks=(taken_by(held, centre, now),))

    reserved = write_task(creditor, debtor, reserve, store=store, now=now)
    if reserved is None:
        matter = store.matter(creditor, debtor)
        known = matter.tasks.get(task) if matter else None
        there = known and is_there(known) and known.reference and not known.done_at
        return HandedOver.THERE if there else HandedOver.HERE
    centre, told = reserved
    try:
        reference = centres[centre.key].hand_over(told, centre)
    except Permanent:
        _back(creditor, debtor, task, centre, store, now)
        return HandedOver.REFUSED

    def keep(settings: Creditor, matter: Matter) -> tuple[HandedOver, Commit | None]:
        held = matter.tasks.get(task)
        if held is None or centre.key not in told_to(held):
            return HandedOver.THERE, None
        gone = matter.debtor.erased_at or (matter.debtor.restricted_at and held.done_at)
        became = HandedOver.FORGOTTEN if gone else HandedOver.THERE
        # What was answered or taken away from there meanwhile is still called so there.
        if called_by(held, centre.key):
            return became, None
        return became, Commit((), tasks=(named_by(held, centre.key, reference),))

    return write_task(creditor, debtor, keep, store=store, now=now)


def _back(
    creditor: str,
    debtor: str,
    task: str,
    centre: CentreSettings,
    store: Store,
    now: datetime,
) -> None:
    """It is nobody's again, and not offered there once more."""

    def decide(settings: Creditor, matter: Matter) -> tuple[None, Commit | None]:
        held = matter.tasks.get(task)
        if held is None or held.done_at is not None or held.owner != centre.owner:
            return None, None
        fact = Fact(FactName.TASK_FREED, creditor, (("claim", held.claim), ("task", task)), now)
        left = (*held.left_by, centre.owner)
        return None, Commit((fact,), tasks=(replace(held, owner=FRONT_OFFICE, owned_at=None, left_by=left),))

    write_task(creditor, debtor, decide, store=store, now=now)


def _told(settings: Creditor, matter: Matter, held: Task, store: Store) -> Told:
    """What they need to answer, and no more: what was asked and learnt, and the name where that may be told."""
    talk, _ = store.talk(held.creditor, held.debtor)
    dispute = matter.disputes.get(held.about or "")
    words = held.words or (held.request.words if held.request else "") or (dispute.words if dispute else "")
    centre = settings.centre
    return Told(
        held.creditor,
        held.debtor,
        held.id,
        held.kind,
        words,
        held.language or settings.language,
        held.opened_at,
        held.due_at,
        held.claim,
        matter.debtor.name if centre and centre.names else None,
        tuple((one.key, one.words) for one in talk.learnt) if talk else (),
    )

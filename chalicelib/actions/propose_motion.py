"""Put before a second person what one may not do alone: to give money up, or to end a pause of the law."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime

from ..domain.claim import Claim, ClaimState
from ..domain.decision import Refused
from ..domain.dispute import DisputeState
from ..domain.facts import Fact, FactName
from ..domain.matter import Matter
from ..domain.motion import LIFTED_BY_TWO, TWO_PEOPLE, Motion, MotionKind, MotionState
from ..domain.parties import Creditor
from ..domain.person import Act, ActKind
from ..domain.policies._country import CountryPolicy
from ..domain.task import TaskKind
from ..domain.terms import LATEST, WIDEST, NotPossible, Wish, judge_deferral, propose
from ..ports import Commit, Scheduler, Store
from .write_change import write_change

# What makes less owed, and by how much is for the person to say.
WITH_AMOUNT = frozenset({MotionKind.ACCEPT_DISPUTE, MotionKind.CORRECT})
# What nobody agrees to without its reason; where it answers a task, the debtor is told it.
REASONED = WITH_AMOUNT | {MotionKind.WRITE_OFF}


@dataclass(frozen=True)
class Wanted:
    """What one person wants. `amount` is what is owed less by it, in minor units, or a monthly part; `task` the
    one it answers; `why` what the second person reads, and the debtor is told where it answers a task."""

    kind: MotionKind
    why: str = ""
    amount: int | None = None
    day: date | None = None
    hold: str | None = None
    task: str | None = None
    signed: str = ""


def propose_motion(
    creditor: str,
    debtor: str,
    claim: str,
    wanted: Wanted,
    *,
    by: str,
    store: Store,
    scheduler: Scheduler,
    policies: Mapping[str, CountryPolicy],
    now: datetime,
) -> Motion | Refused:
    """The motion, kept until a second person says yes or no; nothing else changes. A write-off says how much is
    given up: what is owed now.

    The same wish of the same person while it waits is the same motion. Refused by name: not_found, closed
    (nothing is owed), above_owed, no_words (nothing to tell the debtor), no_reason (nothing to decide by),
    not_yours (its task is somebody else's), no_dispute, waits (another one about this claim is not decided),
    no_hold, under_way (such a hold ends with what it stands for), day, amount, terms (no two people can allow
    them).
    """

    def decide(settings: Creditor, matter: Matter) -> tuple[Motion | Refused, Commit | None]:
        held = matter.claims.get(claim)
        if held is None or matter.debtor.erased_at:
            return Refused("not_found", TWO_PEOPLE), None
        motions = store.motions(creditor, debtor)
        left = held.outstanding.total
        wish = replace(wanted, amount=left) if wanted.kind is MotionKind.WRITE_OFF else wanted
        name = _name(held, wish, by, motions)
        waiting = [one for one in motions if one.claim == claim and _waits(one, matter)]
        if known := next((one for one in waiting if one.id == name), None):
            return known, None
        if waiting:
            return Refused("waits", TWO_PEOPLE), None
        today = now.astimezone(policies[settings.country].zone).date()
        if no := _refused(matter, held, wanted, by) or _beyond(matter, held, wanted, today):
            return no, None
        motion = Motion(
            id=name,
            creditor=creditor,
            debtor=debtor,
            claim=claim,
            kind=wanted.kind,
            by=by,
            at=now,
            why=wanted.why.strip(),
            amount=wish.amount,
            day=wanted.day,
            hold=wanted.hold,
            task=wanted.task,
            signed=wanted.signed,
            whole=wanted.kind in WITH_AMOUNT and wanted.amount == left,
        )
        fact = Fact(FactName.MOTION_MADE, creditor, (("claim", claim), ("motion", name)), now)
        act = Act(creditor, by, ActKind.PROPOSE, name, now)
        # The claim is written as it is: of two put up about it at once the later one meets the first, and waits.
        return motion, Commit((fact,), claims=(held,), motions=(motion,), acts=(act,))

    return write_change(creditor, debtor, decide, store=store, scheduler=scheduler, now=now)


def take_back_motion(
    creditor: str, debtor: str, motion: str, *, by: str, store: Store, scheduler: Scheduler, now: datetime
) -> Motion | Refused:
    """Whoever put it up takes it back, as long as nobody has decided it."""

    def decide(settings: Creditor, matter: Matter) -> tuple[Motion | Refused, Commit | None]:
        held = next((one for one in store.motions(creditor, debtor) if one.id == motion), None)
        if held is None:
            return Refused("not_found", TWO_PEOPLE), None
        if held.by != by:
            return Refused("not_yours", TWO_PEOPLE), None
        if held.state is MotionState.WITHDRAWN:
            return held, None
        if not held.is_open:
            return Refused("decided_already", TWO_PEOPLE), None
        over = replace(held, state=MotionState.WITHDRAWN)
        fact = Fact(FactName.MOTION_REFUSED, creditor, (("claim", held.claim), ("motion", motion)), now)
        return over, Commit((fact,), motions=(over,), acts=(Act(creditor, by, ActKind.DISMISS, motion, now),))

    return write_change(creditor, debtor, decide, store=store, scheduler=scheduler, now=now)


def _waits(motion: Motion, matter: Matter) -> bool:
    """Whether anybody can still say yes to it: one whose task was answered otherwise is out of the way."""
    task = matter.tasks.get(motion.task or "")
    return motion.is_open and not (task and task.done_at)


def _name(claim: Claim, wanted: Wanted, by: str, motions: tuple[Motion, ...]) -> str:
    """The same wish has the same name until it was decided; then it is another one."""
    turn = sum(not one.is_open for one in motions)
    text = f"{claim.creditor}\n{claim.id}\n{wanted!r}\n{by}\n{turn}"
    return "m-" + hashlib.sha256(text.encode()).hexdigest()[:24]


def _refused(matter: Matter, claim: Claim, wanted: Wanted, by: str) -> Refused | None:
    task = matter.tasks.get(wanted.task or "")
    if wanted.task and (task is None or task.done_at):
        return Refused("not_found", TWO_PEOPLE)
    if task and task.owner != by:
        return Refused("not_yours", TWO_PEOPLE)
    if wanted.kind is MotionKind.LIFT:
        if wanted.hold not in LIFTED_BY_TWO:
            return Refused("under_way", TWO_PEOPLE)
        known = (*claim.holds, *matter.debtor.holds)
        return None if any(hold.kind == wanted.hold for hold in known) else Refused("no_hold", TWO_PEOPLE)
    if claim.state is ClaimState.CLOSED:
        return Refused("closed", TWO_PEOPLE)
    if wanted.kind in REASONED and not wanted.why.strip():
        return Refused("no_words" if task else "no_reason", TWO_PEOPLE)
    if wanted.kind is MotionKind.ACCEPT_DISPUTE:
        dispute = matter.disputes.get(claim.dispute or "")
        mine = task is not None and task.kind is TaskKind.DISPUTE and task.about == claim.dispute
        if dispute is None or dispute.state is not DisputeState.OPEN or not mine:
            return Refused("no_dispute", TWO_PEOPLE)
    if wanted.kind in WITH_AMOUNT | {MotionKind.PLAN} and (wanted.amount is None or wanted.amount <= 0):
        return Refused("amount", TWO_PEOPLE)
    if wanted.kind in WITH_AMOUNT and (wanted.amount or 0) > claim.outstanding.total:
        return Refused("above_owed", TWO_PEOPLE)
    if wanted.kind in (MotionKind.PLAN, MotionKind.DATE) and wanted.day is None:
        return Refused("day", TWO_PEOPLE)
    return None


def _beyond(matter: Matter, claim: Claim, wanted: Wanted, today: date) -> Refused | None:
    """Terms that could never be offered, however many people agree to them, would only stand in others' way."""
    day, owed = wanted.day, claim.outstanding.total
    judged: object = None
    if wanted.kind is MotionKind.DATE and day:
        judged = judge_deferral(day, claim, matter.deferrals.values(), LATEST, today)
    elif wanted.kind is MotionKind.PLAN and day and owed:
        judged = propose(Wish(wanted.amount or 0, day, day.day), owed, WIDEST, today)
    return Refused("terms", TWO_PEOPLE) if isinstance(judged, NotPossible) else None

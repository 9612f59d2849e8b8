"""Reconcile: compare the books, mend what can be mended, compare again, and say what is left."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta

from ..domain.acceptance import settled_with
from ..domain.decision import Refused
from ..domain.facts import Fact, FactName
from ..domain.person import Act, ActKind
from ..domain.reconciliation import (
    NIGHT,
    Difference,
    Reconciliation,
    ReconciliationState,
    gone,
    new_ones,
    span_id,
)
from ..ports import Commit, Outgoing, Store
from .compare_books import CountingRoom, compare_books
from .repair_books import Repairs, repair_books
from .write_money import write_money

RULE = "reconciliation"
# A provider sends its notices for three days; the night looks over a day more (W15), and over whatever is left.
LOOK_BACK = timedelta(days=4)
# More days than this are asked for in parts.
LONGEST = timedelta(days=92)
# More differences than this are counted, and not listed one by one.
MOST_KEPT = 400
# So long a wish may be under way before it is another one.
UNDER_WAY = timedelta(minutes=15)

type Tell = Callable[[Reconciliation, tuple[Difference, ...]], None]


@dataclass(frozen=True)
class Reconciled:
    """How it ended: the comparison, the differences nobody was told of before, and how the repairs went."""

    compared: Reconciliation
    new: tuple[Difference, ...]
    repairs: Repairs


def ask_reconciliation(
    creditor: str, first: date, last: date, *, by: str, store: Store, outgoing: Outgoing, now: datetime
) -> Reconciliation | Refused:
    """A person wants the books of some days compared; the night's function does it.

    Told twice while that is under way, it is one wish; asked again later, it is done again. Days are UTC and both
    counted. Refused where there are none, where they lie ahead, and where they are too many.
    """

    def decide() -> tuple[Reconciliation | Refused, Commit | None]:
        if last < first:
            return Refused("no_such_span", RULE), None
        if last > now.astimezone(UTC).date():
            return Refused("in_the_future", RULE), None
        if last - first >= LONGEST:
            return Refused("span_too_long", RULE), None
        name = span_id(first, last)
        held = outgoing.reconciliation(creditor, name)
        if held and held.state is ReconciliationState.ASKED and now - held.asked_at < UNDER_WAY:
            return held, None
        left, accepted, version = (held.left, held.accepted, held.version) if held else ((), (), 0)
        asked = Reconciliation(name, creditor, first, last, now, left=left, accepted=accepted, version=version)
        about = (("first", first.isoformat()), ("last", last.isoformat()))
        act = Act(creditor, by, ActKind.RECONCILE, name, now)
        fact = Fact(FactName.RECONCILIATION_ASKED, creditor, about, now)
        return asked, Commit((fact,), reconciliation=asked, acts=(act,))

    return write_money(creditor, decide, store=store)


def reconcile_night(creditor: str, *, room: CountingRoom, tell: Tell, now: datetime) -> Reconciled:
    """The last days, and back to whatever a night before left open, so that nothing is forgotten by its age.

    Back to what two people let stand too: should it grow, that is seen. Only a night moves the next one's first
    day; what somebody asked for in between does not.
    """
    held = room.outgoing.reconciliation(creditor, NIGHT)
    today = now.astimezone(UTC).date()
    known = (*held.left, *held.accepted) if held else ()
    open_since = min((one.day for one in known), default=today)
    first = max(min(today - LOOK_BACK, open_since), today - LONGEST + timedelta(days=1))
    return reconcile_books(creditor, first, today, name=NIGHT, room=room, tell=tell, now=now)


def reconcile_books(
    creditor: str, first: date, last: date, *, name: str, room: CountingRoom, tell: Tell, now: datetime
) -> Reconciled:
    """Compare the days `first` to `last`, repair by the same actions as by day, compare again, report, and tell.

    `tell` hears of what nobody was told of yet, before that is written down: should we die between the two, it is
    told once more. Called again, or by two at once, it books nothing twice and finds what is left.
    """
    before = compare_books(creditor, first, last, room=room, now=now)
    repairs = repair_books(creditor, before.differences, room=room, now=now)
    after = before
    if before.differences:
        # Also where nothing could be mended: money that moved while we looked is seen in one look only.
        after = compare_books(creditor, first, last, room=room, now=now)
    left, repaired = after.differences, gone(before.differences, after.differences)
    held = room.outgoing.reconciliation(creditor, name)
    whole = Reconciliation(
        id=name,
        creditor=creditor,
        first=first,
        last=last,
        asked_at=held.asked_at if held else now,
        state=ReconciliationState.DONE,
        done_at=now,
        found=repaired + len(left),
        repaired=repaired,
        count=len(left),
        left=left,
        uncompared=after.uncompared,
    )
    whole = settled_with(whole, room.outgoing.acceptances(creditor))
    done = replace(whole, left=whole.left[:MOST_KEPT], accepted=whole.accepted[:MOST_KEPT])
    settings = room.till.store.creditor(creditor)
    if settings:
        room.reports.write_reconciliation(settings, whole)
    new = new_ones(done.left, (held, room.outgoing.reconciliation(creditor, NIGHT)))
    if new:
        tell(done, new)
    return Reconciled(_kept(done, room, now), new, repairs)


def _kept(done: Reconciliation, room: CountingRoom, now: datetime) -> Reconciliation:
    def decide() -> tuple[Reconciliation, Commit]:
        held = room.outgoing.reconciliation(done.creditor, done.id)
        after = replace(done, version=held.version if held else 0)
        about = (("reconciliation", done.id),)
        return after, Commit((Fact(FactName.BOOKS_COMPARED, done.creditor, about, now),), reconciliation=after)

    return write_money(done.creditor, decide, store=room.till.store)

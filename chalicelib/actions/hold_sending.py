"""Hold sending back, or lift the hold: what one person says is obeyed by every contact not yet reserved."""

from dataclasses import replace
from datetime import datetime

from ..domain.contact import ContactState
from ..domain.decision import Refused
from ..domain.facts import Fact, FactName
from ..domain.gate import HOUSE, Gate, Halt
from ..domain.person import Act, ActKind
from ..ports import Commit, Gates, Scheduler, Store, Watch
from .write_money import write_money

RULE = "operators"


def hold_sending(halt: Halt, *, store: Store, gates: Gates) -> Halt:
    """Once this returns, no contact it covers is reserved any more; what it covers waits, and nothing is lost.

    Held already, it stays as it was said first. Said again after a trouble it goes on where that came: a place of
    the gate that was not told yet is told now.
    """

    def decide() -> tuple[Gate, Commit | None]:
        whole = gates.whole()
        if whole.named(halt.name):
            return whole, None
        shut = whole.shut(halt)
        return _next(shut), _written(shut, halt, FactName.SENDING_HELD, ActKind.HOLD, halt.by, halt.since)

    gate = write_money(halt.creditor or HOUSE, decide, store=store)
    gates.tell(gate)
    return gate.named(halt.name) or halt


def lift_hold(wanted: Halt, *, store: Store, gates: Gates) -> Halt | Refused:
    """The hold of the same name is gone; what waited is brought back by the fact (resume_sending).

    `wanted` says by whom and when. Refused where nothing of that name is held.
    """

    def decide() -> tuple[tuple[Gate, Halt | Refused], Commit | None]:
        whole = gates.whole()
        held = whole.named(wanted.name)
        if held is None:
            return (whole, Refused("not_held", RULE)), None
        free = whole.opened(wanted.name)
        commit = _written(free, held, FactName.SENDING_LIFTED, ActKind.LIFT, wanted.by, wanted.since)
        return (_next(free), held), commit

    gate, answer = write_money(wanted.creditor or HOUSE, decide, store=store)
    gates.tell(gate)
    return answer


def finish_hold(*, gates: Gates) -> None:
    """Tell every place of the gate what holds, should whoever said it have met with a trouble on the way."""
    gates.tell(gates.whole())


def resume_sending(*, gates: Gates, watch: Watch, scheduler: Scheduler, now: datetime) -> int:
    """Bring back every contact whose hour has come and that was not sent; how many.

    Called when a hold was lifted, as often as the fact comes by. What is still held waits again.
    """
    finish_hold(gates=gates)
    found = 0
    for contact in watch.contacts_due(now):
        if contact.state is ContactState.PLANNED:
            scheduler.at(contact, now)
            found += 1
    return found


def _next(gate: Gate) -> Gate:
    """The gate as it stands once it is written."""
    return replace(gate, version=gate.version + 1)


def _written(gate: Gate, halt: Halt, name: FactName, what: ActKind, by: str, now: datetime) -> Commit:
    whose = halt.creditor or HOUSE
    fact = Fact(name, whose, (("hold", halt.name),), now)
    return Commit((fact,), gate=gate, acts=(Act(whose, by, what, halt.name, now),))

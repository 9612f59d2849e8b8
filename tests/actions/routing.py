"""A switchboard over a world: people at the desk, and debtors who ask for a person."""

from collections.abc import Iterable
from datetime import datetime

from chalicelib.actions.ask_for_help import ask_for_help
from chalicelib.actions.gather_up import here
from chalicelib.actions.switchboard import Switchboard
from chalicelib.domain.staff import Staff
from chalicelib.domain.task import DaySlot, HelpRequest, Task
from tests.builders import NOW
from tests.fakes.store import FakePresences, FakeTaskLists
from tests.fakes.world import POLICIES, World


class People:
    """The Roster in memory."""

    def __init__(self, people: Iterable[Staff] = ()) -> None:
        self.people = {one.id: one for one in people}

    def staff(self) -> tuple[Staff, ...]:
        return tuple(self.people[name] for name in sorted(self.people))

    def staff_member(self, member: str) -> Staff | None:
        return self.people.get(member)


def switchboard(world: World, *people: Staff, seen: datetime | None = NOW) -> Switchboard:
    board = Switchboard(
        world.store,
        FakeTaskLists(world.store),
        People(people),
        FakePresences(world.store),
        POLICIES,
    )
    for one in people if seen else ():
        here(one.id, board=board, now=seen or NOW)
    return board


def another(world: World, board: Switchboard) -> Switchboard:
    """A second process over the same table."""
    return Switchboard(world.store, board.lists, board.roster, board.presences, POLICIES)


def asks(world: World, number: int = 0, language: str = "de", now: datetime = NOW) -> Task:
    """A debtor of their own asks to be called."""
    names = {"claim": f"R-{number}", "debtor": f"K-{number}"}
    if world.store.matter("nordlicht", names["debtor"]) is None:
        world.register(line=number + 2, invoice_number=f"2026-{number}", **names)
    request = HelpRequest(f"Bitte rufen Sie an ({number}).", DaySlot.MORNING, language, "+491713920012")
    ports = {"store": world.store, "scheduler": world.scheduler, "policies": POLICIES, "now": now}
    visit = world.visit(names["claim"], names["debtor"])
    return ask_for_help(visit, request, **ports)  # type: ignore[arg-type]


def held(world: World, task: Task) -> Task:
    return world.matter(task.creditor, task.debtor).tasks[task.id]

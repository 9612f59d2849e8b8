"""Closing a Task: the pause ends with the last answer, and the strategy goes on where it stood."""

from dataclasses import replace
from datetime import timedelta

from chalicelib.actions.ask_for_help import ask_for_help, complain
from chalicelib.actions.close_task import PEACE, close_task
from chalicelib.domain.claim import Hold, HoldKind
from chalicelib.domain.contact import ContactState, Purpose
from chalicelib.domain.facts import FactName
from chalicelib.domain.task import DaySlot, HelpRequest
from chalicelib.ports import Commit
from tests.builders import NOW
from tests.fakes.world import POLICIES, STRATEGIES

REQUEST = HelpRequest("Bitte rufen Sie an.", DaySlot.MORNING, "de", "+491713920012")


def ask(world, now=NOW):
    ports = {"store": world.store, "scheduler": world.scheduler, "policies": POLICIES, "now": now}
    return ask_for_help(world.visit(), REQUEST, **ports)


def close(world, task, now=NOW, of="nordlicht"):
    ports = {"store": world.store, "scheduler": world.scheduler, "policies": POLICIES, "strategies": STRATEGIES}
    return close_task(of, task.debtor, task.id, now=now, **ports)


def cancel_all(world):
    gone = tuple(c.moved(ContactState.CANCELLED) for c in world.contacts(ContactState.PLANNED))
    world.store.commit("nordlicht", Commit((), contacts=gone))


def reminders(world):
    return [c for c in world.contacts(ContactState.PLANNED) if c.purpose is Purpose.REMINDER]


def test_the_task_is_done_and_the_pause_ends(world):
    world.register()
    task = ask(world)
    assert close(world, task, NOW + timedelta(hours=4))
    held = world.matter().tasks[task.id]
    assert held.done_at == NOW + timedelta(hours=4)
    assert world.claim().holds == ()
    (fact,) = world.store.named(FactName.TASK_DONE)
    assert dict(fact.about) == {"claim": "R-1001", "task": task.id}


def test_a_reminder_that_waits_already_is_not_planned_twice(world):
    world.register()
    (waiting,) = reminders(world)
    close(world, ask(world))
    assert reminders(world) == [waiting]


def test_where_none_waits_the_strategy_goes_on_after_a_week_of_peace(world):
    world.register()
    task = ask(world)
    cancel_all(world)
    close(world, task)
    (follow,) = reminders(world)
    assert follow.step == 0
    assert follow.due_at >= NOW + PEACE
    assert world.scheduler.planned[follow.id].due_at == follow.due_at


def test_it_goes_on_with_the_step_after_the_last_that_went_out(world):
    world.register()
    world.send(world.planned())
    later = NOW + timedelta(days=3)
    task = ask(world, later)
    cancel_all(world)
    close(world, task, later)
    (follow,) = reminders(world)
    assert follow.step == 1
    assert follow.due_at >= later + STRATEGIES["balanced"].pause_before(1)


def test_a_plan_of_the_same_hour_as_one_that_was_cancelled_has_a_name_of_its_own(world):
    world.register()
    followed = []
    for n in range(2):
        task = ask(world, NOW + timedelta(minutes=n))
        cancel_all(world)
        assert close(world, task, NOW + timedelta(minutes=n))
        followed += reminders(world)
    first, second = followed
    assert first.due_at == second.due_at and first.id != second.id


def test_while_another_task_of_the_claim_waits_the_pause_stays(world):
    world.register()
    first = ask(world)
    ports = {"store": world.store, "scheduler": world.scheduler, "policies": POLICIES, "now": NOW}
    second = complain(world.visit(), "Niemand hat angerufen.", **ports)
    close(world, second)
    (hold,) = world.claim().holds
    assert (hold.kind, hold.source) == (HoldKind.TASK_OPEN, first.id)
    close(world, first)
    assert world.claim().holds == ()


def test_a_task_of_another_claim_of_the_same_debtor_pauses_only_its_own(world):
    world.register()
    world.register(claim="R-1002")
    task = ask(world)
    assert [h.kind for h in world.claim("R-1001").holds] == [HoldKind.TASK_OPEN]
    assert world.claim("R-1002").holds == ()
    close(world, task)
    assert world.claim("R-1001").holds == ()


def test_what_somebody_else_holds_stays_held(world):
    world.register()
    world.hold("R-1001", Hold(HoldKind.OPERATOR, NOW, None, "desk"))
    close(world, ask(world))
    assert [hold.kind for hold in world.claim().holds] == [HoldKind.OPERATOR]


def test_while_an_agreement_runs_no_reminder_is_planned(world):
    world.register()
    task = ask(world)
    cancel_all(world)
    world.store.commit("nordlicht", Commit((), claims=(replace(world.claim(), plan="p-1"),)))
    close(world, task)
    assert reminders(world) == []


def test_P2_closed_twice_it_is_closed_once(world):
    world.register()
    task = ask(world)
    assert close(world, task) and not close(world, task)
    assert len(world.store.named(FactName.TASK_DONE)) == 1


def test_O3_a_task_is_not_found_under_another_creditor(world):
    world.register()
    world.open(id="other")
    world.register(of="other")
    task = ask(world)
    assert not close(world, task, of="other")
    assert world.matter().tasks[task.id].done_at is None

"""Somebody answers for the debtor: they are written to in the debtor's place, and that can be taken back."""

from dataclasses import replace
from datetime import timedelta

import pytest

from chalicelib.actions.close_task import PEACE, close_task
from chalicelib.actions.name_representative import name_representative, take_back_representative
from chalicelib.domain.claim import Hold, HoldKind
from chalicelib.domain.contact import ContactState
from chalicelib.domain.errors import BrokenRule
from chalicelib.domain.facts import FactName
from chalicelib.domain.pay_link import Scope
from chalicelib.domain.task import Representative, TaskKind
from chalicelib.ports import Commit
from tests.builders import NOW
from tests.fakes.world import POLICIES, STRATEGIES

ADVISER = Representative("Jana Kowalski", "Schuldnerberatung Mitte", "+493012345678", None)
SISTER = Representative("Eva Lindqvist", "", None, "eva@example.com")


def name(world, who=ADVISER, now=NOW, scope=Scope.ALL):
    ports = {"store": world.store, "scheduler": world.scheduler, "policies": POLICIES, "now": now}
    return name_representative(replace(world.visit(), scope=scope), who, **ports)


def take_back(world, now=NOW, scope=Scope.ALL):
    ports = {"store": world.store, "scheduler": world.scheduler, "policies": POLICIES, "strategies": STRATEGIES}
    return take_back_representative(replace(world.visit(), scope=scope), now=now, **ports)


def close(world, task):
    ports = {"store": world.store, "scheduler": world.scheduler, "policies": POLICIES, "strategies": STRATEGIES}
    return close_task("nordlicht", "K-501", task.id, now=NOW, **ports)


def test_who_it_is_is_kept_with_the_task_and_the_debtor_is_held(world):
    world.register()
    task = name(world)
    (kept,) = world.matter().tasks.values()
    assert (kept.kind, kept.representative) == (TaskKind.REPRESENTATIVE, ADVISER)
    (hold,) = world.matter().debtor.holds
    assert (hold.kind, hold.source, hold.until) == (HoldKind.REPRESENTATIVE, task.id, None)
    (fact,) = world.store.named(FactName.REPRESENTATIVE_NAMED)
    assert "Kowalski" not in str(world.store.facts)
    assert dict(fact.about) == {"debtor": "K-501", "task": task.id}


def test_nobody_writes_to_the_debtor_any_more_about_any_of_their_claims(world):
    world.register()
    world.register(claim="R-1002")
    first, second = world.contacts(ContactState.PLANNED)
    name(world)
    assert world.contacts(ContactState.PLANNED) == []
    for contact in (first, second):
        world.send(contact)
    assert world.email.sent == world.sms.sent == []


def test_it_lasts_beyond_the_task(world):
    world.register()
    close(world, name(world))
    assert [hold.kind for hold in world.matter().debtor.holds] == [HoldKind.REPRESENTATIVE]
    assert world.claim().holds == ()
    assert world.contacts(ContactState.PLANNED) == []


def test_P2_named_twice_it_is_one_task(world):
    world.register()
    assert name(world).id == name(world, now=NOW + timedelta(days=2)).id
    assert len(world.matter().tasks) == 1


def test_naming_somebody_else_takes_the_place_of_the_one_before(world):
    world.register()
    first, second = name(world), name(world, SISTER)
    tasks = world.matter().tasks
    assert tasks[first.id].done_at == NOW and tasks[second.id].done_at is None
    (hold,) = world.matter().debtor.holds
    assert hold.source == second.id
    (pause,) = world.claim().holds
    assert pause.source == second.id


def test_taken_back_the_debtor_is_asked_again_after_a_week_of_peace(world):
    world.register()
    world.register(claim="R-1002")
    name(world)
    later = NOW + timedelta(days=1)
    assert take_back(world, later) and not take_back(world, later)
    assert world.matter().debtor.holds == ()
    assert world.claim().holds == ()
    planned = world.contacts(ContactState.PLANNED)
    assert {c.claim for c in planned} == {"R-1001", "R-1002"}
    assert all(c.due_at >= later + PEACE for c in planned)
    assert len(world.store.named(FactName.REPRESENTATIVE_WITHDRAWN)) == 1


def test_one_named_by_the_file_is_not_the_debtors_to_take_back(world):
    world.register()
    debtor = world.matter().debtor.held(Hold(HoldKind.REPRESENTATIVE, NOW, None, "batch-1"))
    world.store.commit("nordlicht", Commit((), debtor=debtor))
    assert not take_back(world)
    assert [hold.kind for hold in world.matter().debtor.holds] == [HoldKind.REPRESENTATIVE]


@pytest.mark.parametrize("act", [name, take_back])
def test_somebody_who_only_helps_cannot_name_themselves(world, act):
    world.register()
    with pytest.raises(BrokenRule):
        act(world, scope=Scope.ARRANGE)
    assert world.matter().debtor.holds == ()

"""What tests of the desk share: a dispute that somebody holds, and the ports every action of the desk takes."""

from dataclasses import replace
from datetime import timedelta

from chalicelib.actions.raise_dispute import raise_dispute
from chalicelib.domain.dispute import DisputeReason, Objection
from chalicelib.domain.parties import ChannelKind
from chalicelib.ports import Commit
from tests.builders import NOW
from tests.fakes.world import POLICIES, STRATEGIES

ANNA, BEN = "anna.berg", "ben.yilmaz"
LATER = NOW + timedelta(hours=2)
WRONG = Objection(DisputeReason.WRONG_AMOUNT, "Der Zähler stand auf 4711.", None, ChannelKind.EMAIL, "de")


def writing(world, now=LATER):
    return {"store": world.store, "scheduler": world.scheduler, "now": now}


def deciding(world, now=LATER):
    return {**writing(world, now), "policies": POLICIES, "strategies": STRATEGIES}


def disputed(world, objection=WRONG, owner=ANNA):
    """The task of a dispute that this person holds."""
    world.register()
    ports = {"store": world.store, "scheduler": world.scheduler, "policies": POLICIES, "now": NOW}
    dispute = raise_dispute(world.visit(), objection, **ports)
    return given(world, dispute.task, owner)


def given(world, task, owner=ANNA):
    held = world.matter().tasks[task]
    world.store.commit("nordlicht", Commit((), tasks=(replace(held, owner=owner, owned_at=NOW),)))
    return world.matter().tasks[task]

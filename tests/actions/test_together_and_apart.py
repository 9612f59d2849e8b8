"""Whatever a debtor does about one of three claims, the message goes for the other two and its words are right."""

from datetime import date

import pytest

from chalicelib.actions.fall_silent import stop_contact
from chalicelib.actions.send_contact import Sent
from chalicelib.domain.contact import ContactState, MessageKind, Purpose
from chalicelib.domain.parties import PointState
from tests.builders import NOW
from tests.fakes.world import hash_point

from .arranging import agreed
from .test_ask_for_help import ask
from .test_raise_dispute import raised

NAMES = ("R-1001", "R-1002", "R-1003")


def pays(world):
    world.start()
    world.book(world.gateway.pay(world.attempt(), NOW))


ACTS = {
    "pays it": pays,
    "disputes it": raised,
    "asks for somebody": ask,
    "says the money is on its way": lambda world: world.announce(),
    "agrees on parts": agreed,
    "agrees on a later day": lambda world: agreed(world, date(2026, 12, 20)),
}


@pytest.fixture
def three(world):
    for name in NAMES:
        world.register(claim=name)
    waiting = (c for c in world.contacts(ContactState.PLANNED) if c.purpose is Purpose.REMINDER)
    return {contact.claim: contact for contact in waiting}


def reminders(world):
    return [(m, c) for _, m, c in world.email.sent if c.kind is MessageKind.REMINDER]


@pytest.mark.parametrize("act", ACTS)
def test_before_its_hour_what_was_planned_is_over_and_the_others_are_one_message(world, three, act):
    ACTS[act](world)
    for contact in three.values():
        world.send(contact)
    ((_, sent),) = reminders(world)
    assert sent.claim == "R-1002"
    asked = [one for one in world.compose.asked if one["kind"] is MessageKind.REMINDER]
    assert [one["matters"] for one in asked] == [2]
    world.invariants()


# Ten days later money that was on its way has come, or is asked for.
@pytest.mark.parametrize("act", sorted(ACTS.keys() - {"says the money is on its way"}))
def test_after_the_message_that_claim_hears_no_next_one_and_the_others_do(world, three, act):
    assert world.send(three["R-1002"]) is Sent.SENT
    ACTS[act](world)
    for contact in world.contacts(ContactState.PLANNED):
        if contact.step == 1:
            world.send(contact)
    (_, second) = reminders(world)
    carrier = second[1]
    spoken = {carrier.claim, *(c.claim for c in world.matter().moved_onto(carrier))}
    assert spoken == {"R-1002", "R-1003"}, act
    world.invariants()


def test_a_stop_ends_all_of_them(world, three):
    link = world.link()
    stop_contact(link, words="de:1", store=world.store, scheduler=world.scheduler, hash_point=hash_point, now=NOW)
    assert [world.send(contact) for contact in three.values()] == [Sent.DUPLICATE] * 3
    assert world.email.sent == [] and world.matter().debtor.points[0].state is PointState.OPTED_OUT

"""Whoever asks why somebody was not written to finds the reason with the contact that was called off."""

from dataclasses import replace
from datetime import date

import pytest

from chalicelib.actions.fall_silent import report_wrong_person, stop_contact
from chalicelib.actions.raise_dispute import raise_dispute
from chalicelib.domain.contact import ContactState
from chalicelib.domain.decision import Allowed, Refused
from chalicelib.domain.dispute import DisputeReason, Objection
from chalicelib.domain.parties import ChannelKind
from tests.builders import NOW
from tests.fakes.world import POLICIES, hash_point

from .arranging import WISH, agreed, offer


def paid(world):
    world.start()
    world.book(world.gateway.pay(world.attempt(), NOW), "evt_1")


def stopped(world):
    ports = {"store": world.store, "scheduler": world.scheduler, "hash_point": hash_point, "now": NOW}
    stop_contact(world.link(), words="de:1", **ports)


def not_mine(world):
    ports = {"store": world.store, "scheduler": world.scheduler, "hash_point": hash_point, "now": NOW}
    report_wrong_person(world.link(), **ports)


def disputed(world):
    said = Objection(DisputeReason.FAULTY, "Das Gerät geht nicht an.", 1000, ChannelKind.EMAIL, "de")
    ports = {"store": world.store, "scheduler": world.scheduler, "policies": POLICIES, "now": NOW}
    raise_dispute(world.visit(), said, **ports)


CAUSES = {
    "paid": paid,
    "opted_out": stopped,
    "wrong_person": not_mine,
    "dispute": disputed,
    "plan": lambda world: agreed(world, WISH),
    "deferral": lambda world: agreed(world, date(2026, 12, 15)),
}


@pytest.mark.parametrize("because", CAUSES)
def test_P17_a_reminder_that_was_called_off_keeps_the_reason_as_its_last_answer(world, because):
    world.register()
    reminder = world.planned()
    CAUSES[because](world)
    after = world.again(reminder)
    assert after.state is ContactState.CANCELLED
    assert isinstance(after.decisions[0], Allowed), "what was answered before stays"
    assert after.decisions[-1] == Refused(because, "called_off")
    world.invariants()


def test_an_offer_that_another_one_replaced_says_so(world):
    world.register()
    made = offer(world, WISH)
    first = world.matter().contacts[made.offer.contact]
    offer(world, date(2026, 12, 15))
    assert world.again(first).decisions[-1] == Refused("offer_replaced", "called_off")


def test_only_so_many_answers_are_kept_and_the_reason_is_always_among_them(world):
    world.register()
    contact = world.planned()
    asked_often = replace(contact, decisions=contact.decisions * 8)
    kept = asked_often.called_off("paid").decisions
    assert (len(kept), kept[-1]) == (8, Refused("paid", "called_off"))

"""A message that breaks a rule of ours is not sent: the refusal is kept, and what follows it goes on."""

from dataclasses import replace

import pytest

from chalicelib.actions.send_contact import Sent, send_contact
from chalicelib.domain.contact import ContactState, MessageKind, Purpose
from chalicelib.domain.decision import Allowed, Refused
from chalicelib.domain.facts import FactName
from chalicelib.presentation.composer import compose
from tests.actions.arranging import agreed, carrier, print_agreements
from tests.fakes.world import World

TELLING = {"sender_sms": "Inkasso24"}


@pytest.fixture
def world():
    return World()


def send(world, contact):
    """As the house sends: with its own composer."""
    desk = replace(world.desk, compose=compose)
    return send_contact(contact.creditor, contact.debtor, contact.id, desk=desk, now=contact.due_at)


def test_a_text_that_tells_is_not_sent_and_the_refusal_is_kept(world):
    world.register(phone=None)
    due = world.planned()
    world.open(**TELLING)
    assert send(world, due) is Sent.REFUSED
    gone = world.again(due)
    assert gone.state is ContactState.CANCELLED
    assert isinstance(gone.decisions[-2], Allowed), "the policy had said yes"
    assert gone.decisions[-1] == Refused("text_refused", "text/never_outside")
    assert world.email.sent == world.sms.sent == []
    assert world.store.message("nordlicht", due.id) is None
    assert world.store.named(FactName.PAY_LINK_ISSUED) == []
    world.invariants()


def test_the_strategys_next_step_is_planned_all_the_same(world):
    world.register(phone=None)
    due = world.planned()
    world.open(**TELLING)
    send(world, due)
    follow = world.planned()
    assert (follow.step, follow.purpose) == (due.step + 1, Purpose.REMINDER)
    assert follow.id in world.scheduler.planned
    world.open(sender_sms="Nordlicht")
    assert send(world, follow) is Sent.SENT


def test_it_counts_for_no_cap_and_books_nothing(world):
    world.register(phone=None)
    due = world.planned()
    world.open(**TELLING)
    before = world.store.ledger("nordlicht", "R-1001")
    send(world, due)
    assert world.store.ledger("nordlicht", "R-1001") == before
    world.open(sender_sms="Nordlicht")
    world.register(claim="R-2", phone=None)
    second = next(c for c in world.contacts(ContactState.PLANNED) if c.claim == "R-2")
    assert send(world, second) is Sent.SENT


def test_coming_again_it_is_not_sent_either(world):
    world.register(phone=None)
    due = world.planned()
    world.open(**TELLING)
    assert [send(world, due), send(world, due)] == [Sent.REFUSED, Sent.DUPLICATE]
    assert len(world.contacts(ContactState.PLANNED)) == 1


def test_a_text_message_without_room_is_refused_by_the_same_name(world):
    world.register(email=None)
    due = world.planned()
    world.open(public_url="https://" + "z" * 400 + ".example")
    assert send(world, due) is Sent.REFUSED
    assert world.again(due).decisions[-1] == Refused("text_refused", "text/too_long")


def test_an_agreement_goes_on_without_the_words_that_were_refused(world):
    world.register(phone=None)
    agreed(world)
    print_agreements(world)
    due = carrier(world)
    assert due.kind is MessageKind.INSTALMENT
    world.open(**TELLING)
    assert send(world, due) is Sent.REFUSED
    assert (carrier(world).about, carrier(world).id == due.id) == (due.about, False)

"""What a provider reports of a message reaches its contact and the address it went to."""

from dataclasses import replace
from datetime import date

import pytest

from chalicelib.actions.note_outcome import note_outcome
from chalicelib.actions.send_contact import Sent
from chalicelib.domain.contact import ContactState, Delivery, MessageKind
from chalicelib.domain.errors import Retry
from chalicelib.domain.facts import FactName
from chalicelib.domain.parties import ChannelKind, ContactPoint, PointState
from chalicelib.ports import Commit
from tests.builders import NOW, collector
from tests.fakes.world import World

MAIL, PHONE = "marta.lindqvist@example.com", "+491713920012"


@pytest.fixture
def sent(world):
    world.register()
    contact = world.planned()
    world.send(contact)
    return world.again(contact)


def note(world, contact, outcome, code="code", address=MAIL):
    return note_outcome(contact.receipt, outcome, code, address, store=world.store, now=NOW)


def points(world):
    return {point.value: point.state for point in world.matter().debtor.points}


def test_delivered(world, sent):
    assert note(world, sent, Delivery.DELIVERED, "Delivery")
    held = world.again(sent)
    assert (held.state, held.outcome) == (ContactState.DELIVERED, "Delivery")
    assert len(world.store.named(FactName.CONTACT_DELIVERED)) == 1


def test_W1_told_twice_is_noted_once(world, sent):
    note(world, sent, Delivery.DELIVERED)
    assert world.again(sent).noted_at == NOW
    assert not note(world, sent, Delivery.DELIVERED)
    assert len(world.store.named(FactName.CONTACT_DELIVERED)) == 1


def test_a_bounce_fails_the_contact_and_its_address_is_not_written_to_again(world, sent):
    assert note(world, sent, Delivery.DEAD, "Bounce.Permanent.General", MAIL.upper())
    assert world.again(sent).state is ContactState.FAILED
    assert points(world) == {MAIL: PointState.DEAD, PHONE: PointState.ACTIVE}
    assert len(world.store.named(FactName.CONTACT_FAILED)) == 1
    assert world.send(world.planned()) is Sent.MOVED
    assert world.planned().channel is ChannelKind.SMS


def test_a_bounce_after_delivery_still_counts_and_delivery_after_a_bounce_does_not(world, sent):
    note(world, sent, Delivery.DELIVERED)
    note(world, sent, Delivery.DEAD)
    why = world.again(sent).outcome
    note(world, sent, Delivery.DELIVERED, "late")
    note(world, sent, Delivery.PASSING, "later still")
    assert (world.again(sent).state, world.again(sent).outcome) == (ContactState.FAILED, why)


def test_a_passing_trouble_is_noted_and_changes_nothing_else(world, sent):
    assert note(world, sent, Delivery.PASSING, "Bounce.Transient.MailboxFull")
    held = world.again(sent)
    assert (held.state, held.outcome) == (ContactState.SENT, "Bounce.Transient.MailboxFull")
    assert points(world)[MAIL] is PointState.ACTIVE


def test_a_complaint_is_an_opt_out(world, sent):
    assert note(world, sent, Delivery.COMPLAINT)
    assert points(world)[MAIL] is PointState.OPTED_OUT
    assert len(world.store.named(FactName.CONTACT_STOPPED)) == 1
    assert world.send(world.planned()) is Sent.CANCELLED


def test_P17_a_complaint_outlives_the_address_that_its_provider_closes_after_it(world, sent):
    note(world, sent, Delivery.COMPLAINT, "Complaint")
    note(world, sent, Delivery.DEAD, "Bounce.Permanent.Suppressed")
    card = world.matter().debtor
    (mail,) = (p for p in card.points if p.value == MAIL)
    assert mail.state is PointState.DEAD and card.said_stop(mail)
    (step,) = card.consents
    assert (step.given, step.words) == (False, "Complaint")


def test_a_complaint_does_not_bring_a_dead_address_back(world, sent):
    note(world, sent, Delivery.DEAD)
    note(world, sent, Delivery.COMPLAINT)
    assert points(world)[MAIL] is PointState.DEAD


def test_a_second_bounce_of_an_old_address_does_not_kill_the_new_one(world, sent):
    card = world.matter().debtor
    card = replace(card, points=(*card.points, ContactPoint(ChannelKind.EMAIL, "new@example.com")))
    world.store.commit("nordlicht", Commit((), debtor=card))
    note(world, sent, Delivery.DEAD, "Bounce.1")
    note(world, sent, Delivery.DEAD, "Bounce.2")
    assert points(world)["new@example.com"] is PointState.ACTIVE


def test_an_address_we_no_longer_hold_is_nobodys_business(world, sent):
    assert note(world, sent, Delivery.DEAD, address="gone@example.com")
    assert set(points(world).values()) == {PointState.ACTIVE}


def test_a_receipt_we_do_not_know_yet_comes_back(world):
    with pytest.raises(Retry):
        note_outcome("unknown", Delivery.DELIVERED, "", MAIL, store=world.store, now=NOW)


def test_a_receipt_of_nothing_is_passed_over(world, sent):
    world.store.items["receipt", sent.receipt] = ("nordlicht", "K-501", "c-404")
    assert not note(world, sent, Delivery.DEAD)
    world.store.items["receipt", sent.receipt] = ("nordlicht", "K-404", sent.id)
    assert not note(world, sent, Delivery.DEAD)


def test_somebody_who_writes_at_the_same_moment_is_not_overwritten(world, sent):
    def opt_out():
        card = world.matter().debtor.with_point_state(PHONE, PointState.OPTED_OUT)
        world.store.commit("nordlicht", Commit((), debtor=card))

    world.store.meanwhile.append(opt_out)
    assert note(world, sent, Delivery.DEAD)
    assert points(world) == {MAIL: PointState.DEAD, PHONE: PointState.OPTED_OUT}


def test_a_contact_that_keeps_changing_comes_back(world, sent):
    key = ("contact", "nordlicht", "K-501", sent.id)
    world.store.meanwhile += [lambda: world.store.touch(*key)] * 5
    with pytest.raises(Retry):
        note(world, sent, Delivery.DELIVERED)


def test_a_notice_that_came_back_was_never_given():
    world = World()
    world.open(collector())
    world.register(of="fairkasso", contract_date=date(2024, 1, 5))
    contact = world.planned(of="fairkasso")
    world.send(contact)
    note(world, world.again(contact), Delivery.DEAD)
    assert world.claim(of="fairkasso").notice_sent_at is None
    follow = world.planned(of="fairkasso")
    assert follow.kind is MessageKind.REMINDER
    assert world.send(follow) is Sent.CANCELLED
    assert world.sms.sent == []

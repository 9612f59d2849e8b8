"""What anybody with the link may do: silence its own address, and nothing else."""

from dataclasses import replace

import pytest

from chalicelib.actions.fall_silent import report_wrong_person, stop_contact
from chalicelib.actions.send_contact import Sent
from chalicelib.domain.contact import ContactState
from chalicelib.domain.errors import Retry
from chalicelib.domain.facts import FactName
from chalicelib.domain.parties import ChannelKind, PointState
from chalicelib.domain.pay_link import LinkState
from chalicelib.ports import Commit
from tests.builders import NOW
from tests.fakes.world import hash_point

MAIL, PHONE = "marta.lindqvist@example.com", "+491713920012"


@pytest.fixture
def link(world):
    world.register()
    return world.link()


def act(world, action, link):
    more = {"words": "de:1"} if action is stop_contact else {}
    action(link, store=world.store, scheduler=world.scheduler, hash_point=hash_point, now=NOW, **more)


def points(world):
    return {point.value: point.state for point in world.matter().debtor.points}


def test_P18_a_wrong_persons_address_goes_at_once_and_is_barred_for_good(world, link):
    act(world, report_wrong_person, link)
    assert points(world) == {PHONE: PointState.ACTIVE}
    assert world.matter().debtor.blocked == (hash_point(MAIL),)
    assert world.store.link(link.id).state is LinkState.DISOWNED
    assert [c.state for c in world.contacts()] == [ContactState.CANCELLED]
    assert world.scheduler.planned == {}
    (fact,) = world.store.named(FactName.WRONG_PERSON_REPORTED)
    assert dict(fact.about) == {"debtor": "K-501", "contact": "c-test"}
    assert world.claim() == replace(world.claim(), version=1), "the claim is untouched"


def test_P5_it_silences_only_the_address_the_link_went_to(world):
    world.scorer.probability = 0.0
    world.register()
    act(world, report_wrong_person, world.link())
    assert world.planned().channel is ChannelKind.SMS


def test_P18_twice_is_once(world, link):
    act(world, report_wrong_person, link)
    act(world, report_wrong_person, world.store.link(link.id))
    assert world.matter().debtor.blocked == (hash_point(MAIL),)


def test_P17_stop_while_a_reminder_is_queued_and_it_is_not_sent(world, link):
    contact = world.planned()
    act(world, stop_contact, link)
    assert world.send(contact) is Sent.DUPLICATE
    assert world.email.sent == []
    assert points(world)[MAIL] is PointState.OPTED_OUT
    assert len(world.store.named(FactName.CONTACT_STOPPED)) == 1
    assert world.store.link(link.id).state is LinkState.ACTIVE


def test_P17_stop_in_the_very_moment_of_sending_wins(world, link):
    contact = world.planned()
    world.store.meanwhile.append(lambda: act(world, stop_contact, link))
    assert world.send(contact) is Sent.DUPLICATE
    assert world.email.sent == []
    world.invariants()


def test_receipts_still_come_after_a_stop(world, link):
    act(world, stop_contact, link)
    world.book(world.gateway.money(1000, NOW))
    receipt = world.planned()
    assert world.send(receipt) is Sent.SENT


def test_a_stop_never_brings_a_dead_or_a_strange_address_back_to_life(world, link):
    dead = world.matter().debtor.with_point_state(MAIL, PointState.DEAD)
    world.store.commit("nordlicht", Commit((), debtor=dead))
    act(world, stop_contact, link)
    assert points(world)[MAIL] is PointState.DEAD


def test_an_address_we_no_longer_hold_is_barred_all_the_same(world):
    world.register()
    link = world.link(point="gone@example.com")
    act(world, report_wrong_person, link)
    assert set(points(world)) == {MAIL, PHONE}
    assert world.matter().debtor.blocked == (hash_point("gone@example.com"),)
    assert world.planned()


def test_a_try_at_the_door_at_the_same_moment_loses_nothing(world, link):
    def a_try():
        world.store.commit("nordlicht", Commit((), links=(world.store.link(link.id).after_try(NOW),)))

    world.store.meanwhile.append(a_try)
    act(world, report_wrong_person, link)
    assert world.store.link(link.id).state is LinkState.DISOWNED
    assert set(points(world)) == {PHONE}


def test_two_reports_at_once_are_one(world, link):
    world.store.meanwhile.append(lambda: act(world, report_wrong_person, link))
    act(world, report_wrong_person, link)
    assert len(world.store.named(FactName.WRONG_PERSON_REPORTED)) == 1


def test_stop_works_for_somebody_with_hundreds_of_claims(world):
    for number in range(150):
        world.register(claim=f"R-{number}")
    link = world.link(claim="R-1")
    act(world, stop_contact, link)
    assert points(world)[MAIL] is PointState.OPTED_OUT
    for contact in world.contacts(ContactState.PLANNED):
        assert world.send(contact) is Sent.CANCELLED
    assert world.email.sent == []


def test_a_matter_that_keeps_changing_is_told_so(world, link):
    world.store.meanwhile += [lambda: world.store.touch("debtor", "nordlicht", "K-501")] * 5
    with pytest.raises(Retry):
        act(world, stop_contact, link)


def test_a_schedule_that_cannot_be_taken_away_does_not_undo_a_stop(world, link):
    class Stubborn(type(world.scheduler)):
        def cancel(self, contact):
            raise Retry("throttled")

    world.scheduler.__class__ = Stubborn
    contact = world.planned()
    act(world, stop_contact, link)
    assert world.send(contact) is Sent.DUPLICATE
    assert world.email.sent == []


def test_a_link_to_nobody_does_nothing(world, link):
    act(world, stop_contact, replace(link, debtor="K-404"))
    act(world, report_wrong_person, replace(link, debtor="K-404"))
    assert world.matter().debtor.version == 1

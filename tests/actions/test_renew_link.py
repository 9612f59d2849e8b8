"""A new link goes only to the address we know, once a day, and the asker learns nothing."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from chalicelib.actions.renew_link import renew_link
from chalicelib.domain.contact import ContactState, MessageKind, Purpose
from chalicelib.domain.errors import Retry
from chalicelib.domain.pay_link import LinkState
from chalicelib.ports import Commit
from tests.builders import NOW
from tests.fakes.world import POLICIES

ZONE = POLICIES["DE"].zone


def renew(world, link, now=NOW):
    return renew_link(link, store=world.store, scheduler=world.scheduler, zone=ZONE, now=now)


def answers(world):
    return [c for c in world.contacts() if c.purpose is Purpose.ANSWER]


@pytest.fixture
def link(world):
    world.register()
    world.scheduler.planned.clear()
    return world.link()


def test_P9_a_fresh_link_is_an_answer_due_at_once(world, link):
    assert renew(world, link)
    (answer,) = answers(world)
    assert (answer.kind, answer.due_at, answer.state) == (MessageKind.NEW_LINK, NOW, ContactState.PLANNED)
    assert list(world.scheduler.planned) == [answer.id]
    assert world.store.link(link.id).renewed_on == NOW.date()


def test_P7_one_a_day_by_any_link_of_the_claim(world, link):
    other = world.link("other")
    assert renew(world, link)
    assert not renew(world, world.store.link(link.id))
    assert not renew(world, other)
    assert len(answers(world)) == 1
    assert renew(world, other, NOW + timedelta(days=1))


def test_one_that_went_out_today_is_not_sent_again(world, link):
    renew(world, link)
    assert world.send(answers(world)[0], NOW).value == "sent"
    world.scheduler.asked.clear()
    assert not renew(world, world.store.link(link.id), NOW + timedelta(hours=2))
    assert world.scheduler.asked == [] and len(answers(world)) == 1


def test_the_day_is_the_debtors(world, link):
    late = datetime(2026, 11, 23, 22, 30, tzinfo=UTC)
    assert renew(world, link, late - timedelta(hours=1))
    assert renew(world, world.store.link(link.id), late + timedelta(hours=1))


def test_an_expired_link_can_be_renewed_a_disowned_one_cannot(world, link):
    assert renew(world, replace(link, expires_at=NOW - timedelta(days=1)))
    disowned = replace(world.link("other"), state=LinkState.DISOWNED)
    assert not renew(world, disowned, NOW + timedelta(days=2))


def test_for_no_link_or_no_address_none_goes_out(world):
    assert not renew(world, None)
    world.register(email=None, phone=None)
    assert not renew(world, world.link())
    assert not renew(world, world.link("other", claim="R-404"))
    assert not renew(world, world.link("third", debtor="K-404"))


def test_somebody_at_the_door_at_the_same_moment_does_not_lose_it(world, link):
    def a_try():
        held = world.store.link(link.id)
        world.store.commit("nordlicht", Commit((), links=(held.after_try(NOW),)))

    world.store.meanwhile.append(a_try)
    assert renew(world, link)
    assert world.store.link(link.id).tries == 1
    assert len(answers(world)) == 1


def test_a_link_that_keeps_changing_is_told_so(world, link):
    world.store.meanwhile += [lambda: world.store.touch("link", link.id)] * 5
    with pytest.raises(Retry):
        renew(world, link)


def test_a_crash_before_the_schedule_is_mended_by_asking_again(world, link):
    world.scheduler.trouble.append(Retry("throttled"))
    with pytest.raises(Retry):
        renew(world, link)
    assert not renew(world, world.store.link(link.id))
    assert list(world.scheduler.planned) == [answers(world)[0].id]

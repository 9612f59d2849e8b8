"""A link sent while somebody talks with the debtor: to a known address, once a minute, asking for nothing."""

from datetime import timedelta

from chalicelib.actions.send_link import links_sent, send_link
from chalicelib.domain.contact import ContactState, MessageKind, Purpose
from chalicelib.domain.parties import ChannelKind
from chalicelib.domain.person import ActKind
from tests.fakes.store import FakeOutgoing
from tests.fakes.world import POLICIES


def asked(world, channel=ChannelKind.SMS, claim="R-1001", by="anna"):
    ports = {"store": world.store, "scheduler": world.scheduler, "policies": POLICIES, "now": world.now}
    return send_link("nordlicht", "K-501", claim, channel, by=by, **ports)


def test_it_leaves_at_once_as_an_answer_and_it_is_seen_when_it_left(world):
    world.register()
    link = asked(world)
    assert (link.kind, link.purpose, link.channel) == (MessageKind.NEW_LINK, Purpose.ANSWER, ChannelKind.SMS)
    (waiting,) = links_sent(world.matter(), "R-1001", world.now)
    assert waiting.left_at is None and not waiting.failed
    world.send(world.again(link))
    (left,) = links_sent(world.matter(), "R-1001", world.now)
    assert left.left_at == world.now and len(world.sms.sent) == 1
    assert "/p/" in world.sms.sent[0][1].short


def test_within_a_minute_the_last_one_counts_and_an_hour_later_another_may_go(world):
    world.register()
    first = asked(world)
    world.now += timedelta(seconds=40)
    assert asked(world, by="bernd").id == first.id
    world.now += timedelta(seconds=30)
    assert asked(world).id != first.id
    assert [act.what for act in FakeOutgoing(world.store).acts("nordlicht", "2026-11")] == [ActKind.LINK] * 2


def test_by_mail_and_by_text_are_two(world):
    world.register()
    assert asked(world).id != asked(world, ChannelKind.EMAIL).id
    assert [one.channel for one in links_sent(world.matter(), "R-1001", world.now)]


def test_without_an_address_or_a_claim_nothing_is_written(world):
    world.register(phone=None)
    assert asked(world).because == "no_way"
    assert asked(world, ChannelKind.PHONE).because == "no_way"
    assert asked(world, ChannelKind.EMAIL, "R-none").because == "not_found"
    assert [c for c in world.contacts(ContactState.PLANNED) if c.kind is MessageKind.NEW_LINK] == []

"""However many addresses are written down, a day brings only so many codes: some of them are strangers'."""

from datetime import timedelta

from chalicelib.actions.keep_points import Kept, add_point
from chalicelib.actions.send_code import MOST_IN_ALL
from chalicelib.domain.contact import MessageKind
from chalicelib.domain.parties import ChannelKind
from tests.builders import NOW
from tests.fakes.world import POLICIES, hash_point


def written_down(world, number, at):
    return add_point(
        world.visit(),
        ChannelKind.SMS,
        f"+4915100000{number:03d}",
        store=world.store,
        scheduler=world.scheduler,
        hash_point=hash_point,
        zone=POLICIES["DE"].zone,
        now=at,
    )


def test_P18_one_strangers_number_after_the_other_gets_no_more_codes_than_a_day_allows(world):
    world.register()
    said = [written_down(world, number, NOW + timedelta(minutes=number)) for number in range(30)]
    assert said == [Kept.CODE_SENT] * MOST_IN_ALL + [Kept.ENOUGH] * (30 - MOST_IN_ALL)
    assert sum(c.kind is MessageKind.CODE for c in world.contacts()) == MOST_IN_ALL
    assert written_down(world, 30, NOW + timedelta(days=1)) is Kept.CODE_SENT

"""Terms offered at the desk: within the strategy by one, beyond it once for each motion that was carried."""

from datetime import date, timedelta

import pytest

from chalicelib.actions.offer_terms import offer_terms
from chalicelib.actions.propose_motion import Wanted, propose_motion
from chalicelib.actions.second_motion import second_motion
from chalicelib.domain.decision import Refused
from chalicelib.domain.motion import MotionKind
from chalicelib.domain.offer import OfferState
from chalicelib.domain.terms import NotPossible, Wish
from tests.fakes.world import POLICIES

from .desking import ANNA, BEN, LATER, deciding, writing

FIRST = date(2027, 1, 1)
PLAN = Wish(100, FIRST, 1)
DAY = date(2027, 9, 1)
TERMS = pytest.mark.parametrize("terms", [PLAN, DAY], ids=["plan", "date"])


def put(world, terms, motion=None, now=LATER):
    rooms = {"printer": world.printer, "archive": world.archive, "language": "de"}
    ports = deciding(world, now)
    return offer_terms("nordlicht", "K-501", "R-1001", terms, by=ANNA, motion=motion, **rooms, **ports)


def carried(world, terms, now=LATER):
    """A motion for these terms that two people carried."""
    wanted = Wanted(MotionKind.DATE, day=terms)
    if isinstance(terms, Wish):
        wanted = Wanted(MotionKind.PLAN, amount=terms.amount, day=terms.first)
    ports = {**writing(world, now), "policies": POLICIES}
    motion = propose_motion("nordlicht", "K-501", "R-1001", wanted, by=ANNA, **ports)
    second_motion("nordlicht", "K-501", motion.id, by=BEN, carries=True, **deciding(world, now))
    return motion.id


def offers(world):
    return [(one.motion, one.state) for one in world.matter().offers.values()]


@TERMS
def test_beyond_the_strategy_it_takes_a_motion_that_was_carried_for_these_terms(world, terms):
    world.register()
    assert isinstance(put(world, terms), NotPossible)
    motion = carried(world, terms)
    assert put(world, terms, "m-none") == Refused("motion", "two_people")
    assert put(world, terms, motion).offer.motion == motion


@TERMS
def test_what_was_carried_counts_once_and_said_twice_it_is_the_same_offer(world, terms):
    world.register()
    motion = carried(world, terms)
    first = put(world, terms, motion).offer
    assert put(world, terms, motion, LATER + timedelta(minutes=1)).offer.id == first.id
    tomorrow = LATER + timedelta(days=1)
    assert put(world, terms, motion, tomorrow) == Refused("used", "two_people")
    assert offers(world) == [(motion, OfferState.OPEN)]
    (kept,) = world.store.motions("nordlicht", "K-501")
    assert kept.offer == first.id
    anew = carried(world, terms, tomorrow)
    assert anew != motion and put(world, terms, anew, tomorrow).offer.motion == anew


def test_what_was_agreed_by_it_and_ended_is_not_offered_by_it_again_and_nor_are_other_terms(world):
    world.register()
    motion = carried(world, PLAN)
    put(world, PLAN, motion)
    assert put(world, Wish(200, FIRST, 1), motion) == Refused("used", "two_people")
    assert len(offers(world)) == 1


def test_two_uses_of_it_at_the_same_moment_are_one(world):
    world.register()
    motion = carried(world, PLAN)
    world.store.meanwhile.append(lambda: put(world, Wish(200, FIRST, 1), motion))
    assert put(world, PLAN, motion) == Refused("used", "two_people")
    assert len(offers(world)) == 1


def test_the_same_use_twice_at_the_same_moment_is_the_same_offer(world):
    world.register()
    motion, made = carried(world, PLAN), []
    world.store.meanwhile.append(lambda: made.append(put(world, PLAN, motion)))
    assert put(world, PLAN, motion).offer.id == made[0].offer.id
    assert len(offers(world)) == 1

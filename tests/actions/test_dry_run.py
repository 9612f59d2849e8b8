"""A dry run counts everything once: the same sum by day, channel, tone and reason; every claim in one place."""

from dataclasses import replace
from datetime import timedelta

import pytest

from chalicelib.actions.dry_run import AHEAD, dry_run
from chalicelib.domain.contact import ContactState
from chalicelib.domain.parties import ReleaseWay
from chalicelib.domain.rehearsal import Leg
from chalicelib.domain.strategies._own import OwnStrategy
from tests.builders import NOW
from tests.fakes.world import POLICIES, STRATEGIES

LATER = NOW + timedelta(days=30)
OWN = OwnStrategy(3, "a" * 64, replace(STRATEGIES["swift"], key="own-3"))


@pytest.fixture
def portfolio(world):
    """Five people with six claims, one of whom nobody can write to; a month has gone by."""
    for n in range(5):
        reached = {"email": f"{n}@example.com"} if n else {"email": None, "phone": None}
        world.register(claim=f"R-{n}", debtor=f"K-{n}", **reached)
    world.register(claim="R-5", debtor="K-1", email="1@example.com")
    names = [f"K-{n}" for n in range(5)]
    while due := [c for name in names for c in world.contacts(ContactState.PLANNED, debtor=name)]:
        first = min(due, key=lambda c: (c.due_at, c.id))
        if first.due_at > LATER:
            break
        world.now = first.due_at
        world.send(first)
    return names


def reckoned(world, names, now=LATER, own=OWN, **more):
    settings = world.store.creditor("nordlicht")
    rules = {"policies": POLICIES, "strategies": STRATEGIES, "chooser": world.chooser}
    return dry_run(settings, own, names, store=world.store, batches=world.batches, **rules, now=now, **more)


def test_the_numbers_add_up_whichever_way_they_are_counted(world, portfolio):
    report = reckoned(world, portfolio)
    assert (report.debtors, report.claims, report.resting) == (5, 6, 0)
    for leg in Leg:
        tally = report.legs[leg]
        assert all(sum(tally.by(place).values()) == tally.messages for place in range(5)), leg
        assert tally.spoken + tally.unspoken == report.claims, leg
        assert tally.reached <= report.debtors


def test_both_strategies_stand_beside_each_other_over_the_same_time(world, portfolio):
    legs = reckoned(world, portfolio).legs
    assert legs[Leg.DID].messages == 4 * 3 and legs[Leg.WOULD_HAVE].messages == 4 * 4
    assert all(line[0] <= LATER.date() for leg in (Leg.DID, Leg.WOULD_HAVE) for line in legs[leg].lines)
    ahead = [line[0] for leg in (Leg.WILL, Leg.WOULD) for line in legs[leg].lines]
    assert all(LATER.date() <= day <= (LATER + AHEAD).date() for day in ahead)
    assert dict(legs[Leg.WOULD_HAVE].silent) == {"no_contact_point": 1}


def test_a_trial_of_what_is_in_force_says_what_it_did(world, portfolio):
    legs = reckoned(world, portfolio, own=OwnStrategy(1, "b" * 64, STRATEGIES["balanced"])).legs
    assert legs[Leg.DID] == legs[Leg.WOULD_HAVE] and legs[Leg.WILL] == legs[Leg.WOULD]


def test_a_batch_that_rests_is_reckoned_ahead_only(world):
    world.open(release=ReleaseWay.BY_HAND)
    world.register()
    report = reckoned(world, ["K-501"])
    assert report.resting == 1 and report.legs[Leg.WOULD_HAVE].messages == 0
    assert report.legs[Leg.WOULD].messages > 2
    assert dict(report.legs[Leg.WOULD_HAVE].silent) == {"not_begun": 1}


def test_its_id_says_what_was_reckoned_and_of_which_version(world, portfolio):
    ids = {
        reckoned(world, portfolio).id,
        reckoned(world, portfolio, own=replace(OWN, number=4)).id,
        reckoned(world, portfolio, now=LATER + timedelta(hours=1)).id,
    }
    assert len(ids) == 3 and reckoned(world, portfolio).id in ids


def test_it_tells_how_far_it_is_and_writes_nothing(world, portfolio):
    before, seen = dict(world.store.items), list[int]()
    reckoned(world, [*portfolio, "K-nobody"], seen=seen.append)
    assert seen == [1, 2, 3, 4, 5] and dict(world.store.items) == before

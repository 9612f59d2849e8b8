"""What the law lets rest for all that a debtor owes, and parts of a plan that shrink with what is owed."""

from datetime import date, timedelta

import pytest

from chalicelib.domain.accrual import owed_on
from chalicelib.domain.claim import Hold, HoldKind
from chalicelib.domain.policies.de import POLICY
from chalicelib.domain.terms import Wish
from chalicelib.ports import Commit

from .arranging import agreed
from .charging import IN_DEFAULT, OF, at, claim, demanded, office, owed, pays


@pytest.mark.parametrize("kind", [HoldKind.INSOLVENCY, HoldKind.BREATHING_SPACE])
def test_no_interest_grows_while_the_law_lets_all_of_a_debtors_claims_rest(kind):
    world, day = demanded(principal=2_000_000)
    before = owed(world, day)
    held = at(day, 12)
    world.store.commit(OF, Commit((), debtor=world.matter().debtor.held(Hold(kind, held, None, "test"))))
    assert shown(world, day + timedelta(days=18)) == before, "what was told holds, and then nothing joins it"
    ended = day + timedelta(days=18)
    world.store.commit(OF, Commit((), debtor=world.matter().debtor.released(kind, at(ended))))
    assert shown(world, ended + timedelta(days=5)) > before
    paused = shown(world, ended + timedelta(days=10)) - shown(world, ended)
    assert 0 < paused < shown_without_pause(world, ended + timedelta(days=10)) - before


def shown(world, day):
    return owed_on(claim(world), day, POLICY.meter_for(world.matter().debtor)).outstanding.total


def shown_without_pause(world, day):
    return owed(world, day)


def test_a_longer_hold_of_the_same_kind_forgets_no_day_that_rested():
    world = office(breathing_space_until=date(2026, 12, 10))
    first = world.matter().debtor.quiet_times
    world.register(
        **{**IN_DEFAULT, "claim": "R-2", "breathing_space_until": date(2027, 1, 10)}, now=at(date(2026, 12, 5))
    )
    (over, running) = world.matter().debtor.quiet_times
    assert over == (first[0][0], at(date(2026, 12, 5))) and running[0] == over[1]
    with pytest.raises(ValueError, match="when does that end"):
        world.matter().debtor.released(HoldKind.BREATHING_SPACE)


def test_M17_the_parts_of_a_plan_shrink_by_what_back_dated_money_gives_back():
    world, day = demanded(principal=2_000_000)
    later = day + timedelta(days=21)
    first = later + timedelta(days=7)
    plan = agreed(world, Wish(500_000, first, first.day), at(later, 15))
    before = claim(world).outstanding.total
    assert plan.total == before
    pays(world, 400_000, day + timedelta(days=1), later + timedelta(days=1))
    after = world.matter().plans[plan.id]
    assert claim(world).outstanding.total < before - 400_000, "interest was given back"
    assert after.total == claim(world).outstanding.total + 400_000 < plan.total
    assert after.instalments[:-1] == plan.instalments[: len(after.instalments) - 1]
    world.invariants()

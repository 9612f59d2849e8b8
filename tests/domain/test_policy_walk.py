"""400 days in every zone and region of every country, clock changes and holidays in (`make walk`: all of it)."""

from datetime import datetime, timedelta

import pytest

from chalicelib.domain.decision import Allowed
from tests.domain.walk import DAYS, FIRST, Walk, a_history, every_hour, one_of_each_zone, walks

PLACES = walks()
ZONES = one_of_each_zone(PLACES)
by_zone = pytest.mark.parametrize("walk", ZONES, ids=str)
HOUR = timedelta(hours=1)


def changes(walk: Walk) -> list[datetime]:
    """The hours of the walk at whose end a clock in one of its zones was moved."""
    hours = [FIRST + n * HOUR for n in range(DAYS * 24)]
    shifts = [tuple(at.astimezone(zone).utcoffset() for zone in walk.zones) for at in hours]
    return [at for at, one, then in zip(hours, shifts, shifts[1:], strict=False) if one != then]


def test_every_country_has_a_place_of_each_of_its_zones_and_one_that_is_not_known():
    assert {"DE", "GB", "US"} <= {walk.policy.key for walk in ZONES}
    assert max(len(walk.zones) for walk in ZONES) > 9, "an address in the United States that tells nothing"
    assert sum(bool(changes(walk)) for walk in ZONES) > 9


@by_zone
def test_in_400_days_what_is_allowed_is_permitted_and_every_wait_ends_there(walk):
    every_hour(walk, timedelta(hours=11))


@pytest.mark.parametrize("walk", PLACES, ids=str)
def test_the_holidays_of_every_region_are_quiet_days_there(walk):
    every_hour(walk, timedelta(hours=49))


@by_zone
def test_I10_hour_by_hour_around_every_clock_change_the_local_hour_counts(walk):
    one = walk.situation()
    for change in changes(walk):
        for n in range(-18, 30):
            at = change + n * HOUR
            answer = walk.policy.may_contact(one, at)
            assert isinstance(answer, Allowed) == walk.permitted(at), at
            assert isinstance(answer, Allowed) or walk.permitted(answer.until), at


@by_zone
@pytest.mark.parametrize("seed", [0, pytest.param(1, marks=pytest.mark.long)])
def test_no_cap_is_passed_and_no_hour_missed_in_any_history(walk, seed):
    assert a_history(walk, seed) > 5

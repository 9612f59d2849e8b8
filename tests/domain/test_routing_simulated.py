"""A small simulated day: what our routing is worth beside first come, first served, and chance."""

import pytest

from bench.routing import gini, percentile, simulated
from chalicelib.domain.routing import shipped_rules


@pytest.fixture(scope="module")
def ways():
    return simulated(3, 40, 2_000)


@pytest.mark.long
def test_the_same_day_gives_the_same_figures():
    assert simulated(7, 12, 120) == simulated(7, 12, 120)


def test_everybody_is_answered_once_under_each_way(ways):
    for figures in ways.values():
        assert figures["answered"] + figures["left"] == 2_000
        assert figures["given_again"] > 0, "some vanish in the middle of it"


def test_nobody_waits_longer_than_where_the_first_to_come_is_served_first(ways):
    assert ways["ours"]["wait_p95"] <= ways["first_come"]["wait_p95"]
    assert ways["ours"]["wait_p95"] <= ways["chance"]["wait_p95"]


def test_more_are_answered_in_their_own_language_and_by_who_knows_them(ways):
    assert ways["ours"]["own_language"] >= ways["first_come"]["own_language"] + 0.05
    assert ways["ours"]["same_person"] >= ways["first_come"]["same_person"] + 0.2


@pytest.mark.long
def test_on_a_quiet_day_somebody_waits_for_their_language_until_others_may_answer():
    quiet = simulated(3, 40, 600)
    opens = shipped_rules().widening[1].after.total_seconds() / 60
    assert quiet["first_come"]["wait_p95"] < quiet["ours"]["wait_p95"] <= opens + 2
    assert quiet["ours"]["own_language"] > quiet["first_come"]["own_language"] + 0.05


def test_what_the_figures_mean():
    assert percentile([1, 2, 3, 4], 0.5) == 3 and percentile([], 0.5) == 0
    assert gini([5, 5, 5]) == 0 and gini([0, 0, 9]) > 0.6

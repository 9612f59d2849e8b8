"""A few hundred who wait, over the real protocol: two processes decide at once, and some people vanish."""

import pytest

from bench.routing_load import loaded, local_table


@pytest.fixture(scope="module")
def found():
    with local_table() as url:
        return loaded(url, agents=30, tasks=300, processes=2, seed=4)


@pytest.mark.long
def test_nothing_is_lost_when_people_vanish_and_nobody_is_answered_by_two(found):
    assert found["vanished"] > 0
    assert (found["lost"], found["answered_twice"]) == (0, 0)
    assert found["done"] + found["free"] + found["held"] == found["tasks"] == 300
    assert found["done"] > 250 and found["decisions"] + found["given_in_rounds"] >= found["done"]


@pytest.mark.long
def test_a_decision_stands_beside_its_calls_with_nothing_decided(found):
    assert found["floor_ms"]["p50"] > 0 and found["decision_ms"]["p50"] > 0

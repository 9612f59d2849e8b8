"""The places of the gate: each is told, or whoever tells it hears soon that it could not be."""

import time

import pytest

from chalicelib.adapters.dynamo.gates import PATIENCE_S, DynamoGates
from chalicelib.domain.errors import Retry
from chalicelib.domain.gate import Gate


class OutOfReach:
    """A table that takes nothing, at once or after a while each time."""

    def __init__(self, seconds: float = 0.0) -> None:
        self.seconds, self.asked = seconds, 0

    def put_newer(self, item, version):
        self.asked += 1
        time.sleep(self.seconds)
        raise Retry("table out of reach")


@pytest.mark.parametrize(("seconds", "times"), [(0.0, range(20, 1_000)), (1.1, range(3, 5))])
def test_a_table_that_stays_out_of_reach_is_asked_for_seconds_and_not_for_minutes(seconds, times):
    table, began = OutOfReach(seconds), time.monotonic()
    with pytest.raises(Retry):
        DynamoGates(table).tell(Gate(version=1))
    assert table.asked in times
    assert time.monotonic() - began < PATIENCE_S + 4


def test_before_anything_was_held_there_is_nothing_to_tell():
    table = OutOfReach()
    DynamoGates(table).tell(Gate())
    assert not table.asked

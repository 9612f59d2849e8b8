"""What `make load` says of what it counted; three hundred are sent in tests/faults/test_sending.py."""

from local.load import Counted


def test_what_was_lost_or_came_twice_is_said_and_is_not_well():
    assert Counted(300, 300, 0, 0).well
    for counted in (Counted(300, 299, 0, 1), Counted(300, 300, 1, 0), Counted(300, 299, 1, 1)):
        assert not counted.well
    assert Counted(300, 299, 1, 1).line == "300 due, 299 sent, 1 twice, 1 lost"

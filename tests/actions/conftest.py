"""Every test of an action has a world of its own, all in memory."""

import pytest

from tests.fakes.world import World


@pytest.fixture
def world() -> World:
    return World()

"""What the tests of forwarding share."""

import pytest

from tests.forward.world import World


@pytest.fixture
async def world(sessions, stand_in):
    one = World(sessions, stand_in)
    yield one
    await one.close()

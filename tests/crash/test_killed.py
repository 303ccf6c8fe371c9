"""SIGKILL at random moments, through faults at Blaaiz: nothing lost, nothing twice."""

import pytest

from benchmarks.forwarding import kill_drill, outage_drill
from benchmarks.forwarding_serve import serve_drill

ROUNDS = 5
SERVED_ROUNDS = 2


def server_of(database_url: str) -> str | None:
    if database_url.startswith("sqlite"):
        return None
    return database_url.rpartition("/")[0].replace("postgresql+asyncpg://", "postgresql://")


@pytest.mark.slow
async def test_killed_workers_lose_nothing_and_do_nothing_twice(database_url: str) -> None:
    found = await kill_drill(server_of(database_url), ROUNDS, workers=2)
    assert found.faults == {}
    assert found.forwarded == ROUNDS + ROUNDS // 3


@pytest.mark.slow
@pytest.mark.timeout(600)
async def test_a_killed_service_loses_and_doubles_nothing_that_its_clients_repeat(
    database_url: str,
) -> None:
    found = await serve_drill(server_of(database_url), SERVED_ROUNDS, people=2, within_s=2.5)
    assert found.faults == {}
    assert found.forwarded >= 2


@pytest.mark.slow
async def test_after_an_outage_all_is_forwarded_in_order_and_without_a_herd() -> None:
    found, rates = await outage_drill(None, 12, 3.0, workers=1)
    assert found.faults == {}
    assert found.forwarded == 12
    # The breaker lets a few probes through while Blaaiz is away, of twelve that would call.
    assert rates["while away"] < 5

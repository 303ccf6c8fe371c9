"""Three replicas behind nginx, killed one after another while a newer version migrates."""

import pytest

from benchmarks.replicas import program, replica_drill
from benchmarks.screened import Kept

ROUNDS = 2


@pytest.mark.slow
@pytest.mark.timeout(900)
@pytest.mark.skipif(program() is None, reason="the Debian package nginx-light is not installed")
async def test_nothing_answered_is_lost_or_doubled_and_all_replicas_judge_alike(
    postgres_url: str,
) -> None:
    found = await replica_drill(f"postgresql://tester@{postgres_url}", ROUNDS)
    assert found.arrived.faults == {}
    assert found.arrived.forwarded >= 1
    assert found.kept == Kept()
    assert len(found.answered) >= 3 * ROUNDS
    assert {answer.told[0] for answer in found.answered.values()} >= {"accepted", "rejected"}

"""A bounded search for bytes that break a promise; `tests.fuzz.targets` searches for longer."""

import subprocess
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.conftest import ROOT
from tests.fuzz.targets import TARGETS, seeds

SEARCH_S = 4


@pytest.mark.parametrize("name", TARGETS)
def test_seeds_and_their_neighbours_break_nothing(name: str) -> None:
    chosen = seeds(name)[::20] or seeds(name)

    @given(st.sampled_from(chosen), st.integers(0, 10_000), st.binary(max_size=12))
    @settings(max_examples=60, deadline=None, database=None)
    def change(seed: bytes, at: int, bytes_: bytes) -> None:
        at %= len(seed) + 1
        TARGETS[name](seed[:at] + bytes_ + seed[at + len(bytes_) :])

    for seed in chosen:
        TARGETS[name](seed)
    change()


@pytest.mark.slow
@pytest.mark.parametrize("name", TARGETS)
def test_a_search_finds_nothing(name: str, tmp_path) -> None:
    pytest.importorskip("atheris")
    found = subprocess.run(
        [sys.executable, "-m", "tests.fuzz.targets", name, f"-max_total_time={SEARCH_S}",
         # The peak that it measures is that of the tests' own process, from which it is started.
         "-rss_limit_mb=0",
         f"-artifact_prefix={tmp_path}/"],
        cwd=ROOT, capture_output=True, text=True, timeout=200,
    )  # fmt: skip
    told = found.stderr[-3000:]
    assert found.returncode == 0, told
    assert list(tmp_path.iterdir()) == []
    assert "DONE" in told or "Done" in told, told

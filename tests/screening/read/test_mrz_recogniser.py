"""From likelihoods to characters: the path of a given length is the likeliest there is."""

import itertools
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service.screening.read.mrz_recogniser import MrzRecogniser, path_of_length


def collapsed(path: tuple[int, ...]) -> tuple[int, ...]:
    """Repeats merged, blanks left out, as CTC reads a path."""
    return tuple(c for c, _ in itertools.groupby(path) if c)


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10**6), st.integers(2, 5), st.integers(1, 4))
def test_the_path_of_a_length_is_the_cheapest_of_all(seed: int, steps: int, length: int) -> None:
    rows = np.random.default_rng(seed).dirichlet(np.ones(3), steps).astype(np.float32)
    costs = {
        path: -sum(math.log(rows[t, c]) for t, c in enumerate(path))
        for path in itertools.product(range(3), repeat=steps)
        if len(collapsed(path)) == length
    }
    found = path_of_length(rows, length)
    if not costs:
        assert found is None
        return
    assert found is not None
    spans, cost = found
    assert cost == pytest.approx(min(costs.values()), rel=1e-4)
    assert len(spans) == length
    assert all(0 <= a < b <= steps for a, b in spans)
    assert all(a[1] <= b[0] for a, b in itertools.pairwise(spans))


def test_a_blank_crop_has_no_characters_and_no_crop_no_lines() -> None:
    recogniser = MrzRecogniser()
    assert recogniser.recognise([]) == []
    assert [len(cells) for cells in recogniser.recognise([np.full((32, 640), 200, np.uint8)])] == [
        0
    ]


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10**6), st.integers(1, 1300))
def test_no_crop_breaks_it_and_likelihoods_are_shares(seed: int, width: int) -> None:
    crop = np.random.default_rng(seed).integers(0, 256, (32, width)).astype(np.uint8)
    for cell in RECOGNISER.recognise([crop])[0]:
        assert 0 < sum(cell.likelihoods.values()) <= 1 + 1e-5
        assert 0 <= cell.centre <= 1


RECOGNISER = MrzRecogniser()

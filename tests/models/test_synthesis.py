"""What the networks learn from: drawn anew the same by seed, and true to its labels."""

import random

import numpy as np

from models.synthesis.lines import HEIGHT_PX, make_sample
from models.synthesis.pages import SIDE_PX, STRIDE, make_window, wild_flat
from models.synthesis.texts import ALPHABET, HIDDEN, make_line, make_zone
from service.screening.read import mrz_recogniser
from service.vision.onnx import manifest


def test_lines_are_the_same_for_a_seed_and_of_the_alphabet() -> None:
    for seed in range(12):
        (first, text), (again, same) = (make_sample(random.Random(seed)) for _ in range(2))
        assert (first == again).all()
        assert text == same
        assert first.shape[0] == HEIGHT_PX == mrz_recogniser.HEIGHT_PX
        assert set(text) <= {*ALPHABET, HIDDEN}


def test_what_lies_on_a_line_hides_a_few_characters_and_never_many() -> None:
    rng = random.Random(4)
    texts = [make_sample(rng, covered=1.0)[1] for _ in range(40)]
    hidden = [text.count(HIDDEN) for text in texts]
    assert sum(count > 0 for count in hidden) > 12
    assert max(hidden) <= 9
    plain = [make_sample(rng, covered=0.0)[1] for _ in range(10)]
    assert not any(HIDDEN in text for text in plain)


def test_texts_have_the_lengths_of_zones() -> None:
    rng = random.Random(1)
    for _ in range(200):
        assert len(make_line(rng)) in {30, 36, 44}
        assert len({len(line) for line in make_zone(rng)}) == 1


def test_a_window_and_its_target_share_a_frame() -> None:
    rng = random.Random(2)
    flats = [wild_flat(rng) for _ in range(4)]
    for _ in range(10):
        grey, target = make_window(flats, rng)
        assert grey.shape == (SIDE_PX, SIDE_PX)
        assert target.shape == (5, SIDE_PX // STRIDE, SIDE_PX // STRIDE)
        core = target[0] > 0
        assert np.isin(target[0], (0, 1)).all()
        if core.any():
            direction = np.hypot(target[2], target[3])[core]
            assert np.allclose(direction, 1, atol=1e-3)


def test_the_alphabet_of_the_weights_is_that_of_the_texts() -> None:
    assert manifest("mrz_recogniser")["alphabet"] == ALPHABET

"""Which way text runs, from the boxes alone."""

import numpy as np
import pytest

from service.screening.locate.upright import (
    along_axis,
    quarter_turns_deg,
    text_axis_deg,
    upside_down,
)
from service.vision.geometry import angle_between, quad_angle_deg


def boxes(angle_deg: float, size: tuple[float, float] = (120, 16), count: int = 5) -> np.ndarray:
    """Lines of one direction below each other, corners clockwise by the picture."""
    radians = np.radians(angle_deg)
    right = np.array([np.cos(radians), np.sin(radians)])
    down = np.array([-right[1], right[0]])
    corner = [(0, 0), (size[0], 0), (size[0], size[1]), (0, size[1])]
    return np.array(
        [[right * x + down * (y + 30 * n) for x, y in corner] for n in range(count)], np.float32
    )


@pytest.mark.parametrize("angle_deg", [-40, -7, 0, 12, 44, 90, 120])
def test_the_axis_is_that_of_most_lines(angle_deg: float) -> None:
    stray = boxes(angle_deg + 90, count=1)
    axis = text_axis_deg(np.concatenate([boxes(angle_deg), stray]))
    assert abs((axis - angle_deg + 90) % 180 - 90) < 1


def test_short_boxes_tell_no_direction() -> None:
    assert text_axis_deg(boxes(30, size=(20, 16))) == 0.0


def test_lines_across_the_axis_are_left_out_and_the_rest_read_along_it() -> None:
    mixed = np.concatenate([boxes(10), boxes(100, count=2)])
    kept = along_axis(mixed, 10)
    assert len(kept) == 5
    assert all(abs(angle_between(quad_angle_deg(quad), 10)) < 1 for quad in kept)


def test_upside_down_reads_the_other_way() -> None:
    turned = upside_down(boxes(10))
    assert all(abs(angle_between(quad_angle_deg(quad), 190)) < 1 for quad in turned)
    assert (upside_down(turned) == boxes(10)).all()


@pytest.mark.parametrize(("axis_deg", "turn"), [(0, 0), (4, 0), (90, 270), (-90, 90), (178, 180)])
def test_the_turn_makes_text_upright(axis_deg: float, turn: int) -> None:
    assert quarter_turns_deg(axis_deg) == turn

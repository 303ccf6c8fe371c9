"""Print that may be a document's title, in one part of a picture, without reading the rest."""

from collections.abc import Iterator
from typing import Final

import cv2
import numpy as np

from service.screening.evidence import TextLine, as_quad
from service.screening.locate.upright import along_axis, text_axis_deg, upside_down
from service.screening.read.rapid import RapidText
from service.screening.text_view import TextView
from service.vision.capture import Capture
from service.vision.crops import reduction_of
from service.vision.geometry import Points, axes_of, quad_angle_deg, quad_size, warp_quad

_MOST_SIDE_PX: Final = 420
"""Of the part at its search: capitals of 3 mm on a page of 125 are 10 pixels high then."""
_TALLEST: Final = 12
_FIRST: Final = 2
_MIN_LIKELIHOOD: Final = 0.5


def read_headings(
    capture: Capture, part: Points, rapid: RapidText, *, is_upright: bool = True
) -> Iterator[list[TextLine]]:
    """The tallest lines of a part (4, 2) of the sent frame, few at a time, from the top down.

    A title is among the first nearly always: who has found it asks for no more. Where the part may
    lie any way round, the direction is the lines' own, and both ends are tried as the top.

    Raises NetworkFailed.
    """
    boxes = _boxes(capture, part, rapid)
    axis = quad_angle_deg(part) if is_upright else text_axis_deg(boxes)
    lines = along_axis(boxes, axis)
    for quads, reads_deg in [(lines, axis), (upside_down(lines), axis + 180)][: 2 - is_upright]:
        view = TextView(capture, quads, reads_deg, 0)
        down = axes_of(reads_deg)[1]
        left = sorted(quads, key=lambda quad: float((quad @ down).mean()))
        for batch in (left[n : n + _FIRST] for n in range(0, len(left), _FIRST)):
            read = rapid.recognise([view.crop(quad) for quad in batch])
            yield [
                TextLine(line.text.strip(), line.likelihood, as_quad(quad))
                for quad, line in zip(batch, read, strict=True)
                if line.likelihood >= _MIN_LIKELIHOOD and line.text.strip()
            ]


def _boxes(capture: Capture, part: Points, rapid: RapidText) -> Points:
    """(N, 4, 2) float32: the tallest lines of a part, in the sent frame."""
    width, height = quad_size(part)
    rows = max(1, round(height * min(1.0, _MOST_SIDE_PX / max(width, height, 1.0))))
    reduction = reduction_of(part, rows)
    flat = warp_quad(capture.bgr(reduction), part / np.float32(reduction), rows)
    boxes = rapid.detect(flat)
    if len(boxes) == 0:
        return boxes
    columns = flat.shape[1]
    corners = np.array([[0, 0], [columns, 0], [columns, rows], [0, rows]], np.float32)
    matrix = cv2.getPerspectiveTransform(corners, part)
    tallest = sorted(boxes, key=lambda quad: -min(quad_size(quad)))[:_TALLEST]
    return (
        cv2.perspectiveTransform(np.concatenate(tallest)[None].astype(np.float32), matrix)
        .reshape(-1, 4, 2)
        .astype(np.float32)
    )

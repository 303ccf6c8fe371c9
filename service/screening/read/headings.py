"""Print that may be a document's title, in one part of a picture, without reading the rest."""

from collections.abc import Iterator
from typing import Final

import numpy as np

from service.screening.evidence import TextLine
from service.screening.locate.boxes import find_boxes
from service.screening.locate.upright import along_axis, text_axis_deg, upside_down
from service.screening.read.rapid import RapidText
from service.screening.text_view import TextView
from service.vision.capture import Capture
from service.vision.geometry import Points, axes_of, quad_size

_SEARCH_SIDE_PX: Final = 420.0
"""Of the part at its search: capitals of 3 mm on a page of 125 are 10 pixels high then."""
_TALLEST: Final = 12
_FIRST: Final = 2


def read_headings(
    capture: Capture, part: Points, rapid: RapidText
) -> Iterator[tuple[TextLine, ...]]:
    """The tallest lines of a part (4, 2) of the sent frame, few at a time, from the top down.

    A title is among the first nearly always: who has found it asks for no more. The part may lie
    any way round: the direction is the lines' own, and both ends are tried as the top.

    Raises NetworkFailed.
    """
    boxes = find_boxes(capture, part, _SEARCH_SIDE_PX, rapid)
    boxes = np.array(sorted(boxes, key=lambda quad: -min(quad_size(quad)))[:_TALLEST], np.float32)
    axis = text_axis_deg(boxes)
    lines = along_axis(boxes, axis)
    for quads, reads_deg in [(lines, axis), (upside_down(lines), axis + 180)]:
        view = TextView(capture, quads, reads_deg, 0)
        down = axes_of(reads_deg)[1]
        left = sorted(quads, key=lambda quad: float((quad @ down).mean()))
        for batch in (left[n : n + _FIRST] for n in range(0, len(left), _FIRST)):
            yield view.with_read(batch, rapid).text_of(batch)

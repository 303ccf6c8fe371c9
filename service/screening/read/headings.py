"""Print that may be a document's title, in one part of a picture, without reading the rest."""

from collections.abc import Iterator
from typing import Final

import numpy as np

from service.screening.evidence import TextLine, as_quad
from service.screening.locate.boxes import find_boxes
from service.screening.locate.upright import along_axis, text_axis_deg, upside_down
from service.screening.read.rapid import RapidText
from service.screening.text_view import TextView
from service.vision.capture import Capture
from service.vision.geometry import Points, axes_of, quad_angle_deg, quad_size

_SEARCH_SIDE_PX: Final = 420.0
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
    boxes = find_boxes(capture, part, _SEARCH_SIDE_PX, rapid)
    boxes = np.array(sorted(boxes, key=lambda quad: -min(quad_size(quad)))[:_TALLEST], np.float32)
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

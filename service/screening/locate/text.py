"""Finds the text of a capture: at the smallest scale that shows it, in one reading direction."""

from collections.abc import Sequence
from typing import Final

import numpy as np

from service.screening.evidence import PageLayout
from service.screening.locate.boxes import find_boxes, scale_for
from service.screening.locate.layout import SURE_LAYOUT
from service.screening.locate.upright import (
    along_axis,
    quarter_turns_deg,
    text_axis_deg,
    upside_down,
)
from service.screening.read.rapid import RapidText
from service.screening.text_view import TextView
from service.vision.capture import Capture
from service.vision.geometry import Points, angle_between, grown, quad_size

_SEARCH_SIDE_PX: Final = 1120.0
"""Long side of a search: letters of a page that fills the picture are 10 pixels high."""
_GLANCE_SIDE_PX: Final = 800.0
"""Long side at which the print of a card that fills the picture is found as well, in half the
time."""
_LARGE_TEXT_PX: Final = 14.0
"""Height of nine lines in ten at a glance, from which none is too small for it."""
_FEW_LINES: Final = 8
"""With fewer at a glance there may be more that is smaller."""
_CARD_SIDE_PX: Final = 560.0
"""Long side of a card at the first search: its capitals are 2 mm on 86, or 13 pixels then."""
_ROOM: Final = 0.08
"""Of a card's height, around it: the network gives its corners by steps of an eightieth."""
_SHRUNK: Final = 0.88
"""Scale from which a nearer look would show little more."""
_WORTH_NEARING: Final = 1.25
_SMALL_TEXT_PX: Final = 13.0
"""Lines below this height at the first search are searched again from nearer."""
_PROBED_LINES: Final = 4
_SURE_LIKELIHOOD: Final = 0.9


def find_text(
    capture: Capture,
    rapid: RapidText,
    reads_deg: float | None = None,
    pages: Sequence[PageLayout] = (),
) -> TextView:
    """All lines of text, in reading order of their corners; none is an answer too.

    Args:
        capture: the picture.
        rapid: the engine.
        pages: what lies in it; the print of a card is large enough at a smaller scale.
        reads_deg: the direction in which the document reads, where something has told it already;
            else the lines themselves are asked.

    """
    part, side_px = _first_search(capture, pages)
    boxes, scale = find_boxes(capture, part, side_px, rapid), scale_for(part, side_px)
    if side_px == _GLANCE_SIDE_PX and not _is_large(boxes, scale):
        boxes = find_boxes(capture, part, _SEARCH_SIDE_PX, rapid)
        scale = scale_for(part, _SEARCH_SIDE_PX)
    if len(boxes) and scale < _SHRUNK:
        heights = [min(quad_size(box)) for box in boxes]
        nearer = _around(boxes, capture)
        is_small = float(np.median(heights)) * scale < _SMALL_TEXT_PX
        if is_small and scale_for(nearer, _SEARCH_SIDE_PX) > _WORTH_NEARING * scale:
            again = find_boxes(capture, nearer, _SEARCH_SIDE_PX, rapid)
            boxes = again if len(again) >= len(boxes) // 2 else boxes
    axis = text_axis_deg(boxes)
    if reads_deg is not None:
        axis = min(
            (axis + turn for turn in (0, 90, 180, 270)),
            key=lambda a: abs(angle_between(a, reads_deg)),
        )
    view = TextView(capture, along_axis(boxes, axis), axis, quarter_turns_deg(axis))
    return view if reads_deg is not None else _oriented(view, rapid)


def _oriented(view: TextView, rapid: RapidText) -> TextView:
    """The view, turned by 180 degrees where its longest lines read better so; they are kept as read.

    The better half of the lines decides: those of a script that the engine does not know are
    unlikely either way round.
    """
    if len(view.lines) == 0:
        return view
    upright, likelihoods = _probed(view, rapid)
    if float(np.mean(likelihoods)) > _SURE_LIKELIHOOD:
        return upright
    axis = view.axis_deg + 180
    turned = TextView(view.capture, upside_down(view.lines), axis, quarter_turns_deg(axis))
    turned, others = _probed(turned, rapid)
    half = -(-len(others) // 2)
    return turned if sum(others[:half]) > sum(likelihoods[:half]) else upright


def _probed(view: TextView, rapid: RapidText) -> tuple[TextView, list[float]]:
    """The view with its longest lines read, and how likely they are, the likeliest first."""
    longest = sorted(view.lines, key=lambda q: -quad_size(q)[0])[:_PROBED_LINES]
    view = view.with_read(longest, rapid)
    return view, sorted((line.likelihood for line in view.read.values()), reverse=True)


def _sure_cards(pages: Sequence[PageLayout]) -> list[Points]:
    """Where cards lie, (4, 2) each, if nothing else is there and all that is certain."""
    if any(p.confidence < SURE_LAYOUT or not p.layout.startswith("card") for p in pages):
        return []
    return [np.array(page.quad, np.float32) for page in pages]


def _first_search(capture: Capture, pages: Sequence[PageLayout]) -> tuple[Points, float]:
    """The part (4, 2) of the sent frame to search first, and the long side to search it at.

    Cards that fill the picture have no edges to be known by: where nothing is certain, a glance
    tells whether the print is as large as theirs.
    """
    cards = _sure_cards(pages)
    if not cards:
        is_sure = any(page.confidence >= SURE_LAYOUT for page in pages)
        whole = _upright(0, 0, capture.width_px, capture.height_px)
        return whole, _SEARCH_SIDE_PX if is_sure else _GLANCE_SIDE_PX
    part = grown(cards[0], _ROOM, _ROOM) if len(cards) == 1 else _around(np.stack(cards), capture)
    smallest = min(max(quad_size(card)) for card in cards)
    side_px = _CARD_SIDE_PX * max(quad_size(part)) / max(smallest, 1.0)
    return part, min(_SEARCH_SIDE_PX, side_px)


def _is_large(boxes: Points, scale: float) -> bool:
    """Whether a glance has found all lines of a page (N, 4, 2), sent frame: there are many, none small."""
    heights = [quad_size(box)[1] * scale for box in boxes]
    return len(heights) >= _FEW_LINES and float(np.percentile(heights, 10)) >= _LARGE_TEXT_PX


def _around(boxes: Points, capture: Capture) -> Points:
    """(4, 2) float32, upright: the part that holds most of these quads (N, 4, 2), with a margin."""
    points = boxes.reshape(-1, 2)
    low, high = np.percentile(points, 2, axis=0), np.percentile(points, 98, axis=0)
    margin = 0.12 * (high - low).max() + 8
    x0, y0 = np.maximum(low - margin, 0)
    x1, y1 = np.minimum(high + margin, [capture.width_px, capture.height_px])
    return _upright(x0, y0, max(x1, x0 + 16), max(y1, y0 + 16))


def _upright(x0: float, y0: float, x1: float, y1: float) -> Points:
    return np.array([[x0, y0], [x1, y0], [x1, y1], [x0, y1]], np.float32)

"""Finds the text of a capture: at the smallest scale that shows it, in one reading direction."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

import cv2
import numpy as np

from service.screening.evidence import PageLayout
from service.screening.locate.layout import SURE_LAYOUT
from service.screening.locate.upright import (
    along_axis,
    quarter_turns_deg,
    text_axis_deg,
    upside_down,
)
from service.screening.read.rapid import RapidText
from service.screening.text_view import TextView
from service.vision.capture import Bgr, Capture
from service.vision.geometry import Points, angle_between, quad_size

_SEARCH_SIDE_PX: Final = 1120
"""Long side of the first search: letters of a page that fills the picture are 10 pixels high."""
_CARD_SIDE_PX: Final = 800.0
"""Long side of a card at the first search: its capitals are 2 mm on 86, or 18 pixels then."""
_SMALL_TEXT_PX: Final = 13.0
"""Lines below this height at the first search are searched again from nearer."""
_PROBED_LINES: Final = 4
_SURE_LIKELIHOOD: Final = 0.9


@dataclass(frozen=True, slots=True)
class _Window:
    """A part of the sent picture, scaled: `sent = pixel / scale + origin`."""

    bgr: Bgr
    scale: float
    origin: tuple[float, float]

    def to_sent(self, boxes: Points) -> Points:
        """(N, 4, 2) from the window's frame to the sent one."""
        return (boxes / np.float32(self.scale) + np.array(self.origin, np.float32)).astype(
            np.float32
        )


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
    cards = _sure_cards(pages)
    whole = (0, 0, capture.width_px, capture.height_px)
    part = _around(np.stack(cards), capture) if cards else whole
    window = _window(capture, part, _search_side_px(part, cards))
    boxes = window.to_sent(rapid.detect(window.bgr))
    if len(boxes) and (part[2] - part[0]) * (part[3] - part[1]) > window.bgr.size / 3 * 1.3:
        heights = [min(quad_size(box)) for box in boxes]
        if float(np.median(heights)) * window.scale < _SMALL_TEXT_PX:
            nearer = _window(capture, _around(boxes, capture), _SEARCH_SIDE_PX)
            if nearer.scale > 1.25 * window.scale:
                again = nearer.to_sent(rapid.detect(nearer.bgr))
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
    read = rapid.recognise([view.crop(quad) for quad in longest])
    known = {quad.tobytes(): line for quad, line in zip(longest, read, strict=True)}
    return replace(view, read=known), sorted((line.likelihood for line in read), reverse=True)


def _sure_cards(pages: Sequence[PageLayout]) -> list[Points]:
    """Where cards lie, (4, 2) each, if nothing else is there and all that is certain."""
    if any(p.confidence < SURE_LAYOUT or not p.layout.startswith("card") for p in pages):
        return []
    return [np.array(page.quad, np.float32) for page in pages]


def _search_side_px(part: tuple[int, int, int, int], cards: Sequence[Points]) -> float:
    """Long side of a part of the picture at the first search."""
    if not cards:
        return _SEARCH_SIDE_PX
    smallest = min(max(quad_size(card)) for card in cards)
    longest = max(part[2] - part[0], part[3] - part[1])
    return min(float(_SEARCH_SIDE_PX), _CARD_SIDE_PX * longest / max(smallest, 1.0))


def _window(capture: Capture, part: tuple[int, int, int, int], side_px: float) -> _Window:
    x0, y0, x1, y1 = part
    scale = min(side_px / max(x1 - x0, y1 - y0), 3.0)
    reduction = next((r for r in (8, 4, 2) if scale <= 1 / r), 1)
    reduced = capture.bgr(reduction)
    piece = reduced[y0 // reduction : -(-y1 // reduction), x0 // reduction : -(-x1 // reduction)]
    factor = scale * reduction
    resized = cv2.resize(
        piece,
        None,
        fx=factor,
        fy=factor,
        interpolation=cv2.INTER_AREA if factor < 1 else cv2.INTER_CUBIC,
    )
    origin = (float(x0 // reduction * reduction), float(y0 // reduction * reduction))
    return _Window(resized.astype(np.uint8, copy=False), scale, origin)


def _around(boxes: Points, capture: Capture) -> tuple[int, int, int, int]:
    """The part that holds most of these quads (N, 4, 2), with a margin, as x0, y0, x1, y1."""
    points = boxes.reshape(-1, 2)
    low, high = np.percentile(points, 2, axis=0), np.percentile(points, 98, axis=0)
    margin = 0.12 * (high - low).max() + 8
    x0, y0 = np.maximum(low - margin, 0).astype(int)
    x1, y1 = np.minimum(high + margin, [capture.width_px, capture.height_px]).astype(int)
    return int(x0), int(y0), int(max(x1, x0 + 16)), int(max(y1, y0 + 16))

"""Where the document lies: its border where one can be seen, else the hull of its text."""

from typing import Final

import cv2
import numpy as np

from service.screening.evidence import Outline, PageLayout, as_quad
from service.vision.capture import Grey
from service.vision.geometry import Points, enclosing_quad, quad_size, touches_edge, turned_to

_SEARCH_SIDE_PX: Final = 512
_MIN_COVERAGE: Final = 0.06
_MIN_TEXT_INSIDE: Final = 0.85
_MARGIN_IN_HEIGHTS: Final = 1.5
_FRAME: Final = 0.95
"""Share of the picture from which a border is the picture's own."""
_LEAST_TEXT: Final = 0.15
"""Of a page that fills the picture, what its text reaches over: less lies on a desk or a sheet."""


def locate_document(grey: Grey, lines: Points, axis_deg: float, rotation_deg: int) -> Outline:
    """The outline around most of the text, in `grey`'s frame.

    Args:
        grey: (H, W) uint8, a reduced picture.
        lines: (N, 4, 2) text lines in the same frame, N at least 1.
        axis_deg: their reading direction.
        rotation_deg: turn that makes them upright, handed on.

    """
    height, width = grey.shape
    centres = lines.mean(axis=1)
    hull = enclosing_quad(lines.reshape(-1, 2), axis_deg)
    is_frame_page = cv2.contourArea(hull) >= _LEAST_TEXT * height * width
    quads = [
        turned_to(q, axis_deg)
        for q in _border_quads(grey)
        if is_frame_page or cv2.contourArea(q) < _FRAME * height * width
    ]
    holding = [
        (q, inside) for q in quads if (inside := _share_inside(q, centres)) >= _MIN_TEXT_INSIDE
    ]
    if holding:
        # The tightest border around the text: desks and sheets of paper are rectangles as well.
        quad = min(holding, key=lambda pair: cv2.contourArea(pair[0]))[0]
        is_page = True
    else:
        line_height = float(np.median([quad_size(q)[1] for q in lines]))
        centre = hull.mean(axis=0)
        reach = np.linalg.norm(hull - centre, axis=1, keepdims=True)
        margin = _MARGIN_IN_HEIGHTS * line_height
        quad = (centre + (hull - centre) * (1 + margin / np.maximum(reach, 1))).astype(np.float32)
        is_page = False
    at_edge = sum(touches_edge(q, width, height) for q in lines) / len(lines)
    return Outline(
        quad=as_quad(quad),
        coverage_fraction=min(1.0, float(cv2.contourArea(quad)) / (height * width)),
        cut_off_fraction=float(at_edge),
        tilt_deg=_tilt_deg(quad) if is_page else 0.0,
        rotation_deg=rotation_deg,
        is_page=is_page,
    )


def outline_of(page: PageLayout, rotation_deg: int) -> Outline:
    """The outline that the layout network gives alone, without any text."""
    quad = np.array(page.quad, np.float32)
    return Outline(page.quad, page.share, 0.0, _tilt_deg(quad), rotation_deg, is_page=True)


def scaled(outline: Outline, factor: float) -> Outline:
    """The same outline in a frame `factor` times as large."""
    return Outline(
        quad=as_quad(np.array(outline.quad, np.float32) * np.float32(factor)),
        coverage_fraction=outline.coverage_fraction,
        cut_off_fraction=outline.cut_off_fraction,
        tilt_deg=outline.tilt_deg,
        rotation_deg=outline.rotation_deg,
        is_page=outline.is_page,
    )


def _border_quads(grey: Grey) -> list[Points]:
    """Convex four-cornered contours of some size, in `grey`'s frame."""
    scale = min(1.0, _SEARCH_SIDE_PX / max(grey.shape))
    small = cv2.resize(grey, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    small = cv2.GaussianBlur(small, (5, 5), 0)
    found: list[Points] = []
    median = float(np.median(small))
    edges = cv2.Canny(small, 0.4 * median, 1.0 * median + 20)
    closed = cv2.morphologyEx(edges, cv2.MORPH_CLOSE, np.ones((5, 5), np.uint8))
    level, _ = cv2.threshold(small, 0, 255, cv2.THRESH_BINARY + cv2.THRESH_OTSU)
    bright = (small > level).astype(np.uint8) * 255
    opened = cv2.morphologyEx(bright, cv2.MORPH_OPEN, np.ones((7, 7), np.uint8))
    for mask in (closed, opened, 255 - opened):
        contours, _ = cv2.findContours(mask, cv2.RETR_LIST, cv2.CHAIN_APPROX_SIMPLE)
        for contour in contours:
            hull = cv2.convexHull(contour)
            area = cv2.contourArea(hull)
            if area < _MIN_COVERAGE * small.size:
                continue
            corners = cv2.approxPolyDP(hull, 0.03 * cv2.arcLength(hull, closed=True), closed=True)
            if len(corners) == 4 and cv2.contourArea(corners) > 0.9 * area:
                quad = corners.reshape(4, 2).astype(np.float32)
                if cv2.contourArea(quad, oriented=True) < 0:
                    quad = quad[::-1].copy()
                found.append((quad / np.float32(scale)).astype(np.float32))
    return found


def _share_inside(quad: Points, points: Points) -> float:
    contour = quad.reshape(-1, 1, 2)
    inside = [
        cv2.pointPolygonTest(contour, (float(x), float(y)), measureDist=False) for x, y in points
    ]
    return float(np.mean([i >= 0 for i in inside]))


def _tilt_deg(quad: Points) -> float:
    """Lean of the page from the ratio of its opposite sides.

    Under a camera that sees the page at about twice its own length, sides at ratio r lean about
    asin of (1 - r) / (1 + r) times four: enough to tell flat from steep.
    """
    sides = [float(np.linalg.norm(quad[(k + 1) % 4] - quad[k])) for k in range(4)]
    ratios = [min(sides[k], sides[k + 2]) / max(sides[k], sides[k + 2], 1.0) for k in (0, 1)]
    lean = [min(1.0, 4 * (1 - r) / (1 + r)) for r in ratios]
    return float(np.degrees(np.arcsin(max(lean))))

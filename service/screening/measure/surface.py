"""All that a side's surface tells, in one record."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

import cv2
import numpy as np

from service.mrz.formats import Format
from service.screening.evidence import (
    Absent,
    Failed,
    Grid,
    MrzReading,
    Outline,
    PageLayout,
    Quad,
    ReadingState,
    Surface,
    Unexamined,
    as_quad,
)
from service.screening.locate.zone_page import page_of_zone, zone_contrast
from service.screening.measure.colour import colour_spread
from service.screening.measure.corners import find_cut_corners
from service.screening.measure.cover import Cover, cover_on, covered_fraction
from service.screening.measure.grid import measure_grid
from service.screening.measure.holes import find_holes
from service.vision.capture import Bgr, Capture
from service.vision.geometry import Points, axes_of, grown, quad_angle_deg, quad_size, warp_quad

_SIDE_PX: Final = 640
_PAGE_HEIGHT_PX: Final = 240
_MARGIN: Final = 0.2
"""Of the page's height: a zone tells where its page is to some millimetres."""
_COARSER: Final = 0.625
"""For the page's outline, of which 150 rows tell enough."""
_ROW_GAP: Final = 5.0
_ROW_OFF: Final = 0.35
"""Of a line's height: how far lines of one row lie apart, along it and across."""


def measure_surface(
    capture: Capture,
    mrz: MrzReading | Absent | Unexamined | Failed,
    outline: Outline | Absent | Unexamined | Failed,
    layouts: tuple[PageLayout, ...] | Absent | Unexamined | Failed,
    axis_deg: float,
    print_: Sequence[Quad] | None = None,
) -> Surface:
    """Grid, colours, holes, corners and covers of one side, on reduced renditions.

    Args:
        axis_deg: reading direction of the text, clockwise from the x axis.
        print_: lines of the visual zone, where it was read.

    """
    quads = [np.array(quad, np.float32) for quad in print_ or ()]
    seen = _flat_surface(capture, mrz, outline, layouts, axis_deg, quads)
    if print_ is None:
        return seen
    hidden: dict[int, Cover] = {}
    for run in [(n,) for n in range(len(quads))] + _rows(quads):
        others = [quad for n, quad in enumerate(quads) if n not in run]
        cover = cover_on(capture, _joined(quads[run[0]], quads[run[-1]]), others)
        if cover is not None:
            # What was a thing on a line by itself is no light on the row that it stands in.
            hidden |= {n: cover for n in run if hidden.get(n) is not Cover.THING}
    covered, blinded = (
        tuple(print_[n] for n, cover in sorted(hidden.items()) if cover is kind)
        for kind in (Cover.THING, Cover.LIGHT)
    )
    return replace(seen, covered_lines=covered, blinded_lines=blinded)


def _rows(quads: Sequence[Points]) -> list[tuple[int, int]]:
    """Pairs of lines (4, 2) that follow each other closely on one row: a cover parts what was one."""
    pairs: list[tuple[int, int]] = []
    for n, left in enumerate(quads):
        along, down = axes_of(quad_angle_deg(left))
        height = quad_size(left)[1]
        for k, right in enumerate(quads):
            gap = float((right[0] - left[1]) @ along)
            level = abs(float((right[0] - left[1]) @ down))
            if k != n and 0 < gap < _ROW_GAP * height and level < _ROW_OFF * height:
                pairs.append((n, k))
    return pairs


def _joined(left: Points, right: Points) -> Points:
    return np.stack([left[0], right[1], right[2], left[3]]).astype(np.float32)


def _flat_surface(
    capture: Capture,
    mrz: MrzReading | Absent | Unexamined | Failed,
    outline: Outline | Absent | Unexamined | Failed,
    layouts: tuple[PageLayout, ...] | Absent | Unexamined | Failed,
    axis_deg: float,
    print_: Sequence[Points],
) -> Surface:
    covered: float | Unexamined = Unexamined()
    if isinstance(mrz, MrzReading) and mrz.state is not ReadingState.READ:
        covered = max(
            (covered_fraction(capture, np.array(one, np.float32)) for one in mrz.lines),
            default=0.0,
        )
    page, contrast = _page(capture, mrz, outline)
    if page is not None and contrast is not None:
        return replace(
            _passport_surface(capture, page, contrast),
            grid=measure_grid(capture, page, axis_deg),
            covered_fraction=covered,
        )
    grid = _grid_within(capture, _around(layouts, outline), axis_deg, print_)
    if page is None:
        return Surface(grid=grid, covered_fraction=covered)
    flat = _laid_flat(capture, page, _PAGE_HEIGHT_PX)
    return Surface(grid, round(colour_spread(flat), 2), covered_fraction=covered)


def _passport_surface(capture: Capture, page: Points, contrast: float) -> Surface:
    """Colours, holes and corners of a page (4, 2) whose zone tells where it is."""
    margin = round(_MARGIN * _PAGE_HEIGHT_PX)
    wider = grown(page, _MARGIN, _MARGIN)
    around = _laid_flat(capture, wider, _PAGE_HEIGHT_PX + 2 * margin)
    flat = around[margin:-margin, margin:-margin]
    grey = cv2.cvtColor(flat, cv2.COLOR_BGR2GRAY).astype(np.uint8, copy=False)
    small = cv2.resize(around, None, fx=_COARSER, fy=_COARSER, interpolation=cv2.INTER_AREA).astype(
        np.uint8, copy=False
    )
    cuts = find_cut_corners(small, round(margin * _COARSER))
    return Surface(
        colour_spread=round(colour_spread(flat), 2),
        holes=tuple(_placed(hole, page, flat) for hole in find_holes(grey, contrast)),
        cut_corners=tuple(_placed(_box(cut), wider, small) for cut in cuts),
    )


def _grid_within(
    capture: Capture, around: Points | None, axis_deg: float, print_: Sequence[Points]
) -> Grid | Unexamined:
    """The grid of a document somewhere within `around` (N, 2), looked for where its print is."""
    if around is None or not print_:
        return Unexamined()
    hull = cv2.convexHull(np.concatenate(print_)).reshape(-1, 2).astype(np.float32)
    printed = _shared(around, hull)
    return Unexamined() if printed is None else measure_grid(capture, around, axis_deg, printed)


def _laid_flat(capture: Capture, quad: Points, height_px: int) -> Bgr:
    """What lies in a quad (4, 2) of the sent frame, rectified to `height_px` rows."""
    reduction = capture.reduction_for(_SIDE_PX)
    return warp_quad(capture.bgr(reduction), (quad / reduction).astype(np.float32), height_px)


def _page(
    capture: Capture,
    mrz: MrzReading | Absent | Unexamined | Failed,
    outline: Outline | Absent | Unexamined | Failed,
) -> tuple[Points | None, float | None]:
    """The page (4, 2) of the sent frame, and its contrast where a passport's zone was read."""
    if (
        isinstance(mrz, MrzReading)
        and mrz.state is ReadingState.READ
        and mrz.zone is not None
        and mrz.zone.format == Format.TD3
    ):
        zone = np.array(mrz.quad, np.float32)
        return page_of_zone(zone), zone_contrast(capture, zone)
    if isinstance(outline, Outline) and outline.is_page:
        page = np.array(outline.quad, np.float32)
        if min(quad_size(page)) > 0:
            return page, None
    return None, None


def _around(
    layouts: tuple[PageLayout, ...] | Absent | Unexamined | Failed,
    outline: Outline | Absent | Unexamined | Failed,
) -> Points | None:
    """Corners (N, 2) of the document without its ground, in the sent frame.

    What the layout network and the outline agree on: the first reaches beyond cards, and the
    second may be the picture's own border. Where both are wrong, the hull of its print is not.
    """
    border = np.array(outline.quad, np.float32) if isinstance(outline, Outline) else None
    if not (isinstance(layouts, tuple) and layouts):
        return border
    seen = np.array(layouts[0].quad, np.float32)
    if border is None:
        return seen
    return _shared(seen, border)


def _shared(first: Points, second: Points) -> Points | None:
    """Corners (N, 2) of what two convex outlines have in common, if anything."""
    area, shared = cv2.intersectConvexConvex(first, second)
    return shared.reshape(-1, 2).astype(np.float32) if area > 0 else None


def _box(points: Points) -> Points:
    """(4, 2): the upright rectangle around points (N, 2)."""
    (left, top), (right, bottom) = points.min(axis=0), points.max(axis=0)
    return np.array([[left, top], [right, top], [right, bottom], [left, bottom]], np.float32)


def _placed(seen: Points, quad: Points, flat: Bgr) -> Quad:
    """What was seen (4, 2) in a rectified `flat` (h, w, 3), in the frame of `quad` (4, 2)."""
    height, width = flat.shape[:2]
    whole = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32)
    matrix = cv2.getPerspectiveTransform(whole, quad)
    return as_quad(cv2.perspectiveTransform(seen[None], matrix)[0].astype(np.float32))

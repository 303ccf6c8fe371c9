"""All numbers of one field's text in one record."""

from collections.abc import Sequence

import cv2
import numpy as np

from service.screening.evidence import TextQuality, as_quad
from service.screening.measure.exposure import measure_exposure
from service.screening.measure.glare import clipped_fraction, hidden_fraction
from service.screening.measure.sharpness import edge_width_strokes, sharpest_edge_px
from service.screening.measure.text_height import letter_height_px
from service.screening.text_view import TextView
from service.vision.capture import Grey
from service.vision.geometry import Points, enclosing_quad, quad_angle_deg, quad_size
from service.vision.levels import level_at

_CROP_HEIGHT_PX = 48
_MARGIN = 0.15
_PAGE_HEIGHT_PX = 320
_PAGE_STROKE_PX = 320 / 40 * 0.14
"""Capitals of a data page are about a fortieth of its height, strokes a seventh of a capital."""
_GAP_CLIPPED = 0.6
_GAP_IN_HEIGHTS = (2.5, 25.0)
_WHITE_PAPER = 0.97
_WHITE_AROUND = 238
"""Grey level: twelve below what counts as clipped."""


def measure_lines(view: TextView, lines: Sequence[Points], field: str) -> TextQuality | None:
    """Median over `lines` (each (4, 2), sent frame) of what can be measured; None without ink.

    Glare is the worst line's: one hidden field is enough.
    """
    records: list[tuple[float, float, float, float, float]] = []
    for quad in lines:
        crop = _grey(view, quad)
        letters = letter_height_px(crop)
        if letters <= 0:
            continue
        scale = quad_size(quad)[1] * (1 + 2 * _MARGIN) / _CROP_HEIGHT_PX
        light = measure_exposure(crop)
        records.append(
            (
                letters * scale,
                edge_width_strokes(crop, letters),
                light.contrast,
                light.luminance,
                hidden_fraction(crop, letters),
            )
        )
    if not records:
        return None
    height, edge, contrast, luminance, _ = np.median(np.array(records), axis=0)
    around = enclosing_quad(np.concatenate(list(lines)), quad_angle_deg(lines[0]))
    return TextQuality(
        field=field,
        quad=as_quad(around),
        text_height_px=float(height),
        edge_width_strokes=float(edge),
        contrast=float(contrast),
        luminance=float(luminance),
        clipped_fraction=max(record[4] for record in records),
    )


def hidden_between(view: TextView, luminance: float) -> tuple[float, Points | None]:
    """The worst gap within a row of text where only clipped white is left.

    Args:
        luminance: of the paper, 0 to 1; on white paper a gap says nothing.

    Returns the gap's share of its row, and its quad (4, 2) in the sent frame.

    """
    worst: tuple[float, Points | None] = (0.0, None)
    if luminance >= _WHITE_PAPER or len(view.lines) < 2:
        return worst
    radians = np.radians(view.axis_deg)
    right = np.array([np.cos(radians), np.sin(radians)], np.float32)
    down = np.array([-right[1], right[0]], np.float32)
    rows = [(float((q @ down).mean()), q) for q in view.lines]
    for level, quad in rows:
        height = quad_size(quad)[1]
        end = float((quad @ right).max())
        for other_level, other in rows:
            start = float((other @ right).min())
            gap = (start - end) / max(height, 1.0)
            is_row = abs(level - other_level) < 0.7 * height
            if not is_row or not _GAP_IN_HEIGHTS[0] < gap < _GAP_IN_HEIGHTS[1]:
                continue
            between = np.stack([quad[1], other[0], other[3], quad[2]]).astype(np.float32)
            if clipped_fraction(_grey(view, between)) < _GAP_CLIPPED:
                continue
            # Paper as white on both sides as in the gap: the light there is even, no reflection.
            if min(level_at(_grey(view, one), 50) for one in (quad, other)) >= _WHITE_AROUND:
                continue
            row = float((other @ right).max()) - float((quad @ right).min())
            share = (start - end) / max(row, 1.0)
            if share > worst[0]:
                worst = share, between
    return worst


def measure_page(view: TextView, page: Points) -> TextQuality:
    """The page as a whole, field "page": speaks where no text was found. `page` (4, 2), sent."""
    crop = cv2.cvtColor(view.crop(page, margin=0.0, height_px=_PAGE_HEIGHT_PX), cv2.COLOR_BGR2GRAY)
    grey = crop.astype(np.uint8, copy=False)
    light = measure_exposure(grey)
    return TextQuality(
        field="page",
        quad=as_quad(page),
        text_height_px=0.0,
        edge_width_strokes=sharpest_edge_px(grey) / _PAGE_STROKE_PX,
        contrast=light.contrast,
        luminance=light.luminance,
        clipped_fraction=0.0,
    )


def _grey(view: TextView, quad: Points) -> Grey:
    crop = view.crop(quad, margin=_MARGIN, height_px=_CROP_HEIGHT_PX)
    return cv2.cvtColor(crop, cv2.COLOR_BGR2GRAY).astype(np.uint8, copy=False)

"""One side: from its capture to all that it tells."""

import itertools
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date
from typing import Final

import cv2
import numpy as np

from service.mrz.formats import Format
from service.mrz.parse import Zone
from service.screening.claim import Kind
from service.screening.classify.by_mrz import votes_of_zone
from service.screening.classify.by_title import HELD_BY_PERSONS, find_titles
from service.screening.evidence import (
    Absent,
    Failed,
    Frame,
    MrzReading,
    Outline,
    PageLayout,
    ReadingState,
    SideEvidence,
    TextLine,
    TextQuality,
    TitleMatch,
    Unexamined,
    as_quad,
    centre_of,
    found,
    with_failed,
)
from service.screening.locate.document import locate_document, outline_of, scaled
from service.screening.locate.layout import SURE_LAYOUT
from service.screening.locate.text import find_text
from service.screening.locate.upright import quarter_turns_deg
from service.screening.locate.zone_page import find_print_beside, locate_portrait, shows_page
from service.screening.match.in_print import stated_in_print
from service.screening.measure.fingerprint import fingerprint
from service.screening.measure.surface import measure_surface
from service.screening.measure.text_quality import hidden_between, measure_lines, measure_page
from service.screening.passport_page import PassportPage, has_ink, read_page, set_as_values
from service.screening.read import tesseract
from service.screening.read.barcode import read_barcodes
from service.screening.read.headings import read_headings
from service.screening.read.lost_numbers import find_lost_numbers
from service.screening.readers import Readers
from service.screening.stopwatch import Stopwatch
from service.screening.text_view import TextView
from service.vision.capture import Capture
from service.vision.geometry import Points, axes_of, contains, grown, quad_angle_deg, quad_size

_FRONTS: Final = frozenset({"card_front", "passport_page"})
_OUTLINE_SIDE_PX: Final = 800
_DECODED_SIDE_PX: Final = 1600
"""What every side is looked at in the end, for its grid: smaller renditions are made of this one."""
_MAX_LINES: Final = 70
_TITLE_LINES: Final = 16
_MOST_BESIDE: Final = 2
_MEASURED_LINES: Final = 12
_WHOLE_TITLE: Final = 0.9
"""Score of a title that nothing else stands in one line with."""
_DOUBTFUL: Final = 0.9
_MAYBE_CARD: Final = 0.4
_CLEAR_LINES: Final = 3
_MOST_BLANK: Final = 6
_RIGHT_SCRIPT: Final = 0.8
"""Likelihood of the surest line: Tesseract spells lines of another script at 0.7 and less."""
_LOOKED_AT_AGAIN: Final = 8
_SURE_CODE: Final = 0.9
"""Weight of a document code that leaves nothing for the printed title to say."""
_SHORT_ZONE: Final = 0.25
"""Of the width of all print; on two cards side by side a zone has nearly a half."""
_WHOLE_PICTURE: Final = ((0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0))


_UNFORESEEN: Final = (cv2.error, ValueError, ArithmeticError, IndexError, RuntimeError, MemoryError)
"""A picture that no stage foresaw must end with a person, not with a 500."""


def examine(capture: Capture, readers: Readers, today: date, watch: Stopwatch) -> SideEvidence:
    """All evidence of one picture. The first decoding may raise intake's errors."""
    watch.run("decode", lambda: capture.bgr(capture.reduction_for(_DECODED_SIDE_PX)))
    frame = watch.run("quality", lambda: _frame(capture))
    side = SideEvidence(frame)
    try:
        pages = watch.run("locate", lambda: readers.layout.find(capture))
        zones = watch.run("read", lambda: readers.mrz.read(capture, today))
        side = replace(
            side,
            layouts=pages or Absent(),
            mrz=zones[0] if zones else Absent(),
            more_zones=zones[1:],
        )
        if zones and zones[0].zone and _says_all(zones[0]):
            return _examine_passport(side, zones[0], zones[0].zone, capture, readers, today, watch)
        reads_deg = _direction_deg(zones[0]) if zones and zones[0].zone else None
        view = watch.run("locate", lambda: find_text(capture, readers.rapid, reads_deg, pages))
        is_told = bool(zones) and zones[0].state is ReadingState.READ
        return _read_side(side, view, readers, watch, few=is_told)
    except _UNFORESEEN as fault:
        return with_failed(side, fault)


def _examine_passport(
    side: SideEvidence,
    reading: MrzReading,
    zone: Zone,
    capture: Capture,
    readers: Readers,
    today: date,
    watch: Stopwatch,
) -> SideEvidence:
    """The side of a zone that says all, with its page; and all else where that is not alone."""
    quad, pages = np.array(reading.quad, np.float32), found(side.layouts)
    parts = watch.run("locate", lambda: find_print_beside(capture, quad))
    beside = watch.run("read", lambda: _titles_beside(capture, parts, readers))
    page = watch.run("read", lambda: read_page(capture, quad, zone, readers.rapid, today))
    side = replace(side, zone_in_print=page.zone_in_print)
    is_alone = (
        not side.more_zones
        and not beside
        and len(parts) <= _MOST_BESIDE
        and not any(contains(part, *quad.mean(axis=0)) for part in parts)
    )
    if is_alone and _names_passport(page) and _is_page(capture, pages, quad):
        side = replace(side, text=page.text, titles=page.titles)
        return _measure_proven(side, reading, capture, watch)
    direction = _direction_deg(reading)
    view = watch.run("locate", lambda: find_text(capture, readers.rapid, direction, pages))
    is_holders = page.zone_in_print.is_holders
    if is_holders:
        view = page.view.and_outside(page.part, view)
    side = _read_side(side, view, readers, watch, few=is_holders)
    lines = [
        line for line in side.print_beside_zone() if contains(page.part, *centre_of(line.quad))
    ]
    inked = has_ink(view, np.array([line.quad for line in lines], np.float32).reshape(-1, 4, 2))
    inked_lines = set_as_values([*itertools.compress(lines, inked)], today)
    more = stated_in_print(zone, inked_lines, today) - page.zone_in_print.missed
    in_print = replace(page.zone_in_print, stated=page.zone_in_print.stated | more)
    titles = (*found(side.titles), *beside)
    return replace(side, zone_in_print=in_print, titles=titles or side.titles)


def _says_all(reading: MrzReading) -> bool:
    """Whether a proven zone of a passport is all that has to be read: kind, state and every field.

    Then of the visual zone only its page is read, until it has said the same.
    """
    zone = reading.zone
    return (
        reading.state is ReadingState.READ
        and zone is not None
        and zone.valid
        and zone.format == Format.TD3
        and not zone.problems
        and [vote.kind for vote, _ in votes_of_zone(reading) if vote.weight >= _SURE_CODE]
        == [Kind.PASSPORT]
    )


def _is_page(capture: Capture, pages: Sequence[PageLayout], zone: Points) -> bool:
    """Whether what the zone (4, 2) stands under looks like a passport's page, and no card is near.

    A zone can be laid over the foot of an identity card: what looks like one is read whole.
    """
    if len(pages) == 0 or pages[0].layout != "passport_page":
        return False
    if any(page.layout.startswith("card") and page.confidence >= _MAYBE_CARD for page in pages):
        return False
    return shows_page(capture, zone)


def _names_passport(page: PassportPage) -> bool:
    """Whether the page over a zone is titled a passport, and nothing else, and is the same holder's.

    A passport's zone can be laid over the foot of a card, or a card over the page: its title is
    looked for in all that was read.
    """
    whole = (title for title in find_titles(page.text) if title.score >= _WHOLE_TITLE)
    kinds = {title.kind for title in (*page.titles, *whole)}
    return kinds == {Kind.PASSPORT} and page.zone_in_print.is_holders


def _titles_beside(
    capture: Capture, parts: Sequence[Points], readers: Readers
) -> tuple[TitleMatch, ...]:
    """Titles of cards and books in the print beside a passport's page, however they lie."""
    return tuple(
        title
        for part in parts[:_MOST_BESIDE]
        for lines in read_headings(capture, part, readers.rapid)
        for title in find_titles(lines)
        if title.kind in HELD_BY_PERSONS
    )


def _direction_deg(seen: MrzReading | PageLayout) -> float:
    return quad_angle_deg(np.array(seen.quad, np.float32))


def _measure_proven(
    side: SideEvidence, reading: MrzReading, capture: Capture, watch: Stopwatch
) -> SideEvidence:
    """The side of a zone that says all: only light, sharpness and the place of the page are left."""
    axis = _direction_deg(reading)
    lines = np.array([grown(np.array(q, np.float32), 0.2, 0.25) for q in reading.lines], np.float32)
    view = TextView(capture, lines, axis, quarter_turns_deg(axis))
    outline = watch.run("locate", lambda: _outline(view))
    quality = watch.run("quality", lambda: _quality(view, reading, outline))
    side = replace(side, outline=outline, text_quality=quality)
    return watch.run("quality", lambda: _with_surface(side, view))


def _with_surface(side: SideEvidence, view: TextView) -> SideEvidence:
    """The side with what its surface tells, and with its portrait where the zone says where."""
    portrait = side.portrait
    if isinstance(side.mrz, MrzReading) and _says_all(side.mrz):
        portrait = locate_portrait(view.capture, np.array(side.mrz.quad, np.float32))
    print_ = [line.quad for line in side.text] if isinstance(side.text, tuple) else None
    surface = measure_surface(
        view.capture, side.mrz, side.outline, side.layouts, view.axis_deg, print_
    )
    return replace(side, portrait=portrait, surface=surface)


def glance(capture: Capture, readers: Readers, today: date, watch: Stopwatch) -> SideEvidence:
    """What a frame of a camera tells within its time: pages, the MRZ, and how clear both are."""
    watch.run("decode", lambda: capture.bgr(capture.reduction_for(_OUTLINE_SIDE_PX)))
    side = SideEvidence(watch.run("quality", lambda: _frame(capture)))
    try:
        pages = watch.run("locate", lambda: readers.layout.find(capture))
        zones = watch.run("read", lambda: readers.mrz.read(capture, today, is_hasty=True))
        lines = [grown(np.array(q, np.float32), 0.2, 0.25) for zone in zones for q in zone.lines]
        seen = (*zones, *pages)
        axis = _direction_deg(seen[0]) if seen else 0.0
        stack = np.array(lines, np.float32).reshape(-1, 4, 2)
        view = TextView(capture, stack, axis, quarter_turns_deg(axis))
        outline = outline_of(pages[0], view.rotation_deg) if pages else Absent()
        zone = zones[0] if zones else Absent()
        return replace(
            side,
            layouts=pages or Absent(),
            outline=outline,
            mrz=zone,
            more_zones=zones[1:],
            text_quality=watch.run("quality", lambda: _quality(view, zone, outline)),
        )
    except _UNFORESEEN as fault:
        return with_failed(side, fault)


def _frame(capture: Capture) -> Frame:
    bgr = capture.bgr(capture.reduction_for(_OUTLINE_SIDE_PX // 2))
    blue, green, red = cv2.split(bgr)
    spread = cv2.max(cv2.max(blue, green), red) - cv2.min(cv2.min(blue, green), red)
    chroma = float(cv2.mean(spread)[0])
    grey = cv2.cvtColor(bgr, cv2.COLOR_BGR2GRAY).astype(np.uint8, copy=False)
    return Frame(
        capture.format,
        capture.width_px,
        capture.height_px,
        round(chroma, 2),
        capture.software,
        fingerprint(grey),
        capture.text_layer,
    )


def _read_side(
    side: SideEvidence, view: TextView, readers: Readers, watch: Stopwatch, *, few: bool
) -> SideEvidence:
    mrz = Absent() if _is_short_print(side.mrz, view) else side.mrz
    outline = watch.run("locate", lambda: _outline(view))
    barcodes = watch.run(
        "read", lambda: read_barcodes(view.capture, is_likely=not _is_front(side.layouts))
    )
    text, titles, unread = watch.run("read", lambda: _text(view, readers, few=few))
    quality = watch.run("quality", lambda: _quality(view, mrz, outline))
    side = replace(
        side,
        mrz=mrz,
        outline=outline,
        text_quality=quality,
        unread_lines=unread,
        text=text or Absent(),
        barcodes=barcodes or Absent(),
        titles=titles or Absent(),
    )
    return watch.run("quality", lambda: _with_surface(side, view))


def _is_short_print(mrz: MrzReading | Absent | Unexamined | Failed, view: TextView) -> bool:
    """Whether what seemed an unreadable zone is a line of print: zones are as wide as their page."""
    if not isinstance(mrz, MrzReading) or mrz.zone is not None or len(view.lines) == 0:
        return False
    width = np.ptp(view.lines.reshape(-1, 2) @ axes_of(view.axis_deg)[0])
    return quad_size(np.array(mrz.quad, np.float32))[0] < _SHORT_ZONE * float(width)


def _is_front(pages: tuple[PageLayout, ...] | Absent | Unexamined | Failed) -> bool:
    """Whether only fronts of cards and data pages are there, for certain: they carry no bars."""
    return isinstance(pages, tuple) and all(
        page.layout in _FRONTS and page.confidence >= SURE_LAYOUT for page in pages
    )


def _outline(view: TextView) -> Outline | Absent:
    if len(view.lines) == 0:
        return Absent()
    reduction = view.capture.reduction_for(_OUTLINE_SIDE_PX)
    outline = locate_document(
        view.capture.grey(reduction),
        view.lines / np.float32(reduction),
        view.axis_deg,
        view.rotation_deg,
    )
    return scaled(outline, reduction)


def _text(
    view: TextView, readers: Readers, *, few: bool
) -> tuple[tuple[TextLine, ...], tuple[TitleMatch, ...], int]:
    """Lines of the visual zone, the titles among them, and how many more lines nobody can read.

    What can be a title comes first: with `few`, or where the title names an identity card and
    nothing else, no more is read than that and what was read already.
    """
    ordered = sorted(view.lines, key=lambda q: -quad_size(q)[1])
    highest = sorted(view.lines, key=lambda q: _depth(q, view.axis_deg))
    first = _unique([*ordered[: _TITLE_LINES // 2], *highest[: _TITLE_LINES // 2]])
    if not few:
        view = view.with_read(first, readers.rapid)
    if few or _names_identity_card(view.text_of(first)):
        chosen = _unique([*first, *(q for q in view.lines if q.tobytes() in view.read)])
    else:
        chosen = ordered[:_MAX_LINES]
    view = _read_twice(view, chosen, readers)
    lines = view.text_of(chosen)
    titles = find_titles(lines)
    if not any(title.decisive for title in titles):
        in_scripts = _read_in_scripts(view, first)
        if in_scripts is not view:
            lines = in_scripts.text_of(chosen)
            titles = find_titles(lines)
    lines = find_lost_numbers(view, lines, titles, readers.rapid)
    return lines, titles, len(chosen) - len(lines)


def _read_in_scripts(view: TextView, quads: Sequence[Points]) -> TextView:
    """The view with lines that the first reader sees and cannot spell read in another script.

    Only on a page that is clear otherwise: what is blurred is blurred in every script.
    """
    clear = [line for line in view.read.values() if line.likelihood >= _DOUBTFUL and line.text]
    blank = [q for q in quads if sum(c.isalnum() for c in view.read[q.tobytes()].text) < 2]
    if len(clear) < _CLEAR_LINES or not blank:
        return view
    blank = blank[:_MOST_BLANK]
    crops = [view.crop(quad) for quad in blank]
    for script in tesseract.installed():
        read = tesseract.read_script(crops, script)
        if max(line.likelihood for line in read) >= _RIGHT_SCRIPT:
            found = {q.tobytes(): line for q, line in zip(blank, read, strict=True)}
            return replace(view, read={**view.read, **found})
    return view


def _names_identity_card(lines: Sequence[TextLine]) -> bool:
    titles = [title for title in find_titles(lines) if title.decisive]
    return any(title.score >= _WHOLE_TITLE for title in titles) and all(
        title.kind is Kind.NATIONAL_ID for title in titles
    )


def _read_twice(view: TextView, chosen: Sequence[Points], readers: Readers) -> TextView:
    """The view with these lines read; the first of those that are doubtful are cut closer and read again."""
    view = view.with_read(chosen, readers.rapid)
    doubtful = [q for q in chosen if view.read[q.tobytes()].likelihood < _DOUBTFUL]
    closer = doubtful[:_LOOKED_AT_AGAIN]
    again = readers.rapid.recognise([view.crop(quad, margin=0.0) for quad in closer])
    better = {
        quad.tobytes(): line
        for quad, line in zip(closer, again, strict=True)
        if line.likelihood > view.read[quad.tobytes()].likelihood
    }
    return replace(view, read={**view.read, **better})


def _unique(quads: Iterable[Points]) -> list[Points]:
    return list({quad.tobytes(): quad for quad in quads}.values())


def _depth(quad: Points, axis_deg: float) -> float:
    return float((quad @ axes_of(axis_deg)[1]).mean())


def _quality(
    view: TextView, mrz: MrzReading | Absent | Unexamined | Failed, outline: Outline | Absent
) -> tuple[TextQuality, ...]:
    found: list[TextQuality] = []
    zone = np.array(mrz.quad, np.float32) if isinstance(mrz, MrzReading) else None
    if zone is not None:
        inside = [q for q in view.lines if contains(zone, *q.mean(axis=0))]
        measured = measure_lines(view, inside or [zone], "mrz")
        found += [measured] if measured else []
    outside = [q for q in view.lines if zone is None or not contains(zone, *q.mean(axis=0))]
    if outside:
        longest = sorted(outside, key=lambda q: -quad_size(q)[0])[:_MEASURED_LINES]
        measured = measure_lines(view, longest, "text")
        if measured:
            share, gap = hidden_between(view, measured.luminance)
            if gap is not None and share > measured.clipped_fraction:
                measured = replace(measured, clipped_fraction=share, quad=as_quad(gap))
            found.append(measured)
    size = np.array([view.capture.width_px, view.capture.height_px], np.float32)
    page = (
        np.array(outline.quad, np.float32)
        if isinstance(outline, Outline)
        else np.array(_WHOLE_PICTURE, np.float32) * size
    )
    found.append(measure_page(view, page))
    return tuple(found)

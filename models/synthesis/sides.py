"""Flat sides of documents of any design, drawn at random, by their layout: the layout network's food.

The sample generator's layouts are few; a network that saw only those would know designs, not layouts.
Here only what makes a layout is kept (where a portrait, a zone, text and codes stand), all else varies.
"""

import random
import string
from datetime import date
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from models.synthesis.texts import make_zone
from sample_docs.canvas import PX_PER_MM, Page
from sample_docs.fonts import TITLES, VISUAL
from sample_docs.layouts.card import make_card, make_french_1988, make_td2_card
from sample_docs.layouts.licence import make_aamva_card, make_numbered_licence
from sample_docs.layouts.passport import make_passport
from sample_docs.states import STATES

Grey = NDArray[np.uint8]
LAYOUTS: Final = ("none", "passport_page", "card_front", "card_back", "paper", "other_page")
"""In the order of the network's channels; `other_page` is a cover or an inner page of a book."""
_LONG_SIDE_PX: Final = 560
_CARD_MM: Final = ((85.6, 54.0), (85.6, 54.0), (85.6, 54.0), (105.0, 74.0))
_Y = tuple[float, float]


def make_side(layout: str, rng: random.Random) -> Grey:
    """(H, W) uint8, 560 pixels long: a side of one of LAYOUTS but `none`."""
    draw = {
        "passport_page": _passport_page,
        "card_front": _card_front,
        "card_back": _card_back,
        "paper": _paper,
        "other_page": _other_page,
    }[layout]
    page = _of_sample(layout, rng) if rng.random() < 0.3 else None
    grey = cv2.cvtColor((page or draw(rng)).bgr, cv2.COLOR_BGR2GRAY)
    scale = _LONG_SIDE_PX / max(grey.shape)
    small = cv2.resize(grey, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    return small.astype(np.uint8, copy=False)


def _of_sample(layout: str, rng: random.Random) -> Page | None:
    """One of the sample generator's own designs, where it has one."""
    state, ends = rng.choice(sorted(STATES)), date(2031, 5, 14)
    try:
        match layout:
            case "passport_page":
                return make_passport(state, rng, expires=ends).front.page
            case "card_front":
                made = rng.choice(
                    (
                        lambda: make_card("national_id", state, rng, code="ID", expires=ends),
                        lambda: make_numbered_licence(state, rng, ends),
                        lambda: make_td2_card(rng, ends),
                        lambda: make_french_1988(rng),
                        lambda: make_aamva_card(
                            "CA", "California", rng, ends, is_licence=rng.random() < 0.5
                        ),
                    )
                )()
                return made.front.page
            case "card_back":
                back = make_card("resident_permit", state, rng, code="IR", expires=ends).back
                return back.page if back else None
            case _:
                return None
    except (KeyError, ValueError):
        return None  # not every state has every layout


def _colour(rng: random.Random, low: int, high: int) -> tuple[int, int, int]:
    base = rng.uniform(low, high)
    red, green, blue = (int(min(255, max(0, base + rng.gauss(0, 18)))) for _ in range(3))
    return red, green, blue


def _sheet(width: float, height: float, rng: random.Random, low: int = 150) -> Page:
    page = Page(width, height, _colour(rng, low, 250))
    if rng.random() < 0.8:
        page.guilloche(rng, _colour(rng, 60, 200), rng.uniform(0.1, 0.6))
    if rng.random() < 0.5:  # a picture printed under all, as new books have
        noise = np.random.default_rng(rng.randrange(1 << 30))
        coarse = noise.normal(128, rng.uniform(10, 60), (rng.randint(3, 14), rng.randint(4, 20), 3))
        art = cv2.resize(np.clip(coarse, 0, 255), page.picture.size, interpolation=cv2.INTER_CUBIC)
        layer = Image.fromarray(np.clip(art, 0, 255).astype(np.uint8))
        page.picture = Image.blend(page.picture, layer, rng.uniform(0.1, 0.45))
    if rng.random() < 0.3:  # a map, arms or a pattern under the print
        draw = ImageDraw.Draw(page.picture)
        x, y = rng.uniform(0.2, 0.8) * width, rng.uniform(0.2, 0.8) * height
        reach = rng.uniform(0.1, 0.4) * height
        box = tuple(v * PX_PER_MM for v in (x - reach, y - reach, x + reach, y + reach))
        draw.ellipse(box, outline=_colour(rng, 100, 220), width=rng.randint(2, 40))
    return page


def _words(rng: random.Random, most: int) -> str:
    alphabet = rng.choice((string.ascii_uppercase, string.ascii_lowercase, string.digits + "./"))
    return " ".join(
        "".join(rng.choices(alphabet, k=rng.randint(2, 11))) for _ in range(rng.randint(1, most))
    )


def _rows(page: Page, x: float, y: _Y, rng: random.Random, size: float | None = None) -> None:
    """Labels and values, or plain rows, between two heights in mm."""
    face = rng.choice(VISUAL)
    size = size or rng.uniform(1.2, 2.3)
    step, at = size * rng.uniform(1.9, 3.4), y[0]
    has_labels = rng.random() < 0.6
    while at < y[1]:
        if has_labels:
            page.text(x, at, _words(rng, 2), size * 0.6, name=face, colour=_colour(rng, 60, 140))
        page.text(x, at + (size * 1.5 if has_labels else 0), _words(rng, 2), size, name=face)
        if rng.random() < 0.35:
            across = rng.uniform(0.45, 0.7) * (page.width_mm - x)
            page.text(x + across, at, _words(rng, 1), size, name=face)
        at += step + (size * 1.2 if has_labels else 0)


def _head(page: Page, rng: random.Random, size: float) -> None:
    if rng.random() < 0.4:
        page.band(0, rng.uniform(0.1, 0.18) * page.height_mm, _colour(rng, 20, 170))
    face, colour = rng.choice(TITLES), _colour(rng, 0, 120)
    for row in range(rng.randint(1, 3)):
        x = rng.uniform(0.03, 0.45) * page.width_mm
        page.text(x, size * (2.2 + 1.6 * row), _words(rng, 3), size, name=face, colour=colour)


def _zone(page: Page, lines: list[str], rng: random.Random) -> None:
    pitch = rng.uniform(5.2, 6.8) * page.width_mm / (125 if len(lines[0]) == 44 else 90)
    margin = rng.uniform(0.01, 0.06) * page.width_mm
    first = page.height_mm - rng.uniform(0.05, 0.1) * page.height_mm - pitch * (len(lines) - 1)
    if rng.random() < 0.5:
        top = first - 1.2 * pitch
        page.band(top, page.height_mm - top, _colour(rng, 190, 252))
    page.mrz(lines, margin, first, page.width_mm - 2 * margin, rng, pitch)


def _zone_of(count: int, length: int, rng: random.Random) -> list[str]:
    while True:
        lines = make_zone(rng)
        if len(lines) == count and len(lines[0]) == length:
            return lines


def _passport_page(rng: random.Random) -> Page:
    page = _sheet(125, 88, rng)
    _head(page, rng, rng.uniform(1.8, 3.4))
    width, height = rng.uniform(28, 40), rng.uniform(36, 50)
    is_left = rng.random() < 0.8
    x = rng.uniform(2, 10) if is_left else 125 - width - rng.uniform(2, 10)
    page.portrait(x, rng.uniform(10, 20), width, height, rng)
    start = x + width + rng.uniform(2, 8) if is_left else rng.uniform(3, 12)
    _rows(page, start, (14, 64), rng)
    if rng.random() < 0.35:
        page.portrait(rng.uniform(85, 105), rng.uniform(30, 45), 14, 18, rng)
    _zone(page, _zone_of(2, 44, rng), rng)
    return page


def _card_front(rng: random.Random) -> Page:
    width, height = rng.choice(_CARD_MM)
    page = _sheet(width, height, rng)
    scale = width / 85.6
    _head(page, rng, rng.uniform(1.4, 3.0))
    wide, high = rng.uniform(17, 28) * scale, rng.uniform(22, 34) * scale
    is_left = rng.random() < 0.7
    x = rng.uniform(1.5, 7) if is_left else width - wide - rng.uniform(1.5, 7)
    page.portrait(x, rng.uniform(8, 15) * scale, wide, high, rng)
    start = x + wide + rng.uniform(2, 6) if is_left else rng.uniform(2, 10)
    low = 0.72 if rng.random() < 0.5 else 0.92
    _rows(page, start, (13 * scale, height * low), rng, rng.uniform(1.1, 2.2) * scale)
    draw = ImageDraw.Draw(page.picture)
    if rng.random() < 0.3:  # a chip
        cx, cy = rng.uniform(0.3, 0.8) * width, rng.uniform(0.3, 0.6) * height
        box = tuple(v * PX_PER_MM for v in (cx, cy, cx + 12, cy + 10))
        draw.rounded_rectangle(box, 20, fill=_colour(rng, 150, 220), outline=(90, 80, 40), width=4)
    if rng.random() < 0.3:
        page.portrait(width - 16 * scale, height * 0.5, 11 * scale, 15 * scale, rng)
    if rng.random() < 0.3 and width > 100:
        _zone(page, _zone_of(2, 36, rng), rng)
    return page


def _card_back(rng: random.Random) -> Page:
    width, height = rng.choice(_CARD_MM)
    page = _sheet(width, height, rng)
    scale = width / 85.6
    if rng.random() < 0.3:
        page.band(rng.uniform(2, 6), rng.uniform(8, 13), _colour(rng, 10, 60))
    low = 0.95
    chance = rng.random()
    if chance < 0.55:
        _zone(page, _zone_of(3, 30, rng), rng)
        low = 0.5
    elif chance < 0.85:
        noise = np.random.default_rng(rng.randrange(1 << 30))
        bars = (noise.random((rng.randint(8, 30), rng.randint(60, 110))) < 0.5) * 255
        y = rng.choice((0.08, 0.55)) * height
        page.paste(bars.astype(np.uint8), 5, y, width - 10, rng.uniform(8, 16) * scale)
    _rows(page, rng.uniform(2, 12), (6 * scale, height * low), rng, rng.uniform(0.9, 1.8) * scale)
    if rng.random() < 0.5:
        _rows(page, rng.uniform(0.45, 0.6) * width, (6 * scale, height * low), rng, scale * 1.2)
    return page


def _paper(rng: random.Random) -> Page:
    width, height = rng.choice(((210.0, 297.0), (210.0, 297.0), (297.0, 210.0), (80.0, 180.0)))
    page = Page(width, height, _colour(rng, 205, 252))
    if rng.random() < 0.6:
        _head(page, rng, rng.uniform(3, 8))
    y = rng.uniform(0.08, 0.25) * height
    while y < height * rng.uniform(0.6, 0.97):
        size = rng.uniform(1.8, 3.2)
        block = y + rng.uniform(10, 70)
        x = rng.uniform(0.05, 0.3) * width
        face = rng.choice(VISUAL)
        while y < min(block, height - 5):
            page.text(x, y, _words(rng, 9)[: int((width - x) / size * 1.1)], size, name=face)
            y += size * rng.uniform(1.7, 2.4)
        y += rng.uniform(4, 20)
    if rng.random() < 0.3:
        draw = ImageDraw.Draw(page.picture)
        cx, cy, r = rng.uniform(30, width - 30), rng.uniform(0.6, 0.9) * height, rng.uniform(8, 22)
        box = tuple(v * PX_PER_MM for v in (cx - r, cy - r, cx + r, cy + r))
        draw.ellipse(box, outline=_colour(rng, 60, 160), width=rng.randint(4, 30))
    return page


def _other_page(rng: random.Random) -> Page:
    """A cover, or an inner page with its pattern, a number and perhaps stamps."""
    if rng.random() < 0.5:
        page = Page(88, 125, _colour(rng, 10, 110))
        ink, face = _colour(rng, 140, 230), rng.choice(TITLES)
        draw = ImageDraw.Draw(page.picture)
        for r in (rng.uniform(12, 22), rng.uniform(4, 11)):
            box = tuple(v * PX_PER_MM for v in (44 - r, 62 - r, 44 + r, 62 + r))
            draw.ellipse(box, outline=ink, width=rng.randint(8, 50))
        for y in (18, 26, 100, 112):
            if rng.random() < 0.7:
                page.text(
                    44, y, _words(rng, 2), rng.uniform(3, 6), name=face, colour=ink, anchor="ms"
                )
        return page
    page = _sheet(88, 125, rng, low=190)
    if rng.random() < 0.5:
        page.text(40, 120, str(rng.randint(3, 48)), 3, name=rng.choice(VISUAL))
    for _ in range(rng.randint(0, 4)):
        draw = ImageDraw.Draw(page.picture)
        x, y = rng.uniform(5, 60), rng.uniform(10, 100)
        box = tuple(v * PX_PER_MM for v in (x, y, x + rng.uniform(15, 30), y + rng.uniform(10, 25)))
        colour = _colour(rng, 40, 160)
        shape = draw.ellipse if rng.random() < 0.4 else draw.rectangle
        shape(box, outline=colour, width=rng.randint(4, 12))
        page.text(x + 3, y + 8, _words(rng, 1), 2.4, name=rng.choice(VISUAL), colour=colour)
    return page

"""Things that are no document."""

import random

import numpy as np
from PIL import Image, ImageDraw

from sample_docs.canvas import Page
from sample_docs.fonts import TITLES, VISUAL
from sample_docs.layouts.side import FlatDocument, FlatSide


def make_no_document(what: str, rng: random.Random) -> FlatDocument:
    """A receipt, a letter, a bank card, a landscape, a person: things people send by mistake."""
    if what == "landscape":
        page = _landscape(rng)
    elif what == "person":
        page = Page(90, 120, (200, 210, 220))
        page.portrait(0, 0, 90, 120, rng)
    elif what == "bank_card":
        page = Page(85.6, 54, (40, 60, 90))
        page.guilloche(rng, (140, 160, 200))
        page.text(6, 32, "0000 1111 2222 3333", 3.6, name=VISUAL[4], colour=(235, 235, 235))
        page.text(6, 45, "THE EXAMPLE BANK", 2.2, name=TITLES[0], colour=(235, 235, 235))
    else:
        page = _sheet(what, rng)
    return FlatDocument("none", "", None, FlatSide(page))


def _sheet(what: str, rng: random.Random) -> Page:
    page = Page(80 if what == "receipt" else 148, 150, (250, 250, 246))
    lines = {
        "receipt": [
            "CORNER SHOP",
            "Bread      2.40",
            "Milk       1.15",
            "Apples     3.05",
            "Coffee     6.90",
            "TOTAL     13.50",
            "CARD PAYMENT",
            "THANK YOU",
        ],
        "letter": [
            "Dear neighbour,",
            "the garden party starts at four on",
            "Saturday. Please bring a chair",
            "and something to share.",
            "The music ends at ten.",
            "Best wishes,",
            "The committee",
        ],
    }[what]
    for n, text in enumerate(lines):
        page.text(8, 20 + 12 * n, text, 3.2, name=VISUAL[4 if what == "receipt" else 2])
    return page


def _landscape(rng: random.Random) -> Page:
    page = Page(120, 90, (150, 190, 230))
    width, height = page.picture.size
    draw = ImageDraw.Draw(page.picture)
    for layer in range(4):
        points = [(0, height)]
        y = height * (0.35 + 0.15 * layer)
        for x in range(0, width + 40, 40):
            y += rng.uniform(-22, 22)
            points.append((x, y))
        points.append((width, height))
        shade = 150 - 30 * layer
        draw.polygon(points, fill=(shade // 2, shade, shade // 2 + 10))
    noise = np.random.default_rng(rng.randrange(1 << 30)).integers(
        -14, 15, (height, width, 3), np.int16
    )
    pixels = np.clip(np.asarray(page.picture, np.int16) + noise, 0, 255).astype(np.uint8)
    page.picture = Image.fromarray(pixels)
    return page

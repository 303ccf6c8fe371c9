"""Pages of a passport that are not the data page: the cover, an inside page."""

import random

from PIL import ImageDraw

from sample_docs.canvas import PX_PER_MM, Page
from sample_docs.fonts import TITLES
from sample_docs.layouts.side import FlatDocument, FlatSide
from sample_docs.states import STATES

_GOLD = (212, 182, 110)
_HEADINGS = (
    "VISAS",
    "VISAS / VISAS",
    "OBSERVATIONS",
    "OFFICIAL OBSERVATIONS",
    "AMENDMENTS AND ENDORSEMENTS",
)


def make_cover(state_code: str, rng: random.Random) -> FlatDocument:
    """The outside of a passport: a state, an emblem, a title, gold on dark."""
    state = STATES[state_code]
    page = Page(88, 125, rng.choice([(28, 34, 70), (90, 24, 34), (24, 62, 48)]))
    face = rng.choice(TITLES)
    page.text(44, 24, state.name, 3.4, name=face, colour=_GOLD, anchor="ms")
    draw = ImageDraw.Draw(page.picture)
    for radius in (15, 12, 8):
        box = [(v * PX_PER_MM) for v in (44 - radius, 60 - radius, 44 + radius, 60 + radius)]
        draw.ellipse(box, outline=_GOLD, width=6)
    page.text(44, 98, "PASSPORT", 5, name=face, colour=_GOLD, anchor="ms")
    return FlatDocument("passport", state.code, state.alpha2, FlatSide(page))


def make_inside_page(state_code: str, rng: random.Random) -> FlatDocument:
    """An empty page for visas or observations, with its number."""
    state = STATES[state_code]
    page = Page(88, 125, state.paper)
    page.guilloche(rng, state.ink)
    heading = rng.choice(_HEADINGS)
    page.text(44, 14, heading, 2.6, name=rng.choice(TITLES), colour=state.band, anchor="ms")
    page.text(44, 118, str(rng.randint(6, 31)), 2.4, name=TITLES[0], anchor="ms")
    return FlatDocument("passport", state.code, state.alpha2, FlatSide(page))

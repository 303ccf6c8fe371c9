"""Pictures of whole documents with and without an MRZ, and where its lines are: the locator's food."""

import random
import string
from dataclasses import dataclass
from datetime import date
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from models.synthesis.camera import background, disc, lit, shake
from models.synthesis.lines import CAP_PX, draw_strip
from models.synthesis.texts import make_line, make_zone
from sample_docs.fonts import font
from sample_docs.layouts.card import make_card, make_french_1988, make_td2_card
from sample_docs.layouts.certificates import make_certificate
from sample_docs.layouts.licence import make_aamva_card, make_numbered_licence
from sample_docs.layouts.paper import make_no_document
from sample_docs.layouts.passport import make_passport, make_visa
from sample_docs.layouts.side import FlatDocument
from sample_docs.states import STATES

Grey = NDArray[np.uint8]
SIDE_PX: Final = 384
STRIDE: Final = 2
CORE: Final = 0.5
"""Height of the marked core of a line, by its capitals' height."""
_FLAT_WIDTH_PX: Final = 1000
_TEXT_FONTS: Final = (
    "LiberationSans-Regular.ttf",
    "DejaVuSans.ttf",
    "DejaVuSans-Bold.ttf",
    "LiberationSerif-Regular.ttf",
    "FreeSerif.ttf",
    "LiberationMono-Regular.ttf",
    "LiberationSans-Bold.ttf",
)


@dataclass(frozen=True, slots=True)
class Flat:
    """A flat grey side and its MRZ lines.

    `lines` (N, 4, 2) float32: quads of the capitals, clockwise from the top left.
    """

    grey: Grey
    lines: NDArray[np.float32]


def _of_document(document: FlatDocument) -> list[Flat]:
    flats = []
    for side in (document.front, document.back):
        if side is None:
            continue
        grey = cv2.cvtColor(side.page.bgr, cv2.COLOR_BGR2GRAY)
        scale = _FLAT_WIDTH_PX / max(grey.shape)
        small = cv2.resize(grey, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
        quads: list[list[tuple[float, float]]] = []
        if side.page.mrz_quad and side.mrz_lines:
            (left, top), (right, _), (_, bottom), _ = side.page.mrz_quad
            step = (right - left) / len(side.mrz_lines[0])
            first = top + 1.3 * step
            rows = len(side.mrz_lines)
            pitch = (bottom - 0.3 * step - first) / max(rows - 1, 1)
            for row in range(rows):
                base = first + row * pitch
                quads.append(
                    [(left, base - step), (right, base - step), (right, base), (left, base)]
                )
        lines = np.array(quads, np.float32).reshape(-1, 4, 2) * scale
        flats.append(Flat(small, lines.astype(np.float32)))
    return flats


def flats_of_layouts(rng: random.Random, count: int) -> list[Flat]:
    """Sides drawn by the sample generator's layouts."""
    states, ends = sorted(STATES), date(2031, 5, 14)
    flats: list[Flat] = []
    while len(flats) < count:
        state = rng.choice(states)
        try:
            match rng.randrange(10):
                case 0 | 1 | 2 | 3:
                    made = make_passport(state, rng, expires=ends)
                case 4 | 5:
                    made = make_card("national_id", state, rng, code="ID", expires=ends)
                case 6:
                    made = make_td2_card(rng, ends) if rng.random() < 0.5 else make_french_1988(rng)
                case 7:
                    made = make_visa(state, rng, expires=ends, wide=rng.random() < 0.5)
                case 8:
                    made = make_numbered_licence(state, rng, ends)
                case _:
                    what = rng.choice(("receipt", "letter", "bank_card", "landscape", "person"))
                    made = (
                        make_certificate("GBR", rng)
                        if rng.random() < 0.3
                        else make_aamva_card("CA", "California", rng, ends, is_licence=True)
                        if rng.random() < 0.3
                        else make_no_document(what, rng)
                    )
        except (KeyError, ValueError):
            continue  # not every state has every layout
        flats += _of_document(made)
    return flats


def wild_flat(rng: random.Random) -> Flat:
    """Any page: clutter of text, rules and pictures, and perhaps a zone of any ink and pitch."""
    noise = np.random.default_rng(rng.randrange(1 << 62))
    width, height = 1000, rng.choice((420, 560, 630, 700, 1300))
    page = background(height, width, rng, noise)
    layer = Image.new("L", (width, height), 0)
    draw = ImageDraw.Draw(layer)
    y = rng.uniform(0, 40)
    while y < height:
        size = rng.randint(12, 44)
        if rng.random() < 0.75:
            alphabet = rng.choice(
                (
                    string.ascii_letters + "     ",
                    string.ascii_uppercase + "   ",
                    string.digits + "/. -",
                    ALL,
                )
            )
            for _ in range(rng.randint(1, 3)):
                text = "".join(rng.choices(alphabet, k=rng.randint(3, 60)))
                draw.text(
                    (rng.uniform(0, width * 0.8), y),
                    text,
                    fill=rng.randint(120, 255),
                    font=font(rng.choice(_TEXT_FONTS), size),
                )
        if rng.random() < 0.12:
            draw.line((0, y, width, y + rng.uniform(-5, 5)), fill=200, width=rng.randint(1, 5))
        if rng.random() < 0.1:
            bars = np.repeat((noise.random(60) < 0.5).astype(np.uint8) * 255, 4)
            strip = Image.fromarray(np.tile(bars, (rng.randint(20, 80), 1)))
            layer.paste(strip, (rng.randint(0, width - 240), int(y)))
        y += size * rng.uniform(1.1, 2.6)
    ink = np.array(layer, np.float32) / 255
    if rng.random() < 0.4:
        x0, y0 = rng.randint(0, width // 2), rng.randint(0, height // 2)
        patch = noise.normal(128, 40, (12, 9)).astype(np.float32)
        page[y0 : y0 + 260, x0 : x0 + 200] = cv2.resize(patch, (200, 260))[
            : height - y0, : width - x0
        ]
    quads: list[NDArray[np.float32]] = []
    if rng.random() < 0.8:
        quads = _write_zone(page, ink, rng, noise)
    dark = rng.uniform(0.35, 1.0)
    picture = page * (1 - ink * dark) + ink * dark * rng.uniform(0, 60)
    if rng.random() < 0.03:
        picture = 255 - picture
    lines = np.array(quads, np.float32).reshape(-1, 4, 2)
    return Flat(np.clip(picture, 0, 255).astype(np.uint8), lines)


ALL: Final = string.ascii_letters + string.digits + " .,:-/()"


def _write_zone(
    page: NDArray[np.float32],
    ink: NDArray[np.float32],
    rng: random.Random,
    noise: np.random.Generator,
) -> list[NDArray[np.float32]]:
    height, width = page.shape
    texts = make_zone(rng) if rng.random() < 0.87 else [make_line(rng)]
    strips = [draw_strip(texts[0], rng, noise)]
    state = rng.getstate()
    strips += [draw_strip(text, rng, noise) for text in texts[1:]]
    rng.setstate(state)
    natural = max(strip.ink.shape[1] for strip in strips)
    fill = rng.uniform(0.86, 0.99) if rng.random() < 0.8 else rng.uniform(0.5, 0.85)
    scale = width * fill / natural
    spacing = rng.uniform(1.9, 2.9) * CAP_PX * scale
    tall = spacing * (len(texts) - 1) + 60 * scale
    if tall > height * 0.6:
        return []
    x = rng.uniform(0, max(1.0, width - natural * scale))
    y = (
        height - tall - rng.uniform(4, 60)
        if rng.random() < 0.85
        else rng.uniform(60, height - tall)
    )
    if rng.random() < 0.75:  # paper under the zone without other print
        ink[max(0, int(y) - 30) : int(y + tall) + 30] = 0
    quads: list[NDArray[np.float32]] = []
    for strip in strips:
        matrix = np.array([[scale, 0, x], [0, scale, y - strip.top * scale]], np.float32)
        soft = cv2.GaussianBlur(strip.ink, (0, 0), 0.4 / scale) if scale < 0.8 else strip.ink
        laid = cv2.warpAffine(soft, matrix, (width, height), flags=cv2.INTER_LINEAR)
        np.maximum(ink, laid, out=ink)
        left, right = strip.left * scale + x, strip.right * scale + x
        top, bottom = y, y + (strip.bottom - strip.top) * scale
        quads.append(
            np.array([[left, top], [right, top], [right, bottom], [left, bottom]], np.float32)
        )
        y += spacing
    return quads


def make_window(flats: list[Flat], rng: random.Random) -> tuple[Grey, NDArray[np.float32]]:
    """A window (384, 384) uint8 of a photograph, and its target (5, 192, 192) float32.

    Channels: core of a line (0 or 1), weight of the pixel in the loss, cosine and sine of the
    reading direction, logarithm of the capitals' height in pixels of the window (where core is 1).
    """
    noise = np.random.default_rng(rng.randrange(1 << 62))
    picture = np.full((SIDE_PX, SIDE_PX), rng.uniform(20, 235), np.float32)
    if rng.random() < 0.6:
        picture = background(SIDE_PX, SIDE_PX, rng, noise)
    placed: list[NDArray[np.float32]] = []
    chosen = [wild_flat(rng) if rng.random() < 0.5 else rng.choice(flats)]
    if rng.random() < 0.12:
        chosen.append(rng.choice(flats))
    for n, flat in enumerate(chosen):
        height, width = flat.grey.shape
        matrix = _pose(width, height, rng, is_aside=n > 0)
        inside = cv2.warpPerspective(
            np.full_like(flat.grey, 255), matrix, (SIDE_PX, SIDE_PX), flags=cv2.INTER_AREA
        )
        shrink = 1 / max(1e-3, float(np.sqrt(abs(np.linalg.det(matrix[:2, :2])))))
        soft = cv2.GaussianBlur(flat.grey, (0, 0), 0.4 * shrink) if shrink > 1.3 else flat.grey
        seen = cv2.warpPerspective(soft, matrix, (SIDE_PX, SIDE_PX), flags=cv2.INTER_LINEAR)
        alpha = (inside > 127).astype(np.float32)
        picture = picture * (1 - alpha) + seen * alpha
        if n:
            centre = [q.mean(axis=0) for q in placed]
            placed = [
                q for q, (x, y) in zip(placed, centre, strict=True) if not _covers(inside, x, y)
            ]
        for quad in flat.lines:
            placed.append(cv2.perspectiveTransform(quad[None], matrix)[0].astype(np.float32))
    heights = [_height(q) for q in placed]
    cap = min(heights, default=10.0)
    picture = lit(picture, rng)
    hard = rng.random()
    if rng.random() < 0.4:
        sigma = hard * rng.uniform(0.1, 0.16) * max(cap, 5)
        picture = (
            cv2.GaussianBlur(picture, (0, 0), max(0.3, sigma))
            if rng.random() < 0.6
            else cv2.filter2D(picture, -1, disc(sigma * 1.6))
        )
    if rng.random() < 0.15:
        picture = cv2.filter2D(picture, -1, shake(hard * 0.5 * max(cap, 5), rng))
    if rng.random() < 0.6:
        picture = picture + noise.normal(0, hard * rng.uniform(1, 16), picture.shape)
    grey = np.clip(picture, 0, 255).astype(np.uint8)
    if rng.random() < 0.4:
        _, coded = cv2.imencode(".jpg", grey, [cv2.IMWRITE_JPEG_QUALITY, rng.randint(25, 95)])
        grey = cv2.imdecode(coded, cv2.IMREAD_GRAYSCALE)
    return grey.astype(np.uint8), _target(placed)


def _covers(inside: Grey, x: float, y: float) -> bool:
    column, row = round(x), round(y)
    return 0 <= row < SIDE_PX and 0 <= column < SIDE_PX and inside[row, column] > 127


def _height(quad: NDArray[np.float32]) -> float:
    return float(np.linalg.norm(quad[3] - quad[0]) + np.linalg.norm(quad[2] - quad[1])) / 2


def _pose(width: int, height: int, rng: random.Random, *, is_aside: bool) -> NDArray[np.float64]:
    """Any turn, some perspective; the window shows all or a part of what 640 pixels would."""
    # Width of the document in pixels of a window that is a part of a picture 640 pixels long.
    across = float(np.exp(rng.uniform(np.log(170), np.log(640))))
    scale = across / width
    kind = rng.random()
    turn = rng.choice((0, 90, 180, 270)) + rng.gauss(0, 7) if kind < 0.75 else rng.uniform(0, 360)
    if kind < 0.25:
        turn = rng.gauss(0, 2)
    corners = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32)
    centred = (corners - [width / 2, height / 2]) * scale
    radians = np.radians(turn)
    rotation = np.array([[np.cos(radians), -np.sin(radians)], [np.sin(radians), np.cos(radians)]])
    laid = centred @ rotation.T
    lean = np.array([rng.gauss(0, 0.1), rng.gauss(0, 0.1)])
    laid = laid / (1 + laid @ lean / across)[:, None]
    # Somewhere the zone (below the middle) is likelier in the window than out of it.
    zone = np.array([0, height * 0.32 * scale]) @ rotation.T * rng.uniform(0, 1)
    spread = SIDE_PX * (0.5 if is_aside else 0.22)
    centre = (
        np.array([SIDE_PX / 2 + rng.gauss(0, spread), SIDE_PX / 2 + rng.gauss(0, spread)]) - zone
    )
    return cv2.getPerspectiveTransform(corners, (laid + centre).astype(np.float32))


def _target(quads: list[NDArray[np.float32]]) -> NDArray[np.float32]:
    size = SIDE_PX // STRIDE
    target = np.zeros((5, size, size), np.float32)
    target[1] = 1.0
    for quad in quads:
        cap = _height(quad)
        if cap < 2.5:
            _fill(target[1], quad, 1.6, 0.0)  # too small for anybody: neither right nor wrong
            continue
        along = quad[1] - quad[0] + quad[2] - quad[3]
        along = along / max(float(np.linalg.norm(along)), 1e-6)
        _fill(target[1], quad, 1.1, 0.25)  # its rim may go either way
        for channel, value in ((0, 1.0), (1, 1.0), (2, along[0]), (3, along[1]), (4, np.log(cap))):
            _fill(target[channel], quad, CORE, float(value))
    return target


def _fill(
    plane: NDArray[np.float32], quad: NDArray[np.float32], share: float, value: float
) -> None:
    """Fills the quad, its height scaled by `share` about its middle line, at least a pixel."""
    middle = (quad + quad[[3, 2, 1, 0]]) / 2
    least = max(share, 2.2 * STRIDE / 2 / max(_height(quad), 1e-3))
    thin = (middle + (quad - middle) * least) / STRIDE
    cv2.fillConvexPoly(plane, np.round(thin * 16).astype(np.int32), value, cv2.LINE_8, 4)

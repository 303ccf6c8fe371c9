"""Pictures of single MRZ lines, as cut from photographs, good and bad: the recogniser's food."""

import functools
import random
import string
from dataclasses import dataclass, replace
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from models.synthesis.camera import background, disc, lit, shake
from models.synthesis.texts import ALPHABET, HIDDEN, make_line
from sample_docs.fonts import font

Grey = NDArray[np.uint8]
HEIGHT_PX: Final = 32
_OCR_B: Final = ("OCRB.otf", "OCRBS.otf")
_OTHER: Final = (
    "DejaVuSansMono.ttf",
    "LiberationMono-Regular.ttf",
    "LiberationMono-Bold.ttf",
    "FreeMonoBold.ttf",
    "FreeMono.ttf",
    "DejaVuSansMono-Bold.ttf",
    "LiberationSans-Regular.ttf",
    "LiberationSans-Bold.ttf",
    "DejaVuSans.ttf",
    "Hack-Regular.ttf",
    "NotoSansMono-Regular.ttf",
    "NotoSansMono-Bold.ttf",
    "Courier Prime Code.otf",
    "Courier Prime Bold.otf",
)
"""What forgers, printers of specimens and some small offices use instead of OCR-B."""


@functools.cache
def _glyph(name: str, character: str) -> NDArray[np.float32]:
    """(80, 56) float32 ink of one character, baseline at row 60, centred; 0 to 1."""
    picture = Image.new("L", (56, 80), 0)
    size = 53 if name in _OCR_B else 56
    ImageDraw.Draw(picture).text((28, 60), character, fill=255, font=font(name, size), anchor="ms")
    return np.asarray(picture, np.float32) / 255


CAP_PX: Final = 38.5
"""Height of a capital in `_glyph`, pixels."""
_MARGIN_PX: Final = 12
"""Rows of a sheet above and below its strip."""
_ASIDE_PX: Final = 230
"""Columns of a sheet to the left and right of its strip."""


@dataclass(frozen=True, slots=True)
class Strip:
    """Ink of one line, 0 to 1: `ink` (H, W) float32; where its capitals begin and end."""

    ink: NDArray[np.float32]
    top: float
    bottom: float
    left: float
    right: float
    font: str
    centres: NDArray[np.float32]
    """(N,) columns of the characters' middles"""
    stretch: float
    """columns of `ink` a column of a glyph"""


def draw_strip(
    text: str, rng: random.Random, noise: np.random.Generator, *, others: float = 0.09
) -> Strip:
    """The line set in one of many renderings of OCR-B: pitch, weight, slant, broken print."""
    name = rng.choice(_OTHER) if rng.random() < others else rng.choice((_OCR_B[0], *_OCR_B))
    stretch = min(max(rng.gauss(1, 0.06), 0.85), 1.18)
    pitch = CAP_PX / stretch * rng.choice((rng.gauss(1.03, 0.03), rng.uniform(0.82, 1.25)))
    wobble = rng.choice((0.0, 0.3, 1.0))
    width = round(pitch * len(text) + 2 * pitch)
    ink = np.zeros((112, width + 64), np.float32)
    centres = np.zeros(len(text), np.float32)
    for n, character in enumerate(text):
        glyph = _glyph(name, character)
        x = 4 + round(pitch * (n + 1.5) + rng.gauss(0, wobble)) - 28 + 16
        y = 16 + round(rng.gauss(0, wobble * 0.6))
        centres[n] = (x + 28) * stretch
        if x < 0 or x + 56 > ink.shape[1]:
            continue
        region = ink[y : y + 80, x : x + 56]
        np.maximum(region, glyph, out=region)
    weight = rng.random()
    if weight < 0.2:
        ink = cv2.erode(ink, np.ones((2, 2), np.float32))
    elif weight < 0.55:
        size = rng.choice((2, 3, 3, 4, 5))
        ink = cv2.dilate(ink, cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (size, size)))
    if rng.random() < 0.15:  # dots of a needle or ink-jet printer, or ink that did not take
        speckle = noise.random((ink.shape[0] // 2 + 1, ink.shape[1] // 2 + 1)).astype(np.float32)
        speckle = cv2.resize(
            cv2.GaussianBlur(speckle, (0, 0), rng.uniform(0.6, 2.5)), ink.shape[::-1]
        )
        ink = ink * (speckle > np.quantile(speckle, rng.uniform(0.02, 0.25)))
    if rng.random() < 0.1:
        period = rng.randint(3, 6)
        ink[::period] *= rng.uniform(0.2, 0.8)
    ink = cv2.resize(ink, None, fx=stretch, fy=1, interpolation=cv2.INTER_LINEAR)
    left, pitch = (4 + 16 + pitch) * stretch, pitch * stretch
    return Strip(
        ink.astype(np.float32, copy=False),
        76 - CAP_PX,
        76.0,
        left,
        left + pitch * len(text),
        name,
        centres,
        stretch,
    )


def make_sample(
    rng: random.Random, *, hardness: float = 1.0, covered: float = 0.16
) -> tuple[Grey, str]:
    """A line's picture (32, W) uint8, W about 14.5 a character, and its text.

    About one in 25 shows no MRZ, and its text is empty. On a share of `covered` something lies, and
    the characters that nobody can tell any more are HIDDEN in the text.
    """
    noise = np.random.default_rng(rng.randrange(1 << 62))
    is_none = rng.random() < 0.04
    text = "" if is_none else make_line(rng)
    strip = draw_strip(text or make_line(rng), rng, noise)
    ink = np.zeros_like(strip.ink) if is_none else strip.ink
    height, width = 112 + 2 * _MARGIN_PX, ink.shape[1] + 2 * _ASIDE_PX
    sheet = np.zeros((height, width), np.float32)
    sheet[_MARGIN_PX : _MARGIN_PX + 112, _ASIDE_PX:-_ASIDE_PX] = ink
    spacing = CAP_PX * rng.uniform(1.75, 2.9)
    for side in (-1, 1):  # neighbouring lines
        if rng.random() < 0.62:
            if rng.random() < 0.75:
                other = draw_strip(make_line(rng), rng, noise).ink
            else:
                other = _plain_text(width, rng)
            y = round(_MARGIN_PX + side * spacing + rng.gauss(0, 2))
            x = _ASIDE_PX if rng.random() < 0.9 else 0
            shown = min(other.shape[1], width - x)
            low, high = max(y, 0), min(y + 112, height)
            if low < high:
                region = sheet[low:high, x : x + shown]
                np.maximum(region, other[low - y : high - y, :shown], out=region)
    if is_none and rng.random() < 0.7:
        plain = _plain_text(width, rng)
        sheet[_MARGIN_PX : _MARGIN_PX + 112] = plain[:, :width]
    if rng.random() < 0.08:  # a rule or a fold along the line
        y = round(height / 2 + rng.choice((-1, 1)) * rng.uniform(30, 60))
        cv2.line(
            sheet, (0, y), (width, y + rng.randint(-8, 8)), rng.uniform(0.3, 1), rng.randint(1, 5)
        )
    paper = background(height, width, rng, noise)
    dark = rng.uniform(0.25, 1.0) if rng.random() < 0.5 else rng.uniform(0.75, 1.0)
    if rng.random() < 0.03:
        picture = paper * 0.3 + sheet * rng.uniform(80, 150)  # light print on dark ground
    else:
        picture = paper * (1 - sheet * dark) + sheet * dark * rng.uniform(0, 70)
    left, right = strip.left + _ASIDE_PX, strip.right + _ASIDE_PX
    if text and rng.random() < covered:
        text = _cover(picture, strip, text, rng, noise)
    strip = replace(strip, left=left, right=right)
    for x, outwards in ((left, -1), (right, 1)):
        if rng.random() < 0.3:
            _edge(picture, x + outwards * rng.uniform(0.25, 5) * CAP_PX, outwards, rng, noise)
    return _photographed(picture, strip, rng, noise, hardness), text


_TELLING: Final = 0.3
"""Share of what tells two characters apart that must be seen, for them to be told apart."""
_STILL_ALIKE: Final = 0.15
"""What paper over a character leaves looks like another one, if it differs by less of the ink."""


@functools.cache
def _glyphs(name: str) -> NDArray[np.float32]:
    """(37, 80, 56) float32: ink of the whole alphabet in one font."""
    return np.stack([_glyph(name, character) for character in ALPHABET])


def _cover(
    picture: NDArray[np.float32],
    strip: Strip,
    text: str,
    rng: random.Random,
    noise: np.random.Generator,
) -> str:
    """A finger, a sticker, a glare spot, a blot or a stroke on the line, drawn into `picture`.

    Returns the text, with HIDDEN for what can no longer be told from another character.
    """
    shape = picture.shape
    mask = np.zeros(shape, np.float32)
    middle = rng.uniform(strip.left, strip.right) + _ASIDE_PX
    line = _MARGIN_PX + (strip.top + strip.bottom) / 2
    pitch = (strip.right - strip.left) / len(text)
    y = line + rng.gauss(0, 0.5) * CAP_PX
    half_wide, half_high = pitch * rng.uniform(0.25, 2.0), CAP_PX * rng.uniform(0.25, 1.6)
    match rng.choice(("ellipse", "ellipse", "box", "box", "stroke", "edge")):
        case "ellipse":
            size = (round(half_wide), round(half_high))
            cv2.ellipse(mask, (round(middle), round(y)), size, rng.gauss(0, 25), 0, 360, 1.0, -1)
        case "box":
            box = ((middle, y), (2 * half_wide, 2 * half_high), rng.gauss(0, 12))
            cv2.fillConvexPoly(mask, np.round(cv2.boxPoints(box)).astype(np.int32), 1.0)
        case "stroke":
            reach, lean = rng.uniform(0.6, 2.5) * CAP_PX, rng.gauss(0, 1.2) * CAP_PX
            ends = [(round(middle + k * lean), round(y + k * reach)) for k in (-1, 1)]
            cv2.line(mask, ends[0], ends[1], 1.0, round(CAP_PX * rng.uniform(0.12, 0.6)))
        case _:  # from above or from below, over part of the height
            half_wide *= 2
            top = line + rng.choice((-1, 1)) * rng.uniform(0, 0.5) * CAP_PX
            bottom = shape[0] if top > line else 0
            corners = [(middle - half_wide, top), (middle + half_wide, top + rng.gauss(0, 4))]
            corners += [(middle + half_wide, bottom), (middle - half_wide, bottom)]
            cv2.fillConvexPoly(mask, np.round(corners).astype(np.int32), 1.0)
    if rng.random() < 0.7:
        mask = cv2.GaussianBlur(mask, (0, 0), rng.uniform(0.5, 5))
    kind = rng.choice(("paper", "white", "grey", "dark"))
    is_bare = kind in {"paper", "white"}
    shown, seen = list(text), 1 - mask
    for n, (character, centre) in enumerate(zip(text, strip.centres, strict=True)):
        half = 28 * strip.stretch
        left, right = round(centre + _ASIDE_PX - half), round(centre + _ASIDE_PX + half)
        window = seen[_MARGIN_PX + 16 : _MARGIN_PX + 96, left:right]
        if window.min() > 0.5:
            continue
        window = cv2.resize(window, (56, 80), interpolation=cv2.INTER_LINEAR)
        glyphs = _glyphs(strip.font)
        own = ALPHABET.index(character)
        others = np.delete(glyphs, own, axis=0)
        apart = np.abs(others - glyphs[own])
        left_over = (apart * window).sum(axis=(1, 2)) / np.maximum(apart.sum(axis=(1, 2)), 1e-3)
        if left_over.min() < _TELLING:
            shown[n] = HIDDEN
            remains = glyphs[own] * window
            unlike = np.abs(others - remains).sum(axis=(1, 2)).min()
            is_end = n in {0, len(text) - 1}
            if is_bare and (is_end or unlike < _STILL_ALIKE * glyphs[own].sum()):
                return text  # nobody could know that something is hidden: not drawn
    if kind == "paper":
        fill = cv2.GaussianBlur(picture, (0, 0), 30) + rng.uniform(0, 60)
    elif kind == "white":
        fill = np.full(shape, 255.0, np.float32)
    else:
        bounds = (60, 200) if kind == "grey" else (0, 60)
        fill = background(*shape, rng, noise) * 0.15 + rng.uniform(*bounds)
    picture += mask * (fill - picture)
    return "".join(shown)


def _edge(
    picture: NDArray[np.float32],
    x: float,
    outwards: int,
    rng: random.Random,
    noise: np.random.Generator,
) -> None:
    """The end of the page, and beyond it whatever it lies on."""
    height, width = picture.shape
    table = background(height, width, rng, noise) - rng.uniform(0, 180)
    lean = rng.gauss(0, 0.05)
    columns = np.arange(width, dtype=np.float32)[None, :]
    rows = np.arange(height, dtype=np.float32)[:, None] - height / 2
    is_beyond = (columns - x - lean * rows) * outwards > 0
    np.copyto(picture, np.maximum(table, 0), where=is_beyond)
    if rng.random() < 0.4:  # a rim of shadow or of light
        rim = np.exp(-(((columns - x - lean * rows) / rng.uniform(1.5, 8)) ** 2))
        picture += rim * rng.uniform(-90, 60)


def _plain_text(width: int, rng: random.Random) -> NDArray[np.float32]:
    layer = Image.new("L", (width, 112), 0)
    alphabet = rng.choice(
        (string.ascii_letters + "    ", string.ascii_letters + string.digits + " .,-/")
    )
    text = "".join(rng.choices(alphabet, k=80))
    face = font(
        rng.choice(
            (
                "LiberationSans-Regular.ttf",
                "DejaVuSans.ttf",
                "FreeSerif.ttf",
                "LiberationMono-Regular.ttf",
            )
        ),
        rng.randint(26, 58),
    )
    ImageDraw.Draw(layer).text((rng.uniform(-30, 60), 76), text, fill=255, font=face, anchor="ls")
    return np.asarray(layer, np.float32) / 255


def _photographed(
    picture: NDArray[np.float32],
    strip: Strip,
    rng: random.Random,
    noise: np.random.Generator,
    hardness: float,
) -> Grey:
    """Camera first (scale, blur, noise, JPEG), then the cut along boxes that are a little off."""
    hard = hardness * rng.random() ** 1.3
    # Pixels of the camera a capital: from 40 down to 6.
    cap = float(np.exp(rng.uniform(np.log(7.0 if hard > 0.4 else 11.0), np.log(40.0))))
    if rng.random() < 0.18 * hardness:
        cap = rng.uniform(6.0, 9.5)
    scale = cap / CAP_PX
    top, bottom = _MARGIN_PX + strip.top, _MARGIN_PX + strip.bottom
    # The quad of the crop in the sheet, off by what a locator is off by.
    above, below = rng.uniform(0.08, 0.5), rng.uniform(0.08, 0.5)
    cut_top, cut_bottom = top - above * CAP_PX, bottom + below * CAP_PX
    cut_left = strip.left - _beyond(rng) * CAP_PX
    cut_right = strip.right + _beyond(rng) * CAP_PX
    tilt = rng.gauss(0, 0.06) * CAP_PX
    shear = rng.gauss(0, 0.05) * CAP_PX * 1.6
    if rng.random() < 0.12:
        picture = _bent(picture, rng)
    quad = np.array(
        [
            [cut_left + shear, cut_top - tilt + rng.gauss(0, 1.2)],
            [cut_right + shear, cut_top + tilt + rng.gauss(0, 1.2)],
            [cut_right - shear, cut_bottom + tilt + rng.gauss(0, 1.2)],
            [cut_left - shear, cut_bottom - tilt + rng.gauss(0, 1.2)],
        ],
        np.float32,
    )
    phase = np.array([[scale, 0, rng.random()], [0, scale, rng.random()]], np.float32)
    size = (max(16, round(picture.shape[1] * scale)), max(8, round(picture.shape[0] * scale)))
    if scale < 0.7:
        blurred = cv2.GaussianBlur(picture, (0, 0), 0.42 / scale)
        small = cv2.warpAffine(
            blurred, phase, size, flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE
        )
    else:
        small = cv2.warpAffine(
            picture, phase, size, flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE
        )
    quad = quad * scale + phase[:, 2]
    strokes = cap * 0.11  # a stroke's width in pixels of the camera
    if rng.random() < 0.55:
        sigma = hard * rng.uniform(0.2, 1.6) * max(strokes, 0.7)
        if sigma > 0.25:
            if rng.random() < 0.6:
                small = cv2.GaussianBlur(small, (0, 0), sigma)
            else:
                small = cv2.filter2D(small, -1, disc(sigma * 1.9))
    if rng.random() < 0.22:
        small = cv2.filter2D(small, -1, shake(hard * rng.uniform(1, 4.5) * max(strokes, 0.7), rng))
    small = lit(small, rng)
    if rng.random() < 0.6:
        grain = noise.normal(0, 1, small.shape).astype(np.float32)
        if rng.random() < 0.4:
            grain = cv2.GaussianBlur(grain, (0, 0), 0.8) * 1.8
        small = small + grain * hard * rng.uniform(2, 20)
    if rng.random() < 0.06:
        ys, xs = np.mgrid[0 : small.shape[0], 0 : small.shape[1]].astype(np.float32)
        a, b = rng.uniform(0.8, 2.4), rng.uniform(-1, 1)
        small = (
            small
            + rng.uniform(4, 22) * np.sin(a * xs + b * ys)
            + rng.uniform(0, 15) * np.sin(a * ys)
        )
    coded = np.clip(small, 0, 255).astype(np.uint8)
    if rng.random() < 0.15:  # sharpened by the phone
        soft = cv2.GaussianBlur(coded, (0, 0), 1.2)
        coded = cv2.addWeighted(coded, 1.8, soft, -0.8, 0)
    if rng.random() < 0.6:
        quality = int(rng.uniform(92 - 72 * hard, 95))
        ok, buffer = cv2.imencode(".jpg", coded, [cv2.IMWRITE_JPEG_QUALITY, quality])
        coded = cv2.imdecode(buffer, cv2.IMREAD_GRAYSCALE) if ok else coded
    if rng.random() < 0.12:  # scaled again on its way: messengers, scans of copies
        factor = rng.uniform(0.75, 1.6)
        coded = cv2.resize(coded, None, fx=factor, fy=factor, interpolation=cv2.INTER_LINEAR)
        quad = quad * factor
    crop_height = float(quad[3, 1] - quad[0, 1] + quad[2, 1] - quad[1, 1]) / 2
    crop_width = float(quad[1, 0] - quad[0, 0] + quad[2, 0] - quad[3, 0]) / 2
    width = round(crop_width / crop_height * HEIGHT_PX * SQUEEZE * rng.uniform(0.92, 1.08))
    return cut(coded, quad.astype(np.float32), max(64, min(width, 1000)))


def _beyond(rng: random.Random) -> float:
    """How far a cut goes beyond the line's end, in heights of capitals."""
    return rng.uniform(-0.08, 1.8) if rng.random() < 0.65 else rng.uniform(1.8, 5.5)


SQUEEZE: Final = 0.68
"""Lines are fed narrower than they are: 14 columns a character suffice, and halve the work."""


def cut(picture: Grey, quad: NDArray[np.float32], width: int) -> Grey:
    """(32, width) uint8: the quad (4, 2) rectified, averaged first where it shrinks."""
    here_height = float(np.linalg.norm(quad[3] - quad[0]) + np.linalg.norm(quad[2] - quad[1])) / 2
    here_width = float(np.linalg.norm(quad[1] - quad[0]) + np.linalg.norm(quad[2] - quad[3])) / 2
    shrink_y, shrink_x = here_height / HEIGHT_PX, here_width / width
    over = max(1, min(4, round(max(shrink_y, shrink_x))))
    target = np.array(
        [[0, 0], [width * over, 0], [width * over, HEIGHT_PX * over], [0, HEIGHT_PX * over]],
        np.float32,
    )
    matrix = cv2.getPerspectiveTransform(quad, target)
    flat = cv2.warpPerspective(
        picture,
        matrix,
        (width * over, HEIGHT_PX * over),
        flags=cv2.INTER_LINEAR,
        borderMode=cv2.BORDER_REPLICATE,
    )
    if over > 1:
        flat = cv2.resize(flat, (width, HEIGHT_PX), interpolation=cv2.INTER_AREA)
    return flat.astype(np.uint8, copy=False)


def _bent(picture: NDArray[np.float32], rng: random.Random) -> NDArray[np.float32]:
    """A page that is not flat: the line runs in an arc."""
    height, width = picture.shape
    xs = np.linspace(0, 1, width, dtype=np.float32)
    lift = (
        rng.uniform(-0.28, 0.28)
        * CAP_PX
        * np.sin(np.pi * xs * rng.uniform(0.7, 1.6) + rng.uniform(0, 1))
    )
    map_x = np.tile(np.arange(width, dtype=np.float32), (height, 1))
    map_y = np.arange(height, dtype=np.float32)[:, None] + lift[None, :].astype(np.float32)
    return cv2.remap(picture, map_x, map_y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)

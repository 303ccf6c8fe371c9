"""Photographs of sides on desks, at any turn, and what covers each part of the picture."""

import random
from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from models.synthesis.camera import background, disc, lit, shake
from models.synthesis.sides import LAYOUTS, Grey, make_side

SIDE_PX: Final = 320
STRIDE: Final = 4
_SHARES: Final = (0.0, 0.28, 0.3, 0.2, 0.12, 0.1)
"""How often each of LAYOUTS is drawn."""


@dataclass(frozen=True, slots=True)
class Flat:
    """A flat grey side and its layout, an index into LAYOUTS."""

    grey: Grey
    layout: int


def make_flats(rng: random.Random, count: int) -> list[Flat]:
    """Sides of all layouts."""
    layouts = rng.choices(range(len(LAYOUTS)), _SHARES, k=count)
    return [Flat(make_side(LAYOUTS[layout], rng), layout) for layout in layouts]


def make_scene(flats: list[Flat], rng: random.Random) -> tuple[Grey, NDArray[np.float32]]:
    """A picture (320, 320) uint8 and its target (4, 80, 80) float32.

    Channels: index into LAYOUTS, weight in the loss, cosine and sine of the reading direction.
    """
    noise = np.random.default_rng(rng.randrange(1 << 62))
    picture = _desk(rng, noise)
    size = SIDE_PX // STRIDE
    target = np.zeros((4, size, size), np.float32)
    target[1] = 1
    chance = rng.random()
    chosen = [] if chance < 0.1 else [rng.choice(flats)]
    if chance > 0.85:
        chosen.append(rng.choice(flats))
    if chance > 0.93:
        papers = [f for f in flats if LAYOUTS[f.layout] == "paper"]
        chosen.insert(0, rng.choice(papers))
    for n, flat in enumerate(chosen):
        others = len(chosen) > 1 and LAYOUTS[flat.layout] != "paper"
        matrix, angle = _pose(flat, rng, is_small=others)
        picture = _laid(picture, flat, matrix, rng)
        corners = _corners(flat)
        here = cv2.perspectiveTransform(corners[None], matrix)[0] / STRIDE
        inner = np.round(here * 16).astype(np.int32)
        mask = cv2.fillConvexPoly(np.zeros((size, size), np.uint8), inner, 1, cv2.LINE_8, 4) > 0
        rim = cv2.morphologyEx(mask.astype(np.uint8), cv2.MORPH_GRADIENT, np.ones((3, 3), np.uint8))
        target[0][mask] = flat.layout
        target[1][mask], target[1][rim > 0] = 1.0, 0.3
        target[2][mask], target[3][mask] = np.cos(angle), np.sin(angle)
        inner_pages = [f for f in flats if LAYOUTS[f.layout] == "other_page"]
        if n == 0 and flat.layout == LAYOUTS.index("passport_page") and rng.random() < 0.3:
            _open_book(picture, target, flat, matrix, angle, rng.choice(inner_pages))
    if not chosen and rng.random() < 0.4:
        picture = _person(picture, rng)
    if rng.random() < 0.2:
        _finger(picture, rng)
    return _photographed(picture, rng, noise), target


def _corners(flat: Flat) -> NDArray[np.float32]:
    height, width = flat.grey.shape
    return np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32)


def _pose(flat: Flat, rng: random.Random, *, is_small: bool) -> tuple[NDArray[np.float64], float]:
    """The homography of a side into the scene, and its reading direction in radians."""
    height, width = flat.grey.shape
    share = (
        rng.uniform(0.3, 0.6) if is_small else rng.choice((rng.uniform(0.45, 1.0), 0.98, 1.0, 1.08))
    )
    scale = SIDE_PX * share / max(width, height)
    turn = rng.choice((0, 0, 0, 90, 180, 270)) + rng.gauss(0, 8)
    if rng.random() < 0.1:
        turn = rng.uniform(0, 360)
    radians = np.radians(turn)
    rotation = np.array([[np.cos(radians), -np.sin(radians)], [np.sin(radians), np.cos(radians)]])
    laid = ((_corners(flat) - [width / 2, height / 2]) * scale) @ rotation.T
    lean = np.array([rng.gauss(0, 0.12), rng.gauss(0, 0.12)])
    laid = laid / (1 + laid @ lean / SIDE_PX)[:, None]
    spread = SIDE_PX * (0.25 if is_small else 0.08)
    centre = np.array([SIDE_PX / 2 + rng.gauss(0, spread), SIDE_PX / 2 + rng.gauss(0, spread)])
    matrix = cv2.getPerspectiveTransform(_corners(flat), (laid + centre).astype(np.float32))
    return matrix, float(radians)


def _laid(
    picture: NDArray[np.float32], flat: Flat, matrix: NDArray[np.float64], rng: random.Random
) -> NDArray[np.float32]:
    size = (SIDE_PX, SIDE_PX)
    shrink = 1 / max(1e-3, float(np.sqrt(abs(np.linalg.det(matrix[:2, :2])))))
    soft = cv2.GaussianBlur(flat.grey, (0, 0), 0.4 * shrink) if shrink > 1.3 else flat.grey
    seen = cv2.warpPerspective(soft, matrix, size, flags=cv2.INTER_LINEAR)
    full = np.full_like(flat.grey, 255)
    alpha = cv2.warpPerspective(full, matrix, size, flags=cv2.INTER_LINEAR).astype(np.float32) / 255
    if rng.random() < 0.5:  # its shadow
        shift = np.array([[1, 0, rng.gauss(0, 4)], [0, 1, rng.gauss(0, 4)], [0, 0, 1]])
        shadow = cv2.warpPerspective(full, shift @ matrix, size).astype(np.float32) / 255
        shadow = cv2.GaussianBlur(shadow, (0, 0), rng.uniform(1, 6))
        picture = picture * (1 - shadow * rng.uniform(0.1, 0.6))
    return (picture * (1 - alpha) + seen * alpha).astype(np.float32)


def _open_book(
    picture: NDArray[np.float32],
    target: NDArray[np.float32],
    flat: Flat,
    matrix: NDArray[np.float64],
    angle: float,
    other: Flat,
) -> None:
    """The facing page of an open passport, above its data page: another side, turned as it lies."""
    height, width = flat.grey.shape
    fitted = cv2.resize(cv2.rotate(other.grey, cv2.ROTATE_90_CLOCKWISE), (width, height))
    above = matrix @ np.array([[1, 0, 0], [0, 1, -height], [0, 0, 1.0]])
    size = (SIDE_PX, SIDE_PX)
    mask = cv2.warpPerspective(np.full_like(fitted, 255), above, size) > 127
    seen = cv2.warpPerspective(fitted, above, size).astype(np.float32)
    np.copyto(picture, seen, where=mask)
    small = mask[STRIDE // 2 :: STRIDE, STRIDE // 2 :: STRIDE]
    target[0][small] = LAYOUTS.index("other_page")
    target[1][small] = 1
    target[2][small], target[3][small] = np.cos(angle), np.sin(angle)


def _desk(rng: random.Random, noise: np.random.Generator) -> NDArray[np.float32]:
    chance = rng.random()
    if chance < 0.25:
        return np.full((SIDE_PX, SIDE_PX), rng.choice((rng.uniform(5, 250), 255, 0)), np.float32)
    ground = background(SIDE_PX, SIDE_PX, rng, noise)
    if chance < 0.7:
        ground = (ground - ground.mean()) * rng.uniform(0.5, 2) + rng.uniform(20, 230)
    if rng.random() < 0.35:  # planks, tiles, edges of a table, keyboards
        for _ in range(rng.randint(1, 9)):
            a, b = (tuple(rng.randrange(SIDE_PX) for _ in range(2)) for _ in range(2))
            cv2.line(ground, a, b, rng.uniform(0, 255), rng.randint(1, 12))
    if rng.random() < 0.35:  # things
        for _ in range(rng.randint(1, 7)):
            at = (rng.randrange(SIDE_PX), rng.randrange(SIDE_PX))
            size = (rng.randint(4, 90), rng.randint(4, 90))
            tone = rng.uniform(0, 255)
            if rng.random() < 0.5:
                cv2.ellipse(ground, at, size, rng.uniform(0, 180), 0, 360, tone, -1)
            else:
                box = cv2.boxPoints((at, size, rng.uniform(0, 90)))
                cv2.fillConvexPoly(ground, np.round(box).astype(np.int32), tone)
    if rng.random() < 0.1:  # a window of a program
        for _ in range(rng.randint(4, 16)):
            x, y = rng.randrange(SIDE_PX), rng.randrange(SIDE_PX)
            cv2.rectangle(
                ground,
                (x, y),
                (x + rng.randint(10, 140), y + rng.randint(3, 40)),
                rng.uniform(0, 255),
                rng.choice((-1, 1)),
            )
    return np.clip(ground, 0, 255).astype(np.float32)


def _person(picture: NDArray[np.float32], rng: random.Random) -> NDArray[np.float32]:
    """Somebody's head and shoulders, without a document."""
    x, y = SIDE_PX / 2 + rng.gauss(0, 40), SIDE_PX / 2 + rng.gauss(0, 30)
    size = rng.uniform(25, 80)
    tone, cloth = rng.uniform(60, 220), rng.uniform(10, 240)
    cv2.ellipse(
        picture,
        (round(x), round(y + 2.3 * size)),
        (round(1.9 * size), round(1.4 * size)),
        0,
        0,
        360,
        cloth,
        -1,
    )
    cv2.ellipse(
        picture,
        (round(x), round(y - 0.15 * size)),
        (round(0.85 * size), round(1.1 * size)),
        0,
        0,
        360,
        rng.uniform(10, 90),
        -1,
    )
    cv2.ellipse(
        picture, (round(x), round(y)), (round(0.7 * size), round(0.95 * size)), 0, 0, 360, tone, -1
    )
    for side in (-0.28, 0.28):
        cv2.circle(
            picture,
            (round(x + side * size), round(y - 0.1 * size)),
            max(1, round(size * 0.08)),
            tone * 0.3,
            -1,
        )
    return cv2.GaussianBlur(picture, (0, 0), rng.uniform(0.5, 3)).astype(np.float32)


def _finger(picture: NDArray[np.float32], rng: random.Random) -> None:
    """One or two fingers that hold it, from an edge of the picture."""
    for _ in range(rng.randint(1, 2)):
        turn = rng.uniform(0, 2 * np.pi)
        out = np.array([np.cos(turn), np.sin(turn)]) * SIDE_PX * rng.uniform(0.45, 0.65)
        at = np.array([SIDE_PX, SIDE_PX]) / 2 + out
        size = (rng.randint(12, 26), rng.randint(40, 90))
        angle = np.degrees(turn) + 90 + rng.gauss(0, 20)
        tone = rng.uniform(60, 220)
        cv2.ellipse(picture, (round(at[0]), round(at[1])), size, angle, 0, 360, tone, -1)


def _photographed(
    picture: NDArray[np.float32], rng: random.Random, noise: np.random.Generator
) -> Grey:
    picture = lit(picture, rng)
    if rng.random() < 0.15:
        ys, xs = np.mgrid[0:SIDE_PX, 0:SIDE_PX].astype(np.float32)
        x, y, r = rng.uniform(0, SIDE_PX), rng.uniform(0, SIDE_PX), rng.uniform(8, 50)
        spot = np.exp(-(((xs - x) ** 2 + (ys - y) ** 2) / r**2))
        picture = picture + spot * rng.uniform(60, 220)
    chance = rng.random()
    if chance < 0.25:
        picture = cv2.GaussianBlur(picture, (0, 0), rng.uniform(0.3, 2.2))
    elif chance < 0.4:
        picture = cv2.filter2D(picture, -1, disc(rng.uniform(0.5, 2.5)))
    elif chance < 0.5:
        picture = cv2.filter2D(picture, -1, shake(rng.uniform(1, 7), rng))
    if rng.random() < 0.5:
        picture = picture + noise.normal(0, rng.uniform(1, 14), picture.shape)
    grey = np.clip(picture, 0, 255).astype(np.uint8)
    if rng.random() < 0.3:
        _, coded = cv2.imencode(".jpg", grey, [cv2.IMWRITE_JPEG_QUALITY, rng.randint(25, 95)])
        grey = cv2.imdecode(coded, cv2.IMREAD_GRAYSCALE)
    if rng.random() < 0.03:
        grey = 255 - grey
    return grey.astype(np.uint8)

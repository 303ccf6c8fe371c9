"""Pictures with their truth: generated phone photos by defect and strength, and folders of real ones."""

import csv
import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import cv2
import numpy as np

from sample_docs.degrade import DEFECTS, Bgr, glare, photograph
from sample_docs.layouts.card import make_card
from sample_docs.layouts.passport import make_passport
from sample_docs.layouts.side import FlatDocument
from sample_docs.states import STATES

MODERATE: Mapping[str, float] = {
    "defocus": 0.10,
    "motion": 0.07,
    "grain": 0.35,
    "downscale": 0.08,
    "jpeg": 0.6,
    "darkness": 0.6,
}
"""Strengths up to which a picture is what phones usually send."""
STRONG: Mapping[str, float] = {
    "defocus": 0.20,
    "motion": 0.14,
    "grain": 0.7,
    "downscale": 0.17,
    "jpeg": 0.85,
    "darkness": 0.8,
}
"""Strengths up to which a patient person still reads every character."""
EXPIRES = date(2031, 5, 14)


@dataclass(frozen=True)
class Photo:
    content: bytes
    lines: tuple[str, ...]
    defects: tuple[str, ...]


def flat_side(rng: random.Random) -> tuple[Bgr, tuple[str, ...], tuple[tuple[float, float], ...]]:
    """A page or card with a zone: its pixels, its lines, and where the zone is on it."""
    while True:
        state = rng.choice(sorted(STATES))
        try:
            document: FlatDocument = (
                make_passport(state, rng, expires=EXPIRES)
                if rng.random() < 0.75
                else make_card("resident_permit", state, rng, code="IR", expires=EXPIRES)
            )
        except (KeyError, ValueError):
            continue  # not every state has every layout
        for side in (document.front, document.back):
            if side is not None and side.mrz_lines and side.page.mrz_quad:
                return side.page.bgr, tuple(side.mrz_lines), tuple(side.page.mrz_quad)


def as_jpeg(picture: Bgr, quality: int = 88) -> bytes:
    return cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, quality])[1].tobytes()


def set_of(count: int, seed: int, strengths: Mapping[str, float]) -> Iterator[Photo]:
    """Photos with one defect near its limit, half of them with a milder second."""
    rng = random.Random(seed)
    for _ in range(count):
        flat, lines, _ = flat_side(rng)
        turn = rng.choice((0, 0, 0, 90, 180, 270)) + rng.gauss(0, 4)
        picture, _ = photograph(flat, rng, long_side=rng.choice((1200, 1600, 2400)), turn=turn)
        chosen = rng.sample(sorted(strengths), 2 if rng.random() < 0.5 else 1)
        for n, name in enumerate(chosen):
            most = strengths[name] if n == 0 else min(strengths[name], MODERATE[name]) * 0.6
            picture = DEFECTS[name](picture, most * rng.uniform(0.5, 1), rng)
        yield Photo(as_jpeg(picture), lines, tuple(chosen))


STEPS = 8
LADDER: Mapping[str, float] = {
    "defocus": 0.40,
    "motion": 0.28,
    "grain": 1.0,
    "downscale": 0.45,
    "jpeg": 1.0,
    "glare": 0.5,
    "darkness": 1.0,
}
"""Strength of the highest step."""


def ladder(count: int, seed: int) -> Iterator[tuple[str, int, Photo]]:
    """Defect, step from 1 to STEPS, and the photo: the same documents on every step."""
    for n in range(count):
        rng = random.Random(seed * 100 + n)
        flat, lines, quad = flat_side(rng)
        picture, matrix = photograph(flat, rng, long_side=1600)
        (left, top), (right, bottom) = np.min(quad, axis=0), np.max(quad, axis=0)
        centre = (left + (right - left) * rng.uniform(0.2, 0.8), (top + bottom) / 2)
        spot = cv2.perspectiveTransform(np.array([[centre]], np.float32), matrix)[0][0]
        for defect, most in LADDER.items():
            for step in range(1, STEPS + 1):
                strength = most * step / STEPS
                if defect == "glare":
                    worse = glare(picture, strength, rng, (float(spot[0]), float(spot[1])))
                else:
                    worse = DEFECTS[defect](picture, strength, rng)
                yield defect, step, Photo(as_jpeg(worse), lines, (defect,))


def truth_of(folder: Path) -> Iterator[tuple[Mapping[str, str], bytes]]:
    """Each row of a folder's `truth.tsv`, and the content of its picture in `images/`."""
    table = (folder / "truth.tsv").read_text("utf-8").splitlines()
    for row in csv.DictReader(table, delimiter="\t", quoting=csv.QUOTE_NONE):
        yield row, (folder / "images" / row["file"]).read_bytes()

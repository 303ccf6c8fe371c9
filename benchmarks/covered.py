"""Zones with a character that something covers: `python -m benchmarks.covered --count 48`.

On drawn passports one character, or a half of it, lies under an opaque patch of some tone, before
the photograph is taken. What is counted is what the reader calls read: right, or wrong.
"""

import argparse
import random
from collections import Counter
from datetime import date

import cv2

from sample_docs.degrade import photograph
from sample_docs.layouts.passport import make_passport
from service.intake.document import open_document
from service.screening.claim import Side
from service.screening.evidence import ReadingState
from service.screening.read.mrz import MrzReader

TODAY, EXPIRES = date(2026, 11, 25), date(2031, 5, 14)
TONES = ((25, 25, 25), (235, 235, 235), (120, 150, 190), (200, 200, 200))
PARTS = {
    "whole": (-0.5, 0.5, -0.65, 0.65),
    "left half": (-0.5, 0.0, -0.65, 0.65),
    "right half": (0.0, 0.5, -0.65, 0.65),
    "upper half": (-0.5, 0.5, -0.65, 0.0),
    "lower half": (-0.5, 0.5, 0.0, 0.65),
}
"""Left, right, top and bottom of the patch about the character's middle, by pitch and line height."""


def covered(seed: int, part: str) -> tuple[bytes, tuple[str, ...]]:
    """A photo and the lines that were printed, one character of them under a patch."""
    rng = random.Random(seed)
    side = make_passport(rng.choice(("GBR", "ESP", "FRA")), rng, expires=EXPIRES).front
    lines = side.mrz_lines or []
    page = side.page.bgr.copy()
    xs, ys = zip(*(side.page.mrz_quad or ()), strict=True)
    pitch, height = (max(xs) - min(xs)) / 44, (max(ys) - min(ys)) * 0.36
    row = rng.randrange(2)
    places = [n for n, c in enumerate(lines[row]) if c != "<" and n < 28]
    x = min(xs) + (rng.choice(places) + 0.5) * pitch
    y = min(ys) + height / 2 if row == 0 else max(ys) - height / 2
    left, right, top, bottom = PARTS[part]
    rows = slice(round(y + top * height), round(y + bottom * height))
    columns = slice(round(x + left * pitch), round(x + right * pitch))
    page[rows, columns] = rng.choice(TONES)
    photo, _ = photograph(page, rng, long_side=1800)
    return cv2.imencode(".jpg", photo)[1].tobytes(), tuple(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=48)
    parser.add_argument("--seed", type=int, default=300)
    options = parser.parse_args()
    cv2.setNumThreads(1)
    reader = MrzReader(threads=1)
    print("| covered | photos | read, right | read, wrong | not read |\n|---|---|---|---|---|")
    for part in PARTS:
        counts: Counter[str] = Counter()
        for n in range(options.count):
            content, lines = covered(options.seed + n, part)
            readings = reader.read(open_document(content, None)[Side.FRONT], TODAY)
            sure = [r.zone.lines for r in readings if r.zone and r.state is ReadingState.READ]
            counts["right" if lines in sure else "wrong" if sure else "unread"] += 1
        print(
            f"| {part} | {options.count} | {counts['right']} | {counts['wrong']} | {counts['unread']} |"
        )


if __name__ == "__main__":
    main()

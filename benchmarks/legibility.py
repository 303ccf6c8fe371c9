"""Whether the numbers of legibility tell what cannot be read: `python -m benchmarks.legibility`.

Drawn passports and licences go through eight steps of each defect (`benchmarks/pictures.py`) and are
screened whole. A picture counts as read where number and date of expiry come out as printed. Then, by
defect: read, sent back though read, accepted though misread. And by measure: the area under the ROC,
and at the limit of the policy how much of what stayed unread it finds, and how much of what was read
it would have sent back alone.
"""

import argparse
import random
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

import cv2
import numpy as np
from numpy.typing import NDArray

from benchmarks.pictures import EXPIRES, LADDER, STEPS, as_jpeg
from sample_docs.degrade import DEFECTS, glare, photograph
from sample_docs.layouts.licence import make_numbered_licence
from sample_docs.layouts.passport import make_passport
from service.intake.document import open_document
from service.policy.policy import Outcome, load_policy
from service.screening.claim import Claim, History, Side
from service.screening.evidence import TextQuality
from service.screening.pipeline import screen
from service.screening.readers import load_readers

TODAY = date(2026, 11, 25)
FIELDS = ("number", "date_of_expiry")
MEASURES = {
    "edge width": ("quality.sharpness", "edge_width", lambda q: q.edge_width_strokes),
    "letter height": ("quality.resolution", "unread_height_min", lambda q: -q.text_height_px),
    "contrast": ("quality.exposure", "contrast_min", lambda q: -q.contrast),
    "glare": ("quality.glare", "hidden_max", lambda q: q.clipped_fraction),
}
"""Check, limit, and the number that grows as legibility falls."""


@dataclass(frozen=True)
class Judged:
    defect: str
    is_read: bool
    verdict: str
    codes: tuple[str, ...]
    quality: TextQuality | None


def pictures(count: int, seed: int) -> Iterator[tuple[str, bytes, str, Mapping[str, str]]]:
    """Defect, picture, the customer's country, and the printed fields."""
    for n in range(count):
        rng = random.Random(seed * 100 + n)
        is_passport = n % 2 == 0
        made = (
            make_passport("GBR", rng, expires=EXPIRES)
            if is_passport
            else make_numbered_licence("FRA", rng, EXPIRES)
        )
        photo, _ = photograph(made.front.page.bgr, rng, long_side=1600)
        height, width = photo.shape[:2]
        spot = (width * rng.uniform(0.3, 0.7), height * rng.uniform(0.3, 0.8))
        for defect, most in LADDER.items():
            for step in range(1, STEPS + 1):
                strength = most * step / STEPS
                if defect == "glare":
                    worse = glare(photo, strength, rng, spot)
                else:
                    worse = DEFECTS[defect](photo, strength, rng)
                yield defect, as_jpeg(worse), made.country or "", made.front.fields


def judged(count: int, seed: int) -> list[Judged]:
    readers, policy = load_readers(), load_policy()
    found: list[Judged] = []
    for defect, content, country, fields in pictures(count, seed):
        captures = open_document(content, None)
        result = screen(captures, Claim(country), History(), policy, readers, TODAY)
        values = result.evidence.printed.values
        is_read = all(name in values and values[name].value == fields[name] for name in FIELDS)
        measured = result.evidence.sides[Side.FRONT].text_quality
        by_field = {q.field: q for q in measured} if isinstance(measured, tuple) else {}
        codes = tuple(
            one.finding.reason.code for one in result.findings if one.outcome is Outcome.RETAKE
        )
        quality = by_field.get("mrz") or by_field.get("text")
        found.append(Judged(defect, is_read, result.verdict.value, codes, quality))
    return found


def area(unread: NDArray[np.float64], read: NDArray[np.float64]) -> float:
    """Chance that a measure is worse on an unread picture than on a read one (Mann and Whitney)."""
    wins = (unread[:, None] > read[None, :]).mean() + 0.5 * (
        unread[:, None] == read[None, :]
    ).mean()
    return float(wins)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=6)
    parser.add_argument("--seed", type=int, default=5)
    options = parser.parse_args()
    cv2.setNumThreads(1)
    found = judged(options.count, options.seed)
    print("| defect | pictures | read | sent back for quality though read | misread and accepted |")
    print("|---|---|---|---|---|")
    by_defect: dict[str, list[Judged]] = defaultdict(list)
    for one in found:
        by_defect[one.defect].append(one)
    for defect, rows in by_defect.items():
        read = [row for row in rows if row.is_read]
        back = sum(
            any(c.startswith("image_") for c in row.codes) and row.verdict == "retake"
            for row in read
        )
        wrong = sum(row.verdict == "accepted" and not row.is_read for row in rows)
        print(f"| {defect} | {len(rows)} | {len(read)} | {back} | {wrong} |")
    policy = load_policy()
    print(
        "\n| measure | area under the ROC | limit | of the unread, beyond it | of the read, beyond it |"
    )
    print("|---|---|---|---|---|")
    for name, (check, limit_name, number) in MEASURES.items():
        rows = [(row.is_read, number(row.quality)) for row in found if row.quality]
        unread = np.array([value for is_read, value in rows if not is_read])
        read_values = np.array([value for is_read, value in rows if is_read])
        limit = policy.limit(check, limit_name)
        bound = -limit if limit_name.endswith("_min") else limit
        print(
            f"| {name} | {area(unread, read_values):.2f} | {limit} | {(unread > bound).mean():.0%} "
            f"| {(read_values > bound).mean():.1%} |"
        )


if __name__ == "__main__":
    main()

"""Hits and false alarms of covers, copies, screens: `python -m benchmarks.authenticity [--photos FOLDER]`.

Drawn passports, each defect over the same documents, and fine photos of them; how often the defect's
own code is found, and on fine photos how often any of these codes is. With a folder (`images/` and
`truth.tsv`, as for `benchmarks.verdicts`), the same codes on its legible pictures.
"""

import argparse
import random
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final

import cv2
import numpy as np

from benchmarks.pictures import EXPIRES, as_jpeg, truth_of
from sample_docs.cover_up import lay_finger, punch, stick, without_corner
from sample_docs.degrade import Bgr, draw_pattern, photograph
from sample_docs.layouts.book import make_cover, make_inside_page
from sample_docs.layouts.passport import make_passport
from sample_docs.reproduce import (
    SUB_PIXELS,
    photocopy,
    photograph_paper,
    photograph_screen,
    print_halftone,
)
from service.intake.document import open_document
from service.intake.errors import IntakeError
from service.issuers.states import alpha2_of_alpha3
from service.policy.policy import load_policy
from service.screening.claim import Claim, History
from service.screening.pipeline import screen
from service.screening.readers import Readers, load_readers

TODAY = date(2026, 11, 25)
STATES = ("GBR", "FRA", "NGA", "IND", "D", "KEN", "BRA", "JPN")
SIDES_PX = (1600, 2400, 4000)
CODES = frozenset(
    {
        "authenticity_screen",
        "authenticity_copy",
        "image_obstructed",
        "document_damaged",
        "document_portrait_missing",
        "document_multiple",
        "document_wrong_page",
    }
)


@dataclass(frozen=True)
class Page:
    """A flat page, its zone (left, top, right, bottom), and the camera that will see it."""

    flat: Bgr
    zone: tuple[float, float, float, float]
    rng: random.Random
    side_px: int

    def photo(self, flat: Bgr) -> Bgr:
        return photograph(flat, self.rng, long_side=self.side_px)[0]

    def on_paper(self, flat: Bgr) -> Bgr:
        return photograph_paper(flat, self.rng, long_side=self.side_px)


Draw = Callable[[Page], Bgr]


def _screen(page: Page) -> Bgr:
    rng = page.rng
    return photograph_screen(
        page.flat,
        rng,
        long_side=page.side_px,
        shown_px=rng.randint(350, 1300),
        sub_pixels=rng.choice(list(SUB_PIXELS)),
        blur_px=rng.uniform(0.4, 1.1),
        fill=rng.uniform(0.65, 1.0),
    )


def _print(page: Page) -> Bgr:
    rng = page.rng
    printed = print_halftone(page.flat, 125, rng.uniform(2.5, 8))
    return photograph_paper(printed, rng, long_side=page.side_px, blur_px=rng.uniform(0.4, 1.1))


def _corner(page: Page, *, is_torn: bool) -> Bgr:
    rng = page.rng
    corner = rng.choice(("tl", "tr", "br", "bl"))
    most = 25.0 if corner[0] == "t" else 9.0  # more would take letters of the zone
    legs = rng.uniform(6, most), rng.uniform(6, most)
    lost = without_corner(page.flat, corner, *legs, rng if is_torn else None)
    return photograph(page.flat, rng, long_side=page.side_px, outline=lost)[0]


def _patterned(page: Page) -> Bgr:
    return photograph(page.flat, page.rng, long_side=page.side_px, ground=draw_pattern)[0]


def _finger(page: Page) -> Bgr:
    left, top, right, bottom = page.zone
    tip = page.rng.uniform(left + 200, right - 200), page.rng.uniform(top, (top + bottom) / 2)
    return page.photo(lay_finger(page.flat, tip, page.rng))


def _finger_beside(page: Page) -> Bgr:
    left, _, right, bottom = page.zone
    tip = page.rng.uniform(left, right), bottom + 30
    return page.photo(lay_finger(page.flat, tip, page.rng))


def _punch(page: Page) -> Bgr:
    rng = page.rng
    place = rng.uniform(100, 1400), rng.uniform(150, page.zone[1] - 80)
    return page.photo(punch(page.flat, place, rng.uniform(5, 8), rng.choice((20, 45, 70, 200))))


def _two(page: Page) -> Bgr:
    other = make_passport("ITA", page.rng, expires=EXPIRES).front.page.bgr
    return np.vstack([page.photo(page.flat), page.photo(other)])


_GRID: Final = "authenticity_screen", "authenticity_copy"
"""Phones' pixels lie askew, as a halftone does: either is a reproduction to a person."""
DRAWN: Mapping[str, tuple[Draw, tuple[str, ...]]] = {
    "fine photo": (lambda page: page.photo(page.flat), ()),
    "fine photo on cloth or keys": (_patterned, ()),
    "finger beside the zone": (_finger_beside, ()),
    "screen": (_screen, _GRID),
    "grey copy": (
        lambda page: page.on_paper(photocopy(page.flat, page.rng)),
        ("authenticity_copy",),
    ),
    "halftone print": (_print, _GRID),
    "finger on the zone": (_finger, ("image_obstructed",)),
    "punched hole": (_punch, ("document_damaged",)),
    "corner cut off": (lambda page: _corner(page, is_torn=False), ("document_damaged",)),
    "corner torn off": (lambda page: _corner(page, is_torn=True), ("document_damaged",)),
    "portrait covered": (
        lambda page: page.photo(stick(page.flat, (72, 180, 480, 708), (215, 225, 230))),
        ("document_portrait_missing",),
    ),
    "two passports": (_two, ("document_multiple",)),
    "cover": (
        lambda page: page.photo(make_cover("GBR", page.rng).front.page.bgr),
        ("document_wrong_page",),
    ),
    "inside page": (
        lambda page: page.photo(make_inside_page("GBR", page.rng).front.page.bgr),
        ("document_wrong_page",),
    ),
}
"""What is drawn, and the codes due, one of which is enough."""


def codes_of(content: bytes, country: str, readers: Readers) -> tuple[str, set[str]]:
    """Verdict and codes."""
    documents = open_document(content, None)
    judged = screen(documents, Claim(country), History(), load_policy(), readers, TODAY)
    return judged.verdict.value, {one.finding.reason.code for one in judged.findings}


def drawn(count: int, seed: int, readers: Readers) -> None:
    print("| drawn | pictures | found | other of these codes | accepted |\n|---|---|---|---|---|")
    for name, (draw, due) in DRAWN.items():
        hits = others = accepted = 0
        by_size: Counter[int] = Counter()
        for n in range(count):
            rng = random.Random(f"{seed}/{n}")
            passport = make_passport(rng.choice(STATES), rng, expires=EXPIRES)
            page = passport.front.page
            xs, ys = zip(*(page.mrz_quad or ()), strict=True)
            side_px = SIDES_PX[n % len(SIDES_PX)]
            zone = (min(xs), min(ys), max(xs), max(ys))
            picture = draw(Page(page.bgr, zone, rng, side_px))
            verdict, codes = codes_of(as_jpeg(picture), passport.country or "GB", readers)
            is_found = not codes.isdisjoint(due)
            hits += is_found
            by_size[side_px] += is_found
            others += bool((codes & CODES) - set(due))
            accepted += verdict == "accepted"
        found = ", ".join(f"{by_size[one]} at {one} px" for one in SIDES_PX) if due else "none due"
        share = f"{hits} ({found})" if due else found
        print(f"| {name} | {count} | {share} | {others} | {accepted} |", flush=True)


def photos(folder: Path, readers: Readers) -> None:
    found: dict[str, list[str]] = {code: [] for code in sorted(CODES)}
    legible = 0
    for row, content in truth_of(folder):
        if row["legible"] != "yes":
            continue
        legible += 1
        country = alpha2_of_alpha3(row["issuing_country"]) or "GB"
        try:
            _, codes = codes_of(content, country, readers)
        except IntakeError:
            continue
        for code in codes & CODES:
            found[code].append(row["file"])
    print(f"\n| code | of {legible} legible | pictures |\n|---|---|---|")
    for code, files in found.items():
        print(f"| `{code}` | {len(files)} | {', '.join(files)} |")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=12)
    parser.add_argument("--seed", type=int, default=31)
    parser.add_argument("--photos", type=Path)
    options = parser.parse_args()
    cv2.setNumThreads(1)
    readers = load_readers(threads=1)
    if options.count:
        drawn(options.count, options.seed, readers)
    if options.photos:
        photos(options.photos, readers)


if __name__ == "__main__":
    main()

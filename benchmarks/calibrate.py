"""How often the reader is right, and how often it knows: `python -m benchmarks.calibrate`.

Over generated phone photos of moderate and of strong defects, and over pictures without a zone:
exact readings, readings that claim to be sure and are wrong, and exactness by stated confidence.
`--plot FILE` draws the reliability diagram (needs matplotlib, extra `bench`).
"""

import argparse
import itertools
import random
from collections import Counter, defaultdict
from collections.abc import Iterable
from datetime import date
from pathlib import Path

import cv2

from benchmarks.pictures import MODERATE, STRONG, Photo, as_jpeg, set_of
from sample_docs.degrade import photograph
from sample_docs.layouts.certificates import make_certificate
from sample_docs.layouts.licence import make_aamva_card, make_numbered_licence
from sample_docs.layouts.paper import make_no_document
from sample_docs.states import STATES
from service.intake.document import open_document
from service.screening.claim import Side
from service.screening.evidence import MrzReading, ReadingState
from service.screening.read.mrz import MrzReader

TODAY = date(2026, 11, 25)
BINS = (0.0, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.98, 0.99, 1.0)


def without_zone(count: int, seed: int) -> Iterable[Photo]:
    rng = random.Random(seed)
    for n in range(count):
        match n % 4:
            case 0:
                document = make_numbered_licence(rng.choice(sorted(STATES)), rng, TODAY)
            case 1:
                document = make_aamva_card("CA", "California", rng, TODAY, is_licence=True)
            case 2:
                document = make_certificate("GBR", rng)
            case _:
                kinds = ("receipt", "letter", "bank_card", "landscape", "person")
                document = make_no_document(rng.choice(kinds), rng)
        picture, _ = photograph(document.front.page.bgr, rng, long_side=1600)
        yield Photo(as_jpeg(picture), (), ())


def best(reader: MrzReader, photo: Photo) -> MrzReading | None:
    capture = open_document(photo.content, None)[Side.FRONT]
    return next(iter(reader.read(capture, TODAY)), None)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=400)
    parser.add_argument("--seed", type=int, default=77)
    parser.add_argument("--plot", type=Path)
    options = parser.parse_args()
    cv2.setNumThreads(1)
    reader = MrzReader(threads=1)
    by_bin: dict[int, list[bool]] = defaultdict(list)
    print(
        "| pictures | number | exact | sure | sure but wrong | unread |\n|---|---|---|---|---|---|"
    )
    missed: Counter[str] = Counter()
    for name, strengths in (("moderate", MODERATE), ("strong", STRONG)):
        exact = sure = wrong = unread = 0
        for photo in set_of(options.count, options.seed, strengths):
            found = best(reader, photo)
            lines = found.zone.lines if found and found.zone else ()
            is_exact, is_sure = (
                lines == photo.lines,
                bool(found and found.state is ReadingState.READ),
            )
            exact += is_exact and is_sure
            sure, wrong = sure + is_sure, wrong + (is_sure and not is_exact)
            unread += not lines
            if not (is_exact and is_sure):
                missed[f"{name}: {' + '.join(photo.defects)}"] += 1
            if found and found.zone:
                inside = [n for n, low in enumerate(BINS[:-1]) if found.confidence >= low]
                by_bin[inside[-1]].append(is_exact)
        share = f"{exact} ({exact / options.count:.1%})"
        print(f"| {name} | {options.count} | {share} | {sure} | {wrong} | {unread} |")
    found = [best(reader, photo) for photo in without_zone(options.count // 4, options.seed)]
    invented = sum(one is not None and one.zone is not None for one in found)
    sure = sum(one is not None and one.state is ReadingState.READ for one in found)
    print(f"| without a zone | {len(found)} | | {sure} | {sure} | {len(found) - invented} |")
    print("\n| confidence | readings | exact |\n|---|---|---|")
    for n, (low, high) in enumerate(itertools.pairwise(BINS)):
        answers = by_bin.get(n, [])
        share = f"{sum(answers) / len(answers):.1%}" if answers else ""
        print(f"| {low:.2f} to {high:.2f} | {len(answers)} | {share} |")
    print("\nmissed:", dict(missed.most_common(12)))
    if options.plot:
        draw(by_bin, options.plot)


def draw(by_bin: dict[int, list[bool]], target: Path) -> None:
    from matplotlib import pyplot as plt

    figure, axes = plt.subplots(figsize=(5, 5))
    middles = [(BINS[n] + BINS[n + 1]) / 2 for n in sorted(by_bin)]
    rates = [sum(by_bin[n]) / len(by_bin[n]) for n in sorted(by_bin)]
    axes.plot([0, 1], [0, 1], "--", color="grey", label="as stated")
    axes.plot(middles, rates, "o-", label="as measured")
    axes.set(
        xlabel="stated confidence", ylabel="share read exactly", xlim=(0, 1.01), ylim=(0, 1.01)
    )
    axes.legend()
    figure.tight_layout()
    figure.savefig(target, format="svg", metadata={"Date": None})


if __name__ == "__main__":
    main()

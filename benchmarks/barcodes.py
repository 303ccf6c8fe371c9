"""Reading of licence backs: `python -m benchmarks.barcodes [--count 60]`.

Drawn AAMVA backs, photographed at three sizes with perspective, turns and one defect each. Ours and
zxing-cpp's own best effort (full resolution, grey, all of its trying options, the same kinds of
code) read the same pictures in turn, on one core, both from the decoded picture, by processor time.
Read is what has the drawn bytes, misread what has others. The pages without a barcode are fronts of
passports, cards and licences.
"""

import argparse
import random
import statistics
import time
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import cv2
import zxingcpp

from benchmarks.pictures import EXPIRES, STRONG, flat_side
from sample_docs.degrade import DEFECTS, Bgr, photograph
from sample_docs.layouts.licence import make_aamva_card
from service.screening.read.barcode import read_barcodes
from service.vision.capture import Capture

SIDES_PX = (1200, 2000, 4000)
FORMATS = zxingcpp.barcode_formats_from_str("PDF417|QRCode|Code128|Code39")


@dataclass(frozen=True)
class Look:
    """One picture by both: payloads drawn and read, and processor seconds."""

    drawn: frozenset[bytes]
    ours: frozenset[bytes]
    theirs: frozenset[bytes]
    our_s: float
    their_s: float

    @property
    def is_ours(self) -> bool:
        return bool(self.drawn & self.ours)

    @property
    def is_theirs(self) -> bool:
        return bool(self.drawn & self.theirs)


def payloads(found: Iterable[zxingcpp.Barcode]) -> frozenset[bytes]:
    return frozenset(bytes(one.bytes) for one in found)


def backs(count: int, seed: int) -> Iterator[tuple[int, Bgr, frozenset[bytes]]]:
    """Long side, picture and payload, every other one near upright, as people hold cards."""
    rng = random.Random(seed)
    for n in range(count):
        card = make_aamva_card("FL", "FLORIDA", rng, EXPIRES, is_licence=rng.random() < 0.7)
        side = SIDES_PX[n % len(SIDES_PX)]
        turn = rng.choice((0, 0, 0, 90, 180, 270)) + rng.gauss(0, 1.5)
        if n % 2:
            turn = rng.uniform(0, 360)
        fill = rng.uniform(0.35, 0.85)
        picture, _ = photograph(card.back.page.bgr, rng, long_side=side, turn=turn, fill=fill)
        defect = rng.choice((None, *sorted(STRONG)))
        if defect:
            picture = DEFECTS[defect](picture, STRONG[defect] * rng.uniform(0.1, 0.8), rng)
        yield side, picture, payloads(zxingcpp.read_barcodes(card.back.page.bgr))


def fronts(count: int, seed: int) -> Iterator[tuple[int, Bgr, frozenset[bytes]]]:
    rng = random.Random(seed)
    for n in range(count):
        side = SIDES_PX[n % len(SIDES_PX)]
        flat, _, _ = flat_side(rng)
        yield side, photograph(flat, rng, long_side=side, turn=rng.gauss(0, 4))[0], frozenset()


def capture_of(picture: Bgr) -> Capture:
    """A capture whose full size is decoded already."""
    capture = Capture("png", picture.shape[1], picture.shape[0], lambda _: picture)
    capture.bgr()
    return capture


def look(picture: Bgr, drawn: frozenset[bytes]) -> Look:
    capture = capture_of(picture)
    started = time.process_time()
    ours = read_barcodes(capture)
    ours_done = time.process_time()
    grey = cv2.cvtColor(picture, cv2.COLOR_BGR2GRAY)
    theirs = zxingcpp.read_barcodes(grey, formats=FORMATS)
    ended = time.process_time()
    return Look(
        drawn,
        frozenset(one.payload for one in ours),
        payloads(theirs),
        ours_done - started,
        ended - ours_done,
    )


def row(name: str, looks: list[Look]) -> str:
    both = [one for one in looks if one.is_theirs]
    ours = sum(one.is_ours for one in looks)
    kept = sum(one.is_ours for one in both)
    theirs_misread = sum(bool(one.theirs - one.drawn) for one in looks)
    ours_misread = sum(bool(one.ours - one.drawn) for one in looks)
    ratio = statistics.median(one.our_s / one.their_s for one in looks)
    whole = sum(one.our_s for one in looks) / sum(one.their_s for one in looks)
    ms = statistics.median(one.our_s for one in looks) * 1000
    return (
        f"| {name} | {len(looks)} | {len(both)} | {ours} | {kept} of {len(both)} "
        f"| {theirs_misread}; {ours_misread} | {ms:.0f} | {ratio:.2f} | {whole:.2f} |"
    )


def print_rows(name: str, looks: list[Look]) -> None:
    """Of all, and of those alone which zxing reads: it is quick with what it does not see."""
    print(row(name, looks), flush=True)
    if both := [one for one in looks if one.is_theirs]:
        print(row(f"{name}, read by zxing", both), flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=60)
    parser.add_argument("--seed", type=int, default=7)
    options = parser.parse_args()
    cv2.setNumThreads(1)
    print(
        "| pictures | number | zxing reads | ours reads | of zxing's, ours too "
        "| misread: zxing; ours | ours, median ms | ÷ zxing, median | ÷ zxing, in all |\n"
        "|---|---|---|---|---|---|---|---|---|"
    )
    for name, pictures in (
        ("licence back", backs(options.count, options.seed)),
        ("no barcode", fronts(options.count // 4, options.seed)),
    ):
        looks: dict[int, list[Look]] = defaultdict(list)
        for side, picture, drawn in pictures:
            looks[side].append(look(picture, drawn))
        for side, some in sorted(looks.items()):
            print_rows(f"{name}, {side} px", some)
        print_rows(f"{name}, all", [one for some in looks.values() for one in some])


if __name__ == "__main__":
    main()

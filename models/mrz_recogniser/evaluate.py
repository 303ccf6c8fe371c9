"""Held-out scores of the committed recogniser: `python -m models.mrz_recogniser.evaluate`.

Drawn lines of four hardnesses, never seen in training: share of lines read exactly and of characters
read wrongly, greedily and without any grammar. Then lines with something lying on them: how many of
the characters that nobody can tell are named all the same. No PyTorch is needed.
"""

import argparse
import random
from collections.abc import Iterator

import cv2
from rapidfuzz.distance import Levenshtein

from models.synthesis.lines import make_sample
from models.synthesis.texts import HIDDEN
from service.screening.read.mrz_recogniser import MrzRecogniser

HARDNESSES = (0.25, 0.5, 0.75, 1.0)
BATCH = 16


def read_lines(
    recogniser: MrzRecogniser, count: int, seed: int, hardness: float, covered: float
) -> Iterator[tuple[str, str]]:
    """What was read and what is drawn, line by line."""
    rng = random.Random(seed)
    samples = [make_sample(rng, hardness=hardness, covered=covered) for _ in range(count)]
    samples.sort(key=lambda sample: sample[0].shape[1])
    for k in range(0, len(samples), BATCH):
        part = samples[k : k + BATCH]
        for cells, (_, text) in zip(recogniser.recognise([s[0] for s in part]), part, strict=True):
            yield "".join(HIDDEN if cell.hidden > 0.5 else cell.best for cell in cells), text


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=400)
    parser.add_argument("--seed", type=int, default=4242)
    options = parser.parse_args()
    cv2.setNumThreads(1)
    recogniser = MrzRecogniser(threads=1)
    print("| hardness | lines | exact | characters wrong |\n|---|---|---|---|")
    for hardness in HARDNESSES:
        pairs = list(read_lines(recogniser, options.count, options.seed, hardness, covered=0.0))
        exact = sum(read == text for read, text in pairs) / len(pairs)
        wrong = sum(Levenshtein.distance(read, text) for read, text in pairs)
        print(
            f"| {hardness} | {len(pairs)} | {exact:.1%} | {wrong / sum(len(t) for _, t in pairs):.2%} |"
        )
    pairs = list(read_lines(recogniser, options.count, options.seed, 0.5, covered=1.0))
    alike = [(read, text) for read, text in pairs if len(read) == len(text)]
    hidden = [
        (got, was)
        for read, text in alike
        for got, was in zip(read, text, strict=True)
        if was == HIDDEN
    ]
    plain = [
        (got, was)
        for read, text in alike
        for got, was in zip(read, text, strict=True)
        if was != HIDDEN
    ]
    named = sum(got != HIDDEN for got, _ in hidden) / max(len(hidden), 1)
    missed = sum(got == HIDDEN for got, _ in plain) / max(len(plain), 1)
    print(
        f"\nCovered lines, hardness 0.5: {len(alike)} of {len(pairs)} counted right; of {len(hidden)} "
        f"hidden characters {named:.1%} named; of {len(plain)} others {missed:.2%} taken for hidden"
    )


if __name__ == "__main__":
    main()

"""Held-out scores of the committed recogniser: `python -m models.mrz_recogniser.evaluate`.

Drawn lines of four hardnesses, never seen in training: share of lines read exactly and of characters
read wrongly, greedily and without any grammar. No PyTorch is needed.
"""

import argparse
import random

import cv2
from rapidfuzz.distance import Levenshtein

from models.synthesis.lines import make_sample
from service.screening.read.mrz_recogniser import MrzRecogniser

HARDNESSES = (0.25, 0.5, 0.75, 1.0)
BATCH = 16


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=400)
    parser.add_argument("--seed", type=int, default=4242)
    options = parser.parse_args()
    cv2.setNumThreads(1)
    recogniser = MrzRecogniser(threads=1)
    print("| hardness | lines | exact | characters wrong |\n|---|---|---|---|")
    for hardness in HARDNESSES:
        rng = random.Random(options.seed)
        samples = sorted(
            (make_sample(rng, hardness=hardness) for _ in range(options.count)),
            key=lambda sample: sample[0].shape[1],
        )
        exact = wrong = characters = 0
        for k in range(0, len(samples), BATCH):
            part = samples[k : k + BATCH]
            for cells, (_, text) in zip(
                recogniser.recognise([s[0] for s in part]), part, strict=True
            ):
                read = "".join(cell.best for cell in cells)
                exact += read == text
                wrong += Levenshtein.distance(read, text)
                characters += len(text)
        print(
            f"| {hardness} | {options.count} | {exact / options.count:.1%} | {wrong / characters:.2%} |"
        )


if __name__ == "__main__":
    main()

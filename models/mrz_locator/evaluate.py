"""Held-out scores of the committed locator: `python -m models.mrz_locator.evaluate`.

Drawn windows never seen in training, pixel by pixel: how much of the lines' cores is found, how much
of what is found is core, how far directions and heights are off. No PyTorch is needed.
"""

import argparse
import random

import cv2
import numpy as np

from models.synthesis.pages import flats_of_layouts, make_window
from service.vision.onnx import Network, normalised


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=300)
    parser.add_argument("--seed", type=int, default=4242)
    options = parser.parse_args()
    cv2.setNumThreads(1)
    network = Network("mrz_locator")
    rng = random.Random(options.seed)
    flats = flats_of_layouts(rng, 40)
    hit = found = core = counted = 0
    degrees: list[float] = []
    heights: list[float] = []
    empty = false = 0
    for _ in range(options.count):
        grey, target = make_window(flats, rng)
        answer = network(normalised(grey)[None, None])[0]
        is_core, is_found = target[0] > 0, answer[0] > 0
        judged = target[1] > 0.5
        hit += int((is_core & is_found).sum())
        core += int(is_core.sum())
        found += int((is_found & judged).sum())
        counted += int(judged.sum())
        if not is_core.any():
            empty += 1
            false += bool((is_found & judged).sum() > 60)
            continue
        both = is_core & is_found
        turn = np.arctan2(answer[2], answer[1]) - np.arctan2(target[3], target[2])
        degrees += list(np.abs(np.degrees(np.angle(np.exp(1j * turn[both])))))
        heights += list(np.abs(np.exp(answer[3] - target[4])[both] - 1))
    print("| figure | held out |\n|---|---|")
    print(f"| core found (recall) | {hit / core:.1%} |")
    print(f"| found is core (precision) | {hit / max(found, 1):.1%} |")
    print(f"| direction off, median and 95th percentile | {_pair(degrees, '°')} |")
    print(f"| height off, median and 95th percentile | {_pair([h * 100 for h in heights], ' %')} |")
    print(f"| windows without a zone where one was seen | {false} of {empty} |")


def _pair(values: list[float], unit: str) -> str:
    return f"{np.median(values):.1f}{unit}, {np.percentile(values, 95):.1f}{unit}"


if __name__ == "__main__":
    main()

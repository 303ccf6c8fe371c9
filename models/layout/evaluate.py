"""Held-out scores of the committed layout network: `python -m models.layout.evaluate`.

Drawn scenes never seen in training, by layout: how often the largest page has the right layout, is
taken for another, or is not seen; and how well pages are outlined. No PyTorch is needed.
"""

import argparse
import random
from collections import Counter

import cv2
import numpy as np

from models.synthesis.scenes import make_flats, make_scene
from models.synthesis.sides import LAYOUTS
from service.screening.locate.layout import LayoutFinder


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=600)
    parser.add_argument("--seed", type=int, default=4242)
    options = parser.parse_args()
    cv2.setNumThreads(1)
    rng = random.Random(options.seed)
    flats = make_flats(rng, 160)
    finder = LayoutFinder()
    seen: Counter[tuple[str, str]] = Counter()
    overlaps: list[float] = []
    for _ in range(options.count):
        grey, target = make_scene(flats, rng)
        likelihoods, _ = finder.likelihoods(grey)
        found, drawn = likelihoods.argmax(axis=0), target[0].astype(int)
        areas = np.bincount(drawn.ravel(), minlength=len(LAYOUTS))[1:]
        largest = int(areas.argmax()) + 1 if areas.max() > 0.02 * drawn.size else 0
        inside = drawn == largest if largest else np.ones_like(drawn, bool)
        answer = int(np.bincount(found[inside], minlength=len(LAYOUTS)).argmax())
        seen[LAYOUTS[largest], LAYOUTS[answer]] += 1
        union = ((found > 0) | (drawn > 0)).sum()
        if union:
            overlaps.append(float(((found > 0) & (drawn > 0)).sum() / union))
    print("| drawn | scenes | right | taken for |\n|---|---|---|---|")
    for layout in LAYOUTS:
        answers = {was: n for (is_, was), n in seen.items() if is_ == layout}
        total = sum(answers.values())
        others = ", ".join(f"{was} {n}" for was, n in answers.items() if was != layout) or "-"
        print(f"| {layout} | {total} | {answers.get(layout, 0) / max(total, 1):.1%} | {others} |")
    print(f"\npages overlap their outlines by {np.mean(overlaps):.1%} (intersection over union)")


if __name__ == "__main__":
    main()

"""Where readers give up, defect by defect: `python -m benchmarks.ladder --count 6 --plot FILE.svg`.

Every document goes through eight steps of each defect; all readers see the same pictures in one run.
Counted are exact readings, and readings with all check digits right and a character wrong. `--plot`
needs matplotlib (extra `bench`).
"""

import argparse
from collections import defaultdict
from collections.abc import Mapping
from datetime import date
from pathlib import Path

import cv2

from benchmarks.peers.all import load_peers
from benchmarks.pictures import LADDER, STEPS, ladder
from service.mrz.parse import Zone, parse

TODAY = date(2026, 11, 25)
Counts = Mapping[tuple[str, str, int], list[tuple[bool, bool]]]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=6)
    parser.add_argument("--seed", type=int, default=3)
    parser.add_argument("--ours-only", action="store_true")
    parser.add_argument("--plot", type=Path)
    options = parser.parse_args()
    cv2.setNumThreads(1)
    peers = load_peers(ours_only=options.ours_only)
    answers: dict[tuple[str, str, int], list[tuple[bool, bool]]] = defaultdict(list)
    for defect, step, photo in ladder(options.count, options.seed):
        for peer in peers:
            try:
                lines = tuple(peer.read(photo.content))
            except Exception:  # a reader that breaks has not read
                lines = ()
            zone = parse(lines, TODAY) if lines else None
            is_valid = isinstance(zone, Zone) and zone.valid
            is_exact = lines == photo.lines
            answers[peer.name, defect, step].append((is_exact, is_valid and not is_exact))
    names = [peer.name for peer in peers]
    print(table(answers, names))
    if options.plot:
        draw(answers, names, options.plot)


def table(answers: Counts, names: list[str]) -> str:
    steps = " | ".join(str(step) for step in range(1, STEPS + 1))
    rows = [
        f"| defect | reader | {steps} | valid but wrong |",
        "|---" * (STEPS + 3) + "|",
    ]
    for defect in LADDER:
        for name in names:
            here = [answers[name, defect, step] for step in range(1, STEPS + 1)]
            shares = " | ".join(f"{sum(e for e, _ in one) / len(one):.0%}" for one in here)
            wrong = sum(w for one in here for _, w in one)
            rows.append(f"| {defect} | {name} | {shares} | {wrong} |")
    return "\n".join(rows)


def draw(answers: Counts, names: list[str], target: Path) -> None:
    from matplotlib import pyplot as plt

    figure, panels = plt.subplots(2, 4, figsize=(13, 6), sharey=True)
    steps = range(1, STEPS + 1)
    for panel, defect in zip(panels.flat, LADDER, strict=False):
        for n, name in enumerate(names):
            here = [answers[name, defect, step] for step in steps]
            exact = [sum(e for e, _ in one) / len(one) for one in here]
            wrong = [sum(w for _, w in one) / len(one) for one in here]
            (line,) = panel.plot(steps, exact, "o-", label=name, zorder=9 - n)
            panel.plot(steps, wrong, "x:", color=line.get_color(), zorder=9 - n)
        panel.set(title=defect, xlabel="step", ylim=(-0.03, 1.03))
    panels.flat[0].set_ylabel("share (dotted: valid but wrong)")
    panels.flat[7].axis("off")
    panels.flat[7].legend(*panels.flat[0].get_legend_handles_labels(), loc="center")
    figure.tight_layout()
    figure.savefig(target, format="svg", metadata={"Date": None})


if __name__ == "__main__":
    main()

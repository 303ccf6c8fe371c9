"""Readers of machine readable zones side by side, in one run, on one core.

`python -m benchmarks.readers FOLDER [--out FILE]`: FOLDER has `images/` and `truth.tsv` (columns
file, mrz_lines joined by |, legible), or the specimens' own JSON files. FastMRZ takes part where it
is installed (extra `bench`).
"""

import argparse
import io
import json
import statistics
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import cv2
from PIL import Image

from benchmarks.peers.all import load_peers
from benchmarks.peers.peer import Peer
from benchmarks.pictures import truth_of
from service.mrz.parse import Zone, parse

SPECIMENS = Path(__file__).parent.parent / "sample_docs" / "specimens"


@dataclass
class Case:
    name: str
    content: bytes
    lines: tuple[str, ...]
    is_legible: bool


@dataclass
class Tally:
    exact: int = 0
    valid: int = 0
    wrong_but_valid: int = 0
    invented: int = 0
    faults: int = 0
    seconds: list[float] = field(default_factory=list)


def cases_of(folder: Path) -> list[Case]:
    if (folder / "truth.tsv").exists():
        return [
            Case(
                row["file"],
                content,
                tuple(filter(None, row["mrz_lines"].split("|"))),
                row["legible"] == "yes",
            )
            for row, content in truth_of(folder)
        ]
    found: list[Case] = []
    for path in sorted(folder.glob("*.json")):
        truth = json.loads(path.read_text("utf-8"))
        for side, name in truth["files"].items():
            mrz = truth["sides"][side].get("mrz")
            if name.endswith(("pdf", "heic")):
                continue
            found.append(
                Case(
                    name,
                    (folder / name).read_bytes(),
                    tuple(mrz["lines"]) if mrz else (),
                    truth["verdict"] != "retake",
                )
            )
    return found


def measure(peers: Sequence[Peer], cases: Sequence[Case]) -> tuple[dict[str, Tally], float]:
    tallies = {peer.name: Tally() for peer in peers}
    decoding: list[float] = []
    today = datetime.now(UTC).date()
    for case in cases:
        started = time.perf_counter()
        try:
            Image.open(io.BytesIO(case.content)).convert("RGB").load()
        except OSError:
            continue
        decoding.append(time.perf_counter() - started)
        for peer in peers:
            tally = tallies[peer.name]
            started = time.perf_counter()
            try:
                lines = tuple(peer.read(case.content))
            except Exception:  # a reader that breaks has not read
                lines, tally.faults = (), tally.faults + 1
            tally.seconds.append(time.perf_counter() - started)
            zone = parse(lines, today) if lines else None
            is_valid = isinstance(zone, Zone) and zone.valid and bool(zone.checks)
            if case.lines and case.is_legible:
                tally.exact += lines == case.lines
                tally.valid += is_valid
            tally.wrong_but_valid += is_valid and bool(case.lines) and lines != case.lines
            tally.invented += is_valid and not case.lines
    return tallies, statistics.median(decoding)


def table(tallies: dict[str, Tally], decoding: float, cases: Sequence[Case]) -> str:
    legible = sum(bool(case.lines) and case.is_legible for case in cases)
    ours = statistics.median(tallies["prescreen"].seconds)
    rows = [
        f"{len(cases)} pictures, {legible} with a zone that a person can read; median decoding "
        f"{decoding * 1000:.0f} ms.",
        "",
        "| reader | exact | all digits valid | valid but wrong | invented | broke | median s | p95 s "
        "| ÷ decoding | ÷ ours |",
        "|---|---|---|---|---|---|---|---|---|---|",
    ]
    for name, one in tallies.items():
        median = statistics.median(one.seconds)
        p95 = sorted(one.seconds)[int(len(one.seconds) * 0.95) - 1]
        rows.append(
            f"| {name} | {one.exact} ({one.exact / max(legible, 1):.0%}) | {one.valid} "
            f"| {one.wrong_but_valid} | {one.invented} | {one.faults} | {median:.2f} | {p95:.2f} "
            f"| {median / decoding:.0f} | {median / ours:.1f} |"
        )
    return "\n".join(rows) + "\n"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, nargs="?", default=SPECIMENS)
    parser.add_argument("--out", type=Path)
    options = parser.parse_args()
    cv2.setNumThreads(1)
    peers = load_peers()
    cases = cases_of(options.folder)
    text = table(*measure(peers, cases), cases)
    print(text)
    if options.out:
        options.out.write_text(text, "utf-8")


if __name__ == "__main__":
    main()

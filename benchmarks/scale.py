"""What so many documents a day need, from measured figures and named assumptions: docs/scale.md.

python -m benchmarks.scale --documents 100000000
"""

import argparse
import math
from dataclasses import dataclass

DAY_S = 86_400


@dataclass(frozen=True)
class Figures:
    """Measured ones are of docs/benchmarks.md; assumed ones are yours to replace."""

    passport_core_s: float = 0.41
    """measured: 12 megapixels, one core"""
    licence_core_s: float = 0.52
    """measured: 12 megapixels, one core"""
    worker_mb: int = 348
    """measured: resident, flat over 400 screenings"""
    submissions_per_s: float = 2.5
    """measured: of one worker process, stand-in and database on the same two cores"""
    calls_per_submission: float = 7.0
    """measured: some 7,000 calls for 1,000 submissions"""
    licences: float = 0.4
    """assumed: share of documents that have no zone that says all"""
    accepted: float = 0.7
    """assumed"""
    peak: float = 3.0
    """assumed: busiest hour to the mean"""
    utilisation: float = 0.7
    """assumed: what the autoscaler aims at"""
    core_hour: float = 0.04
    """assumed: dollars"""
    gb_month: float = 0.023
    """assumed: dollars, object storage"""
    million_puts: float = 5.0
    """assumed: dollars"""
    document_mb: float = 4.0
    """assumed: one side and a half, original and three copies"""
    objects: float = 6.0
    """assumed: files and copies of one side and a half"""
    rows_kb: float = 12.0
    """assumed: rows and indexes of a screening"""
    commit_ms: float = 4.0
    """assumed: while which the head of the audit log is held, with a synchronous standby"""


def plan(documents: int, given: Figures) -> list[tuple[str, str, str]]:
    """Rows of a table: what, how much, and how it comes about."""
    per_s = documents / DAY_S
    core_s = given.passport_core_s * (1 - given.licences) + given.licence_core_s * given.licences
    cores = per_s * core_s / given.utilisation
    peak_cores = cores * given.peak
    submissions = per_s * given.accepted
    commits = 1000 / given.commit_ms * 0.5
    shards = 2 ** math.ceil(math.log2(per_s * given.peak / commits))
    tb_day = documents * given.document_mb / 1e6
    compute = core_s / given.utilisation * 1e6 / 3600 * given.core_hour
    month = given.document_mb * 1e6 / 1e3 * given.gb_month
    puts = given.objects * given.million_puts
    return [
        ("screenings a second", f"{per_s:,.0f}; {per_s * given.peak:,.0f}", "mean; peak"),
        ("core seconds a document", f"{core_s:.2f}", "60 % passports, 40 % others"),
        ("cores", f"{cores:,.0f}; {peak_cores:,.0f}", "mean; peak, at 70 % use"),
        (
            "pods of two workers",
            f"{cores / 2:,.0f}; {peak_cores / 2:,.0f}",
            "mean; peak",
        ),
        ("memory of workers at the peak, TB", f"{peak_cores * given.worker_mb / 1e6:.1f}", ""),
        (
            "incoming, Gbit a second",
            f"{tb_day * 8e3 / DAY_S * 0.75:,.0f}; {tb_day * 8e3 / DAY_S * 0.75 * given.peak:,.0f}",
            "originals alone; mean; peak",
        ),
        ("pictures a day, TB", f"{tb_day:,.0f}", f"{given.document_mb:.0f} MB a document"),
        ("rows a day, TB", f"{documents * given.rows_kb / 1e9:.1f}", "12 KB a document"),
        (
            "shards",
            f"{shards}",
            f"each {commits:.0f} commits a second, half of what the audit log's head allows",
        ),
        (
            "submissions a second",
            f"{submissions:,.0f}; {submissions * given.peak:,.0f}",
            "mean; peak",
        ),
        (
            "worker processes",
            f"{submissions / given.submissions_per_s:,.0f}",
            "mean; the peak waits in the queue",
        ),
        ("calls to Blaaiz a second", f"{submissions * given.calls_per_submission:,.0f}", "mean"),
        ("cores for a million documents, $", f"{compute:.2f}", ""),
        ("writing their pictures, $", f"{puts:.0f}", f"{given.objects:.0f} objects each"),
        ("keeping their pictures for a month, $", f"{month:.0f}", ""),
    ]


def main() -> None:
    """From the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--documents", type=int, default=100_000_000)
    print("| what | how much | |\n|---|---|---|")
    for row in plan(parser.parse_args().documents, Figures()):
        print(f"| {' | '.join(row)} |".replace("|  |", "| |"))


if __name__ == "__main__":
    main()

"""Verdicts over a folder of pictures with a truth table: what was accepted that must not be.

`python -m benchmarks.verdicts FOLDER`: FOLDER has `images/` and `truth.tsv` (columns file, kind,
issuing_country, expected_verdict). Each picture is screened alone, for a customer of its issuer's
country, with expiry and specimen marks only noted.
"""

import argparse
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import cv2

from benchmarks.pictures import truth_of
from service.intake.document import open_document
from service.intake.errors import IntakeError
from service.issuers.states import alpha2_of_alpha3
from service.policy.policy import Outcome, load_policy
from service.screening.claim import Claim, History
from service.screening.pipeline import screen
from service.screening.readers import load_readers

_NOTED = {"document_expired": Outcome.INFO, "document_specimen": Outcome.INFO}
_MUST_NOT = {"reject_national_id", "reject_wrong_document", "retake"}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    options = parser.parse_args()
    cv2.setNumThreads(1)
    default = load_policy()
    policy = replace(default, outcomes={**default.outcomes, **_NOTED})
    readers = load_readers()
    counts: Counter[tuple[str, str, str]] = Counter()
    wrongly_accepted: list[str] = []
    for row, content in truth_of(options.folder):
        country = alpha2_of_alpha3(row["issuing_country"]) or "GB"
        try:
            judged = screen(
                open_document(content, None),
                Claim(country),
                History(),
                policy,
                readers,
                datetime.now(UTC).date(),
            )
            verdict = judged.verdict.value
        except IntakeError as refusal:
            verdict = refusal.code
        counts[row["kind"], row["expected_verdict"], verdict] += 1
        if verdict == "accepted" and row["expected_verdict"] in _MUST_NOT:
            wrongly_accepted.append(row["file"])
    print("| kind | expected | verdict | pictures |\n|---|---|---|---|")
    for (kind, expected, verdict), count in sorted(counts.items()):
        print(f"| {kind} | {expected} | {verdict} | {count} |")
    print(f"\naccepted that must not be: {len(wrongly_accepted)} {wrongly_accepted or ''}")


if __name__ == "__main__":
    main()

"""Kind and country of fronts without a machine readable zone, by their print alone.

`python -m benchmarks.kinds [FOLDER] [--count N]`: drawn fronts of every state, mildly and moderately
degraded; and the pictures of FOLDER, where one is given, as in `benchmarks.verdicts`. *Unsure* is
what ends with a person or a new picture; only *wrong* may ever be accepted wrongly.
"""

import argparse
import random
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import cv2

from benchmarks.pictures import EXPIRES, MODERATE, as_jpeg, truth_of
from sample_docs.degrade import DEFECTS, photograph
from sample_docs.layouts.card import make_card
from sample_docs.layouts.licence import make_aamva_card, make_numbered_licence
from sample_docs.layouts.side import FlatDocument
from sample_docs.states import STATES
from service.intake.document import open_document
from service.intake.errors import IntakeError
from service.issuers.states import alpha2_of_alpha3
from service.policy.policy import load_policy
from service.screening.claim import Claim, History, Kind
from service.screening.evidence import Absent, Evidence
from service.screening.pipeline import screen
from service.screening.readers import Readers, load_readers

_JURISDICTIONS = (
    ("USA", "CA", "CALIFORNIA"),
    ("USA", "FL", "FLORIDA"),
    ("USA", "NY", "NEW YORK STATE"),
    ("USA", "WV", "WEST VIRGINIA"),
    ("USA", "GA", "GEORGIA"),
    ("USA", "WA", "WASHINGTON"),
    ("USA", "NM", "NEW MEXICO"),
    ("USA", "PA", "PENNSYLVANIA"),
    ("CAN", "ON", "ONTARIO"),
    ("CAN", "BC", "BRITISH COLUMBIA"),
    ("CAN", "AB", "ALBERTA"),
    ("CAN", "NS", "NOVA SCOTIA"),
)
_STRENGTHS: Mapping[str, float] = {"mild": 0.4, "moderate": 1.0}
"""How far each defect goes, of what phones usually send."""
_KINDS = {
    "driving_licence": Kind.DRIVERS_LICENSE,
    "national_id": Kind.NATIONAL_ID,
    "passport": Kind.PASSPORT,
    "passport_card": Kind.PASSPORT_CARD,
    "residence_permit": Kind.RESIDENT_PERMIT,
    "visa": Kind.VISA,
    "not_a_document": Kind.NONE,
}


@dataclass(frozen=True)
class Front:
    """A picture with its truth; `country` None where it has none."""

    group: str
    content: bytes
    kind: Kind
    country: str | None


def drawn(count: int, seed: int) -> Iterator[Front]:
    """Each layout of each state `count` times, at each strength."""
    for strength in _STRENGTHS:
        for n in range(count):
            for name, build in _layouts():
                rng = random.Random(f"{seed}/{strength}/{n}/{name}")
                flat = build(rng)
                yield Front(
                    f"drawn, {strength}",
                    _photo(flat, strength, rng),
                    Kind(flat.kind),
                    flat.country,
                )


def _layouts() -> Iterator[tuple[str, Callable[[random.Random], FlatDocument]]]:
    for code in sorted(STATES):
        if code == "UTO":
            continue
        for kind in ("national_id", "resident_permit"):
            yield (
                f"{code} {kind}",
                lambda rng, k=kind, c=code: make_card(
                    k,
                    c,
                    rng,
                    code="I",
                    expires=EXPIRES,
                    with_zone=False,
                    nationality="UTO" if k == "resident_permit" else None,
                ),
            )
        if code not in {"USA", "CAN"}:
            yield f"{code} licence", lambda rng, c=code: make_numbered_licence(c, rng, EXPIRES)
    for state, code, name in _JURISDICTIONS:
        for is_licence in (True, False):
            yield (
                f"{name} {is_licence}",
                lambda rng, s=state, c=code, m=name, i=is_licence: make_aamva_card(
                    c, m, rng, EXPIRES, is_licence=i, state_code=s
                ),
            )


def _photo(flat: FlatDocument, strength: str, rng: random.Random) -> bytes:
    picture, _ = photograph(flat.front.page.bgr, rng, long_side=1600, turn=rng.gauss(0, 3))
    name = rng.choice(sorted(MODERATE))
    worse = DEFECTS[name](picture, MODERATE[name] * _STRENGTHS[strength] * rng.uniform(0.5, 1), rng)
    return as_jpeg(worse)


def photographed(folder: Path) -> Iterator[Front]:
    """The pictures of a folder with a truth table."""
    for row, content in truth_of(folder):
        yield Front(
            f"public, {'legible' if row['legible'] == 'yes' else 'hardly legible'}",
            content,
            _KINDS.get(row["kind"], Kind.OTHER),
            alpha2_of_alpha3(row["issuing_country"]),
        )


def judge(front: Front, evidence: Evidence | None) -> tuple[str, str]:
    """right, unsure or wrong for the kind, and right, unread, wrong or "" for the country."""
    if evidence is None:
        return "unsure", ""
    kind = evidence.kind
    is_sure = kind.is_certain and not kind.is_contradicted
    if kind.kind is Kind.NONE:
        # Said of a document, it asks for a new picture.
        is_sure = front.kind is Kind.NONE
    said = "unsure" if not is_sure else "right" if kind.kind is front.kind else "wrong"
    if said != "right" or front.country is None:
        return said, ""
    if isinstance(evidence.country, Absent):
        return said, "unread"
    return said, "right" if evidence.country.alpha2 == front.country else "wrong"


def _evidence(front: Front, readers: Readers) -> Evidence | None:
    try:
        captures = open_document(front.content, None)
        today = datetime.now(UTC).date()
        policy = load_policy()
        claim = Claim(front.country or "GB")
        return screen(captures, claim, History(), policy, readers, today).evidence
    except IntakeError:
        return None


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, nargs="?")
    parser.add_argument("--count", type=int, default=1)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    cv2.setNumThreads(1)
    readers = load_readers()
    fronts = [*drawn(options.count, options.seed)]
    if options.folder:
        fronts += photographed(options.folder)
    rows: dict[tuple[str, Kind], Counter[str]] = {}
    for front in fronts:
        kind, country = judge(front, _evidence(front, readers))
        counts = rows.setdefault((front.group, front.kind), Counter())
        counts.update({"all": 1, f"kind {kind}": 1, f"country {country}": 1})
    columns = ("right", "unsure", "wrong"), ("right", "unread", "wrong")
    print("| pictures | kind | number | right | unsure | wrong | country right | unread | wrong |")
    print("|---|---|---|---|---|---|---|---|---|")
    for (group, kind), counts in sorted(rows.items()):
        cells = [counts[f"kind {column}"] for column in columns[0]]
        cells += [counts[f"country {column}"] for column in columns[1]]
        print(f"| {group} | {kind} | {counts['all']} | {' | '.join(map(str, cells))} |")


if __name__ == "__main__":
    main()

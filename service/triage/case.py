"""A screening as its page shows it: sides with marks, findings in words, what was told, measured."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from service.actions.disclosure import disclosed
from service.actions.issue_key import Role
from service.store.tables import Picture, Screening
from service.triage.reasons import in_plain_words

_STAGES: Final = ("decode", "quality", "locate", "read", "decide")


@dataclass(frozen=True, slots=True)
class Mark:
    """A finding's place: corners as fractions of the upright picture, "x,y x,y ..."."""

    number: int
    points: str
    outcome: str
    code: str


@dataclass(frozen=True, slots=True)
class SideView:
    """One picture and what is marked on it."""

    side: str
    width: int | None
    height: int | None
    marks: Sequence[Mark]
    has_mrz: bool
    measures: Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Case:
    """All that the page of one screening needs beyond its row.

    Attributes:
        findings: each with `number`, by which its mark on the picture is known.
        told: the finding that the person read first, or None where all was well.
        timings: stage, milliseconds, share of the whole in percent.

    """

    sides: Sequence[SideView]
    findings: Sequence[Mapping[str, Any]]
    told: Mapping[str, Any] | None
    votes: Sequence[Mapping[str, Any]]
    checks: Sequence[Mapping[str, Any]]
    timings: Sequence[tuple[str, float, float]]
    total_ms: float
    versions: Mapping[str, Any]
    attempts_left: int | None
    confidence: float | None


def case_of(row: Screening, pictures: Sequence[Picture]) -> Case:
    """The view of a screening and its stored files."""
    wire = disclosed(row.wire, Role.ANALYST, "en")
    told = disclosed(row.wire, Role.FRONTEND, "en")["findings"]
    kept = {(one.side, one.rendition) for one in pictures}
    numbered = in_plain_words(wire["findings"])
    quality: Mapping[str, Any] = wire.get("quality") or {}
    sides = [
        SideView(
            side=side,
            width=quality.get(side, {}).get("width"),
            height=quality.get(side, {}).get("height"),
            marks=_marks(numbered, side),
            has_mrz=(side, "mrz") in kept,
            measures=_measures(quality.get(side, {})),
        )
        for side in ("front", "back")
        if (side, "upright") in kept
    ]
    timings: Mapping[str, float] = wire.get("timings_ms") or {}
    total = timings.get("total") or 1.0
    document: Mapping[str, Any] = wire.get("document") or {}
    return Case(
        sides=sides,
        findings=numbered,
        told=next((one for one in told if one["outcome"] != "info"), None),
        votes=document.get("votes") or [],
        checks=sorted(wire.get("checks") or [], key=_worst_first),
        timings=[
            (stage, timings.get(stage, 0.0), round(timings.get(stage, 0.0) / total * 100, 1))
            for stage in _STAGES
        ],
        total_ms=timings.get("total", 0.0),
        versions=wire.get("versions") or {},
        attempts_left=wire.get("attempts_left"),
        confidence=document.get("confidence"),
    )


def _worst_first(check: Mapping[str, Any]) -> int:
    return ("failed", "not_run", "passed").index(check["state"])


def _marks(findings: Sequence[Mapping[str, Any]], side: str) -> Sequence[Mark]:
    return [
        Mark(
            number=finding["number"],
            points=" ".join(f"{x:.4f},{y:.4f}" for x, y in finding["region"]),
            outcome=finding["outcome"],
            code=finding["code"],
        )
        for finding in findings
        if finding.get("region") and finding.get("side") == side
    ]


def _measures(quality: Mapping[str, Any]) -> Sequence[tuple[str, str]]:
    """What was measured of one picture, in words."""
    found: list[tuple[str, str]] = []
    if quality.get("width"):
        found.append(("Size", f"{quality['width']} × {quality['height']} px, {quality['format']}"))
    if quality.get("text_height"):
        found.append(("Height of letters", f"{quality['text_height']} px"))
    for name, label in (
        ("sharpness", "Sharpness"),
        ("contrast", "Contrast"),
        ("exposure", "Brightness of paper"),
        ("glare", "Blown out"),
        ("coverage", "Document fills"),
    ):
        if quality.get(name) is not None:
            found.append((label, f"{quality[name] * 100:.0f} %"))
    if quality.get("rotation"):
        found.append(("Turned by", f"{quality['rotation']}°"))
    return found

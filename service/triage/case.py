"""A screening as its page shows it: sides with marks, findings in words, fields, lines."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from service.actions.disclosure import disclosed
from service.actions.issue_key import Role
from service.store.tables import Picture, Screening


@dataclass(frozen=True, slots=True)
class Mark:
    """A finding's place: corners in thousandths of the picture, for an SVG of 1000 by 1000."""

    number: int
    points: str
    outcome: str


@dataclass(frozen=True, slots=True)
class SideView:
    """One picture and what is marked on it."""

    side: str
    width: int
    height: int
    marks: tuple[Mark, ...]
    has_mrz: bool


@dataclass(frozen=True, slots=True)
class Case:
    """All that the page shows."""

    findings: Sequence[dict[str, Any]]
    sides: tuple[SideView, ...]
    fields: Sequence[tuple[str, str, str]]
    mrz: dict[str, Any] | None
    checks: Sequence[dict[str, Any]]


def case_of(row: Screening, pictures: Sequence[Picture]) -> Case:
    """The case of a screening; an erased one has no pictures and no fields."""
    wire = disclosed(row.wire, Role.ANALYST, "en")
    document: dict[str, Any] = wire.get("document") or {}
    sources: dict[str, str] = document.get("sources") or {}
    stored = {(picture.side, picture.rendition) for picture in pictures}
    quality: dict[str, Any] = wire.get("quality") or {}
    sides = tuple(
        SideView(
            side,
            int(measured.get("width", 1000)),
            int(measured.get("height", 1000)),
            tuple(
                Mark(
                    number,
                    " ".join(f"{x * 1000:.0f},{y * 1000:.0f}" for x, y in finding["region"]),
                    finding["outcome"],
                )
                for number, finding in enumerate(wire["findings"], start=1)
                if finding.get("region") and finding.get("side") == side
            ),
            (side, "mrz") in stored,
        )
        for side, measured in quality.items()
        if (side, "upright") in stored
    )
    return Case(
        findings=wire["findings"],
        sides=sides,
        fields=[
            (name.replace("_", " "), str(value), sources.get(name, ""))
            for name, value in document.items()
            if isinstance(value, str) and name not in {"type", "subtype"}
        ],
        mrz=document.get("mrz"),
        checks=wire.get("checks", []),
    )

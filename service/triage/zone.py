"""The machine readable zone character by character: what each means, and how sure its reading is."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from service.mrz.formats import LAYOUTS, Format

_DOUBTFUL: Final = 0.9
_POOR: Final = 0.65
"""Below it a character that no check digit covers is not believed: as in `screening.read.mrz`."""


@dataclass(frozen=True, slots=True)
class Character:
    """One character.

    Attributes:
        sureness: "sure", "doubtful", "poor", or "" where the reader tells none.
        role: "ok" or "wrong" of a check digit, "mended" of one put right, else "".

    """

    text: str
    field: str
    sureness: str
    role: str
    told: str


@dataclass(frozen=True, slots=True)
class CheckDigit:
    """One check digit as printed and as it should be."""

    name: str
    printed: str
    computed: str
    is_right: bool


@dataclass(frozen=True, slots=True)
class ZoneView:
    """The zone as the page shows it. `is_guess`: not believed, and not told to the caller."""

    format: str
    side: str
    lines: Sequence[Sequence[Sequence[Character]]]
    texts: Sequence[str]
    checks: Sequence[CheckDigit]
    repairs: Sequence[Mapping[str, Any]]
    doubts: Sequence[str]
    confidence: float
    readers: Sequence[str]
    is_guess: bool


def zone_of(document: Mapping[str, Any]) -> ZoneView | None:
    """The zone that was read, else the one that was guessed; None where there is neither."""
    wire = document.get("mrz") or document.get("mrz_guess")
    if not wire:
        return None
    lines: Sequence[str] = wire["lines"]
    sure: Sequence[Sequence[float]] = wire.get("character_confidence") or []
    digits = {(one["line"], one["column"]): one for one in wire.get("check_digits") or []}
    mended = {(one["line"], one["column"]): one for one in wire.get("repairs") or []}
    names = _names(wire["format"])
    shown: list[list[list[Character]]] = []
    doubts: list[str] = []
    for number, text in enumerate(lines, start=1):
        fields: list[list[Character]] = []
        for column, letter in enumerate(text, start=1):
            at = (number, column)
            probability = sure[number - 1][column - 1] if number <= len(sure) else None
            one = _character(letter, names.get(at, ""), probability, digits.get(at), mended.get(at))
            if one.sureness in {"doubtful", "poor"}:
                doubts.append(f"Line {number}, column {column}: {one.told}")
            if fields and fields[-1][-1].field == one.field:
                fields[-1].append(one)
            else:
                fields.append([one])
        shown.append(fields)
    return ZoneView(
        format=wire["format"],
        side=wire.get("side", "front"),
        lines=shown,
        texts=lines,
        checks=_checks(wire),
        repairs=wire.get("repairs") or [],
        doubts=doubts,
        confidence=wire.get("confidence", 0.0),
        readers=wire.get("readers") or [],
        is_guess=not document.get("mrz"),
    )


def _names(layout: str) -> Mapping[tuple[int, int], str]:
    return {
        (field.span.line, column): field.name.replace("_", " ")
        for field in LAYOUTS[Format(layout)].fields
        for column in range(field.span.start, field.span.end + 1)
    }


def _character(
    letter: str,
    field: str,
    probability: float | None,
    digit: Mapping[str, Any] | None,
    repair: Mapping[str, Any] | None,
) -> Character:
    sureness = ""
    told = [f"{letter}, {field}"]
    if probability is not None:
        sureness = "sure"
        if probability < _DOUBTFUL:
            sureness = "poor" if probability < _POOR else "doubtful"
        told.append(f"{probability * 100:.0f} % sure")
    role = ""
    if digit is not None:
        is_right = digit["valid"]
        role = "ok" if is_right else "wrong"
        told.append("agrees" if is_right else f"should be {digit['computed']}")
    elif repair is not None:
        role = "mended"
        told.append(f"read as {repair['from']}, because {repair['because']}")
    return Character(letter, field, sureness, role, ", ".join(told))


def _checks(wire: Mapping[str, Any]) -> Sequence[CheckDigit]:
    states: Mapping[str, bool] = wire.get("checks") or {}
    digits = {one["name"]: one for one in wire.get("check_digits") or []}
    return [
        CheckDigit(
            name.replace("_", " "),
            digits.get(name, {}).get("printed", ""),
            digits.get(name, {}).get("computed", ""),
            is_right,
        )
        for name, is_right in states.items()
    ]

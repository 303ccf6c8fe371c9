"""The layouts of machine readable zones as tables of fields. Positions count from 1, inclusive.

Sources: ICAO Doc 9303, eighth edition, parts 4 (TD3), 5 (TD1), 6 (TD2) and 7 (visas); the old
French card and the licence zones after public parsers, as no standard describes them.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class Format(StrEnum):
    """A layout, named as on the wire."""

    TD1 = "TD1"
    TD2 = "TD2"
    TD3 = "TD3"
    MRVA = "MRVA"
    MRVB = "MRVB"
    FRA_ID = "FRA_ID"
    DL_D1 = "DL_D1"
    DL_CHE = "DL_CHE"


class Value(StrEnum):
    """What a field holds: decides its characters and its parser."""

    CODE = "code"
    STATE = "state"
    NAMES = "names"
    NUMBER = "number"
    DIGIT = "digit"
    DIGIT_OR_FILLER = "digit_or_filler"
    BIRTH = "birth"
    DATE = "date"
    SEX = "sex"
    OPTIONAL = "optional"


@dataclass(frozen=True, slots=True)
class Span:
    """Columns `start` to `end` of a line, counted from 1, inclusive."""

    line: int
    start: int
    end: int

    def of(self, lines: tuple[str, ...]) -> str:
        """The characters here."""
        return lines[self.line - 1][self.start - 1 : self.end]


@dataclass(frozen=True, slots=True)
class FieldSpec:
    """A field by name, place and kind of value."""

    name: str
    span: Span
    value: Value


@dataclass(frozen=True, slots=True)
class CheckSpec:
    """A check digit: where it is printed, and over what it runs, joined in order."""

    name: str
    printed: Span
    covers: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Layout:
    """One format whole."""

    format: Format
    lengths: tuple[int, ...]
    fields: tuple[FieldSpec, ...]
    checks: tuple[CheckSpec, ...]

    def field(self, name: str) -> FieldSpec | None:
        """A field by name; None where this format has none of that name."""
        return next((f for f in self.fields if f.name == name), None)


def _spans(line: int, *ranges: tuple[int, int]) -> tuple[Span, ...]:
    return tuple(Span(line, a, b) for a, b in ranges)


def _second_line(optional_end: int) -> tuple[FieldSpec, ...]:
    """Fields that TD2, TD3 and both visas share at the same places of line 2."""
    return (
        FieldSpec("number", Span(2, 1, 9), Value.NUMBER),
        FieldSpec("number_check", Span(2, 10, 10), Value.DIGIT_OR_FILLER),
        FieldSpec("nationality", Span(2, 11, 13), Value.STATE),
        FieldSpec("date_of_birth", Span(2, 14, 19), Value.BIRTH),
        FieldSpec("date_of_birth_check", Span(2, 20, 20), Value.DIGIT),
        FieldSpec("sex", Span(2, 21, 21), Value.SEX),
        FieldSpec("date_of_expiry", Span(2, 22, 27), Value.DATE),
        FieldSpec("date_of_expiry_check", Span(2, 28, 28), Value.DIGIT),
        FieldSpec("optional_data", Span(2, 29, optional_end), Value.OPTIONAL),
    )


def _head(names_end: int) -> tuple[FieldSpec, ...]:
    return (
        FieldSpec("document_code", Span(1, 1, 2), Value.CODE),
        FieldSpec("issuing_state", Span(1, 3, 5), Value.STATE),
        FieldSpec("names", Span(1, 6, names_end), Value.NAMES),
    )


_SECOND_LINE_CHECKS: Final = (
    CheckSpec("document_number", Span(2, 10, 10), _spans(2, (1, 9))),
    CheckSpec("date_of_birth", Span(2, 20, 20), _spans(2, (14, 19))),
    CheckSpec("date_of_expiry", Span(2, 28, 28), _spans(2, (22, 27))),
)

TD3: Final = Layout(
    Format.TD3,
    (44, 44),
    (
        *_head(44),
        *_second_line(42),
        FieldSpec("optional_data_check", Span(2, 43, 43), Value.DIGIT_OR_FILLER),
        FieldSpec("composite_check", Span(2, 44, 44), Value.DIGIT),
    ),
    (
        *_SECOND_LINE_CHECKS,
        CheckSpec("optional_data", Span(2, 43, 43), _spans(2, (29, 42))),
        CheckSpec("composite", Span(2, 44, 44), _spans(2, (1, 10), (14, 20), (22, 43))),
    ),
)
TD2: Final = Layout(
    Format.TD2,
    (36, 36),
    (
        *_head(36),
        *_second_line(35),
        FieldSpec("composite_check", Span(2, 36, 36), Value.DIGIT),
    ),
    (
        *_SECOND_LINE_CHECKS,
        CheckSpec("composite", Span(2, 36, 36), _spans(2, (1, 10), (14, 20), (22, 35))),
    ),
)
MRVA: Final = Layout(Format.MRVA, (44, 44), (*_head(44), *_second_line(44)), _SECOND_LINE_CHECKS)
MRVB: Final = Layout(Format.MRVB, (36, 36), (*_head(36), *_second_line(36)), _SECOND_LINE_CHECKS)
TD1: Final = Layout(
    Format.TD1,
    (30, 30, 30),
    (
        FieldSpec("document_code", Span(1, 1, 2), Value.CODE),
        FieldSpec("issuing_state", Span(1, 3, 5), Value.STATE),
        FieldSpec("number", Span(1, 6, 14), Value.NUMBER),
        FieldSpec("number_check", Span(1, 15, 15), Value.DIGIT_OR_FILLER),
        FieldSpec("optional_data", Span(1, 16, 30), Value.OPTIONAL),
        FieldSpec("date_of_birth", Span(2, 1, 6), Value.BIRTH),
        FieldSpec("date_of_birth_check", Span(2, 7, 7), Value.DIGIT),
        FieldSpec("sex", Span(2, 8, 8), Value.SEX),
        FieldSpec("date_of_expiry", Span(2, 9, 14), Value.DATE),
        FieldSpec("date_of_expiry_check", Span(2, 15, 15), Value.DIGIT),
        FieldSpec("nationality", Span(2, 16, 18), Value.STATE),
        FieldSpec("optional_data_2", Span(2, 19, 29), Value.OPTIONAL),
        FieldSpec("composite_check", Span(2, 30, 30), Value.DIGIT),
        FieldSpec("names", Span(3, 1, 30), Value.NAMES),
    ),
    (
        CheckSpec("document_number", Span(1, 15, 15), _spans(1, (6, 14))),
        CheckSpec("date_of_birth", Span(2, 7, 7), _spans(2, (1, 6))),
        CheckSpec("date_of_expiry", Span(2, 15, 15), _spans(2, (9, 14))),
        CheckSpec(
            "composite",
            Span(2, 30, 30),
            (Span(1, 6, 30), Span(2, 1, 7), Span(2, 9, 15), Span(2, 19, 29)),
        ),
    ),
)
FRA_ID: Final = Layout(
    Format.FRA_ID,
    (36, 36),
    (
        FieldSpec("document_code", Span(1, 1, 2), Value.CODE),
        FieldSpec("issuing_state", Span(1, 3, 5), Value.STATE),
        FieldSpec("surname", Span(1, 6, 30), Value.NAMES),
        FieldSpec("office", Span(1, 31, 36), Value.OPTIONAL),
        FieldSpec("number", Span(2, 1, 12), Value.NUMBER),
        FieldSpec("number_check", Span(2, 13, 13), Value.DIGIT),
        FieldSpec("given_names", Span(2, 14, 27), Value.NAMES),
        FieldSpec("date_of_birth", Span(2, 28, 33), Value.BIRTH),
        FieldSpec("date_of_birth_check", Span(2, 34, 34), Value.DIGIT),
        FieldSpec("sex", Span(2, 35, 35), Value.SEX),
        FieldSpec("composite_check", Span(2, 36, 36), Value.DIGIT),
    ),
    (
        CheckSpec("document_number", Span(2, 13, 13), _spans(2, (1, 12))),
        CheckSpec("date_of_birth", Span(2, 34, 34), _spans(2, (28, 33))),
        CheckSpec("composite", Span(2, 36, 36), (Span(1, 1, 36), Span(2, 1, 35))),
    ),
)
DL_D1: Final = Layout(
    Format.DL_D1,
    (30,),
    (
        FieldSpec("document_code", Span(1, 1, 2), Value.CODE),
        FieldSpec("issuing_state", Span(1, 3, 5), Value.STATE),
        FieldSpec("number", Span(1, 6, 14), Value.NUMBER),
        FieldSpec("number_check", Span(1, 15, 15), Value.DIGIT),
        FieldSpec("date_of_expiry", Span(1, 16, 21), Value.DATE),
        FieldSpec("surname", Span(1, 22, 29), Value.NAMES),
        FieldSpec("composite_check", Span(1, 30, 30), Value.DIGIT),
    ),
    (
        CheckSpec("document_number", Span(1, 15, 15), _spans(1, (1, 14))),
        CheckSpec("composite", Span(1, 30, 30), _spans(1, (1, 29))),
    ),
)
DL_CHE: Final = Layout(
    Format.DL_CHE,
    (9, 30, 30),
    (
        FieldSpec("number", Span(1, 1, 9), Value.OPTIONAL),
        FieldSpec("document_code", Span(2, 1, 2), Value.CODE),
        FieldSpec("issuing_state", Span(2, 3, 5), Value.STATE),
        FieldSpec("optional_data", Span(2, 6, 30), Value.OPTIONAL),
        FieldSpec("names", Span(3, 1, 30), Value.NAMES),
    ),
    (),
)

LAYOUTS: Final = {
    layout.format: layout for layout in (TD1, TD2, TD3, MRVA, MRVB, FRA_ID, DL_D1, DL_CHE)
}


def layouts_for(lines: tuple[str, ...]) -> tuple[Layout, ...]:
    """Layouts that these lines may have, by their number, lengths and first letters.

    TD3 and MRV-A share a shape, as do TD2, MRV-B and the old French card: the first letters decide.
    """
    lengths = tuple(len(line) for line in lines)
    fitting = [layout for layout in LAYOUTS.values() if layout.lengths == lengths]
    head = lines[0][:5] if lines else ""
    chosen: list[Layout] = []
    for layout in fitting:
        is_visa = layout.format in {Format.MRVA, Format.MRVB}
        if (
            (is_visa and head[:1] != "V")
            or (layout.format in {Format.TD3, Format.TD2} and head[:1] == "V")
            or (layout.format is Format.FRA_ID and head != "IDFRA")
            or (layout.format is Format.DL_D1 and head[:2] != "D1")
            or (layout.format is Format.DL_CHE and lines[1][:2] != "FA")
        ):
            continue
        chosen.append(layout)
    # The French card outranks TD2 where both fit: as TD2 it would be read into rubbish.
    chosen.sort(key=lambda one: one.format is not Format.FRA_ID)
    return tuple(chosen)

"""Lines to a zone: fields, check digits, and what is wrong where. Pure, and useful alone."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Final

from service.mrz.check_digits import ALPHABET, FILLER, check_digit
from service.mrz.dates import PartialDate, parse_birth, parse_expiry
from service.mrz.formats import CheckSpec, FieldSpec, Format, Layout, Span, Value, layouts_for

_LONG_NUMBER: Final = MappingProxyType({Format.TD1: (1, 16, 28), Format.TD2: (2, 29, 35)})
"""Where a number of more than nine characters goes on: line, first column, last column."""


@dataclass(frozen=True, slots=True)
class CheckResult:
    """One check digit as printed and as it should be."""

    name: str
    printed: str
    computed: str
    valid: bool
    at: Span


@dataclass(frozen=True, slots=True)
class Problem:
    """A field that does not hold what its kind may hold."""

    field: str
    at: Span
    why: str


@dataclass(frozen=True, slots=True)
class Zone:
    """A parsed machine readable zone.

    Attributes:
        lines: as given.
        document_code, issuing_state, nationality: without fillers, e.g. "P", "D"; empty where the
            format has none.
        number: joined with its continuation, without fillers.
        optional: fields of the issuer's own choice by name, without trailing fillers.
        is_name_cut: the last place of the names is a letter, so they may have been truncated.

    """

    format: Format
    lines: tuple[str, ...]
    document_code: str
    issuing_state: str
    nationality: str
    number: str
    surname: str
    given_names: str
    is_name_cut: bool
    date_of_birth: date | PartialDate | None
    sex: str
    date_of_expiry: date | None
    optional: Mapping[str, str]
    checks: tuple[CheckResult, ...]
    problems: tuple[Problem, ...]

    @property
    def valid(self) -> bool:
        """Whether every check digit of the format agrees."""
        return all(check.valid for check in self.checks)


@dataclass(frozen=True, slots=True)
class Unparsed:
    """Lines that have no known layout, and why."""

    why: str


def parse(lines: Sequence[str], today: date) -> Zone | Unparsed:
    """The zone in `lines`, which must hold nothing but the MRZ's alphabet.

    Never raises for any text: lines of an unknown shape are Unparsed, and fields that make no
    sense are `problems` with their place. Where two layouts fit, the one with more valid check
    digits is taken.
    """
    given = tuple(lines)
    if any(c not in ALPHABET for line in given for c in line):
        return Unparsed("characters outside A-Z, 0-9 and <")
    layouts = layouts_for(given)
    if not layouts:
        return Unparsed(f"no layout has lines of {[len(line) for line in given]} characters")
    zones = [_parse_as(layout, given, today) for layout in layouts]
    return max(zones, key=lambda zone: sum(check.valid for check in zone.checks))


def _parse_as(layout: Layout, lines: tuple[str, ...], today: date) -> Zone:
    problems: list[Problem] = []

    def text(name: str) -> str:
        field = layout.field(name)
        return field.span.of(lines) if field else ""

    for field in layout.fields:
        why = _complaint(field, field.span.of(lines), today)
        if why:
            problems.append(Problem(field.name, field.span, why))
    number, number_check = _number(layout, lines)
    checks = tuple(
        number_check if spec.name == "document_number" and number_check else _checked(spec, lines)
        for spec in layout.checks
    )
    surname, given_names, is_cut = _names(layout, lines)
    birth, expiry = layout.field("date_of_birth"), layout.field("date_of_expiry")
    return Zone(
        format=layout.format,
        lines=lines,
        document_code=text("document_code").rstrip(FILLER),
        issuing_state=text("issuing_state").rstrip(FILLER),
        nationality=text("nationality").rstrip(FILLER),
        number=number,
        surname=surname,
        given_names=given_names,
        is_name_cut=is_cut,
        date_of_birth=parse_birth(birth.span.of(lines), today) if birth else None,
        sex=text("sex").replace(FILLER, "X") if layout.field("sex") else "",
        date_of_expiry=parse_expiry(expiry.span.of(lines), today) if expiry else None,
        optional={
            field.name: value
            for field in layout.fields
            if field.value is Value.OPTIONAL and (value := field.span.of(lines).rstrip(FILLER))
        },
        checks=checks,
        problems=tuple(problems),
    )


def _checked(spec: CheckSpec, lines: tuple[str, ...]) -> CheckResult:
    printed = spec.printed.of(lines)
    covered = "".join(span.of(lines) for span in spec.covers)
    computed = check_digit(covered)
    # Doc 9303 part 4, 4.2.2.2: over an empty personal number the digit may be a filler.
    may_be_filler = spec.name == "optional_data" and not covered.strip(FILLER)
    valid = printed == computed or (may_be_filler and printed == FILLER)
    return CheckResult(spec.name, printed, computed, valid, spec.printed)


def _number(layout: Layout, lines: tuple[str, ...]) -> tuple[str, CheckResult | None]:
    """The document number, and its check where it runs on into the optional data.

    Doc 9303 part 5, 4.2.2.3 note j and part 6, 4.2.2.2 note j: a filler in place of the check
    digit, then the rest of the number, its check digit and a filler.
    """
    field, check = layout.field("number"), layout.field("number_check")
    if field is None:
        return "", None
    principal = field.span.of(lines)
    where = _LONG_NUMBER.get(layout.format)
    if where is None or check is None or check.span.of(lines) != FILLER:
        return principal.replace(FILLER, ""), None
    line, first, last = where
    room = lines[line - 1][first - 1 : last + 1]
    rest = room.split(FILLER, 1)[0]
    # A filler here too: there is no continuation, only a check digit that is absent or misread.
    if len(rest) < 2:
        return principal.replace(FILLER, ""), None
    continuation, printed = rest[:-1], rest[-1]
    computed = check_digit(principal + continuation)
    with_filler = check_digit(principal + FILLER + continuation)
    # Older Belgian cards keep the filler in the sum; the rule comes first.
    valid = printed in {computed, with_filler}
    at = Span(line, first + len(rest) - 1, first + len(rest) - 1)
    number = (principal + continuation).replace(FILLER, "")
    return number, CheckResult("document_number", printed, computed, valid, at)


def _names(layout: Layout, lines: tuple[str, ...]) -> tuple[str, str, bool]:
    names = layout.field("names")
    if names is not None:
        text = names.span.of(lines)
        primary, _, secondary = text.partition(FILLER * 2)
        return _words(primary), _words(secondary), not text.endswith(FILLER)
    parts = [layout.field("surname"), layout.field("given_names")]
    texts = [part.span.of(lines) if part else "" for part in parts]
    is_cut = any(text and not text.endswith(FILLER) for text in texts)
    return _words(texts[0]), _words(texts[1]), is_cut


def _words(text: str) -> str:
    return " ".join(word for word in text.split(FILLER) if word)


def _complaint(field: FieldSpec, text: str, today: date) -> str | None:
    """What is wrong with a field's characters or value; None where nothing is."""
    letters = text.replace(FILLER, "")
    match field.value:
        case Value.CODE:
            wrong = not text[:1].isalpha()
        case Value.STATE:
            wrong = not letters.isalpha() or text.rstrip(FILLER) != letters
        case Value.NAMES:
            wrong = not letters.isalpha() and bool(letters)
        case Value.DIGIT:
            wrong = not text.isdecimal()
        case Value.DIGIT_OR_FILLER:
            wrong = not (text.isdecimal() or text == FILLER)
        case Value.SEX:
            wrong = text not in {"M", "F", FILLER, "X"}
        case Value.BIRTH:
            wrong = parse_birth(text, today) is None
        case Value.DATE:
            wrong = parse_expiry(text, today) is None
        case Value.NUMBER:
            wrong = not letters
        case Value.OPTIONAL:
            wrong = False
    return f"not a {field.value}" if wrong else None

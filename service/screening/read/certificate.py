"""What a certificate of incorporation says of its company: by labels, and by its sentence.

Most registries print one sentence, "I hereby certify that NAME is this day incorporated under ...";
extracts of registers print labels with values beside or below them. A number counts only in the form
that the named registry gives its numbers.
"""

import itertools
import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

import numpy as np
from rapidfuzz import fuzz

from service.issuers.registries import Registry, registry_in
from service.screening.evidence import Field, TextLine
from service.screening.read.dates_in_words import dates_in_sentence

# Without accents and in small letters; of several that fit, the longest counts.
_LABELS: Final[dict[str, tuple[str, ...]]] = {
    "company_name": (
        "company name",
        "name of company",
        "name of the company",
        "name of corporation",
        "enterprise name",
        "corporate name",
        "legal name",
        "trade name",
        "entity name",
        "denomination ou raison sociale",
        "denomination sociale",
        "denomination",
        "raison sociale",
        "name der firma",
        "firma",
        "razon social",
        "denominazione",
    ),
    "registration_number": (
        "company number",
        "company no",
        "company registration number",
        "company registration no",
        "registration number",
        "registration no",
        "registered number",
        "reg no",
        "rc number",
        "rc no",
        "rc",
        "file number",
        "entity number",
        "crn",
        "immatriculation au rcs, numero",
        "immatriculation au rcs",
        "numero d'immatriculation",
        "nummer der firma",
        "registernummer",
        "unique entity number",
        "uen",
        "corporate identity number",
        "cin",
        "corporation number",
        "australian company number",
        "acn",
        "number",
        "no",
    ),
    "date_of_incorporation": (
        "date of incorporation",
        "incorporation date",
        "date of registration",
        "registration date",
        "date d'immatriculation",
        "date of formation",
        "tag der ersten eintragung",
    ),
}
_LABEL_MARKS: Final = re.compile(r"^[\s.:;#\-–°]+")
# The label goes on in another language, or says how a date is written: it is a caption.
_CAPTION: Final = re.compile(r"\s*[/(]\s*[^\W\d_]{3}")
_LIST_MARKS: Final = re.compile(r"^(?:\(?\d{1,2}[.)]\s*)?(?:\(?[a-c][.)]\s*)?")
_ANY_NUMBER: Final = re.compile(
    r"(?<![A-Z0-9])(?:\d{3}(?:\s\d{3}){1,3}|"
    r"(?=[A-Z/.\-]{0,22}\d[A-Z0-9/.\-]{0,22}\d)[A-Z0-9/.\-]{4,24})(?![A-Z0-9]|\s?/)"
)
"""Of a registry that is not known: groups of three figures, or a word with at least two figures."""
_INCORPORATED: Final = (
    r"\b(?:is|was|has|having)\s*(?:this\s*day|on\s*this|duly|now|been|by\s*special|"
    r"incorporated|registered|a\s*(?:registered\s*)?company)"
)
_SENTENCE: Final = re.compile(
    r"(?:cert\w{2,6}|confirm)\s*that\s*[:,]?\s*(.{2,160}?)" + _INCORPORATED, re.IGNORECASE
)
_NAMED: Final = re.compile(
    r"name\s*of\s*(?:the|this)\s*(?:corporation|company)\s*is:?\s*(.{2,120}?)"
    r"(?=\s*(?:SECOND\b|ARTICLE\b|2\.|II\b))",
    re.IGNORECASE,
)
_CERTIFICATE_OF: Final = re.compile(
    r"\bcertificate\s?of\s?incorporation(\s?of\b)?\s?[:\"“]*\s?(.*)$", re.IGNORECASE
)
_AFTER_NAME: Final = re.compile(r"[\"”],?\s?|,\s*filed\b", re.IGNORECASE)
_NUMBER_AFTER_NAME: Final = re.compile(
    r"[\s,(]+(?:a\.?c\.?n\b|(?:australian\s*)?company\s*n(?:umber|o)\b|registration\s*n(?:umber|o)\b).*",
    re.IGNORECASE,
)
_NO_NAME: Final = re.compile(
    r"^(?:an?\b|of\b|the\s+undersigned|the\s+above|private|public|company|on\b|no\b)",
    re.IGNORECASE,
)
_DATE_CUES: Final = (
    re.compile(
        r"incorporated\b(?:\s*under.{0,60}?,)?\s*(?:on(?:\s*and\s*from)?\b)(?:\s*this)?",
        re.IGNORECASE,
    ),
    re.compile(r"\bcommencement\s*of\s*registration\s*is\b", re.IGNORECASE),
    re.compile(r"\b(?:given|dated|sealed|filed|issued\s*by)\b", re.IGNORECASE),
)
_SLIP_FROM: Final = 10
_ALIKE: Final = 88.0
_DATE_REACH: Final = 140
"""Characters from its cue within which a date stands: a place and a seal come between."""


@dataclass(frozen=True, slots=True)
class _Flow:
    """Lines in reading order, and all of them as one text; `starts` are offsets in it."""

    lines: tuple[TextLine, ...]
    text: str
    starts: tuple[int, ...]

    def likelihood(self, start: int, end: int) -> float:
        """Of the worst line that a span of the text touches."""
        return min(
            (
                line.likelihood
                for line, at in zip(self.lines, self.starts, strict=True)
                if at < end and at + len(line.text) > start
            ),
            default=0.0,
        )


def read_certificate(
    lines: Sequence[TextLine], source: str, *, month_first: bool, today: date
) -> dict[str, Field]:
    """Values by name: registry, jurisdiction, company_name, registration_number, date_of_incorporation.

    Args:
        lines: of one page, in any order, with quads of one frame.
        source: "text" or "text_layer", for the fields.
        month_first: how the issuer writes dates in figures.
        today: settles two-digit years.

    """
    flow = _in_order(lines)
    # Long names go over two lines.
    pairs = (f"{one.text} {two.text}" for one, two in itertools.pairwise(flow.lines))
    registry = registry_in([*(line.text for line in flow.lines), *pairs])
    found = {
        "company_name": _company_name(flow),
        "registration_number": _number(flow, registry),
        "date_of_incorporation": _date(flow, month_first=month_first, today=today),
    }
    if registry is not None:
        found |= {"registry": (registry.name, 1.0), "jurisdiction": (registry.jurisdiction, 1.0)}
    return {
        name: Field(value[0], source, round(value[1], 3)) for name, value in found.items() if value
    }


_Value = tuple[str, float]
"""A text and its likelihood."""


def _in_order(lines: Sequence[TextLine]) -> _Flow:
    """Row by row, each from left to right, in the direction of the text."""
    if not lines:
        return _Flow((), "", ())
    quads = np.array([line.quad for line in lines], np.float64)
    along = (quads[:, 1] - quads[:, 0]).sum(axis=0)
    right = along / max(float(np.linalg.norm(along)), 1e-6)
    down = np.array([-right[1], right[0]])
    centres = quads.mean(axis=1)
    x, y = centres @ right, centres @ down
    heights = np.ptp(quads @ down, axis=1)
    order: list[int] = []
    rows: list[list[int]] = []
    for n in np.argsort(y, kind="stable").tolist():
        row = rows[-1] if rows else []
        if row and y[n] - y[row[0]] < 0.5 * min(heights[n], heights[row[0]]):
            row.append(n)
        else:
            rows.append([n])
    for row in rows:
        order += sorted(row, key=lambda n: float(x[n]))
    ordered = tuple(lines[n] for n in order)
    starts, at = [], 0
    for line in ordered:
        starts.append(at)
        at += len(line.text) + 1
    return _Flow(ordered, " ".join(line.text for line in ordered), tuple(starts))


def _company_name(flow: _Flow) -> _Value | None:
    for pattern in (_SENTENCE, _NAMED):
        match = pattern.search(flow.text)
        if match:
            name = _without_label(_clean_name(_NUMBER_AFTER_NAME.sub("", match[1])))
            if _is_name(name) and not _NO_NAME.match(name):
                return name, flow.likelihood(*match.span(1))
    for value in _labelled(flow, "company_name"):
        name = _clean_name(value.text)
        if _is_name(name):
            return name, value.likelihood
    return _under_the_title(flow)


def _under_the_title(flow: _Flow) -> _Value | None:
    """After the title, "OF" and the name, on the same line or the next."""
    for n, line in enumerate(flow.lines):
        match = _CERTIFICATE_OF.search(" ".join(line.text.split()))
        if not match:
            continue
        following = list(flow.lines[n + 1 : n + 3])
        says_of = bool(match[1])
        if not says_of and following and _plain(following[0].text) == "of":
            says_of = bool(following.pop(0))
        if match[2]:
            following = [replace(line, text=match[2])]
        text = following[0].text.lstrip(' "“') if following else ""
        name = _clean_name(_AFTER_NAME.split(text)[0])
        if says_of and _is_name(name) and not _NO_NAME.match(name):
            return name, following[0].likelihood
    return None


def _clean_name(text: str) -> str:
    return " ".join(text.split()).strip(" .:,;*\"“”‘’'")


def _without_label(name: str) -> str:
    label = _longest(_LABELS["company_name"], _plain(name))
    return _clean_name(name[len(label) :]) if label else name


def _is_name(name: str) -> bool:
    return sum(c.isalpha() for c in name) >= 2 and len(name) <= 160


def _number(flow: _Flow, registry: Registry | None) -> _Value | None:
    pattern = registry.number if registry else _ANY_NUMBER
    for value in _labelled(flow, "registration_number", with_label=True):
        match = pattern.search(value.text.upper())
        if match:
            return _compact(match[0]), value.likelihood
    if registry is not None and registry.alone:
        match = registry.alone.search(" ".join(flow.text.upper().split()))
        if match:
            return _compact(match[0]), flow.likelihood(*match.span())
    return None


def _compact(number: str) -> str:
    return re.sub(r"\s", "", number)


def _date(flow: _Flow, *, month_first: bool, today: date) -> _Value | None:
    def first(text: str) -> date | None:
        return next(iter(dates_in_sentence(text, month_first=month_first, today=today)), None)

    for value in _labelled(flow, "date_of_incorporation"):
        day = first(value.text)
        if day:
            return day.isoformat(), value.likelihood
    for cue in _DATE_CUES:
        for match in cue.finditer(flow.text):
            end = match.end() + _DATE_REACH
            day = first(flow.text[match.end() : end])
            if day:
                return day.isoformat(), flow.likelihood(match.end(), end)
    return None


def _labelled(flow: _Flow, name: str, *, with_label: bool = False) -> Iterator[TextLine]:
    """What may stand for a field: the rest of a label's line, the next line, or that over a caption.

    Args:
        with_label: gives the whole line instead of its rest; RC is a label and part of a number.

    """
    for n, line in enumerate(flow.lines):
        text = _LIST_MARKS.sub("", line.text.strip())
        label = _longest(_LABELS[name], _plain(text))
        if label is None:
            continue
        rest = _LABEL_MARKS.sub("", text[len(label) :])
        if _CAPTION.match(text[len(label) :]):
            yield from (*flow.lines[n + 1 : n + 2], *flow.lines[max(n - 1, 0) : n])
        elif any(c.isalnum() for c in rest):
            yield line if with_label else replace(line, text=rest)
        elif n + 1 < len(flow.lines):
            yield flow.lines[n + 1]


def _longest(labels: Sequence[str], plain: str) -> str | None:
    """The longest label that a text starts with and does not go on within a word.

    One that fills its line may have a reader's slip.
    """
    fits = [
        label
        for label in labels
        if plain.startswith(label) and not plain[len(label) : len(label) + 1].isalpha()
    ]
    if not fits and len(plain) >= _SLIP_FROM:
        nearly = [one for one in labels if fuzz.ratio(one, plain.rstrip(" .:;")) >= _ALIKE]
        fits = [plain] if nearly else []
    return max(fits, key=len, default=None)


def _plain(text: str) -> str:
    """Small letters without accents; as long as the text, but for rare ligatures."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(c for c in decomposed if not unicodedata.combining(c)).strip()

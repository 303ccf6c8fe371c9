"""Printed titles in the text, and what they say of the kind."""

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import Final

import numpy as np
from rapidfuzz import fuzz

from service.issuers.titles import Title, normalise, titles
from service.screening.claim import Kind
from service.screening.evidence import TextLine, TitleMatch, Vote

_ALIKE: Final = 88.0
_FUZZY_FROM: Final = 8
_EXACT_UP_TO: Final = 5
_JOINED_FROM: Final = 11
_HEADING: Final = 0.8
_LATIN: Final = re.compile(r"[A-Z]")
# Words that turn a title into the label of a field: "Passport No.", "ID card number".
_LABEL_MARKS: Final = frozenset(["NO", "NR", "NUM", "NUMBER", "NUMERO", "NUMMER"])


def find_titles(lines: Sequence[TextLine]) -> tuple[TitleMatch, ...]:
    """Titles in the lines, at most one in each part of a line: the longest that fits."""
    if not lines:
        return ()
    heights = [_height(line) for line in lines]
    median = float(np.median(heights)) or 1.0
    found: list[TitleMatch] = []
    for line, height in zip(lines, heights, strict=True):
        for part in re.split(r"[/|•·]", line.text):
            segment = normalise(part)
            best = _best_title(segment)
            if best is None:
                continue
            title, score = best
            if _heads_paper(title, segment, part):
                score = max(score, _HEADING)
            found.append(
                TitleMatch(
                    title=title.text,
                    kind=Kind(title.kind),
                    subkind=title.subkind,
                    decisive=title.decisive,
                    countries=title.countries,
                    score=score,
                    prominence=height / median,
                    quad=line.quad,
                )
            )
    return tuple(found)


def votes_of_titles(matches: Iterable[TitleMatch]) -> tuple[tuple[Vote, str], ...]:
    """A decisive title that stands alone decides; one within a sentence supports."""
    return tuple(
        (
            Vote(match.kind, _weight(match), "title", f"title {match.title}"),
            match.subkind,
        )
        for match in matches
    )


def _weight(match: TitleMatch) -> float:
    if not match.decisive:
        return 0.4 * match.score
    return 0.95 * match.score if match.score >= 0.6 else 0.65 * match.score


def _best_title(segment: str) -> tuple[Title, float] | None:
    """The title of a segment, and how much of the segment it is, 0 to 1."""
    if len(segment) < 2:
        return None
    if segment in _by_normal():
        return _by_normal()[segment], 1.0
    padded = f" {segment} "
    words = segment.split()
    unspaced = segment.replace(" ", "")
    for title in titles():
        normal = title.normal
        if not _LATIN.search(normal):
            # Scripts without spaces, or with joined ones: containment is enough.
            if len(normal) >= 3 and normal.replace(" ", "") in segment.replace(" ", ""):
                return title, min(1.0, len(normal) / len(segment) + 0.3)
            continue
        if len(normal) <= _EXACT_UP_TO:
            if segment == normal:
                return title, 1.0
            continue
        joined = normal.replace(" ", "")
        # Readers lose the gaps between words of titles that are widely or tightly set.
        if f" {normal} " in padded or (len(joined) >= _JOINED_FROM and joined in unspaced):
            rest = padded.replace(f" {normal} ", " ").split()
            if any(word in _LABEL_MARKS for word in rest) and len(rest) <= 4:
                return None
            return title, len(normal) / max(len(segment), len(normal))
        if len(normal) >= _FUZZY_FROM and abs(len(normal) - len(segment)) <= 3:
            ratio = fuzz.ratio(segment, normal)
            if ratio >= _ALIKE and not any(word in _LABEL_MARKS for word in words):
                return title, ratio / 100
    return None


@cache
def _by_normal() -> Mapping[str, Title]:
    return {title.normal: title for title in reversed(titles())}


def _heads_paper(title: Title, segment: str, part: str) -> bool:
    """Whether a company's paper goes on with the company: ARTICLES OF ASSOCIATION OF NAME LIMITED."""
    is_paper = title.subkind == "company_paper" or title.kind == Kind.CERTIFICATE_OF_INCORPORATION
    return is_paper and part.isupper() and segment.startswith(f"{title.normal} OF ")


def _height(line: TextLine) -> float:
    quad = np.array(line.quad)
    return float(np.linalg.norm(quad[3] - quad[0]) + np.linalg.norm(quad[2] - quad[1])) / 2

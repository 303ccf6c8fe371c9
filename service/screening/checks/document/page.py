"""Is it the page with the photograph, and not the cover or another page of the book?"""

import re
from collections.abc import Sequence
from typing import Final

from service.policy.policy import Outcome, Policy
from service.screening.claim import Kind
from service.screening.evidence import Absent, Evidence, SideEvidence
from service.screening.findings import Finding, Limit, NotRun, NotRunWhy, Reason

WRONG_PAGE: Final = Reason(
    "document_wrong_page",
    Outcome.RETAKE,
    "This isn't the page with your photo.",
    "Open your passport and photograph the page with your photo on it.",
    retryable=True,
)
REASONS: Final = (WRONG_PAGE,)
COVER_LINES: Final = Limit(
    "cover_lines_max", 8.0, "lines of text", "covers carry a state, a title and an emblem"
)
LIMITS: Final = (COVER_LINES,)
_PERSON: Final = re.compile(
    r"surname|given|birth|\bsex\b|expir|date of|authority|"
    r"\bnom\b|pr[eé]nom|naissance|\bsexe\b|apellido|nombre|nacimiento|geburt|vorname|"
    r"cognome|nascita|nascimento|фамилия|рожден|姓|出生|تاريخ|\d{2}[ ./-]?(\d{2}|[A-Z]{3})[ ./-]",
    re.IGNORECASE,
)
# Headings of inside pages. Not VISA alone: bank cards say so.
_INSIDE: Final = re.compile(
    r"^\W*(visas|visados|vistos|visti|sichtvermerke|observations?|observaciones|"
    r"endorsements?|amendments?( and endorsements)?|official observations?|"
    r"amtliche vermerke|визы)(\W+(visas|observations?))*\W*$|"
    r"this passport contains \d+ (numbered )?pages|ce passeport contient \d+ pages|"
    r"in case of (accident|emergency)|personne à prévenir",
    re.IGNORECASE,
)


def check(evidence: Evidence, policy: Policy) -> Sequence[Finding] | NotRun:
    """A passport's title without a zone and without a word of a person; or a page's own heading."""
    if any(not isinstance(side.mrz, Absent) for side in evidence.sides.values()):
        return ()
    sides = [(name, s) for name, s in evidence.sides.items() if isinstance(s.text, tuple)]
    if not sides:
        return NotRun(NotRunWhy.TEXT_UNREADABLE)
    is_passport = evidence.kind.kind is Kind.PASSPORT
    if not is_passport and evidence.kind.kind not in {Kind.NONE, Kind.OTHER, Kind.VISA}:
        return ()
    most = policy.limit("document.page", COVER_LINES.name)
    return [
        Finding(WRONG_PAGE, name)
        for name, side in sides
        if not _names_person(side) and (_is_inside(side) or (is_passport and _is_cover(side, most)))
    ]


def _is_cover(side: SideEvidence, most_lines: float) -> bool:
    lines = side.text if isinstance(side.text, tuple) else ()
    return len(lines) + side.unread_lines <= most_lines


def _is_inside(side: SideEvidence) -> bool:
    lines = side.text if isinstance(side.text, tuple) else ()
    return any(_INSIDE.search(line.text) for line in lines)


def _names_person(side: SideEvidence) -> bool:
    lines = side.text if isinstance(side.text, tuple) else ()
    return any(_PERSON.search(line.text) for line in lines)

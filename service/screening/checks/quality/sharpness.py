"""Are the letters sharp enough to read?"""

from collections.abc import Sequence
from typing import Final

from service.policy.policy import Outcome, Policy
from service.screening.checks.reading import is_legible, qualities, region_of
from service.screening.claim import Kind, Side
from service.screening.evidence import Evidence, TextQuality
from service.screening.findings import Finding, Limit, NotRun, NotRunWhy, Reason

BLURRED: Final = Reason(
    "image_blurred",
    Outcome.RETAKE,
    "The text is blurry.",
    "Hold the phone still, tap the document to focus, and try again.",
    retryable=True,
)
REASONS: Final = (BLURRED,)
EDGE_WIDTH: Final = Limit(
    "edge_width", 1.15, "edge width in strokes", "the readers' own failures on generated ladders"
)
PAGE_EDGE_WIDTH: Final = Limit(
    "page_edge_width", 1.8, "edge width in strokes", "sharpest edges of generated ladders"
)
READ_EDGE_WIDTH: Final = Limit(
    "read_edge_width", 1.6, "edge width in strokes", "what a person still reads of a blurred zone"
)
LIMITS: Final = (EDGE_WIDTH, PAGE_EDGE_WIDTH, READ_EDGE_WIDTH)


def check(evidence: Evidence, policy: Policy) -> Sequence[Finding] | NotRun:
    """Blur counts where something stayed unread: a reader's success outranks a number.

    But a zone that our reader could read, and no person could, would be refused at the partner.
    """
    if is_legible(evidence):
        sides = list(evidence.sides)
        zones = [(side, q) for side in sides for q in qualities(evidence, side) if q.field == "mrz"]
        most = policy.limit("quality.sharpness", READ_EDGE_WIDTH.name)
        return _findings(evidence, [(side, q, most) for side, q in zones])
    letters = policy.limit("quality.sharpness", EDGE_WIDTH.name)
    page = policy.limit("quality.sharpness", PAGE_EDGE_WIDTH.name)
    measured = [
        (side, q, page if q.field == "page" else letters)
        for side in evidence.sides
        for q in _telling(qualities(evidence, side), evidence.kind.kind)
    ]
    if not measured:
        return NotRun(NotRunWhy.NO_DOCUMENT)
    return _findings(evidence, measured)


def _findings(
    evidence: Evidence, measured: Sequence[tuple[Side, TextQuality, float]]
) -> list[Finding]:
    return [
        Finding(
            BLURRED,
            side,
            quality.field if quality.field != "page" else None,
            region_of(evidence, side, quality.quad),
            round(quality.edge_width_strokes, 2),
            limit,
            EDGE_WIDTH.unit,
        )
        for side, quality, limit in measured
        if quality.edge_width_strokes > limit
    ][:1]


def _telling(measured: tuple[TextQuality, ...], kind: Kind) -> tuple[TextQuality, ...]:
    """Letters where there are any; the page where nothing on it looks like a document."""
    letters = tuple(one for one in measured if one.field != "page")
    if kind is Kind.NONE or not letters:
        return tuple(one for one in measured if one.field == "page")
    return letters

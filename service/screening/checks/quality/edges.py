"""Is the whole document in the picture?"""

from collections.abc import Sequence
from typing import Final

from service.policy.policy import Outcome, Policy
from service.screening.checks.reading import is_legible, lines_beside_zone, region_of
from service.screening.claim import Kind
from service.screening.evidence import Evidence, Outline
from service.screening.findings import Finding, Limit, NotRun, NotRunWhy, Reason

CUT_OFF: Final = Reason(
    "image_cut_off",
    Outcome.RETAKE,
    "Part of the document is missing.",
    "Show all four corners of the document.",
    retryable=True,
)
REASONS: Final = (CUT_OFF,)
LINES_AT_EDGE: Final = Limit(
    "lines_at_edge_max", 0.12, "of its lines", "generated crops through text and beside it"
)
LINES_OF_PAGE: Final = Limit(
    "lines_of_page_min", 3.0, "lines beside the zone", "zones photographed without their page"
)
LIMITS: Final = (LINES_AT_EDGE, LINES_OF_PAGE)


def check(evidence: Evidence, policy: Policy) -> Sequence[Finding] | NotRun:
    """Lines that end at the picture's edge are missing letters, where something stayed unread.

    A passport whose zone is there and whose page is not is cut off, however well the zone reads.
    """
    least = policy.limit("quality.edges", LINES_OF_PAGE.name)
    if is_legible(evidence) and evidence.kind.kind is Kind.PASSPORT:
        return [
            Finding(CUT_OFF, side, None, (), float(count), least, LINES_OF_PAGE.unit)
            for side, one in evidence.sides.items()
            if (count := lines_beside_zone(one)) is not None and count < least
        ]
    if is_legible(evidence):
        return ()
    if evidence.kind.kind is Kind.NONE:
        return NotRun(NotRunWhy.NO_DOCUMENT)
    limit = policy.limit("quality.edges", LINES_AT_EDGE.name)
    outlines = [(s, e.outline) for s, e in evidence.sides.items() if isinstance(e.outline, Outline)]
    if not outlines:
        return NotRun(NotRunWhy.NO_DOCUMENT)
    return [
        Finding(
            CUT_OFF,
            side,
            None,
            region_of(evidence, side, outline.quad),
            round(outline.cut_off_fraction, 3),
            limit,
            LINES_AT_EDGE.unit,
        )
        for side, outline in outlines
        if outline.cut_off_fraction > limit
    ]

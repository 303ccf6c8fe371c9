"""Are the letters large enough in pixels?"""

from collections.abc import Sequence
from typing import Final

from service.policy.policy import Outcome, Policy
from service.screening.checks.reading import is_legible, qualities, region_of
from service.screening.claim import Kind
from service.screening.evidence import Evidence
from service.screening.findings import Finding, Limit, NotRun, NotRunWhy, Reason

LOW_RESOLUTION: Final = Reason(
    "image_low_resolution",
    Outcome.RETAKE,
    "The text is too small to read.",
    "Move closer, or send the original photo, not a forwarded copy.",
    retryable=True,
)
REASONS: Final = (LOW_RESOLUTION,)
TEXT_HEIGHT: Final = Limit("text_height_min", 6.5, "pixels", "misread characters by letter height")
UNREAD_HEIGHT: Final = Limit("unread_height_min", 11.0, "pixels", "unread lines by letter height")
LIMITS: Final = (TEXT_HEIGHT, UNREAD_HEIGHT)
_REFUSED_ANYWAY: Final = frozenset({Kind.NATIONAL_ID, Kind.VISA, Kind.PASSPORT_CARD, Kind.OTHER})


def check(evidence: Evidence, policy: Policy) -> Sequence[Finding] | NotRun:
    """Below the first limit letters are not trusted even when read.

    Below the second, where they stayed unread, their size is the cause.
    """
    if evidence.kind.kind in _REFUSED_ANYWAY and evidence.kind.is_certain:
        return ()
    if evidence.kind.kind is Kind.NONE:
        return NotRun(NotRunWhy.NO_DOCUMENT)
    one = TEXT_HEIGHT if is_legible(evidence) else UNREAD_HEIGHT
    limit = policy.limit("quality.resolution", one.name)
    found: list[Finding] = []
    measured_any = False
    for side in evidence.sides:
        letters = [q for q in qualities(evidence, side) if q.text_height_px > 0][:1]
        for quality in letters:
            measured_any = True
            if quality.text_height_px < limit:
                found.append(
                    Finding(
                        LOW_RESOLUTION,
                        side,
                        quality.field,
                        region_of(evidence, side, quality.quad),
                        round(quality.text_height_px, 1),
                        limit,
                        one.unit,
                    )
                )
    return found if measured_any else NotRun(NotRunWhy.NO_DOCUMENT)

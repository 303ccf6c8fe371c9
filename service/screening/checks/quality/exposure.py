"""Is there light enough, not too much, and ink that stands off from the paper?"""

from collections.abc import Sequence
from typing import Final

from service.policy.policy import Outcome, Policy
from service.screening.checks.reading import is_legible, qualities, region_of
from service.screening.claim import Kind
from service.screening.evidence import Evidence
from service.screening.findings import Finding, Limit, NotRun, NotRunWhy, Reason

TOO_DARK: Final = Reason(
    "image_too_dark",
    Outcome.RETAKE,
    "It's too dark.",
    "Go where there is more light and try again.",
    retryable=True,
)
OVEREXPOSED: Final = Reason(
    "image_overexposed",
    Outcome.RETAKE,
    "The photo is too bright.",
    "Turn the flash off, step out of the sun, and try again.",
    retryable=True,
)
LOW_CONTRAST: Final = Reason(
    "image_low_contrast",
    Outcome.RETAKE,
    "The text is too faint.",
    "Use even light, and wipe the lens of the camera.",
    retryable=True,
)
GREYSCALE: Final = Reason(
    "image_greyscale",
    Outcome.RETAKE,
    "We need a colour photo.",
    "Take a photo of the document itself, in colour.",
    retryable=True,
)
REASONS: Final = (TOO_DARK, OVEREXPOSED, LOW_CONTRAST, GREYSCALE)
DARKEST: Final = Limit("paper_luminance_min", 0.27, "of white", "generated ladders of darkness")
BRIGHTEST: Final = Limit("paper_luminance_max", 0.985, "of white", "generated overexposure")
CONTRAST: Final = Limit("contrast_min", 0.12, "of full scale", "generated ladders of contrast")
CHROMA: Final = Limit("chroma_min", 1.0, "mean distance from grey, 0-255", "grey and colour scans")
DARKEST_READ: Final = Limit(
    "read_luminance_min", 0.06, "of white", "what a person still sees of a night photograph"
)
CONTRAST_READ: Final = Limit(
    "read_contrast_min", 0.04, "of full scale", "what a person still sees of faint print"
)
LIMITS: Final = (DARKEST, BRIGHTEST, CONTRAST, CHROMA, DARKEST_READ, CONTRAST_READ)


def check(evidence: Evidence, policy: Policy) -> Sequence[Finding] | NotRun:
    """Light is judged where nothing else was read; colour always, for a grey copy is a copy.

    What our readers read may still be too dark for the people at the partner: they have limits of
    their own.
    """

    def limit(one: Limit) -> float:
        return policy.limit("quality.exposure", one.name)

    found = [
        Finding(
            GREYSCALE,
            side,
            measured=round(s.frame.chroma, 2),
            limit=limit(CHROMA),
            unit=CHROMA.unit,
        )
        for side, s in list(evidence.sides.items())[:1]  # backs are often plain black on white
        if s.frame.chroma < limit(CHROMA) and s.frame.format != "pdf"
    ]
    measured = [(side, q) for side in evidence.sides for q in qualities(evidence, side)]
    darkest, faintest = DARKEST, CONTRAST
    if is_legible(evidence):
        darkest, faintest = DARKEST_READ, CONTRAST_READ
        measured = [(side, q) for side, q in measured if q.field == "mrz"]
    elif not measured:
        return found or NotRun(NotRunWhy.NO_DOCUMENT)
    elif evidence.kind.kind is Kind.CERTIFICATE_OF_INCORPORATION:
        # A sheet is white and sparsely printed: only where its text is, light can be judged.
        measured = [(side, q) for side, q in measured if q.field != "page"]
    # A back with three lines on it is mostly paper: ink is judged where the ink is.
    inked = {side for side, q in measured if q.field != "page" and q.contrast >= limit(faintest)}
    for side, quality in measured:
        is_sparse = quality.field == "page" and side in inked
        for reason, value, one, is_wrong in (
            (TOO_DARK, quality.luminance, darkest, quality.luminance < limit(darkest)),
            (
                OVEREXPOSED,
                quality.luminance,
                BRIGHTEST,
                quality.luminance > limit(BRIGHTEST) and quality.contrast < 2 * limit(faintest),
            ),
            (
                LOW_CONTRAST,
                quality.contrast,
                faintest,
                quality.contrast < limit(faintest) and not is_sparse,
            ),
        ):
            if is_wrong and (reason is TOO_DARK or evidence.kind.kind is not Kind.NONE):
                region = region_of(evidence, side, quality.quad)
                found.insert(
                    0,
                    Finding(reason, side, None, region, round(value, 3), limit(one), one.unit),
                )
                return found
    return found

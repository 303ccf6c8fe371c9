"""Writes the default policy from what the checks declare: `python -m service.screening.default_policy`."""

import sys
from typing import Final

from service.screening.catalogue import REASONS
from service.screening.checks import CHECKS

_ALWAYS: Final = (
    "document.national_id",
    "document.specimen",
    "document.kind",
    "document.presence",
    "document.sides",
    "document.legible",
    "customer.country",
    "quality.resolution",
    "quality.sharpness",
    "quality.exposure",
    "quality.glare",
    "customer.attempts",
)
_REQUIRED: Final = {
    "passport": (
        *_ALWAYS,
        "document.expiry",
        "customer.age",
        "mrz.readable",
        "mrz.check_digits",
        "mrz.dates",
        "mrz.issuing_state",
        "customer.names",
        "customer.birth_date",
        "customer.number",
        "authenticity.consistency",
    ),
    "drivers_license": (
        *_ALWAYS,
        "document.expiry",
        "customer.age",
        "document.barcode",
        "customer.names",
        "customer.birth_date",
        "customer.number",
        "authenticity.consistency",
    ),
    "resident_permit": (
        *_ALWAYS,
        "document.expiry",
        "customer.age",
        "customer.names",
        "customer.birth_date",
        "customer.number",
        "authenticity.consistency",
    ),
    "certificate_of_incorporation": (
        *_ALWAYS,
        "customer.company",
        "authenticity.consistency",
    ),
}
_HEAD: Final = """\
# The default policy. Written by `python -m service.screening.default_policy` from what the checks
# declare; do not edit. Your own file (PRESCREEN_POLICY) names only what differs.

version = "1"

# What each finding demands: info, review, retake or reject. National identity cards stay rejected.
[outcomes]
"""


def render() -> str:
    """The whole file."""
    lines = [_HEAD.rstrip("\n")]
    lines += [f'{code} = "{reason.outcome}"' for code, reason in sorted(REASONS.items())]
    lines += ["", "# Thresholds of the checks, in the unit that stands beside each.", "[limits]"]
    lines += [
        f'"{name}.{limit.name}" = {limit.default}  # {limit.unit}; set by {limit.set_by}'
        for name, check in CHECKS.items()
        for limit in check.LIMITS
    ]
    lines += [
        "",
        "# What each type of customer may use.",
        "[kinds]",
        'individual = ["passport", "drivers_license", "resident_permit"]',
        'business = ["certificate_of_incorporation"]',
        "",
        "# Issuing codes that count as another country than the package's table says.",
        "[countries]",
        "",
        "# Checks that must have run before a document of this kind is accepted.",
        "[required_checks]",
    ]
    for kind, required in _REQUIRED.items():
        lines += [f"{kind} = ["] + [f'  "{name}",' for name in required] + ["]"]
    lines += ["", "[attempts]", "max = 4", ""]
    return "\n".join(lines)


if __name__ == "__main__":
    sys.stdout.write(render())

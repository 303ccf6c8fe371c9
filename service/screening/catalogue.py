"""Every reason that a screening can give, by code."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from service.policy.policy import Outcome
from service.screening.checks import CHECKS
from service.screening.findings import Reason
from service.screening.ledger import CHECK_NOT_RUN

UNDER_REVIEW: Final = Reason(
    "document_under_review",
    Outcome.REVIEW,
    "We're checking your document.",
    "You don't need to do anything now.",
)
"""Stands for every authenticity finding in what a frontend sees."""

REASONS: Final[Mapping[str, Reason]] = MappingProxyType(
    {
        reason.code: reason
        for reason in (
            *(reason for check in CHECKS.values() for reason in check.REASONS),
            CHECK_NOT_RUN,
            UNDER_REVIEW,
        )
    }
)

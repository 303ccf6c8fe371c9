"""Findings to verdict: the worst wins."""

from collections.abc import Iterable
from enum import StrEnum
from typing import Final

from service.policy.policy import Outcome


class Verdict(StrEnum):
    """The answer."""

    ACCEPTED = "accepted"
    REVIEW = "review"
    RETAKE = "retake"
    REJECTED = "rejected"


WORST_FIRST: Final = (Outcome.REJECT, Outcome.RETAKE, Outcome.REVIEW, Outcome.INFO)
"""The order in which findings are shown, and in which they decide."""
_BY_OUTCOME: Final = {
    Outcome.REJECT: Verdict.REJECTED,
    Outcome.RETAKE: Verdict.RETAKE,
    Outcome.REVIEW: Verdict.REVIEW,
}


def verdict_of(outcomes: Iterable[Outcome]) -> Verdict:
    """The verdict that outcomes lead to: accepted where there is none but `info`."""
    present = set(outcomes)
    return next((v for outcome, v in _BY_OUTCOME.items() if outcome in present), Verdict.ACCEPTED)

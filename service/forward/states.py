"""States of a submission, and what may follow what."""

from enum import StrEnum
from typing import Final


class State(StrEnum):
    """Where a submission is on its way."""

    QUEUED = "queued"
    UPDATING = "updating"
    UPLOADING = "uploading"
    ATTACHING = "attaching"
    FORWARDED = "forwarded"
    REFUSED = "refused"
    FAILED = "failed"


WAY: Final = (
    State.QUEUED,
    State.UPDATING,
    State.UPLOADING,
    State.ATTACHING,
    State.FORWARDED,
)
"""The way forward, in order; from each state before the last it may also end refused or failed."""

FINAL: Final = frozenset({State.FORWARDED, State.REFUSED, State.FAILED})

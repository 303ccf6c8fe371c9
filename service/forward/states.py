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


NEXT: Final = {
    State.QUEUED: State.UPDATING,
    State.UPDATING: State.UPLOADING,
    State.UPLOADING: State.ATTACHING,
    State.ATTACHING: State.FORWARDED,
}
"""The way forward; from each of these a submission may also end refused or failed."""

FINAL: Final = frozenset({State.FORWARDED, State.REFUSED, State.FAILED})

"""What a reader is to the benchmark: a name, and lines from a picture's bytes."""

from collections.abc import Sequence
from typing import Protocol


class Peer(Protocol):
    """One reader of machine readable zones."""

    name: str

    def read(self, content: bytes) -> Sequence[str]:
        """Lines of the zone; none where the reader finds none. May raise: counted as unread."""
        ...

"""Our reader, as the service runs it: intake, locator, recogniser, grammar. One core."""

from collections.abc import Sequence
from datetime import UTC, datetime

from service.intake.document import open_document
from service.screening.claim import Side
from service.screening.evidence import ReadingState
from service.screening.read.mrz import MrzReader


class Ours:
    """Gives lines only where it is sure, as the service does."""

    name = "prescreen"

    def __init__(self) -> None:
        self._reader = MrzReader(threads=1)

    def read(self, content: bytes) -> Sequence[str]:
        capture = open_document(content, None)[Side.FRONT]
        for found in self._reader.read(capture, datetime.now(UTC).date()):
            if found.state is ReadingState.READ and found.zone:
                return found.zone.lines
        return ()

"""Our reader, as the service runs it: intake, locator, recogniser, grammar. One core."""

from collections.abc import Sequence
from datetime import UTC, datetime

from service.intake.document import open_document
from service.screening.claim import Side
from service.screening.evidence import MrzReading, ReadingState
from service.screening.read.mrz import MrzReader


class Ours:
    """Gives lines only where it is sure, as the service does."""

    name = "prescreen"

    def __init__(self) -> None:
        self._reader = MrzReader(threads=1)

    def read(self, content: bytes) -> Sequence[str]:
        capture = open_document(content, None)[Side.FRONT]
        found = self._reader.read(capture, datetime.now(UTC).date())
        is_sure = isinstance(found, MrzReading) and found.state is ReadingState.READ
        return found.zone.lines if is_sure and found.zone else ()

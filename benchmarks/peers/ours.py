"""Our reader, as the service runs it: intake, text, zone. One core."""

from collections.abc import Sequence
from datetime import UTC, datetime

from service.intake.document import open_document
from service.screening.claim import Side
from service.screening.evidence import Absent, MrzReading, ReadingState
from service.screening.locate.text import find_text, read_across
from service.screening.read.mrz import read_mrz
from service.screening.readers import load_readers


class Ours:
    """Gives lines only where it is sure, as the service does."""

    name = "prescreen"

    def __init__(self) -> None:
        self._rapid = load_readers(threads=1).rapid

    def read(self, content: bytes) -> Sequence[str]:
        today = datetime.now(UTC).date()
        capture = open_document(content, None)[Side.FRONT]
        view = find_text(capture, self._rapid)
        found = read_mrz(view, self._rapid, today)
        if isinstance(found, Absent) and len(view.across) >= 2:
            found = read_mrz(read_across(view, self._rapid), self._rapid, today)
        is_sure = isinstance(found, MrzReading) and found.state is ReadingState.READ
        return found.zone.lines if is_sure and found.zone else ()

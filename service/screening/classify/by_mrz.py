"""What the machine readable zone says of the kind."""

from service.issuers.card_codes import kind_of_code
from service.screening.claim import Kind
from service.screening.evidence import MrzReading, ReadingState, Vote

_GUESSED = 0.6
"""A zone that was not proven: its letters may be misread, so it never decides alone."""


def votes_of_zone(reading: MrzReading) -> tuple[tuple[Vote, str], ...]:
    """At most one vote with its subkind; none where the code says nothing of the kind."""
    zone = reading.zone
    if zone is None:
        return ()
    said = kind_of_code(zone.format, zone.document_code, zone.issuing_state, zone.nationality)
    if said.kind is None:
        return ()
    trust = 1.0 if reading.state is ReadingState.READ else _GUESSED
    return ((Vote(Kind(said.kind), said.weight * trust, "mrz", said.because), said.subkind),)

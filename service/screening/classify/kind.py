"""All votes weighed into one kind: a national identity card first, contradiction before choice."""

from collections.abc import Sequence
from typing import Final

from service.screening.claim import Kind
from service.screening.evidence import KindEvidence, Vote

_STRONG: Final = 0.7
_MUCH_STRONGER: Final = 0.25
_SURE: Final = 0.9
_PROVED: Final = frozenset({Kind.DRIVERS_LICENSE, Kind.RESIDENT_PERMIT})
_NEVER_ACCEPTED: Final = frozenset({Kind.OTHER, Kind.VISA})
"""No contradiction of an identity card: Mexico's is a voter's card as well."""
_AUDIBLE: Final = 0.3
"""What is enough to doubt a barcode that nothing else confirms, or a licence unsure of itself."""


def weigh(votes: Sequence[tuple[Vote, str]], *, has_document: bool) -> KindEvidence:
    """The kind of the document.

    Args:
        votes: opinions with the subkind of each, from all sides.
        has_document: whether anything in the pictures looks like a document at all.

    One strong sign of a national identity card decides, unless one as strong from another source
    speaks for a kind that may be accepted: then it is contradicted, and for a person. Otherwise a
    visa's zone decides alone, since visas are stuck into passports. A passport card may be titled as a passport: its
    own strong sign decides where no zone names a passport. A barcode is the easiest thing to
    print: where it alone speaks for a kind, a weak sign of another from elsewhere contradicts it.

    """
    plain = tuple(vote for vote, _ in votes)
    strongest: dict[Kind, float] = {}
    for vote in plain:
        strongest[vote.kind] = max(strongest.get(vote.kind, 0.0), vote.weight)
    if not strongest:
        kind = Kind.OTHER if has_document else Kind.NONE
        return KindEvidence(kind, "", False, False, 0.0, plain)
    zone_kinds = {vote.kind for vote in plain if vote.source == "mrz" and vote.weight >= _STRONG}
    if strongest.get(Kind.PASSPORT_CARD, 0.0) >= _STRONG and Kind.PASSPORT not in zone_kinds:
        strongest.pop(Kind.PASSPORT, None)
    ranked = sorted(strongest.items(), key=lambda pair: (-pair[1], pair[0] is not Kind.NATIONAL_ID))
    kind, weight = ranked[0]
    rivals = [other for other, w in ranked[1:] if w >= _STRONG and w > weight - _MUCH_STRONGER]
    if Kind.VISA in zone_kinds:
        kind, weight, rivals = Kind.VISA, strongest[Kind.VISA], []
    if Kind.NATIONAL_ID in strongest and strongest[Kind.NATIONAL_ID] >= _STRONG:
        rivals = [other for other in (kind, *rivals) if other is not Kind.NATIONAL_ID]
        kind, weight = Kind.NATIONAL_ID, strongest[Kind.NATIONAL_ID]
        rivals = [other for other in rivals if strongest[other] >= weight - _MUCH_STRONGER]
        if set(rivals) <= _NEVER_ACCEPTED:
            rivals = []
    elif not rivals and kind is not Kind.VISA:
        rivals = _rivals_of_barcode(kind, plain)
    # A weak sign of an identity card is enough against a licence that is not sure of itself.
    is_doubtful = (
        kind in _PROVED and weight < _SURE and strongest.get(Kind.NATIONAL_ID, 0.0) >= _AUDIBLE
    )
    subkinds = [sub for vote, sub in votes if vote.kind is kind and vote.weight >= 0.4]
    subkind = next((sub for sub in subkinds if sub), "")
    return KindEvidence(
        kind=kind,
        subkind=subkind,
        is_certain=weight >= _STRONG and not is_doubtful,
        is_contradicted=bool(rivals) and weight >= _STRONG,
        confidence=weight if not rivals else weight / 2,
        votes=plain,
    )


def _rivals_of_barcode(kind: Kind, votes: Sequence[Vote]) -> list[Kind]:
    """Other kinds that other sources name, where no source but barcodes speaks for `kind`."""
    heard = [vote for vote in votes if vote.weight >= _AUDIBLE]
    if any(vote.kind is kind and vote.source != "barcode" for vote in heard):
        return []
    return [vote.kind for vote in heard if vote.kind is not kind]

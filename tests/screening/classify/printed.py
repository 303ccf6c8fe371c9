"""Lines of print by hand, one below the other, and the kind that they make."""

from service.screening.classify.by_fields import votes_of_fields
from service.screening.classify.by_title import find_titles, votes_of_titles
from service.screening.classify.kind import weigh
from service.screening.evidence import KindEvidence, TextLine


def lines(*texts: str) -> tuple[TextLine, ...]:
    """Each text under the one before, half a line apart."""
    return tuple(
        TextLine(
            text,
            0.99,
            (
                (0, 40 * n),
                (12 * len(text), 40 * n),
                (12 * len(text), 40 * n + 20),
                (0, 40 * n + 20),
            ),
        )
        for n, text in enumerate(texts)
    )


def kind_of(*texts: str) -> KindEvidence:
    found = lines(*texts)
    votes = [*votes_of_titles(find_titles(found)), *votes_of_fields(found)]
    return weigh(votes, has_document=True)


def said_of(*texts: str) -> str:
    """The kind where it is sure, else `unsure`: for a person or a new picture."""
    kind = kind_of(*texts)
    return kind.kind.value if kind.is_certain and not kind.is_contradicted else "unsure"

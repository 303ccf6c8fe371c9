"""A PDF's own text, as far as the page shows it.

A layer is exact where it is what was printed; a scanner's is full of slips, and a forger's says what
he likes behind a picture of something else. So a line of it counts only where the picture has it too.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from rapidfuzz import fuzz

from service.issuers.titles import normalise
from service.screening.evidence import Quad, TextLine

_ONE_SHAPE: Final = str.maketrans("0158", "OISB")
_SEEN_LETTERS: Final = 0.9
_ALIKE: Final = 80.0
_FUZZY_FROM: Final = 5
_MOST_ROWS: Final = 300
"""A page of small print has a hundred: what follows is not looked at, for each row is compared with
all others."""


@dataclass(frozen=True, slots=True)
class Layer:
    """Lines of a page's text layer, stacked: those that the picture shows, and those that it does not."""

    shown: tuple[TextLine, ...]
    hidden: tuple[TextLine, ...]


def split_layer(text: str, printed: Sequence[TextLine]) -> Layer:
    """Args: text of the layer; lines that were read in the picture of the same page."""
    rows = [row for row in (" ".join(row.split()) for row in text.splitlines()) if row]
    lines = [TextLine(row, 1.0, _place(n)) for n, row in enumerate(rows[:_MOST_ROWS])]
    pages = [_joined(line.text) for line in printed]
    whole = "".join(pages)
    shown = tuple(line for line in lines if _is_shown(line.text, pages, whole))
    return Layer(shown, tuple(line for line in lines if line not in shown))


def _place(row: int) -> Quad:
    """One line below the other: a layer's text has an order, not a place."""
    top = 20.0 * row
    return ((0.0, top), (900.0, top), (900.0, top + 16), (0.0, top + 16))


def _is_shown(text: str, pages: Sequence[str], whole: str) -> bool:
    """Whether the picture has every figure and nearly every letter of a line."""
    words = [_joined(word) for word in text.split()]
    total = sum(len(word) for word in words)
    if total == 0:
        return False
    seen = 0
    for word, raw in zip(words, text.split(), strict=True):
        if word in whole:
            seen += len(word)
        elif re.search(r"\d", raw):
            return False
        elif len(word) >= _FUZZY_FROM and any(
            fuzz.partial_ratio(word, page) >= _ALIKE for page in pages if len(page) >= len(word)
        ):
            seen += len(word)
    return seen >= _SEEN_LETTERS * total


def _joined(text: str) -> str:
    """Letters and figures alone, in shapes: readers lose gaps and take O for 0."""
    return normalise(text).replace(" ", "").translate(_ONE_SHAPE)

"""Numbered fields of licences in lines of print (ISO 18013-1; Directive 2006/126/EC, annex I)."""

import re
from typing import Final

# 4a to 4d are told by their letter; other figures need a mark, and no figure right after it that
# would make them the day of a date. At the start of a line a date may follow without a gap.
_MARK: Final = re.compile(
    r"(?:^\(?|(?<=\s)\(?)(?:(4\s?[abcd])(?=[\s.,:)\d]|ISS|EXP|DL|LIC|$)\s?[.,:)]*\s*|([1-9])\s?[.,:)](?=\s|[^\W\d]|$)\s*)"
    r"|^\(?([1-9])\s?[.,:)]\s*(?=\d)",
    re.IGNORECASE,
)
_COLUMN: Final = re.compile(r"^\(?1[0-4]\s?[.,:)](?=\s|[^\W\d])")
_BARE: Final = re.compile(r"^([123])\s?(?=[A-Z]{2,})")
SURE_NUMBERS: Final = frozenset({"4a", "4b", "4c", "4d"})
"""Field numbers that nothing else is: where one stands, the fields of a card are numbered."""
_AAMVA_LABEL: Final = re.compile(r"^(ISS|EXP|DLN?\b|DL#|LIC|ID\b|DOB|CLASS)", re.IGNORECASE)


def numbered_fields(text: str) -> list[tuple[str, str]]:
    """Field numbers of a line ("4b"), each with what follows it up to the next."""
    marks = list(_MARK.finditer(text))
    ends = [*(mark.start() for mark in marks[1:]), len(text)][: len(marks)]
    return [
        (
            (mark[1] or mark[2] or mark[3]).replace(" ", "").casefold(),
            text[mark.end() : end].strip(),
        )
        for mark, end in zip(marks, ends, strict=True)
    ]


def before_marks(text: str) -> str:
    """What of a line stands before the first number of a field, those of a back's table included."""
    mark = _MARK.search(text) or _COLUMN.match(text)
    return text[: mark.start()].strip() if mark else text


def bare_fields(text: str) -> list[tuple[str, str]]:
    """As `numbered_fields`, and a figure before a word at the start: 1 STONE, on American cards."""
    mark = _BARE.match(text)
    return numbered_fields(text) or ([(mark[1], text[mark.end() :].strip())] if mark else [])


def is_aamva_style(text: str) -> bool:
    """Whether a numbered field's content begins with a label: 4b EXP, 3 DOB.

    Identification cards of American states number their fields as well.
    """
    return bool(_AAMVA_LABEL.match(text))

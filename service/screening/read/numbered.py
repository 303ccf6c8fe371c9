"""Numbered fields of licences in lines of print (ISO 18013-1; Directive 2006/126/EC, annex I)."""

import re
from collections.abc import Iterable
from typing import Final

# 4a to 4d are told by their letter; other figures need a mark, and no figure right after it that
# would make them the day of a date. At the start of a line a date may follow without a gap. New
# Zealand numbers the licence 5a and the card 5b.
_MARK: Final = re.compile(
    r"(?:^\(?|(?<=\s)\(?)(?:(4\s?[abcd]|5[ab](?=[.:]))(?=[\s.,:)\d]|ISS|EXP|DL|LIC|$)\s?[.,:)]*\s*|([1-9])\s?[.,:)](?=\s|[^\W\d]|$)\s*)"
    r"|^\(?([1-9])\s?[.,:)]\s*(?=\d)",
    re.IGNORECASE,
)
_COLUMN: Final = re.compile(r"^\(?1[0-4]\s?[.,:)](?=\s|[^\W\d])")
_COLUMNS: Final = frozenset({"10", "11", "12"})
_CATEGORY: Final = re.compile(r"^\W*(AM|A[12]?|B[1E]?|C1?E?|D1?E?|F|G|H|K|L|M|N|T)\b")
_LEAST_CATEGORIES: Final = 4
# Without a mark: names, a birth date, a number that is no date, and any figure alone on its line.
_BARE: Final = re.compile(
    r"^(?:([123])\s?(?=[A-Z]{2})|([12])\s(?=[^\W\d_]{2})|(3)\s(?=\d{1,2}[./\- ]\d{1,2}[./\- ]\d{2})|"
    r"(5)\s(?!\d{1,2}[./\- ]\d{2,4}\b)(?=\S*\d)|([1-9])$)"
)
# As a reader of many scripts spells marks at times.
_FULL_WIDTH: Final = str.maketrans("（）：．，", "():.,")
SURE_NUMBERS: Final = frozenset({"4a", "4b", "4c", "4d"})
"""Field numbers that nothing else is: where one stands, the fields of a card are numbered."""
_AAMVA_LABEL: Final = re.compile(r"^(ISS|EXP|DLN?\b|DL#|LIC|ID\b|DOB|CLASS)", re.IGNORECASE)


def numbered_fields(text: str) -> list[tuple[str, str]]:
    """Field numbers of a line ("4b"), each with what follows it up to the next."""
    text = text.translate(_FULL_WIDTH)
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
    text = text.translate(_FULL_WIDTH)
    mark = _MARK.search(text) or _COLUMN.match(text)
    return text[: mark.start()].strip() if mark else text


def shows_table(lines: Iterable[str]) -> bool:
    """Whether lines are of the table on a licence's back: its numbered columns, or its categories."""
    texts = [text.strip() for text in lines]
    columns = {text.rstrip(".,: ") for text in texts} & _COLUMNS
    categories = {match[1] for text in texts if (match := _CATEGORY.match(text))}
    is_listed = len(categories) >= _LEAST_CATEGORIES and any(len(one) > 1 for one in categories)
    return len(columns) > 1 or is_listed


def bare_fields(text: str) -> list[tuple[str, str]]:
    """As `numbered_fields`, and figures without a mark: 1 STONE, 5 12345678, or the figure alone."""
    mark = _BARE.match(text)
    bare = [(mark[mark.lastindex or 0], text[mark.end() :].strip())] if mark else []
    return numbered_fields(text) or bare


def is_aamva_style(text: str) -> bool:
    """Whether a numbered field's content begins with a label: 4b EXP, 3 DOB.

    Identification cards of American states number their fields as well.
    """
    return bool(_AAMVA_LABEL.match(text))

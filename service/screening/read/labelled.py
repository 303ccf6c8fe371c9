"""Labels in lines of print, and what stands behind them."""

import re
from functools import cache
from typing import Final

from service.issuers.labels import Label, fold_label, labels
from service.issuers.titles import normalise, titles
from service.screening.read.phrases import Phrases

# "4d DLN", "(3) Date of birth", "15 SEX", "3 DOB": the number of a field before its label. A letter
# is part of it where it stands alone or joined to a 4.
_FIELD_NUMBER: Final = re.compile(
    r"\W*(?:\d{1,2}(?:(?<=4)[a-d]|\s?[a-d](?![a-z]))?(?=[\s.,:)]|[a-z]{2})[.,:)]?\s*)?\W*"
)
_FIGURE: Final = re.compile(r"\d")
_LEAST_BEFORE: Final = 8
"""Characters of a label that is told though misread, with its figures on the same line."""
_BETWEEN: Final = re.compile(r"[\s/|.,:()\-_#°º*]*")
_CJK_FROM: Final = "\u3000"


def labelled(text: str) -> tuple[Label, str] | None:
    """The label that a line starts with, and the rest of the line.

    The same label in a second language, as in `Surname / Nom`, counts as part of it. A label
    alone on its line may be misread as far as `phrases` allows.
    """
    folded = fold_label(text)
    start = _FIELD_NUMBER.match(folded)
    at = start.end() if start else 0
    label: Label | None = None
    while match := _pattern().match(folded, at):
        found = labels()[_by_letters()[_letters(match["label"])]]
        if label is not None and found.field != label.field:
            break
        label = label or found
        between = _BETWEEN.match(folded, match.end())
        at = between.end() if between else match.end()
        if "/" not in folded[match.end() : at] and "|" not in folded[match.end() : at]:
            break
    if label is not None:
        return label, text[at:]
    return _misread(text)


def _misread(text: str) -> tuple[Label, str] | None:
    figures = _FIGURE.search(text)
    if figures is not None:  # Date Of Bith 23-09-1989
        label = _misread(text[: figures.start()]) if figures.start() >= _LEAST_BEFORE else None
        return (label[0], text[figures.start() :]) if label else None
    parts = [normalise(part) for part in re.split(r"[/|]", text)]
    for part, hits in zip(parts, _phrases().find(parts), strict=True):
        if part in _titles():  # DRIVER'S LICENCE is no misread DRIVER'S LICENCE NO
            return None
        if hits and hits[0].first == 0 and hits[0].last == len(part.split()):
            return hits[0].meaning, ""
    return None


@cache
def _pattern() -> re.Pattern[str]:
    """Any label, the longest first, gaps between its words lost or marked.

    Figures may follow a label at once, letters may not: NOM is not in NOMINAL. Nor may figures
    follow the briefest: numbers of Delhi's licences begin with DL. One letter and many figures
    may: so are numbers of American licences. VALID is a label before figures alone: VALID FROM names
    a beginning.
    """
    latin = sorted((t for t in labels() if t < _CJK_FROM), key=len, reverse=True)
    others = sorted((t for t in labels() if t >= _CJK_FROM), key=len, reverse=True)
    brief = [t for t in latin if len(t) <= 2 or t == "dln"]
    apart = {*brief, "valid"}
    long = [r"[\W_]{0,3}".join(map(re.escape, t.split())) for t in latin if t not in apart]
    return re.compile(
        rf"(?P<label>(?:{'|'.join(long)})(?![^\W\d_])|(?:{'|'.join(brief)})(?=[\s.:#]|$)|"
        rf"dl(?=[a-mo-z]\d{{6}})|dln(?=[a-z]\d{{6}})|valid(?=[\s.:]{{0,3}}\d)|"
        rf"{'|'.join(map(re.escape, others))})"
    )


@cache
def _by_letters() -> dict[str, str]:
    return {_letters(text): text for text in labels()}


def _letters(text: str) -> str:
    return re.sub(r"[\W_]", "", text)


@cache
def _titles() -> frozenset[str]:
    return frozenset(title.normal for title in titles())


@cache
def _phrases() -> Phrases[Label]:
    known = {normalise(text): label for text, label in labels().items() if text < _CJK_FROM}
    return Phrases(known, {label: label.field for label in known.values()}, 5)

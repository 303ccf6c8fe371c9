"""How alike two names are, as documents and people write them."""

import itertools
import unicodedata
from typing import Final

from rapidfuzz.distance import Levenshtein

# Doc 9303 part 3, section 6, tables A and B: what does not decompose, and Cyrillic by its default.
_SPELLED: Final = str.maketrans(
    {
        "Ø": "OE",
        "Æ": "AE",
        "Œ": "OE",
        "Þ": "TH",
        "ß": "SS",
        "ẞ": "SS",
        "Đ": "D",
        "Ð": "D",
        "Ł": "L",
        "Ħ": "H",
        "ı": "I",
        "Ŋ": "N",
        "Ŧ": "T",
        "Ĳ": "IJ",
        "А": "A",
        "Б": "B",
        "В": "V",
        "Г": "G",
        "Д": "D",
        "Е": "E",
        "Ё": "E",
        "Ж": "ZH",
        "З": "Z",
        "И": "I",
        "Й": "I",
        "К": "K",
        "Л": "L",
        "М": "M",
        "Н": "N",
        "О": "O",
        "П": "P",
        "Р": "R",
        "С": "S",
        "Т": "T",
        "У": "U",
        "Ф": "F",
        "Х": "KH",
        "Ц": "TS",
        "Ч": "CH",
        "Ш": "SH",
        "Щ": "SHCH",
        "Ъ": "IE",
        "Ы": "Y",
        "Ь": "",
        "Э": "E",
        "Ю": "IU",
        "Я": "IA",
        "І": "I",
        "Ї": "I",
        "Є": "IE",
        "Ґ": "G",
        "Ў": "U",
    }
)
_DIGRAPHS: Final = str.maketrans({"Ä": "AE", "Ö": "OE", "Ü": "UE", "Å": "AA"})
_CROSSED: Final = str.maketrans({"Ü": "UXX", "Ñ": "NXX"})
_SHORTEST_PREFIX: Final = 3


def likeness(first_names: str, last_names: str, printed: str, *, may_be_cut: bool = False) -> float:
    """0 to 1: the worst word of the claimed last names, or the share of the first names, if lower.

    Words match in any order and in any transliteration of their accents, run together or apart.
    Names that a person did not give, as middle names, do not count against them.

    Args:
        may_be_cut: the zone's names fill their field, so words may be beginnings of the claimed
            ones (Doc 9303 part 4, 4.2.3).

    """
    return max(
        min(
            _worst(_words(last), _words(shown), may_be_cut=may_be_cut),
            _share(_words(first), _words(shown), may_be_cut=may_be_cut),
        )
        for (first, last), shown in itertools.product(
            zip(_spellings(first_names), _spellings(last_names), strict=True), _spellings(printed)
        )
    )


def _spellings(name: str) -> tuple[str, str, str]:
    upper = unicodedata.normalize("NFC", name).upper()
    return (
        _plain(upper),
        _plain(upper.translate(_DIGRAPHS)),
        _plain(upper.translate(_CROSSED)),
    )


def _plain(name: str) -> str:
    decomposed = unicodedata.normalize("NFKD", name.translate(_SPELLED))
    return "".join(c for c in decomposed if not unicodedata.combining(c)).translate(_SPELLED)


def _words(name: str) -> list[str]:
    joined = name.replace("'", "").replace("’", "").replace(".", " ")
    return ["".join(c for c in word if c.isalnum()) for word in joined.replace("-", " ").split()]


def _worst(claimed: list[str], printed: list[str], *, may_be_cut: bool) -> float:
    if not claimed:
        return 1.0
    if "".join(claimed) in _runs(printed):
        return 1.0
    return min(_best(word, printed, may_be_cut=may_be_cut) for word in claimed)


def _share(claimed: list[str], printed: list[str], *, may_be_cut: bool) -> float:
    if not claimed:
        return 1.0
    if "".join(claimed) in _runs(printed):
        return 1.0
    total = sum(len(word) for word in claimed)
    return sum(len(word) * _best(word, printed, may_be_cut=may_be_cut) for word in claimed) / total


def _runs(printed: list[str]) -> set[str]:
    """Every run of neighbouring words, written together: DE LA CRUZ and DELACRUZ."""
    count = len(printed)
    return {
        "".join(printed[start:end]) for start in range(count) for end in range(start + 1, count + 1)
    }


def _best(word: str, printed: list[str], *, may_be_cut: bool) -> float:
    return max((_alike(word, other, may_be_cut=may_be_cut) for other in printed), default=0.0)


def _alike(claimed: str, printed: str, *, may_be_cut: bool) -> float:
    if claimed == printed:
        return 1.0
    is_beginning = len(printed) >= _SHORTEST_PREFIX and claimed.startswith(printed)
    if may_be_cut and is_beginning:
        return 0.95
    return float(Levenshtein.normalized_similarity(claimed, printed))

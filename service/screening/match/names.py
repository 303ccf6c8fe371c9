"""How alike two names are, as documents and people write them."""

import unicodedata
from typing import Final

from rapidfuzz.distance import JaroWinkler

# Doc 9303 part 3, section 6, table A: what does not decompose, and the digraphs of vowels.
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
    }
)
_UMLAUTS: Final = str.maketrans({"Ä": "AE", "Ö": "OE", "Ü": "UE", "Å": "AA"})
_SHORTEST_PREFIX: Final = 3
_ALIKE: Final = 0.9


def likeness(claimed: str, printed: str) -> float:
    """0 to 1: the share of the claimed words, by letters, that the print has too.

    Words match in any order and in any transliteration of their accents; a printed word may be a
    truncation of the claimed one (Doc 9303 part 4, 4.2.3) or an initial. Names that a person did
    not give, as middle names, do not count against them; claimed ones that are not printed do.
    """
    return max(
        _share(_words(spelling), _words(print_spelling))
        for spelling in _spellings(claimed)
        for print_spelling in _spellings(printed)
    )


def _spellings(name: str) -> tuple[str, ...]:
    upper = unicodedata.normalize("NFC", name).upper()
    return tuple(dict.fromkeys((_plain(upper), _plain(upper.translate(_UMLAUTS)))))


def _plain(name: str) -> str:
    decomposed = unicodedata.normalize("NFKD", name.translate(_SPELLED))
    return "".join(c for c in decomposed if not unicodedata.combining(c))


def _words(name: str) -> list[str]:
    joined = name.replace("'", "").replace("’", "").replace(".", " ")
    return ["".join(c for c in word if c.isalnum()) for word in joined.replace("-", " ").split()]


def _share(claimed: list[str], printed: list[str]) -> float:
    total = sum(len(word) for word in claimed)
    if total == 0 or not printed:
        return 0.0
    left = list(printed)
    matched = 0.0
    for word in sorted(claimed, key=len, reverse=True):
        scored = [(_likeness_of_words(word, other), other) for other in left]
        if not scored:
            break
        score, other = max(scored)
        if score >= _ALIKE:
            left.remove(other)
            matched += len(word) * score
    # Words run together or apart: DE LA CRUZ and DELACRUZ.
    together = JaroWinkler.normalized_similarity("".join(sorted(claimed)), "".join(sorted(printed)))
    return max(matched / total, together if "".join(claimed) == "".join(printed) else 0.0)


def _likeness_of_words(claimed: str, printed: str) -> float:
    if claimed == printed:
        return 1.0
    shorter, longer = sorted((claimed, printed), key=len)
    if len(shorter) >= _SHORTEST_PREFIX and longer.startswith(shorter):
        return 0.95
    return float(JaroWinkler.normalized_similarity(claimed, printed))

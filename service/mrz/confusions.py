"""Characters that readers take for one another in OCR-B, and shapes outside the MRZ's alphabet."""

from types import MappingProxyType
from typing import Final

from service.mrz.check_digits import ALPHABET

_PAIRS: Final = (
    "0O 0D 0Q OQ OD 1I 1L IL IT 1T 1J 5S 8B 2Z 6G 7T 7Z 4A 7Y VY UV MN HM HN CG EF PR KX XY WV "
    "3B 38 69 S8 RB KR 1/ CO GC DB 9P 9G UO 0U IJ 3J ZE QG XK FP"
)
_FILLER_ALIKES: Final = "KCSLEX"

LOOKALIKES: Final = MappingProxyType(
    {
        c: frozenset(
            {pair[1 - pair.index(c)] for pair in _PAIRS.split() if c in pair and "/" not in pair}
            | ({"<"} if c in _FILLER_ALIKES else set())
            | (set(_FILLER_ALIKES) if c == "<" else set())
        )
        for c in ALPHABET
    }
)

# Of several letters that a figure may stand for, and the other way round, the usual one.
LIKELIEST: Final = MappingProxyType(
    {
        "0": "O",
        "1": "I",
        "2": "Z",
        "5": "S",
        "6": "G",
        "8": "B",
        "4": "A",
        "7": "T",
        "O": "0",
        "D": "0",
        "Q": "0",
        "I": "1",
        "L": "1",
        "Z": "2",
        "S": "5",
        "G": "6",
        "B": "8",
        "A": "4",
        "T": "7",
        "K": "<",
        "C": "<",
    }
)

# What readers trained on many scripts write for a letter of the MRZ.
_FOLDED: Final = {
    "<": "«‹〈《≤くヘへハㄑ﹤＜∠⟨‘{[(（〔",
    "O": "ОΟ○〇о",
    "A": "АΑΛ",
    "B": "ВΒ",
    "C": "СС",
    "E": "ЕΕ",
    "H": "НΗ",
    "I": "ІΙ|｜丨",
    "K": "КΚ",
    "M": "МΜ",
    "N": "Ν",
    "P": "РΡ",
    "T": "ТΤ",
    "X": "ХΧ×",
    "Y": "УΥ",
    "Z": "Ζ",
    "S": "Ѕ§$",
    "0": "Øø∅",
}


def fold(character: str) -> str | None:
    """The MRZ character that a read character stands for; None where it stands for none."""
    upper = character.upper()
    if len(upper) == 1 and upper in ALPHABET:
        return upper
    return _FOLDS.get(character)


_FOLDS: Final = {alike: c for c, alikes in _FOLDED.items() for alike in alikes}

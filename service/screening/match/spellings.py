"""The Latin spellings of a word that issuers and people choose between.

Doc 9303 part 3, section 6, tables A (accented Latin letters, some with two or three spellings) and
B (Cyrillic). Arabic, table C, is left out: states print their own romanisations, which no table gives.
"""

import itertools
import unicodedata
from functools import lru_cache
from typing import Final

_LETTERS: Final[dict[str, tuple[str, ...]]] = {
    "Ä": ("AE", "A"),
    "Å": ("AA", "A"),
    "Ö": ("OE", "O"),
    "Ø": ("OE", "O"),
    "Ü": ("UE", "U", "UXX"),
    "Ñ": ("N", "NXX"),
    "Æ": ("AE",),
    "Œ": ("OE",),
    "Þ": ("TH",),
    "ß": ("SS",),
    "ẞ": ("SS",),
    "Đ": ("D",),
    "Ð": ("D",),
    "Ł": ("L",),
    "Ħ": ("H",),
    "ı": ("I",),
    "Ŋ": ("N",),
    "Ŧ": ("T",),
    "Ĳ": ("IJ",),
    "А": ("A",),
    "Б": ("B",),
    "В": ("V",),
    "Г": ("G", "H"),
    "Ґ": ("G",),
    "Д": ("D",),
    "Е": ("E", "YE"),
    "Ё": ("E", "IO", "YO"),
    "Ж": ("ZH",),
    "З": ("Z",),
    "И": ("I", "Y"),
    "Й": ("I", "Y"),
    "К": ("K",),
    "Л": ("L",),
    "М": ("M",),
    "Н": ("N",),
    "О": ("O",),
    "П": ("P",),
    "Р": ("R",),
    "С": ("S",),
    "Т": ("T",),
    "У": ("U",),
    "Ф": ("F",),
    "Х": ("KH", "H"),
    "Ц": ("TS",),
    "Ч": ("CH",),
    "Ш": ("SH",),
    "Щ": ("SHCH",),
    "Ъ": ("IE", ""),
    "Ы": ("Y",),
    "Ь": ("",),
    "Э": ("E",),
    "Ю": ("IU", "YU"),
    "Я": ("IA", "YA"),
    "І": ("I",),
    "Ї": ("I", "YI"),
    "Є": ("IE", "YE"),
    "Ў": ("U",),
    "Ј": ("J",),
    "Љ": ("LJ",),
    "Њ": ("NJ",),
    "Ћ": ("C",),
    "Ђ": ("D", "DJ"),
    "Џ": ("DZ",),
}
_MOST: Final = 96
"""Spellings kept of one word; the first are the standard's own, so what is cut off is rare."""


@lru_cache(maxsize=4096)
def spellings(word: str) -> tuple[str, ...]:
    """Capitals A to Z and figures, every spelling once; other characters fall out.

    Letters of a script in none of the tables are kept, so that the same script still compares.
    """
    choices = [_choices(c) for c in _capitals(word)]
    joined = ("".join(parts) for parts in itertools.product(*choices))
    return tuple(dict.fromkeys(itertools.islice(joined, _MOST)))


def _capitals(word: str) -> str:
    """Composed capitals; the small ß has no capital of one letter that everyone means."""
    composed = unicodedata.normalize("NFC", word)
    return "".join(c if c in "ßı" else c.upper() for c in composed)


def _choices(letter: str) -> tuple[str, ...]:
    known = _LETTERS.get(letter)
    if known is not None:
        return known
    decomposed = unicodedata.normalize("NFKD", letter)
    plain = "".join(c for c in decomposed if c.isalnum() and not unicodedata.combining(c))
    return _LETTERS.get(plain, (plain,))

"""Check digits of Doc 9303 part 3, 4.9: weights 7, 3, 1 over 0-9, A-Z (10-35) and `<` (0)."""

from typing import Final

ALPHABET: Final = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ<"
FILLER: Final = "<"
_WEIGHTS: Final = (7, 3, 1)
_VALUES: Final = {c: n for n, c in enumerate(ALPHABET[:36])} | {FILLER: 0}


def value_of(character: str) -> int:
    """Worth of a character in the sum. Raises KeyError outside the MRZ's alphabet."""
    return _VALUES[character]


def check_digit(text: str) -> str:
    """The digit that belongs after `text`. Raises KeyError outside the MRZ's alphabet."""
    return str(sum(_VALUES[c] * _WEIGHTS[n % 3] for n, c in enumerate(text)) % 10)


def is_blind_to(first: str, second: str) -> bool:
    """Whether no check digit can tell two characters apart, since they are equal modulo 10."""
    return _VALUES[first] % 10 == _VALUES[second] % 10

"""Whether two pictures are one, re-encoded or retouched, by their fingerprints."""

from typing import Final

WORDS: Final = 4
_WORD_BITS: Final = 32
_SAME_BITS: Final = 12
"""Of 576. Copies of a picture at half its size or at JPEG quality 30 differ in 4 to 8 as a rule; photos
of two people's documents, laid down alike, in 24 and more, flat drawings of one layout in 14 and more."""


def words_of(fingerprint: str) -> tuple[int, ...]:
    """Its longest waves as four numbers of 32 bits, in turn; none of an empty fingerprint.

    Copies of a picture share one of them at least, as a rule, and other pictures hardly ever: by these
    an index finds what is to be compared.
    """
    if not fingerprint:
        return ()
    digits = WORDS * _WORD_BITS // 4
    longest = f"{int(fingerprint[:digits], 16):0{WORDS * _WORD_BITS}b}"
    return tuple(int(longest[n::WORDS], 2) for n in range(WORDS))


def is_same_picture(one: str, other: str) -> bool:
    """Whether two fingerprints are of one picture. Empty ones are of none."""
    if not one or len(one) != len(other):
        return False
    return (int(one, 16) ^ int(other, 16)).bit_count() <= _SAME_BITS

"""Check digits that states put into the numbers of their driving licences."""

import re
from typing import Final

_GERMAN: Final = re.compile(r"[A-Z0-9]{9}[0-9X][A-Z0-9]")
_LETTERS: Final = 2


def is_check_digit_right(alpha2: str, number: str) -> bool | None:
    """Whether a number agrees with its own check digit; None where its form has none.

    Germany's tenth character stands for the sum of the nine before it, A being 10 and Z 35, with
    weights from 9 to 1, modulo 11; ten is X. Found on the numbers of the published specimens,
    B072RRE2I55 and J430A1RZN11, whose serials after the office's four characters are mostly letters:
    a number that is not like them may be of another form.
    """
    letters = sum(c.isalpha() and c not in "IO" for c in number[4:9])
    if alpha2 != "DE" or not _GERMAN.fullmatch(number) or letters < _LETTERS:
        return None
    total = sum(int(c, 36) * (9 - n) for n, c in enumerate(number[:9]))
    return "0123456789X"[total % 11] == number[9]

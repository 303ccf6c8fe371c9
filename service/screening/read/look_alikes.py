"""What print alone leaves open in a licence's number: whether 1 is I, and 0 is O."""

import itertools
from typing import Final

from service.issuers.licence_numbers import is_check_digit_right

_ALIKE: Final = {"1": "1I", "I": "I1", "0": "0O", "O": "O0"}


def settle_number(number: str, alpha2: str) -> str:
    """The number as read, or its one spelling in look-alikes that the check digit confirms."""
    if is_check_digit_right(alpha2, number) is not False:
        return number
    spellings = map("".join, itertools.product(*(_ALIKE.get(c, c) for c in number)))
    right = [one for one in spellings if is_check_digit_right(alpha2, one)]
    return right[0] if len(right) == 1 else number

"""Whether two document or registration numbers are the same."""

import re
from typing import Final

_LABELS: Final = re.compile(r"^(?:(?:NO|NR|CRN|UEN|RCS|SIREN)(?=\d)|CIN(?=[LU]\d))|RCS[A-Z]*$")
"""What people write before or after a company's number, and is no part of it."""
_TELLING: Final = frozenset({"SC", "NI", "OC", "SO", "NC", "SL", "NL", "FC", "BN", "IT", "HRA"})
"""Letters of another register of the same state: a number without them is another company's."""


def is_same_number(claimed: str, printed: str) -> bool:
    """Letters and figures alone, in capitals; leading zeros and a register's letters may be left out.

    The zone prints no spaces or marks (Doc 9303 part 4, 4.2.2.2), people do.
    """
    first, second = compact(claimed), compact(printed)
    if first == second:
        return bool(first)
    return bool(_bare(first)) and _bare(first) == _bare(second) and _letters(first, second)


def is_same_registration(claimed: str, printed: str) -> bool:
    """As `is_same_number`, for companies: registers of one state are told apart by letters.

    SC123456 is not 00123456; RC 123456 is 123456, and 0123456 is 123456.
    """
    first, second = (_LABELS.sub("", compact(number)) for number in (claimed, printed))
    heads = {_head(first), _head(second)}
    if len(heads) == 2 and heads & _TELLING:
        return False
    return is_same_number(first, second)


def compact(number: str) -> str:
    """Letters and figures alone, in capitals."""
    return "".join(c for c in number.upper() if c.isalnum())


def _bare(number: str) -> str:
    return number.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ").lstrip("0")


def _letters(first: str, second: str) -> bool:
    """Whether the letters before the figures agree, or one of the two leaves them out."""
    return len({_head(first), _head(second)} - {""}) <= 1


def _head(number: str) -> str:
    return number[: len(number) - len(number.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ"))]

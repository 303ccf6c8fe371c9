"""Whether two document or registration numbers are the same."""


def is_same_number(claimed: str, printed: str) -> bool:
    """Letters and figures alone, in capitals; leading zeros and a register's letters may be left out.

    The zone prints no spaces or marks (Doc 9303 part 4, 4.2.2.2), people do.
    """
    first, second = compact(claimed), compact(printed)
    if first == second:
        return bool(first)
    return bool(_bare(first)) and _bare(first) == _bare(second) and _letters(first, second)


def compact(number: str) -> str:
    """Letters and figures alone, in capitals."""
    return "".join(c for c in number.upper() if c.isalnum())


def _bare(number: str) -> str:
    return number.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ").lstrip("0")


def _letters(first: str, second: str) -> bool:
    """Whether the letters before the figures agree, or one of the two leaves them out."""
    heads = {n[: len(n) - len(n.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ"))] for n in (first, second)}
    return len(heads - {""}) <= 1

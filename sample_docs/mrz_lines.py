"""Writes machine readable zones for specimens, by itself: reader and writer check each other."""

import unicodedata
from datetime import date

_SPELLED = str.maketrans(
    {
        "Ä": "AE",
        "Ö": "OE",
        "Ü": "UE",
        "Å": "AA",
        "Ø": "OE",
        "Æ": "AE",
        "ß": "SS",
        "Ł": "L",
        "Đ": "D",
        "Ñ": "N",
        "'": "",
        "’": "",
        "-": "<",
        " ": "<",
    }
)


def digit(text: str) -> str:
    """Check digit of Doc 9303 part 3: weights 7, 3, 1; letters count from 10, fillers 0."""
    total = 0
    for n, c in enumerate(text):
        worth = 0 if c == "<" else int(c, 36)
        total += worth * (7, 3, 1)[n % 3]
    return str(total % 10)


def spelled(name: str) -> str:
    """A name in the zone's letters."""
    plain = unicodedata.normalize(
        "NFKD", unicodedata.normalize("NFC", name).upper().translate(_SPELLED)
    )
    return "".join(c for c in plain if c == "<" or "A" <= c <= "Z")


def _names(surname: str, given: str, width: int) -> str:
    return f"{spelled(surname)}<<{spelled(given)}"[:width].ljust(width, "<")


def _day(day: date) -> str:
    return day.strftime("%y%m%d")


def td3(
    code: str,
    state: str,
    surname: str,
    given: str,
    number: str,
    nationality: str,
    born: date,
    sex: str,
    expires: date,
    optional: str = "",
) -> list[str]:
    """Two lines of 44."""
    first = code.ljust(2, "<") + state.ljust(3, "<") + _names(surname, given, 39)
    head = number.ljust(9, "<")
    head += digit(head)
    birth = _day(born) + digit(_day(born))
    expiry = _day(expires) + digit(_day(expires))
    rest = optional.ljust(14, "<")
    rest += digit(rest) if optional else "<"
    composite = digit(head + birth + expiry + rest)
    return [first, head + nationality.ljust(3, "<") + birth + sex + expiry + rest + composite]


def two_lines(
    width: int,
    code: str,
    state: str,
    surname: str,
    given: str,
    number: str,
    nationality: str,
    born: date,
    sex: str,
    expires: date,
    *,
    composite: bool,
) -> list[str]:
    """TD2 (with composite) and visas (without): two lines of 36 or 44."""
    first = code.ljust(2, "<") + state.ljust(3, "<") + _names(surname, given, width - 5)
    head = number.ljust(9, "<")
    head += digit(head)
    birth = _day(born) + digit(_day(born))
    expiry = _day(expires) + digit(_day(expires))
    body = head + nationality.ljust(3, "<") + birth + sex + expiry
    if not composite:
        return [first, body.ljust(width, "<")]
    rest = "<" * (width - 1 - len(body))
    return [first, body + rest + digit(head + birth + expiry + rest)]


def td1(
    code: str,
    state: str,
    surname: str,
    given: str,
    number: str,
    nationality: str,
    born: date,
    sex: str,
    expires: date,
    optional: str = "",
) -> list[str]:
    """Three lines of 30; a number of more than nine characters goes on in the optional data."""
    if len(number) > 9:
        tail = number[9:] + digit(number) + "<"
        first = code.ljust(2, "<") + state.ljust(3, "<") + number[:9] + "<" + tail
    else:
        head = number.ljust(9, "<")
        first = code.ljust(2, "<") + state.ljust(3, "<") + head + digit(head) + optional
    first = first.ljust(30, "<")
    birth = _day(born) + digit(_day(born))
    expiry = _day(expires) + digit(_day(expires))
    second = birth + sex + expiry + nationality.ljust(3, "<") + "<" * 11
    composite = digit(first[5:] + second[:7] + second[8:15] + second[18:29])
    return [first, second + composite, _names(surname, given, 30)]


def french_1988(
    surname: str, given: str, department: str, issued: date, serial: str, born: date, sex: str
) -> list[str]:
    """The old French identity card: two lines of 36, of its own layout."""
    first = ("IDFRA" + spelled(surname)[:25].ljust(25, "<") + department).ljust(36, "<")
    number = issued.strftime("%y%m") + department[:3].ljust(3, "<") + serial
    body = number + digit(number) + spelled(given)[:14].ljust(14, "<")
    body += _day(born) + digit(_day(born)) + sex
    return [first, body + digit(first + body)]


def licence_d1(state: str, number: str, expires: date, surname: str) -> list[str]:
    """The one line of an ISO 18013-1 licence; its first check digit covers the prefix too."""
    first = f"D1{state}{number[:9]:<<9}"
    body = first + digit(first) + _day(expires) + spelled(surname)[:8].ljust(8, "<")
    return [body + digit(body)]

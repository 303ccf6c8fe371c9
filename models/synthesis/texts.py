"""Lines of machine readable zones of people who do not exist, and characters at random."""

import random
import string
from datetime import date, timedelta
from typing import Final

from sample_docs.mrz_lines import french_1988, licence_d1, td1, td3, two_lines
from service.issuers.states import codes

ALPHABET: Final = "<0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
HIDDEN: Final = "?"
"""Stands for a character of the line that cannot be told, for something lies on it."""
_STATES: Final = tuple(sorted(codes()))
_SYLLABLES: Final = tuple(
    onset + vowel + coda
    for onset in ("", *"BCDFGHJKLMNPQRSTVWXYZ", "CH", "SH", "KW", "OL", "TR", "NG")
    for vowel in ("A", "E", "I", "O", "U", "AI", "OU", "IE")
    for coda in ("", "", "", "N", "R", "S", "L", "H", "T", "K", "M", "Z", "SKI")
)


def _word(rng: random.Random) -> str:
    if rng.random() < 0.1:
        return "".join(rng.choices(string.ascii_uppercase, k=rng.randint(1, 10)))
    return "".join(rng.choices(_SYLLABLES, k=rng.randint(1, 4)))


def _name(rng: random.Random, most: int) -> str:
    return " ".join(_word(rng) for _ in range(rng.randint(1, most)))


def _number(rng: random.Random) -> str:
    length = rng.choice((7, 8, 9, 9, 9, 9))
    if rng.random() < 0.35:
        return "".join(rng.choices(string.digits, k=length))
    if rng.random() < 0.5:
        head = "".join(rng.choices(string.ascii_uppercase, k=rng.randint(1, 3)))
        return head + "".join(rng.choices(string.digits, k=length - len(head)))
    return "".join(rng.choices(ALPHABET[1:], k=length))


def _day(rng: random.Random, first: int, last: int) -> date:
    start = date(first, 1, 1)
    return start + timedelta(days=rng.randrange((date(last, 12, 31) - start).days))


def make_zone(rng: random.Random) -> list[str]:
    """The lines of one zone, of any layout, all check digits right."""
    surname, given = _name(rng, 2), _name(rng, 3)
    state = rng.choice(_STATES)
    nationality = state if rng.random() < 0.7 else rng.choice(_STATES)
    born, expires = _day(rng, 1930, 2020), _day(rng, 2008, 2040)
    sex, number = rng.choice("MF<"), _number(rng)
    optional = ""
    if rng.random() < 0.5:
        optional = "".join(
            rng.choices(ALPHABET if rng.random() < 0.3 else string.digits, k=rng.randint(1, 14))
        )
    kinds = ("td3", "td1", "td2", "mrva", "mrvb", "fra", "d1")
    layout = rng.choices(kinds, (38, 31, 9, 8, 6, 5, 6))[0]
    if layout == "td3":
        code = "P" + rng.choice("<<<<<<ODSEMTN")
        return td3(code, state, surname, given, number, nationality, born, sex, expires, optional)
    if layout == "td1":
        code = rng.choice("IIIIAC") + rng.choice("<<<DRPOCEA12")
        if rng.random() < 0.1:
            number += "".join(rng.choices(string.digits, k=rng.randint(1, 3)))
        return td1(code, state, surname, given, number, nationality, born, sex, expires, optional)
    if layout == "fra":
        serial = "".join(rng.choices(string.digits, k=5))
        department = "".join(rng.choices(string.digits, k=rng.choice((3, 6))))
        return french_1988(surname, given, department, expires, serial, born, rng.choice("MF"))
    if layout == "d1":
        return licence_d1(state, number, expires, surname)
    width = 36 if layout in {"td2", "mrvb"} else 44
    code = (rng.choice("IAC") if layout == "td2" else "V") + rng.choice("<<<DRNIC")
    return two_lines(
        width,
        code,
        state,
        surname,
        given,
        number,
        nationality,
        born,
        sex,
        expires,
        composite=layout == "td2",
    )


def make_line(rng: random.Random) -> str:
    """One line: of a real layout, or without any grammar so that no grammar is learned by heart."""
    if rng.random() < 0.62:
        return rng.choice(make_zone(rng))
    length = rng.choice((30, 30, 36, 44, 44, 44))
    line = ""
    while len(line) < length:
        kind = rng.random()
        count = rng.randint(1, 9)
        if kind < 0.28:
            line += "<" * (rng.randint(1, 26) if kind < 0.14 else rng.randint(1, 4))
        elif kind < 0.5:
            line += "".join(rng.choices(string.ascii_uppercase, k=count))
        elif kind < 0.75:
            line += "".join(rng.choices(string.digits, k=count))
        elif kind < 0.9:
            line += "".join(rng.choices("O0I1S5B8Z2G6QDUVWMNHKX<", k=count))
        else:
            line += rng.choice(ALPHABET) * rng.randint(2, 7)
    return line[:length]

"""Where the threshold of names lies: `python -m benchmarks.names [--count N] [--seed S]`.

Draws pairs of a claimed and a printed name: one person's in the spellings, orders and shortenings that
zones and people use; one person's with a typing error; and two people's, half of them close ones
(brothers and sisters, an Ivan and an Ivana, surnames a letter apart, a married name). Prints the share
that each threshold would call the same. Names are combined by chance and belong to nobody.
"""

import argparse
import random
import unicodedata
from collections.abc import Callable
from typing import Final, NamedTuple

from service.screening.match.names import likeness

_GIVEN: Final = [
    "Ada",
    "Maria",
    "Mario",
    "Martin",
    "Martina",
    "Jan",
    "Jana",
    "Janet",
    "John",
    "Jane",
    "Joan",
    "Peter",
    "Petra",
    "Ivan",
    "Ivana",
    "Daniel",
    "Daniela",
    "Daniele",
    "Kofi",
    "Kojo",
    "Kwame",
    "Kwabena",
    "Chiamaka",
    "Chinedu",
    "Chinonso",
    "Tunde",
    "Tosin",
    "Grace",
    "Gloria",
    "Wanjiru",
    "Wanjiku",
    "Thandi",
    "Thando",
    "Jürgen",
    "Jörg",
    "Søren",
    "Åsa",
    "Zoë",
    "José",
    "Josefa",
    "Lucía",
    "Lucio",
    "Noël",
    "Noëlle",
    "Marie-Élise",
    "Marie-Claire",
    "Jean-Paul",
    "Jean-Luc",
    "Khalid",
    "Khaled",
    "Mohammed",
    "Mahmoud",
    "Fatima",
    "Fatma",
    "Anh",
    "Linh",
    "Wei",
    "Weimin",
    "Meera",
    "Meena",
    "Aarav",
    "Arav",
    "Łukasz",
    "Gökhan",
    "Olga",
    "Oleg",
    "Yulia",
    "Yuri",
    "Alexander",
    "Alexandra",
]
_LAST: Final = [
    "Stone",
    "Stones",
    "Brown",
    "Browne",
    "Smith",
    "Smythe",
    "Mensah",
    "Mensa",
    "Okafor",
    "Okoro",
    "Adebayo",
    "Adeyemi",
    "Kamau",
    "Kamande",
    "Nkosi",
    "Dlamini",
    "Müller",
    "Möller",
    "Weiß",
    "Strauß",
    "Hoffmann",
    "Hofmann",
    "Østergård",
    "Åkesson",
    "Nuñez",
    "Núñez Vega",
    "Ibáñez Roldán",
    "García López",
    "García Pérez",
    "De La Cruz",
    "De La Peña",
    "Silva Santos",
    "Lefèvre",
    "Lefebvre",
    "O'Brien",
    "O'Bryan",
    "O'Neill",
    "Van der Zwaan",
    "Van den Berg",
    "Von Hagen",
    "Al-Mansouri",
    "Al-Masri",
    "El Sayed",
    "Bin Rashid",
    "Nguyen",
    "Le",
    "Do",
    "Tran",
    "Zhang",
    "Zheng",
    "Li",
    "Lu",
    "Patel",
    "Pathak",
    "Kowalski",
    "Kowalska",
    "Wiśniewski",
    "Yıldız",
    "Petrov",
    "Petrova",
    "Petrovic",
    "Sidorov",
    "Stone-Brown",
    "Featherstonehaugh-Wooloomooloo",
]
_CYRILLIC: Final = (
    ("Юлия", "Соколова"),
    ("Иван", "Щербаков"),
    ("Фёдор", "Царёв"),
    ("Олексій", "Коваленко"),
    ("Ганна", "Грищенко"),
    ("Михаил", "Ходоров"),
)
_LATIN_OF: Final = {
    "Юлия": ("IULIIA", "YULIYA"),
    "Соколова": ("SOKOLOVA",),
    "Иван": ("IVAN",),
    "Щербаков": ("SHCHERBAKOV",),
    "Фёдор": ("FEDOR", "FYODOR"),
    "Царёв": ("TSAREV", "TSARYOV"),
    "Олексій": ("OLEKSII", "OLEKSIY"),
    "Коваленко": ("KOVALENKO",),
    "Ганна": ("HANNA", "GANNA"),
    "Грищенко": ("HRYSHCHENKO", "GRISHCHENKO"),
    "Михаил": ("MIKHAIL", "MIHAIL"),
    "Ходоров": ("KHODOROV",),
}
_SPELLED: Final = (
    {"Ä": "AE", "Ö": "OE", "Ü": "UE", "Å": "AA", "Ø": "OE", "Ñ": "N", "ß": "SS", "Æ": "AE"},
    {"Ä": "A", "Ö": "O", "Ü": "UXX", "Å": "AA", "Ø": "OE", "Ñ": "NXX", "ß": "SS", "Æ": "AE"},
    {"Ä": "A", "Ö": "O", "Ü": "U", "Å": "A", "Ø": "O", "Ñ": "N", "ß": "SS", "Æ": "AE"},
)


class Pair(NamedTuple):
    """Two names, and whether the zone that printed one was full."""

    first: str
    last: str
    given: str
    surname: str
    is_cut: bool = False


def printed(name: str, rng: random.Random) -> str:
    """As a zone spells it, in one of the ways that the standard allows."""
    table = str.maketrans(rng.choice(_SPELLED) | {"Ł": "L", "I": "I", "-": " ", "'": "", "ẞ": "SS"})
    upper = unicodedata.normalize("NFC", name.replace("ß", "ẞ").upper()).translate(table)
    return "".join(c for c in unicodedata.normalize("NFKD", upper) if not unicodedata.combining(c))


def same_person(rng: random.Random) -> Pair:
    """A claim and a document of one person: none to three of the usual differences."""
    if rng.random() < 0.1:
        first, last = rng.choice(_CYRILLIC)
        return Pair(first, last, rng.choice(_LATIN_OF[first]), rng.choice(_LATIN_OF[last]))
    firsts, last = rng.sample(_GIVEN, rng.choice((1, 1, 2, 3))), rng.choice(_LAST)
    given, surname = printed(" ".join(firsts), rng), printed(last, rng)
    is_cut = False
    room = rng.choice((39, 30))
    if len(surname) + 2 + len(given) >= room:
        given, is_cut = given[: max(0, room - 2 - len(surname))].strip(), True
        surname = surname[:room]
    claimed_first, claimed_last = " ".join(firsts), last
    for change in rng.sample(_CHANGES, rng.choice((0, 1, 2))):
        claimed_first, claimed_last = change(claimed_first, claimed_last)
    return Pair(claimed_first, claimed_last, given, surname, is_cut)


def _shortened(first: str, last: str) -> tuple[str, str]:
    return first.split(maxsplit=1)[0], last


def _initials(first: str, last: str) -> tuple[str, str]:
    head, *rest = first.split()
    return " ".join([head, *(f"{one[0]}." for one in rest)]), last


def _apart(first: str, last: str) -> tuple[str, str]:
    return first.replace("-", " "), last.replace("'", " ").replace("-", " ")


def _together(first: str, last: str) -> tuple[str, str]:
    return first.replace("-", ""), last.replace("'", "").replace("-", "")


def _plain(first: str, last: str) -> tuple[str, str]:
    table = str.maketrans("áéíóúèëöüåøñłışÅØŁ", "aeioueeouaonlisAOL")
    return first.translate(table), last.translate(table)


_CHANGES: Final[tuple[Callable[[str, str], tuple[str, str]], ...]] = (
    _shortened,
    _initials,
    _apart,
    _together,
    _plain,
    lambda first, last: (last, first.split()[0]),
    lambda first, last: (first.upper(), last.upper()),
)


def mistyped(rng: random.Random) -> Pair:
    """One person, with two letters swapped, one left out, or one wrong in the longest word."""
    pair = same_person(rng)
    word = max([*pair.first.split(), *pair.last.split()], key=len)
    at = rng.randrange(1, max(2, len(word) - 1))
    wrong = rng.choice(
        (
            word[:at] + word[at + 1 :],
            word[: at - 1] + word[at] + word[at - 1] + word[at + 1 :],
            word[:at] + rng.choice("aeinrst") + word[at + 1 :],
        )
    )
    return pair._replace(first=pair.first.replace(word, wrong), last=pair.last.replace(word, wrong))


def strangers(rng: random.Random) -> Pair:
    """Two people drawn apart."""
    one, other = same_person(rng), same_person(rng)
    if {one.first.casefold(), one.last.casefold()} & {
        other.first.casefold(),
        other.last.casefold(),
    }:
        return strangers(rng)
    return Pair(one.first, one.last, other.given, other.surname, other.is_cut)


def relatives(rng: random.Random) -> Pair:
    """Close ones: a family's other member, a name a letter apart, a married name."""
    first, last = rng.choice(_GIVEN), rng.choice(_LAST)
    other = rng.choice([g for g in _GIVEN if g != first and g not in _SAME.get(first, ())])
    near = sorted(
        _GIVEN, key=lambda g: (g == first, g in _SAME.get(first, ()), _distance(g, first))
    )
    kin = rng.choice(near[:2])
    match rng.randrange(4):
        case 0:
            return Pair(first, last, printed(kin, rng), printed(last, rng))
        case 1:
            return Pair(first, last, printed(other, rng), printed(last, rng))
        case 2:
            others = sorted(_LAST, key=lambda n: (n == last, _distance(n, last)))
            return Pair(first, last, printed(first, rng), printed(rng.choice(others[:2]), rng))
        case _:
            middle, others = rng.sample([g for g in _GIVEN if g != first], 2)
            return Pair(
                f"{first} {middle}", last, printed(f"{first} {others}", rng), printed(last, rng)
            )


_SAME: Final = {"Daniele": ("Daniel",), "Aarav": ("Arav",), "Arav": ("Aarav",)}
"""Pairs of the list that may be one name in two spellings."""


def _distance(one: str, other: str) -> float:
    return -likeness("", one, "", other)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=5000)
    parser.add_argument("--seed", type=int, default=7)
    options = parser.parse_args()
    kinds = {
        "one person": same_person,
        "with a typing error": mistyped,
        "two strangers": strangers,
        "two close ones": relatives,
    }
    scores = {}
    for name, draw in kinds.items():
        rng = random.Random(f"{options.seed}/{name}")
        pairs = [draw(rng) for _ in range(options.count)]
        scores[name] = [likeness(*p[:4], may_be_cut=p.is_cut) for p in pairs]
    print(f"| threshold | {' | '.join(kinds)} |\n|---|{'---|' * len(kinds)}")
    for threshold in (0.5, 0.7, 0.75, 0.8, 0.85, 0.875, 0.9, 0.925, 0.95, 1.0):
        shares = (sum(s >= threshold for s in scores[name]) / options.count * 100 for name in kinds)
        print(f"| {threshold:.3f} | {' | '.join(f'{share:.2f} %' for share in shares)} |")


if __name__ == "__main__":
    main()

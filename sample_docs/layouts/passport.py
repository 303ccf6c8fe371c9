"""Passport data pages (TD3), visas and passport cards."""

import random
from collections.abc import Callable
from datetime import date

from sample_docs import mrz_lines
from sample_docs.canvas import Page
from sample_docs.fonts import TITLES, VISUAL
from sample_docs.layouts.side import FlatDocument, FlatSide
from sample_docs.people import Person, make_person
from sample_docs.states import STATES, State

_LABELS = (
    ("Type", "Code", "Passport No."),
    (
        "Surname",
        "Given names",
        "Nationality",
        "Date of birth",
        "Sex",
        "Place of birth",
        "Date of issue",
        "Date of expiry",
        "Authority",
    ),
)


def number_for(rng: random.Random) -> str:
    """A document number of nine characters; letters first on half of them."""
    head = rng.choice(["", "", rng.choice("ABCEGHKLMNPRTX"), rng.choice(["AB", "PN", "GX"])])
    return head + "".join(rng.choice("0123456789") for _ in range(9 - len(head)))


def printed(day: date) -> str:
    """A date as passports print it."""
    return day.strftime("%d %b/%b %Y").upper()


def make_passport(
    state_code: str,
    rng: random.Random,
    *,
    code: str = "P",
    expires: date,
    nationality: str | None = None,
    born: date | None = None,
    title: str | None = None,
    rewrite: Callable[[list[str]], list[str]] = list,
) -> FlatDocument:
    """The data page of a book; `rewrite` makes of its zone's lines what is printed instead."""
    state = STATES[state_code]
    person = make_person(state_code, rng)
    born = born or person.date_of_birth
    number = number_for(rng)
    optional = "".join(rng.choice("0123456789") for _ in range(10)) if rng.random() < 0.3 else ""
    lines = mrz_lines.td3(
        code,
        state.code,
        person.surname,
        person.given_names,
        number,
        nationality or state.code,
        born,
        person.sex,
        expires,
        optional,
    )
    lines = rewrite(lines)
    page = Page(125, 88, state.paper)
    page.guilloche(rng, state.ink)
    face, head = rng.choice(VISUAL), rng.choice(TITLES)
    if rng.random() < 0.5:
        page.band(0, 11, state.band)
        colour = (245, 245, 245)
    else:
        colour = state.band
    width = page.text(6, 7.5, state.name, 2.6, name=head, colour=colour)
    heading = title or (
        state.passport if state.passport == "PASSPORT" else f"{state.passport} / PASSPORT"
    )
    page.text(max(70, 10 + width), 7.5, heading, 2.5, name=head, colour=colour)
    page.portrait(6, 15, 34, 44, rng)
    _fields(page, state, person, number, code, born, expires, face)
    page.text(46, 65.5, "SPECIMEN", 1.4, name=face, colour=(150, 80, 80))
    page.mrz(lines, 3.5 + rng.uniform(-0.8, 0.8), 76.5, 117, rng)
    return FlatDocument(
        "passport",
        state.code,
        state.alpha2,
        FlatSide(
            page, fields_of(person, number, born, expires, nationality or state.code), "TD3", lines
        ),
    )


def _fields(
    page: Page,
    state: State,
    person: Person,
    number: str,
    code: str,
    born: date,
    expires: date,
    face: str,
) -> None:
    grey = (95, 95, 105)
    page.text(46, 14.5, "Type", 1.1, name=face, colour=grey)
    page.text(46, 18.3, code, 2.0, name=face)
    page.text(62, 14.5, "Code of issuing state", 1.1, name=face, colour=grey)
    page.text(62, 18.3, state.code, 2.0, name=face)
    page.text(92, 14.5, "Passport No.", 1.1, name=face, colour=grey)
    page.text(92, 18.3, number, 2.0, name=face)
    issued = date(expires.year - 10, expires.month, min(expires.day, 28))
    rows = [
        ("Surname / Nom", person.surname + (f"  {person.native}" if person.native else "")),
        ("Given names / Prénoms", person.given_names),
        ("Nationality / Nationalité", state.adjective),
        ("Date of birth / Date de naissance", printed(born)),
        ("Sex / Sexe", person.sex),
        ("Date of issue / Date de délivrance", printed(issued)),
        ("Date of expiry / Date d'expiration", printed(expires)),
    ]
    for n, (label, value) in enumerate(rows):
        y = 22.5 + 6.0 * n
        page.text(46, y, label, 1.1, name=face, colour=grey)
        page.text(46, y + 3.4, value, 1.9, name=face)


def fields_of(
    person: Person, number: str, born: date, expires: date, nationality: str
) -> dict[str, str]:
    """Truth by the API's names; names as the zone can hold them."""
    return {
        "number": number,
        "surname": person.surname,
        "given_names": person.given_names,
        "date_of_birth": born.isoformat(),
        "sex": person.sex,
        "date_of_expiry": expires.isoformat(),
        "nationality": nationality,
    }


def make_visa(state_code: str, rng: random.Random, *, expires: date, wide: bool) -> FlatDocument:
    """A sticker: MRV-A (wide) or MRV-B."""
    state = STATES[state_code]
    person = make_person(rng.choice(["NGA", "IND", "KEN"]), rng)
    number = number_for(rng)
    holder = rng.choice(["NGA", "IND", "KEN"])
    lines = mrz_lines.two_lines(
        44 if wide else 36,
        rng.choice(["V", "VC", "VD"]),
        state.code,
        person.surname,
        person.given_names,
        number,
        holder,
        person.date_of_birth,
        person.sex,
        expires,
        composite=False,
    )
    page = Page(120 if wide else 105, 80 if wide else 74, state.paper)
    page.guilloche(rng, state.ink)
    face = rng.choice(VISUAL)
    page.text(5, 8, f"{state.name}   VISA", 3.0, name=TITLES[0], colour=state.band)
    for n, (label, value) in enumerate(
        [
            ("Valid for", state.name),
            ("From / Until", f"01-12-26   {expires:%d-%m-%y}"),
            ("Type of visa", "C"),
            ("Number of entries", "MULT"),
            ("Surname, name", f"{person.surname}, {person.given_names}"),
        ]
    ):
        page.text(42, 16 + 8 * n, label, 1.2, name=face, colour=(90, 90, 100))
        page.text(42, 20 + 8 * n, value, 2.0, name=face)
    page.portrait(5, 13, 32, 40, rng)
    page.text(42, 56, "SPECIMEN", 1.2, name=face, colour=(150, 80, 80))
    page.mrz(lines, 3, page.height_mm - 12, page.width_mm - 8, rng)
    return FlatDocument(
        "visa",
        state.code,
        state.alpha2,
        FlatSide(
            page,
            fields_of(person, number, person.date_of_birth, expires, holder),
            "MRVA" if wide else "MRVB",
            lines,
        ),
    )

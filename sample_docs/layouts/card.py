"""Cards of bank-card size with a zone on the back: identity cards, permits, passport cards."""

import random
from datetime import date

from sample_docs import mrz_lines
from sample_docs.canvas import Page
from sample_docs.fonts import TITLES, VISUAL
from sample_docs.layouts.passport import fields_of, number_for
from sample_docs.layouts.side import FlatDocument, FlatSide
from sample_docs.people import Person, make_person
from sample_docs.states import STATES, State

_GREY = (95, 95, 105)


def make_card(
    kind: str,
    state_code: str,
    rng: random.Random,
    *,
    code: str,
    expires: date,
    nationality: str | None = None,
    with_zone: bool = True,
    subtitle: str = "",
    long_number: bool = False,
    title: str | None = None,
) -> FlatDocument:
    """Front with title and portrait, back with the TD1 zone; `title` instead of the state's."""
    state = STATES[state_code]
    person = make_person(nationality or state_code, rng)
    holder = nationality or state.code
    number = number_for(rng)
    if long_number:
        number += "".join(rng.choice("0123456789") for _ in range(3))
    titles = {
        "national_id": state.id_title,
        "resident_permit": state.permit_title,
        "passport_card": "PASSPORT CARD",
    }
    title = title or titles[kind]
    front = _front(state, person, number, title, subtitle, expires, holder, rng)
    fields = fields_of(person, number, person.date_of_birth, expires, holder)
    lines = None
    if with_zone:
        lines = mrz_lines.td1(
            code,
            state.code,
            person.surname,
            person.given_names,
            number,
            holder,
            person.date_of_birth,
            person.sex,
            expires,
        )
    back = _back(state, lines, rng)
    return FlatDocument(
        kind,
        state.code,
        state.alpha2,
        FlatSide(front, fields),
        FlatSide(back, fields, "TD1" if lines else None, lines),
    )


def _front(
    state: State,
    person: Person,
    number: str,
    title: str,
    subtitle: str,
    expires: date,
    holder: str,
    rng: random.Random,
) -> Page:
    page = Page(85.6, 54, state.paper)
    page.guilloche(rng, state.ink)
    face, head = rng.choice(VISUAL), rng.choice(TITLES)
    page.text(5, 6, state.name, 1.9, name=head, colour=state.band)
    page.text(5, 10.6, title, 2.5, name=head, colour=state.band)
    if subtitle:
        page.text(50, 10.6, subtitle, 1.8, name=face, colour=state.band)
    page.portrait(5, 14, 24, 31, rng)
    rows = [
        ("Surname", person.surname),
        ("Given names", person.given_names),
        ("Date of birth", person.date_of_birth.strftime("%d.%m.%Y")),
        ("Nationality", holder),
        ("Card No.", number),
        ("Date of expiry", expires.strftime("%d.%m.%Y")),
    ]
    if person.native:
        page.text(60, 17, person.native, 1.8, name=face)
    for n, (label, value) in enumerate(rows):
        page.text(33, 16 + 5.6 * n, label, 1.15, name=face, colour=_GREY)
        page.text(33, 19 + 5.6 * n, value, 1.75, name=face)
    page.text(5, 50.5, "SPECIMEN", 1.2, name=face, colour=(150, 80, 80))
    return page


def _back(state: State, lines: list[str] | None, rng: random.Random) -> Page:
    page = Page(85.6, 54, state.paper)
    page.guilloche(rng, state.ink)
    face = rng.choice(VISUAL)
    page.text(5, 8, "Address", 1.15, name=face, colour=_GREY)
    page.text(5, 11.5, f"{rng.randint(1, 99)} Example Street, Sampletown", 1.6, name=face)
    page.text(5, 16, "Height", 1.15, name=face, colour=_GREY)
    page.text(5, 19.5, f"{rng.randint(155, 195)} cm", 1.6, name=face)
    page.text(45, 16, "Issuing authority", 1.15, name=face, colour=_GREY)
    page.text(45, 19.5, "Office of Samples", 1.6, name=face)
    if lines:
        page.mrz(lines, 3.2 + rng.uniform(-0.5, 0.5), 35.5, 79, rng)
    else:
        page.text(5, 45, f"No. {rng.randint(10**8, 10**9)}", 1.8, name=face)
    return page


def make_td2_card(rng: random.Random, expires: date) -> FlatDocument:
    """A larger identity card with its TD2 zone on the front, as older Romanian ones."""
    state = STATES["POL"]
    person = make_person("POL", rng)
    number = number_for(rng)
    lines = mrz_lines.two_lines(
        36,
        "ID",
        state.code,
        person.surname,
        person.given_names,
        number,
        state.code,
        person.date_of_birth,
        person.sex,
        expires,
        composite=True,
    )
    page = _front(state, person, number, state.id_title, "", expires, state.code, rng)
    wide = Page(105, 74, state.paper)
    wide.guilloche(rng, state.ink)
    wide.picture.paste(page.picture.crop((0, 0, page.picture.width, 576)), (30, 30))
    wide.mrz(lines, 4, 62, 96, rng)
    return FlatDocument(
        "national_id",
        state.code,
        "PL",
        FlatSide(
            wide, fields_of(person, number, person.date_of_birth, expires, state.code), "TD2", lines
        ),
    )


def make_french_1988(rng: random.Random) -> FlatDocument:
    """The old French identity card."""
    person = make_person("FRA", rng)
    lines = mrz_lines.french_1988(
        person.surname,
        person.given_names,
        "75C001",
        date(2019, 3, 1),
        f"{rng.randint(10000, 99999)}",
        person.date_of_birth,
        person.sex,
    )
    page = Page(105, 74, STATES["FRA"].paper)
    page.guilloche(rng, STATES["FRA"].ink)
    page.text(6, 8, "RÉPUBLIQUE FRANÇAISE", 2.4, name=TITLES[2], colour=(30, 50, 110))
    page.text(6, 14, f"CARTE NATIONALE D'IDENTITÉ N° : {lines[1][:12]}", 2.0, name=TITLES[1])
    page.portrait(6, 18, 26, 34, rng)
    for n, text in enumerate(
        [
            f"Nom : {person.surname}",
            f"Prénom(s) : {person.given_names}",
            f"Sexe : {person.sex}",
            f"Né(e) le : {person.date_of_birth:%d.%m.%Y}",
            "à : EXEMPLEVILLE",
        ]
    ):
        page.text(38, 22 + 6 * n, text, 1.9, name=VISUAL[1])
    page.text(80, 52, "SPECIMEN", 1.3, name=VISUAL[0], colour=(150, 80, 80))
    page.mrz(lines, 4, 61, 96, rng)
    return FlatDocument(
        "national_id",
        "FRA",
        "FR",
        FlatSide(page, {"number": lines[1][:12], "surname": person.surname}, "FRA_ID", lines),
    )

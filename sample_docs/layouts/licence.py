"""Driver's licences: numbered fields as in Europe and Africa, and AAMVA cards with their barcode."""

import random
from datetime import date

import numpy as np
import zxingcpp

from sample_docs.canvas import Page
from sample_docs.fonts import TITLES, VISUAL
from sample_docs.layouts.side import FlatDocument, FlatSide
from sample_docs.people import Person, make_person
from sample_docs.states import STATES

_GREY = (95, 95, 105)


def make_numbered_licence(state_code: str, rng: random.Random, expires: date) -> FlatDocument:
    """Fields 1 to 9 (Directive 2006/126/EC annex I, ISO 18013-1), the sign at the top left."""
    state = STATES[state_code]
    person = make_person(state_code, rng)
    number = "".join(rng.choice("ABCDEFGHJKLMNPRSTUVWXYZ0123456789") for _ in range(3))
    number += "".join(rng.choice("0123456789") for _ in range(8))
    issued = date(expires.year - 10, expires.month, min(expires.day, 28))
    page = Page(85.6, 54, (250, 228, 232))
    page.guilloche(rng, (210, 130, 150))
    face, head = rng.choice(VISUAL), rng.choice(TITLES)
    page.band(0, 10, (250, 228, 232))
    page.text(4, 7, state.sign, 3.2, name=TITLES[0], colour=(20, 40, 130))
    page.text(15, 4.8, state.name, 1.7, name=head, colour=(70, 30, 60))
    page.text(15, 8.8, state.licence_title, 2.2, name=head, colour=(70, 30, 60))
    page.portrait(4, 16, 24, 31, rng)
    rows = [
        ("1.", person.surname),
        ("2.", person.given_names),
        ("3.", f"{person.date_of_birth:%d.%m.%Y} SAMPLETOWN"),
        ("4a.", f"{issued:%d.%m.%Y}"),
        ("4b.", f"{expires:%d.%m.%Y}"),
        ("4c.", "OFFICE OF SAMPLES"),
        ("5.", number),
    ]
    for n, (label, value) in enumerate(rows):
        page.text(31, 15.5 + 4.9 * n, f"{label} {value}", 1.8, name=face)
    page.text(31, 51, "9. AM/B1/B", 1.8, name=face)
    page.text(70, 51, "SPECIMEN", 1.1, name=face, colour=(150, 80, 80))
    back = Page(85.6, 54, (250, 228, 232))
    back.guilloche(rng, (210, 130, 150))
    for n, category in enumerate(["AM", "A1", "B1", "B", "C1", "BE"]):
        back.text(
            24, 9 + 6.2 * n, f"{category}   {issued:%d.%m.%y}   {expires:%d.%m.%y}", 1.6, name=face
        )
    back.text(
        4,
        50,
        "1. Surname 2. Other names 3. Date and place of birth 4a. Date of issue 4b. Date of expiry",
        1.0,
        name=face,
        colour=_GREY,
    )
    fields = {
        "number": number,
        "surname": person.surname,
        "given_names": person.given_names,
        "date_of_birth": person.date_of_birth.isoformat(),
        "date_of_expiry": expires.isoformat(),
    }
    return FlatDocument(
        "drivers_license", state.code, state.alpha2, FlatSide(page, fields), FlatSide(back, fields)
    )


def make_aamva_card(
    jurisdiction: str,
    name: str,
    rng: random.Random,
    expires: date,
    *,
    is_licence: bool,
    state_code: str = "USA",
) -> FlatDocument:
    """A card of a US state or province: a licence (subfile DL) or its twin, the ID card (ID)."""
    state = STATES[state_code]
    person = make_person(state_code, rng)
    order = "%m/%d/%Y" if state_code == "USA" else "%Y/%m/%d"
    number = rng.choice("ABDHST") + "".join(rng.choice("0123456789") for _ in range(8))
    page = Page(85.6, 54, (240, 244, 250))
    page.guilloche(rng, (120, 160, 200))
    face = rng.choice(VISUAL[:4])
    # A long name is set smaller: the title stands beside it.
    size = 4.0 * min(1.0, 8 / len(name))
    page.text(4, 8, name, size, name=TITLES[1], colour=(30, 50, 120))
    title = state.licence_title if is_licence else "IDENTIFICATION CARD"
    page.text(45, 8, title, 2.5, name=TITLES[0], colour=(30, 50, 120))
    page.text(38, 4, state.code, 1.8, name=face)
    page.portrait(4, 14, 24, 31, rng)
    rows = [
        ("DL" if is_licence else "ID", number),
        ("EXP", f"{expires:{order}}"),
        ("LN", person.surname),
        ("FN", person.given_names),
        ("DOB", f"{person.date_of_birth:{order}}"),
        ("SEX", person.sex),
    ]
    for n, (label, value) in enumerate(rows):
        page.text(32, 16 + 5.4 * n, label, 1.3, name=face, colour=(40, 60, 130))
        page.text(40, 16 + 5.4 * n, value, 2.0, name=face)
    if is_licence:
        page.text(66, 16, "CLASS D", 1.8, name=face)
    page.text(62, 50.5, "SPECIMEN", 1.1, name=face, colour=(150, 80, 80))
    back = Page(85.6, 54, (246, 246, 246))
    payload = aamva_payload(
        jurisdiction, person, number, expires, is_licence=is_licence, country=state_code
    )
    bars = np.array(
        zxingcpp.create_barcode(payload, zxingcpp.BarcodeFormat.PDF417).to_image(scale=4)
    )
    back.paste(bars, 5, 6, 75, 18)
    back.text(
        5,
        32,
        "CLASS D: any non-commercial vehicle" if is_licence else "NOT FOR DRIVING",
        1.5,
        name=face,
    )
    back.text(5, 37, "RESTRICTIONS: NONE   ENDORSEMENTS: NONE", 1.5, name=face)
    fields = {
        "number": number,
        "surname": person.surname,
        "given_names": person.given_names,
        "date_of_birth": person.date_of_birth.isoformat(),
        "sex": person.sex,
        "date_of_expiry": expires.isoformat(),
    }
    kind = "drivers_license" if is_licence else "national_id"
    return FlatDocument(
        kind, state.code, state.alpha2, FlatSide(page, fields), FlatSide(back, fields)
    )


def aamva_payload(
    jurisdiction: str,
    person: Person,
    number: str,
    expires: date,
    *,
    is_licence: bool,
    country: str = "USA",
) -> str:
    """A version 09 payload with a right header."""
    order = "%m%d%Y" if country == "USA" else "%Y%m%d"
    kind = "DL" if is_licence else "ID"
    elements = [
        f"DAQ{number}",
        f"DCS{person.surname}",
        f"DAC{person.given_names.split()[0]}",
        f"DAD{' '.join(person.given_names.split()[1:]) or 'NONE'}",
        f"DCA{'D' if is_licence else 'NONE'}",
        "DCBNONE",
        "DCDNONE",
        f"DBB{person.date_of_birth:{order}}",
        f"DBA{expires:{order}}",
        f"DBD{date(2025, 1, 15):{order}}",
        f"DBC{'1' if person.sex == 'M' else '2'}",
        f"DAJ{jurisdiction}",
        f"DCG{country}",
        "DAG1 EXAMPLE STREET",
        "DAISAMPLETOWN",
        "DAK000000000",
        "DDEN",
        "DDFN",
        "DDGN",
    ]
    body = kind + "\n".join(elements) + "\r"
    return f"@\n\x1e\rANSI 636010090001{kind}0031{len(body):04d}{body}"

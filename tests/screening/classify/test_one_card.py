"""Two pictures that are not of one card, pairs that are, and backs that say nothing of either."""

from datetime import date

import pytest

from sample_docs import mrz_lines
from service.screening.claim import Kind, Side
from service.screening.classify.by_title import find_titles
from service.screening.classify.country import country_in_print, country_of
from service.screening.classify.one_card import disagreements_of, is_back_told
from service.screening.evidence import Absent, BarcodeReading, Field, ReadingState
from service.screening.match.in_print import fields_of
from service.screening.read.fields import read_fields
from tests.screening.classify.printed import lines
from tests.screening.evidence_builder import QUAD, TODAY, mrz, side, zone

LICENCE, PERMIT, IDENTITY = Kind.DRIVERS_LICENSE, Kind.RESIDENT_PERMIT, Kind.NATIONAL_ID
HOLDER = ("STONE", "ADA", "ZX1234567", "IND", date(1980, 5, 6), "F", date(2031, 1, 2))
OTHER = ("BROOK", "BEN", "ZX7654321", "IND", date(1991, 7, 8), "M", date(2030, 3, 4))
NAMESAKE = ("STONE", "ADA", "ZX7654321", "IND", date(1991, 7, 8), "F", date(2030, 3, 4))
SPOUSE = ("STONE", "BEN", "ZX7654321", "IND", date(1991, 7, 8), "M", date(2031, 1, 2))
PERMIT_FRONT = (
    "AUFENTHALTSTITEL",
    "BUNDESREPUBLIK DEUTSCHLAND",
    "ZX1234567",
    "STONE",
    "ADA",
    "06.05.1980 IND",
    "02.01.2031",
)
WITHOUT_NUMBER = tuple(line for line in PERMIT_FRONT if line != "ZX1234567")
LICENCE_FRONT = (
    "D",
    "FÜHRERSCHEIN",
    "1. STONE",
    "2. ADA",
    "3. 06.05.1980 KIEL",
    "4b. 02.01.2031",
    "5. B072RRE2I55",
)
TABLE = ("9.", "10.", "11.", "12.", "AM", "A1", "B", "BE", "19.01.13")
AAMVA = (
    "@\n\x1e\rANSI 636010090001DL00310099DLDAQA12345678\nDCSSTONE\nDACADA\nDBB05061980\n"
    "DBA01022031\nDBC2\nDAJFL\nDCGUSA\nDCAD\n"
)
AAMVA_FRONT = ("FLORIDA", "DRIVER LICENSE", "STONE", "ADA", "DOB 05/06/1980", "EXP 01/02/2031")


def printed(*texts: str, **changes):
    found = lines(*texts)
    return side(
        **{"mrz": Absent(), "text": found or Absent(), "titles": find_titles(found), **changes}
    )


def with_zone(holder, state: str = "D", code: str = "AR"):
    surname, given, number, nationality, born, sex, expires = holder
    read = zone(mrz_lines.td1(code, state, surname, given, number, nationality, born, sex, expires))
    return side(mrz=mrz(zone=read), text=Absent(), titles=Absent())


def with_bars(payload: str = AAMVA):
    bars = (BarcodeReading("PDF417", payload.encode(), QUAD),)
    return printed("RESTRICTIONS NONE", barcodes=bars)


def apart(front, back) -> set[str]:
    sides = {Side.FRONT: front, Side.BACK: back}
    zones = [one.mrz for one in sides.values() if not isinstance(one.mrz, Absent)]
    bars = back.barcodes if isinstance(back.barcodes, tuple) else ()
    kind = front.titles[0].kind if front.titles else LICENCE
    by_print = country_in_print(kind, front.titles, front.text, "")
    surest = country_of(kind, zones, bars, front.titles, front.text, "")
    stated = read_fields(front.text, month_first=False, today=TODAY)
    found = disagreements_of(sides, surest, by_print, stated, TODAY)
    return {name for name, _, _ in found}


def told(kind: Kind, front, back, **values: str) -> bool:
    fields = {name: Field(value, "text", 0.99) for name, value in values.items()}
    country = country_in_print(kind, front.titles, front.text, "")
    return is_back_told(kind, {Side.FRONT: front, Side.BACK: back}, country, fields, TODAY)


@pytest.mark.parametrize("front", [PERMIT_FRONT, WITHOUT_NUMBER])
def test_a_permit_and_its_own_back_are_one_card(front: tuple[str, ...]) -> None:
    assert apart(printed(*front), with_zone(HOLDER)) == set()
    assert told(PERMIT, printed(*front), with_zone(HOLDER))


@pytest.mark.parametrize(
    ("front", "back", "said"),
    [
        pytest.param(PERMIT_FRONT, with_zone(OTHER), {"holder"}, id="another person's back"),
        pytest.param(PERMIT_FRONT, with_zone(NAMESAKE), {"holder"}, id="the back of a namesake"),
        pytest.param(PERMIT_FRONT, with_zone(SPOUSE), {"holder"}, id="the back of a spouse"),
        pytest.param(
            PERMIT_FRONT, with_zone(OTHER, "FRA", "IR"), {"holder", "country"}, id="another state"
        ),
        pytest.param(
            PERMIT_FRONT, with_zone(OTHER, "ARE", "IL"), {"holder", "country"}, id="another card"
        ),
        pytest.param(PERMIT_FRONT, with_bars(), {"kind"}, id="the bars of the holder's licence"),
        pytest.param(
            LICENCE_FRONT, with_zone(HOLDER), {"kind"}, id="a licence with a permit's back"
        ),
        pytest.param(
            LICENCE_FRONT,
            with_zone(OTHER, "ARE", "IL"),
            {"kind", "holder", "country"},
            id="a licence with a zone that says little of its kind",
        ),
        pytest.param(
            LICENCE_FRONT,
            printed("DRIVING LICENCE", "3. 08.07.1991 CORK", "5. 123456789"),
            {"date_of_birth"},
            id="two fronts",
        ),
        pytest.param(
            AAMVA_FRONT,
            with_bars(AAMVA.replace("05061980", "05061981").replace("DACADA", "DACBEN")),
            {"holder"},
            id="a sibling",
        ),
        pytest.param(PERMIT_FRONT, printed(*TABLE), {"kind"}, id="a permit with a table"),
        pytest.param(
            ("PASSPORT", "STONE", "ADA"), printed(*TABLE), {"kind"}, id="a passport with a table"
        ),
        pytest.param(AAMVA_FRONT, with_bars(), set(), id="a licence with its own bars"),
        pytest.param(LICENCE_FRONT, printed(*TABLE), set(), id="a licence with a table"),
    ],
)
def test_what_says_that_two_pictures_are_not_of_one_card(front, back, said: set[str]) -> None:
    assert apart(printed(*front), back) == said


@pytest.mark.parametrize(
    ("dates", "said"),
    [
        (("19.01.13", "02.01.31"), set()),
        (("05.06.99", "18.01.21"), set()),
        (("19.01.13", "03.01.22"), set()),
        (("03.01.22", "02.01.31"), set()),
        (("03.01.22", "05.02.22", "02.01.31"), {"date_of_issue"}),
        (("05.06.92", "07.08.92", "02.01.31"), {"date_of_birth"}),
        (("02.01.31",), set()),
    ],
)
def test_categories_are_held_by_drivers_and_before_their_card(
    dates: tuple[str, ...], said: set[str]
) -> None:
    front = printed(*LICENCE_FRONT, "4a. 18.01.2021")
    assert apart(front, printed("AM", "A1", "B", "BE", *dates)) == said
    assert apart(front, printed("FROM", *dates)) == set()


def test_a_front_that_is_hardly_read_contradicts_nothing_and_proves_nothing() -> None:
    front = printed("AUFENTHALTSTITEL", "STONE")
    assert apart(front, with_zone(HOLDER)) == set()
    assert not told(PERMIT, front, with_zone(HOLDER))


def test_pages_of_books_are_no_sides_of_a_card() -> None:
    page = printed("OBSERVATIONS", "01.02.2020", "03.04.2021", "SEE PAGE 5", "NIL", "PASSPORT")
    data_page = side(text=Absent(), titles=Absent())
    assert data_page.mrz.zone.format == "TD3"
    assert apart(page, data_page) == set()


def test_a_guessed_zone_proves_nothing_and_has_a_check_of_its_own() -> None:
    guessed = with_zone(OTHER)
    guessed = side(mrz=mrz(zone=guessed.mrz.zone, state=ReadingState.GUESSED), text=Absent())
    assert apart(printed(*PERMIT_FRONT), guessed) == set()
    assert told(PERMIT, printed(*PERMIT_FRONT), guessed)


def test_a_zone_that_no_digit_can_prove_is_tied_to_its_front() -> None:
    swiss = zone(["AAA001D<<", "FACHE305142128097<<800506<<<<<", "STONE<<ADA<<<<<<<<<<<<<<<<<<<<"])
    back = side(mrz=mrz(zone=swiss, state=ReadingState.GUESSED), text=Absent(), titles=Absent())
    assert told(LICENCE, printed(*LICENCE_FRONT), back)
    other = (*LICENCE_FRONT[:2], "1. BROOK", "2. BEN", "3. 08.07.1991 KIEL")
    assert not told(LICENCE, printed(*other), back)


LETTER = printed("Dear neighbour", "the parcel came on 3 March", "Kind regards")
NO_STATE = printed("RESIDENCE PERMIT", "STONE", "06.05.1980")


@pytest.mark.parametrize(
    ("kind", "front", "back", "is_told"),
    [
        (LICENCE, LICENCE_FRONT, printed(*TABLE), True),
        (LICENCE, LICENCE_FRONT, printed("AM 19.01.13", "A1", "B 19.01.13", "BE"), True),
        (LICENCE, LICENCE_FRONT, printed("CATEGORIES OF VEHICLES"), True),
        (LICENCE, LICENCE_FRONT, printed("JABATAN", "KELAS LESEN D MOTOKAR"), True),
        (LICENCE, LICENCE_FRONT, printed("DEPARTAMENTO ESTADUAL DE TRÂNSITO"), True),
        (LICENCE, LICENCE_FRONT, printed("B072 RRE2I55", "x"), True),
        (LICENCE, LICENCE_FRONT, LETTER, False),
        (LICENCE, LICENCE_FRONT, printed("ADDRESS", "HEIGHT 170 cm", "B", "A"), False),
        (PERMIT, PERMIT_FRONT, printed("WORK PERMITTED"), False),
        (PERMIT, PERMIT_FRONT, printed(*TABLE), False),
        (PERMIT, ("RESIDENCE PERMIT", "STONE"), printed("WORK PERMITTED"), True),
        (PERMIT, ("RESIDENCE PERMIT", "STONE"), printed("ADDRESS", "HEIGHT 170 cm"), False),
        (IDENTITY, ("IDENTITY CARD",), LETTER, True),
        (Kind.PASSPORT, ("PASSPORT",), LETTER, True),
    ],
)
def test_a_back_shows_what_only_backs_show_or_what_the_front_says(
    kind: Kind, front: tuple[str, ...], back, is_told: bool
) -> None:
    assert told(kind, printed(*front), back, number="B072RRE2I55") is is_told


@pytest.mark.parametrize(
    ("back", "is_told"), [("STONE ADA", True), ("06.05.1980", True), ("02.01.2032", False)]
)
def test_a_back_may_repeat_the_holder(back: str, is_told: bool) -> None:
    front = printed("RESIDENCE PERMIT", "STONE")
    assert (
        told(PERMIT, front, printed(back), surname="STONE", date_of_birth="1980-05-06") is is_told
    )


def test_barcodes_state_the_fields_that_zones_do() -> None:
    from service.aamva.elements import parse_licence

    licence = parse_licence(AAMVA.encode())
    assert licence is not None
    assert fields_of(licence) == fields_of(zone())

"""What barcodes say of kind and country, and that a barcode never overrules what else is seen."""

from dataclasses import replace
from datetime import date

import pytest

from service.screening.claim import Kind
from service.screening.classify.by_barcode import votes_of_barcodes
from service.screening.classify.by_title import find_titles, votes_of_titles
from service.screening.classify.corroborate import disagreements_with_print
from service.screening.classify.country import country_in_print, country_of
from service.screening.classify.kind import weigh
from service.screening.classify.printed import gather
from service.screening.evidence import Absent, BarcodeReading, Field, TextLine, Vote
from tests.screening.evidence_builder import QUAD, TODAY, side

HEAD = "@\n\x1e\rANSI 636010090001"
BODY = "DAQA12345678\nDCSSTONE\nDACADA\nDBB05061980\nDBA01022031\nDBC2\nDAJFL\nDCGUSA\nDCAD\n"
LICENCE = f"{HEAD}DL00310099DL{BODY}".encode()
IDENTITY = f"{HEAD}ID00310099ID{BODY}".replace("DCAD", "DCANONE").encode()
UNTOLD = f"{HEAD}ZF00310099\n{BODY}".encode()
NEITHER = UNTOLD.replace(b"DCAD", b"DCA")
SOUTH_AFRICAN = b"\x01\x9b\x09\x45" + bytes(716)
SMART_ID = b"STONE|ADA|F|RSA|8005060000088|06 MAY 1980|RSA|CITIZEN|01 JAN 2020|1|2|3"


def barcode(payload: bytes) -> BarcodeReading:
    return BarcodeReading("PDF417", payload, QUAD)


def lines(*texts: str) -> tuple[TextLine, ...]:
    return tuple(
        TextLine(text, 0.99, ((0, 40 * n), (600, 40 * n), (600, 40 * n + 20), (0, 40 * n + 20)))
        for n, text in enumerate(texts)
    )


def kind_of(*payloads: bytes, titles: tuple[str, ...] = (), more: tuple[Vote, ...] = ()):
    votes = [
        *votes_of_barcodes(barcode(payload) for payload in payloads),
        *votes_of_titles(find_titles(lines(*titles))),
        *((vote, "") for vote in more),
    ]
    return weigh(votes, has_document=True)


@pytest.mark.parametrize(
    ("payload", "kind"),
    [
        (LICENCE, Kind.DRIVERS_LICENSE),
        (LICENCE.replace(b"DL", b"EN"), Kind.DRIVERS_LICENSE),
        (IDENTITY, Kind.NATIONAL_ID),
        (SOUTH_AFRICAN, Kind.DRIVERS_LICENSE),
        (SMART_ID, Kind.NATIONAL_ID),
    ],
)
def test_a_barcode_names_the_kind(payload: bytes, kind: Kind) -> None:
    found = kind_of(payload)
    assert (found.kind, found.is_certain, found.is_contradicted) == (kind, True, False)


@pytest.mark.parametrize("payload", [UNTOLD, NEITHER, b"GHA-000000000-0", b"27" * 900])
def test_what_only_hints_decides_nothing(payload: bytes) -> None:
    assert not kind_of(payload).is_certain


def test_without_subfile_and_class_the_printed_words_make_an_identification_card() -> None:
    found = kind_of(NEITHER, titles=("IDENTIFICATION CARD",))
    assert (found.kind, found.is_certain, found.is_contradicted) == (Kind.NATIONAL_ID, True, False)


def test_a_number_on_both_does_not_make_a_licence() -> None:
    assert b"DAQ" in NEITHER
    assert kind_of(NEITHER).kind is Kind.NATIONAL_ID


@pytest.mark.parametrize(
    ("payload", "title"),
    [
        (LICENCE, "IDENTIFICATION CARD"),
        (LICENCE, "NATIONAL IDENTITY CARD"),
        (LICENCE, "FLORIDA IDENTIFICATION CARD USA"),  # a weak sign, and the barcode is alone
        (LICENCE, "RESIDENCE PERMIT"),
        (LICENCE, "PASSPORT"),
        (SOUTH_AFRICAN, "NATIONAL IDENTITY CARD"),
        (IDENTITY, "DRIVER LICENSE"),
        (SMART_ID, "DRIVING LICENCE"),
    ],
)
def test_a_barcode_against_a_title_is_for_a_person(payload: bytes, title: str) -> None:
    assert kind_of(payload, titles=(title,)).is_contradicted


def test_a_barcode_against_a_guessed_zone_is_for_a_person() -> None:
    guessed = Vote(Kind.NATIONAL_ID, 0.6, "mrz", "")
    assert kind_of(LICENCE, more=(guessed,)).is_contradicted


def test_a_confirmed_licence_is_not_doubted_for_a_weak_sign() -> None:
    weak = Vote(Kind.NATIONAL_ID, 0.4, "title", "")
    found = kind_of(LICENCE, titles=("DRIVER LICENSE",), more=(weak,))
    assert (found.kind, found.is_contradicted) == (Kind.DRIVERS_LICENSE, False)


def test_barcodes_of_two_kinds_are_for_a_person() -> None:
    found = kind_of(LICENCE, IDENTITY)
    assert (found.kind, found.is_contradicted) == (Kind.NATIONAL_ID, True)


def test_the_country_is_the_barcodes_unless_it_contradicts_itself() -> None:
    found = country_of(Kind.DRIVERS_LICENSE, [], [barcode(LICENCE)], [], [], "")
    assert (found.alpha2, found.is_proven) == ("US", True)
    disputed = barcode(LICENCE.replace(b"636010", b"636012"))
    found = country_of(Kind.DRIVERS_LICENSE, [], [disputed], [], [], "")
    assert (found.alpha2, found.is_proven) == ("US", False)
    unknown = barcode(
        LICENCE.replace(b"636010", b"999999").replace(b"DCGUSA\n", b"").replace(b"DAJFL\n", b"")
    )
    assert isinstance(country_of(Kind.DRIVERS_LICENSE, [], [unknown], [], [], ""), Absent)


def test_fields_of_a_barcode_name_their_source() -> None:
    values = gather([], [barcode(LICENCE)]).values
    assert {name: one.value for name, one in values.items()} == {
        "number": "A12345678",
        "surname": "STONE",
        "given_names": "ADA",
        "sex": "F",
        "date_of_birth": "1980-05-06",
        "date_of_expiry": "2031-01-02",
    }
    assert {one.source for one in values.values()} == {"barcode"}


FRONT = (
    "USA FLORIDA",
    "DRIVER LICENSE",
    "DL A123-456-78",
    "DOB 05/06/1980",
    "EXP 01/02/2031",
    "LN STONE",
    "FN ADA",
)


def apart(*front: str, payload: bytes = LICENCE, fields: dict[str, str] | None = None):
    text = lines(*front)
    sides = (
        side(mrz=Absent(), text=text or Absent()),
        side(mrz=Absent(), text=lines("CLASS D"), barcodes=(barcode(payload),)),
    )
    stated = {name: Field(value, "text", 0.9) for name, value in (fields or {}).items()}
    by_barcode = country_of(Kind.DRIVERS_LICENSE, [], [barcode(payload)], [], text, "")
    by_print = country_in_print(Kind.DRIVERS_LICENSE, find_titles(text), text, "")
    found = disagreements_with_print(sides, [stated, {}], by_barcode, by_print, TODAY)
    assert all(one[1:] == ("barcode", "text") for one in found)
    return [name for name, _, _ in found]


def test_a_front_that_confirms_its_barcode_disagrees_in_nothing() -> None:
    assert apart(*FRONT, fields={"date_of_birth": "1980-05-06"}) == []


def test_one_misread_field_does_not_part_a_card_from_its_barcode() -> None:
    misread = [line.replace("A123-456-78", "A123-4S6-78") for line in FRONT]
    assert apart(*misread) == []


def test_the_barcode_of_another_card_is_noticed() -> None:
    other = LICENCE.replace(b"A12345678", b"B99999999").replace(b"DBB05061980", b"DBB07081991")
    assert "holder" in apart(*FRONT, payload=other)


def test_a_barcode_beside_a_front_that_says_nothing_stands_alone() -> None:
    assert apart() == ["holder"]
    assert apart("DRIVER LICENSE") == ["holder"]


def test_a_birth_date_that_was_changed_in_print_is_noticed() -> None:
    changed = [line.replace("05/06/1980", "05/06/1990") for line in FRONT]
    assert apart(*changed, fields={"date_of_birth": "1990-05-06"}) == ["date_of_birth"]


def test_a_name_that_was_changed_in_print_is_noticed() -> None:
    assert apart(*[line.replace("STONE", "KELLERMAN") for line in FRONT]) == ["surname"]
    assert apart(*[line.replace("STONE", "ST0NE") for line in FRONT]) == []


def test_a_name_is_not_missed_on_a_card_that_was_hardly_read() -> None:
    assert apart(*FRONT[1:4]) == []


def test_a_date_under_the_wrong_label_is_not_held_against_the_card() -> None:
    assert apart(*FRONT, fields={"date_of_expiry": "1980-05-06"}) == []


def test_an_american_barcode_on_a_card_of_elsewhere_is_noticed() -> None:
    nigerian = ("FEDERAL REPUBLIC OF NIGERIA", "NATIONAL DRIVERS LICENCE", *FRONT[2:])
    assert apart(*nigerian) == ["country"]


def test_a_side_without_such_a_barcode_has_nothing_to_confirm() -> None:
    sides = (replace(side(), barcodes=(barcode(SOUTH_AFRICAN),)),)
    assert disagreements_with_print(sides, [{}], Absent(), Absent(), date(2026, 1, 1)) == ()

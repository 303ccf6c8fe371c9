"""Sides put together: what the document is and says, from evidence by hand."""

from datetime import date

import pytest

from service.screening.claim import Claim, History, Kind, Side
from service.screening.evidence import Absent, PageLayout, TextLine, TitleMatch, Unexamined
from service.screening.weigh import weigh_sides
from tests.screening.evidence_builder import QUAD, TODAY, mrz, side


def weighed(**sides):
    by_name = {Side(name): one for name, one in sides.items()}
    return weigh_sides(by_name, Claim("GB"), History(), TODAY)


def line(text: str, top: float = 0) -> TextLine:
    return TextLine(text, 0.99, ((0, top), (400, top), (400, top + 20), (0, top + 20)))


def titled(kind: Kind, title: str = "DRIVING LICENCE") -> TitleMatch:
    return TitleMatch(title, kind, "", True, (), 1.0, QUAD)


FRONT = side(
    mrz=Absent(),
    titles=(titled(Kind.DRIVERS_LICENSE),),
    text=(line("3. 06.05.1980"), line("4b. 01.01.2031", 30), line("5. STONE805060", 60)),
)


def test_a_passports_zone_tells_kind_country_and_fields() -> None:
    found = weighed(front=side(text=Unexamined(), titles=Unexamined()))
    assert (found.kind.kind, found.kind.is_certain) == (Kind.PASSPORT, True)
    assert found.country.alpha2 == "GB"
    assert found.printed.values["date_of_birth"].value == "1980-05-06"
    assert found.printed.values["number"].source == "mrz"


def test_a_licence_is_told_by_its_title_and_read_by_its_numbers() -> None:
    found = weighed(front=FRONT)
    assert found.kind.kind is Kind.DRIVERS_LICENSE
    values = {name: one.value for name, one in found.printed.values.items()}
    assert values["date_of_expiry"] == date(2031, 1, 1).isoformat()
    assert values["number"] == "STONE805060"


def test_a_german_licences_number_is_settled_by_its_check_digit() -> None:
    texts = (
        line("BUNDESREPUBLIK DEUTSCHLAND"),
        line("4b. 01.01.2031", 30),
        line("5. B072RRE2155", 60),
    )
    found = weighed(front=side(mrz=Absent(), titles=FRONT.titles, text=texts))
    assert found.printed.values["number"].value == "B072RRE2I55"


@pytest.mark.parametrize(("kind", "certain"), [(Kind.NATIONAL_ID, False), (Kind.PASSPORT, True)])
def test_a_second_title_in_the_picture_contradicts_or_agrees(kind: Kind, certain: bool) -> None:
    found = weighed(front=side(titles=(titled(kind),)))
    assert (found.kind.kind is Kind.PASSPORT and not found.kind.is_contradicted) is certain


def test_nothing_that_any_document_shows_is_no_document() -> None:
    bare = side(mrz=Absent(), text=(line("Dear neighbour"),), titles=Absent())
    assert weighed(front=bare).kind.kind is Kind.NONE
    many_unread = side(mrz=Absent(), text=Absent(), titles=Absent(), unread_lines=6)
    assert weighed(front=many_unread).kind.kind is Kind.OTHER


def test_a_card_in_a_script_that_nobody_reads_is_a_document() -> None:
    rows = ("PROVINSI JAWA TENGAH", "NIK 3374 0251", "Nama : DEWI LESTARI", "Alamat : JL. MELATI")
    text = tuple(line(row, 30 * n) for n, row in enumerate(rows))

    def kind_with(layout: str, confidence: float) -> Kind:
        pages = (PageLayout(layout, confidence, QUAD, 0.5),)
        one = side(mrz=Absent(), text=text, titles=Absent(), layouts=pages)
        return weighed(front=one).kind.kind

    assert kind_with("card_front", 0.9) is Kind.OTHER
    assert kind_with("card_front", 0.5) is Kind.NONE
    assert kind_with("paper", 0.9) is Kind.NONE


def test_sides_the_wrong_way_round_are_put_right() -> None:
    from sample_docs import mrz_lines
    from service.mrz.parse import parse

    card = parse(
        mrz_lines.td1(
            "IR", "GBR", "STONE", "ADA", "ZU1234567", "NGA", date(1980, 5, 6), "F", date(2031, 1, 2)
        ),
        TODAY,
    )
    back = side(mrz=mrz(zone=card), titles=Absent(), text=Absent())
    front = side(mrz=Absent(), titles=(titled(Kind.RESIDENT_PERMIT, "RESIDENCE PERMIT"),))
    assert not weighed(front=front, back=back).was_swapped
    found = weighed(front=back, back=front)
    assert found.was_swapped
    assert isinstance(found.sides[Side.FRONT].mrz, Absent)


def test_a_back_that_shows_next_to_nothing_is_empty() -> None:
    blank = side(mrz=Absent(), text=Absent(), titles=Absent(), barcodes=Absent())
    assert weighed(front=FRONT, back=blank).is_back_empty
    assert not weighed(front=FRONT, back=FRONT).is_back_empty

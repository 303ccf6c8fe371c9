"""Evidence by hand: a fine British passport, and whatever a test wants different."""

from dataclasses import replace
from datetime import date

from sample_docs import mrz_lines
from service.mrz.parse import Zone, parse
from service.screening.claim import Claim, History, Kind, Side
from service.screening.evidence import (
    CountryEvidence,
    Evidence,
    Field,
    Frame,
    KindEvidence,
    MrzReading,
    Outline,
    Printed,
    ReadingState,
    SideEvidence,
    TextLine,
    TextQuality,
)

TODAY = date(2026, 11, 24)
QUAD = ((100.0, 100.0), (900.0, 100.0), (900.0, 700.0), (100.0, 700.0))
TITLE_QUAD = ((100.0, 20.0), (900.0, 20.0), (900.0, 60.0), (100.0, 60.0))
LINES = mrz_lines.td3(
    "P", "GBR", "STONE", "ADA MARY", "123456789", "GBR", date(1980, 5, 6), "F", date(2031, 1, 2)
)


def zone(lines=None) -> Zone:
    parsed = parse(lines or LINES, TODAY)
    assert isinstance(parsed, Zone)
    return parsed


def mrz(**changes) -> MrzReading:
    reading = MrzReading(ReadingState.READ, QUAD, False, zone(), 0.99, ("rapidocr",))
    return replace(reading, **changes)


def quality(field: str = "mrz", **changes) -> TextQuality:
    return replace(TextQuality(field, QUAD, 20.0, 0.6, 0.7, 0.9, 0.0), **changes)


def side(**changes) -> SideEvidence:
    one = SideEvidence(
        frame=Frame("jpeg", 1000, 800, 20.0, None, "0f" * 8),
        outline=Outline(QUAD, 0.6, 0.0, 5.0, 0, True),
        text_quality=(quality(), quality("text"), quality("page")),
        mrz=mrz(),
        text=tuple(TextLine(f"SURNAME {n}", 0.99, TITLE_QUAD) for n in range(4)),
    )
    return replace(one, **changes)


def kind(value: Kind, **changes) -> KindEvidence:
    return replace(KindEvidence(value, "", True, False, 0.95, ()), **changes)


def country(alpha2: str | None = "GB", code: str = "GBR", **changes) -> CountryEvidence:
    return replace(
        CountryEvidence(code, alpha2, False, "country", frozenset(), "mrz", True), **changes
    )


def printed(**values: str) -> Printed:
    fields = {
        "number": "123456789",
        "surname": "STONE",
        "given_names": "ADA MARY",
        "date_of_birth": "1980-05-06",
        "date_of_expiry": "2031-01-02",
    } | values
    return Printed({name: Field(v, "mrz", 0.99) for name, v in fields.items() if v})


def evidence(**changes) -> Evidence:
    one = Evidence(
        claim=Claim("GB"),
        history=History(),
        today=TODAY,
        sides={Side.FRONT: side()},
        kind=kind(Kind.PASSPORT),
        country=country(),
        printed=printed(),
    )
    return replace(one, **changes)

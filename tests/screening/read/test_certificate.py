"""Certificates of incorporation: what they say, however a page or a layer orders it."""

import random
import time
from datetime import date

import pytest

from sample_docs.layouts.certificates import REGISTRY_STATES, Row, certificate_rows
from service.screening.evidence import TextLine
from service.screening.read.certificate import read_certificate
from service.screening.read.dates_in_words import dates_in_sentence

TODAY = date(2026, 11, 24)


def line(text: str, x: float, y: float, likelihood: float = 0.98) -> TextLine:
    right = x + 9 * len(text)
    return TextLine(text, likelihood, ((x, y), (right, y), (right, y + 16), (x, y + 16)))


def placed(rows: list[Row]) -> list[TextLine]:
    """Centred rows, and labels with values in a second column, as a reader finds them."""
    found = []
    for n, row in enumerate(rows):
        if row.value is None:
            found.append(line(row.text, 400 - 4.5 * len(row.text), 40.0 * n))
        else:
            found += [line(row.text, 0, 40.0 * n), line(row.value, 420, 40.0 * n + 3)]
    return found


def read(lines, source: str = "text") -> dict[str, str]:
    found = read_certificate(lines, source, month_first=False, today=TODAY)
    assert {one.source for one in found.values()} <= {source}
    return {name: one.value for name, one in found.items()}


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("state", REGISTRY_STATES)
def test_every_registry_is_read_in_any_order_of_lines(state: str, seed: int) -> None:
    rows, fields = certificate_rows(state, random.Random(f"{state}/{seed}"))
    lines = placed(rows)
    random.Random(seed).shuffle(lines)
    found = read_certificate(lines, "text", month_first=state == "USA", today=TODAY)
    assert {name: one.value for name, one in found.items()} == fields


def test_a_number_that_is_not_of_the_registrys_form_is_not_read() -> None:
    lines = [
        line("MINISTRY OF CORPORATE AFFAIRS", 0, 0),
        line("Corporate Identity Number U7499MH2019PTC123456", 0, 40),
    ]
    assert "registration_number" not in read(lines)


def test_a_name_over_two_lines_and_in_quotes_is_one_name() -> None:
    lines = [
        line("I hereby certify that", 0, 0),
        line("“OAKFIELD ANALYTICS AND", 0, 40),
        line("MEASUREMENT LIMITED”", 0, 80, likelihood=0.7),
        line("is this day incorporated under the Companies Act", 0, 120),
    ]
    found = read_certificate(lines, "text", month_first=False, today=TODAY)
    assert found["company_name"].value == "OAKFIELD ANALYTICS AND MEASUREMENT LIMITED"
    assert found["company_name"].confidence == 0.7


def test_a_readers_slip_in_the_registrys_own_words_loses_nothing() -> None:
    lines = [
        line("Companies and Intllectual Property Commission", 0, 0),
        line("Registraton Number", 0, 40),
        line("2020/487299 / 07", 420, 40),
        line("I hereby certfies that", 0, 80),
        line("SUNBIRD (PTY) LTD", 0, 120),
        line("is this day incorporated", 0, 160),
    ]
    assert read(lines) == {
        "registry": "COMPANIES AND INTELLECTUAL PROPERTY COMMISSION",
        "jurisdiction": "ZA",
        "company_name": "SUNBIRD (PTY) LTD",
        "registration_number": "2020/487299/07",
    }


def test_a_number_is_never_read_in_part() -> None:
    lines = [line("Registration Number", 0, 0), line("2020/487299 / 07", 420, 0)]
    assert "registration_number" not in read(lines)


def test_the_title_of_a_british_certificate_is_no_company() -> None:
    lines = [
        line("CERTIFICATE OF INCORPORATION", 0, 0),
        line("OF A", 0, 40),
        line("PRIVATE LIMITED COMPANY", 0, 80),
    ]
    assert "company_name" not in read(lines)


def test_two_states_registries_tell_no_jurisdiction() -> None:
    lines = [line("Corporate Affairs Commission", 0, 0), line("Companies House", 0, 40)]
    assert read(lines) == {}


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("this 12th day of March, 2021", date(2021, 3, 12)),
        ("on this Twelfth day of March Two thousand nineteen under", date(2019, 3, 12)),
        ("ON THE TWENTY-FIRST DAY OF MARCH, A.D. 2019, AT 10:20", date(2019, 3, 21)),
        ("Thirty-first day of May two thousand and twenty", date(2020, 5, 31)),
        ("Tuesday, March 12, 2019 at 10:20", date(2019, 3, 12)),
    ],
)
def test_sentences_write_dates_in_words(text: str, day: date) -> None:
    assert dates_in_sentence(text, month_first=False, today=TODAY) == (day,)


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        pytest.param(
            (
                "Certificate of Incorporation / Certificat de constitution",
                "Canada Business Corporations Act",
                "MUSKEG INSTRUMENTS INC.",
                "Corporate name / Dénomination sociale",
                "1482917-3",
                "Corporation number / Numéro de société",
                "I HEREBY CERTIFY that the above-named corporation is incorporated under the Act.",
                "2022-08-19",
                "Date of Incorporation (YYYY-MM-DD)",
            ),
            ("MUSKEG INSTRUMENTS INC", "1482917-3", "2022-08-19"),
            id="captions under their values",
        ),
        pytest.param(
            (
                "Australian Securities & Investments Commission",
                "This is to certify that",
                "IRONBARK TOOLING PTY LTD",
                "Australian Company Number 648 291 736",
                "is a registered company under the Corporations Act 2001.",
                "The day of commencement of registration is the eleventh day of May 2022.",
            ),
            ("IRONBARK TOOLING PTY LTD", "648291736", "2022-05-11"),
            id="number within the sentence",
        ),
        pytest.param(
            (
                "CERTIFICATE OF INCORPORATION",
                "Number PVT-8KU4829",
                "I HEREBY CERTIFY that ACACIA GRID LIMITED",
                "is on this date incorporated under the Companies Act, 2015",
                "Dated on 11 October 2022",
            ),
            ("ACACIA GRID LIMITED", "PVT-8KU4829", "2022-10-11"),
            id="number of a registry that is not named",
        ),
        pytest.param(
            (
                "THE SECRETARY OF STATE OF DELAWARE HEREBY CERTIFIES THE",
                "CERTIFICATE OF INCORPORATION OF",
                '"BRIGHTWATER ANALYTICS, INC."',
                "FILED ON THE TWENTY-FIRST DAY OF APRIL, A.D. 2021",
                "File Number 5829173",
            ),
            ("BRIGHTWATER ANALYTICS, INC", "5829173", "2021-04-21"),
            id="name in quotation marks on a line of its own",
        ),
        pytest.param(
            (
                "SECRETARY OF STATE OF THE STATE OF DELAWARE, DO HEREBY CERTIFY",
                'CERTIFICATE OF INCORPORATION OF "BRIGHTWATER ANALYTICS, INC.", FILED IN',
                "THIS OFFICE ON THE TWENTY-FIRST DAY OF APRIL, A.D. 2021, AT 9:30 O`CLOCK A.M.",
                "5829173  8100",
                "SR# 20211048291",
                "Authentication: 202948291",
            ),
            ("BRIGHTWATER ANALYTICS, INC", "5829173", "2021-04-21"),
            id="number of the file before the code of the certificate",
        ),
    ],
)
def test_a_certificate_is_read_as_its_registry_sets_it(rows, expected) -> None:
    found = read([line(text, 400 - 4.5 * len(text), 40.0 * n) for n, text in enumerate(rows)])
    names = ("company_name", "registration_number", "date_of_incorporation")
    assert tuple(found.get(name) for name in names) == expected


@pytest.mark.parametrize(
    "text", ["certify that " * 12 + "," * 15000, "Number " + "-" * 15000 + "x"]
)
def test_text_that_was_made_to_take_long_does_not(text: str) -> None:
    started = time.process_time()
    assert read([line(text, 0, 0)]) == {}
    assert time.process_time() - started < 0.5

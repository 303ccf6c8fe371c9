"""Names, numbers and companies as documents and people write them."""

import pytest

from service.screening.match.company import company_likeness
from service.screening.match.names import likeness
from service.screening.match.numbers import is_same_number

NAME_LIMIT = 0.85


@pytest.mark.parametrize(
    ("claimed", "printed"),
    [
        ("Jürgen Müller", "MUELLER JUERGEN"),
        ("Jürgen Müller", "MULLER JURGEN"),
        ("Marie-Élise Lefèvre", "LEFEVRE MARIE ELISE"),
        ("Søren Østergård", "OESTERGARD SOEREN"),
        ("Peter O'Brien", "OBRIEN PETER"),
        ("Ada Stone", "STONE ADA MARY"),
        ("Bennelong Wooloomooloo Dingo", "BENNELONG WOOLOO DINGO"),
        ("Maria de la Cruz", "DE LA CRUZ MARIA"),
    ],
)
def test_one_person_in_two_spellings_is_one_person(claimed: str, printed: str) -> None:
    assert likeness(claimed, printed) >= NAME_LIMIT


@pytest.mark.parametrize(
    ("claimed", "printed"),
    [("Ada Stone", "ADA BROWN"), ("John Smith", "JANE SMITH"), ("Ada Stone", ""),
     ("Ada Mary Stone", "ADA"), ("Kofi Mensah", "KWAME MENSAH")],
)
def test_two_people_are_two_people(claimed: str, printed: str) -> None:
    assert likeness(claimed, printed) < NAME_LIMIT


def test_numbers_are_compared_without_marks_and_leading_zeros() -> None:
    assert is_same_number("AB 12-34.56", "AB123456")
    assert is_same_number("123456", "00123456")
    assert is_same_number("RC 123456", "123456")
    assert not is_same_number("SC123456", "NI123456")
    assert not is_same_number("123456", "1234560")
    assert not is_same_number("", "")


def test_legal_forms_are_the_same_written_out() -> None:
    assert company_likeness("Oakfield Analytics Ltd.", "OAKFIELD ANALYTICS LIMITED") == 1
    assert company_likeness("The Sunbird & Co", "SUNBIRD COMPANY") == 1
    assert company_likeness("Oakfield Analytics Ltd", "Elmfield Analytics Ltd") < 0.93

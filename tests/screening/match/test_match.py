"""Names, numbers and companies as documents and people write them."""

import pytest

from service.screening.match.company import company_likeness
from service.screening.match.names import likeness
from service.screening.match.numbers import is_same_number

NAME_LIMIT = 0.85


@pytest.mark.parametrize(
    ("claimed", "printed"),
    [
        ("Иван Петров", "PETROV IVAN"),
        ("Pablo Nuñez", "NUXXEZ PABLO"),
        ("Juan De La Cruz", "JUAN DELACRUZ"),
        ("Jürgen Müller", "MUELLER JUERGEN"),
        ("Jürgen Müller", "MULLER JURGEN"),
        ("Marie-Élise Lefèvre", "LEFEVRE MARIE ELISE"),
        ("Søren Østergård", "OESTERGARD SOEREN"),
        ("Peter O'Brien", "OBRIEN PETER"),
        ("Ada Stone", "STONE ADA MARY"),
        ("Maria de la Cruz", "DE LA CRUZ MARIA"),
    ],
)
def test_one_person_in_two_spellings_is_one_person(claimed: str, printed: str) -> None:
    first, _, last = claimed.partition(" ")
    assert likeness(first, last, printed) >= NAME_LIMIT


@pytest.mark.parametrize(
    ("claimed", "printed"),
    [
        ("Ada Stone", "ADA BROWN"),
        ("John Smith", "JANE SMITH"),
        ("Ada Stone", ""),
        ("Ada Mary Stone", "ADA"),
        ("Kofi Mensah", "KWAME MENSAH"),
        ("Alexander Montgomery Li", "ALEXANDER MONTGOMERY WU"),
        ("Jan Stone", "JANET STONE"),
        ("Maria Stone", "MARIO STONE"),
    ],
)
def test_two_people_are_two_people(claimed: str, printed: str) -> None:
    first, _, last = claimed.rpartition(" ")
    assert likeness(first, last, printed) < NAME_LIMIT


def test_a_cut_name_is_compared_by_its_beginning_only_where_the_zone_is_full() -> None:
    name = ("Dingo", "Bennelong Wooloomooloo", "BENNELONG WOOLOO DINGO")
    assert likeness(*name, may_be_cut=True) >= NAME_LIMIT
    assert likeness(*name) < NAME_LIMIT


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
    assert company_likeness("Acme LLC", "Apex LLC") < 0.9
    assert company_likeness("Oakfield 1 Ltd", "Oakfield 2 Ltd") == 0
    assert company_likeness("Oakfield Analytics Ltd", "Elmfield Analytics Ltd") < 0.93

"""Numbers and companies as documents and people write them."""

from service.screening.match.company import company_likeness
from service.screening.match.numbers import is_same_number


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

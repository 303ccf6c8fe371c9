"""Numbers and companies as documents and people write them."""

import pytest

from service.policy.policy import load_policy
from service.screening.match.company import company_likeness
from service.screening.match.numbers import is_same_number, is_same_registration


def test_numbers_are_compared_without_marks_and_leading_zeros() -> None:
    assert is_same_number("AB 12-34.56", "AB123456")
    assert is_same_number("123456", "00123456")
    assert is_same_number("RC 123456", "123456")
    assert not is_same_number("SC123456", "NI123456")
    assert not is_same_number("123456", "1234560")
    assert not is_same_number("", "")


def test_company_numbers_of_two_registers_differ() -> None:
    assert is_same_registration("SC123456", "SC 123456")
    assert not is_same_registration("00123456", "SC123456")
    assert not is_same_registration("RC 123456", "BN 123456")
    assert is_same_registration("RC-123456", "123456")
    assert is_same_registration("12345", "HRB 12345")
    assert not is_same_registration("HRA 12345", "HRB 12345")
    assert is_same_registration("2019/123456/07", "2019 / 123456 / 07")
    assert is_same_registration("812 345 678 R.C.S. Paris", "812345678")
    assert is_same_registration("CIN: U74999MH2019PTC123456", "U74999MH2019PTC123456")
    assert not is_same_registration("U74999MH2019PTC123456", "U74999MH2019PTC123457")


@pytest.mark.parametrize(
    ("claimed", "printed"),
    [
        ("Oakfield Analytics Ltd.", "OAKFIELD ANALYTICS LIMITED"),
        ("Oakfield Analytics", "OAKFIELD ANALYTICS LIMITED"),
        ("Oakfield Analytics Private Limited", "OAKFIELD ANALYTICS PVT. LTD."),
        ("Oakfield Analytics Pte Ltd", "OAKFIELD ANALYTICS PTE. LTD."),
        ("Oakfield L.L.C.", "OAKFIELD LLC"),
        ("Harbour Light Foods, Inc.", "HARBOUR LIGHT FOODS INCORPORATED"),
        ("The Sunbird & Daughters", "SUNBIRD AND DAUGHTERS"),
        ("Soleil et Fils SARL", "SARL SOLEIL & FILS"),
        ("Société Générique d'Été", "SOCIETE GENERIQUE DETE"),
        ("Müller Möbel GmbH", "MUELLER MOEBEL GMBH"),
        ("Muller Mobel", "MÜLLER MÖBEL Gesellschaft mit beschränkter Haftung"),
        ("O'Hara Foods plc", "OHARA FOODS PUBLIC LIMITED COMPANY"),
        ("Bright-Water Trading", "BRIGHT WATER TRADING LTD"),
        ("Oakfield Analytics Ltd", "OAKFIELDANALYTICS LIMITED"),  # the reader lost a gap
        ("Sunbird Logistics Ltd", "SUNB1RD LOG1STICS LTD"),  # and took I for 1
    ],
)
def test_one_company_in_two_spellings_is_one_company(claimed: str, printed: str) -> None:
    assert company_likeness(claimed, printed) == 1


@pytest.mark.parametrize(
    ("claimed", "printed"),
    [
        ("Oakfield LLC", "Oakfield GmbH"),
        ("Oakfield Ltd", "Oakfield PLC"),
        ("Acme LLC", "Apex LLC"),
        ("Oakfield 1 Ltd", "Oakfield 2 Ltd"),
        ("Oakfield Ltd", "Oakfield 2 Ltd"),
        ("Oakfield Analytics Ltd", "Elmfield Analytics Ltd"),
        ("Oakfield Analytics Ltd", "Oakfield Analytica Ltd"),
        ("Oakfield Analytics Ltd", "Oakfield Ltd"),
        ("Oakfield Analytics Ltd", "Oakfield Analytics Holdings Ltd"),
        ("AB Foods Ltd", "Foods Ltd"),  # no form at the beginning of an English name
        ("Limited", "Company"),
        ("", "Oakfield"),
    ],
)
def test_two_companies_are_two_companies(claimed: str, printed: str) -> None:
    assert company_likeness(claimed, printed) < load_policy().limit(
        "customer.company", "likeness_min"
    )

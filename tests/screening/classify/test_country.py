"""Whose document it is, by print: titles, names, the letters in the flag; never by its holder."""

import pytest

from service.issuers.signs import ALPHA2_BY_SIGN
from service.screening.claim import Kind
from service.screening.classify.by_title import find_titles
from service.screening.classify.country import country_of
from service.screening.evidence import Absent
from tests.screening.classify.printed import lines

LICENCE, PERMIT = Kind.DRIVERS_LICENSE, Kind.RESIDENT_PERMIT


def issuer(kind: Kind, *texts: str) -> str | None:
    found = lines(*texts)
    country = country_of(kind, (), (), find_titles(found), found, "")
    return None if isinstance(country, Absent) else country.alpha2


@pytest.mark.parametrize(
    ("kind", "texts", "alpha2"),
    [
        (LICENCE, ("REPUBLIC OF GHANA", "DRIVER'S LICENCE", "DVLA"), "GH"),
        (LICENCE, ("UK", "DRIVING LICENCE", "1. STONE", "4c. DVLA"), "GB"),
        (LICENCE, ("FEDERAL REPUBLIC OF NIGERIA", "NATIONAL DRIVERS LICENCE"), "NG"),
        (LICENCE, ("RIJBEWIJS / PERMIS DE CONDUIRE / FÜHRERSCHEIN", "1. STONE"), "BE"),
        (LICENCE, ("FÜHRERAUSWEIS", "PERMIS DE CONDUIRE", "LICENZA DI CONDURRE"), "CH"),
        (LICENCE, ("D", "FÜHRERSCHEIN", "1. STONE", "2. ADA"), "DE"),
        (LICENCE, ("A", "FÜHRERSCHEIN", "1. STONE", "2. ADA"), "AT"),
        (LICENCE, ("FÜHRERSCHEIN", "1. STONE", "2. ADA"), None),
        (LICENCE, ("E", "FÜHRERSCHEIN", "1. STONE", "2. ADA"), None),
        (LICENCE, ("RUS", "1. STONE", "4a. 01.01.2020", "4b. 01.01.2030"), "RU"),
        (LICENCE, ("WEST VIRGINIA", "DRIVER'S LICENSE"), "US"),
        (LICENCE, ("NEW MEXICO", "DRIVER LICENSE"), "US"),
        (LICENCE, ("GEORGIA", "DRIVER'S LICENSE", "USA"), "US"),
        (LICENCE, ("GEORGIA", "DRIVING LICENCE"), None),
        (LICENCE, ("ONTARIO", "DRIVER'S LICENCE"), "CA"),
        (LICENCE, ("QUÉBEC", "PERMIS DE CONDUIRE"), "CA"),
        (LICENCE, ("REPUBLIQUE DU NIGER", "PERMIS DE CONDUIRE"), "NE"),
        (LICENCE, ("NATIONAL TRANSPORT AND SAFETY AUTHORITY", "DRIVING LICENCE"), "KE"),
        (PERMIT, ("RESIDENCE PERMIT", "UNITED KINGDOM", "NATIONALITY", "NIGERIA"), "GB"),
        (PERMIT, ("UNITED KINGD0M", "RESIDENCE PERMIT", "PLACE OF BIRTH INDIA"), "GB"),
        (PERMIT, ("AUFENTHALTSTITEL", "BUNDESREPUBLIK DEUTSCHLAND", "GHANA"), "DE"),
        (PERMIT, ("PERMESSO DI SOGGIORNO", "REPUBBLICA ITALIANA", "CITTADINANZA", "PERU"), "IT"),
        (PERMIT, ("SURNAME", "JORDAN", "RESIDENCE PERMIT"), None),
        (LICENCE, ("FEDERAL INLAND REVENUE SERVICE", "DRIVING LICENCE"), None),
        (LICENCE, ("DRIVER'S LICENCE", "CAMERON BROWN"), None),
        (LICENCE, ("INDIAN", "DRIVING LICENCE"), None),
        (LICENCE, ("TEXAS", "DRIVER LICENSE", "FN", "VIRGINIA", "8 GEORGIA STREET"), "US"),
    ],
)
def test_the_issuer_is_found_and_the_holders_country_is_not(
    kind: Kind, texts: tuple[str, ...], alpha2: str | None
) -> None:
    assert issuer(kind, *texts) == alpha2


def test_neighbouring_names_are_not_mixed_up() -> None:
    for name, alpha2 in (
        ("NIGER", "NE"),
        ("NIGERIA", "NG"),
        ("AUSTRIA", "AT"),
        ("AUSTRALIA", "AU"),
    ):
        assert issuer(LICENCE, name, "DRIVING LICENCE") == alpha2
    assert issuer(LICENCE, "SLOVEKIA", "DRIVING LICENCE") is None


def test_signs_of_vehicles_are_not_iso_codes() -> None:
    assert (ALPHA2_BY_SIGN["E"], ALPHA2_BY_SIGN["S"], ALPHA2_BY_SIGN["EST"]) == ("ES", "SE", "EE")

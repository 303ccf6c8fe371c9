"""Codes of states and titles of documents."""

from service.issuers.states import Status, by_alpha2, states, territories_of
from service.issuers.titles import normalise, titles


def test_icao_codes_that_are_not_iso_count_as_countries() -> None:
    expected = {"D": "DE", "GBD": "GB", "GBN": "GB", "RKS": "XK", "UNK": "XK"}
    for code, alpha2 in expected.items():
        assert (states()[code].alpha2, states()[code].status) == (alpha2, Status.SPECIAL)


def test_organisations_stateless_and_specimens_give_no_country() -> None:
    for code, status in (
        ("EUE", Status.ORGANISATION),
        ("UNO", Status.ORGANISATION),
        ("XXA", Status.STATELESS_OR_REFUGEE),
        ("UTO", Status.SPECIMEN),
    ):
        assert (states()[code].alpha2, states()[code].status) == (None, status)


def test_territories_know_their_parent() -> None:
    assert "BM" in territories_of("GB")
    assert "HK" in territories_of("CN")
    assert territories_of("KE") == frozenset()


def test_countries_are_found_by_alpha_2() -> None:
    assert by_alpha2("DE").code == "D"
    assert by_alpha2("gb").code == "GBR"
    assert by_alpha2("XX") is None


def test_titles_are_compared_without_accents_and_marks() -> None:
    assert normalise("Führerschein") == "FUHRERSCHEIN"
    assert normalise("Driver's  licence.") == "DRIVERS LICENCE"
    assert normalise("CARTE NATIONALE D’IDENTITÉ") == normalise("CARTE NATIONALE D'IDENTITE")
    lengths = [len(title.normal) for title in titles()]
    assert lengths == sorted(lengths, reverse=True)
    assert all(title.normal for title in titles())


def test_permits_are_told_by_their_title_in_many_languages() -> None:
    kinds = {title.normal: (title.kind, title.decisive) for title in titles()}
    for printed in ("Pobytová karta", "Oleskelulupa", "THẺ TẠM TRÚ", "외국인등록증", "İkamet izni"):
        assert kinds[normalise(printed)] == ("resident_permit", True)
    # Of foreigners, and identity cards by their name: for a person.
    assert kinds[normalise("Cédula de identidade de estrangeiro")] == ("resident_permit", False)

"""How votes are weighed, and the confusions that printed titles invite."""

import random

import pytest

from sample_docs.layouts.certificates import (
    COMPANY_PAPERS,
    REGISTRY_STATES,
    certificate_rows,
    company_paper_rows,
)
from service.issuers.card_codes import kind_of_code
from service.screening.claim import Kind
from service.screening.classify.kind import weigh
from service.screening.evidence import Vote
from tests.screening.classify.printed import kind_of


def test_titles_name_the_kind_in_many_languages() -> None:
    for title, kind in (
        ("REISEPASS", Kind.PASSPORT),
        ("CARTE NATIONALE D'IDENTITE", Kind.NATIONAL_ID),
        ("DOWÓD OSOBISTY", Kind.NATIONAL_ID),
        ("PERMIS DE CONDUIRE", Kind.DRIVERS_LICENSE),
        ("AUFENTHALTSTITEL", Kind.RESIDENT_PERMIT),
        ("中华人民共和国护照", Kind.PASSPORT),
        ("NATIONAL DRIVERS LICENCE", Kind.DRIVERS_LICENSE),
        ("GHANA CARD", Kind.NATIONAL_ID),
        ("IDENTIFICATION CARD", Kind.NATIONAL_ID),
        ("VOTER'S CARD", Kind.OTHER),
        ("CERTIFICATE OF INCORPORATION", Kind.CERTIFICATE_OF_INCORPORATION),
    ):
        found = kind_of(title, "SURNAME STONE")
        assert (found.kind, found.is_certain) == (kind, True), title


@pytest.mark.parametrize("what", COMPANY_PAPERS)
def test_papers_of_companies_are_no_certificates(what: str) -> None:
    """A trade licence and a change of name are near ones, with a word of their own for a person."""
    rows = company_paper_rows(what, random.Random(3))
    found = kind_of(*(f"{row.text} {row.value or ''}" for row in rows))
    if what in {"trade_licence", "change_of_name"}:
        assert (found.kind, found.subkind) == (Kind.CERTIFICATE_OF_INCORPORATION, what)
    else:
        assert (found.kind, found.is_certain) == (Kind.OTHER, True)


@pytest.mark.parametrize("state", REGISTRY_STATES)
def test_every_registrys_title_is_a_certificate(state: str) -> None:
    rows, _ = certificate_rows(state, random.Random(3))
    found = kind_of(*(f"{row.text} {row.value or ''}" for row in rows))
    assert (found.kind, found.is_certain) == (Kind.CERTIFICATE_OF_INCORPORATION, True)
    assert not found.is_contradicted
    assert found.subkind == ""


def test_a_company_behind_its_papers_title_leaves_it_a_title() -> None:
    found = kind_of("ARTICLES OF ASSOCIATION OF OAKFIELD ANALYTICS LIMITED", "1. In these articles")
    assert (found.kind, found.is_certain) == (Kind.OTHER, True)
    mention = kind_of("as the articles of association of the company say, which were adopted")
    assert not mention.is_certain


def test_a_trade_licence_is_one_in_either_spelling_and_no_certificate() -> None:
    for title in ("TRADE LICENCE", "TRADE LICENSE"):
        assert kind_of(title).subkind == "trade_licence"


def test_readers_that_lose_gaps_and_letters_are_forgiven() -> None:
    assert kind_of("DRIVERLICENSE").kind is Kind.DRIVERS_LICENSE
    assert kind_of("PERSONALAUSWElS").kind is Kind.NATIONAL_ID


def test_the_label_of_a_field_is_no_title() -> None:
    found = kind_of("DRIVING LICENCE", "National ID No. 12345678", "Passeport n° 99")
    assert (found.kind, found.is_contradicted) == (Kind.DRIVERS_LICENSE, False)


def test_an_identity_card_called_passport_is_an_identity_card() -> None:
    assert kind_of("PASSPORT OF THE CITIZEN OF UKRAINE").kind is Kind.NATIONAL_ID


def test_two_titles_of_different_kinds_are_for_a_person() -> None:
    found = kind_of("RESIDENCE PERMIT", "IDENTITY CARD")
    assert found.is_contradicted


def test_an_identity_card_that_is_a_voters_card_as_well_is_no_question() -> None:
    voter = Vote(Kind.OTHER, 0.95, "title", "CREDENCIAL PARA VOTAR")
    found = weigh(
        [(Vote(Kind.NATIONAL_ID, 0.8, "mrz", ""), ""), (voter, "voter_card")], has_document=True
    )
    assert (found.kind, found.is_contradicted) == (Kind.NATIONAL_ID, False)


def test_numbered_fields_make_a_licence_in_any_language() -> None:
    found = kind_of(
        "1. KOROMA", "2. AMINATA", "3. 01.02.1990", "4a. 01.01.2020", "4b. 01.01.2030", "5. KX99887"
    )
    assert found.kind is Kind.DRIVERS_LICENSE


def test_no_sign_at_all_is_unknown_and_nothing_at_all_is_no_document() -> None:
    assert weigh([], has_document=True).kind is Kind.OTHER
    assert not weigh([], has_document=True).is_certain
    assert weigh([], has_document=False).kind is Kind.NONE


def test_a_visas_zone_decides_alone() -> None:
    votes = [(Vote(Kind.VISA, 1.0, "mrz", ""), ""), (Vote(Kind.PASSPORT, 0.95, "title", ""), "")]
    assert (
        weigh(votes, has_document=True).kind,
        weigh(votes, has_document=True).is_contradicted,
    ) == (Kind.VISA, False)


def test_document_codes_follow_the_issuer_and_then_the_rule() -> None:
    assert kind_of_code("TD3", "P", "GBR", "GBR").kind == "passport"
    assert kind_of_code("TD1", "ID", "D", "D").kind == "national_id"
    assert kind_of_code("TD1", "AR", "D", "IND").kind == "resident_permit"
    assert kind_of_code("TD1", "IR", "QAT", "IND").kind == "resident_permit"
    assert kind_of_code("TD1", "IL", "ARE", "PAK").weight < 0.7  # Emirates ID of a resident
    assert kind_of_code("TD1", "IP", "USA", "USA").kind == "passport_card"
    assert kind_of_code("TD1", "I", "XYZ", "XYZ").kind == "national_id"
    assert kind_of_code("TD1", "I", "XYZ", "ABC").kind is None
    assert kind_of_code("TD1", "IV", "XYZ", "XYZ").kind is None
    assert kind_of_code("TD3", "P", "D", "XXB").subkind == "refugee_travel_document"
    assert kind_of_code("FRA_ID", "ID", "FRA", "").kind == "national_id"

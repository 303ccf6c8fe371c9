"""Every text for people is there in every language, compiled, with its placeholders."""

import re
import unicodedata

import pytest
from babel.messages.catalog import Catalog

from scripts.update_locales import (
    TRANSLATED,
    faults,
    po_path,
    read_catalogue,
    texts,
    updated,
    written,
)
from service.blaaiz.rules.kyb_scope import check as check_kyb_scope
from service.intake.errors import IntakeError
from service.locales.translate import LANGUAGES, translate
from service.screening.catalogue import REASONS
from service.screening.checks.document.kind import WORDS

AGAIN = "run `make locales`, fill in what it names, and run it again"


def test_the_nine_languages_are_spoken() -> None:
    assert set(LANGUAGES) >= {"en", "fr", "pt", "es", "ar", "sw", "de", "it", "zh-Hans"}


def test_the_texts_are_those_of_reasons_files_words_and_fields() -> None:
    said = set(texts())
    assert {reason.message for reason in REASONS.values()} <= said
    assert {reason.hint for reason in REASONS.values() if reason.hint} <= said
    assert {
        text for error in IntakeError.__subclasses__() for text in (error.message, error.hint)
    } <= said
    assert set(WORDS.values()) <= said
    assert {error.phrase for error in check_kyb_scope({"kyb_scope": ""}, None, None)} <= said


@pytest.mark.parametrize("language", TRANSLATED)
def test_a_catalogue_holds_every_text_and_no_other(language: str) -> None:
    kept = read_catalogue(language)
    assert {message.id for message in kept if message.id} == set(texts()), AGAIN
    assert not kept.obsolete, AGAIN
    assert list(faults(kept)) == [], AGAIN


def test_missing_translations_doubtful_ones_and_other_placeholders_are_faults() -> None:
    catalogue = Catalog("fr", fuzzy=False)
    catalogue.add("Fine: {software}.", "Bien : {software}.")
    assert list(faults(catalogue)) == []
    catalogue.add("Not yet.", "")
    catalogue.add("Renamed: {software}.", "Renommé : {logiciel}.")
    catalogue.add("Lost: {software}.", "Perdu.")
    catalogue.add("Added.", "Ajouté : {software}.")
    catalogue.add("Guessed.", "Deviné.", flags=["fuzzy"])
    told = dict(faults(catalogue))
    assert set(told) == {
        "Not yet.",
        "Renamed: {software}.",
        "Lost: {software}.",
        "Added.",
        "Guessed.",
    }


@pytest.mark.parametrize("language", TRANSLATED)
def test_a_translation_keeps_names_of_fields_and_codes(language: str) -> None:
    # Snake case, formats and addresses are the API's and stay as they are.
    kept_as_is = re.compile(r"\b\w+_\w+\b|\b(?:JPEG|PNG|HEIC|WebP|PDF|JSON|Blaaiz)\b|\S+@\S+\.com")
    names = 0
    for message in read_catalogue(language):
        for name in kept_as_is.findall(str(message.id)):
            names += 1
            assert name in str(message.string), message.id
    assert names > 20


@pytest.mark.parametrize("language", TRANSLATED)
def test_a_translation_ends_as_the_english_does(language: str) -> None:
    stops = {"。": "."}
    for message in filter(lambda one: one.id, read_catalogue(language)):
        told, english = str(message.string), str(message.id)
        if english.endswith("."):
            assert stops.get(told[-1], told[-1]) == ".", told
        assert "  " not in told
        assert told == told.strip() or english != english.strip()


def test_arabic_begins_in_arabic_and_needs_no_direction_marks() -> None:
    for message in filter(lambda one: one.id, read_catalogue("ar")):
        kinds = [unicodedata.bidirectional(letter) for letter in str(message.string)]
        strong = [kind for kind in kinds if kind in {"L", "R", "AL"}]
        # What is only punctuation, as the comma of lists, has no direction of its own to begin in.
        assert strong[:1] in (["AL"], []), message.string
        assert not any(unicodedata.category(letter) == "Cf" for letter in str(message.string))


@pytest.mark.parametrize("language", TRANSLATED)
def test_the_catalogue_is_as_the_command_writes_it_and_compiled(language: str) -> None:
    source, compiled = written(updated(language))
    assert po_path(language).read_bytes() == source, AGAIN
    assert po_path(language).with_suffix(".mo").read_bytes() == compiled, AGAIN


@pytest.mark.parametrize("language", TRANSLATED)
def test_the_service_speaks_what_the_catalogue_says(language: str) -> None:
    for message in read_catalogue(language):
        if message.id:
            assert translate(str(message.id), language) == message.string


def test_a_text_of_no_catalogue_and_no_text_at_all_stay_as_they_are() -> None:
    for language in LANGUAGES:
        assert translate("Said by nobody.", language) == "Said by nobody."
        assert translate("", language) == ""
    assert translate("passport", "tlh") == "passport"


def test_a_new_reason_waits_for_its_translation(monkeypatch: pytest.MonkeyPatch) -> None:
    known = dict(texts())
    monkeypatch.setattr("scripts.update_locales.texts", lambda: known | {"It is new.": ["new"]})
    waiting = updated("fr")
    assert ("It is new.", "translate") in list(faults(waiting))
    assert waiting.get("passport").string == "passeport"
    known.pop("passport")
    assert updated("fr").get("passport") is None

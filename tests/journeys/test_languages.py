"""Every text of an answer is in the language asked for, and the answer names it."""

from pathlib import Path

import httpx
import pytest

from service.locales.translate import LANGUAGES
from service.screening.catalogue import REASONS

SPECIMENS = Path(__file__).parents[2] / "sample_docs" / "specimens"
OTHERS = [language for language in LANGUAGES if language != "en"]


def asked(service, accepted: str, role: str = "frontend") -> dict[str, str]:
    return service.headers(role) | {"Accept-Language": accepted}


@pytest.mark.parametrize("language", OTHERS)
def test_every_reason_and_every_tip_is_told_in_each_language(service, language: str) -> None:
    headers = asked(service, f"{language}-XX, en;q=0.5")
    reasons = httpx.get(f"{service.url}/v1/reason-codes", headers=headers)
    assert reasons.headers["Content-Language"] == language
    assert "Accept-Language" in reasons.headers["Vary"]
    told = {one["code"]: one for one in reasons.json()["data"]}
    assert set(told) == set(REASONS)
    for code, reason in REASONS.items():
        assert told[code]["message"] not in ("", reason.message)
        assert bool(told[code]["hint"]) == bool(reason.hint)
        assert not reason.hint or told[code]["hint"] != reason.hint
    tips = httpx.get(f"{service.url}/v1/requirements", headers=headers).json()["data"][0]["tips"]
    english = httpx.get(f"{service.url}/v1/requirements", headers=service.headers())
    assert english.headers["Content-Language"] == "en"
    assert not set(tips) & set(english.json()["data"][0]["tips"])


def test_a_finding_names_the_documents_in_the_language_asked_for(service) -> None:
    reply = httpx.post(
        f"{service.url}/v1/screenings",
        headers=asked(service, "ar"),
        data={"country": "GB", "document_type": "drivers_license"},
        files={"front": ("x.jpg", (SPECIMENS / "passport_gb_scan.jpg").read_bytes())},
        timeout=60,
    )
    assert reply.headers["Content-Language"] == "ar"
    found = {one["code"]: one for one in reply.json()["findings"]}
    told = found["document_kind_mismatch"]["message"]
    assert told == "المستند المرسل: جواز سفر. المستند الذي اخترته: رخصة قيادة."
    again = httpx.get(
        f"{service.url}/v1/screenings/{reply.json()['id']}", headers=asked(service, "sw")
    )
    found = {one["code"]: one for one in again.json()["findings"]}
    told = found["document_kind_mismatch"]["message"]
    assert told == "Hati uliyotuma: pasipoti. Hati uliyochagua: leseni ya udereva."


def test_a_problem_tells_people_what_to_do_in_their_language(service) -> None:
    def sent(language: str, content: bytes, **parts: str) -> httpx.Response:
        return httpx.post(
            f"{service.url}/v1/screenings",
            headers=asked(service, language),
            data={"country": "GB", **parts},
            files={"front": ("x.jpg", content)},
            timeout=60,
        )

    empty = sent("es-MX", b"")
    assert empty.headers["Content-Language"] == "es"
    assert empty.json()["code"] == "file_empty"
    assert empty.json()["errors"][0]["message"] == "El archivo llegó vacío. Elija la foto otra vez."
    assert empty.json()["detail"] == empty.json()["errors"][0]["message"]
    parts = sent("it", b"x", country="England", document_type="library_card").json()["errors"]
    assert {one["field"]: one["message"] for one in parts} == {
        "country": "Indichi il Paese del cliente secondo ISO 3166-1 alpha-2, per esempio GB.",
        "document_type": "Indichi passport, drivers_license, resident_permit o "
        "certificate_of_incorporation, oppure non invii questo campo.",
    }
    listed = httpx.get(
        f"{service.url}/v1/screenings", headers=asked(service, "fr"), params={"limit": 500}
    )
    assert listed.json()["errors"] == [
        {"field": "limit", "code": "less_than_equal", "message": "Utilisez 100 ou moins."}
    ]


def test_the_rules_of_an_update_are_told_in_the_language_asked_for(service) -> None:
    state = httpx.get(f"{service.stand_in}/sandbox/state").json()
    customer = next(
        one["id"]
        for one in state["customers"]
        if (one["type"], one["verification_status"]) == ("individual", "PENDING")
    )
    update = {"frist_name": "Typo", "id_type": "id_card"}
    reply = httpx.post(
        f"{service.url}/v1/customers/{customer}/update-check",
        headers=asked(service, "zh-Hans-CN,zh;q=0.9"),
        json=update,
    )
    assert reply.headers["Content-Language"] == "zh-Hans"
    told = {one["field"]: one["message"] for one in reply.json()["errors"]}
    assert told["frist_name"] == "更新页面没有 frist_name 字段。"
    assert told[
        "id_type"
    ] == "请使用以下值之一:drivers_license, passport, resident_permit。".replace(":", "：")


def test_a_repeated_request_gets_its_first_answer_word_for_word(service) -> None:
    def sent(language: str) -> httpx.Response:
        return httpx.post(
            f"{service.url}/v1/screenings",
            headers=asked(service, language) | {"Idempotency-Key": "language-once"},
            data={"country": "GB"},
            files={"front": ("x.jpg", (SPECIMENS / "desk_only.jpg").read_bytes())},
            timeout=60,
        )

    first, again = sent("de"), sent("fr")
    assert first.headers["Content-Language"] == "de"
    assert again.headers["Idempotent-Replayed"] == "true"
    assert again.json()["findings"] == first.json()["findings"]
    assert "Content-Language" not in again.headers  # it is not known to be French

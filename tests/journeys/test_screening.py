"""Real pictures through the real server."""

import json
import re
import sqlite3
import time
from pathlib import Path

import cv2
import httpx
import numpy as np
import pytest

SPECIMENS = Path(__file__).parents[2] / "sample_docs" / "specimens"


def picture(name: str) -> bytes:
    return (SPECIMENS / name).read_bytes()


def screen(
    service, name: str, role: str = "frontend", headers=None, **parts: str
) -> httpx.Response:
    return httpx.post(
        f"{service.url}/v1/screenings",
        headers=service.headers(role) | (headers or {}),
        data={"country": "GB", **parts},
        files={"front": ("picture", picture(name))},
        timeout=60,
    )


def test_a_good_passport_is_accepted_with_what_it_says(service) -> None:
    reply = screen(service, "passport_se_exif_turned.jpg", country="SE", reference="journey-1")
    assert reply.status_code == 201, reply.text
    screening = reply.json()
    truth = json.loads((SPECIMENS / "passport_se_exif_turned.json").read_text())
    assert screening["verdict"] == "accepted"
    assert screening["document"]["number"] == truth["fields"]["number"]
    assert screening["document"]["mrz"]["lines"] == truth["sides"]["front"]["mrz"]["lines"]
    assert screening["document"]["mrz"]["valid"] is True
    assert screening["country_match"] is True
    assert screening["document"]["sources"]["number"] == "mrz"
    assert {check["state"] for check in screening["checks"]} <= {"passed", "not_run"}
    assert screening["versions"]["models"]["mrz_reader"]


def test_a_national_id_card_is_rejected_whatever_was_declared(service) -> None:
    for declared in ("passport", "drivers_license", "resident_permit"):
        screening = screen(service, "id_es_front.jpg", country="ES", document_type=declared).json()
        assert screening["verdict"] == "rejected"
        assert screening["findings"][0]["code"] == "document_national_id_not_accepted"
        assert screening["document"]["national_id"] is True


def test_a_blurred_passport_is_sent_back_with_what_to_do(service) -> None:
    screening = screen(service, "passport_gb_out_of_focus.jpg").json()
    first = screening["findings"][0]
    assert (screening["verdict"], first["code"]) == ("retake", "image_blurred")
    assert first["retryable"] is True
    assert "focus" in first["hint"]
    assert all(0 <= value <= 1 for corner in first["region"] for value in corner)
    assert first["measured"] > first["limit"]


def test_a_frontend_sees_only_its_own_screenings(service) -> None:
    made = screen(service, "passport_gb_scan.jpg").json()
    created = httpx.post(
        f"{service.url}/v1/keys",
        headers=service.headers("admin"),
        json={"role": "frontend", "name": "another"},
    ).json()
    other = {"Authorization": f"Bearer {created['secret']}"}
    url = f"{service.url}/v1/screenings/{made['id']}"
    assert httpx.get(url, headers=service.headers()).status_code == 200
    assert httpx.get(url, headers=other).status_code == 404
    assert httpx.get(f"{service.url}/v1/screenings", headers=other).json()["data"] == []
    assert httpx.get(url, headers=service.headers("analyst")).status_code == 200
    httpx.delete(f"{service.url}/v1/keys/{created['id']}", headers=service.headers("admin"))
    assert httpx.get(url, headers=other).status_code == 401


def test_the_same_idempotency_key_gives_the_first_answer_again(service) -> None:
    key = {"Idempotency-Key": "once-only"}
    first = screen(service, "passport_gb_scan.jpg", headers=key)
    again = screen(service, "passport_gb_scan.jpg", headers=key)
    assert again.json()["id"] == first.json()["id"]
    assert again.headers["Idempotent-Replayed"] == "true"
    other = screen(service, "desk_only.jpg", headers=key)
    assert other.status_code == 422
    assert other.json()["code"] == "idempotency_key_reused"


@pytest.mark.parametrize(
    ("content", "status", "code"),
    [
        (b"", 422, "file_empty"),
        (b"<html><script>alert(1)</script>", 415, "file_type_unsupported"),
        (b"\xff\xd8\xff\xe0" + b"\x00" * 64, 422, "file_corrupt"),
        (b"\x89PNG\r\n\x1a\n" + b"junk" * 20, 422, "file_corrupt"),
        (b"%PDF-1.7 not really", 422, "file_corrupt"),
    ],
)
def test_a_bad_file_is_a_clear_problem(service, content: bytes, status: int, code: str) -> None:
    reply = httpx.post(
        f"{service.url}/v1/screenings",
        headers=service.headers(),
        data={"country": "GB"},
        files={"front": ("x.jpg", content)},
        timeout=60,
    )
    assert reply.status_code == status
    assert reply.headers["content-type"] == "application/problem+json"
    assert reply.json()["errors"][0]["code"] == code
    assert reply.json()["errors"][0]["field"] == "front"


def test_wrong_parts_are_named(service) -> None:
    reply = httpx.post(
        f"{service.url}/v1/screenings",
        headers=service.headers(),
        data={"country": "England", "document_type": "library_card"},
        files={"front": ("x.jpg", picture("desk_only.jpg"))},
    )
    assert reply.status_code == 422
    assert {error["field"] for error in reply.json()["errors"]} == {"country", "document_type"}
    unknown = httpx.post(
        f"{service.url}/v1/screenings",
        headers=service.headers(),
        data={"contry": "GB"},
        files={"front": ("x.jpg", b"x")},
    )
    assert unknown.json()["code"] == "part_unknown"


def test_nobody_gets_in_without_a_key(service) -> None:
    for path in ("/v1/screenings", "/v1/reason-codes", "/v1/keys", "/v1/submissions"):
        assert httpx.get(f"{service.url}{path}").status_code == 401
        wrong = httpx.get(f"{service.url}{path}", headers={"Authorization": "Bearer psk_wrong"})
        assert wrong.status_code == 401
    assert (
        httpx.get(f"{service.url}/v1/keys", headers=service.headers("analyst")).status_code == 403
    )


def test_the_fifth_attempt_goes_to_a_person(service) -> None:
    verdicts = [
        screen(service, "desk_only.jpg", reference="patient-person").json() for _ in range(5)
    ]
    assert [one["attempt"] for one in verdicts] == [1, 2, 3, 4, 5]
    assert [one["verdict"] for one in verdicts] == ["retake"] * 4 + ["review"]
    assert verdicts[-1]["findings"][0]["code"] == "customer_retake_limit_reached"
    assert "file_rejected_before" in {f["code"] for f in verdicts[1]["findings"]}


def test_the_same_document_for_another_person_is_reviewed_and_not_explained(service) -> None:
    screen(service, "passport_de_code_pp.jpg", country="DE", reference="first-owner")
    reply = screen(
        service, "passport_de_code_pp.jpg", country="DE", reference="second-owner"
    ).json()
    assert reply["verdict"] == "review"
    assert reply["findings"][0]["code"] == "document_under_review"
    assert not any(f["code"].startswith("authenticity") for f in reply["findings"])
    assert not any(c["check"].startswith("authenticity") for c in reply["checks"])
    seen = httpx.get(
        f"{service.url}/v1/screenings/{reply['id']}", headers=service.headers("analyst")
    ).json()
    assert "authenticity_reused" in {f["code"] for f in seen["findings"]}
    states = {c["check"]: c["state"] for c in seen["checks"]}
    assert states["authenticity.reuse"] == "failed"


def test_a_copy_of_a_picture_for_another_person_is_found_though_nothing_in_it_can_be_read(
    service,
) -> None:
    """A corner of a photo, at its full size and then at half of it and saved anew."""
    corner = cv2.imdecode(np.frombuffer(picture("passport_ng_dim.jpg"), np.uint8), 1)[:600, :800]
    half = cv2.resize(corner, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA)
    found = []
    for reference, shown in (
        ("first-sender", corner),
        ("first-sender", half),
        ("second-sender", cv2.resize(half, None, fx=1.2, fy=1.2)),
    ):
        one = httpx.post(
            f"{service.url}/v1/screenings",
            headers=service.headers("frontend"),
            data={"country": "GB", "reference": reference},
            files={"front": ("picture", cv2.imencode(".jpg", shown)[1].tobytes())},
            timeout=60,
        ).json()
        seen = httpx.get(
            f"{service.url}/v1/screenings/{one['id']}", headers=service.headers("analyst")
        ).json()
        assert seen["document"]["number"] is None
        found.append("authenticity_reused" in {each["code"] for each in seen["findings"]})
    assert found == [False, False, True]


def test_a_simulated_finding_can_be_tried_in_dev(service) -> None:
    reply = screen(
        service, "passport_gb_scan.jpg", headers={"Prescreen-Simulate": "image_glare"}
    ).json()
    assert (reply["verdict"], reply["findings"][0]["code"]) == ("retake", "image_glare")


def test_a_preview_stores_nothing(service) -> None:
    before = httpx.get(f"{service.url}/v1/screenings", headers=service.headers("analyst")).json()
    reply = httpx.post(
        f"{service.url}/v1/previews",
        headers=service.headers(),
        data={"country": "GB"},
        files={"front": ("frame", picture("passport_gb_out_of_focus.jpg"))},
        timeout=60,
    ).json()
    assert (reply["object"], reply["verdict"]) == ("preview", "retake")
    assert reply["quality"]["front"]["legible"] is None  # a preview does not read the print
    after = httpx.get(f"{service.url}/v1/screenings", headers=service.headers("analyst")).json()
    assert [one["id"] for one in after["data"]] == [one["id"] for one in before["data"]]


def test_lists_page_by_cursor_and_filter_by_code(service) -> None:
    analyst = service.headers("analyst")
    first = httpx.get(f"{service.url}/v1/screenings?limit=2", headers=analyst).json()
    second = httpx.get(
        f"{service.url}/v1/screenings?limit=2&cursor={first['next_cursor']}", headers=analyst
    ).json()
    ids = [one["id"] for one in first["data"] + second["data"]]
    assert ids == sorted(set(ids), reverse=True)
    blurred = httpx.get(f"{service.url}/v1/screenings?code=image_blurred", headers=analyst).json()[
        "data"
    ]
    assert blurred
    assert all("image_blurred" in {f["code"] for f in one["findings"]} for one in blurred)


def test_pictures_are_for_analysts_and_each_look_is_audited(service) -> None:
    made = screen(service, "passport_gb_scan.jpg").json()
    url = f"{service.url}/v1/screenings/{made['id']}/images/front"
    assert httpx.get(url, headers=service.headers()).status_code == 403
    for rendition in ("original", "upright", "thumbnail", "mrz"):
        reply = httpx.get(f"{url}?rendition={rendition}", headers=service.headers("analyst"))
        assert reply.status_code == 200
        assert reply.headers["x-content-type-options"] == "nosniff"
        assert "sandbox" in reply.headers["content-security-policy"]
    assert reply.content.startswith(b"\xff\xd8")


def test_a_picture_whose_file_is_gone_is_a_404_and_no_fault_of_ours(service) -> None:
    before = set(service.blobs.rglob("*"))
    made = screen(service, "passport_gb_scan.jpg").json()
    for file in set(service.blobs.rglob("*")) - before:
        if file.is_file():
            file.unlink()
    reply = httpx.get(
        f"{service.url}/v1/screenings/{made['id']}/images/front",
        headers=service.headers("analyst"),
    )
    assert (reply.status_code, reply.json()["code"]) == (404, "picture_unknown")


def test_erasing_leaves_verdict_and_codes_but_nothing_of_the_person(service) -> None:
    made = screen(service, "passport_gb_scan.jpg", reference="to-be-forgotten").json()
    url = f"{service.url}/v1/screenings/{made['id']}"
    assert httpx.delete(url, headers=service.headers("analyst")).status_code == 403
    assert httpx.delete(url, headers=service.headers("admin")).status_code == 204
    left = httpx.get(url, headers=service.headers("analyst")).text
    for personal in (made["document"]["number"], made["document"]["surname"], "to-be-forgotten"):
        assert personal not in left
    gone = httpx.get(f"{url}/images/front", headers=service.headers("analyst"))
    assert gone.status_code == 404


def test_no_personal_data_reaches_logs_or_metrics(service) -> None:
    made = screen(
        service,
        "passport_pl_tilted.jpg",
        country="PL",
        reference="canary-reference-7",
        first_name="CANARYFIRST",
        last_name="CANARYLAST",
        id_number="CANARY12345",
    ).json()
    texts = service.log.read_text() + httpx.get(f"{service.url}/metrics").text
    document = made["document"]
    for personal in (
        "CANARY",
        "canary-reference-7",
        document["number"],
        document["surname"],
        document["mrz"]["lines"][0],
    ):
        assert personal not in texts
    assert "prescreen_screenings_total" in texts


def test_operators_can_see_that_it_lives(service) -> None:
    assert httpx.get(f"{service.url}/healthz").json() == {"status": "ok"}
    assert httpx.get(f"{service.url}/readyz").json()["ready"] is True
    docs = httpx.get(f"{service.url}/docs").text
    assert "/v1/screenings" in docs
    assert not re.search(r"<script|https?://", docs)
    paths = httpx.get(f"{service.url}/openapi.json").json()["paths"]
    assert {"/v1/previews", "/v1/customers/{customer_id}", "/v1/submissions"} <= set(paths)


def test_requirements_and_codes_tell_a_frontend_what_to_expect(service) -> None:
    licence = httpx.get(
        f"{service.url}/v1/requirements?document_type=drivers_license", headers=service.headers()
    ).json()["data"][0]
    assert licence["sides"] == ["front", "back"]
    assert licence["least_width_px"] > 0
    codes = httpx.get(f"{service.url}/v1/reason-codes", headers=service.headers()).json()["data"]
    by_code = {one["code"]: one for one in codes}
    assert by_code["document_national_id_not_accepted"]["outcome"] == "reject"
    assert by_code["document_expired"]["outcome"] == "info"  # by the samples' policy


def test_a_screening_can_be_forwarded_and_blaaiz_says_what_became_of_it(service) -> None:
    sandbox = {"x-blaaiz-api-key": "sandbox-key"}
    customer = httpx.post(
        f"{service.stand_in}/api/external/customer",
        headers=sandbox,
        json={
            "type": "individual",
            "email": "a@example.com",
            "country": "FR",
            "first_name": "A",
            "last_name": "B",
            "id_type": "passport",
            "id_number": "1",
        },
    ).json()["data"]["data"]
    url = f"{service.url}/v1/customers/{customer['id']}"
    truth = json.loads((SPECIMENS / "passport_fr_quarter_turn.json").read_text())
    update = {
        "id_type": "passport",
        "id_number": truth["fields"]["number"],
        "first_name": "CAMILLE",
        "last_name": "SOMEBODY ELSE",
    }
    files = {"id_file": ("p.jpg", picture("passport_fr_quarter_turn.jpg"))}
    refused = httpx.put(
        url, headers=service.headers(), files=files, timeout=60, data={"update": json.dumps(update)}
    )
    assert refused.status_code == 422
    assert refused.json()["screening"]["verdict"] == "review"  # the name differs
    held = refused.json()["screening"]["id"]
    person = truth["fields"]
    update |= {"first_name": person["given_names"], "last_name": person["surname"]}
    # The same picture again: another file of the same page, as a person would send.
    files = {"id_file": ("p.jpg", picture("passport_fr_quarter_turn.jpg") + b"\0")}
    sent = httpx.put(
        url, headers=service.headers(), files=files, timeout=60, data={"update": json.dumps(update)}
    )
    assert sent.status_code == 202, sent.text
    submission = await_state(service, sent.json()["id"], "forwarded")
    assert submission["outcome"] == "pending"
    # What was held for an analyst is older now: nobody can send it any more.
    assert rows(service, "SELECT * FROM held_updates WHERE screening_id = ?", held) == []
    state = httpx.get(f"{service.stand_in}/sandbox/state").json()
    stored = next(c for c in state["customers"] if c["id"] == customer["id"])
    assert stored["id_number"] == person["number"]
    assert len(stored["files"]["id_file"]) == 1
    assert stored["last_name"] == person["surname"]
    httpx.post(f"{service.stand_in}/sandbox/customers/{customer['id']}/status/VERIFIED")
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        found = httpx.get(
            f"{service.url}/v1/submissions/{submission['id']}", headers=service.headers()
        ).json()
        if found["outcome"] == "verified":
            break
        time.sleep(0.1)
    assert found["outcome"] == "verified"


def rows(service, query: str, *values: str) -> list[tuple]:
    with sqlite3.connect(service.log.parent / "service.db") as database:
        return database.execute(query, values).fetchall()


def await_state(service, submission_id: str, wanted: str) -> dict:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        found = httpx.get(
            f"{service.url}/v1/submissions/{submission_id}", headers=service.headers()
        ).json()
        if found["state"] == wanted:
            return found
        time.sleep(0.1)
    raise AssertionError(found)


def test_only_accepted_screenings_are_forwarded(service) -> None:
    made = screen(service, "id_es_front.jpg", country="ES").json()
    customer = httpx.get(f"{service.stand_in}/sandbox/state").json()["customers"][0]
    body = {"customer_id": customer["id"], "screening_id": made["id"], "update": {}}
    reply = httpx.post(f"{service.url}/v1/submissions", headers=service.headers(), json=body)
    assert reply.status_code == 409
    decided = httpx.post(
        f"{service.url}/v1/screenings/{made['id']}/decision",
        headers=service.headers("analyst"),
        json={"decision": "accept", "note": "looks fine to me"},
    )
    assert decided.status_code == 422  # nobody can accept a national identity card
    assert (
        httpx.post(
            f"{service.url}/v1/submissions", headers=service.headers(), json=body
        ).status_code
        == 409
    )


def test_an_analyst_can_turn_a_review_around_and_fraud_takes_two(service) -> None:
    made = screen(service, "passport_card_us_both_sides.front.jpg", country="US").json()
    url = f"{service.url}/v1/screenings/{made['id']}/decision"
    analyst, admin = service.headers("analyst"), service.headers("admin")
    fraud = {"decision": "reject", "code": "authenticity_edited", "note": "pasted portrait"}
    first = httpx.post(url, headers=analyst, json=fraud).json()
    assert first["decision"]["state"] == "awaiting_second"
    assert first["standing"] == made["verdict"]
    assert httpx.post(url, headers=analyst, json=fraud).status_code == 422
    second = httpx.post(url, headers=admin, json=fraud).json()
    assert second["standing"] == "rejected"


def test_the_rules_can_be_asked_without_sending_anything(service) -> None:
    state = httpx.get(f"{service.stand_in}/sandbox/state").json()
    verified = next(
        c
        for c in state["customers"]
        if c["verification_status"] == "VERIFIED" and c["type"] == "individual"
    )
    reply = httpx.post(
        f"{service.url}/v1/customers/{verified['id']}/update-check",
        headers=service.headers(),
        json={"last_name": "Changed", "owners": []},
    ).json()
    assert reply["allowed"] is False
    assert {error["rule"] for error in reply["errors"]} == {2, 14}
    missing = httpx.post(
        f"{service.url}/v1/customers/nobody/update-check",
        headers=service.headers(),
        json={"email": "x@example.com"},
    )
    assert missing.status_code == 404


def test_a_webhook_that_is_forged_stale_or_replayed_is_refused(service) -> None:
    url = f"{service.url}/v1/blaaiz/webhooks"
    stamp = str(int(time.time()))
    reply = httpx.post(
        url, content=b"{}", headers={"x-blaaiz-timestamp": stamp, "x-blaaiz-signature": "0" * 64}
    )
    assert reply.status_code == 401


def test_a_body_that_never_ends_is_cut_off(service) -> None:
    def endless():
        for _ in range(64):
            yield b"[" * 65536

    reply = httpx.post(
        f"{service.url}/v1/submissions",
        headers=service.headers() | {"Content-Type": "application/json"},
        content=endless(),
    )
    assert (reply.status_code, reply.json()["code"]) == (413, "body_too_large")


def test_many_at_once_get_the_verdicts_they_would_get_alone(service) -> None:
    from concurrent.futures import ThreadPoolExecutor

    names = ["passport_gb_scan.jpg", "id_es_front.jpg", "desk_only.jpg", "passport_gb_photo.jpg"]
    with ThreadPoolExecutor(8) as threads:
        replies = list(threads.map(lambda name: screen(service, name), names * 2))
    assert [reply.status_code for reply in replies] == [201] * 8
    assert [reply.json()["verdict"] for reply in replies] == [
        "accepted",
        "rejected",
        "retake",
        "accepted",
    ] * 2

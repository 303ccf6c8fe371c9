"""Whole journeys of people whose data can be recognised: it is found nowhere that it must not be."""

import base64
import io
import json
import re
import sqlite3
import time
import zipfile
from contextlib import closing
from pathlib import Path

import httpx
import pytest

from service.api.routes import screenings as screening_routes
from tests.journeys.test_screening import SPECIMENS, await_state, picture, screen

ACCEPTED, TURNED_AWAY = "passport_nl_skewed.jpg", "passport_it_night.jpg"
TYPED = {
    "reference": "canary.reference@example.org",
    "key": "canary-key-of-a-person",
    "file name": "Canary Filename.jpg",
    "city": "Canarycity",
    "street": "Canarystreet 7",
    "note": "Canarynote: the analyst knows her",
    "correction": "Canarycorrection",
    "blaaiz": "Canaryanswer is no city",
    "broken": "Canarybroken",
    "claimed": "Canaryclaimed",
    "query": "canary.query@example.org",
}


SHORT = 8


def truth(name: str) -> dict:
    return json.loads((SPECIMENS / name).with_suffix(".json").read_text())


def canaries() -> dict[str, bytes]:
    """What must not be found, by what it is: typed, printed on the documents, and their pixels."""
    found = {name: value.encode() for name, value in TYPED.items()}
    for name in (ACCEPTED, TURNED_AWAY):
        for field in ("number", "surname", "given_names"):
            found[f"{field} of {name}"] = truth(name)["fields"][field].encode()
        content = picture(name)
        found[f"pixels of {name}"] = content[len(content) // 2 :][:48]
    found["line"] = truth(ACCEPTED)["sides"]["front"]["mrz"]["lines"][1].encode()
    return found


def found_in(content: bytes) -> list[str]:
    """Names of canaries in it, as they are, in another case, as JSON writes them or in base64.

    A short name must be a word of its own: ciphertext in base64 spells any five letters some day.
    """
    small = content.lower()

    def is_there(value: bytes) -> bool:
        if len(value) < SHORT:
            return (
                re.search(rb"(?<![a-z0-9])%b(?![a-z0-9])" % re.escape(value.lower()), small)
                is not None
            )
        return (
            value.lower() in small
            or json.dumps(value.decode("latin1"))[1:-1].encode() in content
            or base64.b64encode(value[: len(value) // 3 * 3]) in content
        )

    return [name for name, value in canaries().items() if is_there(value)]


def files_of(service) -> dict[Path, bytes]:
    """Everything that the service has written: databases with their journals, blobs, the log."""
    home = service.log.parent
    return {path: path.read_bytes() for path in home.rglob("*") if path.is_file()}


def leaks(service) -> dict[str, list[str]]:
    places = {str(path.name): content for path, content in files_of(service).items()}
    places["/metrics"] = httpx.get(f"{service.url}/metrics").content
    found = {name: found_in(content) for name, content in places.items()}
    return {name: names for name, names in found.items() if names}


def test_the_search_finds_what_it_looks_for() -> None:
    for name, value in canaries().items():
        assert name in found_in(b'"' + value + b'"')
        assert name in found_in(b"x" + value + b"x") or len(value) < SHORT
    assert "city" in found_in(b"CANARYCITY")
    assert "city" in found_in(b"x" + base64.b64encode(b"Canarycit"))
    assert found_in(b"nothing at all") == []


@pytest.fixture
def customer(service) -> str:
    person = truth(ACCEPTED)
    fields = {
        "type": "individual",
        "country": person["country"],
        "first_name": person["fields"]["given_names"],
        "last_name": person["fields"]["surname"],
    }
    (made,) = httpx.post(f"{service.stand_in}/sandbox/customers", json=[fields]).json()
    return made


def put(service, customer_id: str, update: dict, **more) -> httpx.Response:
    return httpx.put(
        f"{service.url}/v1/customers/{customer_id}",
        headers=service.headers() | {"Idempotency-Key": f"{TYPED['key']} {time.monotonic_ns()}"},
        data={"update": json.dumps(update)},
        files={
            "id_file": (TYPED["file name"], picture(ACCEPTED) + b"\0" * more.get("n", 0)),
            "proof_of_address_file": (TYPED["file name"], picture(TURNED_AWAY)),
        },
        timeout=120,
    )


def live(service, customer_id: str, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Screened, previewed, refused, failed, forwarded, looked at, decided; ids of screenings."""
    made = screen(
        service,
        TURNED_AWAY,
        country="IT",
        reference=TYPED["reference"],
        first_name=TYPED["claimed"],
        last_name=TYPED["claimed"],
        headers={"Idempotency-Key": TYPED["key"]},
    ).json()
    httpx.get(
        f"{service.url}/v1/screenings",
        headers=service.headers(),
        params={"reference": TYPED["query"], "customer_id": TYPED["query"]},
    )
    previewed = httpx.post(
        f"{service.url}/v1/previews",
        headers=service.headers(),
        data={"country": "NL", "reference": TYPED["reference"]},
        files={"front": (TYPED["file name"], picture(ACCEPTED))},
        timeout=120,
    )
    assert previewed.status_code in (200, 201), previewed.text
    corrupt = httpx.post(
        f"{service.url}/v1/screenings",
        headers=service.headers(),
        data={"country": TYPED["claimed"], "date_of_birth": TYPED["claimed"]},
        files={"front": (TYPED["file name"], b"Canarybroken")},
        timeout=60,
    )
    assert corrupt.status_code in (415, 422)
    refused = put(service, customer_id, {"city": TYPED["city"], "typo": TYPED["city"]})
    assert refused.status_code == 422
    # Blaaiz says no, and repeats what it did not like.
    fault = {
        "kind": "refuse",
        "method": "PUT",
        "path": f"/customer/{customer_id}",
        "value": 422,
        "errors": {"city": [TYPED["blaaiz"]]},
    }
    httpx.put(f"{service.stand_in}/sandbox/faults", json=[fault]).raise_for_status()
    sent = put(service, customer_id, {"city": TYPED["city"]}, n=1)
    assert sent.status_code == 202, sent.text
    gone_wrong = await_state(service, sent.json()["id"], "refused")
    assert gone_wrong["errors"][0]["message"] == TYPED["blaaiz"]
    httpx.put(f"{service.stand_in}/sandbox/faults", json=[]).raise_for_status()
    sent = put(service, customer_id, {"city": TYPED["city"], "street": TYPED["street"]}, n=2)
    assert sent.status_code == 202, sent.text
    await_state(service, sent.json()["id"], "forwarded")
    httpx.post(f"{service.stand_in}/sandbox/customers/{customer_id}/status/VERIFIED")
    token = httpx.post(
        f"{service.url}/v1/upload-tokens",
        headers=service.headers(),
        json={"country": "NL", "reference": TYPED["reference"], "first_name": TYPED["claimed"]},
    )
    assert token.status_code == 201, token.text
    appealed = httpx.post(
        f"{service.url}/v1/screenings/{made['id']}/appeal", headers=service.headers()
    )
    assert appealed.status_code == 200, appealed.text
    analyst(service, made["id"], sent.json()["screening_id"])

    def broken(*_: object) -> None:
        raise RuntimeError(TYPED["broken"])

    with monkeypatch.context() as patched:
        patched.setattr(screening_routes, "view_picture", broken)
        fault = httpx.get(
            f"{service.url}/v1/screenings/{made['id']}/images/front",
            headers=service.headers("analyst"),
        )
    assert fault.status_code == 500
    assert found_in(fault.content) == []
    return [made["id"]]


def csrf_of(page: str) -> str:
    found = re.search(r'name="csrf" value="([0-9a-f]{64})"', page)
    assert found is not None
    return found[1]


def analyst(service, screening_id: str, other_id: str) -> None:
    """Looks at pages and pictures, corrects a field, saves a view, and decides with a note."""
    with httpx.Client(base_url=service.url, timeout=60) as http:
        form = http.get("/triage/sign-in").text
        key = {"csrf": csrf_of(form), "key": service.keys["analyst"]}
        assert http.post("/triage/sign-in/key", data=key).status_code == 303
        page = http.get(f"/triage/{screening_id}")
        assert page.status_code == 200
        http.get(f"/triage/{screening_id}/images/front/upright")
        http.get("/triage", params={"verdict": TYPED["query"], "q": TYPED["query"]})
        form = {"csrf": csrf_of(page.text), "field": "surname", "truth": TYPED["correction"]}
        assert http.post(f"/triage/{other_id}/corrections", data=form).status_code == 303
        view = f"kind=passport&q={TYPED['query']}&customer={TYPED['query']}"
        form = {"csrf": form["csrf"], "name": "Passports", "view": view}
        saved = http.post("/triage/views", data=form)
        assert (saved.status_code, "kind=passport" in saved.headers["Location"]) == (303, True)
    decided = httpx.post(
        f"{service.url}/v1/screenings/{screening_id}/decision",
        headers=service.headers("analyst") | {"Idempotency-Key": TYPED["key"]},
        json={"decision": "retake", "note": TYPED["note"]},
        timeout=60,
    )
    assert decided.status_code == 200, decided.text


def test_personal_data_is_nowhere_but_in_what_answers_those_who_may_see_it(
    service, customer: str, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    ids = live(service, customer, monkeypatch)
    written = files_of(service)
    assert any(ids[0].encode() in content for content in written.values()), "it was stored"
    with closing(sqlite3.connect(service.blobs.parent / "service.db")) as database:
        for table in ("decisions", "corrections", "saved_views", "upload_tokens", "submissions"):
            assert database.execute(f"SELECT count(*) FROM {table}").fetchone()[0], table
    assert service.log.stat().st_size > 0
    assert leaks(service) == {}
    assert found_in("".join(capfd.readouterr()).encode()) == []

    admin = service.headers("admin")
    url = f"{service.url}/v1/customers/{customer}/data"
    assert httpx.get(url, headers=service.headers("analyst")).status_code == 403
    assert httpx.delete(url, headers=service.headers("analyst")).status_code == 403
    exported = httpx.get(url, headers=admin, timeout=60)
    assert exported.headers["Content-Type"] == "application/zip"
    with zipfile.ZipFile(io.BytesIO(exported.content)) as archive:
        everything = b"".join(archive.read(name) for name in archive.namelist())
        content = json.loads(archive.read("customer.json"))
    assert {"city", "street", "line", f"pixels of {ACCEPTED}"} <= set(found_in(everything))
    assert len(content["screenings"]) == 3
    assert len(content["submissions"]) == 2

    blobs = len([path for path in service.blobs.rglob("*") if path.is_file()])
    erased = httpx.delete(url, headers=admin, timeout=60)
    assert erased.status_code == 200, erased.text
    assert erased.json()["screenings"] == 3
    for one in ids:
        gone = httpx.delete(f"{service.url}/v1/screenings/{one}", headers=admin, timeout=60)
        assert gone.status_code == 204
    left = len([path for path in service.blobs.rglob("*") if path.is_file()])
    assert left < blobs - 9  # three pictures of each, and the bills
    assert leaks(service) == {}
    assert httpx.get(url, headers=admin).status_code == 404
    for one in [screening["id"] for screening in content["screenings"]] + ids:
        shown = httpx.get(f"{service.url}/v1/screenings/{one}", headers=admin)
        assert shown.status_code == 200
        assert found_in(shown.content) == []
    told = httpx.get(f"{service.url}/metrics").text
    assert re.search(r'prescreen_erasures_total\{standing="accepted",why="request"\} \d', told)

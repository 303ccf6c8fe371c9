"""What a developer turns and sees at the stand-in."""

import json

import httpx
import pytest

KEY = {"x-blaaiz-api-key": "sandbox-key"}
BASE = "/api/external"


@pytest.fixture
def http(stand_in):
    with httpx.Client(base_url=stand_in.url, headers=KEY) as client:
        yield client


def person(http, status: str = "PENDING") -> str:
    return next(
        c["id"]
        for c in http.get("/sandbox/state").json()["customers"]
        if (c["type"], c["verification_status"]) == ("individual", status)
    )


def break_with(http, **fault) -> None:
    http.put("/sandbox/faults", json=[fault]).raise_for_status()


def upload(http, customer: str, content: bytes) -> str:
    body = {"customer_id": customer, "file_category": "identity"}
    address = http.post(f"{BASE}/file/get-presigned-url", json=body).json()
    http.put(address["url"], content=content, headers={"Content-Type": "image/png"})
    return address["file_id"]


def test_it_is_seeded_with_every_kind_and_state(http) -> None:
    customers = http.get("/sandbox/state").json()["customers"]
    kinds = {(c["type"], c["verification_status"]) for c in customers}
    states = {"PENDING", "VERIFIED", "PROCESSING", "REJECTED", "BLACKLISTED"}
    assert kinds == {(t, s) for t in ("individual", "business") for s in states}
    owners = {o["status"] for c in customers for o in c.get("owners", [])}
    assert owners == {"PENDING", "APPROVED", "PROCESSING", "REJECTED"}


def test_the_page_shows_what_arrived_with_its_pictures(http) -> None:
    customer = person(http)
    file_id = upload(http, customer, b"\x89PNG\r\n\x1a\n picture")
    http.post(f"{BASE}/customer/{customer}/files", json={"id_file": file_id}).raise_for_status()
    http.put(f"{BASE}/customer/{customer}", json={"first_name": "<script>"}).raise_for_status()
    assert f"/sandbox/customers/{customer}" in http.get("/sandbox").text
    page = http.get(f"/sandbox/customers/{customer}").text
    assert f"<img src='/sandbox/files/{file_id}'" in page
    assert "<script>" not in page
    assert "&lt;script&gt;" in page
    shown = http.get(f"/sandbox/files/{file_id}")
    assert shown.content == b"\x89PNG\r\n\x1a\n picture"
    assert shown.headers["content-type"] == "image/png"


def test_half_an_upload_is_lost_and_is_no_whole_file(http) -> None:
    customer = person(http)
    break_with(http, kind="half_upload", path="/storage/")
    with pytest.raises(httpx.HTTPError):
        upload(http, customer, b"0123456789")
    (file,) = http.get("/sandbox/state").json()["files"]
    assert file["size"] == 5


def test_a_request_taken_twice_answers_once(http) -> None:
    customer = next(
        c["id"] for c in http.get("/sandbox/state").json()["customers"] if c["type"] == "business"
    )
    break_with(http, kind="twice", method="PUT")
    owners = [{"first_name": "New"}]
    http.put(f"{BASE}/customer/{customer}", json={"owners": owners}).raise_for_status()
    state = http.get("/sandbox/state").json()
    held = next(c for c in state["customers"] if c["id"] == customer)
    assert [o["first_name"] for o in held["owners"]].count("New") == 2


def test_a_clock_that_is_off_gives_addresses_that_have_run_out(http) -> None:
    break_with(http, kind="clock_skew", value=-3600)
    customer = person(http)
    body = {"customer_id": customer, "file_category": "identity"}
    address = http.post(f"{BASE}/file/get-presigned-url", json=body).json()
    assert http.put(address["url"], content=b"x").status_code == 403


def test_faults_are_scripted_by_place_number_and_chance(http) -> None:
    customer = person(http)
    break_with(http, kind="status", value=503, method="GET", skip=2, times=1)
    reads = [http.get(f"{BASE}/customer/{customer}").status_code for _ in range(4)]
    assert reads == [200, 200, 503, 200]
    break_with(http, kind="status", value=503, method="GET", times=-1, chance=0.5)
    many = [http.get(f"{BASE}/customer/{customer}").status_code for _ in range(60)]
    assert 10 < many.count(503) < 50
    assert http.put("/sandbox/faults", json=[{"kind": "odd"}]).status_code == 422
    assert http.put("/sandbox/faults", json=[{"kind": "status", "odd": 1}]).status_code == 422


def test_fields_that_the_page_does_not_have_are_not_kept(http) -> None:
    customer = person(http)
    http.put(f"{BASE}/customer/{customer}", json={"verification_status": "VERIFIED"})
    held = http.get(f"{BASE}/customer/{customer}").json()["data"]
    assert held["verification_status"] == "PENDING"
    assert "history" not in json.dumps(held)

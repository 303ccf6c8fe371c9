"""An owner of a business: its document is screened and forwarded by the same rules."""

import json

import httpx
import pytest

from tests.journeys.test_screening import SPECIMENS, await_state, picture


@pytest.fixture
def business(service) -> dict:
    state = httpx.get(f"{service.stand_in}/sandbox/state").json()
    return next(
        c
        for c in state["customers"]
        if (c["type"], c["country"], c["verification_status"]) == ("business", "GB", "PENDING")
    )


def send(service, customer_id: str, owner_id: str, name: str, **said: str) -> httpx.Response:
    return httpx.put(
        f"{service.url}/v1/customers/{customer_id}/owners/{owner_id}/documents",
        headers=service.headers(),
        files={"id_file": ("p.jpg", picture(name))},
        data=said,
        timeout=60,
    )


def test_an_owners_passport_reaches_the_owner(service, business) -> None:
    truth = json.loads((SPECIMENS / "passport_de_code_pp.json").read_text())["fields"]
    owner = business["owners"][0]
    said = {
        "country": "DE",  # an owner may be of another country than the business
        "first_name": truth["given_names"],
        "last_name": truth["surname"],
    }
    sent = send(service, business["id"], owner["id"], "passport_de_code_pp.jpg", **said)
    assert sent.status_code == 202, sent.text
    done = await_state(service, sent.json()["id"], "forwarded")
    assert (done["owner_id"], done["outcome"]) == (owner["id"], None)
    state = httpx.get(f"{service.stand_in}/sandbox/state").json()
    held = next(c for c in state["customers"] if c["id"] == business["id"])
    attached = held["owners"][0]["files"]["id_document_front"]
    file = next(f for f in state["files"] if f["file_id"] == attached)
    assert file["sha256"] == done["steps"]["sha256"]["identity"]
    assert held["files"] == {}


def test_an_owners_national_identity_card_is_refused(service, business) -> None:
    owner = business["owners"][0]
    reply = send(service, business["id"], owner["id"], "id_es_front.jpg", country="ES")
    assert reply.status_code == 422
    assert reply.json()["errors"][0]["rule"] == 4
    assert reply.json()["screening"]["verdict"] == "rejected"


def test_locked_unknown_and_impossible_owners(service, business) -> None:
    locked = next(o for o in business["owners"] if o["status"] == "APPROVED")
    name = "passport_gb_scan.jpg"
    reply = send(service, business["id"], locked["id"], name, country="GB")
    assert (reply.status_code, reply.json()["errors"][0]["rule"]) == (422, 12)
    assert send(service, business["id"], "nobody", name, country="GB").status_code == 404
    state = httpx.get(f"{service.stand_in}/sandbox/state").json()
    person = next(c for c in state["customers"] if c["type"] == "individual")
    reply = send(service, person["id"], "anyone", name, country="GB")
    assert (reply.status_code, reply.json()["errors"][0]["rule"]) == (422, 14)

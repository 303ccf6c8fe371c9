"""A client that got no answer asks again with its key, at a process that knows of the first try."""

import json
from datetime import timedelta

import httpx
import pytest

from service.store import idempotency
from tests.conftest import SPECIMENS


@pytest.fixture
def _died_before_the_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    """All is done and recorded but the answer; the next process sees at once that nobody is at it."""

    async def died(*_: object) -> None:
        return

    monkeypatch.setattr(idempotency, "finish", died)
    monkeypatch.setattr(idempotency, "_ABANDONED", timedelta(0))


@pytest.mark.usefixtures("_died_before_the_answer")
def test_an_update_or_submission_whose_answer_was_lost_is_not_made_twice(service) -> None:
    truth = json.loads((SPECIMENS / "passport_za_shaken_a_little.json").read_text())
    person = truth["fields"]
    fields = {
        "type": "individual",
        "country": truth["country"],
        "first_name": person["given_names"],
        "last_name": person["surname"],
    }
    (customer_id,) = httpx.post(f"{service.stand_in}/sandbox/customers", json=[fields]).json()
    picture = (SPECIMENS / truth["files"]["front"]).read_bytes()

    def put(key: str) -> httpx.Response:
        return httpx.put(
            f"{service.url}/v1/customers/{customer_id}",
            headers=service.headers() | {"Idempotency-Key": key},
            data={"update": json.dumps({"city": "Pretoria"})},
            files={"id_file": ("p.jpg", picture)},
            timeout=120,
        )

    first = put("one")
    assert first.status_code == 202, first.text
    again = put("one")
    assert (again.status_code, again.json()["id"]) == (202, first.json()["id"])
    assert again.headers["Idempotent-Replayed"] == "true"

    body = {
        "customer_id": customer_id.upper(),
        "screening_id": first.json()["screening_id"],
        "update": {"city": "Durban"},
    }
    made = [
        httpx.post(
            f"{service.url}/v1/submissions",
            headers=service.headers() | {"Idempotency-Key": "two"},
            json=body,
            timeout=60,
        )
        for _ in range(2)
    ]
    assert [one.status_code for one in made] == [202, 202]
    assert made[0].json()["id"] == made[1].json()["id"] != first.json()["id"]
    listed = httpx.get(f"{service.url}/v1/submissions", headers=service.headers()).json()["data"]
    assert sum(one["customer_id"] == customer_id for one in listed) == 2

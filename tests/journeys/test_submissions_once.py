"""A submission is made once, whatever becomes of the process, and brings only clean files."""

import asyncio
import json
from io import BytesIO

import httpx
import pytest
from PIL import Image

from service.bootstrap import vault_of
from service.settings import Settings
from service.store import idempotency
from service.store.engine import open_engine, sessions_of
from service.store.pictures import Blobs
from service.store.tables import Screening, Submission
from tests.journeys.test_screening import SPECIMENS, await_state, picture, screen


@pytest.fixture
def customer_of(service):
    """Makes a customer whom a specimen fits; nothing of it can be written for now."""

    def make(name: str, country: str) -> str:
        truth = json.loads((SPECIMENS / f"{name}.json").read_text())["fields"]
        person = {
            "type": "individual",
            "country": country,
            "first_name": truth["given_names"],
            "last_name": truth["surname"],
            "email": "a@example.com",
        }
        made = httpx.post(f"{service.stand_in}/sandbox/customers", json=[person]).json()[0]
        away = {"kind": "status", "value": 503, "method": "PUT", "path": made, "times": -1}
        httpx.put(f"{service.stand_in}/sandbox/faults", json=[away]).raise_for_status()
        return made

    yield make
    httpx.put(f"{service.stand_in}/sandbox/faults", json=[]).raise_for_status()


def test_a_repeat_after_a_death_before_the_answer_finds_the_first(
    service, customer_of, monkeypatch
) -> None:
    customer_id = customer_of("passport_gb_scan", "GB")
    made = screen(service, "passport_gb_scan.jpg", country="GB").json()
    assert made["verdict"] == "accepted", made["findings"]
    body = {"customer_id": customer_id, "screening_id": made["id"], "update": {"city": "Lagos"}}
    headers = service.headers() | {"Idempotency-Key": "a death"}

    async def dies(*_: object) -> None:
        raise RuntimeError("the process is gone")

    with monkeypatch.context() as broken:
        broken.setattr(idempotency, "finish", dies)
        reply = httpx.post(f"{service.url}/v1/submissions", headers=headers, json=body)
        assert reply.status_code == 500
    again = [
        httpx.post(f"{service.url}/v1/submissions", headers=headers, json=body) for _ in range(2)
    ]
    assert [one.status_code for one in again] == [202, 202]
    assert all(one.headers["Idempotent-Replayed"] == "true" for one in again)
    without_key = httpx.post(f"{service.url}/v1/submissions", headers=service.headers(), json=body)
    assert {one.json()["id"] for one in (*again, without_key)} == {again[0].json()["id"]}
    other = httpx.post(
        f"{service.url}/v1/submissions", headers=headers, json=body | {"update": {"city": "Accra"}}
    )
    assert (other.status_code, other.json()["code"]) == (422, "idempotency_key_reused")


def put(service, customer_id: str, name: str, **files: bytes) -> httpx.Response:
    return httpx.put(
        f"{service.url}/v1/customers/{customer_id}",
        headers=service.headers(),
        data={"update": json.dumps({"city": "Lagos"})},
        files={
            "id_file": ("p.jpg", picture(f"{name}.jpg")),
            **{f"{name}_file": ("f", content) for name, content in files.items()},
        },
        timeout=120,
    )


def test_the_same_update_and_files_put_twice_are_one_submission(service, customer_of) -> None:
    customer_id = customer_of("passport_nl_skewed", "NL")
    first, again = (put(service, customer_id, "passport_nl_skewed") for _ in range(2))
    assert (first.status_code, again.status_code) == (202, 202), again.text
    assert first.json()["id"] == again.json()["id"]
    httpx.put(f"{service.stand_in}/sandbox/faults", json=[]).raise_for_status()
    await_state(service, first.json()["id"], "forwarded")


@pytest.mark.parametrize(
    ("content", "status", "code"),
    [
        (b"<html>no picture</html>", 415, "file_type_unsupported"),
        (b"", 422, "file_empty"),
        (b"\xff\xd8\xff\xe0 cut off", 422, "file_corrupt"),
    ],
)
def test_a_file_beside_the_document_that_is_none_is_named(
    service, customer_of, content, status, code
) -> None:
    customer_id = customer_of("passport_gb_scan", "GB")
    reply = put(service, customer_id, "passport_gb_scan", proof_of_address=content)
    assert (reply.status_code, reply.json()["code"]) == (status, code)
    assert reply.json()["errors"][0]["field"] == "proof_of_address_file"


def with_place() -> bytes:
    """A small photo that says where it was taken."""
    image, exif, file = Image.new("RGB", (640, 480), "white"), Image.Exif(), BytesIO()
    exif.get_ifd(0x8825)[1] = "N"
    exif[0x010E] = "CANARY"
    image.save(file, "JPEG", exif=exif)
    return file.getvalue()


async def kept_files(service, submission_id: str) -> tuple[bytes, bytes]:
    """The liveness check of a submission as it came and as an upright JPEG, opened as the service does."""
    url = f"sqlite+aiosqlite:///{service.blobs.parent}/service.db"
    settings = Settings(database_url=url, blobs_url=f"file://{service.blobs}")
    engine = open_engine(url)
    try:
        async with sessions_of(engine, vault_of(settings, is_dev=True))() as session:
            row = await session.get_one(Submission, submission_id)
            key = (await session.get_one(Screening, row.screening_id)).object_key
            kept, blobs = row.extra_files["liveness_check"], Blobs(settings.blobs)
            return await blobs.get(kept["blob"], key), await blobs.get(kept["upright"], key)
    finally:
        await engine.dispose()


def test_a_file_beside_the_document_is_kept_without_its_metadata_too(service, customer_of) -> None:
    customer_id = customer_of("passport_it_three_quarters", "IT")
    reply = put(service, customer_id, "passport_it_three_quarters", liveness_check=with_place())
    assert reply.status_code == 202, reply.text
    original, clean = asyncio.run(kept_files(service, reply.json()["id"]))
    assert b"CANARY" in original
    assert b"CANARY" not in clean
    shown = Image.open(BytesIO(clean))
    assert (shown.size, dict(shown.getexif())) == ((640, 480), {})

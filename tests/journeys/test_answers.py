"""What is really answered fits the OpenAPI document."""

import json
from pathlib import Path

import httpx
import pytest
from openapi_schema_validator import OAS31Validator

from prescreen.client import Client, InvalidError, NotAllowedError
from tests.journeys.test_screening import SPECIMENS, picture, screen

DOCUMENT = json.loads((Path(__file__).parents[2] / "docs/openapi.json").read_text())


def fits(reply: httpx.Response, method: str, path: str) -> None:
    answer = DOCUMENT["paths"][path][method]["responses"][str(reply.status_code)]
    if "$ref" in answer:
        answer = DOCUMENT["components"]["responses"][answer["$ref"].rpartition("/")[2]]
    kind = reply.headers["content-type"].partition(";")[0]
    schema = answer["content"][kind]["schema"]
    OAS31Validator(schema | {"components": DOCUMENT["components"]}).validate(reply.json())


@pytest.mark.parametrize(
    "name",
    ["passport_gb_scan.jpg", "passport_gb_out_of_focus.jpg", "desk_only.jpg", "id_es_front.jpg"],
)
def test_screenings_and_previews(service, name: str) -> None:
    made = screen(service, name, reference="fits-openapi")
    fits(made, "post", "/v1/screenings")
    form = {"data": {"country": "GB"}, "files": {"front": ("picture", picture(name))}}
    preview = httpx.post(
        f"{service.url}/v1/previews", headers=service.headers(), timeout=60, **form
    )
    fits(preview, "post", "/v1/previews")
    url = f"{service.url}/v1/screenings/{made.json()['id']}"
    read = httpx.get(url, headers=service.headers())
    fits(read, "get", "/v1/screenings/{screening_id}")
    # Read again it is what was answered first, and how it stands.
    assert {**made.json(), "standing": made.json()["verdict"], "decision": None} == read.json()


@pytest.mark.parametrize(
    "path",
    ["/v1/screenings", "/v1/requirements", "/v1/reason-codes", "/v1/submissions", "/v1/keys"],
)
def test_lists(service, path: str) -> None:
    reply = httpx.get(f"{service.url}{path}", headers=service.headers("admin"))
    assert reply.json()["data"] or path == "/v1/submissions"
    fits(reply, "get", path)
    fits(httpx.get(f"{service.url}{path}"), "get", path)  # a problem
    if path != "/v1/reason-codes":
        odd = httpx.get(
            f"{service.url}{path}?limit=x&document_type=x", headers=service.headers("admin")
        )
        assert odd.status_code in {200, 422}
        fits(odd, "get", path)


def test_erased_and_decided_screenings(service) -> None:
    made = screen(service, "passport_gb_out_of_focus.jpg").json()
    url, path = f"{service.url}/v1/screenings/{made['id']}", "/v1/screenings/{screening_id}"
    body = {"decision": "retake", "note": "as it says"}
    decided = httpx.post(f"{url}/decision", headers=service.headers("analyst"), json=body)
    fits(decided, "post", f"{path}/decision")
    fits(httpx.get(url, headers=service.headers("analyst")), "get", path)
    httpx.delete(url, headers=service.headers("admin"))
    fits(httpx.get(url, headers=service.headers("analyst")), "get", path)
    fits(httpx.get(f"{url}x", headers=service.headers("analyst")), "get", path)


def test_the_client_does_what_a_backend_needs(service) -> None:
    with Client(service.url, service.keys["frontend"], language="fr") as client:
        made = client.screen(
            SPECIMENS / "passport_gb_out_of_focus.jpg", country="GB", reference="by-the-client"
        )
        assert (made.verdict, made.first.code) == ("retake", "image_blurred")
        assert made.first.message == "Le texte est flou."
        assert client.get_screening(made.id) == made
        assert [one.id for one in client.screenings(reference="by-the-client")] == [made.id]
        licence = client.requirements("drivers_license")[0]
        assert licence.sides == ("front", "back")
        assert made.first.code in {one.code for one in client.reason_codes()}
        token = client.issue_upload_token(country="GB", reference="by-the-client")
        assert token.token not in repr(token)
        with pytest.raises(InvalidError) as refused:
            client.screen(b"no picture", country="GB")
        assert refused.value.errors[0].field == "front"
        preview = client.preview(picture("passport_gb_scan.jpg"), country="GB")
        assert (preview.verdict, preview.document_type) == ("accepted", "passport")
    with Client(service.url, "psk_wrong") as stranger, pytest.raises(NotAllowedError):
        stranger.reason_codes()

"""A browser sends with an upload token: one screening, of one customer, and nothing else."""

import asyncio
import sqlite3
from datetime import UTC, datetime, timedelta

import httpx
import pytest

from service.actions.issue_key import Role, issue_key
from service.actions.issue_upload_token import issue_upload_token
from service.actions.screen_document import ClaimIncomplete
from service.store.keys import hash_of
from service.store.tables import UploadToken
from service.store.upload_tokens import (
    drop_old_upload_tokens,
    find_upload_token,
    use_upload_token,
)
from tests.journeys.test_screening import picture

GOOD = "passport_gb_scan.jpg"
BLURRED = "passport_gb_out_of_focus.jpg"


def issue(service, **bound: str) -> dict:
    reply = httpx.post(
        f"{service.url}/v1/upload-tokens",
        headers=service.headers(),
        json={"country": "GB", **bound},
    )
    assert reply.status_code == 201, reply.text
    assert reply.headers["cache-control"] == "no-store"
    return reply.json()


def send(service, token: str, name: str = GOOD, path: str = "screenings", headers=None, **parts):
    return httpx.post(
        f"{service.url}/v1/{path}",
        headers={"Authorization": f"Bearer {token}", **(headers or {})},
        data=parts,
        files={"front": ("picture", picture(name))},
        timeout=90,
    )


def test_a_token_is_good_for_one_screening_of_the_customer_it_was_issued_for(service) -> None:
    issued = issue(service, reference="token-person", customer_type="individual")
    life = datetime.fromisoformat(issued["expires_at"]) - datetime.fromisoformat(
        issued["created_at"]
    )
    assert life == timedelta(minutes=15)
    for _ in range(2):
        assert send(service, issued["token"], path="previews").status_code == 200
    made = send(service, issued["token"])
    assert made.status_code == 201, made.text
    assert made.json()["reference"] == "token-person"
    assert made.json()["customer"]["country"] == "GB"
    again = send(service, issued["token"], BLURRED)
    assert (again.status_code, again.json()["code"]) == (409, "upload_token_used")
    assert send(service, issued["token"], path="previews").status_code == 409
    listed = httpx.get(
        f"{service.url}/v1/screenings?reference=token-person", headers=service.headers()
    ).json()["data"]
    assert [one["id"] for one in listed] == [made.json()["id"]]  # its key's own


def test_a_lost_answer_is_given_again_to_the_same_request(service) -> None:
    token = issue(service)["token"]
    once = {"Idempotency-Key": "browser-1"}
    first = send(service, token, headers=once)
    again = send(service, token, headers=once)
    assert again.json()["id"] == first.json()["id"]
    assert again.headers["Idempotent-Replayed"] == "true"
    # Another browser that happens to use the same key has nothing to do with it.
    other = send(service, issue(service)["token"], headers=once)
    assert other.status_code == 201
    assert other.json()["id"] != first.json()["id"]


def test_a_file_that_cannot_be_read_does_not_use_the_token(service) -> None:
    token = issue(service)["token"]
    broken = httpx.post(
        f"{service.url}/v1/screenings",
        headers={"Authorization": f"Bearer {token}"},
        files={"front": ("x.jpg", b"\xff\xd8\xff\xe0" + b"\0" * 64)},
    )
    assert broken.status_code == 422
    assert send(service, token).status_code == 201


@pytest.mark.parametrize(
    "part",
    [
        {"country": "FR"},
        {"reference": "somebody-else"},
        {"customer_id": "another"},
        {"first_name": "ANOTHER"},
        {"customer_type": "business"},
    ],
)
def test_a_browser_cannot_change_whose_document_it_is(service, part: dict[str, str]) -> None:
    token = issue(service, reference="fixed")["token"]
    for path in ("screenings", "previews"):
        reply = send(service, token, path=path, **part)
        assert (reply.status_code, reply.json()["code"]) == (422, "upload_token_bound")
        assert reply.json()["errors"][0]["field"] == next(iter(part))


def test_a_browser_may_say_the_kind_unless_it_was_fixed(service) -> None:
    token = issue(service)["token"]
    said = send(service, token, path="previews", document_type="passport", country="GB")
    assert said.status_code == 200  # what was fixed may be repeated
    fixed = issue(service, document_type="passport")["token"]
    other = send(service, fixed, path="previews", document_type="drivers_license")
    assert other.json()["code"] == "upload_token_bound"


def test_a_token_opens_nothing_else(service) -> None:
    token = {"Authorization": f"Bearer {issue(service)['token']}"}
    get = lambda path: httpx.get(f"{service.url}/v1/{path}", headers=token)  # noqa: E731
    assert get("requirements").status_code == 200
    for path in ("screenings", "reason-codes", "keys", "submissions"):
        assert get(path).status_code == 403
    more = httpx.post(f"{service.url}/v1/upload-tokens", headers=token, json={"country": "GB"})
    assert more.status_code == 403
    unknown = {"Authorization": "Bearer pst_guess"}
    assert httpx.get(f"{service.url}/v1/requirements", headers=unknown).status_code == 401


def test_a_token_of_a_revoked_key_opens_nothing(service) -> None:
    admin = service.headers("admin")
    key = httpx.post(
        f"{service.url}/v1/keys", headers=admin, json={"role": "frontend", "name": "short-lived"}
    ).json()
    token = httpx.post(
        f"{service.url}/v1/upload-tokens",
        headers={"Authorization": f"Bearer {key['secret']}"},
        json={"country": "GB"},
    ).json()["token"]
    assert send(service, token, path="previews").status_code == 200
    httpx.delete(f"{service.url}/v1/keys/{key['id']}", headers=admin)
    assert send(service, token, path="previews").status_code == 401


def test_an_old_token_opens_nothing(service) -> None:
    issued = issue(service)
    with sqlite3.connect(service.blobs.parent / "service.db") as database:
        database.execute(
            "UPDATE upload_tokens SET expires_at = '2026-01-01 00:00:00' WHERE id = ?",
            (issued["id"],),
        )
    reply = send(service, issued["token"], path="previews")
    assert (reply.status_code, reply.json()["code"]) == (401, "upload_token_expired")


def test_wrong_tokens_are_refused_when_they_are_issued(service) -> None:
    post = lambda body: httpx.post(  # noqa: E731
        f"{service.url}/v1/upload-tokens", headers=service.headers(), json=body
    )
    assert post({}).json()["errors"][0]["field"] == "country"
    assert post({"country": "England"}).status_code == 422
    assert post({"country": "GB", "favourite_colour": "red"}).status_code == 422
    assert post({"country": "GB", "date_of_birth": "yesterday"}).status_code == 422


def test_two_screenings_at_once_with_one_token_leave_one(service) -> None:
    issued = issue(service, reference="twice-at-once")

    async def both() -> list[httpx.Response]:
        async with httpx.AsyncClient(timeout=90) as http:
            return await asyncio.gather(
                *(
                    http.post(
                        f"{service.url}/v1/screenings",
                        headers={"Authorization": f"Bearer {issued['token']}"},
                        files={"front": ("picture", picture(name))},
                    )
                    for name in (GOOD, BLURRED)
                )
            )

    assert sorted(reply.status_code for reply in asyncio.run(both())) == [201, 409]
    found = httpx.get(
        f"{service.url}/v1/screenings?reference=twice-at-once", headers=service.headers()
    )
    assert len(found.json()["data"]) == 1


def test_the_missing_back_may_come_with_the_front_that_was_fine(service) -> None:
    front, back = (
        picture("licence_fr_both_sides.front.jpg"),
        picture("licence_fr_both_sides.back.jpg"),
    )

    def sent(files: dict[str, bytes]) -> dict:
        token = issue(service, country="FR", reference="back-comes-later")["token"]
        return httpx.post(
            f"{service.url}/v1/screenings",
            headers={"Authorization": f"Bearer {token}"},
            files={name: (name, content) for name, content in files.items()},
            timeout=90,
        ).json()

    first = sent({"front": front})
    assert first["findings"][0]["code"] == "document_back_missing"
    second = sent({"front": front, "back": back})
    assert "file_rejected_before" not in {one["code"] for one in second["findings"]}
    assert second["verdict"] == "accepted"
    assert second["attempt"] == 2


SHOP = {"Origin": "https://shop.example"}


def preflight(service, path: str, method: str, origin: str) -> httpx.Response:
    return httpx.options(
        f"{service.url}{path}",
        headers={
            "Origin": origin,
            "Access-Control-Request-Method": method,
            "Access-Control-Request-Headers": "authorization,content-type,idempotency-key",
        },
    )


def test_pages_of_named_origins_may_call_what_the_component_calls(service) -> None:
    for path, method in (
        ("/v1/screenings", "POST"),
        ("/v1/previews", "POST"),
        ("/v1/requirements", "GET"),
    ):
        reply = preflight(service, path, method, SHOP["Origin"])
        assert reply.status_code == 200
        assert reply.headers["access-control-allow-origin"] == SHOP["Origin"]
        assert "access-control-allow-credentials" not in reply.headers
        assert preflight(service, path, "DELETE", SHOP["Origin"]).status_code == 400
        foreign = preflight(service, path, method, "https://shop.example.evil.test")
        assert "access-control-allow-origin" not in foreign.headers
    for path in ("/v1/upload-tokens", "/v1/keys", "/v1/submissions", "/triage"):
        assert (
            "access-control-allow-origin"
            not in preflight(service, path, "POST", SHOP["Origin"]).headers
        )


def test_a_page_elsewhere_can_read_problems_as_well(service) -> None:
    refused = send(service, "pst_guess", headers=SHOP)
    assert refused.status_code == 401
    assert refused.headers["access-control-allow-origin"] == SHOP["Origin"]
    fine = send(service, issue(service)["token"], path="previews", headers=SHOP)
    assert fine.status_code == 200


def test_a_key_does_not_work_from_a_page(service) -> None:
    reply = send(service, service.keys["frontend"], headers=SHOP, country="GB")
    assert (reply.status_code, reply.json()["code"]) == (403, "key_in_browser")


def test_only_the_hash_of_a_token_is_stored(service) -> None:
    issued = issue(service, first_name="STOREDNAME")
    with sqlite3.connect(service.blobs.parent / "service.db") as database:
        row = database.execute(
            "SELECT * FROM upload_tokens WHERE id = ?", (issued["id"],)
        ).fetchone()
    assert issued["token"] not in str(row)
    assert hash_of(issued["token"]) in row
    assert "STOREDNAME" not in str(row)  # sealed


NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)


async def test_of_two_processes_one_uses_a_token(sessions) -> None:
    key, _ = await issue_key(sessions, Role.FRONTEND, "shop", "test", NOW)
    token, _ = await issue_upload_token(
        sessions, {"country": "GB"}, key.id, NOW, is_customer_read=False
    )

    async def use(screening_id: str) -> bool:
        async with sessions() as session:
            was_first = await use_upload_token(session, token.id, screening_id, NOW)
            await session.commit()
            return was_first

    assert sorted(await asyncio.gather(use("scr_1"), use("scr_2"), use("scr_3"))) == [
        False,
        False,
        True,
    ]
    async with sessions() as session:
        assert (await session.get(UploadToken, token.id)).bound == {}  # the screening holds it now


async def test_what_names_a_person_goes_with_the_token(sessions) -> None:
    key, _ = await issue_key(sessions, Role.FRONTEND, "shop", "test", NOW)
    bound = {"country": "GB", "first_name": "IMOGEN"}
    token, secret = await issue_upload_token(sessions, bound, key.id, NOW, is_customer_read=False)
    async with sessions() as session:
        await drop_old_upload_tokens(session, NOW + timedelta(minutes=10))
        await session.commit()
        found = await find_upload_token(session, secret)
        assert found is not None
        assert found.bound == bound
    async with sessions() as session:
        await drop_old_upload_tokens(session, NOW + timedelta(minutes=16))
        await session.commit()
        assert (await session.get(UploadToken, token.id)).bound == {}
        await drop_old_upload_tokens(session, NOW + timedelta(days=2))
        await session.commit()
    async with sessions() as session:
        assert await session.get(UploadToken, token.id) is None


async def test_a_customers_country_may_be_read_later(sessions) -> None:
    key, _ = await issue_key(sessions, Role.FRONTEND, "shop", "test", NOW)
    bound = {"customer_id": "cus-1"}
    await issue_upload_token(sessions, bound, key.id, NOW, is_customer_read=True)
    with pytest.raises(ClaimIncomplete):
        await issue_upload_token(sessions, bound, key.id, NOW, is_customer_read=False)

"""The official SDK works against the stand-in: what the real client can do there, it does right."""

import json
import time
import urllib.request

import pytest
from blaaiz import Blaaiz, BlaaizError


@pytest.fixture
def sdk(stand_in) -> Blaaiz:
    return Blaaiz(
        base_url=stand_in.url,
        client_id="sandbox-client",
        client_secret="sandbox-secret",
        oauth_scope="customer:read customer:write file:upload",
    )


def data(reply):
    inner = reply.get("data", reply)
    while isinstance(inner, dict) and isinstance(inner.get("data"), dict):
        inner = inner["data"]
    return inner


PERSON = {
    "type": "individual",
    "email": "kim@example.com",
    "country": "GB",
    "first_name": "Kim",
    "last_name": "Sample",
    "id_type": "passport",
    "id_number": "P1",
}


def test_a_customer_is_made_read_listed_and_updated(sdk: Blaaiz) -> None:
    made = data(sdk.customers.create(PERSON))
    found = data(sdk.customers.get(made["id"]))
    assert found["verification_status"] == "PENDING"
    data(sdk.customers.update(made["id"], {"first_name": "Robin"}))
    assert data(sdk.customers.get(made["id"]))["first_name"] == "Robin"
    listed = json.dumps(sdk.customers.list({"email": "kim@example.com"}))
    assert made["id"] in listed
    sdk.customers.add_kyc(made["id"], {"dob": "1990-01-02"})
    assert data(sdk.customers.get(made["id"]))["kyc_data"] == {"dob": "1990-01-02"}


def test_a_file_goes_up_in_three_steps(sdk: Blaaiz, stand_in) -> None:
    made = data(sdk.customers.create(PERSON))
    address = data(
        sdk.files.get_presigned_url({"customer_id": made["id"], "file_category": "identity"})
    )
    url = address.get("url") or address.get("upload_url")
    request = urllib.request.Request(
        url,
        data=b"picture",
        method="PUT",
        headers={"Content-Type": "image/jpeg", **address.get("headers", {})},
    )
    with urllib.request.urlopen(request) as reply:
        assert reply.headers["ETag"]
    sdk.customers.upload_files(made["id"], {"id_file": address["file_id"]})
    assert data(sdk.customers.submit(made["id"]))["verification_status"] == "PROCESSING"


def test_the_sdks_own_complete_upload_works(sdk: Blaaiz) -> None:
    made = data(sdk.customers.create(PERSON))
    upload = getattr(sdk.customers, "upload_file_complete", None)
    if upload is None:
        pytest.skip("this SDK has no complete upload")
    reply = upload(
        made["id"],
        {
            "file": b"\xff\xd8\xff picture",
            "file_category": "identity_back",
            "filename": "back.jpg",
            "content_type": "image/jpeg",
        },
    )
    assert reply


def test_documents_and_owners_of_a_business(sdk: Blaaiz) -> None:
    made = data(
        sdk.customers.create(
            {
                "type": "business",
                "email": "office@example.com",
                "country": "NG",
                "business_name": "Sample Ltd",
                "registration_number": "RC1",
                "incorporation_country": "NG",
            }
        )
    )
    address = data(sdk.customers.get_document_presigned_url(made["id"]))
    request = urllib.request.Request(
        address["url"], data=b"%PDF", method="PUT", headers=address["headers"]
    )
    urllib.request.urlopen(request).close()
    sdk.customers.create_document(
        made["id"],
        {
            "type": "CERTIFICATE_OF_INCORPORATION",
            "name": "Certificate",
            "file_id": address["file_id"],
        },
    )
    assert "CERTIFICATE_OF_INCORPORATION" in json.dumps(sdk.customers.list_documents(made["id"]))
    full = data(
        sdk.customers.upgrade_kyb_scope(
            made["id"],
            {
                "owners": [
                    {"first_name": "Sam", "ownership_percentage": 60},
                    {"first_name": "Kim", "ownership_percentage": 40},
                ]
            },
        )
    )
    assert full["kyb_scope"] == "FULL"
    sdk.customers.delete_owner(made["id"], full["owners"][0]["id"])
    assert len(data(sdk.customers.get(made["id"]))["owners"]) == 1


def test_refusals_reach_the_sdk_as_its_own_errors(sdk: Blaaiz) -> None:
    made = data(sdk.customers.create(PERSON))
    with pytest.raises(BlaaizError) as raised:
        sdk.customers.update(made["id"], {"id_type": "library_card"})
    assert raised.value.status == 422
    with pytest.raises(BlaaizError) as raised:
        sdk.customers.get("nobody")
    assert raised.value.status == 404


def test_the_sdk_verifies_our_signature(sdk: Blaaiz) -> None:
    import hashlib
    import hmac

    body, stamp = '{"event": "x"}', str(int(time.time()))
    signature = hmac.new(b"secret", f"{stamp}.{body}".encode(), hashlib.sha256).hexdigest()
    verify = sdk.webhooks.verify_signature
    assert verify(body, signature, stamp, "secret")
    assert not verify(body, "0" * 64, stamp, "secret")

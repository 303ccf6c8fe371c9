"""No body breaks the stand-in: it takes or refuses each one, as the service that it stands for."""

import asyncio
import json

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service.blaaiz_sandbox.app import create_sandbox

SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(10**6), 10**6),
    st.floats(),
    st.text(max_size=8),
    st.sampled_from(["GB", "passport", "PENDING", "\ud800", "\0", "2020-01-01"]),
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=6,
)
OWNERS = st.dictionaries(st.sampled_from(["id", "first_name", "status", "is_pep", "x"]), VALUES)
NAMES = (
    "type country registration_number incorporation_country id_type dob operating_country "
    "operating_zip_code owners tin kyb_scope id_file file_category customer_id entity_type kyc_data"
)
UPDATES = st.dictionaries(
    st.sampled_from([*NAMES.split(), "\ud800"]),
    VALUES | st.lists(OWNERS, max_size=3),
    min_size=1,
    max_size=2,
)
JSON_BODIES = st.one_of(UPDATES, UPDATES, UPDATES, VALUES).map(lambda one: json.dumps(one).encode())
BODIES = st.one_of(JSON_BODIES, JSON_BODIES, JSON_BODIES, st.binary())
KEY = {"x-blaaiz-api-key": "sandbox-key"}
PATHS = [
    ("PUT", "/api/external/customer/{id}"),
    ("POST", "/api/external/customer"),
    ("POST", "/api/external/customer/{id}/kyc-data"),
    ("POST", "/api/external/customer/{id}/files"),
    ("POST", "/api/external/customer/{id}/upgrade-kyb-scope"),
    ("POST", "/api/external/customer/{id}/document"),
    ("POST", "/api/external/customer/{id}/owner/{owner}/files"),
    ("POST", "/api/external/customer/{id}/owner/{owner}/file/presigned-url"),
    ("POST", "/api/external/file/get-presigned-url"),
    ("PUT", "/sandbox/faults"),
    ("PUT", "/sandbox/pictures"),
    ("POST", "/sandbox/customers"),
]


@pytest.mark.parametrize(("method", "path"), PATHS)
def test_each_is_taken_or_refused(method: str, path: str) -> None:
    app = create_sandbox()
    customers = list(app.state.sandbox.customers.by_id.values())
    both = [next(c for c in customers if c["type"] == kind) for kind in ("individual", "business")]

    async def sent(body: bytes, customer: dict) -> None:
        owners = customer.get("owners") or [{"id": "nobody"}]
        where = path.format(id=customer["id"], owner=owners[0]["id"])
        # What no handler of its own answers is raised here, and not hidden behind a 500.
        transport = httpx.ASGITransport(app=app)
        async with httpx.AsyncClient(transport=transport, base_url="http://s", headers=KEY) as http:
            app.state.sandbox.faults.active = []
            reply = await http.request(method, where, content=body)
            assert reply.status_code < 500
            app.state.sandbox.faults.active = []
            for page in (f"/api/external/customer/{customer['id']}", "/sandbox"):
                assert (await http.get(page)).status_code == 200

    @settings(max_examples=80, deadline=None)
    @given(body=BODIES, customer=st.sampled_from(both))
    def each(body: bytes, customer: dict) -> None:
        asyncio.run(sent(body, customer))

    each()

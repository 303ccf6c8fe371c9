"""What a stranger sent comes back drawn anew, or as a file to save; never as a page."""

import re

import httpx
import pytest

from benchmarks.served import KEYS, Served
from tests.hostile.conftest import PROBE

SCRIPT = b"<script>alert(document.domain)</script>"


@pytest.fixture(scope="module")
def screening_id(served: Served) -> str:
    while True:
        reply = httpx.post(
            f"{served.url}/v1/screenings",
            headers=served.headers,
            data={"country": "GB"},
            files={"front": ("a.html", PROBE.read_bytes() + SCRIPT, "text/html")},
            timeout=60,
        )
        if reply.status_code != 503:
            assert reply.status_code == 201, reply.text
            return reply.json()["id"]


@pytest.mark.parametrize("rendition", ["original", "upright", "thumbnail"])
def test_pictures_come_back_safely(served: Served, screening_id: str, rendition: str) -> None:
    reply = httpx.get(
        f"{served.url}/v1/screenings/{screening_id}/images/front",
        params={"rendition": rendition},
        headers={"Authorization": f"Bearer {KEYS['analyst']}"},
        timeout=60,
    )
    assert reply.status_code == 200
    assert reply.headers["content-type"] == "image/jpeg"
    assert reply.headers["x-content-type-options"] == "nosniff"
    assert reply.headers["content-security-policy"] == "default-src 'none'; sandbox"
    is_original = rendition == "original"
    assert reply.headers["content-disposition"].startswith(
        "attachment" if is_original else "inline"
    )
    assert (SCRIPT in reply.content) is is_original


def test_so_do_those_of_the_triage_pages(served: Served, screening_id: str) -> None:
    with httpx.Client(base_url=served.url, timeout=60, follow_redirects=True) as client:
        csrf = re.search(r'name="csrf" value="([^"]+)"', client.get("/triage/sign-in").text)[1]
        client.post("/triage/sign-in/key", data={"key": KEYS["analyst"], "csrf": csrf})
        reply = client.get(f"/triage/{screening_id}/images/front/upright")
        assert reply.headers["content-type"] == "image/jpeg"
        assert reply.headers["x-content-type-options"] == "nosniff"
        assert "sandbox" in reply.headers["content-security-policy"]
        assert SCRIPT not in reply.content
        assert client.get(f"/triage/{screening_id}/images/front/original").status_code == 404

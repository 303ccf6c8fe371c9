"""What Blaaiz's people do with a document, for pictures of which the stand-in was told.

It cannot see: a test says by SHA-256 what a picture shows (`PUT /sandbox/pictures`), and the
customer is then verified or rejected as the update page says: rules 3, 4 and 5.
"""

from typing import Any

from service.blaaiz_sandbox.sandbox import Sandbox

_USABLE = {
    "individual": {"drivers_license", "passport", "resident_permit"},
    "business": {"certificate_of_incorporation"},
}


def review(sandbox: Sandbox, customer: dict[str, Any]) -> None:
    """Settles the customer where its newest document is a picture that was told of."""
    document = _newest(sandbox, customer)
    shows = sandbox.files.shows.get(document or "")
    if shows is not None:
        sandbox.set_status(customer, _verdict(customer, shows))


def _verdict(customer: dict[str, Any], shows: dict[str, Any]) -> str:
    if shows.get("falsified"):
        return "BLACKLISTED"
    if shows.get("kind") not in _USABLE.get(customer["type"], set()):
        return "REJECTED"
    if shows.get("country") != customer["country"] or not shows.get("legible", True):
        return "REJECTED"
    return "VERIFIED"


def _newest(sandbox: Sandbox, customer: dict[str, Any]) -> str | None:
    if customer["type"] == "business":
        ids = [one["file_id"] for one in customer["documents"]]
    else:
        ids = customer["files"].get("id_file", [])
    return sandbox.files.by_id[ids[-1]].sha256 if ids else None

"""A screening and a submission of a fictitious person, and what the database holds of them."""

from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import text

from service.ids import new_id
from service.store.encryption import ObjectKey
from service.store.pictures import Blobs
from service.store.tables import Picture, Screening, Submission, Table
from tests.conftest import VAULT

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
NAME, NUMBER, PLACE = "Canaryname", "CNR123456", "Canaryville"
REFERENCE, NOTE = "canary@example.org", "Canarynote"
PICTURE = b"\xff\xd8canary picture\xff\xd9"
CANARIES = (NAME, NUMBER, PLACE, REFERENCE, NOTE, "canary picture")


def screening(**changes: Any) -> Screening:
    values: dict[str, Any] = {
        "id": new_id("scr"),
        "created_at": NOW,
        "key_id": "key_1",
        "person": None,
        "customer_id": None,
        "reference": REFERENCE,
        "verdict": "accepted",
        "standing": "accepted",
        "kind": "passport",
        "country": "GB",
        "attempt": 1,
        "number_digest": "0" * 64,
        "decision": {"decision": "accept", "note": NOTE, "at": NOW.isoformat(), "state": "final"},
        "erased_at": None,
    }
    values |= changes
    wire = {
        "id": values["id"],
        "object": "screening",
        "created_at": NOW.isoformat(),
        "verdict": values["verdict"],
        "reference": values["reference"],
        "findings": [
            {
                "code": "customer_name_mismatch",
                "outcome": "info",
                "side": "front",
                "field": "surname",
                "retryable": False,
                "check": "customer.names",
                "words": {"printed": NAME},
                "measured": 0.5,
            }
        ],
        "document": {"surname": NAME, "number": NUMBER},
    }
    return Screening(**({"wire": wire} | values))


def submission(screening_id: str, customer_id: str, **changes: Any) -> Submission:
    values: dict[str, Any] = {
        "id": new_id("sub"),
        "created_at": NOW,
        "updated_at": NOW,
        "key_id": "key_1",
        "customer_id": customer_id,
        "screening_id": screening_id,
        "update": {"city": PLACE, "first_name": NAME},
        "extra_files": {},
        "state": "forwarded",
        "outcome": None,
        "steps": {"uploads": {"identity": {"file_id": "f1", "sha256": "0"}}},
        "errors": [
            {
                "field": "city",
                "code": "refused_by_blaaiz",
                "message": PLACE,
                "words": {},
                "next": "",
            }
        ],
        "last_error": None,
        "attempts": 0,
        "next_attempt_at": NOW,
        "expires_at": NOW + timedelta(days=1),
        "outcome_at": None,
    }
    return Submission(**(values | changes))


async def kept(sessions: Any, blobs: Blobs, customer_id: str | None = None, **changes: Any) -> str:
    """A screening with its picture, as the service would keep it."""
    key: ObjectKey = VAULT.ring.new_key(new_id("scr"))
    row = screening(id=key.object_id, object_key=key, customer_id=customer_id, **changes)
    async with sessions() as session:
        session.add(row)
        await session.flush()
        session.add(await picture(blobs, key))
        await session.commit()
    return row.id


async def picture(blobs: Blobs, key: ObjectKey) -> Picture:
    return Picture(
        screening_id=key.object_id,
        side="front",
        rendition="original",
        blob=await blobs.put(PICTURE, key),
        media_type="image/jpeg",
        size=len(PICTURE),
        sha256="0" * 64,
        fingerprint=None,
    )


async def all_rows(sessions: Any) -> str:
    """Every table as it lies in the database."""
    found: list[str] = []
    async with sessions() as session:
        for table in Table.metadata.sorted_tables:
            rows = await session.execute(text(f'SELECT * FROM "{table.name}"'))
            found += [f"{table.name} {row}" for row in rows]
    return "\n".join(found)

"""A copy of all that is stored of a customer, for the person who asks for it: JSON and pictures."""

import json
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from typing import Any, Final

from sqlalchemy.ext.asyncio import AsyncSession

from service.actions.disclosure import disclosed
from service.actions.erase_customer import subject_of
from service.actions.issue_key import Role
from service.forward.refusals import told
from service.ids import canonical_id
from service.store import audit, persons, screenings
from service.store.encryption import ObjectKey
from service.store.engine import Sessions
from service.store.pictures import BlobMissing, Blobs
from service.store.sealed import digest_of
from service.store.tables import Screening, Submission

_SUFFIX: Final = {
    "image/jpeg": "jpg",
    "image/png": "png",
    "image/webp": "webp",
    "image/heif": "heic",
    "image/heic": "heic",
    "image/avif": "avif",
    "image/tiff": "tif",
    "image/bmp": "bmp",
    "application/pdf": "pdf",
}


class NothingStored(Exception):
    """Nothing is stored of this customer."""


@dataclass(frozen=True, slots=True)
class _File:
    """Where it lies, and its name in the archive."""

    blob: str
    key: ObjectKey | None
    name: str


async def export_customer(
    sessions: Sessions, blobs: Blobs, customer_id: str, actor: str, now: datetime
) -> bytes:
    """A ZIP archive: `customer.json`, and each file as it was sent.

    It says what a frontend is told of each screening: what else raised suspicion is for the
    operator to weigh, who may be bound not to tell (docs/privacy.md).

    Raises:
        NothingStored: there is nothing to export.

    """
    customer_id = canonical_id(customer_id)
    files: list[_File] = []
    async with sessions() as session:
        rows = [
            row
            for row in await persons.screenings_of_customer(session, customer_id)
            if row.erased_at is None
        ]
        forwarded = await persons.submissions_of_customer(session, customer_id)
        if not rows and not forwarded:
            raise NothingStored(customer_id)
        content = {
            "object": "customer_export",
            "customer_id": customer_id,
            "exported_at": now.isoformat(),
            "screenings": [await _screening(session, row, files) for row in rows],
            "submissions": [_submission(row, files) for row in forwarded],
        }
        audit.record(
            session,
            at=now,
            actor=actor,
            action="customer.exported",
            subject=subject_of(digest_of(session.sync_session, "customer", customer_id)),
            details={"screenings": len(rows), "submissions": len(forwarded)},
        )
        await session.commit()
    return await _packed(blobs, content, files)


async def _packed(blobs: Blobs, content: dict[str, Any], files: Sequence[_File]) -> bytes:
    # In memory: nothing of it is left on a disk here.
    archive = BytesIO()
    missing: list[str] = []
    with zipfile.ZipFile(archive, "w") as into:
        for file in files:
            try:
                into.writestr(file.name, await blobs.get(file.blob, file.key))
            except BlobMissing:
                missing.append(file.name)
        text = json.dumps({**content, "missing_files": missing}, ensure_ascii=False, indent=2)
        into.writestr("customer.json", text, zipfile.ZIP_DEFLATED)
    return archive.getvalue()


async def _screening(session: AsyncSession, row: Screening, files: list[_File]) -> dict[str, Any]:
    pictures = [
        one for one in await screenings.pictures_of(session, row.id) if one.rendition == "original"
    ]
    names: list[str] = []
    for one in sorted(pictures, key=lambda one: one.side, reverse=True):
        name = f"pictures/{row.id}/{one.side}.{_SUFFIX.get(one.media_type, 'bin')}"
        files.append(_File(one.blob, row.object_key, name))
        names.append(name)
    decision = row.decision or {}
    return {
        **disclosed(row.wire, Role.FRONTEND, "en"),
        "standing": row.standing,
        "decision": {name: decision.get(name) for name in ("decision", "at")} if decision else None,
        "history": [
            {"at": one.at.isoformat(), "action": one.action}
            for one in await audit.history_of(session, row.id)
        ],
        "files": names,
    }


def _submission(row: Submission, files: list[_File]) -> dict[str, Any]:
    names: list[str] = []
    for category, file in row.extra_files.items():
        name = f"files/{row.id}/{category}.{_SUFFIX.get(str(file['media_type']), 'bin')}"
        files.append(_File(str(file["blob"]), row.object_key, name))
        names.append(name)
    return {
        "id": row.id,
        "created_at": row.created_at.isoformat(),
        "screening_id": row.screening_id,
        "owner_id": row.owner_id,
        "state": row.state,
        "outcome": row.outcome,
        "update": row.update,
        "errors": [told(one, "en") for one in row.errors],
        "files": names,
    }

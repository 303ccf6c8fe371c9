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
from service.store import audit, decisions, persons, screenings
from service.store.encryption import ObjectKey
from service.store.engine import Sessions
from service.store.pictures import BlobMissing, Blobs
from service.store.sealed import digest_of
from service.store.tables import HeldUpdate, Screening, Submission

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
            "submissions": [await _submission(session, row, files) for row in forwarded],
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
    held = await session.get(HeldUpdate, row.id)
    if held is not None:
        names += _beside(held.extra_files, row.object_key, f"files/{row.id}", files)
    decision = row.decision or {}
    return {
        **disclosed(row.wire, Role.FRONTEND, "en"),
        "standing": row.standing,
        "decision": {name: decision.get(name) for name in ("decision", "at")} if decision else None,
        "corrections": [
            {"at": one.at.isoformat(), "field": one.field, "read": one.read, "truth": one.truth}
            for one in await decisions.corrections_of(session, row.id)
        ],
        "held_update": held.update if held is not None else None,
        "history": [
            {"at": one.at.isoformat(), "action": one.action}
            for one in await audit.history_of(session, row.id)
        ],
        "files": names,
    }


async def _submission(session: AsyncSession, row: Submission, files: list[_File]) -> dict[str, Any]:
    screening = await session.get(Screening, row.screening_id)
    key = screening.object_key if screening is not None else None
    names = _beside(row.extra_files, key, f"files/{row.id}", files)
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


def _beside(
    extra_files: dict[str, Any], key: ObjectKey | None, folder: str, files: list[_File]
) -> list[str]:
    """Names in the archive of files beside a document, as they were sent."""
    names: list[str] = []
    for category, file in extra_files.items():
        name = f"{folder}/{category}.{_SUFFIX.get(str(file['media_type']), 'bin')}"
        files.append(_File(str(file["blob"]), key, name))
        names.append(name)
    return names

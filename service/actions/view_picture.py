"""One look at a stored picture, and the record of it."""

from dataclasses import dataclass
from datetime import datetime

from service.store import audit, screenings
from service.store.engine import Sessions
from service.store.pictures import BlobMissing, Blobs
from service.store.tables import Screening


class PictureMissing(Exception):
    """No such picture, or its file is gone from the blob store."""


@dataclass(frozen=True, slots=True)
class StoredPicture:
    """Bytes and media type of one rendition."""

    content: bytes
    media_type: str


async def view_picture(
    sessions: Sessions,
    blobs: Blobs,
    screening_id: str,
    side: str,
    rendition: str,
    actor: str,
    now: datetime,
) -> StoredPicture:
    """The picture; who looked at what is in the audit log, small renditions too.

    Raises:
        PictureMissing: nothing to look at.

    """
    async with sessions() as session:
        row = await session.get(Screening, screening_id)
        found = await screenings.picture(session, screening_id, side, rendition)
        if row is None or found is None:
            raise PictureMissing(screening_id)
        audit.record(
            session,
            at=now,
            actor=actor,
            action="picture.seen",
            subject=screening_id,
            details={"side": side, "rendition": rendition},
        )
        await session.commit()
    try:
        content = await blobs.get(found.blob, row.object_key)
        return StoredPicture(content, found.media_type)
    except BlobMissing as cause:
        raise PictureMissing(screening_id) from cause

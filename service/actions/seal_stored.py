"""Encrypts what was stored before there was encryption."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy.ext.asyncio import AsyncSession

from service.store import rewrapping, screenings
from service.store.engine import Sessions
from service.store.handover import UNFINISHED
from service.store.pictures import BlobMissing, Blobs
from service.store.sealed import digest_of, seal_old
from service.store.tables import Screening, Submission

_BATCH: Final = 50


@dataclass(frozen=True, slots=True)
class Sealed:
    """What a run did; `left` are of submissions on their way, whose files are being read."""

    screenings: int
    submissions: int
    left: int


async def seal_stored(sessions: Sessions, blobs: Blobs, tell: Callable[[int], None]) -> Sealed:
    """One object at a time, whole or not at all; a run that is cut off is followed by another.

    The service goes on meanwhile. What has not ended is left for the next run.
    """
    counts = {True: 0, False: 0}
    passes: tuple[tuple[_Find, _Seal], ...] = (
        (rewrapping.screenings_in_clear, _seal_screening),
        (rewrapping.submissions_in_clear, _seal_submission),
    )
    numbers: list[int] = []
    for find, seal in passes:
        before, after = counts[True], ""
        while True:
            async with sessions() as session:
                ids = await find(session, _BATCH, after)
            for one in ids:
                after = one
                counts[await seal(sessions, blobs, one)] += 1
            tell(counts[True])
            if len(ids) < _BATCH:
                break
        numbers.append(counts[True] - before)
    return Sealed(numbers[0], numbers[1], counts[False])


_Find = Callable[[AsyncSession, int, str], Awaitable[Sequence[str]]]
_Seal = Callable[[Sessions, Blobs, str], Awaitable[bool]]


async def _seal_screening(sessions: Sessions, blobs: Blobs, screening_id: str) -> bool:
    async with sessions() as session:
        row = await session.get(Screening, screening_id, with_for_update=True)
        if row is None or row.erased_at is not None or row.object_key is not None:
            return True
        if row.is_shredded or await rewrapping.is_under_way(session, screening_id):
            return False
        key = await seal_old(session, row)
        if row.person is not None and not row.person.startswith(("customer:", "reference:")):
            row.person = f"reference:{digest_of(session.sync_session, 'person', row.person)}"
        old: list[str] = []
        for picture in await screenings.pictures_of(session, screening_id):
            try:
                content = await blobs.get(picture.blob, None)
            except BlobMissing:
                continue  # it stays missing
            old.append(picture.blob)
            picture.blob = await blobs.put(content, key)
        await session.commit()
    for name in old:
        await blobs.delete(name)
    return True


async def _seal_submission(sessions: Sessions, blobs: Blobs, submission_id: str) -> bool:
    async with sessions() as session:
        row = await session.get(Submission, submission_id, with_for_update=True)
        if row is None or row.object_key is not None:
            return True
        if row.is_shredded or row.state in UNFINISHED:
            return False
        key = await seal_old(session, row)
        old: list[str] = []
        files = {name: dict(file) for name, file in row.extra_files.items()}
        for file in files.values():
            try:
                content = await blobs.get(str(file["blob"]), None)
            except BlobMissing:
                continue
            old.append(str(file["blob"]))
            file["blob"] = await blobs.put(content, key)
        row.extra_files = files
        await session.commit()
    for name in old:
        await blobs.delete(name)
    return True

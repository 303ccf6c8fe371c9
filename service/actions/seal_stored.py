"""Encrypts what was stored before there was encryption."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy.ext.asyncio import AsyncSession

from service.store import rewrapping, screenings, submissions, terms
from service.store.encryption import ObjectKey
from service.store.engine import Sessions
from service.store.handover import UNFINISHED
from service.store.pictures import BlobMissing, Blobs
from service.store.sealed import digest_of, seal_old
from service.store.tables import HeldUpdate, Screening, Submission

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
        await terms.hide(session, row.id, row.reference, row.customer_id)
        old: list[str] = []
        for picture in await screenings.pictures_of(session, screening_id):
            picture.blob = await _moved(blobs, key, picture.blob, old)
        held = await session.get(HeldUpdate, screening_id)
        if held is not None:
            held.extra_files = await _files(blobs, key, held.extra_files, old)
        for sent in await submissions.of_screening(session, screening_id, for_update=True):
            sent.extra_files = await _files(blobs, key, sent.extra_files, old)
        await session.commit()
    for name in old:
        await blobs.delete(name)
    return True


async def _files(
    blobs: Blobs, key: ObjectKey, files: Mapping[str, Mapping[str, Any]], old: list[str]
) -> dict[str, Any]:
    return {
        name: dict(file)
        | {
            part: await _moved(blobs, key, str(file[part]), old)
            for part in ("blob", "upright")
            if file.get(part)
        }
        for name, file in files.items()
    }


async def _moved(blobs: Blobs, key: ObjectKey, name: str, old: list[str]) -> str:
    """The name of the sealed blob in its place; the old one is noted, to be deleted."""
    try:
        content = await blobs.get(name, None)
    except BlobMissing:
        return name  # it stays missing
    old.append(name)
    return await blobs.put(content, key)


async def _seal_submission(sessions: Sessions, _: Blobs, submission_id: str) -> bool:
    async with sessions() as session:
        row = await session.get(Submission, submission_id, with_for_update=True)
        if row is None or row.object_key is not None:
            return True
        if row.is_shredded or row.state in UNFINISHED:
            return False
        await seal_old(session, row)
        await session.commit()
    return True

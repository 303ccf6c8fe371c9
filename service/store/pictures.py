"""Blobs by URL: a folder, S3 or memory, through obstore. Names are random, never guessable.

Each is sealed under its object's data key, for its own name: none can take another's place. A name
is `ab/scr_….random`: a folder by chance, so that none grows large; the object's id, by which it is
looked up whether a row still names the blob; and what nobody guesses.
"""

import asyncio
import secrets
from collections.abc import AsyncIterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

import obstore
from obstore.store import LocalStore, MemoryStore, S3Store, from_url

from service.store.encryption import ObjectKey, is_sealed

_PAGE: Final = 500


class BlobMissing(Exception):
    """No blob under this name."""


class Blobs:
    """A blob store.

    Args:
        url: `file:///path`, `memory://`, or `s3://bucket/prefix?endpoint=http://host:port` with the
            usual AWS environment variables for credentials.

    """

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        self._store: LocalStore | MemoryStore | S3Store
        if parts.scheme == "file":
            root = Path(parts.path)
            root.mkdir(parents=True, exist_ok=True)
            self._store = LocalStore(prefix=root)
        elif parts.scheme == "memory":
            self._store = MemoryStore()
        elif parts.scheme == "s3":
            query = dict(pair.split("=", 1) for pair in parts.query.split("&") if "=" in pair)
            endpoint = query.get("endpoint")
            base = f"s3://{parts.netloc}{parts.path}"
            if endpoint:
                self._store = from_url(  # type: ignore[assignment]
                    base, endpoint=endpoint, client_options={"allow_http": True}
                )
            else:
                self._store = from_url(base)  # type: ignore[assignment]
        else:
            raise ValueError(f"PRESCREEN_BLOBS_URL: no blob store for scheme {parts.scheme!r}")

    async def put(self, content: bytes, key: ObjectKey) -> str:
        """Stores bytes, sealed, and returns their name."""
        name = f"{secrets.token_hex(1)}/{key.object_id}.{secrets.token_urlsafe(24)}"
        await obstore.put_async(self._store, name, key.seal(content, name))
        return name

    async def get(self, name: str, key: ObjectKey | None) -> bytes:
        """The bytes.

        Args:
            key: of their object; None where that is from before there was encryption.

        Raises:
            BlobMissing, SealBroken: there is none, or it is not what was stored.

        """
        try:
            answer = await obstore.get_async(self._store, name)
        except FileNotFoundError as cause:
            raise BlobMissing(name) from cause
        stored = bytes(await answer.bytes_async())
        if key is not None:
            return key.open(stored, name)
        if is_sealed(stored):
            # Its object was erased, and with it the key: what is left is noise.
            raise BlobMissing(name)
        return stored

    async def delete(self, name: str) -> None:
        """Deletes the blob, if it is there."""
        try:
            await obstore.delete_async(self._store, name)
        except FileNotFoundError:
            return

    async def stored_before(self, moment: datetime) -> AsyncIterator[Mapping[str, str]]:
        """Pages of names with the id of their object; those of a former form are left out."""
        # Its asynchronous form may end the process with an abort when that ends (obstore 0.12).
        stream = obstore.list(self._store, chunk_size=_PAGE)
        while (page := await asyncio.to_thread(next, stream, None)) is not None:
            yield {
                one["path"]: object_id
                for one in page
                if one["last_modified"] < moment and (object_id := _object_of(one["path"]))
            }


def _object_of(name: str) -> str:
    """The id in a blob's name; empty where there is none."""
    object_id, dot, _ = name.partition("/")[2].partition(".")
    return object_id if dot else ""

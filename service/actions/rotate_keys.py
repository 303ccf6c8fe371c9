"""Wraps all data keys with the key that wraps now; pictures and rows stay as they are."""

from collections.abc import Callable
from typing import Final

from service.store.encryption import KeyRing
from service.store.engine import Sessions
from service.store.rewrapping import rewrap_some

_BATCH: Final = 200


async def rotate_keys(sessions: Sessions, ring: KeyRing, tell: Callable[[int], None]) -> int:
    """How many were wrapped anew; a run that is cut off is followed by one that does the rest.

    The service goes on meanwhile: it must have both keys by then.

    Args:
        tell: called with the number so far, after each batch.

    Raises:
        KeyUnavailable: one is wrapped by a key that is not given.

    """
    done = 0
    while True:
        async with sessions() as session:
            found = await rewrap_some(session, ring, _BATCH)
            await session.commit()
        if found == 0:
            return done
        done += found
        tell(done)

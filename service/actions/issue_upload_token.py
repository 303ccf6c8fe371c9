"""Makes upload tokens: a browser sends one screening with one, and never sees a key."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final

from service.actions.screen_document import claim_of
from service.ids import new_id, new_upload_secret
from service.store import audit
from service.store.engine import Sessions
from service.store.keys import hash_of
from service.store.tables import UploadToken
from service.store.upload_tokens import drop_old_upload_tokens

LIFE: Final = timedelta(minutes=15)
_OF_THE_CUSTOMER: Final = ("customer_id", "reference")
_READ_LATER: Final = {"country": "GB"}
"""Stands in for what Blaaiz will be asked for when the picture comes."""


async def issue_upload_token(
    sessions: Sessions,
    bound: Mapping[str, str],
    key_id: str,
    now: datetime,
    *,
    is_customer_read: bool,
) -> tuple[UploadToken, str]:
    """The token and its secret, told once. `bound` holds parts of a screening by their names.

    Args:
        is_customer_read: whether Blaaiz is asked for what is not said of a `customer_id`.

    Raises:
        ClaimIncomplete: what is bound would be refused when the picture comes.

    """
    said = {name: value for name, value in bound.items() if name not in _OF_THE_CUSTOMER}
    claim_of(_READ_LATER | said if is_customer_read and "customer_id" in bound else said)
    secret = new_upload_secret()
    token = UploadToken(
        id=new_id("upt"),
        secret_hash=hash_of(secret),
        key_id=key_id,
        bound=dict(bound),
        created_at=now,
        expires_at=now + LIFE,
        used_at=None,
        screening_id=None,
    )
    async with sessions() as session:
        await drop_old_upload_tokens(session, now)
        session.add(token)
        audit.record(session, at=now, actor=key_id, action="upload_token.issued", subject=token.id)
        await session.commit()
    return token, secret

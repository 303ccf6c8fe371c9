"""Keys, for admins."""

from typing import Any

from fastapi import APIRouter
from fastapi.responses import Response

from service.actions.issue_key import Role, issue_key, withdraw_key
from service.api.authorize import Admin, PartsDep
from service.api.problems import Problem
from service.api.schemas.keys import KeyBody, KeyCreatedOut, KeyOut
from service.api.schemas.screenings import Listed
from service.store.engine import read_only
from service.store.keys import list_keys
from service.store.tables import Key

router = APIRouter(prefix="/v1/keys", tags=["keys"])


@router.post(
    "",
    status_code=201,
    operation_id="create_key",
    response_model=KeyCreatedOut,
    summary="Make a key",
)
async def create(body: KeyBody, caller: Admin, parts: PartsDep) -> dict[str, Any]:
    """The secret is in this answer and nowhere else."""
    key, secret = await issue_key(
        parts.sessions, Role(body.role), body.name, caller.key_id, parts.now()
    )
    return {**_wire(key), "secret": secret}


@router.get("", operation_id="list_keys", response_model=Listed[KeyOut], summary="List keys")
async def listed(caller: Admin, parts: PartsDep) -> dict[str, Any]:  # noqa: ARG001
    """Newest first, without secrets."""
    async with read_only(parts.sessions) as session:
        return {"data": [_wire(key) for key in await list_keys(session)], "next_cursor": None}


@router.delete("/{key_id}", status_code=204, operation_id="revoke_key", summary="Revoke a key")
async def revoke(key_id: str, caller: Admin, parts: PartsDep) -> Response:
    """From now on it opens nothing."""
    if not await withdraw_key(parts.sessions, key_id, caller.key_id, parts.now()):
        raise Problem(404, "key_unknown", "There is no such key, or it was revoked already.")
    return Response(status_code=204)


def _wire(key: Key) -> dict[str, Any]:
    return {
        "id": key.id,
        "role": key.role,
        "name": key.name,
        "created_at": key.created_at.isoformat(),
        "revoked_at": key.revoked_at.isoformat() if key.revoked_at else None,
    }

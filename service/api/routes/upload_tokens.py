"""Upload tokens: what a frontend's backend gives to its page in place of the key."""

from fastapi import APIRouter
from fastapi.responses import JSONResponse

from service.actions.issue_upload_token import issue_upload_token
from service.api.authorize import Frontend, PartsDep
from service.api.schemas.upload_tokens import UploadTokenBody, UploadTokenOut

router = APIRouter(prefix="/v1/upload-tokens", tags=["upload tokens"])


@router.post(
    "",
    status_code=201,
    operation_id="create_upload_token",
    response_model=UploadTokenOut,
    summary="Let a browser send one screening",
)
async def create(body: UploadTokenBody, caller: Frontend, parts: PartsDep) -> JSONResponse:
    """Good for 15 minutes and one screening, with the previews before it.

    The secret is in this answer and nowhere else, so there is no Idempotency-Key: where an answer
    was lost, ask for another token.
    """
    token, secret = await issue_upload_token(
        parts.sessions,
        body.model_dump(mode="json", exclude_none=True),
        caller.key_id,
        parts.now(),
        is_customer_read=parts.blaaiz is not None,
    )
    answer = UploadTokenOut(
        id=token.id,
        token=secret,
        created_at=token.created_at,
        expires_at=token.expires_at,
        reference=body.reference,
    )
    return JSONResponse(answer.model_dump(mode="json"), 201, headers={"Cache-Control": "no-store"})

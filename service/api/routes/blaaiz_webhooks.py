"""Webhooks from Blaaiz."""

from fastapi import APIRouter, Request
from fastapi.responses import Response

from service.actions.receive_blaaiz_event import EventReplayed, receive_blaaiz_event
from service.api.authorize import PartsDep
from service.api.json_body import parse_json_object
from service.api.problems import Problem
from service.blaaiz.webhooks import SignatureInvalid, verify

router = APIRouter(prefix="/v1/blaaiz", tags=["webhooks"])

_MAX_BYTES = 256 * 1024


@router.post(
    "/webhooks",
    status_code=204,
    operation_id="receive_blaaiz_webhook",
    summary="Take a webhook of Blaaiz's",
)
async def receive(request: Request, parts: PartsDep) -> Response:
    """Verified by signature; stale and replayed ones are refused."""
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > _MAX_BYTES:
            raise Problem(413, "webhook_too_large", "The webhook is too large.")
    content = bytes(body)
    timestamp = request.headers.get("x-blaaiz-timestamp", "")
    try:
        verify(
            content,
            request.headers.get("x-blaaiz-signature", ""),
            timestamp,
            parts.blaaiz_webhook_secret,
        )
    except SignatureInvalid as cause:
        raise Problem(401, "signature_invalid", "The signature is not valid.") from cause
    event = parse_json_object(content)
    if event is None:
        raise Problem(422, "webhook_invalid", "The webhook is not a JSON object.")
    try:
        await receive_blaaiz_event(parts.sessions, content, timestamp, event, parts.now())
    except EventReplayed as cause:
        raise Problem(409, "webhook_replayed", "This webhook came before.") from cause
    return Response(status_code=204)

"""Submissions: accepted screenings on their way to Blaaiz."""

from collections.abc import Awaitable, Callable
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from service.actions.issue_key import Role
from service.actions.parts import Parts
from service.actions.retry_submission import retry_submission
from service.actions.submit_update import SubmissionMissing
from service.api.authorize import Analyst, Frontend, PartsDep
from service.api.cursors import decode_cursor, encode_cursor
from service.api.idempotency import Answer, once
from service.api.language import language_of
from service.api.schemas.screenings import Listed
from service.api.schemas.submissions import (
    OutcomesOut,
    SubmissionBody,
    SubmissionOut,
    outcome_rows,
    submission_out,
)
from service.store import outcomes
from service.store.engine import read_only
from service.store.idempotency import Claim
from service.store.submissions import list_submissions
from service.store.tables import Submission

router = APIRouter(prefix="/v1/submissions", tags=["submissions"])


def made_before(request: Request, parts: Parts) -> Callable[[str], Awaitable[Answer]]:
    """The answer of a submission that was made by a process that died before it answered."""

    async def again(submission_id: str) -> Answer:
        async with read_only(parts.sessions) as session:
            row = await session.get_one(Submission, submission_id)
        return 202, submission_out(row, language_of(request)).model_dump()

    return again


@router.post(
    "",
    status_code=202,
    operation_id="create_submission",
    response_model=SubmissionOut,
    summary="Forward a screening",
)
async def create(
    request: Request, body: SubmissionBody, caller: Frontend, parts: PartsDep
) -> Response:
    """Only what stands as accepted; every rule is checked before anything is sent.

    The same screening and update that are under way already are answered with that submission.
    """

    async def work(claim: Claim | None) -> tuple[int, dict[str, Any]]:
        row = await parts.submitter.submit(
            body.customer_id,
            body.screening_id,
            body.update,
            caller.key_id,
            caller.role is Role.FRONTEND,
            claim,
        )
        return 202, submission_out(row, language_of(request)).model_dump()

    return await once(
        request, caller, {"body": body.model_dump_json()}, work, made_before(request, parts)
    )


@router.get(
    "/outcomes",
    operation_id="get_outcomes",
    response_model=OutcomesOut,
    summary="How often Blaaiz agreed",
)
async def outcomes_of_all(
    caller: Analyst,  # noqa: ARG001 - the role is needed
    parts: PartsDep,
) -> Any:
    """What Blaaiz said of what we forwarded, by kind and country, and by reason code."""
    async with read_only(parts.sessions) as session:
        return OutcomesOut(
            by_document=outcome_rows(await outcomes.by_document(session)),
            by_code=outcome_rows(await outcomes.by_code(session)),
        )


@router.get(
    "/{submission_id}",
    operation_id="get_submission",
    response_model=SubmissionOut,
    summary="One submission",
)
async def get(request: Request, submission_id: str, caller: Frontend, parts: PartsDep) -> Any:
    """Its state and steps."""
    async with read_only(parts.sessions) as session:
        row = await session.get(Submission, submission_id)
    if row is None or (caller.role is Role.FRONTEND and row.key_id != caller.key_id):
        raise SubmissionMissing(submission_id)
    return submission_out(row, language_of(request))


@router.get(
    "",
    operation_id="list_submissions",
    response_model=Listed[SubmissionOut],
    summary="List submissions",
)
async def listed(
    request: Request,
    caller: Frontend,
    parts: PartsDep,
    state: Literal["queued", "updating", "uploading", "attaching", "forwarded", "refused", "failed"]
    | None = None,
    limit: Annotated[int, Query(ge=1, le=100)] = 20,
    cursor: Annotated[str | None, Query(max_length=200)] = None,
) -> Any:
    """Newest first. A frontend sees its own."""
    async with read_only(parts.sessions) as session:
        rows = await list_submissions(
            session,
            state=state,
            key_id=caller.key_id if caller.role is Role.FRONTEND else None,
            limit=limit + 1,
            before=decode_cursor(cursor),
        )
    more, language = len(rows) > limit, language_of(request)
    return {
        "data": [submission_out(row, language) for row in rows[:limit]],
        "next_cursor": encode_cursor(rows[limit - 1].id) if more else None,
    }


@router.post(
    "/{submission_id}/retry",
    status_code=202,
    operation_id="retry_submission",
    response_model=SubmissionOut,
    summary="Try again",
)
async def retry(request: Request, submission_id: str, caller: Analyst, parts: PartsDep) -> Response:
    """After `failed`: on from the step where it stopped."""

    async def work(_: Claim | None) -> tuple[int, dict[str, Any]]:
        row = await retry_submission(
            parts.sessions,
            submission_id,
            caller.key_id,
            parts.now(),
            parts.submitter.deadline,
        )
        return 202, submission_out(row, language_of(request)).model_dump()

    return await once(request, caller, {}, work)

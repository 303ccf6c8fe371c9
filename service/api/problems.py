"""Our exceptions to RFC 9457 problems: the only place where statuses stand."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from service.actions.appeal_screening import AppealRefused
from service.actions.decide_screening import DecisionRefused, ScreeningMissing
from service.actions.export_customer import NothingStored
from service.actions.screen_document import (
    ClaimIncomplete,
    CodeUnknown,
    CustomerUnknown,
    UploadTokenUsed,
)
from service.actions.submit_update import (
    CustomerMissing,
    ExtraFileRefused,
    OwnerMissing,
    ScreeningNotAccepted,
    SubmissionMissing,
    SubmissionNotFailed,
    SubmissionOvertaken,
    SubmissionUnderWay,
    UpdateRefused,
)
from service.api.invalid_values import invalid_value
from service.api.language import language_of
from service.blaaiz import errors as blaaiz
from service.intake import errors as intake
from service.locales.translate import Phrase, translate
from service.pool import PoolFull, ScreeningTimedOut, WorkerDied
from service.store.engine import TextUnusable
from service.telemetry import log
from service.worker_process import WorkerFailed

_TYPE = "https://prescreen.invalid/problems/"

Told = str | tuple[str, ...]
"""Sentences; each is answered in the language asked for where it is a Phrase."""


class Problem(Exception):
    """A problem that an API part raises itself."""

    def __init__(
        self,
        status: int,
        code: str,
        detail: Told,
        errors: Sequence[Mapping[str, Told]] = (),
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(code)
        self.status, self.code, self.detail = status, code, detail
        self.errors, self.headers = list(errors), dict(headers or {})


@dataclass(frozen=True, slots=True)
class _Form:
    status: int
    code: str
    detail: Told
    retry_after_s: int | None = None


_FORMS: Mapping[type[Exception], _Form] = {
    CustomerUnknown: _Form(404, "customer_unknown", "Blaaiz has no customer of this id."),
    CustomerMissing: _Form(404, "customer_unknown", "Blaaiz has no customer of this id."),
    NothingStored: _Form(404, "nothing_stored", "Nothing is stored of this customer."),
    OwnerMissing: _Form(404, "owner_unknown", "The customer has no owner of this id."),
    ScreeningMissing: _Form(404, "screening_unknown", "There is no such screening."),
    SubmissionMissing: _Form(404, "submission_unknown", "There is no such submission."),
    UploadTokenUsed: _Form(
        409, "upload_token_used", "This token was used: it is good for one screening."
    ),
    TextUnusable: _Form(422, "request_invalid", "A character in this request cannot be used."),
    CodeUnknown: _Form(422, "reason_code_unknown", "Use a code of GET /v1/reason-codes."),
    PoolFull: _Form(503, "busy", Phrase("We are busy now. Try again in a moment.")),
    WorkerDied: _Form(
        422, "file_corrupt", Phrase("We couldn't process this photo. Take a new one and send it.")
    ),
    ScreeningTimedOut: _Form(
        422, "file_too_complex", Phrase("This file took too long to process. Send a plain photo.")
    ),
    blaaiz.NotFound: _Form(404, "customer_unknown", "Blaaiz has no customer of this id."),
    blaaiz.Unreachable: _Form(503, "partner_unavailable", "Blaaiz cannot be reached now.", 15),
    blaaiz.Unavailable: _Form(503, "partner_unavailable", "Blaaiz cannot be reached now.", 15),
    blaaiz.RateLimited: _Form(503, "partner_unavailable", "Blaaiz asks for a pause.", 15),
    blaaiz.Paused: _Form(503, "partner_unavailable", "Blaaiz cannot be reached now.", 15),
    blaaiz.UploadUnsafe: _Form(503, "partner_unavailable", "Blaaiz cannot be reached now.", 15),
    blaaiz.Refused: _Form(503, "partner_unavailable", "Blaaiz refuses to be asked this.", 60),
    blaaiz.OutcomeUnknown: _Form(503, "partner_unavailable", "Blaaiz cannot be reached now.", 15),
    blaaiz.Unauthorized: _Form(
        503, "partner_unavailable", "Blaaiz does not take our credentials; tell the operator.", 60
    ),
    blaaiz.Forbidden: _Form(
        503, "partner_unavailable", "Blaaiz refuses our scopes; tell the operator.", 60
    ),
    intake.FileEmpty: _Form(422, "file_empty", ""),
    intake.FileTooLarge: _Form(413, "file_too_large", ""),
    intake.FileTypeUnsupported: _Form(415, "file_type_unsupported", ""),
    intake.FileCorrupt: _Form(422, "file_corrupt", ""),
    intake.FileEncrypted: _Form(422, "file_encrypted", ""),
    intake.FileTooManyPages: _Form(422, "file_too_many_pages", ""),
}
_TITLES = {
    400: "Bad request",
    401: "Not signed in",
    403: "Not allowed",
    404: "Not found",
    405: "Method not allowed",
    408: "Too slow",
    409: "Conflict",
    411: "Length required",
    413: "Too large",
    415: "Unsupported type",
    422: "Cannot be processed",
    429: "Too many requests",
    500: "Our fault",
    503: "Not now",
}


def problem_response(
    request: Request,
    status: int,
    code: str,
    detail: Told,
    errors: Sequence[Mapping[str, Any]] = (),
    headers: Mapping[str, str] | None = None,
    extra: Mapping[str, object] | None = None,
) -> JSONResponse:
    """One problem document."""
    language = language_of(request)
    body: dict[str, object] = {
        "type": f"{_TYPE}{code}",
        "title": _TITLES.get(status, "Problem"),
        "status": status,
        "detail": _told(detail, language),
        "instance": request.url.path,
        "code": code,
        **(extra or {}),
    }
    if errors:
        body["errors"] = [
            {**error, "message": _told(error["message"], language)} for error in errors
        ]
    return _ProblemResponse(body, status, headers=dict(headers or {}))


class _ProblemResponse(JSONResponse):
    """A field of a caller's may have a name that UTF-8 cannot hold: it is shown as `?`."""

    media_type = "application/problem+json"

    def render(self, content: object) -> bytes:
        """The body."""
        return json.dumps(content, ensure_ascii=False).encode("utf-8", "replace")


def problem_of(request: Request, raised: Exception) -> JSONResponse:
    """The answer to a Problem, or to an exception of the table above."""
    if isinstance(raised, Problem):
        return problem_response(
            request, raised.status, raised.code, raised.detail, raised.errors, raised.headers
        )
    form = _FORMS[type(raised)]
    detail = form.detail
    errors: list[dict[str, Told]] = []
    if isinstance(raised, intake.IntakeError):
        detail = (raised.message, raised.hint)
        errors = [{"field": raised.side.value, "code": raised.code, "message": detail}]
    wait_s = raised.retry_after_s if isinstance(raised, PoolFull) else form.retry_after_s
    headers = {"Retry-After": str(wait_s)} if wait_s else {}
    return problem_response(request, form.status, form.code, detail, errors, headers)


def add_problem_handlers(app: FastAPI) -> None:
    """Every exception, ours or not, ends as a problem; never a stack trace or a path."""

    async def known(request: Request, raised: Exception) -> JSONResponse:
        return problem_of(request, raised)

    for kind in (*_FORMS, Problem):
        app.add_exception_handler(kind, known)

    @app.exception_handler(ClaimIncomplete)
    async def claim(request: Request, raised: ClaimIncomplete) -> JSONResponse:
        errors = [{"field": f, "code": "invalid", "message": m} for f, m in raised.errors.items()]
        return problem_response(request, 422, "request_invalid", "Some parts are wrong.", errors)

    @app.exception_handler(DecisionRefused)
    async def decision(request: Request, raised: DecisionRefused) -> JSONResponse:
        return problem_response(request, 422, "decision_refused", str(raised))

    @app.exception_handler(AppealRefused)
    async def appeal(request: Request, raised: AppealRefused) -> JSONResponse:
        return problem_response(request, 409, "appeal_refused", str(raised))

    @app.exception_handler(ScreeningNotAccepted)
    async def not_accepted(request: Request, raised: ScreeningNotAccepted) -> JSONResponse:
        return problem_response(request, 409, "screening_not_accepted", str(raised))

    @app.exception_handler(SubmissionNotFailed)
    async def not_failed(request: Request, raised: SubmissionNotFailed) -> JSONResponse:
        return problem_response(request, 409, "submission_not_failed", str(raised))

    @app.exception_handler(SubmissionUnderWay)
    async def under_way(request: Request, raised: SubmissionUnderWay) -> JSONResponse:
        return problem_response(request, 409, "submission_under_way", str(raised))

    @app.exception_handler(ExtraFileRefused)
    async def extra_file(request: Request, raised: ExtraFileRefused) -> JSONResponse:
        form, told = _FORMS[type(raised.cause)], (raised.cause.message, raised.cause.hint)
        errors = [{"field": raised.field, "code": raised.cause.code, "message": told}]
        return problem_response(request, form.status, form.code, told, errors)

    @app.exception_handler(SubmissionOvertaken)
    async def overtaken(request: Request, raised: SubmissionOvertaken) -> JSONResponse:
        return problem_response(request, 409, "submission_overtaken", str(raised))

    @app.exception_handler(UpdateRefused)
    async def refused(request: Request, raised: UpdateRefused) -> JSONResponse:
        extra = {"screening": raised.screening} if raised.screening else {}
        return problem_response(
            request,
            422,
            "update_refused",
            "Nothing was sent to Blaaiz.",
            [error.as_wire(language_of(request)) for error in raised.errors],
            extra=extra,
        )

    @app.exception_handler(RequestValidationError)
    async def invalid(request: Request, raised: RequestValidationError) -> JSONResponse:
        language = language_of(request)
        errors = [
            {
                "field": ".".join(str(part) for part in error["loc"][1:]),
                "code": str(error["type"]),
                "message": invalid_value(error, language),
            }
            for error in _typed(raised.errors())
        ]
        return problem_response(request, 422, "request_invalid", "Some parts are wrong.", errors)

    @app.exception_handler(HTTPException)
    async def http(request: Request, raised: HTTPException) -> JSONResponse:
        return problem_response(
            request,
            raised.status_code,
            f"http_{raised.status_code}",
            str(raised.detail),
            headers=raised.headers,
        )

    @app.exception_handler(Exception)
    async def unforeseen(request: Request, raised: Exception) -> JSONResponse:
        fault = str(raised) if isinstance(raised, WorkerFailed) else type(raised).__name__
        log().error("request.failed", error_class=fault)
        return problem_response(
            request, 500, "internal", Phrase("Something went wrong on our side. Try again.")
        )


def _told(text: Told, language: str) -> str:
    sentences = (text,) if isinstance(text, str) else text
    return " ".join(translate(one, language) for one in sentences)


def _typed(errors: Sequence[Any]) -> Sequence[Mapping[str, Any]]:
    return errors

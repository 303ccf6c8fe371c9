"""The OpenAPI document: what FastAPI finds, and what holds for every call."""

from collections.abc import Iterator, Mapping
from typing import Any, Final, cast

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from service.api.schemas.problems import PROBLEM_EXAMPLE, ProblemOut

_PROBLEMS: Final = {
    401: "No key, or one that opens nothing",
    403: "The key's role does not allow this",
    404: "There is no such record",
    409: "It does not fit how things stand, or the first request of this Idempotency-Key still runs",
    413: "A file or the body is too large",
    415: "A file, or the body, is of a type that is not taken",
    422: "A part is missing or wrong, or a file cannot be read",
    429: "Too many requests; see Retry-After",
    503: "Busy, or Blaaiz cannot be reached; see Retry-After",
}
_UPLOADS: Final = frozenset({"create_screening", "create_preview", "get_requirements"})
_ONCE: Final = frozenset(
    {
        "create_screening",
        "decide_screening",
        "put_customer",
        "put_owner_documents",
        "create_submission",
        "retry_submission",
    }
)
_WORKED_FOR: Final = _ONCE | {"create_preview", "check_update"}
_IDEMPOTENCY_KEY: Final = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": False,
    "description": "The same key and body give the first answer again, for a day.",
    "schema": {"type": "string", "minLength": 1, "maxLength": 255},
}
_ACCEPT_LANGUAGE: Final = {
    "name": "Accept-Language",
    "in": "header",
    "required": False,
    "description": "The language of messages and hints.",
    "schema": {"type": "string"},
}
_OWN_AUTHENTICATION: Final = "receive_blaaiz_webhook"


def describe(app: FastAPI) -> None:
    """Has the application serve this document in place of FastAPI's."""

    def document() -> dict[str, Any]:
        if app.openapi_schema is None:
            app.openapi_schema = _document(app)
        return app.openapi_schema

    app.openapi = document


def _document(app: FastAPI) -> dict[str, Any]:
    found = get_openapi(
        title=app.title,
        version=app.version,
        description=app.description,
        routes=app.routes,
        tags=[
            {"name": "screenings", "description": "Judge documents, and what became of them"},
            {"name": "upload tokens", "description": "Let a browser send one screening"},
            {"name": "catalogue", "description": "What to upload, and every reason code"},
            {"name": "customers", "description": "Updates with documents, on to Blaaiz"},
            {"name": "submissions", "description": "How far they are"},
            {"name": "keys", "description": "For admins"},
            {"name": "webhooks", "description": "From Blaaiz"},
        ],
    )
    found["info"]["license"] = {"name": "Apache-2.0", "identifier": "Apache-2.0"}
    found["servers"] = [{"url": "/"}]
    components = found["components"]
    schemas = components["schemas"]
    # FastAPI's own form of a refused request: ours is a problem.
    for name in ("HTTPValidationError", "ValidationError"):
        schemas.pop(name, None)
    problem = ProblemOut.model_json_schema(ref_template="#/components/schemas/{model}")
    schemas.update(problem.pop("$defs", {}))
    schemas["ProblemOut"] = problem
    components["responses"] = {f"Problem{status}": _problem(status) for status in _PROBLEMS}
    components["securitySchemes"] = {
        "key": {"type": "http", "scheme": "bearer", "description": "A key, kept on a server"},
        "uploadToken": {
            "type": "http",
            "scheme": "bearer",
            "description": "Of POST /v1/upload-tokens, for a browser",
        },
    }
    for operation in _operations(found):
        _complete(operation)
    return found


def _operations(document: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    for methods in document["paths"].values():
        yield from cast("dict[str, dict[str, Any]]", methods).values()


def _complete(operation: dict[str, Any]) -> None:
    name = operation["operationId"]
    statuses = {422, 429}
    if name == _OWN_AUTHENTICATION:
        statuses = {401, 422}
    else:
        security: list[dict[str, list[str]]] = [{"key": []}]
        if name in _UPLOADS:
            security.append({"uploadToken": []})
        operation["security"] = security
        statuses |= {401, 403}
    parameters: list[dict[str, Any]] = operation.setdefault("parameters", [])
    if any(one["in"] == "path" for one in parameters) or name == "create_submission":
        statuses.add(404)
    if name in _ONCE:
        parameters.append(_IDEMPOTENCY_KEY)
        statuses.add(409)
    if name == "create_preview":
        statuses.add(409)
    if name in _WORKED_FOR:
        statuses |= {404, 503}
    if "requestBody" in operation:
        statuses |= {413}
        if "multipart/form-data" in operation["requestBody"]["content"]:
            statuses.add(415)
    if name != _OWN_AUTHENTICATION:
        parameters.append(_ACCEPT_LANGUAGE)
    for status in sorted(statuses):
        operation["responses"][str(status)] = {"$ref": f"#/components/responses/Problem{status}"}


def _problem(status: int) -> dict[str, Any]:
    return {
        "description": _PROBLEMS[status],
        "content": {
            "application/problem+json": {
                "schema": {"$ref": "#/components/schemas/ProblemOut"},
                "example": {**PROBLEM_EXAMPLE, "status": status},
            }
        },
    }

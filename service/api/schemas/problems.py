"""The wire type of problems (RFC 9457)."""

from typing import Any, Final

from pydantic import BaseModel, ConfigDict, Field


class FieldErrorOut(BaseModel):
    """What is wrong with one field."""

    model_config = ConfigDict(extra="allow")

    field: str | None
    code: str
    message: str
    rule: int | None = None
    """its number in Blaaiz's update page"""
    next: str | None = None


class ProblemOut(BaseModel):
    """Why a request was not answered as asked."""

    model_config = ConfigDict(extra="allow")

    type: str
    title: str
    status: int
    detail: str
    instance: str
    code: str
    errors: list[FieldErrorOut] = Field(default_factory=list[FieldErrorOut])
    screening: dict[str, Any] | None = None
    """of an update that was refused because of its document"""


PROBLEM_EXAMPLE: Final = {
    "type": "https://prescreen.invalid/problems/request_invalid",
    "title": "Cannot be processed",
    "status": 422,
    "detail": "Some parts are wrong.",
    "instance": "/v1/screenings",
    "code": "request_invalid",
    "errors": [
        {
            "field": "country",
            "code": "invalid",
            "message": "Give the customer's country as ISO 3166-1 alpha-2, e.g. GB.",
        }
    ],
}

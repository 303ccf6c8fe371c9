"""The client of prescreen's API, sync and async. Needs httpx and nothing of the service."""

from prescreen.client.async_client import AsyncClient
from prescreen.client.client import Client
from prescreen.client.errors import (
    BusyError,
    ConflictError,
    InvalidError,
    NotAllowedError,
    NotFoundError,
    PrescreenError,
    ProblemError,
    RateLimitedError,
    UnreachableError,
)
from prescreen.client.records import (
    FieldError,
    Finding,
    Preview,
    ReasonCode,
    Requirement,
    Screening,
    Submission,
    UpdateCheck,
    UploadToken,
)
from prescreen.client.webhooks import SignatureError, verify_webhook

__all__ = [
    "AsyncClient",
    "BusyError",
    "Client",
    "ConflictError",
    "FieldError",
    "Finding",
    "InvalidError",
    "NotAllowedError",
    "NotFoundError",
    "PrescreenError",
    "Preview",
    "ProblemError",
    "RateLimitedError",
    "ReasonCode",
    "Requirement",
    "Screening",
    "SignatureError",
    "Submission",
    "UnreachableError",
    "UpdateCheck",
    "UploadToken",
    "verify_webhook",
]

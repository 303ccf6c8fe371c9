"""What a call may end with, by what the caller can do about it.

PrescreenError
  UnreachableError      no answer came; a call that may be repeated was, already
  ProblemError          the service said no, and why (RFC 9457)
    NotAllowedError     401, 403: the key
    NotFoundError       404
    ConflictError       409: it does not fit how things stand
    InvalidError        413, 415, 422: what was sent; `errors` name the fields
    RateLimitedError    429: after `retry_after_s`
    BusyError           5xx: after `retry_after_s`
"""

from collections.abc import Mapping
from typing import Any

from prescreen.client.records import FieldError, Screening


class PrescreenError(Exception):
    """Any failed call."""


class UnreachableError(PrescreenError):
    """No connection, or no answer in time."""


class ProblemError(PrescreenError):
    """The service's own answer.

    Attributes:
        code: stable; `detail` is for people.
        errors: what is wrong with which field.
        screening: of an update that was refused because of its document.
        retry_after_s: when it may be tried again; None where that was not said.
        request_id: to be given to the operator.

    """

    def __init__(
        self,
        status: int,
        problem: Mapping[str, Any],
        retry_after_s: float | None,
        request_id: str | None,
    ) -> None:
        self.status = status
        self.code = str(problem.get("code", f"http_{status}"))
        self.detail = str(problem.get("detail", ""))
        self.errors = tuple(FieldError.from_wire(one) for one in problem.get("errors", ()))
        screening = problem.get("screening")
        self.screening = Screening.from_wire(screening) if screening else None
        self.retry_after_s, self.request_id = retry_after_s, request_id
        fields = "".join(f"; {one.field}: {one.message}" for one in self.errors)
        super().__init__(f"{status} {self.code}: {self.detail}{fields}")


class NotAllowedError(ProblemError):
    """The key is unknown, or its role does not allow this."""


class NotFoundError(ProblemError):
    """There is no such record."""


class ConflictError(ProblemError):
    """It does not fit how things stand, such as a screening that is not accepted."""


class InvalidError(ProblemError):
    """What was sent is wrong: see `errors`."""


class RateLimitedError(ProblemError):
    """Too many calls."""


class BusyError(ProblemError):
    """The service, or its partner, cannot answer now."""


_BY_STATUS: Mapping[int, type[ProblemError]] = {
    401: NotAllowedError,
    403: NotAllowedError,
    404: NotFoundError,
    409: ConflictError,
    413: InvalidError,
    415: InvalidError,
    422: InvalidError,
    429: RateLimitedError,
}


def problem_of(
    status: int, problem: Mapping[str, Any], retry_after: str | None, request_id: str | None
) -> ProblemError:
    """The error of an answer."""
    kind = _BY_STATUS.get(status, BusyError if status >= 500 else ProblemError)
    seconds = float(retry_after) if retry_after and retry_after.isdecimal() else None
    return kind(status, problem, seconds, request_id)

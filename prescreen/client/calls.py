"""Each call of the API as plain values, the same for both clients: what to send, what comes back."""

import json
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, Generic, TypedDict, TypeVar
from urllib.parse import quote

import httpx

from prescreen.client.errors import PrescreenError, UnreachableError, problem_of
from prescreen.client.records import (
    DocumentType,
    Preview,
    ReasonCode,
    Requirement,
    Screening,
    Submission,
    UpdateCheck,
    UploadToken,
    Verdict,
    Wire,
)

Answer = TypeVar("Answer")
File = bytes | str | Path
"""A picture or PDF: its bytes, or where it lies."""

_LONGEST_PAUSE_S: Final = 30.0
_FIRST_ERROR: Final = 400
_PASSING: Final = frozenset({429, 502, 503, 504})


class Claim(TypedDict, total=False):
    """What is said of the customer; `country` is needed unless there is a `customer_id`."""

    country: str
    customer_id: str
    reference: str
    customer_type: str
    document_type: DocumentType
    first_name: str
    last_name: str
    business_name: str
    date_of_birth: str
    id_number: str
    registration_number: str


class Filters(TypedDict, total=False):
    """What a list of screenings is narrowed to. Times are RFC 3339."""

    verdict: Verdict
    code: str
    reference: str
    customer_id: str
    since: str
    until: str


@dataclass(frozen=True, slots=True)
class Page(Generic[Answer]):
    """A part of a list, newest first; None as cursor ends it."""

    items: tuple[Answer, ...]
    next_cursor: str | None


@dataclass(frozen=True, slots=True)
class Call(Generic[Answer]):
    """One call.

    Attributes:
        read: the answer's body to a record.
        may_repeat: whether a repetition changes nothing more.

    """

    method: str
    path: str
    read: Callable[[Any], Answer]
    may_repeat: bool
    params: Mapping[str, str] = field(default_factory=dict[str, str])
    body: object | None = None
    form: Mapping[str, str] = field(default_factory=dict[str, str])
    files: Mapping[str, tuple[str, bytes]] = field(default_factory=dict[str, tuple[str, bytes]])
    headers: Mapping[str, str] = field(default_factory=dict[str, str])

    def arguments(self) -> dict[str, Any]:
        """For httpx. Files are bytes, so that a repetition can send them again."""
        found: dict[str, Any] = {"params": dict(self.params), "headers": dict(self.headers)}
        if self.body is not None:
            found["json"] = self.body
        if self.files or self.form:
            found |= {"data": dict(self.form), "files": dict(self.files)}
        return found

    def answer(self, reply: httpx.Response) -> Answer:
        """The record, or the problem. Raises ProblemError."""
        try:
            content: Any = reply.json() if reply.content else None
        except ValueError:
            content = {}  # a gateway's page
        if reply.status_code < _FIRST_ERROR:
            return self.read(content)
        problem: Mapping[str, Any] = content if isinstance(content, dict) else {}
        raise problem_of(
            reply.status_code,
            problem,
            reply.headers.get("Retry-After"),
            reply.headers.get("X-Request-Id"),
        )

    def pause_s(
        self, failure: Exception | int, retry_after: str | None, tries: int
    ) -> float | None:
        """How long to wait before the next try; None where there should be none.

        `failure` is what httpx raised, or the status of the answer.
        """
        if isinstance(failure, int):
            # The first request of this key still runs: its answer is the one to have.
            still_runs = failure == 409 and retry_after is not None
            passes = self.may_repeat and (failure in _PASSING or still_runs)
        else:
            never_left = isinstance(failure, (httpx.ConnectError, httpx.ConnectTimeout))
            passes = self.may_repeat or never_left
        if not passes:
            return None
        asked = float(retry_after) if retry_after and retry_after.isdecimal() else 0.0
        return min(_LONGEST_PAUSE_S, max(asked, 0.5 * 2**tries))


def unreachable(cause: httpx.HTTPError) -> PrescreenError:
    """The error of a call without an answer; the request itself is not in its text."""
    return UnreachableError(type(cause).__name__)


def _given(**values: str | None) -> dict[str, str]:
    return {name: value for name, value in values.items() if value is not None}


def _texts(said: Claim | Filters) -> dict[str, str]:
    return {name: str(value) for name, value in said.items() if value is not None}


def _files(**files: File | None) -> dict[str, tuple[str, bytes]]:
    return {
        name: (name, file if isinstance(file, bytes) else Path(file).read_bytes())
        for name, file in files.items()
        if file is not None
    }


def _once(key: str | None) -> dict[str, str]:
    return {"Idempotency-Key": key or str(uuid.uuid4())}


def _list_of(read: Callable[[Wire], Answer]) -> Callable[[Any], tuple[Answer, ...]]:
    return lambda content: tuple(read(one) for one in content["data"])


def _page_of(read: Callable[[Wire], Answer]) -> Callable[[Any], Page[Answer]]:
    return lambda content: Page(tuple(read(one) for one in content["data"]), content["next_cursor"])


def screen(
    front: File, back: File | None, claim: Claim, idempotency_key: str | None
) -> Call[Screening]:
    """Judges a document."""
    return Call(
        "POST",
        "/v1/screenings",
        Screening.from_wire,
        may_repeat=True,
        form=_texts(claim),
        files=_files(front=front, back=back),
        headers=_once(idempotency_key),
    )


def preview(front: File, claim: Claim) -> Call[Preview]:
    """A look at a camera frame. An old frame is worth no second try."""
    return Call(
        "POST",
        "/v1/previews",
        Preview.from_wire,
        may_repeat=False,
        form=_texts(claim),
        files=_files(front=front),
    )


def issue_upload_token(claim: Claim) -> Call[UploadToken]:
    """A token for a browser. Its secret is not kept, so a lost answer is not given again."""
    return Call(
        "POST", "/v1/upload-tokens", UploadToken.from_wire, may_repeat=False, body=_texts(claim)
    )


def get_screening(screening_id: str) -> Call[Screening]:
    """As it stands now."""
    path = f"/v1/screenings/{quote(screening_id, safe='')}"
    return Call("GET", path, Screening.from_wire, may_repeat=True)


def list_screenings(filters: Filters, cursor: str | None) -> Call[Page[Screening]]:
    """One page."""
    params = {**_texts(filters), **_given(cursor=cursor)}
    read = _page_of(Screening.from_wire)
    return Call("GET", "/v1/screenings", read, may_repeat=True, params=params)


def requirements(document_type: str | None) -> Call[tuple[Requirement, ...]]:
    """What to send."""
    return Call(
        "GET",
        "/v1/requirements",
        _list_of(Requirement.from_wire),
        may_repeat=True,
        params=_given(document_type=document_type),
    )


def reason_codes() -> Call[tuple[ReasonCode, ...]]:
    """All of them."""
    return Call("GET", "/v1/reason-codes", _list_of(ReasonCode.from_wire), may_repeat=True)


def put_customer(
    customer_id: str,
    update: Mapping[str, Any],
    files: Mapping[str, File | None],
    idempotency_key: str | None,
) -> Call[Submission]:
    """Screens and forwards an update with its files."""
    return Call(
        "PUT",
        f"/v1/customers/{quote(customer_id, safe='')}",
        Submission.from_wire,
        may_repeat=True,
        form={"update": json.dumps(dict(update))},
        files=_files(**files),
        headers=_once(idempotency_key),
    )


def check_update(customer_id: str, update: Mapping[str, Any]) -> Call[UpdateCheck]:
    """The rules alone."""
    return Call(
        "POST",
        f"/v1/customers/{quote(customer_id, safe='')}/update-check",
        UpdateCheck.from_wire,
        may_repeat=True,
        body=dict(update),
    )


def submit(
    customer_id: str, screening_id: str, update: Mapping[str, Any], idempotency_key: str | None
) -> Call[Submission]:
    """Forwards an accepted screening."""
    return Call(
        "POST",
        "/v1/submissions",
        Submission.from_wire,
        may_repeat=True,
        body={
            "customer_id": customer_id,
            "screening_id": screening_id,
            "update": dict(update),
        },
        headers=_once(idempotency_key),
    )


def get_submission(submission_id: str) -> Call[Submission]:
    """How far it is."""
    path = f"/v1/submissions/{quote(submission_id, safe='')}"
    return Call("GET", path, Submission.from_wire, may_repeat=True)


def list_submissions(state: str | None, cursor: str | None) -> Call[Page[Submission]]:
    """One page."""
    return Call(
        "GET",
        "/v1/submissions",
        _page_of(Submission.from_wire),
        may_repeat=True,
        params=_given(state=state, cursor=cursor),
    )

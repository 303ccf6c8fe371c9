"""The client for plain code."""

import time
from collections.abc import Iterator, Mapping
from types import TracebackType
from typing import Any, Self, TypeVar, Unpack

import httpx

from prescreen.client import calls
from prescreen.client.calls import Call, Claim, File, Filters
from prescreen.client.records import (
    Preview,
    ReasonCode,
    Requirement,
    Screening,
    Submission,
    UpdateCheck,
    UploadToken,
)

Answer = TypeVar("Answer")


class Client:
    """Calls of one service with one key; safe to share, and to be closed.

    A call that fails for a passing reason is repeated where a repetition changes nothing more:
    readings, and what carries an Idempotency-Key, which is made where none is given.

    Args:
        base_url: of the service.
        key: of role `frontend`, or more.
        language: of messages and hints (BCP 47).
        tries: how often a call is made at most.
        http: an own client of httpx, e.g. with proxies or a transport for tests.

    """

    def __init__(
        self,
        base_url: str,
        key: str,
        *,
        language: str = "en",
        timeout_s: float = 60.0,
        tries: int = 3,
        http: httpx.Client | None = None,
    ) -> None:
        self._url = base_url.rstrip("/")
        self._headers = {"Authorization": f"Bearer {key}", "Accept-Language": language}
        self._tries = max(1, tries)
        self._is_own = http is None
        self._http = http or httpx.Client(timeout=timeout_s)

    def __enter__(self) -> Self:
        """Itself."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        raised: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Closes it."""
        self.close()

    def close(self) -> None:
        """Closes its connections, save those of a given client."""
        if self._is_own:
            self._http.close()

    def screen(
        self,
        front: File,
        back: File | None = None,
        *,
        idempotency_key: str | None = None,
        **claim: Unpack[Claim],
    ) -> Screening:
        """Judges a document; the verdict is in the answer."""
        return self._make(calls.screen(front, back, claim, idempotency_key))

    def preview(self, front: File, **claim: Unpack[Claim]) -> Preview:
        """Looks at a camera frame; nothing is stored."""
        return self._make(calls.preview(front, claim))

    def issue_upload_token(self, **claim: Unpack[Claim]) -> UploadToken:
        """Lets a browser send one screening of this customer."""
        return self._make(calls.issue_upload_token(claim))

    def get_screening(self, screening_id: str) -> Screening:
        """As it stands now."""
        return self._make(calls.get_screening(screening_id))

    def screenings(self, **filters: Unpack[Filters]) -> Iterator[Screening]:
        """All that fit, newest first, page by page as they are taken."""
        cursor = None
        while True:
            page = self._make(calls.list_screenings(filters, cursor))
            yield from page.items
            cursor = page.next_cursor
            if cursor is None:
                return

    def requirements(self, document_type: str | None = None) -> tuple[Requirement, ...]:
        """What to send, of one kind or of all."""
        return self._make(calls.requirements(document_type))

    def reason_codes(self) -> tuple[ReasonCode, ...]:
        """Every code with what it says."""
        return self._make(calls.reason_codes())

    def put_customer(
        self,
        customer_id: str,
        update: Mapping[str, Any],
        *,
        id_file: File | None = None,
        id_file_back: File | None = None,
        certificate_of_incorporation: File | None = None,
        proof_of_address_file: File | None = None,
        liveness_check_file: File | None = None,
        idempotency_key: str | None = None,
    ) -> Submission:
        """Screens and forwards. Raises InvalidError, with the `screening`, where it does not pass."""
        files = {
            "id_file": id_file,
            "id_file_back": id_file_back,
            "certificate_of_incorporation": certificate_of_incorporation,
            "proof_of_address_file": proof_of_address_file,
            "liveness_check_file": liveness_check_file,
        }
        return self._make(calls.put_customer(customer_id, update, files, idempotency_key))

    def check_update(self, customer_id: str, update: Mapping[str, Any]) -> UpdateCheck:
        """Asks the rules of Blaaiz's update page, and sends nothing there."""
        return self._make(calls.check_update(customer_id, update))

    def submit(
        self,
        customer_id: str,
        screening_id: str,
        update: Mapping[str, Any] | None = None,
        *,
        idempotency_key: str | None = None,
    ) -> Submission:
        """Forwards a screening that stands as accepted. Raises ConflictError where it does not."""
        return self._make(calls.submit(customer_id, screening_id, update or {}, idempotency_key))

    def get_submission(self, submission_id: str) -> Submission:
        """How far it is."""
        return self._make(calls.get_submission(submission_id))

    def submissions(self, state: str | None = None) -> Iterator[Submission]:
        """Newest first, page by page as they are taken."""
        cursor = None
        while True:
            page = self._make(calls.list_submissions(state, cursor))
            yield from page.items
            cursor = page.next_cursor
            if cursor is None:
                return

    def _make(self, call: Call[Answer]) -> Answer:
        arguments = call.arguments()
        arguments["headers"] |= self._headers
        for tries in range(self._tries):
            is_last = tries == self._tries - 1
            try:
                reply = self._http.request(call.method, self._url + call.path, **arguments)
            except httpx.HTTPError as cause:
                pause_s = None if is_last else call.pause_s(cause, None, tries)
                if pause_s is None:
                    raise calls.unreachable(cause) from cause
            else:
                again = reply.headers.get("Retry-After")
                pause_s = None if is_last else call.pause_s(reply.status_code, again, tries)
                if pause_s is None:
                    return call.answer(reply)
            time.sleep(pause_s)
        raise AssertionError("the last try returns or raises")

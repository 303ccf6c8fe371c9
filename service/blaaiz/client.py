"""Blaaiz's API: one async method a call that we need; every call has time-outs."""

import time
from collections.abc import AsyncGenerator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, Final, cast

import httpx

from service.blaaiz.customer import Customer, parse_customer
from service.blaaiz.envelopes import field_errors, has_next_page, parse_object, unwrap
from service.blaaiz.errors import (
    Forbidden,
    NotFound,
    OutcomeUnknown,
    RateLimited,
    Refused,
    Unauthorized,
    Unavailable,
    UploadExpired,
    UploadUnsafe,
)
from service.blaaiz.exchange import Reply, ReplyLost, exchange
from service.blaaiz.gate import Gate
from service.blaaiz.sameness import squeezed
from service.blaaiz.token import BlaaizCredentials, TokenKeeper
from service.tracing import span

_TIMEOUT: Final = httpx.Timeout(15.0, connect=5.0)
_UPLOAD_TIMEOUT: Final = httpx.Timeout(60.0, connect=5.0)
_WHOLE_CALL_S: Final = 30.0
"""From end to end, however slowly the bytes drip."""
_WHOLE_UPLOAD_S: Final = 300.0
_UPLOAD_REPLY_BYTES: Final = 256 * 1024
_LIMITS: Final = httpx.Limits(max_connections=20, max_keepalive_connections=10)
_MOST_PAGES: Final = 200
_PREFIX: Final = "/api/external"
FILE_FIELDS: Final = {
    "identity": "id_file",
    "identity_back": "id_file_back",
    "proof_of_address": "proof_of_address_file",
    "liveness_check": "liveness_check_file",
}
"""Category of an upload to the field that attaches it."""

OWNER_FILE_FIELDS: Final = {"identity": "id_document_front", "identity_back": "id_document_back"}
"""The same for an owner's identity document; here category and field have one name."""


@dataclass(frozen=True, slots=True)
class UploadTarget:
    """Where the bytes go, and the id they will have."""

    file_id: str
    url: str
    headers: Mapping[str, str]


class BlaaizClient:
    """Calls with a bearer token that is renewed when needed; no redirects are followed.

    Args:
        concurrent: calls at a time.
        watch: told of each call what it did (`read`, `write`, `upload`), how it ended (`ok` or a
            class of error) and how many seconds it took, the wait for its turn included.

    """

    def __init__(
        self,
        base_url: str,
        credentials: BlaaizCredentials,
        transport: httpx.AsyncBaseTransport | None = None,
        *,
        concurrent: int = 8,
        watch: Callable[[str, str, float], None] | None = None,
    ) -> None:
        self._http = httpx.AsyncClient(
            base_url=base_url.rstrip("/"),
            timeout=_TIMEOUT,
            limits=_LIMITS,
            transport=transport,
            headers={"Accept": "application/json", "Accept-Encoding": "identity"},
        )
        # Files may go in the clear to this machine only, and only where Blaaiz itself is on it.
        self._takes_plain_uploads = _is_loopback(self._http.base_url)
        # A presigned address is another host's: our token never goes there.
        self._uploads = httpx.AsyncClient(timeout=_UPLOAD_TIMEOUT, transport=transport)
        self._tokens = TokenKeeper(self._http, credentials)
        self._watch = watch
        self._gate = Gate(concurrent)
        # A store that fails says nothing of Blaaiz: its failures close a gate of their own.
        self._upload_gate = Gate(concurrent)

    async def close(self) -> None:
        """Closes all connections."""
        await self._http.aclose()
        await self._uploads.aclose()

    async def granted_scopes(self) -> frozenset[str] | None:
        """Scopes of our token; None where Blaaiz does not say. Raises as fetching a token does."""
        async with self._watched("read"), self._gate.passage():
            await self._tokens.get()
        return self._tokens.granted

    async def get_customer(self, customer_id: str) -> Customer:
        """The customer as it stands. Raises NotFound and the errors of every call."""
        customer = parse_customer(await self._call("GET", f"/customer/{_segment(customer_id)}"))
        if customer.id.casefold() != customer_id.casefold():
            # A page of a proxy, another's record: nothing may be concluded from it.
            raise Unavailable("not this customer")
        return customer

    async def update_customer(self, customer_id: str, update: Mapping[str, Any]) -> Customer:
        """Writes fields; the customer as it stands afterwards.

        Raises OutcomeUnknown where the reply is not this customer: read it back.
        """
        reply = await self._call("PUT", f"/customer/{_segment(customer_id)}", json=dict(update))
        customer = parse_customer(reply)
        if customer.id.casefold() != customer_id.casefold():
            raise OutcomeUnknown("not this customer")
        return customer

    async def is_registration_taken(
        self, registration_number: str, incorporation_country: str, by_other_than: str
    ) -> bool:
        """Whether another business customer of ours has this registration."""
        number = squeezed(registration_number)
        if not number:
            return False

        def is_it(one: Mapping[str, Any]) -> bool:
            # A business's two countries are one (rule 7): lists show at least the first.
            country = one.get("incorporation_country") or one.get("country") or ""
            return (
                str(one.get("id")).casefold() != by_other_than.casefold()
                and squeezed(str(one.get("registration_number") or "")) == number
                and str(country).strip().upper() == incorporation_country.strip().upper()
            )

        # Blaaiz's filter is exact; how another wrote the number is seen in the whole list only.
        wanted = {"registration_number": registration_number, "type": "business"}
        if any(map(is_it, _listed(await self._call("GET", "/customer", params=wanted)))):
            return True
        for page in range(1, _MOST_PAGES + 1):
            wanted = {"type": "business", "paginate": "true", "page": str(page)}
            reply = await self._call("GET", "/customer", params=wanted)
            if any(map(is_it, _listed(reply))):
                return True
            if not has_next_page(reply):
                break
        return False

    async def request_upload(
        self, customer_id: str, category: str, file_name: str, media_type: str
    ) -> UploadTarget:
        """A presigned address for one file."""
        reply = await self._call(
            "POST",
            "/file/get-presigned-url",
            json={
                "customer_id": customer_id,
                "file_category": category,
                "file_name": file_name,
                "file_type": media_type,
            },
        )
        return self._target(reply)

    async def request_document_upload(self, customer_id: str) -> UploadTarget:
        """A presigned address for another document of the customer."""
        path = f"/customer/{_segment(customer_id)}/document/presigned-url"
        return self._target(await self._call("POST", path, json={}))

    async def request_owner_upload(
        self, customer_id: str, owner_id: str, category: str
    ) -> UploadTarget:
        """A presigned address for a side of an owner's identity document."""
        path = f"{_owner_path(customer_id, owner_id)}/file/presigned-url"
        return self._target(await self._call("POST", path, json={"file_category": category}))

    async def attach_owner_files(
        self, customer_id: str, owner_id: str, files: Mapping[str, str]
    ) -> None:
        """Attaches an owner's files, `id_document_front` and so on to file ids."""
        await self._call("POST", f"{_owner_path(customer_id, owner_id)}/files", json=dict(files))

    async def put_file(self, target: UploadTarget, content: bytes, media_type: str) -> None:
        """Sends the bytes. Raises OutcomeUnknown where no answer came: ask for a new address."""
        headers = {"Content-Type": media_type, **target.headers}
        async with self._watched("upload"), self._upload_gate.passage():
            request = self._uploads.build_request(
                "PUT", target.url, content=content, headers=headers
            )
            try:
                reply = await exchange(
                    self._uploads,
                    request,
                    within_s=_WHOLE_UPLOAD_S,
                    max_bytes=_UPLOAD_REPLY_BYTES,
                )
            except ReplyLost as cause:
                raise OutcomeUnknown("upload") from cause
            if reply.status >= 500:
                raise Unavailable("upload")
            if reply.status == 429:
                raise RateLimited(reply.retry_after_s)
            if reply.status in {401, 403, 404, 408}:
                # A signature that ran out on the way, or a clock that is off: ask for a new one.
                raise UploadExpired(str(reply.status))
            if reply.status >= 300:
                raise Refused(reply.status, "The upload was refused.", {})

    async def attach_files(self, customer_id: str, files: Mapping[str, str]) -> None:
        """Attaches uploaded files, `id_file` and so on to file ids; replaces earlier ones."""
        await self._call("POST", f"/customer/{_segment(customer_id)}/files", json=dict(files))

    async def create_document(self, customer_id: str, kind: str, name: str, file_id: str) -> None:
        """Attaches another document, such as a certificate of incorporation."""
        await self._call(
            "POST",
            f"/customer/{_segment(customer_id)}/document",
            json={"type": kind, "name": name, "file_id": file_id},
        )

    async def list_documents(self, customer_id: str) -> list[Mapping[str, Any]]:
        """The customer's other documents."""
        return _listed(await self._call("GET", f"/customer/{_segment(customer_id)}/document"))

    def _target(self, reply: Mapping[str, Any]) -> UploadTarget:
        """Where a file goes: over TLS, or to this machine where Blaaiz is a stand-in on it."""
        url, file_id = reply.get("url") or reply.get("upload_url"), reply.get("file_id")
        if not isinstance(url, str) or not file_id:
            raise Unavailable("presigned address without url or file_id")
        try:
            address = httpx.URL(url)
        except httpx.InvalidURL as cause:
            raise Unavailable("presigned address that is none") from cause
        is_own = self._takes_plain_uploads and _is_loopback(address)
        if not address.host or not (
            address.scheme == "https" or (address.scheme == "http" and is_own)
        ):
            raise UploadUnsafe
        headers = reply.get("headers")
        named = cast("Mapping[str, object]", headers) if isinstance(headers, dict) else {}
        return UploadTarget(str(file_id), url, {str(k): str(v) for k, v in named.items()})

    async def _call(
        self,
        method: str,
        path: str,
        *,
        json: Mapping[str, Any] | None = None,
        params: Mapping[str, str] | None = None,
    ) -> dict[str, Any]:
        """One call through the gate."""
        what = "read" if method == "GET" else "write"
        async with self._watched(what), self._gate.passage():
            return await self._call_now(method, path, json, params)

    @asynccontextmanager
    async def _watched(self, what: str) -> AsyncGenerator[None]:
        """Tells the watch how a call ended, by class of error, and how long it took."""
        started, result = time.monotonic(), "ok"
        try:
            # Blaaiz is not told of our traces: no header goes along.
            with span(f"blaaiz.{what}"):
                yield
        except Exception as fault:
            result = type(fault).__name__
            raise
        finally:
            if self._watch is not None:
                self._watch(what, result, time.monotonic() - started)

    async def _call_now(
        self,
        method: str,
        path: str,
        json: Mapping[str, Any] | None,
        params: Mapping[str, str] | None,
    ) -> dict[str, Any]:
        """With one fresh token where the first is not taken."""
        for is_last in (False, True):
            token = await self._tokens.get()
            request = self._http.build_request(
                method,
                _PREFIX + path,
                json=json,
                params=params,
                headers={"Authorization": f"Bearer {token}"},
            )
            try:
                reply = await exchange(self._http, request, within_s=_WHOLE_CALL_S)
            except ReplyLost as cause:
                # What was only read, is read again; what was written, is read back.
                raise _lost(method, path) from cause
            if reply.status == 401 and not is_last:
                self._tokens.forget(token)
                continue
            _raise_for(reply)
            if reply.content and not parse_object(reply.content):
                # A page of a proxy says nothing of what was done.
                raise _lost(method, path)
            return unwrap(reply.content)
        raise Unauthorized(path)


def _lost(method: str, path: str) -> Unavailable | OutcomeUnknown:
    return Unavailable(path) if method == "GET" else OutcomeUnknown(path)


def _listed(reply: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """The objects of a list. Raises Unavailable where it is none: nothing follows from that."""
    items = reply.get("items", reply.get("customers", reply.get("data")))
    if not isinstance(items, list):
        raise Unavailable("not a list")
    listed = cast("list[object]", items)
    return [cast("Mapping[str, Any]", one) for one in listed if isinstance(one, dict)]


def _is_loopback(url: httpx.URL) -> bool:
    return url.host in {"127.0.0.1", "::1", "localhost"}


def _raise_for(reply: Reply) -> None:
    status = reply.status
    if status < 300:
        return
    if status < 400 or status >= 500 or status in {408, 425}:
        raise Unavailable(str(status))
    if status == 429:
        raise RateLimited(reply.retry_after_s)
    if status == 401:
        raise Unauthorized(str(status))
    body = parse_object(reply.content)
    if not body:
        # Blaaiz refuses in JSON: a page is of a gateway, which says nothing of the customer.
        raise Unavailable(str(status))
    if status == 403:
        raise Forbidden(str(status))
    if status == 404:
        raise NotFound(str(status))
    raise Refused(status, str(body.get("message", "")), field_errors(body))


def _owner_path(customer_id: str, owner_id: str) -> str:
    return f"/customer/{_segment(customer_id)}/owner/{_segment(owner_id)}"


def _segment(identifier: str) -> str:
    """An id as one segment of a path: nothing in it may lead elsewhere."""
    if not identifier or not all(c.isalnum() or c in "-_" for c in identifier):
        raise NotFound("customer id")
    return identifier

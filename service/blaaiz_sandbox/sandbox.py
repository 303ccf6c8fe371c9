"""Everything that the stand-in knows: credentials, customers, files, faults, and what was called."""

import asyncio
import hashlib
import hmac
import json
import time
import uuid
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import httpx
from fastapi import Request

from service.blaaiz_sandbox.customers import Customers
from service.blaaiz_sandbox.faults import Faults
from service.blaaiz_sandbox.files import Files
from service.blaaiz_sandbox.update_page import Rejection

_NEEDED_SCOPE = {
    "GET": "customer:read",
    "PUT": "customer:write",
    "POST": "customer:write",
    "DELETE": "customer:write",
}
_CALLS_KEPT = 200_000


@dataclass
class SandboxConfig:
    """Credentials it takes, and where its webhooks go."""

    client_id: str = "sandbox-client"
    client_secret: str = "sandbox-secret"
    api_key: str = "sandbox-key"
    granted_scopes: frozenset[str] = frozenset(
        {"customer:read", "customer:write", "file:upload", "virtual-account:read"}
    )
    tells_scopes: bool = False
    token_life_s: int = 900
    webhook_url: str = ""
    webhook_secret: str = "sandbox-webhook-secret"
    public_url: str = ""


@dataclass
class Sandbox:
    """The stand-in's memory."""

    config: SandboxConfig
    customers: Customers = field(default_factory=Customers)
    files: Files = field(default_factory=Files)
    faults: Faults = field(default_factory=Faults)
    tokens: dict[str, tuple[float, set[str]]] = field(default_factory=dict)
    calls: list[dict[str, Any]] = field(default_factory=list)
    background: set[asyncio.Task[None]] = field(default_factory=set)

    def now(self) -> float:
        """Seconds since 1970 by its own clock, which a fault may turn."""
        return time.time() + self.faults.clock_skew_s

    def note_call(self, method: str, path: str, status: int) -> None:
        """Kept for the page and for tests; the oldest are dropped."""
        self.calls.append({"method": method, "path": path, "status": status, "at": time.time()})
        if len(self.calls) > _CALLS_KEPT:
            del self.calls[: _CALLS_KEPT // 2]

    def authorise(self, request: Request) -> None:
        """Raises Rejection with 401 or 403."""
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        if scheme == "Bearer":
            until, scopes = self.tokens.get(token, (0.0, set()))
            if time.time() >= until:
                raise Rejection(401, "Unauthenticated.")
            needed = _NEEDED_SCOPE[request.method]
            if request.url.path.endswith("presigned-url"):
                needed = "file:upload"
            if needed not in scopes:
                raise Rejection(403, f"The token lacks the scope {needed}.")
        elif request.headers.get("x-blaaiz-api-key") != self.config.api_key:
            raise Rejection(401, "Unauthenticated.")

    def set_status(self, customer: dict[str, Any], status: str) -> None:
        """Changes a customer's state and tells of it, in the form of the partner's page."""
        before, customer["verification_status"] = customer["verification_status"], status
        at = datetime.fromtimestamp(self.now(), UTC)
        told = {
            "message": "Customer verification status updated",
            "event_type": "customer.status_changed",
            "customer_id": customer["id"],
            "customer_email": customer.get("email"),
            "old_status": before,
            "new_status": status,
            "comment": None,
            "updated_at": at.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
            "event_id": f"evt_{uuid.uuid4().hex[:12]}",
            "type": "customer",
        }
        self.send_webhook("customer.status_changed", told)

    def send_webhook(self, kind: str, told: dict[str, Any]) -> None:
        """Signed, in the background, where an address is set."""
        if not self.config.webhook_url:
            return
        faults = {fault.kind: fault for fault in self.faults.hitting("WEBHOOK", kind)}
        if "drop_before" in faults:
            return
        late_s = faults["latency"].value if "latency" in faults else 0.0
        for _ in range(2 if "twice" in faults else 1):
            task = asyncio.create_task(self._deliver(told, late_s))
            self.background.add(task)
            task.add_done_callback(self.background.discard)

    async def _deliver(self, told: dict[str, Any], late_s: float) -> None:
        await asyncio.sleep(late_s)
        body = json.dumps(told).encode()
        stamp = str(int(self.now()))
        signature = hmac.new(
            self.config.webhook_secret.encode(), stamp.encode() + b"." + body, hashlib.sha256
        ).hexdigest()
        headers = {
            "x-blaaiz-signature": signature,
            "x-blaaiz-timestamp": stamp,
            "Content-Type": "application/json",
        }
        async with httpx.AsyncClient(timeout=10) as http:
            for pause in (0, 1, 3):
                await asyncio.sleep(pause)
                try:
                    reply = await http.post(self.config.webhook_url, content=body, headers=headers)
                except httpx.HTTPError:
                    continue
                if reply.status_code < 300:
                    return


async def body_of(request: Request) -> dict[str, Any]:
    """The request's JSON object. Raises Rejection."""
    body = await json_of(request)
    if not isinstance(body, dict):
        raise Rejection(400, "The body is not an object.")
    return body


async def json_of(request: Request) -> Any:
    """The request's JSON, an empty object where there is none. Raises Rejection."""
    content = await request.body()
    try:
        body = json.loads(content or b"{}", parse_constant=_refuse_constant)
        # What cannot be answered again, is not taken: halves of surrogate pairs, infinities.
        json.dumps(body, ensure_ascii=False, allow_nan=False).encode()
    except (ValueError, RecursionError) as cause:
        raise Rejection(400, "The body is not JSON.") from cause
    return body


def _refuse_constant(name: str) -> None:
    raise ValueError(name)

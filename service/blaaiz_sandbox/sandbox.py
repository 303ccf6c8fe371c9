"""Everything that the stand-in knows: credentials, customers, files, faults, and what was called."""

import asyncio
import hashlib
import hmac
import json
import time
from dataclasses import dataclass, field
from typing import Any

import httpx
from fastapi import Request

from service.blaaiz_sandbox.customers import Customers, Rejection
from service.blaaiz_sandbox.faults import Faults
from service.blaaiz_sandbox.files import Files

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
        """Changes a customer's state and tells of it."""
        customer["verification_status"] = status
        data = {
            "id": customer["id"],
            "customer_id": customer["id"],
            "verification_status": status,
        }
        self.send_webhook("customer.status_changed", data)

    def send_webhook(self, kind: str, data: dict[str, Any]) -> None:
        """Signed, in the background, where an address is set."""
        if not self.config.webhook_url:
            return
        faults = {fault.kind for fault in self.faults.hitting("WEBHOOK", kind)}
        for _ in range(2 if "twice" in faults else 1):
            task = asyncio.create_task(self._deliver(kind, data))
            self.background.add(task)
            task.add_done_callback(self.background.discard)

    async def _deliver(self, kind: str, data: dict[str, Any]) -> None:
        body = json.dumps({"event": kind, "data": data}).encode()
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
    content = await request.body()
    try:
        body = json.loads(content) if content else {}
    except ValueError as cause:
        raise Rejection(400, "The body is not JSON.") from cause
    if not isinstance(body, dict):
        raise Rejection(400, "The body is not an object.")
    return body

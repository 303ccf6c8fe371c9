"""The stand-in's uploads: presigned addresses that take their bytes once, with their signature."""

import hashlib
import secrets
import time
import uuid
from dataclasses import dataclass, field
from typing import Any

from service.blaaiz_sandbox.update_page import Rejection

_LIFE_S = 900


@dataclass
class Upload:
    """An address given out, and what came there."""

    file_id: str
    customer_id: str
    category: str
    signature: str
    expires_at: float
    content: bytes | None = None
    media_type: str = ""

    @property
    def sha256(self) -> str:
        """Of the content."""
        return hashlib.sha256(self.content or b"").hexdigest()

    @property
    def etag(self) -> str:
        """Of the content."""
        return hashlib.md5(self.content or b"", usedforsecurity=False).hexdigest()


@dataclass
class Files:
    """All uploads by file id."""

    by_id: dict[str, Upload] = field(default_factory=dict)
    shows: dict[str, dict[str, Any]] = field(default_factory=dict)
    """what a picture shows, by its SHA-256: the stand-in cannot see"""

    def give_out(self, customer_id: str, category: str, now: float) -> Upload:
        """A new address; `now` is by the stand-in's clock."""
        upload = Upload(
            str(uuid.uuid4()), customer_id, category, secrets.token_hex(8), now + _LIFE_S
        )
        self.by_id[upload.file_id] = upload
        return upload

    def take(self, file_id: str, signature: str, content: bytes, media_type: str) -> Upload:
        """The bytes for an address. Raises Rejection as an object store would."""
        upload = self.by_id.get(file_id)
        if upload is None or upload.signature != signature or time.time() > upload.expires_at:
            raise Rejection(403, "SignatureDoesNotMatch")
        if not content:
            raise Rejection(400, "MissingContent")
        upload.content, upload.media_type = content, media_type
        return upload

    def require(self, file_id: str, customer_id: str, field_name: str) -> Upload:
        """An uploaded file of this customer. Raises Rejection."""
        upload = self.by_id.get(file_id)
        if upload is None or upload.customer_id != customer_id or upload.content is None:
            message = f"The selected {field_name.replace('_', ' ')} is invalid."
            raise Rejection(422, message, {field_name: [message]})
        return upload

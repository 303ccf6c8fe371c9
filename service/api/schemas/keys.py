"""Wire types of keys."""

from typing import Literal

from pydantic import BaseModel, Field

Role = Literal["frontend", "analyst", "admin"]


class KeyBody(BaseModel):
    """A key to be made."""

    role: Role
    name: str = Field(min_length=1, max_length=128)


class KeyOut(BaseModel):
    """A key without its secret."""

    id: str
    role: Role
    name: str
    created_at: str
    revoked_at: str | None


class KeyCreatedOut(KeyOut):
    """A new key: the one time that its secret is told."""

    secret: str

"""Wire types of upload tokens."""

from datetime import datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field


class UploadTokenBody(BaseModel):
    """What the screening will say of the customer: the browser cannot change it."""

    model_config = ConfigDict(extra="forbid")

    country: str | None = Field(None, max_length=2, examples=["GB"])
    customer_id: str | None = Field(None, max_length=128)
    reference: str | None = Field(None, max_length=128, examples=["person-17"])
    customer_type: Literal["individual", "business"] | None = None
    document_type: (
        Literal["passport", "drivers_license", "resident_permit", "certificate_of_incorporation"]
        | None
    ) = None
    """left out, the browser may say it"""
    first_name: str | None = Field(None, max_length=200)
    last_name: str | None = Field(None, max_length=200)
    business_name: str | None = Field(None, max_length=200)
    date_of_birth: str | None = Field(None, max_length=10)
    id_number: str | None = Field(None, max_length=64)
    registration_number: str | None = Field(None, max_length=64)


class UploadTokenOut(BaseModel):
    """A token; it is told here and nowhere else."""

    id: str
    object: Literal["upload_token"] = "upload_token"
    token: str
    created_at: datetime
    expires_at: datetime
    reference: str | None

"""Wire types of what a frontend asks beforehand."""

from typing import Literal

from pydantic import BaseModel


class ReasonCodeOut(BaseModel):
    """What a finding of this code says."""

    code: str
    outcome: Literal["info", "review", "retake", "reject"]
    message: str
    hint: str
    retryable: bool


class ReasonCodesOut(BaseModel):
    """All of them, by code."""

    data: list[ReasonCodeOut]


class RequirementOut(BaseModel):
    """What to send of one kind of document."""

    document_type: Literal[
        "passport", "drivers_license", "resident_permit", "certificate_of_incorporation"
    ]
    sides: list[Literal["front", "back"]]
    formats: list[str]
    max_bytes: int
    max_pixels: int
    least_width_px: int
    """nobody should shrink a picture below it"""
    tips: list[str]


class RequirementsOut(BaseModel):
    """One kind, or all."""

    data: list[RequirementOut]

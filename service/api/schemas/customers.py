"""Wire types about customers: the check of an update, what an erasure did."""

from pydantic import BaseModel

from service.api.schemas.problems import FieldErrorOut


class UpdateCheckOut(BaseModel):
    """Whether Blaaiz would take an update, by its rules."""

    allowed: bool
    errors: list[FieldErrorOut]


class ErasedOut(BaseModel):
    """What was erased of a customer; `subject` is what the audit log calls it from now on."""

    object: str = "erasure"
    screenings: int
    submissions: int
    subject: str

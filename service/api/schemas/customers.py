"""Wire types about customers."""

from pydantic import BaseModel


class ErasedOut(BaseModel):
    """What was erased of a customer; `subject` is what the audit log calls it from now on."""

    object: str = "erasure"
    screenings: int
    submissions: int
    subject: str

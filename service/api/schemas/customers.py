"""Wire types of customers' updates."""

from pydantic import BaseModel

from service.api.schemas.problems import FieldErrorOut


class UpdateCheckOut(BaseModel):
    """Whether Blaaiz would take an update, by its rules."""

    allowed: bool
    errors: list[FieldErrorOut]

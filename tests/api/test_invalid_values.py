"""Values that pydantic refuses, told in the language asked for."""

from typing import Literal

import pytest
from pydantic import BaseModel, Field, ValidationError

from service.api.invalid_values import invalid_value


class _Asked(BaseModel):
    verdict: Literal["accepted", "retake", "review"] = "review"
    limit: int = Field(1, ge=1, le=100)
    code: str = Field("abc", min_length=2, max_length=4)
    flag: bool = True


@pytest.mark.parametrize(
    ("values", "german"),
    [
        ({"verdict": "fine"}, "Verwenden Sie einen dieser Werte: accepted, retake, review."),
        ({"limit": 0}, "Verwenden Sie 1 oder mehr."),
        ({"limit": 101}, "Verwenden Sie 100 oder weniger."),
        ({"code": "a"}, "Verwenden Sie mindestens 2 Zeichen."),
        ({"code": "abcde"}, "Verwenden Sie höchstens 4 Zeichen."),
        ({"limit": "many"}, "Dieser Wert ist nicht möglich."),
        ({"flag": "perhaps"}, "Dieser Wert ist nicht möglich."),
    ],
)
def test_each_kind_of_fault_says_what_to_use(values: dict[str, object], german: str) -> None:
    with pytest.raises(ValidationError) as refused:
        _Asked.model_validate(values)
    (error,) = refused.value.errors()
    assert invalid_value(error, "de") == german
    assert "{" not in invalid_value(error, "en")

"""What a submission that was refused says: which field, by which rule, and what to do next."""

from collections.abc import Mapping
from typing import Any, Final

from service.blaaiz.errors import BlaaizError, Forbidden, Refused
from service.blaaiz.rules.rule import FieldError

_CORRECT: Final = "Correct the field and send the update again."
_OUR_FIELDS: Final = {
    "file_id": "certificate_of_incorporation",
    "id_document_front": "id_file",
    "id_document_back": "id_file_back",
}
"""Blaaiz's names of files to the names of our form; all other fields are named alike."""


class RulesBroken(Exception):
    """The customer changed since the check: what we would send breaks rules now."""

    def __init__(self, errors: tuple[FieldError, ...]) -> None:
        super().__init__("rules broken")
        self.errors = errors


def told_of(refusal: BlaaizError | RulesBroken) -> list[dict[str, Any]]:
    """Errors in the form of the API; nothing of this is sent again unchanged."""
    if isinstance(refusal, RulesBroken):
        return [{**one.as_wire(), "next": _CORRECT} for one in refusal.errors]
    if isinstance(refusal, Refused):
        return _refused(refusal.errors, refusal.message)
    if isinstance(refusal, Forbidden):
        return [
            _error(
                None,
                "scope_missing",
                "Blaaiz does not let our credentials do this.",
                "An operator asks Blaaiz for the scopes customer:read, customer:write and "
                "file:upload (`prescreen blaaiz check` says which is missing); then send the "
                "update again.",
                rule=17,
            )
        ]
    return [
        _error(
            "customer_id",
            "customer_unknown",
            "Blaaiz has no customer of this id any more.",
            "Look the customer up at Blaaiz; send the update to its new id.",
        )
    ]


def _refused(errors: Mapping[str, tuple[str, ...]], message: str) -> list[dict[str, Any]]:
    found = [
        _error(_OUR_FIELDS.get(name, name), "refused_by_blaaiz", text, _CORRECT)
        for name, texts in errors.items()
        for text in texts
    ]
    return found or [
        _error(
            None,
            "refused_by_blaaiz",
            message or "Blaaiz refused without saying why.",
            "Read the customer at Blaaiz, and ask support@blaaiz.com where its state does not say.",
        )
    ]


def _error(
    field: str | None, code: str, message: str, what_next: str, rule: int | None = None
) -> dict[str, Any]:
    return {"field": field, "code": code, "message": message, "rule": rule, "next": what_next}

"""What a submission that was refused says: which field, by which rule, and what to do next."""

from collections.abc import Mapping
from typing import Any, Final

from service.blaaiz.errors import BlaaizError, Forbidden, Refused
from service.blaaiz.rules.rule import FieldError
from service.locales.translate import Phrase, fill, translate

_CORRECT: Final = Phrase("Correct the field and send the update again.")
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


def told(error: Mapping[str, Any], language: str) -> dict[str, Any]:
    """A stored error in the form of the API. What Blaaiz wrote itself stays as it wrote it."""
    words: Mapping[str, str] = error.get("words", {})
    return {
        name: fill(translate(one, language), words) if name in {"message", "next"} else one
        for name, one in error.items()
        if name != "words"
    }


def told_of(refusal: BlaaizError | RulesBroken) -> list[dict[str, Any]]:
    """Errors to be stored, in English; nothing of this is sent again unchanged."""
    if isinstance(refusal, RulesBroken):
        return [
            _error(one.field, one.code, one.phrase, _CORRECT, one.rule, dict(one.words))
            for one in refusal.errors
        ]
    if isinstance(refusal, Refused):
        return _refused(refusal.errors, refusal.message)
    if isinstance(refusal, Forbidden):
        return [
            _error(
                None,
                "scope_missing",
                Phrase("Blaaiz does not let our credentials do this."),
                Phrase(
                    "An operator asks Blaaiz for the scopes customer:read, customer:write and "
                    "file:upload (`prescreen blaaiz check` shows what is missing); then send the "
                    "update again."
                ),
                rule=17,
            )
        ]
    return [
        _error(
            "customer_id",
            "customer_unknown",
            Phrase("Blaaiz has no customer of this id any more."),
            Phrase("Look the customer up at Blaaiz; send the update to its new id."),
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
            message or Phrase("Blaaiz refused without saying why."),
            Phrase(
                "Look the customer up at Blaaiz; ask support@blaaiz.com where its state does not "
                "say why."
            ),
        )
    ]


def _error(
    field: str | None,
    code: str,
    message: str,
    what_next: Phrase,
    rule: int | None = None,
    words: Mapping[str, str] | None = None,
) -> dict[str, Any]:
    return {
        "field": field,
        "code": code,
        "message": message,
        "words": dict(words or {}),
        "rule": rule,
        "next": what_next,
    }

"""Rule 6: kyb_scope is read-only here."""

from collections.abc import Mapping, Sequence
from typing import Any

from service.blaaiz.customer import Customer
from service.blaaiz.rules.rule import FieldError, RuleContext
from service.locales.translate import Phrase


def check(
    update: Mapping[str, Any],
    customer: Customer,
    context: RuleContext,
) -> Sequence[FieldError]:
    """There is a call of its own to raise it, and none to lower it."""
    if "kyb_scope" not in update:
        return ()
    return [
        FieldError(
            "kyb_scope",
            "read_only",
            Phrase("kyb_scope cannot be changed by an update; use Blaaiz's upgrade call."),
            6,
        )
    ]

"""Rule 2: a verified customer's filled fields are locked."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from service.blaaiz.customer import Customer, held, holds
from service.blaaiz.rules.rule import FieldError, RuleContext
from service.locales.translate import Phrase

_OWN_RULES: Final = frozenset({"owners", "kyb_scope", "type"})


def check(
    update: Mapping[str, Any],
    customer: Customer,
    context: RuleContext,
) -> Sequence[FieldError]:
    """Null fields may be filled; what is there stays, and sending it again unchanged is fine."""
    if not customer.is_verified:
        return ()
    return [
        FieldError(
            name,
            "locked",
            Phrase(
                "A verified customer's {field} cannot be changed here; ask support@blaaiz.com, "
                "see the customer data corrections guide."
            ),
            2,
            (("field", name),),
        )
        for name, value in update.items()
        if name not in _OWN_RULES
        and held(customer, name) is not None
        and not holds(customer, name, value)
    ]

"""Rule 15: fields with a fixed set of values."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from service.blaaiz.customer import Customer
from service.blaaiz.rules.rule import FieldError, RuleContext
from service.locales.translate import Phrase

_REVENUE: Final = (
    "0_99999",
    "100000_499999",
    "500000_999999",
    "1000000_4999999",
    "5000000_24999999",
    "25000000_99999999",
    "100000000_249999999",
    "250000000_plus",
)
_PURPOSE: Final = (
    "receive_payments_for_goods_and_services",
    "send_payments_for_goods_and_services",
    "send_receive_funds_related_parties",
    "other",
)
_ENTITY: Final = (
    "corporation",
    "government_entity",
    "llc",
    "non_profit",
    "other",
    "partnership",
    "sole_proprietorship",
)
VALUES: Final = {
    "entity_type": _ENTITY,
    "business_type": _ENTITY,
    "source_of_funds": (
        "business_revenue",
        "business_loans",
        "investment_income",
        "third_party_funds",
        "other",
    ),
    "annual_revenue": _REVENUE,
    "estimated_annual_revenue": _REVENUE,
    "estimated_annual_revenue_usd": _REVENUE,
    "purpose": _PURPOSE,
    "purpose_of_account": _PURPOSE,
    "account_purpose": _PURPOSE,
}


def check(
    update: Mapping[str, Any],
    customer: Customer,
    context: RuleContext,
) -> Sequence[FieldError]:
    """Null clears a field and is no value."""
    return [
        FieldError(
            name,
            "not_allowed",
            Phrase("Use one of {values}."),
            15,
            (("values", ", ".join(allowed)),),
        )
        for name, allowed in VALUES.items()
        if update.get(name) is not None and update[name] not in allowed
    ]

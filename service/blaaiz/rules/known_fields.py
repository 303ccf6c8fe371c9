"""Rule 1: the fields of the update page. Unknown ones are refused: no typing error is lost.

The page's own list names few of them; the others are those of the partner's pages on creating a
customer and on upgrading one, and both names of a field where these pages differ.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from service.blaaiz.customer import ONE_FIELD, Customer
from service.blaaiz.rules.rule import FieldError, RuleContext
from service.blaaiz.rules.values import date_errors, value_errors
from service.locales.translate import Phrase

FIELDS: Final = frozenset(
    [
        "type",
        "first_name",
        "last_name",
        "business_name",
        "email",
        "phone_number",
        "phone",
        "country",
        "id_type",
        "id_number",
        "registration_number",
        "incorporation_country",
        "incorporation_date",
        "tin",
        "operating_country",
        "operating_zip_code",
        "operating_street",
        "operating_city",
        "operating_state",
        "street",
        "city",
        "state",
        "zip_code",
        "date_of_birth",
        "dob",
        "id_issue_date",
        "id_expiry_date",
        "trading_name",
        "industry_type",
        "business_description",
        "business_type",
        "entity_type",
        "source_of_funds",
        "annual_revenue",
        "estimated_annual_revenue",
        "estimated_annual_revenue_usd",
        "expected_monthly_payments",
        "purpose",
        "purpose_of_account",
        "account_purpose",
        "website",
        "description",
        "owners",
        "kyb_scope",
    ]
)

_WITH_OWN_RULES: Final = frozenset({"owners", "kyb_scope"})
_DATES: Final = ("date_of_birth", "dob", "incorporation_date", "id_issue_date", "id_expiry_date")


def check(
    update: Mapping[str, Any],
    customer: Customer,
    context: RuleContext,
) -> Sequence[FieldError]:
    """An update holds the page's own fields, each once, with plain values."""
    fields = {
        # A blank tax number is rule 16's.
        name: value
        for name, value in update.items()
        if not (name == "tin" and isinstance(value, str))
    }
    errors = list(value_errors(fields, FIELDS, 1, apart=_WITH_OWN_RULES))
    blank = {error.field for error in errors}
    errors += date_errors(fields, [name for name in _DATES if name not in blank], 1)
    errors += [
        FieldError(
            group[1],
            "named_twice",
            Phrase("Send only one of {fields}: they are one field."),
            1,
            (("fields", ", ".join(group)),),
        )
        for group in ONE_FIELD
        if all(name in update for name in group)
    ]
    if "type" in update and update["type"] != customer.type and "type" not in blank:
        errors.append(
            FieldError(
                "type", "type_change", Phrase("A customer's type cannot be changed here."), 1
            )
        )
    return errors

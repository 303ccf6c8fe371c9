"""Fields that the update page takes. Unknown ones are refused: a typing error must not be lost."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from service.blaaiz.customer import Customer
from service.blaaiz.rules.rule import FieldError, RuleContext
from service.locales.translate import Phrase

FIELDS: Final = frozenset(
    [
        "type",
        "first_name",
        "last_name",
        "business_name",
        "email",
        "phone_number",
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
        "entity_type",
        "source_of_funds",
        "annual_revenue",
        "estimated_annual_revenue_usd",
        "purpose",
        "purpose_of_account",
        "website",
        "description",
        "owners",
        "kyb_scope",
    ]
)


def check(
    update: Mapping[str, Any],
    customer: Customer,
    context: RuleContext,
) -> Sequence[FieldError]:
    """Rule 1: an update holds the page's own fields, and at least one."""
    errors = [
        FieldError(
            name,
            "unknown_field",
            Phrase("The update page has no field {field}."),
            1,
            (("field", name),),
        )
        for name in update
        if name not in FIELDS
    ]
    if update.get("type") not in (None, customer.type):
        errors.append(
            FieldError(
                "type", "type_change", Phrase("A customer's type cannot be changed here."), 1
            )
        )
    return errors

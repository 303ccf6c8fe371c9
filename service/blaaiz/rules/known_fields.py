"""Rule 1: the fields of the update page. Unknown ones are refused: no typing error is lost."""

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

_WITH_OWN_RULES: Final = frozenset({"tin", "kyb_scope"})


def check(
    update: Mapping[str, Any],
    customer: Customer,
    context: RuleContext,
) -> Sequence[FieldError]:
    """Rule 1: an update holds the page's own fields.

    Null clears a field. An empty text is refused: Blaaiz would take it for null, and somebody's
    blank form would clear what is there.
    """
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
    errors += [
        FieldError(
            name,
            "empty",
            Phrase("To clear {field} send null; to leave it as it is, leave it out."),
            1,
            (("field", name),),
        )
        for name, value in update.items()
        if isinstance(value, str) and not value.strip() and name not in _WITH_OWN_RULES
    ]
    errors += [
        FieldError(
            name,
            "not_plain",
            Phrase("{field} is a text, a number or null."),
            1,
            (("field", name),),
        )
        for name, value in update.items()
        if isinstance(value, (dict, list)) and name in FIELDS and name != "owners"
    ]
    if update.get("type") not in (None, customer.type):
        errors.append(
            FieldError(
                "type", "type_change", Phrase("A customer's type cannot be changed here."), 1
            )
        )
    return errors

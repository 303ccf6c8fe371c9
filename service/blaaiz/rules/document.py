"""Rules 3, 4, 5 and 9: the document's country, its kind, and the id_type that names it."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from service.blaaiz.customer import Customer
from service.blaaiz.rules.rule import FieldError, RuleContext
from service.locales.translate import Phrase

ID_TYPES: Final = ("drivers_license", "passport", "resident_permit")
_BY_CUSTOMER: Final = {
    "individual": frozenset(ID_TYPES),
    "business": frozenset({"certificate_of_incorporation"}),
}

NOT_ACCEPTED: Final = FieldError(
    "id_file",
    "document_not_accepted",
    Phrase("The document was not accepted; the screening's findings say what to do."),
    5,
)


def check(
    update: Mapping[str, Any], customer: Customer, context: RuleContext
) -> Sequence[FieldError]:
    """What the update says against what the document shows."""
    errors: list[FieldError] = []
    id_type = update.get("id_type")
    if customer.type == "individual" and id_type is not None and id_type not in ID_TYPES:
        errors.append(
            FieldError(
                "id_type",
                "not_allowed",
                Phrase("Use one of {values}."),
                9,
                (("values", ", ".join(ID_TYPES)),),
            )
        )
    if context.document_is_national_id:
        errors.append(
            FieldError(
                "id_file", "national_id", Phrase("National identity cards are never accepted."), 4
            )
        )
        return errors
    if context.document_type is None:
        return errors
    if not context.document_is_accepted:
        errors.append(NOT_ACCEPTED)
    holder = "individual" if context.document_is_an_owners else customer.type
    if context.document_type not in _BY_CUSTOMER.get(holder, frozenset()):
        errors.append(
            FieldError(
                "id_file",
                "kind_not_accepted",
                Phrase("A customer of type {type} cannot use this document: {document_type}."),
                4,
                (("type", holder), ("document_type", context.document_type)),
            )
        )
    elif id_type is not None and id_type in ID_TYPES and id_type != context.document_type:
        errors.append(
            FieldError(
                "id_type",
                "differs_from_document",
                Phrase("The document shows {document_type}; send that as id_type."),
                9,
                (("document_type", context.document_type),),
            )
        )
    if context.document_is_an_owners:
        # An owner may be of any country; a business's own is its certificate's.
        return errors
    country = str(update.get("country", customer.country) or "").upper()
    if context.document_country and country != context.document_country.upper():
        errors.append(
            FieldError(
                "country",
                "differs_from_document",
                Phrase("The document is of {country}; the customer's country must be the same."),
                3,
                (("country", context.document_country),),
            )
        )
    return errors

"""Rules 12, 13 and 14: beneficial owners."""

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final, cast

from service.blaaiz.customer import Customer
from service.blaaiz.rules.rule import FieldError, RuleContext
from service.blaaiz.rules.values import country_error, date_errors, is_country, value_errors
from service.locales.translate import Phrase

_SHARE: Final = re.compile(r"\d{1,3}(?:\.\d{1,20})?", re.ASCII)
_LOCKED: Final = frozenset({"APPROVED", "PROCESSING"})
_IGNORED: Final = ("status", "admin_comments")
_ID_TYPES: Final = ("drivers_license", "passport", "resident_permit")
_TRUTHS: Final = frozenset(
    ["has_control", "is_signer", "is_beneficial_owner", "is_pep", "usa_tax_residency"]
)
_COUNTRIES: Final = ("nationality", "country", "id_document_country")
_DATES: Final = ("date_of_birth", "id_expiry_date")
FIELDS: Final = frozenset(
    [
        "id",
        "first_name",
        "last_name",
        "email",
        "phone",
        "title",
        "ownership_percentage",
        "street",
        "city",
        "state",
        "zip_code",
        "id_document_type",
        "id_document_number",
        "tin",
        *_COUNTRIES,
        *_DATES,
        *_TRUTHS,
        *_IGNORED,
    ]
)
"""Of the partner's page on upgrading a customer; the update page refers to the same owners."""

DOUBTFUL: Final = FieldError(
    "owners",
    "owner_doubtful",
    Phrase(
        "An owner came to this customer at Blaaiz who may be one that was sent. Compare them "
        "there, and send only what is still missing."
    ),
    12,
)
"""Said while forwarding: making him again might double him."""


def check(
    update: Mapping[str, Any],
    customer: Customer,
    context: RuleContext,
) -> Sequence[FieldError]:
    """Locked owners, unknown ones, and fields that Blaaiz would silently drop."""
    if "owners" not in update:
        return ()
    if customer.type != "business":
        return [FieldError("owners", "prohibited", Phrase("Only a business has owners."), 14)]
    owners = update["owners"]
    if not isinstance(owners, list):
        return [FieldError("owners", "not_a_list", Phrase("owners is a list of objects."), 12)]
    stored = {owner.id: owner for owner in customer.owners}
    errors: list[FieldError] = []
    seen: set[str] = set()
    for n, one in enumerate(cast("list[object]", owners)):
        if not isinstance(one, dict):
            errors.append(
                FieldError(f"owners.{n}", "not_an_object", Phrase("An owner is an object."), 12)
            )
            continue
        owner = cast("dict[str, Any]", one)
        owner_id = owner.get("id")
        if not owner.keys() - {"id"}:
            errors.append(
                FieldError(
                    f"owners.{n}",
                    "empty",
                    Phrase("Say what to change of this owner; deleting one is another call."),
                    12,
                )
            )
        if owner_id is not None and str(owner_id) in seen:
            errors.append(
                FieldError(f"owners.{n}.id", "repeated", Phrase("Send each owner only once."), 12)
            )
        seen.add(str(owner_id))
        if owner_id is not None and (isinstance(owner_id, bool) or str(owner_id) not in stored):
            errors.append(
                FieldError(
                    f"owners.{n}.id",
                    "unknown_owner",
                    Phrase("This customer has no such owner; leave id out to add one."),
                    12,
                )
            )
        elif owner_id is not None and stored[str(owner_id)].status in _LOCKED:
            errors.append(
                FieldError(
                    f"owners.{n}",
                    "owner_locked",
                    Phrase(
                        "This owner is approved or being processed and cannot be changed; "
                        "leave it out."
                    ),
                    12,
                )
            )
        errors += _value_errors(owner, f"owners.{n}.")
        errors += [
            FieldError(
                f"owners.{n}.{name}",
                "ignored",
                Phrase("Blaaiz ignores {field}; leave it out."),
                13,
                (("field", name),),
            )
            for name in _IGNORED
            if name in owner
        ]
    return errors


def _value_errors(owner: Mapping[str, Any], prefix: str) -> list[FieldError]:
    errors = list(
        value_errors(owner, FIELDS, 12, prefix=prefix, truths=_TRUTHS, apart=("id", *_IGNORED))
    )
    errors += date_errors(owner, _DATES, 12, prefix)
    errors += [
        country_error(prefix + name, 12)
        for name in _COUNTRIES
        if owner.get(name) is not None and not is_country(owner[name])
    ]
    id_type = owner.get("id_document_type")
    if id_type == "id_card":
        phrase = Phrase("National identity cards are never accepted.")
        errors.append(FieldError(f"{prefix}id_document_type", "national_id", phrase, 4))
    elif id_type is not None and id_type not in _ID_TYPES:
        phrase, values = Phrase("Use one of {values}."), ", ".join(_ID_TYPES)
        errors.append(
            FieldError(
                f"{prefix}id_document_type", "not_allowed", phrase, 12, (("values", values),)
            )
        )
    share = owner.get("ownership_percentage")
    if share is not None and not is_share(share):
        phrase = Phrase("Give the share as a number from 0 to 100.")
        errors.append(FieldError(f"{prefix}ownership_percentage", "not_a_share", phrase, 12))
    # One error a field: the first says what it is about.
    first: dict[str, FieldError] = {}
    for error in errors:
        first.setdefault(error.field, error)
    return list(first.values())


def is_share(value: object) -> bool:
    """A number of per cent, as a number or as a text of one."""
    text = "" if isinstance(value, bool) else str(value)
    return bool(_SHARE.fullmatch(text)) and float(text) <= 100


def check_owner_document(customer: Customer, owner_id: str) -> tuple[FieldError, ...]:
    """Whether an owner's identity document may be sent: rules 12 and 14 without an update."""
    if customer.type != "business":
        return (FieldError("owner_id", "prohibited", Phrase("Only a business has owners."), 14),)
    owner = customer.owner(owner_id)
    if owner is not None and owner.status in _LOCKED:
        return (
            FieldError(
                "owner_id",
                "owner_locked",
                Phrase(
                    "This owner is approved or being processed: its document cannot be changed."
                ),
                12,
            ),
        )
    return ()

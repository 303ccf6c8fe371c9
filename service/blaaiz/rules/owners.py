"""Rules 12, 13 and 14: beneficial owners."""

from collections.abc import Mapping, Sequence
from typing import Any, Final, cast

from service.blaaiz.customer import Customer
from service.blaaiz.rules.rule import FieldError, RuleContext
from service.locales.translate import Phrase

_LOCKED: Final = frozenset({"APPROVED", "PROCESSING"})
_IGNORED: Final = ("status", "admin_comments")


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
        if owner_id is not None and str(owner_id) not in stored:
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

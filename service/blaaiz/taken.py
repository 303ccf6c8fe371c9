"""Whether an update that was answered with yes is what the customer shows afterwards."""

from collections.abc import Mapping, Sequence
from typing import Any, Final, cast

from service.blaaiz.customer import Customer, held, shows
from service.blaaiz.owners import OwnerDoubtful, owners_to_send
from service.blaaiz.sameness import is_alike

_REWRITTEN: Final = frozenset({"phone_number", "phone", "website"})
"""Fields that a service brings into a form of its own: they differ only where nothing changed."""


def fields_not_taken(
    sent: Mapping[str, Any], before: Customer, after: Customer, known: Sequence[str] | None
) -> tuple[str, ...]:
    """Fields that `after` shows with another value than was sent; what it leaves out is not known.

    Args:
        known: ids of the owners before the write, as `owners_to_send` takes them.

    Raises:
        OwnerDoubtful: a new owner is not among those shown. Sending him again might double him.

    """
    differing = [
        name
        for name, value in sent.items()
        if name != "owners" and shows(after, name) and _differs(name, value, before, after)
    ]
    if isinstance(sent.get("owners"), list) and isinstance(after.fields.get("owners"), list):
        owners = cast("list[object]", sent["owners"])
        new = [one for one in owners if isinstance(one, dict) and one.get("id") is None]
        if owners_to_send(after, new, known):
            raise OwnerDoubtful
        if any(_owner_differs(after, cast("Mapping[str, Any]", one)) for one in owners):
            differing.append("owners")
    return tuple(differing)


def _differs(name: str, value: object, before: Customer, after: Customer) -> bool:
    shown = held(after, name)
    if is_alike(shown, value):
        return False
    return name not in _REWRITTEN or is_alike(shown, held(before, name))


def _owner_differs(after: Customer, sent: Mapping[str, Any]) -> bool:
    owner = after.owner(str(sent["id"])) if sent.get("id") is not None else None
    return owner is not None and not all(
        is_alike(owner.fields[name], value)
        for name, value in sent.items()
        if name in owner.fields and name not in _REWRITTEN
    )

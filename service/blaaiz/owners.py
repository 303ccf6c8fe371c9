"""Which owners of an update are still to be sent: none is ever made twice."""

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final, cast

from service.blaaiz.customer import Customer, Owner
from service.blaaiz.sameness import is_alike, is_same

_NOT_OF_A_PERSON: Final = frozenset({"id", "status", "admin_comments"})


class OwnerDoubtful(Exception):
    """An owner came to the customer who may be one that was sent: a person must look."""


def owners_to_send(
    customer: Customer, owners: Sequence[object], known: Sequence[str] | None
) -> list[object]:
    """Those that the customer does not show as they were sent.

    One with an id is compared. A new one was made where one beside the ids `known`, noted before
    the first write, is plainly the same; None: nothing was written yet.

    Raises:
        OwnerDoubtful: one came who is not plainly any of those that were sent.

    """
    strangers = [one for one in customer.owners if known is not None and one.id not in known]
    missing: list[object] = []
    is_new_one_missing = False
    for sent in owners:
        owner = cast("Mapping[str, Any]", sent) if isinstance(sent, dict) else {}
        if owner.get("id") is not None:
            found = customer.owner(str(owner["id"]))
            if found is None or not _is_as_sent(found, owner):
                missing.append(sent)
            continue
        made = next((one for one in strangers if _is_made_from(one, owner)), None)
        if made is None:
            is_new_one_missing = True
            missing.append(sent)
        else:
            # Each counts once: two of one name are two.
            strangers.remove(made)
    if strangers and is_new_one_missing:
        raise OwnerDoubtful
    return missing


def _is_as_sent(owner: Owner, sent: Mapping[str, Any]) -> bool:
    return all(is_same(owner.fields.get(name), value) for name, value in sent.items())


def _is_made_from(owner: Owner, sent: Mapping[str, Any]) -> bool:
    """All that Blaaiz shows of what was sent is alike, and a text, such as a name, is among it."""
    said = {
        name: value
        for name, value in sent.items()
        if name not in _NOT_OF_A_PERSON and value not in (None, "")
    }
    shown = [name for name in said if owner.fields.get(name) not in (None, "")]
    return any(isinstance(said[name], str) for name in shown) and all(
        is_alike(owner.fields[name], said[name]) for name in shown
    )


def has_files(owner: Owner, file_ids: Iterable[str]) -> bool:
    """Whether the owner is shown with all of these files, wherever the reply names them."""
    shown = json.dumps(dict(owner.fields))
    return all(one in shown for one in file_ids)

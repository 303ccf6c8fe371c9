"""A customer as Blaaiz holds it now, and whether it holds a value already."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, cast

VERIFIED: Final = "VERIFIED"
_IN_KYC_DATA: Final = {
    "date_of_birth": "dob",
    "dob": "dob",
    "street": "street",
    "city": "city",
    "zip_code": "zip_code",
}
"""Fields of an update that Blaaiz shows within `kyc_data`, under this name."""


@dataclass(frozen=True, slots=True)
class Owner:
    """A beneficial owner; APPROVED and PROCESSING are locked."""

    id: str
    status: str
    fields: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Customer:
    """What the rules and the claim need; `fields` holds the whole reply for rule 2."""

    id: str
    type: str
    country: str
    verification_status: str
    first_name: str | None
    last_name: str | None
    business_name: str | None
    date_of_birth: str | None
    id_number: str | None
    registration_number: str | None
    incorporation_country: str | None
    operating_country: str | None
    owners: tuple[Owner, ...]
    fields: Mapping[str, Any]

    @property
    def is_verified(self) -> bool:
        """Whether its filled fields are locked."""
        return self.verification_status == VERIFIED

    def owner(self, owner_id: str) -> Owner | None:
        """The owner of this id."""
        return next((one for one in self.owners if one.id == owner_id), None)


def parse_customer(reply: Mapping[str, Any]) -> Customer:
    """A customer from a reply; missing fields are None. Older replies say `status`."""

    def text(name: str) -> str | None:
        value = reply.get(name)
        return str(value) if value not in (None, "") else None

    owners = reply.get("owners")
    listed = cast("list[object]", owners) if isinstance(owners, list) else []
    birth = _of_kyc_data(reply, "dob") or reply.get("date_of_birth") or reply.get("dob")
    return Customer(
        id=str(reply.get("id", "")),
        type=str(reply.get("type", "individual")).casefold(),
        country=str(reply.get("country") or "").upper(),
        verification_status=str(
            reply.get("verification_status") or reply.get("status") or "PENDING"
        ).upper(),
        first_name=text("first_name"),
        last_name=text("last_name"),
        business_name=text("business_name"),
        date_of_birth=str(birth)[:10] if birth else None,
        id_number=text("id_number"),
        registration_number=text("registration_number"),
        incorporation_country=text("incorporation_country"),
        operating_country=text("operating_country"),
        owners=tuple(
            Owner(str(o.get("id", "")), str(o.get("status", "")).upper(), o)
            for o in (cast("Mapping[str, Any]", one) for one in listed if isinstance(one, dict))
        ),
        fields=dict(reply),
    )


def held(customer: Customer, name: str) -> Any:
    """What Blaaiz shows of a field of the update page; None where it shows nothing."""
    value = customer.fields.get(name)
    if value is None and name in _IN_KYC_DATA:
        return _of_kyc_data(customer.fields, _IN_KYC_DATA[name])
    return value


def holds(customer: Customer, name: str, value: object) -> bool:
    """Whether the customer has this value already, as far as Blaaiz shows it."""
    return is_same(held(customer, name), value)


def owner_holds(customer: Customer, sent: object, known: Sequence[str] | None) -> bool:
    """Whether an owner of an update is there as it was sent.

    One with an id is compared; a new one is looked for among those that came after the ids
    `known`, which were noted before the first write (None: nothing was written yet).
    """
    if not isinstance(sent, dict):
        return False
    owner = cast("Mapping[str, Any]", sent)
    if owner.get("id") is not None:
        found = customer.owner(str(owner["id"]))
        return found is not None and all(is_same(found.fields.get(k), v) for k, v in owner.items())
    return known is not None and any(
        one.id not in known and _is_made_from(one, owner) for one in customer.owners
    )


def is_same(held_value: object, value: object) -> bool:
    """Equal as text: Blaaiz trims what it is sent, and may answer a number as text."""
    if held_value is None or value is None:
        return held_value is value
    if isinstance(held_value, (dict, list)) or isinstance(value, (dict, list)):
        return held_value == value
    return _plain(held_value) == _plain(value)


def _is_made_from(owner: Owner, sent: Mapping[str, Any]) -> bool:
    """All that Blaaiz shows of what was sent is alike, and that is something."""
    shown = [name for name in sent if owner.fields.get(name) is not None]
    return bool(shown) and all(is_same(owner.fields[name], sent[name]) for name in shown)


def _plain(value: object) -> str:
    if isinstance(value, bool):
        return str(value)
    text = str(value).strip()
    whole, point, rest = text.partition(".")
    return whole if point and whole.isdecimal() and not rest.strip("0") else text


def _of_kyc_data(fields: Mapping[str, Any], name: str) -> Any:
    kyc = fields.get("kyc_data")
    return cast("Mapping[str, Any]", kyc).get(name) if isinstance(kyc, dict) else None

"""A customer as Blaaiz holds it now, and whether it holds a value already."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, cast

from service.blaaiz.sameness import is_same

VERIFIED: Final = "VERIFIED"
ONE_FIELD: Final = (("date_of_birth", "dob"), ("phone_number", "phone"))
"""Names of one field: which of them Blaaiz shows depends on the call."""


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
        values = [place.get(name) for place in _places(reply)]
        return next((str(one) for one in values if one not in (None, "")), None)

    owners = reply.get("owners")
    listed = cast("list[object]", owners) if isinstance(owners, list) else []
    births = [place.get(name) for place in _places(reply) for name in ONE_FIELD[0]]
    birth = next(filter(None, births), None)
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
    """What Blaaiz shows of a field of the update page; None where it shows nothing.

    By whichever of its names: a date of birth may be shown as `dob`, or within `kyc_data`.
    """
    return next((one for one in _shown(customer, name) if one not in (None, "")), None)


def shows(customer: Customer, name: str) -> bool:
    """Whether the reply has the field at all: what it leaves out it may hold."""
    return bool(_shown(customer, name))


def holds(customer: Customer, name: str, value: object) -> bool:
    """Whether the customer has this value already, as far as Blaaiz shows it."""
    return is_same(held(customer, name), value)


def _shown(customer: Customer, name: str) -> list[Any]:
    """All values that the reply has for the field, at the top and within `kyc_data`."""
    names = next((group for group in ONE_FIELD if name in group), (name,))
    return [place[one] for place in _places(customer.fields) for one in names if one in place]


def _places(reply: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """Where a reply may show a field: at its top, and within `kyc_data`."""
    kyc = reply.get("kyc_data")
    return [reply, cast("Mapping[str, Any]", kyc)] if isinstance(kyc, dict) else [reply]

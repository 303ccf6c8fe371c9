"""A customer as Blaaiz holds it now."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, cast

VERIFIED = "VERIFIED"


@dataclass(frozen=True, slots=True)
class Owner:
    """A beneficial owner; APPROVED and PROCESSING are locked."""

    id: str
    status: str


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


def parse_customer(reply: Mapping[str, Any]) -> Customer:
    """A customer from a reply; missing fields are None. Older replies say `status`."""

    def text(name: str) -> str | None:
        value = reply.get(name)
        return str(value) if value not in (None, "") else None

    kyc = reply.get("kyc_data")
    birth = cast("Mapping[str, Any]", kyc).get("dob") if isinstance(kyc, dict) else None
    owners = reply.get("owners")
    listed = cast("list[object]", owners) if isinstance(owners, list) else []
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
        date_of_birth=str(birth) if birth else None,
        id_number=text("id_number"),
        registration_number=text("registration_number"),
        incorporation_country=text("incorporation_country"),
        operating_country=text("operating_country"),
        owners=tuple(
            Owner(str(o.get("id", "")), str(o.get("status", "")).upper())
            for o in (cast("Mapping[str, Any]", one) for one in listed if isinstance(one, dict))
        ),
        fields=dict(reply),
    )

"""The stand-in's customers: a seed of every kind and state, and what calls do with them."""

import time
import uuid
from dataclasses import dataclass, field
from typing import Any

from service.blaaiz_sandbox.update_page import (
    OF_KYC_DATA,
    Rejection,
    held,
    invalid,
    refuse_broken_rules,
)

_NAMESPACE = uuid.UUID("6f0a1df0-0000-4000-8000-000000000000")
_STATES = ("PENDING", "VERIFIED", "PROCESSING", "REJECTED", "BLACKLISTED")
_KEPT: dict[str, type] = {
    "kyc_data": dict,
    "files": dict,
    "documents": list,
    "history": list,
}
_OF_NOBODY = {"id", "business_id", "type", "verification_status", "kyc_data", "files", "documents"}


@dataclass
class Customers:
    """All customers by id."""

    by_id: dict[str, dict[str, Any]] = field(default_factory=dict)

    def seed(self) -> None:
        """Individuals and businesses of several countries, pending and verified."""
        for country in ("GB", "DE", "FR", "NG", "US", "GH", "KE"):
            for status in _STATES:
                self.add(
                    {
                        "type": "individual",
                        "country": country,
                        "first_name": "Avery",
                        "last_name": f"Sample{country.title()}",
                        "email": f"avery.{country.lower()}.{status.lower()}@example.com",
                        "id_type": "passport",
                        "id_number": None,
                        "verification_status": status,
                    },
                    f"{country}-individual-{status}",
                )
        self._seed_businesses()
        self._seed_complete()

    def _seed_complete(self) -> None:
        """Verified ones of whom nothing is left to fill."""
        self.add(
            {
                "type": "individual",
                "country": "GB",
                "first_name": "Jordan",
                "last_name": "Complete",
                "email": "jordan.complete@example.com",
                "phone": "+442079460000",
                "id_type": "drivers_license",
                "id_number": "COMPL901024J99AB",
                "tin": "1234567890",
                "kyc_data": {
                    "dob": "1990-01-02",
                    "street": "1 Example Street",
                    "city": "London",
                    "zip_code": "SW1A 1AA",
                },
                "verification_status": "VERIFIED",
            },
            "GB-individual-complete",
        )
        self.add(
            {
                "type": "business",
                "country": "GB",
                "incorporation_country": "GB",
                "business_name": "Complete Trading GB",
                "email": "office.complete@example.com",
                "registration_number": "GB-COMPLETE 1",
                "business_type": "llc",
                "kyb_scope": "FULL",
                "kyc_data": {"operating_country": "NG", "operating_zip_code": "100001"},
                "verification_status": "VERIFIED",
                "owners": [
                    {
                        "id": _id("GB-complete-owner"),
                        "first_name": "Robin",
                        "last_name": "Complete",
                        "ownership_percentage": 100,
                        "status": "REJECTED",
                        "admin_comments": "The picture is blurred.",
                    }
                ],
            },
            "GB-business-complete",
        )

    def _seed_businesses(self) -> None:
        for country in ("GB", "NG", "US"):
            for status in _STATES:
                self.add(
                    {
                        "type": "business",
                        "country": country,
                        "incorporation_country": country,
                        "business_name": f"Sample Trading {country}",
                        "email": f"office.{country.lower()}.{status.lower()}@example.com",
                        "registration_number": f"{country}-{status}-1",
                        "kyb_scope": "MINIMAL",
                        "operating_country": country,
                        "operating_zip_code": None,
                        "verification_status": status,
                        "owners": [
                            {
                                "id": _id(f"{country}-{status}-owner-1"),
                                "first_name": "Robin",
                                "ownership_percentage": 60,
                                "status": "PENDING",
                            },
                            {
                                "id": _id(f"{country}-{status}-owner-2"),
                                "first_name": "Kim",
                                "ownership_percentage": 40,
                                "status": "APPROVED",
                            },
                            {
                                "id": _id(f"{country}-{status}-owner-3"),
                                "first_name": "Sasha",
                                "ownership_percentage": 0,
                                "status": "PROCESSING",
                            },
                        ],
                    },
                    f"{country}-business-{status}",
                )

    def add(self, fields: dict[str, Any], name: str | None = None) -> dict[str, Any]:
        """A new customer; the same `name` gives the same id in every run."""
        customer: dict[str, Any] = {
            "business_id": _id("our business"),
            "type": "individual",
            "country": None,
            "verification_status": "PENDING",
            "id": _id(name) if name else str(uuid.uuid4()),
            **fields,
        }
        for kept, kind in _KEPT.items():
            if not isinstance(customer.get(kept), kind):
                customer[kept] = kind()
        owners = customer.get("owners")
        customer["owners"] = [
            {"id": str(uuid.uuid4()), "status": "PENDING", **one}
            for one in (owners if isinstance(owners, list) else [])
            if isinstance(one, dict)
        ]
        if customer["type"] != "business":
            del customer["owners"]
        self.by_id[customer["id"]] = customer
        return customer

    def create(self, body: dict[str, Any]) -> dict[str, Any]:
        """What `POST /customer` does. Raises Rejection."""
        needed = {
            "individual": ("first_name", "last_name", "id_type", "id_number"),
            "business": ("business_name", "registration_number", "incorporation_country"),
        }
        kind = body.get("type")
        if not isinstance(kind, str) or kind not in needed:
            raise invalid({"type": ["The selected type is invalid."]})
        errors = {
            name: [f"The {name.replace('_', ' ')} field is required."]
            for name in ("email", "country", *needed[kind])
            if not body.get(name)
        }
        if errors:
            raise invalid(errors)
        nobody = {"type": kind, "id": None, "kyc_data": {}, "verification_status": "PENDING"}
        refuse_broken_rules(
            {k: v for k, v in body.items() if k != "kyb_scope"}, nobody, self.by_id.values()
        )
        owners = [
            {**o, "id": str(uuid.uuid4()), "status": "PENDING"} for o in body.get("owners") or []
        ]
        return self.add({**body, "owners": owners} if kind == "business" else dict(body))

    def get(self, customer_id: str) -> dict[str, Any]:
        """Raises Rejection with 404."""
        found = self.by_id.get(customer_id)
        if found is None:
            raise Rejection(404, "Customer not found.")
        return found

    def update(self, customer_id: str, body: dict[str, Any]) -> dict[str, Any]:
        """What `PUT /customer/{id}` does: all rules, then all fields. Raises Rejection."""
        customer = self.get(customer_id)
        refuse_broken_rules(body, customer, self.by_id.values())
        changed = {
            name: value
            for name, value in body.items()
            if name not in _OF_NOBODY and (name == "owners" or held(customer, name) != value)
        }
        for name, value in changed.items():
            if name == "owners":
                self._merge_owners(customer, value)
            elif name in OF_KYC_DATA and customer.get(name) is None:
                customer["kyc_data"][OF_KYC_DATA[name]] = value
            else:
                customer[name] = value
        if changed:
            customer["history"].append({"at": time.time(), "changed": changed})
        return customer

    def owner(self, customer: dict[str, Any], owner_id: str) -> dict[str, Any]:
        """Raises Rejection with 404."""
        for owner in customer.get("owners", []):
            if owner["id"] == owner_id:
                return owner
        raise Rejection(404, "Owner not found.")

    @staticmethod
    def _merge_owners(customer: dict[str, Any], owners: list[dict[str, Any]]) -> None:
        stored = customer.setdefault("owners", [])
        for owner in owners:
            fields = {k: v for k, v in owner.items() if k not in {"status", "admin_comments"}}
            known = next((o for o in stored if o["id"] == fields.get("id")), None)
            if known is None:
                stored.append({**fields, "id": str(uuid.uuid4()), "status": "PENDING"})
            else:
                known.update(fields)

    def upgrade(self, customer_id: str, body: dict[str, Any]) -> dict[str, Any]:
        """MINIMAL to FULL, with owners that own everything."""
        customer = self.get(customer_id)
        owners = body.get("owners") or []
        if customer["type"] != "business" or not owners:
            raise invalid({"owners": ["The owners field is required."]})
        refuse_broken_rules({"owners": owners}, customer, ())
        if sum(float(o.get("ownership_percentage") or 0) for o in owners) != 100:
            raise invalid({"owners": ["The ownership percentages must sum to 100."]})
        self._merge_owners(customer, owners)
        customer["kyb_scope"] = "FULL"
        return customer


def shown(customer: dict[str, Any]) -> dict[str, Any]:
    """A customer as the API answers it: files are not part of it."""
    return {k: v for k, v in customer.items() if k not in {"files", "documents", "history"}}


def _id(name: str) -> str:
    return str(uuid.uuid5(_NAMESPACE, name))

"""The stand-in's customers: a seed of every kind and state, and the rules of the update page.

Written from the partner's documentation alone, apart from our own checks of the same rules: each
must find out by itself what is wrong.
"""

import re
import time
import uuid
from dataclasses import dataclass, field
from typing import Any

_NAMESPACE = uuid.UUID("6f0a1df0-0000-4000-8000-000000000000")
_INDIVIDUAL_TYPES = {"drivers_license", "passport", "resident_permit"}
_ENUMS = {
    "entity_type": "corporation government_entity llc non_profit other partnership "
    "sole_proprietorship",
    "source_of_funds": "business_revenue business_loans investment_income third_party_funds other",
    "annual_revenue": "0_99999 100000_499999 500000_999999 1000000_4999999 5000000_24999999 "
    "25000000_99999999 100000000_249999999 250000000_plus",
    "purpose": "receive_payments_for_goods_and_services send_payments_for_goods_and_services "
    "send_receive_funds_related_parties other",
}
_ENUMS["estimated_annual_revenue_usd"] = _ENUMS["annual_revenue"]
_ENUMS["purpose_of_account"] = _ENUMS["purpose"]
_STATES = ("PENDING", "VERIFIED", "PROCESSING", "REJECTED", "BLACKLISTED")
_OF_NOBODY = {"id", "business_id", "type", "verification_status", "kyc_data", "files", "documents"}
_OF_KYC_DATA = {"date_of_birth": "dob", "dob": "dob", "street": "street", "city": "city"}
_OF_KYC_DATA["zip_code"] = "zip_code"
_ZIP = {
    "US": r"[0-9]{5}(?:-[0-9]{4})?",
    "GB": r"[A-Z]{1,2}[0-9][A-Z0-9]? ?[0-9][A-Z]{2}",
    "DE": r"[0-9]{5}",
    "NG": r"[0-9]{6}",
    "FR": r"[0-9]{5}",
    "CA": r"[A-Z][0-9][A-Z] ?[0-9][A-Z][0-9]",
}


class Rejection(Exception):
    """A reply that refuses: status, message, and Laravel's errors."""

    def __init__(
        self, status: int, message: str, errors: dict[str, list[str]] | None = None
    ) -> None:
        super().__init__(message)
        self.status, self.message, self.errors = status, message, errors or {}


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
            "id": _id(name) if name else str(uuid.uuid4()),
            "business_id": _id("our business"),
            "verification_status": "PENDING",
            "kyc_data": {},
            "files": {},
            "documents": [],
            "history": [],
            **fields,
        }
        self.by_id[customer["id"]] = customer
        return customer

    def create(self, body: dict[str, Any]) -> dict[str, Any]:
        """What `POST /customer` does. Raises Rejection."""
        needed = {
            "individual": ("first_name", "last_name", "id_type", "id_number"),
            "business": ("business_name", "registration_number", "incorporation_country"),
        }
        kind = body.get("type")
        if kind not in needed:
            raise _invalid({"type": ["The selected type is invalid."]})
        errors = {
            name: [f"The {name.replace('_', ' ')} field is required."]
            for name in ("email", "country", *needed[kind])
            if not body.get(name)
        }
        if errors:
            raise _invalid(errors)
        refused = self._refusals({**body}, {"type": kind, "id": None, "owners": []})
        refused.pop("type", None)
        if refused:
            raise _invalid(refused)
        owners = [
            {**o, "id": str(uuid.uuid4()), "status": "PENDING"} for o in body.get("owners", [])
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
        if customer["verification_status"] == "VERIFIED":
            locked = [
                name
                for name, value in body.items()
                if name not in {"owners", *_OF_NOBODY}
                and _held(customer, name) is not None
                and _held(customer, name) != value
            ]
            if locked:
                raise Rejection(
                    400,
                    "Verified customers can only fill empty fields.",
                    {
                        name: ["This field is locked; contact support@blaaiz.com."]
                        for name in locked
                    },
                )
        for owner in body.get("owners") or []:
            if not isinstance(owner, dict):
                continue
            stored = next(
                (o for o in customer.get("owners", []) if o["id"] == owner.get("id")), None
            )
            if stored and stored["status"] in {"APPROVED", "PROCESSING"}:
                raise Rejection(400, "This owner can no longer be changed.")
            if owner.get("id") and not stored:
                raise Rejection(422, "Invalid.", {"owners": ["The selected owner is invalid."]})
        errors = self._refusals(body, customer)
        if errors:
            raise _invalid(errors)
        changed = {
            name: value
            for name, value in body.items()
            if name not in _OF_NOBODY and (name == "owners" or _held(customer, name) != value)
        }
        for name, value in changed.items():
            if name == "owners":
                self._merge_owners(customer, value)
            elif name in _OF_KYC_DATA:
                customer["kyc_data"][_OF_KYC_DATA[name]] = value
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

    def _refusals(self, body: dict[str, Any], customer: dict[str, Any]) -> dict[str, list[str]]:
        is_business = customer["type"] == "business"
        errors: dict[str, list[str]] = {}

        def refuse(name: str, message: str) -> None:
            errors.setdefault(name, []).append(message)

        if "kyb_scope" in body:
            refuse("kyb_scope", "The kyb scope field is prohibited.")
        if is_business:
            for name in ("id_type", "id_number"):
                if body.get(name) is not None:
                    refuse(
                        name, f"The {name.replace('_', ' ')} field is prohibited for businesses."
                    )
            country = body.get("country", customer.get("country"))
            seat = body.get("incorporation_country", customer.get("incorporation_country"))
            if ("country" in body or "incorporation_country" in body) and country != seat:
                refuse("country", "The country must match the incorporation country.")
            number = body.get("registration_number", customer.get("registration_number"))
            if ("registration_number" in body or "incorporation_country" in body) and any(
                other["id"] != customer["id"]
                and other.get("registration_number") == number
                and other.get("incorporation_country") == seat
                for other in self.by_id.values()
            ):
                refuse("registration_number", "The registration number has already been taken.")
        else:
            if body.get("id_type") is not None and body["id_type"] not in _INDIVIDUAL_TYPES:
                refuse("id_type", "The selected id type is invalid.")
            if "owners" in body:
                refuse("owners", "The owners field is prohibited.")
        if body.get("tin") is not None and not str(body["tin"]).strip():
            refuse("tin", "The tin field must have a value.")
        for name, allowed in _ENUMS.items():
            if body.get(name) is not None and body[name] not in allowed.split():
                refuse(name, f"The selected {name.replace('_', ' ')} is invalid.")
        if "operating_zip_code" in body or "operating_country" in body:
            where = body.get("operating_country", customer.get("operating_country"))
            code = body.get("operating_zip_code", customer.get("operating_zip_code"))
            form = _ZIP.get(str(where))
            if code and form and not re.fullmatch(form, str(code)):
                refuse("operating_zip_code", "The operating zip code format is invalid.")
        return errors

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
            raise _invalid({"owners": ["The owners field is required."]})
        if sum(float(o.get("ownership_percentage", 0)) for o in owners) != 100:
            raise _invalid({"owners": ["The ownership percentages must sum to 100."]})
        self._merge_owners(customer, owners)
        customer["kyb_scope"] = "FULL"
        return customer


def shown(customer: dict[str, Any]) -> dict[str, Any]:
    """A customer as the API answers it: files are not part of it."""
    return {k: v for k, v in customer.items() if k not in {"files", "documents", "history"}}


def _held(customer: dict[str, Any], name: str) -> Any:
    if name in _OF_KYC_DATA and customer.get(name) is None:
        return customer["kyc_data"].get(_OF_KYC_DATA[name])
    return customer.get(name)


def _id(name: str) -> str:
    return str(uuid.uuid5(_NAMESPACE, name))


def _invalid(errors: dict[str, list[str]]) -> Rejection:
    first = next(iter(errors.values()))[0]
    return Rejection(422, first, errors)

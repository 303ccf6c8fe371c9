"""The rules of the update page, as the stand-in keeps them.

Written from the partner's documentation alone, apart from our own checks of the same rules: each
must find out by itself what is wrong.
"""

import re
from collections.abc import Iterable
from typing import Any

_INDIVIDUAL_TYPES = {"drivers_license", "passport", "resident_permit"}
_ENTITIES = [
    "corporation",
    "government_entity",
    "llc",
    "non_profit",
    "other",
    "partnership",
    "sole_proprietorship",
]
_REVENUES = [
    "0_99999",
    "100000_499999",
    "500000_999999",
    "1000000_4999999",
    "5000000_24999999",
    "25000000_99999999",
    "100000000_249999999",
    "250000000_plus",
]
_PURPOSES = [
    "receive_payments_for_goods_and_services",
    "send_payments_for_goods_and_services",
    "send_receive_funds_related_parties",
    "other",
]
_ENUMS = {
    "entity_type": _ENTITIES,
    "business_type": _ENTITIES,
    "source_of_funds": [
        "business_revenue",
        "business_loans",
        "investment_income",
        "third_party_funds",
        "other",
    ],
    "annual_revenue": _REVENUES,
    "estimated_annual_revenue": _REVENUES,
    "estimated_annual_revenue_usd": _REVENUES,
    "purpose": _PURPOSES,
    "purpose_of_account": _PURPOSES,
    "account_purpose": _PURPOSES,
}
_TEXTS = {
    "type",
    "first_name",
    "last_name",
    "business_name",
    "email",
    "phone_number",
    "phone",
    "country",
    "id_type",
    "id_number",
    "registration_number",
    "incorporation_country",
    "incorporation_date",
    "tin",
    "operating_country",
    "operating_zip_code",
    "operating_street",
    "operating_city",
    "operating_state",
    "street",
    "city",
    "state",
    "zip_code",
    "date_of_birth",
    "dob",
    "id_issue_date",
    "id_expiry_date",
    "trading_name",
    "industry_type",
    "business_description",
    "website",
    "description",
    "expected_monthly_payments",
} | set(_ENUMS)
_OWNER_TRUTHS = {"has_control", "is_signer", "is_beneficial_owner", "is_pep", "usa_tax_residency"}
_OWNER_TEXTS = {
    "id",
    "first_name",
    "last_name",
    "email",
    "phone",
    "date_of_birth",
    "nationality",
    "title",
    "ownership_percentage",
    "street",
    "city",
    "state",
    "zip_code",
    "country",
    "id_document_type",
    "id_document_number",
    "id_document_country",
    "id_expiry_date",
    "tin",
}
_IGNORED_OF_OWNERS = {"status", "admin_comments"}
_OF_NOBODY = {"id", "business_id", "verification_status", "kyc_data", "files", "documents"}
OF_KYC_DATA = {name: name for name in ("street", "city", "zip_code", "dob")} | {
    "date_of_birth": "dob"
}
_SAME = {"dob": "date_of_birth", "date_of_birth": "dob"}
_DATES = ("dob", "date_of_birth", "incorporation_date", "id_issue_date", "id_expiry_date")
_ZIP = {
    "US": r"[0-9]{5}(?:-[0-9]{4})?",
    "GB": r"[A-Z]{1,2}[0-9][A-Z0-9]? ?[0-9][A-Z]{2}",
    "DE": r"[0-9]{5}",
    "NG": r"[0-9]{6}",
    "FR": r"[0-9]{5}",
    "CA": r"[A-Z][0-9][A-Z] ?[0-9][A-Z][0-9]",
}
Customer = dict[str, Any]


class Rejection(Exception):
    """A reply that refuses: status, message, and Laravel's errors."""

    def __init__(
        self, status: int, message: str, errors: dict[str, list[str]] | None = None
    ) -> None:
        super().__init__(message)
        self.status, self.message, self.errors = status, message, errors or {}


def invalid(errors: dict[str, list[str]]) -> Rejection:
    """422 with what is wrong, by field."""
    first = next(iter(errors.values()))[0]
    return Rejection(422, first, errors)


def held(customer: Customer, name: str) -> Any:
    """What is there of a field, by whichever of its names and wherever it is shown."""
    for one in (name, _SAME.get(name, name)):
        for value in (customer.get(one), customer["kyc_data"].get(OF_KYC_DATA.get(one, one))):
            if value is not None:
                return value
    return None


def refuse_broken_rules(
    body: dict[str, Any], customer: Customer, all_of_us: Iterable[Customer]
) -> None:
    """Raises Rejection: 400 for what is locked, 422 for the rest."""
    errors = _of_wrong_sort(body, customer)
    if errors:
        raise invalid(errors)
    _refuse_locked(body, customer)
    errors = _refusals(body, customer, all_of_us)
    if errors:
        raise invalid(errors)


def _refuse_locked(body: dict[str, Any], customer: Customer) -> None:
    if customer["verification_status"] == "VERIFIED":
        locked = [
            name
            for name, value in body.items()
            if name not in {"owners", "type", "kyb_scope", *_OF_NOBODY}
            and held(customer, name) is not None
            and held(customer, name) != value
        ]
        if locked:
            message = "This field is locked; contact support@blaaiz.com."
            errors = {name: [message] for name in locked}
            raise Rejection(400, "Verified customers can only fill empty fields.", errors)
    if customer["type"] != "business":
        return
    for owner in body.get("owners") or []:
        stored = next((o for o in customer.get("owners", []) if o["id"] == owner.get("id")), None)
        if stored and stored["status"] in {"APPROVED", "PROCESSING"}:
            raise Rejection(400, "This owner can no longer be changed.")
        if owner.get("id") is not None and not stored:
            raise invalid({"owners": ["The selected owner is invalid."]})


def _of_wrong_sort(body: dict[str, Any], customer: Customer) -> dict[str, list[str]]:
    errors: dict[str, list[str]] = {}
    for name, value in body.items():
        if name in _TEXTS and not _is_scalar(value):
            errors[name] = [f"The {_words(name)} field must be a string."]
        elif name not in _TEXTS | _OF_NOBODY | {"owners", "kyb_scope"}:
            errors[name] = [f"The {_words(name)} field is not known."]
    if "owners" in body and customer["type"] == "business":
        errors |= _owners_of_wrong_sort(body["owners"])
    return errors


def _owners_of_wrong_sort(owners: object) -> dict[str, list[str]]:
    if not isinstance(owners, list):
        return {"owners": ["The owners field must be an array."]}
    errors: dict[str, list[str]] = {}
    for n, owner in enumerate(owners):
        if not isinstance(owner, dict):
            errors[f"owners.{n}"] = [f"The owners.{n} field must be an array."]
            continue
        if not set(owner) - {"id"}:
            errors[f"owners.{n}"] = ["Nothing to change."]
        for name, value in owner.items():
            is_truth = name in _OWNER_TRUTHS and (value is None or isinstance(value, bool))
            is_text = name in _OWNER_TEXTS and _is_scalar(value)
            if not (is_truth or is_text or name in _IGNORED_OF_OWNERS):
                errors[f"owners.{n}.{name}"] = [f"The owners.{n}.{name} field is invalid."]
        share = owner.get("ownership_percentage")
        if share is not None and not re.fullmatch(r"(?:100|\d{1,2})(?:\.\d+)?", str(share)):
            errors[f"owners.{n}.ownership_percentage"] = ["Must be between 0 and 100."]
        kind = owner.get("id_document_type")
        if kind is not None and kind not in _INDIVIDUAL_TYPES:
            errors[f"owners.{n}.id_document_type"] = ["The selected type is invalid."]
    ids = [owner.get("id") for owner in owners if isinstance(owner, dict) and owner.get("id")]
    if len(ids) != len({str(one) for one in ids}):
        errors["owners"] = ["The owners field has a duplicate value."]
    return errors


def _refusals(
    body: dict[str, Any], customer: Customer, all_of_us: Iterable[Customer]
) -> dict[str, list[str]]:
    errors: dict[str, list[str]] = {}

    def refuse(name: str, message: str) -> None:
        errors.setdefault(name, []).append(message)

    if "kyb_scope" in body:
        refuse("kyb_scope", "The kyb scope field is prohibited.")
    if "type" in body and body["type"] != customer["type"]:
        refuse("type", "The type cannot be changed.")
    if "dob" in body and "date_of_birth" in body:
        refuse("dob", "The date of birth was given twice.")
    for name in _DATES:
        if body.get(name) is not None and not re.fullmatch(r"\d{4}-\d\d-\d\d", str(body[name])):
            refuse(name, f"The {_words(name)} is not a date.")
    is_business = customer["type"] == "business"
    for name in ("country", "incorporation_country", "operating_country"):
        value = body.get(name)
        is_needed = name == "country" or (is_business and name == "incorporation_country")
        if (
            name in body
            and not re.fullmatch(r"[A-Za-z]{2}", str(value))
            and (is_needed or value is not None)
        ):
            refuse(name, f"The selected {_words(name)} is invalid.")
    if is_business:
        _refuse_of_business(body, customer, all_of_us, refuse)
    else:
        if body.get("id_type") is not None and body["id_type"] not in _INDIVIDUAL_TYPES:
            refuse("id_type", "The selected id type is invalid.")
        if "owners" in body:
            refuse("owners", "The owners field is prohibited.")
    if body.get("tin") is not None and not str(body["tin"]).strip():
        refuse("tin", "The tin field must have a value.")
    for name, allowed in _ENUMS.items():
        if body.get(name) is not None and body[name] not in allowed:
            refuse(name, f"The selected {_words(name)} is invalid.")
    if "operating_zip_code" in body or "operating_country" in body:
        where = body.get("operating_country", held(customer, "operating_country"))
        code = body.get("operating_zip_code", held(customer, "operating_zip_code"))
        form = _ZIP.get(str(where).upper())
        if code and not where:
            refuse("operating_country", "The operating country field is required.")
        if code and form and not re.fullmatch(form, str(code)):
            refuse("operating_zip_code", "The operating zip code format is invalid.")
    return errors


def _refuse_of_business(
    body: dict[str, Any], customer: Customer, all_of_us: Iterable[Customer], refuse: Any
) -> None:
    for name in ("id_type", "id_number"):
        if body.get(name) is not None:
            refuse(name, f"The {_words(name)} field is prohibited for businesses.")
    country = body.get("country", customer.get("country"))
    seat = body.get("incorporation_country", customer.get("incorporation_country"))
    is_moved = "country" in body or "incorporation_country" in body
    if is_moved and str(country).upper() != str(seat).upper():
        refuse("country", "The country must match the incorporation country.")
    if "registration_number" not in body and "incorporation_country" not in body:
        return
    number = body.get("registration_number", customer.get("registration_number"))
    if _plain(number) and any(
        other["id"] != customer["id"]
        and _plain(other.get("registration_number")) == _plain(number)
        and str(other.get("incorporation_country")).upper() == str(seat).upper()
        for other in all_of_us
    ):
        refuse("registration_number", "The registration number has already been taken.")


def _is_scalar(value: object) -> bool:
    return value is None or (isinstance(value, (str, int, float)) and not isinstance(value, bool))


def _plain(number: object) -> str:
    """As registers compare them: `RC 12` is `rc12`."""
    return re.sub(r"[\W_]", "", str(number or "")).upper()


def _words(name: str) -> str:
    return name.replace("_", " ")

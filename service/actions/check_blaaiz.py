"""Whether a configured Blaaiz account can do what forwarding needs; nothing is written there."""

from collections.abc import Sequence
from dataclasses import dataclass

from service.blaaiz.client import BlaaizClient
from service.blaaiz.customer import Customer
from service.blaaiz.errors import (
    BlaaizError,
    Forbidden,
    NotFound,
    RateLimited,
    Refused,
    Unauthorized,
)

_NOBODY = "00000000-0000-0000-0000-000000000000"


@dataclass(frozen=True, slots=True)
class CheckLine:
    """One thing that was tried: None of `is_fine` where it could not be."""

    name: str
    is_fine: bool | None
    told: str


async def check_blaaiz(blaaiz: BlaaizClient, customer_id: str | None) -> Sequence[CheckLine]:
    """Token, then each scope, then a customer. Later lines are left out where none can pass."""
    try:
        granted = await blaaiz.granted_scopes()
    except BlaaizError as fault:
        return [CheckLine("token", False, _token_told(fault))]
    lines = [CheckLine("token", True, "The credentials are taken.")]
    lines += _scope_lines(granted)
    lines.append(await _reading(blaaiz))
    if customer_id is None:
        lines.append(
            CheckLine("customer", None, "Give --customer ID to read one of yours as well.")
        )
    else:
        lines.append(await _customer(blaaiz, customer_id))
    return lines


def _scope_lines(granted: frozenset[str] | None) -> list[CheckLine]:
    if granted is None:
        told = "Blaaiz does not say which scopes the token has; only reading is tried here."
        return [CheckLine("scopes", None, told)]
    return [
        CheckLine(
            scope,
            scope in granted,
            "Granted." if scope in granted else f"Ask Blaaiz to grant {scope} to this client.",
        )
        for scope in ("customer:read", "customer:write", "file:upload")
    ]


async def _reading(blaaiz: BlaaizClient) -> CheckLine:
    """A customer of no id: 404 says that we may read."""
    try:
        await blaaiz.get_customer(_NOBODY)
    except NotFound:
        return CheckLine("reading", True, "Customers can be read.")
    except Forbidden:
        told = "Customers may not be read: ask Blaaiz to grant customer:read to this client."
        return CheckLine("reading", False, told)
    except BlaaizError as fault:
        return CheckLine("reading", False, _call_told(fault))
    return CheckLine("reading", True, "Customers can be read.")


async def _customer(blaaiz: BlaaizClient, customer_id: str) -> CheckLine:
    try:
        customer = await blaaiz.get_customer(customer_id)
    except NotFound:
        told = "Blaaiz has no customer of this id: is it of this account, and of this environment?"
        return CheckLine("customer", False, told)
    except BlaaizError as fault:
        return CheckLine("customer", False, _call_told(fault))
    missing = _missing(customer)
    if missing:
        told = f"The reply has no {', '.join(missing)}: this API may have changed; do not forward."
        return CheckLine("customer", False, told)
    told = f"Read: {customer.type}, {customer.country}, {customer.verification_status}."
    return CheckLine("customer", True, told)


def _missing(customer: Customer) -> list[str]:
    state = customer.fields.get("verification_status") or customer.fields.get("status")
    values = {"type": customer.fields.get("type"), "country": customer.country, "status": state}
    return [name for name, value in values.items() if not value]


def _token_told(fault: BlaaizError) -> str:
    if isinstance(fault, Unauthorized):
        return (
            "The credentials are not taken: check PRESCREEN_BLAAIZ_CLIENT_ID and "
            "PRESCREEN_BLAAIZ_CLIENT_SECRET, and that they are of the environment of "
            "PRESCREEN_BLAAIZ_URL."
        )
    return _call_told(fault)


def _call_told(fault: BlaaizError) -> str:
    match fault:
        case Unauthorized():
            return "A fresh token is not taken: the client may have been disabled."
        case RateLimited():
            return f"Blaaiz asks for a pause of {fault.retry_after_s:.0f} s: try again then."
        case Refused():
            return f"Blaaiz refused a reading with status {fault.status}: {fault.message}"
        case _:
            return (
                "Blaaiz cannot be reached, or answers nothing usable: check PRESCREEN_BLAAIZ_URL "
                f"(sandbox or production), network, proxy and certificates ({type(fault).__name__})."
            )

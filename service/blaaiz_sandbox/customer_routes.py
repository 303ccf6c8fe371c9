"""The calls about customers."""

import re
from typing import Any

from fastapi import APIRouter, Request

from service.blaaiz_sandbox.customers import shown
from service.blaaiz_sandbox.review import review
from service.blaaiz_sandbox.sandbox import Sandbox, body_of
from service.blaaiz_sandbox.update_page import Rejection

ATTACHED_AS = {
    "id_file": "identity",
    "id_file_back": "identity_back",
    "proof_of_address_file": "proof_of_address",
    "liveness_check_file": "liveness_check",
}


_FILTERS = ("email", "id_number", "registration_number", "verification_status", "type")
_PER_PAGE = 15


def _page(found: list[dict[str, Any]], page: int) -> dict[str, Any]:
    """Newest first, in the envelope of Laravel's paginator."""
    last = max(1, -(-len(found) // _PER_PAGE))
    return {
        "data": found[(page - 1) * _PER_PAGE : page * _PER_PAGE],
        "links": {"next": f"?page={page + 1}" if page < last else None},
        "meta": {"total": len(found), "current_page": page, "last_page": last},
    }


def customer_routes(sandbox: Sandbox) -> APIRouter:
    """Routes under `/api/external/customer`."""
    router = APIRouter()
    base = "/api/external/customer"
    customers = sandbox.customers

    @router.post(base, status_code=201)
    async def create(request: Request) -> dict[str, Any]:
        sandbox.authorise(request)
        return {
            "message": "Customer created",
            "data": {"data": shown(customers.create(await body_of(request)))},
        }

    @router.get(base)
    async def listed(request: Request) -> dict[str, Any]:
        sandbox.authorise(request)
        asked = request.query_params
        # Exact, and only these: others are ignored.
        found = [
            shown(c)
            for c in customers.by_id.values()
            if all(str(c.get(k)) == v for k, v in asked.items() if k in _FILTERS)
        ]
        if asked.get("paginate") != "true":
            return {"message": "Customers retrieved", "data": found}
        page = asked.get("page", "1")
        return _page(found[::-1], int(page) if re.fullmatch("[1-9][0-9]{0,5}", page) else 1)

    @router.get(base + "/{customer_id}")
    async def get(request: Request, customer_id: str) -> dict[str, Any]:
        sandbox.authorise(request)
        return {"data": shown(customers.get(customer_id))}

    @router.put(base + "/{customer_id}")
    async def update(request: Request, customer_id: str) -> dict[str, Any]:
        sandbox.authorise(request)
        customer = customers.update(customer_id, await body_of(request))
        return {"message": "Customer updated", "data": shown(customer)}

    @router.post(base + "/{customer_id}/kyc-data")
    async def kyc(request: Request, customer_id: str) -> dict[str, Any]:
        sandbox.authorise(request)
        customers.get(customer_id)["kyc_data"].update(await body_of(request))
        return {"message": "KYC data added", "data": shown(customers.get(customer_id))}

    @router.post(base + "/{customer_id}/files")
    async def attach(request: Request, customer_id: str) -> dict[str, Any]:
        sandbox.authorise(request)
        customer, body = customers.get(customer_id), await body_of(request)
        if not any(name in body for name in ATTACHED_AS):
            raise Rejection(422, "No file given.", {"id_file": ["The id file field is required."]})
        for name, category in ATTACHED_AS.items():
            if name in body:
                upload = sandbox.files.require(str(body[name]), customer_id, name)
                if upload.category != category:
                    raise Rejection(
                        422, "Wrong category.", {name: ["The file has another category."]}
                    )
        for name in ATTACHED_AS:
            if name in body:
                kept = customer["files"].setdefault(name, [])
                if kept[-1:] != [body[name]]:
                    kept.append(body[name])
        review(sandbox, customer)
        return {"message": "Files attached", "data": shown(customer)}

    @router.post(base + "/{customer_id}/submit")
    async def submit(request: Request, customer_id: str) -> dict[str, Any]:
        sandbox.authorise(request)
        customer = customers.get(customer_id)
        if not customer["files"].get("id_file"):
            raise Rejection(422, "An identity file is required.", {"id_file": ["Required."]})
        customer["verification_status"] = "PROCESSING"
        review(sandbox, customer)
        return {"message": "Submitted", "data": shown(customer)}

    @router.post(base + "/{customer_id}/upgrade-kyb-scope")
    async def upgrade(request: Request, customer_id: str) -> dict[str, Any]:
        sandbox.authorise(request)
        return {"data": shown(customers.upgrade(customer_id, await body_of(request)))}

    @router.delete(base + "/{customer_id}/owner/{owner_id}")
    async def delete_owner(request: Request, customer_id: str, owner_id: str) -> dict[str, Any]:
        sandbox.authorise(request)
        customer = customers.get(customer_id)
        customers.owner(customer, owner_id)
        customer["owners"] = [o for o in customer["owners"] if o["id"] != owner_id]
        return {"message": "Owner deleted"}

    @router.get("/api/external/virtual-bank-account/identification-type")
    async def identification(request: Request) -> dict[str, Any]:
        sandbox.authorise(request)
        country = request.query_params.get("country", "")
        if customer_id := request.query_params.get("customer_id"):
            country = customers.get(customer_id)["country"]
        names = {"NG": ("Bank Verification Number", "bvn"), "US": ("Social Security Number", "ssn")}
        label, kind = names.get(country, ("Tax Identification Number", "tin"))
        return {"data": {"label": label, "type": kind}}

    return router

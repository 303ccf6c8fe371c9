"""One's own account, and for admins everybody's."""

from typing import Annotated, Final

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse, Response

from service.actions.manage_account import (
    AccountRefused,
    AccountRole,
    change_password,
    disable_account,
    enable_account,
)
from service.actions.sign_in import SignInLocked, SignInRefused
from service.api.client_address import address_of_client
from service.store.accounts import account_of, list_accounts
from service.store.engine import read_only
from service.triage.page import Genuine, SignedIn, page, parts_of
from service.triage.session import Analyst, cookie_of, give_cookie

_ACCOUNT: Final = "/triage/account"
_ACCOUNTS: Final = "/triage/accounts"

router = APIRouter(include_in_schema=False)


@router.get(_ACCOUNT)
async def own_account(request: Request, analyst: SignedIn) -> Response:
    """Who one is here, and a new password."""
    return _own(request, analyst)


def _own(request: Request, analyst: Analyst, problem: str = "", status: int = 200) -> Response:
    return page(request, "account.html", status, analyst=analyst, problem=problem)


@router.post(f"{_ACCOUNT}/password")
async def new_password(
    request: Request,
    analyst: Genuine,
    present: Annotated[str, Form()] = "",
    wanted: Annotated[str, Form()] = "",
    again: Annotated[str, Form()] = "",
) -> Response:
    """Changes the password: every session ends, this browser gets a new one."""
    parts = parts_of(request)
    if wanted != again:
        return _own(request, analyst, "The two new passwords differ.", status=422)
    async with read_only(parts.sessions) as session:
        account = await account_of(session, analyst.account_id)
    if account is None or account.sign_in_name is None:
        return _own(request, analyst, "This account has no password.", status=422)
    name, address = account.sign_in_name, address_of_client(request)
    try:
        await parts.sign_in.check_password(name, present, address, parts.now())
        await change_password(
            parts.sessions, analyst.account_id, wanted, analyst.account_id, parts.now()
        )
        token = await parts.sign_in.by_password(
            name, wanted, address, parts.now(), instead_of=cookie_of(request, parts)
        )
    except SignInRefused:
        return _own(request, analyst, "The present password is wrong.", status=422)
    except SignInLocked:
        return _own(request, analyst, "Too many attempts. Try again later.", status=429)
    except AccountRefused as refusal:
        return _own(request, analyst, str(refusal), status=422)
    response = RedirectResponse(_ACCOUNT, 303)
    give_cookie(request, parts, response, token)
    return response


@router.get(_ACCOUNTS)
async def all_accounts(request: Request, analyst: SignedIn) -> Response:
    """Everybody who may sign in."""
    return await _all(request, analyst)


async def _all(
    request: Request, analyst: Analyst, problem: str = "", status: int = 200
) -> Response:
    if not analyst.may(AccountRole.ADMIN):
        return _own(request, analyst, "Accounts are an administrator's business.", status=403)
    async with read_only(parts_of(request).sessions) as session:
        accounts = await list_accounts(session)
    context = {"analyst": analyst, "accounts": accounts, "problem": problem}
    return page(request, "accounts.html", status, **context)


@router.post(f"{_ACCOUNTS}/{{account_id}}/{{action}}")
async def switch_account(
    request: Request, analyst: Genuine, account_id: str, action: str
) -> Response:
    """Disables an account, or enables it again."""
    parts = parts_of(request)
    change = {"disable": disable_account, "enable": enable_account}.get(action)
    if change is None:
        return Response(status_code=404)
    if not analyst.may(AccountRole.ADMIN):
        return await _all(request, analyst)
    if account_id == analyst.account_id:
        return await _all(request, analyst, "Another administrator must do this to you.", 422)
    try:
        await change(parts.sessions, account_id, analyst.account_id, parts.now())
    except AccountRefused as refusal:
        return await _all(request, analyst, str(refusal), 422)
    return RedirectResponse(_ACCOUNTS, 303)

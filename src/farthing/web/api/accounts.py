"""/api/v1/accounts: those of banks, and those kept by hand."""

from __future__ import annotations

from typing import Annotated, Any

import msgspec
from litestar import Response, delete, get, patch, post
from litestar.params import Body, FromPath, FromQuery
from msgspec import UNSET, UnsetType

from farthing.core.dates import parse_day, rfc3339
from farthing.core.errors import Missing
from farthing.core.ids import internal, public
from farthing.core.money import decimal_text
from farthing.flows.desk import read_desk
from farthing.flows.manage_accounts import (
    AccountEdit,
    Opening,
    Standing,
    add_account,
    delete_account,
    edit_account,
    list_accounts,
    state_balance,
)
from farthing.web.api.objects import account_id as account_key
from farthing.web.api.objects import day, instant
from farthing.web.api.queries import page_of, version_of
from farthing.web.api.transactions import CALLING, SECURITY, Calling
from farthing.web.callers import Ask, Caller, world_of
from farthing.web.once import once

TAGS = ["Accounts"]


class AccountObject(msgspec.Struct):
    """An account. `connection_id` null: kept by hand. Balances are signed, what is owed is negative; `version` is also the ETag."""

    id: str
    connection_id: str | None
    name: str
    mask: str | None
    institution: str | None
    kind: str
    currency: str
    balance: str
    available: str | None
    balance_as_of: str | None
    opening_balance: str | None
    opened_on: str | None
    closed_on: str | None
    hidden: bool
    version: int
    created_at: str
    updated_at: str


class AccountList(msgspec.Struct):
    """Oldest first; hidden and closed ones too."""

    items: list[AccountObject]
    next_cursor: str | None


class NewAccount(msgspec.Struct, forbid_unknown_fields=True):
    """An account kept by hand. `kind`: checking, cash, card, savings, investment, loan, property, vehicle, other."""

    name: str
    kind: str
    currency: str | None = None
    opening_balance: str = "0"
    opened_on: str | None = None


class AccountChanges(msgspec.Struct, forbid_unknown_fields=True, omit_defaults=True):
    """What is to change. `kind` and `opening_balance` only of accounts kept by hand; `closed_on` null: open again."""

    name: str | UnsetType = UNSET
    kind: str | UnsetType = UNSET
    hidden: bool | UnsetType = UNSET
    closed_on: str | UnsetType | None = UNSET
    opening_balance: str | UnsetType = UNSET


class NewBalance(msgspec.Struct, forbid_unknown_fields=True):
    """What the account was worth at the end of `date`; the last such word counts."""

    date: str
    balance: str


def account_object(standing: Standing, household: int) -> AccountObject:
    """An account as the API answers it."""
    account = standing.account

    def money(minor: int | None) -> str | None:
        return None if minor is None else decimal_text(minor, account.currency)

    return AccountObject(
        id=account_key(account, household),
        connection_id=public("con", account.connection_id) if account.connection_id else None,
        name=account.text.name,
        mask=account.text.mask or None,
        institution=account.text.institution or None,
        kind=account.kind.slug,
        currency=account.currency,
        balance=decimal_text(standing.balance, account.currency),
        available=money(account.available),
        balance_as_of=instant(standing.as_of),
        opening_balance=money(account.opening_balance) if account.by_hand else None,
        opened_on=day(account.opened_on),
        closed_on=day(account.closed_on),
        hidden=account.hidden,
        version=account.version,
        created_at=rfc3339(account.created_at),
        updated_at=rfc3339(account.updated_at),
    )


async def _standings(request: Ask, calling: Caller) -> list[Standing]:
    async with read_desk(world_of(request), calling.household_id, calling.actor) as desk:
        return await list_accounts(desk)


async def _answer(request: Ask, calling: Caller, key: int, status: int = 200) -> Response[AccountObject]:
    found = next((s for s in await _standings(request, calling) if s.account.account_id == key), None)
    if found is None:
        raise Missing("not_found", "no such account")
    request.app.state.access.saw(calling.household_id, calling.actor, [key])
    made = account_object(found, calling.household_id)
    return Response(made, status_code=status, headers={"etag": f'"{found.account.version}"'})


@get("/api/v1/accounts", dependencies=CALLING, security=SECURITY, tags=TAGS, summary="List accounts")
async def list_all(
    request: Ask, calling: Calling, cursor: FromQuery[str | None] = None, limit: FromQuery[str | None] = None
) -> AccountList:
    """Every account, hidden and closed ones too."""
    found = await _standings(request, calling)
    shown, after = page_of(found, lambda s: account_key(s.account, calling.household_id), cursor=cursor, limit=limit)
    request.app.state.access.saw(calling.household_id, calling.actor, [s.account.account_id for s in shown])
    return AccountList([account_object(s, calling.household_id) for s in shown], after)


@get("/api/v1/accounts/{account_id:str}", dependencies=CALLING, security=SECURITY, tags=TAGS, summary="Get an account")
async def get_account(request: Ask, calling: Calling, account_id: FromPath[str]) -> Response[AccountObject]:
    """One account, with its version as ETag."""
    return await _answer(request, calling, internal("acc", account_id, household=calling.household_id))


@post("/api/v1/accounts", dependencies=CALLING, security=SECURITY, tags=TAGS, summary="Open an account by hand", status_code=201)
async def post_account(request: Ask, calling: Calling, data: Annotated[NewAccount, Body()]) -> Response[AccountObject]:
    """Cash, a house, a car, a bank that cannot be linked. Without a currency it is in the household's own."""

    async def story() -> Response[Any]:
        world = world_of(request)
        async with read_desk(world, calling.household_id, calling.actor) as desk:
            currency = data.currency if data.currency is not None else desk.household.currency
        opened_on = parse_day(data.opened_on, field="opened_on") if data.opened_on is not None else None
        wish = Opening(name=data.name, kind=data.kind, currency=currency, opening_balance=data.opening_balance, opened_on=opened_on)
        return await _answer(request, calling, await add_account(world, calling.household_id, calling.actor, wish), 201)

    return await once(request, calling, story)


@patch("/api/v1/accounts/{account_id:str}", dependencies=CALLING, security=SECURITY, tags=TAGS, summary="Edit an account")
async def patch_account(
    request: Ask, calling: Calling, account_id: FromPath[str], data: Annotated[AccountChanges, Body()]
) -> Response[AccountObject]:
    """Rename, hide, close or reopen. `If-Match` makes it conditional."""
    key = internal("acc", account_id, household=calling.household_id)
    closed_on = parse_day(data.closed_on, field="closed_on") if isinstance(data.closed_on, str) else data.closed_on
    wish = AccountEdit(name=data.name, kind=data.kind, hidden=data.hidden, closed_on=closed_on, opening_balance=data.opening_balance)
    await edit_account(world_of(request), calling.household_id, calling.actor, key, wish, if_version=version_of(request))
    return await _answer(request, calling, key)


@delete(
    "/api/v1/accounts/{account_id:str}", dependencies=CALLING, security=SECURITY, tags=TAGS, summary="Delete an account", status_code=204
)
async def remove_account(request: Ask, calling: Calling, account_id: FromPath[str]) -> None:
    """For good, with all its transactions. Refused (409) while a bank link brings it: end the link, or hide the account."""
    key = internal("acc", account_id, household=calling.household_id)
    await delete_account(world_of(request), calling.household_id, calling.actor, key, if_version=version_of(request))


@post(
    "/api/v1/accounts/{account_id:str}/balances", dependencies=CALLING, security=SECURITY, tags=TAGS, summary="State a balance",
    status_code=201,
)  # fmt: skip
async def post_balance(
    request: Ask, calling: Calling, account_id: FromPath[str], data: Annotated[NewBalance, Body()]
) -> Response[AccountObject]:
    """Of an account kept by hand: what it was worth at the end of a day. Answers with the account."""
    key = internal("acc", account_id, household=calling.household_id)

    async def story() -> Response[Any]:
        stated_on = parse_day(data.date)
        await state_balance(world_of(request), calling.household_id, calling.actor, key, day=stated_on, balance=data.balance)
        return await _answer(request, calling, key, 201)

    return await once(request, calling, story)


routes: list[Any] = [list_all, get_account, post_account, patch_account, remove_account, post_balance]

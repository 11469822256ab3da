"""The doors of Accounts: the list, one account, and the forms for those kept by hand."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec
from litestar import Response, get, post
from litestar.di import NamedDependency, Provide
from litestar.params import FromPath
from litestar.response import Redirect
from msgspec import UNSET

from farthing.core.dates import parse_day
from farthing.core.errors import FarthingError, Missing, Rejected
from farthing.core.ids import internal, public
from farthing.flows.add_by_hand import delete_transaction
from farthing.flows.desk import read_desk
from farthing.flows.manage_accounts import AccountEdit, Opening, add_account, delete_account, edit_account, state_balance
from farthing.flows.mend import bring_back
from farthing.flows.typed import plain_amount
from farthing.flows.view_accounts import adding, view_account, view_accounts
from farthing.flows.view_frame import view_frame
from farthing.flows.view_models.parts import Notice
from farthing.ledger.lock import glance
from farthing.web.callers import Ask, Visitor, visitor, world_of
from farthing.web.pages.render import fields_of, page, said
from farthing.web.parameters import COUNT, FLAG, one_of, reads

VISITING = {"visiting": Provide(visitor)}
SHOWN = ("balance", "edit", "delete")


async def _list(
    request: Ask, visiting: Visitor, *, given: Mapping[str, str] | None = None, wrong: tuple[str, str] | None = None
) -> Response[Any]:
    """The list; with `wrong` (field, words) the form for an account by hand is drawn again, open."""
    async with read_desk(world_of(request), visiting.household_id, visiting.actor) as desk:
        around = await view_frame(desk, page="accounts", title="Accounts", csrf=visiting.csrf, member_id=visiting.member_id)
        show = wrong is not None or request.query_params.get("add") == "1"
        form = adding(desk, given=given, wrong=wrong or ("", ""), show=show)
        view = await view_accounts(desk, around.connections, with_hidden=request.query_params.get("hidden") == "1", add=form)
    request.app.state.access.saw(visiting.household_id, visiting.actor, [0])
    frame = around.frame
    if gone := request.query_params.get("deleted"):
        told = Notice("info", "The account is deleted.", f"{gone} transactions went with it." if gone.isdigit() and gone != "0" else "")
        frame = msgspec.structs.replace(frame, notices=(*frame.notices, told))
    return page("pages/accounts.html", status=422 if wrong else 200, frame=frame, view=view)


@get("/accounts", dependencies=VISITING, include_in_schema=False, opt=reads(add=FLAG, hidden=FLAG, deleted=COUNT))
async def accounts_page(request: Ask, visiting: NamedDependency[Visitor]) -> Response[Any]:
    """Every account by kind, with what they are worth together."""
    return await _list(request, visiting)


@post("/accounts", dependencies=VISITING, include_in_schema=False, status_code=200)
async def accounts_post(request: Ask, visiting: NamedDependency[Visitor]) -> Response[Any]:
    """Add an account by hand, or state what one is worth."""
    form = await fields_of(request)
    if form.get("intent") == "balance":
        return await _changed(request, visiting, form.get("account_id", ""), form)
    try:
        wish = Opening(
            name=form.get("name", ""),
            kind=form.get("kind", ""),
            currency=form.get("currency", ""),
            opening_balance=await _money(request, visiting, form.get("opening_balance", "")),
            opened_on=parse_day(form["opened_on"], field="opened_on") if form.get("opened_on") else None,
        )
        key = await add_account(world_of(request), visiting.household_id, visiting.actor, wish)
    except Rejected as error:
        return await _list(request, visiting, given=form, wrong=(error.field or "form", said(error)))
    return Redirect(f"/accounts/{public('acc', key, household=visiting.household_id)}", status_code=303)


async def _one(
    request: Ask, visiting: Visitor, key: int, *, given: Mapping[str, str] | None = None, wrong: tuple[str, str] = ("", "")
) -> Response[Any]:
    async with read_desk(world_of(request), visiting.household_id, visiting.actor) as desk:
        view = await view_account(desk, key, typed=given, wrong=wrong)
        around = await view_frame(
            desk, page="accounts", title=view.name.value or view.account.name, csrf=visiting.csrf, member_id=visiting.member_id
        )
    request.app.state.access.saw(visiting.household_id, visiting.actor, [key])
    frame = msgspec.structs.replace(around.frame, title=view.account.name)
    show = request.query_params.get("show", "")
    return page("pages/account.html", status=422 if wrong[0] else 200, frame=frame, view=view, show="" if wrong[0] else show)


@get("/accounts/{account_id:str}", dependencies=VISITING, include_in_schema=False, opt=reads(show=one_of(SHOWN)))
async def account_page(request: Ask, visiting: NamedDependency[Visitor], account_id: FromPath[str]) -> Response[Any]:
    """One account: its balance over time, its latest transactions, and what can be changed."""
    return await _one(request, visiting, internal("acc", account_id, household=visiting.household_id))


@post("/accounts/{account_id:str}", dependencies=VISITING, include_in_schema=False, status_code=200)
async def account_post(request: Ask, visiting: NamedDependency[Visitor], account_id: FromPath[str]) -> Response[Any]:
    """Edit it, state its balance, or delete it with everything in it."""
    return await _changed(request, visiting, account_id, await fields_of(request))


async def _changed(request: Ask, visiting: Visitor, account_id: str, form: Mapping[str, str]) -> Response[Any]:
    key = internal("acc", account_id, household=visiting.household_id)
    world, household = world_of(request), visiting.household_id
    try:
        match form.get("intent"):
            case "balance":
                stated_on = parse_day(form.get("date", ""))
                balance = await _money(request, visiting, form.get("balance", ""))
                await state_balance(world, household, visiting.actor, key, day=stated_on, balance=balance)
            case "delete_row":
                await delete_transaction(world, household, visiting.actor, internal("txn", form.get("transaction_id", "")))
            case "restore_row":
                await bring_back(world, household, visiting.actor, internal("txn", form.get("transaction_id", "")))
            case "delete":
                gone = await delete_account(world, household, visiting.actor, key)
                return Redirect(f"/accounts?deleted={gone.rows}", status_code=303)
            case _:
                await edit_account(world, household, visiting.actor, key, _edit(form))
    except Missing:
        raise
    except FarthingError as error:
        if error.status >= 500:
            raise
        return await _one(request, visiting, key, given=form, wrong=(error.field or "form", said(error)))
    return Redirect(f"/accounts/{account_id}", status_code=303)


async def _money(request: Ask, visiting: Visitor, text: str) -> str:
    """An amount as the household's people write them."""
    async with world_of(request).db.unit(visiting.household_id) as unit:
        return plain_amount(text, (await glance(unit)).locale)


def _edit(form: Mapping[str, str]) -> AccountEdit:
    """Every field of the form is said each time; the kind is there only where its owner may set it."""
    closed_on = form.get("closed_on", "")
    return AccountEdit(
        name=form.get("name", ""),
        kind=form.get("kind", UNSET),
        hidden=form.get("hidden") == "yes",
        closed_on=parse_day(closed_on, field="closed_on") if closed_on else None,
    )


routes: list[Any] = [accounts_page, accounts_post, account_page, account_post]

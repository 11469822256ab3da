"""The doors of Transactions that write many rows: the same change for all that were chosen, and any batch taken back."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qsl

from litestar import Response, post
from litestar.params import FromPath
from litestar.response import Redirect

from farthing.core.errors import FarthingError, Missing, Rejected
from farthing.core.ids import internal
from farthing.flows.beside import CATEGORY_GONE, CHANGED_LATER, DELETED, NO_ROOM
from farthing.flows.beside_back import IN_USE
from farthing.flows.bulk import Deleted, delete_many, edit_many
from farthing.flows.desk import read_desk
from farthing.flows.like import correct_like
from farthing.flows.list_filter import read_list
from farthing.flows.undo import undo
from farthing.flows.view_models.format import counted
from farthing.ledger.accounts import accounts
from farthing.web.callers import Ask, world_of
from farthing.web.pages.answers import by_htmx, told
from farthing.web.pages.render import fields_of
from farthing.web.pages.transaction_edits import changed, wish_of
from farthing.web.pages.transactions import VISITING, Visiting

WHY_IT_STAYS = {
    CHANGED_LATER: "was changed since, and stays",
    CATEGORY_GONE: "needs a category that is gone, and stays as it is",
    DELETED: "is not there any more",
    IN_USE: "is in use by now, and stays",
    NO_ROOM: "finds no room any more, and stays away",
}


@post("/transactions/{transaction_id:str}/like", dependencies=VISITING, include_in_schema=False, status_code=200)
async def transaction_like(request: Ask, visiting: Visiting, transaction_id: FromPath[str]) -> Response[Any]:
    """The rest of the merchant goes where this row is: one batch, one undo."""
    key, form, household = internal("txn", transaction_id), await fields_of(request), visiting.household_id
    try:
        category = internal("cat", form.get("category_id", ""), household=household)
        revised = await correct_like(world_of(request), household, visiting.actor, key, category)
    except FarthingError as error:
        if error.status >= 500 or not by_htmx(request):
            raise
        return Response("", status_code=422, headers=told(f"Not done: {error.detail}.", failed=True))
    if not by_htmx(request):
        return Redirect(f"/transactions/{transaction_id}", status_code=303)
    text = f"{counted(revised.count, 'transaction')} changed" if revised.count else "Nothing to change"
    return await changed(request, visiting, [key], told(text, batch_id=revised.batch_id, fetch=("ledger",)))


@post("/transactions/bulk", dependencies=VISITING, include_in_schema=False, status_code=200)
async def transactions_bulk(request: Ask, visiting: Visiting) -> Response[Any]:
    """The same change for the chosen rows, or for every row of the list, or all of them deleted: one batch, one undo."""
    form, world, household = await request.form(), world_of(request), visiting.household_id
    fields = await fields_of(request)
    keys = [internal("txn", str(one)) for value in form.getall("ids", []) for one in str(value).split(",") if one]
    try:
        wanted = None
        if "filter" in fields and not keys:
            async with read_desk(world, household, visiting.actor) as desk:
                held = await accounts(desk.unit, desk.sealer)
                wanted = (await read_list(desk, dict(parse_qsl(fields["filter"])), held)).wanted
        if fields.get("delete") == "yes":
            deleted = await delete_many(world, household, visiting.actor, ids=keys, wanted=wanted)
            said = told(_went(deleted), batch_id=deleted.revised.batch_id, failed=not deleted.revised.count, fetch=("ledger",))
            return await changed(request, visiting, keys, said)
        revised = await edit_many(world, household, visiting.actor, wish_of(fields, household), ids=keys, wanted=wanted)
    except (Rejected, Missing) as error:
        return Response("", status_code=422, headers=told(f"Not done: {error.detail}.", failed=True))
    text = f"{counted(revised.count, 'transaction')} changed" if revised.count else "Nothing to change"
    return await changed(request, visiting, keys, told(text, batch_id=revised.batch_id, fetch=() if keys else ("ledger",)))


def _went(deleted: Deleted) -> str:
    """How many went, how many stay, and why."""
    count, stated = deleted.revised.count, len(deleted.stated)
    said = [f"{counted(count, 'transaction')} deleted" if count else "Nothing deleted"]
    if stated == 1:
        said.append("1 is your bank’s and stays: hide it instead")
    elif stated:
        said.append(f"{stated:,} are your bank’s and stay: hide them instead")
    if deleted.gone:
        said.append(f"{deleted.gone:,} {'was' if deleted.gone == 1 else 'were'} gone already")
    return "; ".join(said)


@post("/undo/{batch_id:str}", dependencies=VISITING, include_in_schema=False, status_code=200)
async def undo_post(request: Ask, visiting: Visiting, batch_id: FromPath[str]) -> Response[Any]:
    """Take a batch back; what a later one changed stays and is counted. Undoing the undo does it again."""
    key = internal("imp" if batch_id.startswith("imp_") else "bat", batch_id)
    try:
        undone = await undo(world_of(request), visiting.household_id, visiting.actor, key)
    except FarthingError as error:
        if error.status >= 500 or not by_htmx(request):
            raise
        return Response("", status_code=422, headers=told(f"Not undone: {error.detail}.", failed=True))
    kept = len({k.transaction_id for k in undone.refused})
    beside = "".join(f"; “{s.name}” {WHY_IT_STAYS[s.reason]}" for s in undone.stays)
    stays = f"; {counted(kept, 'row')} changed since, and stay{'s' if kept == 1 else ''}" if kept else ""
    stays += beside
    headers = told(
        f"Undone{stays}" if undone.undone else f"Nothing could be undone{stays}", batch_id=undone.batch_id, fetch=("ledger", "budget")
    )
    if not by_htmx(request):
        return Redirect("/transactions", status_code=303)
    return Response("", headers=headers)


routes: list[Any] = [transactions_bulk, transaction_like, undo_post]

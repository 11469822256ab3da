"""The doors of Transactions that write one row: by hand, its fields, its parts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from litestar import Response, delete, patch, post, put
from litestar.params import FromPath
from litestar.response import Redirect
from msgspec import UNSET

from farthing.core.dates import parse_day
from farthing.core.errors import FarthingError, Missing, Rejected, Stale
from farthing.core.ids import internal, public
from farthing.core.money import Money
from farthing.flows.add_by_hand import Entry, add_by_hand, delete_transaction
from farthing.flows.desk import Desk, read_desk
from farthing.flows.edit import Edit, edit_transaction
from farthing.flows.show import show
from farthing.flows.split_up import Slice, split_up
from farthing.flows.twins import twin_of
from farthing.flows.typed import plain_amount
from farthing.flows.view_frame import view_frame
from farthing.flows.view_models.parts import FieldState
from farthing.flows.view_models.transactions import Conflict
from farthing.flows.view_parts import eye_of, row_of
from farthing.flows.view_transaction import find_shown, view_panel
from farthing.flows.view_transactions import adding
from farthing.ledger.accounts import accounts
from farthing.ledger.label import before
from farthing.web.callers import Ask, Visitor, world_of
from farthing.web.pages.answers import by_htmx, told
from farthing.web.pages.render import fields_of, page
from farthing.web.pages.transactions import VISITING, Visiting, around_of, banks_of, draw_list, read_list_around

DRAWN_MAX = 200
YES = {"yes": True, "no": False}
FIELDS = ("amount", "merchant", "date", "note")


def wish_of(form: dict[str, str], household: int) -> Edit:
    """What a form's fields say; raises Rejected with the field."""
    category = form.get("category_id")
    return Edit(
        category_id=_category(category, household) if category else UNSET,
        merchant=form.get("merchant", UNSET),
        note=form.get("note", UNSET),
        tags=[t for t in (x.strip() for x in form["tags"].split(",")) if t] if "tags" in form else UNSET,
        more_tags=[form["tag"]] if form.get("tag") else (),
        date=(parse_day(form["date"]) if form["date"] else None) if "date" in form else UNSET,
        hidden=_flag(form, "hidden"),
        reviewed=_flag(form, "reviewed"),
    )


def _flag(form: dict[str, str], name: str) -> Any:
    if name not in form:
        return UNSET
    if form[name] not in YES:
        raise Rejected("bad_flag", f"{name} is yes or no", field=name)
    return YES[form[name]]


def _category(text: str, household: int) -> int:
    try:
        return internal("cat", text, household=household)
    except Missing as error:
        raise Rejected("no_such_category", "there is no such category", field="category_id") from error


def _version(form: dict[str, str]) -> int | None:
    text = form.get("version", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None


async def changed(
    request: Ask, visiting: Visitor, keys: Sequence[int], headers: dict[str, str], *, conflict: Conflict | None = None, status: int = 200
) -> Response[Any]:
    """Rows as they now are, and the panel when one of them stands open; everything is swapped by id."""
    async with read_desk(world_of(request), visiting.household_id, visiting.actor) as desk:
        held = await accounts(desk.unit, desk.sealer)
        around = await view_frame(desk, page="transactions", title="Transactions", csrf=visiting.csrf, member_id=visiting.member_id)
        stored = await before(desk.unit, desk.sealer, keys[:DRAWN_MAX])
        opened = around_of(request).get("open", "") or _opened_path(request)
        rows = [row_of(eye_of(desk), s) for s in await show(desk, list(stored.values()), held=held)]
        panel = None
        if key := next((k for k in keys if public("txn", k) == opened), 0):
            asked = await read_list_around(desk, request, held)
            panel = await view_panel(desk, key, asked, banks=banks_of(around), conflict=conflict)
    drawn = page("fragments/transaction_changed.html", status=status, rows=rows, panel=panel, frame=around.frame)
    drawn.headers.update(headers)
    return drawn


def _opened_path(request: Ask) -> str:
    """`/transactions/txn_...` as the page's own address."""
    last = request.headers.get("hx-current-url", "").partition("?")[0].rpartition("/")[2]
    return last if last.startswith("txn_") else ""


async def _refused(request: Ask, visiting: Visitor, key: int, error: FarthingError) -> Response[Any]:
    """Nothing was changed: the row as it stands, and why."""
    return await changed(request, visiting, [key], told(f"Not saved: {error.detail}.", failed=True), status=422)


@patch("/transactions/{transaction_id:str}", dependencies=VISITING, include_in_schema=False)
async def transaction_patch(request: Ask, visiting: Visiting, transaction_id: FromPath[str]) -> Response[Any]:
    """Change the fields that were sent; somebody else's change of the same row meanwhile is shown beside it."""
    key, form = internal("txn", transaction_id), await fields_of(request)
    world, household = world_of(request), visiting.household_id
    try:
        revised = await edit_transaction(world, household, visiting.actor, key, wish_of(form, household), if_version=_version(form))
    except Stale:
        return await _conflict(request, visiting, key, form)
    except Rejected as error:
        return await _refused(request, visiting, key, error)
    return await changed(request, visiting, [key], told(_saved(form), batch_id=revised.batch_id) if revised.count else {})


@post("/transactions/{transaction_id:str}", dependencies=VISITING, include_in_schema=False, status_code=200)
async def transaction_post(request: Ask, visiting: Visiting, transaction_id: FromPath[str]) -> Response[Any]:
    """The panel's form from a reader without a script: it says every field, of which those that differ are the owner's word."""
    key, form = internal("txn", transaction_id), await fields_of(request)
    world, household = world_of(request), visiting.household_id
    async with read_desk(world, household, visiting.actor) as desk:
        shown = await find_shown(desk, key)
    held = {"merchant": shown.merchant, "date": str(shown.row.date), "tags": ", ".join(shown.tags), "note": shown.row.owner.note}
    said = {name: value for name, value in form.items() if held.get(name) != value}
    await edit_transaction(world, household, visiting.actor, key, wish_of(said, household), if_version=_version(form))
    return Redirect(f"/transactions/{transaction_id}", status_code=303)


def _saved(form: dict[str, str]) -> str:
    if "hidden" in form:
        return "Hidden" if form["hidden"] == "yes" else "Shown again"
    if "reviewed" in form:
        return "Reviewed" if form["reviewed"] == "yes" else "Not reviewed"
    return "Saved"


async def _conflict(request: Ask, visiting: Visitor, key: int, form: dict[str, str]) -> Response[Any]:
    async with read_desk(world_of(request), visiting.household_id, visiting.actor) as desk:
        shown = await find_shown(desk, key)
        name = next((n for n in ("category_id", "merchant", "note", "tags", "date", "hidden", "reviewed") if n in form), "row")
        held = {
            "category_id": shown.category.name, "merchant": shown.merchant, "note": shown.row.owner.note, "tags": ", ".join(shown.tags),
            "date": str(shown.row.date),
        }  # fmt: skip
        yours = form.get(name, "")
        if name == "category_id":
            yours = next(
                (c.name for c in desk.categories.every if public("cat", c.category_id, household=visiting.household_id) == yours), ""
            )
    conflict = Conflict(name.removesuffix("_id"), yours or "nothing", held.get(name, "") or "nothing", "Somebody else")
    return await changed(request, visiting, [key], told("Changed meanwhile: look again.", failed=True), conflict=conflict, status=412)


@delete("/transactions/{transaction_id:str}", dependencies=VISITING, include_in_schema=False, status_code=200)
async def transaction_delete(request: Ask, visiting: Visiting, transaction_id: FromPath[str]) -> Response[Any]:
    """Out of every total, and no bank brings it back; an undo does."""
    key = internal("txn", transaction_id)
    revised = await delete_transaction(world_of(request), visiting.household_id, visiting.actor, key)
    return await changed(request, visiting, [key], told("Deleted", batch_id=revised.batch_id, fetch=("ledger",)))


@put("/transactions/{transaction_id:str}/splits", dependencies=VISITING, include_in_schema=False)
async def transaction_splits(request: Ask, visiting: Visiting, transaction_id: FromPath[str]) -> Response[Any]:
    """Parts that add up to the row; one alone gives the row that category, and makes it whole."""
    key, form = internal("txn", transaction_id), await request.form()
    world, household = world_of(request), visiting.household_id
    categories = [str(v) for v in form.getall("category_id", [])]
    amounts = [str(v) for v in form.getall("amount", [])]
    version = _version({"version": str(form.get("version", ""))})
    try:
        if len(categories) != len(amounts):
            raise Rejected("bad_splits", "each part has a category and an amount", field="splits")
        async with read_desk(world, household, visiting.actor) as desk:
            slices = await _slices(desk, key, categories, amounts)
        revised = await split_up(world, household, visiting.actor, key, slices if len(slices) > 1 else [], if_version=version)
    except Stale:
        return await _conflict(request, visiting, key, {})
    except Rejected as error:
        return await _refused(request, visiting, key, error)
    text = f"Split in {len(slices)}" if len(slices) > 1 else "Whole again"
    return await changed(request, visiting, [key], told(text, batch_id=revised.batch_id))


async def _slices(desk: Desk, key: int, categories: Sequence[str], amounts: Sequence[str]) -> list[Slice]:
    row = (await find_shown(desk, key)).row
    household, locale = desk.household.household_id, eye_of(desk).locale
    found = []
    for category, text in zip(categories, amounts, strict=True):
        minor = Money.parse(plain_amount(text, locale), row.currency, field="splits").minor
        if not category:
            raise Rejected("bad_splits", "each part needs a category", field="splits")
        found.append(Slice(minor, _category(category, household)))
    return found


@post("/transactions", dependencies=VISITING, include_in_schema=False, status_code=200)
async def transactions_post(request: Ask, visiting: Visiting) -> Response[Any]:
    """A row by hand; one that may be here already is shown first."""
    form, world, household = await fields_of(request), world_of(request), visiting.household_id
    try:
        async with read_desk(world, household, visiting.actor) as desk:
            entry = _entry(form, household, eye_of(desk).locale)
            twin = "" if form.get("separate") == "yes" else await twin_of(desk, entry)
        if twin:
            return await _adding(request, visiting, form, {"twin": twin}, status=409)
        added = await add_by_hand(world, household, visiting.actor, entry)
    except (Rejected, Missing) as error:
        return await _adding(request, visiting, form, _wrong(error, form), status=422)
    if not by_htmx(request):
        return Redirect(f"/transactions?open={public('txn', added.transaction_id)}", status_code=303)
    again = form.get("again") == "yes"
    kept = {"account_id": form.get("account_id", ""), "date": form.get("date", "")} if again else {}
    drawn = await _form(request, visiting, kept, {"open": again})
    drawn.headers.update(told("Added", batch_id=added.batch_id, fetch=("ledger",)))
    return drawn


def _entry(form: dict[str, str], household: int, locale: str) -> Entry:
    amount = plain_amount(form.get("amount", ""), locale)
    if amount.startswith("-"):
        amount = amount[1:]
    try:
        account = internal("acc", form.get("account_id", ""), household=household)
    except Missing as error:
        raise Rejected("no_such_account", "choose an account", field="form") from error
    return Entry(
        account_id=account,
        date=parse_day(form.get("date", "")),
        amount=amount if form.get("direction") == "in" else f"-{amount}",
        merchant=form.get("merchant", ""),
        category_id=_category(form["category_id"], household) if form.get("category_id") else None,
        note=form.get("note", ""),
    )


def _wrong(error: FarthingError, form: dict[str, str]) -> dict[str, Any]:
    """What is wrong beside its field; above the form where it has none."""
    words = f"{error.detail[:1].upper()}{error.detail[1:]}."
    if error.field in FIELDS:
        return {error.field: FieldState(form.get(error.field, ""), words)}
    return {"wrong": words}


async def _form(request: Ask, visiting: Visitor, form: dict[str, str], more: dict[str, Any], *, status: int = 200) -> Response[Any]:
    async with read_desk(world_of(request), visiting.household_id, visiting.actor) as desk:
        held = await accounts(desk.unit, desk.sealer)
        around = await view_frame(desk, page="transactions", title="Transactions", csrf=visiting.csrf, member_id=visiting.member_id)
        drawn = adding(desk, held, form, **more)
    # Opened by the script: a browser that is handed an open dialog scrolls the list to where it was put.
    return page("fragments/transaction_add.html", status=status, form=drawn, frame=around.frame, scripted=True)


async def _adding(request: Ask, visiting: Visitor, form: dict[str, str], wrong: dict[str, Any], *, status: int) -> Response[Any]:
    if by_htmx(request):
        return await _form(request, visiting, form, {"open": True, **wrong}, status=status)
    return await draw_list(request, visiting, {}, add=form, wrong=wrong, status=status)


routes: list[Any] = [
    transaction_patch, transaction_post, transaction_delete, transaction_splits, transactions_post,
]  # fmt: skip

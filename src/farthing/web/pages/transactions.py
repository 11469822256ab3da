"""The doors of Transactions that only read: the list, its older rows, its totals, one transaction opened."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import msgspec
from litestar import Response, get
from litestar.di import NamedDependency, Provide
from litestar.params import FromPath
from litestar.response import Redirect, Stream

from farthing.core.dates import Month
from farthing.core.errors import Missing, Rejected
from farthing.core.ids import internal
from farthing.flows.desk import Desk, accounts_of, read_desk
from farthing.flows.export_list import export_list
from farthing.flows.list_filter import PARAMETERS, Asked, address, gone_from, last_day_at, read_list, without_gone
from farthing.flows.list_transactions import keyset_of
from farthing.flows.query_language import read_query
from farthing.flows.view_frame import Around, period_of, view_frame
from farthing.flows.view_models.frame import Period
from farthing.flows.view_models.parts import Notice, Toast
from farthing.flows.view_parts import eye_of
from farthing.flows.view_saved import view_saved, views_gone
from farthing.flows.view_transaction import find_shown, view_panel
from farthing.flows.view_transactions import Keyset, account_filter, adding, view_list, view_rows, view_totals
from farthing.ledger.accounts import Account
from farthing.people.saved_views import Place, saved_views
from farthing.web.callers import Ask, Visitor, visitor, world_of
from farthing.web.pages.render import page
from farthing.web.parameters import FLAG, READ_LATER, WORDS, id_of, one_of, read_by, reads_of

VISITING = {"visiting": Provide(visitor)}
Visiting = NamedDependency[Visitor]
CHOSEN_MAX = 300
CHOSEN = msgspec.structs.replace(READ_LATER, text_max=CHOSEN_MAX * (len("txn_,") + 20))  # an id of ours has at most twenty digits
GONE = "gone"
SAID = {"view-deleted": "The view is deleted."}
PLACES = {"cursor": read_by(keyset_of, "a place in the list"), "at": read_by(last_day_at, "a day or a month")}
EXTRAS = {"open": id_of("txn"), "cursor": READ_LATER, "add": FLAG, "query": WORDS, "totals": FLAG}
TYPED = dict.fromkeys(("q", "merchant", "merchant_is", "tag", "no_tag", "pattern"), WORDS)
LISTED = dict.fromkeys((*PARAMETERS, "at"), READ_LATER) | TYPED | EXTRAS
READS = reads_of(LISTED)
READS_PAGE = reads_of({**LISTED, "said": one_of(SAID), "batch": id_of("bat")})


def given_of(request: Ask) -> dict[str, str]:
    """The address's parameters, each once."""
    return dict(request.query_params.items())


def begins_of(given: Mapping[str, str]) -> Keyset | None:
    """What the first row comes after: the cursor's row, or every row newer than the day of `at`. Raises Malformed, Rejected."""
    if given.get("cursor"):
        return keyset_of(given["cursor"])
    return (last_day_at(given["at"]) + dt.timedelta(days=1), 0) if given.get("at") else None


def around_of(request: Ask) -> dict[str, str]:
    """The parameters of the page from which a script asks."""
    return dict(parse_qsl(urlsplit(request.headers.get("hx-current-url", "")).query))


def banks_of(around: Around) -> dict[int, str]:
    """The bank's name of each link."""
    return {int(c.connection_id): c.institution.name for c in around.connections}


async def draw_list(
    request: Ask, visiting: Visitor, given: Mapping[str, str], *, open_id: int = 0, add: Mapping[str, str] | None = None,
    wrong: Mapping[str, Any] | None = None, unread: Rejected | None = None, typed_view: Mapping[str, str] | None = None,
    wrong_view: str = "", status: int = 200,
) -> Response[Any]:  # fmt: skip
    """The whole page. `add`: the form for a row by hand, open, with what is `wrong`. `unread`: why the query box could not be read.

    `typed_view`: the form for a name of this filter, with what is wrong.
    """
    async with read_desk(world_of(request), visiting.household_id, visiting.actor) as desk:
        held, around, named = await desk.unit.side_by_side(
            accounts_of(desk),
            view_frame(desk, page="transactions", title="Transactions", csrf=visiting.csrf, member_id=visiting.member_id),
            saved_views(desk.unit, desk.sealer, Place.TRANSACTIONS),
        )
        try:
            asked = await read_list(desk, given, held)
            begins_of(given)
        except Rejected as error:
            asked, unread = await read_list(desk, {}, held), error
        except Missing:  # an old link, or a view of what went
            asked, unread = await _left_of(desk, given, held)
        form = adding(desk, held, add, open=True, **(wrong or {})) if add is not None else None
        at, before = ("", None) if unread else (given.get("at", ""), begins_of(given))
        query = given.get("query", "") if unread else ""
        view = await view_list(desk, around.connections, asked, held, before=before, open_id=open_id, add=form, query=query, at=at)
        view = msgspec.structs.replace(view, saved=view_saved(
            asked, named, typed=typed_view, wrong=wrong_view, gone=views_gone(desk, named, held),
            was=given if unread is not None and unread.code == GONE else None,
        ))  # fmt: skip
        if given.get("totals") == "1":  # a reader without a script asks for them
            view = msgspec.structs.replace(view, totals=await view_totals(desk, asked))
        panel = await view_panel(desk, open_id, asked, banks=banks_of(around)) if open_id else None
        frame = msgspec.structs.replace(
            around.frame,
            period=_period(desk, asked),
            accounts=account_filter(asked, held, eye_of(desk)),
            notices=(Notice("warn", "This filter could not be read.", f"{unread.detail[:1].upper()}{unread.detail[1:]}."),)
            if unread
            else (),
            toast=Toast(said, given.get("batch", "")) if (said := SAID.get(given.get("said", ""), "")) else None,
        )
    request.app.state.access.saw(visiting.household_id, visiting.actor, asked.wanted.accounts or held)
    return page("pages/transactions.html", status=422 if unread else status, frame=frame, view=view, panel=panel)


async def _left_of(desk: Desk, given: Mapping[str, str], held: Mapping[int, Account]) -> tuple[Asked, Rejected]:
    """What is left of a filter that names what is gone, and how that is said; everything where nothing is left of it."""
    gone = " and ".join(gone_from(desk, given, held)) or "something"
    try:
        asked = await read_list(desk, without_gone(desk, given, held), held)
    except (Missing, Rejected):
        asked = await read_list(desk, {}, held)
    shown = "the list goes by what is left of it" if asked.given else "every transaction is shown instead"
    return asked, Rejected(GONE, f"it names {gone} that {'are' if ' and ' in gone else 'is'} gone: {shown}")


def _period(desk: Desk, asked: Asked) -> Period:
    """The month control; over a list without a month it leads to this one."""
    path = asked.href(period="{}", **{"from": "", "to": ""}).replace("%7B%7D", "{}")
    this, locale = Month.of(desk.today), eye_of(desk).locale
    presets = [("This year", str(this.year)), ("Last year", str(this.year - 1))]
    control = period_of(asked.month or this, desk.today, path, locale=locale, presets=presets)
    if asked.month is None:
        label = next(
            (c.label for c in asked.chips if c.name == "period"), "Any day" if "from" in asked.given or "to" in asked.given else "All"
        )
        control = msgspec.structs.replace(control, label=label, value="", next_href="", previous_href=path.format(this))
    return control


@get("/transactions", dependencies=VISITING, include_in_schema=False, opt=READS_PAGE)
async def transactions_page(request: Ask, visiting: Visiting) -> Response[Any]:
    """The list that the address asks for; what was typed in the query box becomes an address first."""
    given = given_of(request)
    if given.get("query", "").strip():
        try:
            merged = {k: v for k, v in {**given, **read_query(given["query"])}.items() if k not in EXTRAS}
            async with read_desk(world_of(request), visiting.household_id, visiting.actor) as desk:
                await read_list(desk, merged, await accounts_of(desk))
        except Rejected as error:
            return await draw_list(request, visiting, given, unread=error)
        return Redirect(address("/transactions", merged), status_code=303)
    open_id = internal("txn", given["open"]) if given.get("open") else 0
    return await draw_list(request, visiting, given, open_id=open_id, add={} if given.get("add") == "1" else None)


@get("/transactions/rows", dependencies=VISITING, include_in_schema=False, opt=READS)
async def transaction_rows(request: Ask, visiting: Visiting) -> Response[Any]:
    """Rows older than the cursor, a hundred at a time; the newest without one."""
    given = given_of(request)
    async with read_desk(world_of(request), visiting.household_id, visiting.actor) as desk:
        held = await accounts_of(desk)
        around = await view_frame(desk, page="transactions", title="Transactions", csrf=visiting.csrf, member_id=visiting.member_id)
        asked = await read_list(desk, given, held)
        rows = await view_rows(desk, around.connections, asked, held, before=begins_of(given))
    request.app.state.access.saw(visiting.household_id, visiting.actor, asked.wanted.accounts or held)
    return page("fragments/transaction_rows.html", rows=rows)


@get("/transactions/totals", dependencies=VISITING, include_in_schema=False, opt=reads_of(LISTED | PLACES))
async def transaction_totals(request: Ask, visiting: Visiting) -> Response[Any]:
    """The sums of the whole filter."""
    async with read_desk(world_of(request), visiting.household_id, visiting.actor) as desk:
        asked = await read_list(desk, given_of(request), await accounts_of(desk))
        totals = await view_totals(desk, asked)
    return page("fragments/transaction_totals.html", totals=totals, href=totals.href)


@get("/transactions/export", dependencies=VISITING, include_in_schema=False, opt=reads_of({**LISTED, **PLACES, "ids": CHOSEN}))
async def transactions_export(request: Ask, visiting: Visiting) -> Stream:
    """Every row of the list as CSV, parts of split rows apart; only those that `ids` names, where it does."""
    world, household, given = world_of(request), visiting.household_id, given_of(request)
    async with read_desk(world, household, visiting.actor) as desk:
        wanted = (await read_list(desk, given, await accounts_of(desk))).wanted
    if given.get("ids"):
        chosen = tuple(internal("txn", one) for one in given["ids"].split(",")[: CHOSEN_MAX + 1] if one)
        if len(chosen) > CHOSEN_MAX:
            raise Rejected("too_many", f"at most {CHOSEN_MAX} chosen rows; export the whole list", field="ids")
        wanted = msgspec.structs.replace(wanted, payees=(), ids=chosen)
    request.app.state.access.saw(household, visiting.actor, wanted.accounts or [0])
    rows = await export_list(world, household, visiting.actor, wanted)
    period = "".join(c for c in given.get("period", "") if c in "0123456789-")
    named = {"content-disposition": f'attachment; filename="transactions{"-" if period else ""}{period}.csv"'}
    return Stream(rows, media_type="text/csv; charset=utf-8", headers=named)


@get("/transactions/{transaction_id:str}", dependencies=VISITING, include_in_schema=False, opt=READS)
async def transaction_page(request: Ask, visiting: Visiting, transaction_id: FromPath[str]) -> Response[Any]:
    """One transaction opened beside its month."""
    key, given = internal("txn", transaction_id), given_of(request)
    if not given:
        async with read_desk(world_of(request), visiting.household_id, visiting.actor) as desk:
            given = {"period": str(Month.of((await find_shown(desk, key)).row.date))}
    return await draw_list(request, visiting, given, open_id=key)


@get("/transactions/{transaction_id:str}/panel", dependencies=VISITING, include_in_schema=False)
async def transaction_panel(request: Ask, visiting: Visiting, transaction_id: FromPath[str]) -> Response[Any]:
    """The same as a part, within the list that is on the screen."""
    key = internal("txn", transaction_id)
    async with read_desk(world_of(request), visiting.household_id, visiting.actor) as desk:
        held = await accounts_of(desk)
        around = await view_frame(desk, page="transactions", title="Transactions", csrf=visiting.csrf, member_id=visiting.member_id)
        asked = await read_list_around(desk, request, held)
        panel = await view_panel(desk, key, asked, banks=banks_of(around))
    request.app.state.access.saw(visiting.household_id, visiting.actor, [0])
    return page("fragments/transaction_panel.html", panel=panel, frame=around.frame)


async def read_list_around(desk: Desk, request: Ask, held: Mapping[int, Any]) -> Asked:
    """The list on whose page a script asks; every transaction where that cannot be read."""
    try:
        return await read_list(desk, around_of(request), held)
    except Rejected:
        return await read_list(desk, {}, held)


routes: list[Any] = [transactions_page, transaction_rows, transaction_totals, transactions_export, transaction_page, transaction_panel]

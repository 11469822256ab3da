"""The doors of Recurring: the page with its tabs, and the owner's word on a series."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from litestar import Response, get, post
from litestar.di import NamedDependency, Provide
from litestar.params import FromPath
from litestar.response import Redirect
from msgspec import UNSET

from farthing.core.errors import FarthingError, Missing, Rejected
from farthing.core.ids import internal, public
from farthing.core.money import Money
from farthing.flows.desk import read_desk
from farthing.flows.manage_recurring import (
    RecurringEdit,
    RecurringWish,
    add_series,
    confirm_series,
    confirm_sure,
    dismiss_series,
    edit_series,
)
from farthing.flows.typed import plain_amount
from farthing.flows.view_frame import view_frame
from farthing.flows.view_recurring import TABS, AskedOf, view_recurring
from farthing.insights.recurring.store import held_series, one_series
from farthing.web.callers import Ask, Visitor, visitor, world_of
from farthing.web.pages.render import fields_of, page, said
from farthing.web.parameters import id_of, one_of, reads

VISITING = {"visiting": Provide(visitor)}
ANSWERS = {"yes": confirm_series, "no": dismiss_series}
SAVED = {
    "confirmed": "Confirmed: it is in the totals now.",
    "dismissed": "Dismissed. You will not be asked again.",
    "changed": "Saved.",
    "ended": "Ended.",
    "added": "Added.",
}


async def _draw(request: Ask, visiting: Visitor, asked: AskedOf, *, status: int = 200) -> Response[Any]:
    async with read_desk(world_of(request), visiting.household_id, visiting.actor) as desk:
        around = await view_frame(desk, page="recurring", title="Recurring", csrf=visiting.csrf, member_id=visiting.member_id)
        view = await view_recurring(desk, asked, await held_series(desk.unit, desk.sealer))
    request.app.state.access.saw(visiting.household_id, visiting.actor, [0])
    return page("pages/recurring.html", status=status, frame=around.frame, view=view)


@get("/recurring", dependencies=VISITING, include_in_schema=False, opt=reads(tab=one_of(TABS), edit=id_of("rec"), saved=one_of(SAVED)))
async def recurring_page(request: Ask, visiting: NamedDependency[Visitor]) -> Response[Any]:
    """What comes again, by tab; with `edit` the form of one series."""
    given = request.query_params
    return await _draw(request, visiting, AskedOf(_tab(given), given.get("edit", ""), SAVED.get(given.get("saved", ""), "")))


@post("/recurring", dependencies=VISITING, include_in_schema=False, status_code=200)
async def recurring_post(request: Ask, visiting: NamedDependency[Visitor]) -> Response[Any]:
    """Confirm, dismiss, edit, end or take up a series, or make one of a transaction, by `intent`."""
    form = await fields_of(request)
    tab = _tab(form)
    try:
        return Redirect(f"/recurring?tab={tab}&{await _do(request, visiting, form)}", status_code=303)
    except FarthingError as error:
        if error.status >= 500:
            raise
        gone = isinstance(error, Missing)
        edit = form.get("recurring_id", "")[:40] if form.get("intent") == "save" and not gone else ""
        words = "It is not there any more." if gone else said(error)
        asked = AskedOf(tab, edit, typed={k: v[:200] for k, v in form.items()}, field=getattr(error, "field", None) or "", wrong=words)
        return await _draw(request, visiting, asked, status=422 if gone else error.status)


@post("/recurring/{recurring_id:str}/{answer:str}", dependencies=VISITING, include_in_schema=False, status_code=200)
async def answer_post(
    request: Ask, visiting: NamedDependency[Visitor], recurring_id: FromPath[str], answer: FromPath[str]
) -> Response[Any]:
    """Yes or no to "New subscription?", from a line of any page, which is then drawn anew."""
    if answer not in ANSWERS:
        raise Missing("not_found", "the answers are yes and no")
    await ANSWERS[answer](world_of(request), visiting.household_id, visiting.actor, internal("rec", recurring_id))
    return Response("", media_type="text/html", headers={"hx-refresh": "true"})


def _tab(given: Mapping[str, str]) -> Any:
    tab = given.get("tab", "upcoming")
    return tab if tab in TABS else "upcoming"


async def _do(request: Ask, visiting: Visitor, form: Mapping[str, str]) -> str:
    who = (world_of(request), visiting.household_id, visiting.actor)
    match form.get("intent"):
        case "confirm_sure":
            await confirm_sure(*who)
            return "saved=confirmed"
        case "add":
            one = await add_series(*who, RecurringWish(transaction_id=internal("txn", form.get("transaction_id", ""))))
            return f"saved=added&edit={public('rec', one.recurring_id)}#edit"
    key = internal("rec", form.get("recurring_id", ""))
    match form.get("intent"):
        case "confirm" | "resume":
            await confirm_series(*who, key)
            return "saved=confirmed"
        case "dismiss":
            await dismiss_series(*who, key)
            return "saved=dismissed"
        case "end":
            await edit_series(*who, key, RecurringEdit(state="ended"))
            return "saved=ended"
        case "save":
            await edit_series(*who, key, await _edit(request, visiting, form, key))
            return "saved=changed"
    raise Rejected("unknown_intent", "this form asks for something that this page does not do")


async def _edit(request: Ask, visiting: Visitor, form: Mapping[str, str], key: int) -> RecurringEdit:
    """What of the form differs from what stands, so that a field left alone stays what the rows say."""
    async with read_desk(world_of(request), visiting.household_id, visiting.actor) as desk:
        one, locale = await one_series(desk.unit, desk.sealer, key), desk.household.locale
    given = form.get("amount", "").strip()
    typed = plain_amount(given, locale) or given
    size = typed.removeprefix("-")
    amount = size if one.amount > 0 else f"-{size}"
    same_amount = not size or _equal(amount, one.usual, one.currency)
    next_on = form.get("next_on", "")
    return RecurringEdit(
        name=form["name"] if form.get("name", one.title) != one.title else UNSET,
        cadence=form["cadence"] if form.get("cadence", one.cadence.word) != one.cadence.word else UNSET,
        amount=UNSET if same_amount else amount,
        next_on=next_on if next_on and (one.next_on is None or next_on != one.next_on.isoformat()) else UNSET,
    )


def _equal(text: str, minor: int, currency: str) -> bool:
    try:
        return Money.parse(text, currency).minor == minor
    except Rejected:
        return False


routes: list[Any] = [recurring_page, recurring_post, answer_post]

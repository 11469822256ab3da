"""The doors of Budgets: a month's limits, and everything that can be done to them there."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import msgspec
from litestar import Response, get, post
from litestar.di import NamedDependency, Provide
from litestar.params import FromPath
from litestar.response import Redirect

from farthing.core.dates import Month
from farthing.core.errors import FarthingError, Missing, Rejected
from farthing.core.ids import internal, public
from farthing.flows.cover import cover
from farthing.flows.desk import read_desk
from farthing.flows.manage_budgets import BudgetEdit, BudgetWish, delete_budget
from farthing.flows.put_in_envelopes import assign_targets, choose, hold, move
from farthing.flows.read_alerts import mark_read
from farthing.flows.set_limits import add_limit, fill, parse_amount, reshape_budget, set_limits
from farthing.flows.view_budget_panel import adding
from farthing.flows.view_budget_parts import Asked
from farthing.flows.view_budgets import view_budgets
from farthing.flows.view_frame import period_of, view_frame
from farthing.flows.view_models.parts import Toast
from farthing.flows.view_parts import eye_of
from farthing.web.callers import Ask, Visitor, visitor, world_of
from farthing.web.pages.answers import by_htmx, told
from farthing.web.pages.render import fields_of, page
from farthing.web.parameters import FLAG, either, id_of, one_of, reads

VISITING = {"visiting": Provide(visitor)}
SAID = {
    "set": "The limit is changed.",
    "added": "The budget is added.",
    "filled": "The budgets are kept.",
    "edited": "The budget is changed.",
    "deleted": "The budget is deleted.",
    "moved": "Moved, in this month alone.",
    "only": "The limit is changed in this month alone.",
    "from": "The limit is changed from this month on.",
    "off": "Budgets are off. Limits and envelopes are kept for when they are wanted.",
    "track": "Limits it is: each stands by itself.",
    "plan": "Every unit of money gets a place now.",
    "held": "Kept for the next month.",
    "assigned": "Assigned.",
    "given": "Moved.",
}
PLACES = frozenset({"limit", "add", "fill", "edit", "cover", "move", "mode", "hold", "assign"})
UNCOVERED = "none"  # what is over stays over
READS = reads(
    cover=either(one_of((UNCOVERED,)), id_of("bud")), edit=id_of("bud"), fill=one_of(("median",)), add=FLAG, said=one_of(SAID),
    batch=id_of("bat"),
)  # fmt: skip
GONE = "This budget is not there any more: somebody deleted it meanwhile."


class Post(msgspec.Struct, frozen=True):
    """A form of the page: its fields, the boxes ticked in it, and for which month it was drawn."""

    month: Month
    fields: Mapping[str, str]
    categories: tuple[str, ...]
    alerts: tuple[int, ...]

    def budget(self, name: str = "budget_id") -> int:
        """The budget a field names; raises Missing."""
        return internal("bud", self.fields.get(name, ""))


class Done(msgspec.Struct, frozen=True):
    """What was done, in a word of SAID (none: nothing), the batch that undoes it, and what stays open on the page."""

    said: str = ""
    batch_id: int = 0
    stays: str = ""


async def _draw(request: Ask, visiting: Visitor, month: Month, asked: Asked, *, toast: Toast | None = None) -> Response[Any]:
    async with read_desk(world_of(request), visiting.household_id, visiting.actor) as desk:
        around, view = await desk.unit.side_by_side(
            view_frame(desk, page="budgets", title="Budgets", csrf=visiting.csrf, member_id=visiting.member_id),
            view_budgets(desk, month, asked),
        )
        period = period_of(month, desk.today, "/budgets/{}", locale=desk.household.locale)
    request.app.state.access.saw(visiting.household_id, visiting.actor, [0])
    frame = msgspec.structs.replace(around.with_period(period), toast=toast)
    return page("pages/budgets.html", status=422 if asked.wrong else 200, kept=desk.kept, frame=frame, view=view)


@get("/budgets", dependencies=VISITING, include_in_schema=False, opt=READS)
async def budgets_now(request: Ask, visiting: NamedDependency[Visitor]) -> Redirect:
    """This month's."""
    async with read_desk(world_of(request), visiting.household_id, visiting.actor) as desk:
        month = Month.of(desk.today)
    query = request.url.query
    return Redirect(f"/budgets/{month}{'?' + query if query else ''}", status_code=303)


@get("/budgets/{month:str}", dependencies=VISITING, include_in_schema=False, opt=READS)
async def budgets_page(request: Ask, visiting: NamedDependency[Visitor], month: FromPath[str]) -> Response[Any]:
    """What is left to spend in a month, every limit, and who can cover what is over."""
    given = request.query_params
    asked = Asked(cover=given.get("cover", ""), edit=given.get("edit", ""), fill=given.get("fill") == "median", add=given.get("add") == "1")
    return await _draw(request, visiting, _month(month), asked, toast=_toast(given.get("said", ""), given.get("batch", "")))


@get("/budgets/{month:str}/add", dependencies=VISITING, include_in_schema=False)
async def budgets_add(request: Ask, visiting: NamedDependency[Visitor], month: FromPath[str]) -> Response[Any]:
    """The form for one more, for a page that opens it: it has every category there is, and most looks want none of them."""
    here = _month(month)
    async with read_desk(world_of(request), visiting.household_id, visiting.actor) as desk:
        add = adding(desk, eye_of(desk), Asked(add=True))
    return page("pages/budgets/add.html", add=add, month=str(here), csrf_token=visiting.csrf, drawn_open=False)


def _month(text: str) -> Month:
    try:
        return Month.parse(text)
    except Rejected as error:
        raise Missing("not_found", "there is no such month; months are written 2026-11") from error


def _toast(said: str, batch: str) -> Toast | None:
    return Toast(SAID[said], batch) if said in SAID else None


@post("/budgets/{month:str}", dependencies=VISITING, include_in_schema=False, status_code=200)
async def budgets_post(request: Ask, visiting: NamedDependency[Visitor], month: FromPath[str]) -> Response[Any]:
    """Set a limit, add, fill, edit or delete budgets, cover one that is over, move what is in envelopes, choose the way to budget."""
    sent = await _sent(request, _month(month))
    act = ACTS.get(sent.fields.get("intent", ""))
    try:
        if act is None:
            raise Rejected("unknown_intent", "this form asks for something that this page does not do")
        done = await act(request, visiting, sent)
    except FarthingError as error:
        if error.status >= 500:
            raise
        return await _draw(request, visiting, sent.month, _again(sent, error, visiting.household_id))
    if by_htmx(request):
        return await _answered(request, visiting, sent, done)
    batch = public("bat", done.batch_id) if done.batch_id else ""
    extra = "&".join(filter(None, (done.stays, f"said={done.said}" if done.said else "", f"batch={batch}" if batch else "")))
    return Redirect(f"/budgets/{sent.month}{'?' + extra if extra else ''}", status_code=303)


async def _answered(request: Ask, visiting: Visitor, sent: Post, done: Done) -> Response[Any]:
    """The page again, with what was done as a toast; after a read mark the open page fetches itself."""
    if sent.fields.get("intent") == "read":
        return Response("", status_code=204, headers=told(fetch=("alert",)))
    drawn = await _draw(request, visiting, sent.month, Asked(scope=_scope(sent) if "scope" in sent.fields else ""))
    if done.said:
        drawn.headers.update(told(SAID[done.said], batch_id=done.batch_id or None))
    return drawn


async def _sent(request: Ask, month: Month) -> Post:
    fields = await fields_of(request)
    form = await request.form()
    ticked = [str(v)[:8] for v in form.getall("alerts", [])][:20]
    categories = tuple(str(v)[:40] for v in form.getall("category_id", []))[:300]
    return Post(month, fields, categories, tuple(int(t) for t in ticked if t.isascii() and t.isdigit()))


def _again(sent: Post, error: FarthingError, household: int) -> Asked:
    """The page with what was typed, and what is wrong with it beside its field."""
    place, field, key = sent.fields.get("intent", ""), error.field or "", sent.fields.get("budget_id", "")[:40]
    words = GONE if isinstance(error, Missing) else f"{error.detail[:1].upper()}{error.detail[1:]}."
    typed = {k: v[:200] for k, v in sent.fields.items()}
    if field.startswith("limit."):
        number = int(field.partition(".")[2])
        key = public("cat", number, household=household) if place == "fill" else public("bud", number)
        typed["limit"] = typed.get(f"limit.{key}", "") if not sent.fields.get("budget_id") else typed.get("limit", "")
    known = place in PLACES and not (place in {"limit", "edit"} and isinstance(error, Missing))
    return Asked(
        cover=key if place == "cover" else "",
        edit=key if place in {"edit", "move"} else "",
        scope=typed.get("scope", "") if place == "limit" else "",
        fill=place == "fill",
        place=place if known else "",
        key=key,
        field=field,
        wrong=words,
        typed=typed,
        ticked=sent.categories,
        alerts=sent.alerts,
    )


async def _set(request: Ask, visiting: Visitor, sent: Post) -> Done:
    """One limit as it was typed; without a script, every field of the table, and those that changed are set."""
    if sent.fields.get("budget_id"):
        picks = {sent.budget(): sent.fields.get("limit", "")}
    else:
        named = {name.partition(".")[2]: text for name, text in sent.fields.items() if name.startswith("limit.bud_")}
        picks = {internal("bud", key): text for key, text in named.items()}
    place, scope = (world_of(request), visiting.household_id, visiting.actor), _scope(sent)
    count, batch_id = await set_limits(*place, picks, month=sent.month, scope=scope)
    said = "assigned" if sent.fields.get("envelopes") else scope if "scope" in sent.fields else "set"
    return Done(said if count else "", batch_id)


def _scope(sent: Post) -> str:
    return "only" if sent.fields.get("scope") == "only" else "from"


async def _add(request: Ask, visiting: Visitor, sent: Post) -> Done:
    target = sent.fields.get("category_id", "")
    wish = BudgetWish(
        limit=sent.fields.get("limit", ""),
        starts=sent.month.first,
        period=sent.fields.get("period", "month"),
        category_id=_category(target, visiting) if target.startswith("cat_") else None,
        group=target.removeprefix("group:") if target.startswith("group:") else None,
        everything=target == "all",
        rollover=sent.fields.get("rollover", "none"),
        cap=sent.fields.get("cap") or None,
        currency=sent.fields.get("currency") or None,
        alerts=sent.alerts,
    )
    changed = await add_limit(world_of(request), visiting.household_id, visiting.actor, wish, month=sent.month)
    return Done("added", changed.batch_id)


def _category(text: str, visiting: Visitor) -> int:
    try:
        return internal("cat", text, household=visiting.household_id)
    except Missing as error:
        raise Rejected("no_such_category", "there is no such category", field="category_id") from error


async def _fill(request: Ask, visiting: Visitor, sent: Post) -> Done:
    picks = {_category(c, visiting): sent.fields.get(f"limit.{c}", "") for c in sent.categories}
    count, batch_id = await fill(world_of(request), visiting.household_id, visiting.actor, picks, month=sent.month)
    return Done("filled" if count else "", batch_id)


async def _edit(request: Ask, visiting: Visitor, sent: Post) -> Done:
    wish = BudgetEdit(
        limit=sent.fields.get("limit", ""),
        name=sent.fields.get("name", ""),
        rollover=sent.fields.get("rollover", "none"),
        cap=sent.fields.get("cap", ""),
        scope=_scope(sent),
        alerts=sent.alerts,
    )
    changed = await reshape_budget(world_of(request), visiting.household_id, visiting.actor, sent.budget(), wish, month=sent.month)
    return Done("edited" if changed.batch_id else "", changed.batch_id)


async def _delete(request: Ask, visiting: Visitor, sent: Post) -> Done:
    return Done("deleted", await delete_budget(world_of(request), visiting.household_id, visiting.actor, sent.budget()))


async def _cover(request: Ask, visiting: Visitor, sent: Post) -> Done:
    covered = await cover(
        world_of(request), visiting.household_id, visiting.actor, sent.budget(), sent.budget("source_id"), month=sent.month
    )
    return Done("moved", covered.batch_id)


async def _mode(request: Ask, visiting: Visitor, sent: Post) -> Done:
    mode, typed = sent.fields.get("mode", ""), sent.fields.get("opening", "")
    opening = await _minor(request, visiting, typed, field="opening") if typed.strip() else None
    revised = await choose(world_of(request), visiting.household_id, visiting.actor, mode, opening=opening)
    return Done(mode if revised.batch_id else "", revised.batch_id)


async def _hold(request: Ask, visiting: Visitor, sent: Post) -> Done:
    minor = await _minor(request, visiting, sent.fields.get("amount", "") or "0", field="amount")
    revised = await hold(world_of(request), visiting.household_id, visiting.actor, minor, month=sent.month)
    return Done("held" if revised.batch_id else "", revised.batch_id)


async def _move(request: Ask, visiting: Visitor, sent: Post) -> Done:
    minor = await _minor(request, visiting, sent.fields.get("amount", ""), field="amount")
    here, other = sent.budget(), sent.budget("other_id") if sent.fields.get("other_id") else None
    source, target = (other, here) if sent.fields.get("way") == "in" else (here, other)
    place = world_of(request), visiting.household_id, visiting.actor
    revised = await move(*place, minor, source_id=source, target_id=target, month=sent.month)
    return Done("given", revised.batch_id)


async def _assign(request: Ask, visiting: Visitor, sent: Post) -> Done:
    count, batch_id = await assign_targets(world_of(request), visiting.household_id, visiting.actor, month=sent.month)
    return Done("assigned" if count else "", batch_id)


async def _minor(request: Ask, visiting: Visitor, text: str, *, field: str) -> int:
    """An amount as it was typed, in the household's unit; raises Rejected with the field."""
    async with read_desk(world_of(request), visiting.household_id, visiting.actor) as desk:
        try:
            return parse_amount(desk, text, desk.household.currency)
        except Rejected as error:
            words = "write an amount such as 250" if error.code == "bad_limit" else error.detail
            raise Rejected(error.code.replace("limit", "amount"), words, field=field) from error


async def _leave(*_: object) -> Done:
    return Done(stays="cover=none")


async def _read(request: Ask, visiting: Visitor, sent: Post) -> Done:
    await mark_read(world_of(request), visiting.household_id, visiting.actor, [internal("alr", sent.fields.get("alert_id", ""))])
    return Done()


Act = Callable[[Ask, Visitor, Post], Awaitable[Done]]
ACTS: Mapping[str, Act] = {
    "limit": _set, "add": _add, "fill": _fill, "edit": _edit, "delete": _delete, "cover": _cover, "leave": _leave, "read": _read,
    "mode": _mode, "hold": _hold, "move": _move, "assign": _assign,
}  # fmt: skip

routes: list[Any] = [budgets_now, budgets_page, budgets_add, budgets_post]

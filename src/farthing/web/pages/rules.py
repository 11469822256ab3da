"""The doors of Rules under Settings: the list, a rule's form with what it would do, and the runs over what stands."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from litestar import Response, get, post
from litestar.di import NamedDependency, Provide
from litestar.response import Redirect

from farthing.core.errors import FarthingError, Limited, Missing, Rejected
from farthing.core.ids import internal, public
from farthing.flows.manage_rules import RuleEdit, RuleWish, add_rule, delete_rule, edit_rule
from farthing.flows.preview_rule import trying_desk
from farthing.flows.read_rule import PARTS_MAX, ShareWish, ThenWish
from farthing.flows.run_rules import run_rules
from farthing.flows.sift_rows import looking
from farthing.flows.view_models.rules import RulePreview
from farthing.flows.view_rules import SAVED, TRANSFER, AskedOf, view_preview, view_rules
from farthing.platform import limits
from farthing.web.callers import Ask, Visitor, visitor, world_of
from farthing.web.pages.render import fields_of, page, said
from farthing.web.pages.settings import refused, settings_page, status_of
from farthing.web.parameters import COUNT, FLAG, id_of, one_of, reads

VISITING = {"visiting": Provide(visitor)}
INTENTS = frozenset({"save", "apply", "move", "on", "off", "delete"})
GONE = "This rule is not there any more: somebody deleted it meanwhile."
READS = reads(
    edit=id_of("rul"), add=FLAG, from_=id_of("txn"), saved=one_of(("applied", *SAVED)), batch=id_of("bat"), changed=COUNT,
)  # fmt: skip


async def _draw(request: Ask, visiting: Visitor, asked: AskedOf, *, status: int = 200) -> Response[Any]:
    request.app.state.access.saw(visiting.household_id, visiting.actor, [0])
    return await settings_page(request, visiting, "rules", lambda desk: view_rules(desk, asked), status=status)


@get("/settings/rules", dependencies=VISITING, include_in_schema=False, opt=READS)
async def rules_page(request: Ask, visiting: NamedDependency[Visitor]) -> Response[Any]:
    """Every rule in order; with `edit`, `add` or `from` (a row) the form of one."""
    given = request.query_params
    changed = given.get("changed", "")
    asked = AskedOf(
        edit=given.get("edit", ""),
        add=given.get("add") == "1",
        start=given.get("from", ""),
        saved=given.get("saved", ""),
        batch_id=given.get("batch", ""),
        changed=int(changed) if changed.isascii() and changed.isdigit() and len(changed) < 9 else 0,
    )
    return await _draw(request, visiting, asked)


@post("/settings/rules", dependencies=VISITING, include_in_schema=False, status_code=200)
async def rules_post(request: Ask, visiting: NamedDependency[Visitor]) -> Response[Any]:
    """Try a rule, keep it, move it, turn it on or off, delete it, or apply it to what stands, by `intent`."""
    form = await fields_of(request)
    try:
        if form.get("intent") == "preview":
            asked = AskedOf(edit=form.get("rule_id", "")[:40], add=not form.get("rule_id"), typed=form, wish=_wish(form, visiting))
            async with looking(world_of(request), visiting.household_id, limits.RULE_LOOK):
                return await _draw(request, visiting, asked)
        done = await _do(request, visiting, form)
    except FarthingError as error:
        again = refused(error, form)
        field, words = ("", GONE) if isinstance(error, Missing) else again.wrong
        keeping = form.get("intent") in {"save", "preview"}
        asked = AskedOf(
            edit=form.get("rule_id", "")[:40] if keeping else "",
            add=keeping and not form.get("rule_id"),
            typed={k: v[:2_500] for k, v in form.items()},
            field=field,
            wrong=words,
        )
        drawn = await _draw(request, visiting, asked, status=422 if isinstance(error, Missing) else status_of(error))
        if isinstance(error, Limited):
            drawn.headers["retry-after"] = str(error.retry_after_s)
        return drawn
    return Redirect(f"/settings/rules?saved={done}", status_code=303)


@post("/settings/rules/preview", dependencies=VISITING, include_in_schema=False, status_code=200)
async def preview_post(request: Ask, visiting: NamedDependency[Visitor]) -> Response[str]:
    """What the form's rule would do, drawn below it while it is typed."""
    form = await fields_of(request)
    request.app.state.access.saw(visiting.household_id, visiting.actor, [0])
    try:
        rule_id = internal("rul", form["rule_id"]) if form.get("rule_id") else None
        async with trying_desk(world_of(request), visiting.household_id, visiting.actor) as desk:
            preview = await view_preview(desk, _wish(form, visiting), rule_id)
    except (Limited, Missing, Rejected) as error:
        preview = RulePreview(wrong=said(error))
    return page("fragments/rule_preview.html", preview=preview)


async def _do(request: Ask, visiting: Visitor, form: Mapping[str, str]) -> str:
    if form.get("intent") not in INTENTS:
        raise Rejected("unknown_intent", "this form asks for something that this page does not do")
    who = (world_of(request), visiting.household_id, visiting.actor)
    if form.get("intent") == "save" and not form.get("rule_id"):
        return _with_batch("added", (await add_rule(*who, _wish(form, visiting))).batch_id)
    if form.get("intent") == "apply":
        ran = await run_rules(*who, [internal("rul", form["rule_id"])] if form.get("rule_id") else [])
        return f"applied&changed={ran.count}&batch={public('bat', ran.batch_id)}" if ran.batch_id else "nothing"
    key = internal("rul", form.get("rule_id", ""))
    match form.get("intent"):
        case "save":
            wish = _wish(form, visiting)
            edit = RuleEdit(when=wish.when, then=wish.then, name=wish.name)
        case "move":
            edit = RuleEdit(order=_number(form.get("order", "")))
        case "on" | "off":
            edit = RuleEdit(enabled=form["intent"] == "on")
        case _:
            return _with_batch("deleted", (await delete_rule(*who, key)).batch_id)
    return _with_batch("changed", (await edit_rule(*who, key, edit)).batch_id)


def _with_batch(said: str, batch_id: int | None) -> str:
    return f"{said}&batch={public('bat', batch_id)}" if batch_id else said


def _number(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 9):
        raise Rejected("bad_order", "an order counts from 1", field="order")
    return int(text)


def _wish(form: Mapping[str, str], visiting: Visitor) -> RuleWish:
    chosen = form.get("category_id", "")
    then = ThenWish(
        category_id=_category(chosen, visiting, field="category_id") if chosen not in {"", TRANSFER} else None,
        transfer=chosen == TRANSFER,
        merchant=form.get("merchant", ""),
        note=form.get("note", ""),
        tags=[t for t in form.get("tags", "").split(",") if t.strip()],
        hidden=_flag(form.get("hidden", "")),
        reviewed=_flag(form.get("reviewed", "")),
        splits=[_part(form, n, visiting) for n in range(1, PARTS_MAX + 1) if form.get(f"size_{n}", "").strip()],
    )
    return RuleWish(when=form.get("when", ""), then=then, name=form.get("name", ""))


def _part(form: Mapping[str, str], number: int, visiting: Visitor) -> ShareWish:
    size = form[f"size_{number}"].strip()
    category_id = _category(form.get(f"part_{number}", ""), visiting, field="splits")
    share = size.removesuffix("%").strip()
    return ShareWish(category_id=category_id, share=share) if size.endswith("%") else ShareWish(category_id=category_id, amount=size)


def _category(text: str, visiting: Visitor, *, field: str) -> int:
    try:
        return internal("cat", text, household=visiting.household_id)
    except Missing as error:
        raise Rejected("no_such_category", "there is no such category", field=field) from error


def _flag(text: str) -> bool | None:
    return {"yes": True, "no": False}.get(text)


routes: list[Any] = [rules_page, rules_post, preview_post]

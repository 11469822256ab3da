"""The doors of Categories under Settings: the tree, and what the household makes of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from litestar import Response, get, post
from litestar.di import NamedDependency, Provide
from litestar.response import Redirect

from farthing.core.errors import FarthingError, Missing, Rejected
from farthing.core.ids import internal, public
from farthing.flows.close_category import delete_category, merge_category
from farthing.flows.manage_categories import CategoryEdit, CategoryWish, add_category, edit_category, move_category
from farthing.flows.manage_groups import GroupEdit, GroupWish, add_own_group, delete_group, edit_group, move_group
from farthing.flows.view_categories import SAVED, view_categories
from farthing.flows.view_groups import GONE, AskedOf
from farthing.web.callers import Ask, Visitor, visitor, world_of
from farthing.web.pages.render import fields_of
from farthing.web.pages.settings import refused, settings_page, status_of
from farthing.web.parameters import id_of, one_of, reads

VISITING = {"visiting": Provide(visitor)}
READS = reads(edit=id_of("cat"), group=id_of("grp"), add=one_of(("1", "group")), saved=one_of(SAVED), batch=id_of("bat"))


async def _draw(request: Ask, visiting: Visitor, asked: AskedOf, *, status: int = 200) -> Response[Any]:
    request.app.state.access.saw(visiting.household_id, visiting.actor, [0])
    return await settings_page(request, visiting, "categories", lambda desk: view_categories(desk, asked), status=status)


@get("/settings/categories", dependencies=VISITING, include_in_schema=False, opt=READS)
async def categories_page(request: Ask, visiting: NamedDependency[Visitor]) -> Response[Any]:
    """Every category by group, own and hidden ones too, with how much stands in each."""
    given = request.query_params
    asked = AskedOf(
        edit=given.get("edit", ""),
        add=given.get("add") == "1",
        edit_group=given.get("group", ""),
        add_group=given.get("add") == "group",
        saved=given.get("saved", ""),
        batch_id=given.get("batch", ""),
    )
    return await _draw(request, visiting, asked)


@post("/settings/categories", dependencies=VISITING, include_in_schema=False, status_code=200)
async def categories_post(request: Ask, visiting: NamedDependency[Visitor]) -> Response[Any]:
    """Add a category, change one, put it higher or lower, merge it, or delete it and say where its rows go, by `intent`."""
    form = await fields_of(request)
    try:
        match form.get("intent"):
            case "add":
                done = await _add(request, visiting, form)
            case "edit":
                done = await _edit(request, visiting, form)
            case "up" | "down" as way:
                key = form.get("category_id", "")
                moved = await move_category(world_of(request), visiting.household_id, visiting.actor, _key(visiting, key), up=way == "up")
                done = _with_batch(f"ordered&edit={key}", moved.batch_id)
            case "delete":
                done = await _delete(request, visiting, form)
            case "merge":
                done = await _merge(request, visiting, form)
            case "group-add" | "group-edit" | "group-delete" | "group-up" | "group-down" as what:
                done = await _group(request, visiting, form, what)
            case _:
                raise Rejected("unknown_intent", "this form asks for something that this page does not do")
    except FarthingError as error:
        again = refused(error, form)
        field, words = ("", GONE) if isinstance(error, Missing) else again.wrong
        adding = form.get("intent") == "add"
        asked = AskedOf(
            edit="" if adding else form.get("category_id", "")[:40],
            add=adding,
            edit_group=form.get("group_id", "")[:40],
            add_group=form.get("intent") == "group-add",
            typed={k: v[:200] for k, v in form.items()},
            field=field,
            wrong=words,
        )
        return await _draw(request, visiting, asked, status=422 if isinstance(error, Missing) else status_of(error))
    return Redirect(f"/settings/categories?saved={done}", status_code=303)


async def _add(request: Ask, visiting: Visitor, form: Mapping[str, str]) -> str:
    wish = CategoryWish(name=form.get("name", ""), group=form.get("group", ""), bill=form.get("bill") == "yes")
    return _with_batch("added", (await add_category(world_of(request), visiting.household_id, visiting.actor, wish)).batch_id)


async def _edit(request: Ask, visiting: Visitor, form: Mapping[str, str]) -> str:
    wish = CategoryEdit(
        name=form.get("name", ""), group=form.get("group", ""), bill=form.get("bill") == "yes", hidden=form.get("hidden") == "yes"
    )
    key = _key(visiting, form.get("category_id", ""))
    return _with_batch("changed", (await edit_category(world_of(request), visiting.household_id, visiting.actor, key, wish)).batch_id)


async def _delete(request: Ask, visiting: Visitor, form: Mapping[str, str]) -> str:
    key = _key(visiting, form.get("category_id", ""))
    done = await delete_category(world_of(request), visiting.household_id, visiting.actor, key, move_to=_heir(visiting, form))
    return _with_batch("deleted", done.batch_id)


async def _merge(request: Ask, visiting: Visitor, form: Mapping[str, str]) -> str:
    key, into = _key(visiting, form.get("category_id", "")), _heir(visiting, form)
    if into is None:
        raise Rejected("bad_target", "choose the category that it becomes one with", field="into")
    done = await merge_category(world_of(request), visiting.household_id, visiting.actor, key, into)
    return _with_batch("merged", done.batch_id)


async def _group(request: Ask, visiting: Visitor, form: Mapping[str, str], what: str) -> str:
    """An own group: added, changed, one place up or down, or deleted into another."""
    who, slug = (world_of(request), visiting.household_id, visiting.actor), form.get("group_id", "")
    match what:
        case "group-add":
            section = form.get("section", "") if form.get("counts_as", "spending") == "spending" else ""
            wish = GroupWish(name=form.get("name", ""), counts_as=form.get("counts_as", "spending"), section=section)
            return _with_batch("group-added", (await add_own_group(*who, wish)).batch_id)
        case "group-edit":
            wished = GroupEdit(name=form.get("name", ""), section=form.get("section", ""), hidden=form.get("hidden") == "yes")
            return _with_batch("group-changed", (await edit_group(*who, slug, wished)).batch_id)
        case "group-delete":
            return _with_batch("group-deleted", (await delete_group(*who, slug, move_to=form.get("move_to") or None)).batch_id)
        case _:
            moved = await move_group(*who, slug, up=what == "group-up")
            return _with_batch(f"ordered&group={slug}", moved.batch_id)


def _with_batch(said: str, batch_id: int | None) -> str:
    return f"{said}&batch={public('bat', batch_id)}" if batch_id else said


def _heir(visiting: Visitor, form: Mapping[str, str]) -> int | None:
    heir = form.get("move_to", "")
    try:
        return _key(visiting, heir) if heir else None
    except Missing as error:
        raise Rejected("no_such_category", "there is no such category", field="move_to") from error


def _key(visiting: Visitor, text: str) -> int:
    return internal("cat", text, household=visiting.household_id)


routes: list[Any] = [categories_page, categories_post]

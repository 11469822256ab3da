"""The doors of Settings > Notifications: channels made, changed, tried and removed, and the line for large rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from litestar import Response, get, post
from litestar.response import Redirect

from farthing.core.errors import FarthingError, Rejected
from farthing.core.ids import internal
from farthing.flows.draw_lines import LinesWish, draw_lines
from farthing.flows.manage_channels import ChannelWish, add_channel, edit_channel, remove_channel, try_channel
from farthing.flows.manage_hooks import add_endpoint, edit_endpoint, ping_endpoint, remove_endpoint, rotate_secret, send_again
from farthing.flows.push_channel import Subscribed, push_key, renew, subscribe
from farthing.flows.view_notifications import SAID, view_notifications
from farthing.notify.alerting import Kind
from farthing.web.callers import Ask, Visitor, world_of
from farthing.web.pages.render import fields_of, said
from farthing.web.pages.settings import VISITING, Visiting, settings_page
from farthing.web.parameters import id_of, one_of, reads

HERE = "/settings/notifications"


@get("/settings/notifications", dependencies=VISITING, include_in_schema=False, opt=reads(edit=id_of("chn"), said=one_of(SAID)))
async def notifications_page(request: Ask, visiting: Visiting) -> Response[Any]:
    """Where alerts go, and when."""
    edit, done = request.query_params.get("edit", ""), request.query_params.get("said", "")
    return await _drawn(request, visiting, edit=edit, said=done)


async def _drawn(request: Ask, visiting: Visitor, *, status: int = 200, **shown: Any) -> Response[Any]:
    """The page, with the key that a browser asks its push service by."""
    key = (await push_key(world_of(request))).public
    draw = partial(view_notifications, push_key=key, **shown)
    return await settings_page(request, visiting, "notifications", draw, status=status)


@post("/settings/notifications", dependencies=VISITING, include_in_schema=False, status_code=200)
async def notifications_post(request: Ask, visiting: Visiting) -> Response[Any]:
    """Make, change, try, pause or remove a channel, or draw the line, by `intent`."""
    form = await fields_of(request)
    ticked = [str(v)[:40] for v in (await request.form()).getall("kinds", [])][:40]
    try:
        if form.get("intent") == "renew":  # the browser's worker asks, and shows nothing
            await renew(world_of(request), visiting.household_id, visiting.actor, form.get("before", ""), _browser(form))
            return Response(None, status_code=204)
        if form.get("intent") in {"hook", "rotate"}:
            return await _with_secret(request, visiting, form)
        done = await _act(request, visiting, form, ticked)
    except FarthingError as error:
        if error.status == 404:
            raise
        field = {"hook": "hook_url", "push": ""}.get(form.get("intent", ""), error.field or "")
        status = 422 if error.status >= 500 else error.status
        edit = form.get("channel_id", "") if form.get("intent") == "edit" else ""
        typed, kinds = (
            (form, ticked)
            if form.get("intent") in {"add", "edit"}
            else ({k: v for k, v in form.items() if k in {"large", "low_balance", "hook_url"}}, None)
        )
        return await _drawn(request, visiting, status=status, edit=edit, wrong=(field, said(error)), typed=typed, ticked=kinds)
    return Redirect(f"{HERE}?said={done}", status_code=303)


async def _with_secret(request: Ask, visiting: Visitor, form: Mapping[str, str]) -> Response[Any]:
    """A secret is shown once, so the page that holds it is the answer itself."""
    place = world_of(request), visiting.household_id, visiting.actor
    if form.get("intent") == "hook":
        made = await add_endpoint(*place, form.get("hook_url", "").strip())
    else:
        made = await rotate_secret(*place, _program(form))
    return await _drawn(request, visiting, secret=made.secret)


async def _act(request: Ask, visiting: Visitor, form: Mapping[str, str], ticked: Sequence[str]) -> str:
    place = world_of(request), visiting.household_id, visiting.actor
    match form.get("intent"):
        case "line":
            await draw_lines(*place, LinesWish(large=form.get("large", ""), low_balance=form.get("low_balance", "")))
            return "line"
        case "add":
            await add_channel(*place, _wish(form, ticked))
            return "added"
        case "edit":
            await edit_channel(*place, _key(form), _wish(form, ticked))
            return "changed"
        case "push":
            await subscribe(*place, _browser(form))
            return "pushed"
        case "ping":
            await ping_endpoint(*place, _program(form))
            return "pinged"
        case "hook_pause" | "hook_resume" as verb:
            paused = verb == "hook_pause"
            await edit_endpoint(*place, _program(form), paused=paused)
            return "paused" if paused else "resumed"
        case "unhook":
            await remove_endpoint(*place, _program(form))
            return "removed"
        case "again":
            await send_again(*place, None)
            return "again"
        case "test":
            await try_channel(*place, _key(form))
            return "tested"
        case "remove":
            await remove_channel(*place, _key(form))
            return "removed"
        case _:
            raise Rejected("unknown_intent", "this form asks for something that this page does not do")


def _key(form: Mapping[str, str]) -> int:
    return internal("chn", form.get("channel_id", ""))


def _program(form: Mapping[str, str]) -> int:
    return internal("whk", form.get("endpoint_id", ""))


def _browser(form: Mapping[str, str]) -> Subscribed:
    words = form.get("words") == "1"
    return Subscribed(form.get("endpoint", ""), form.get("point", ""), form.get("auth", ""), form.get("browser_name", ""), words)


def _wish(form: Mapping[str, str], ticked: Sequence[str]) -> ChannelWish:
    return ChannelWish(
        url=form.get("url", "").strip(),
        name=form.get("name", ""),
        digest=form.get("digest", "none"),
        digest_at=form.get("digest_at", "").strip() or "08:00",
        quiet_from=form.get("quiet_from", "").strip(),
        quiet_to=form.get("quiet_to", "").strip(),
        muted=[k.slug for k in Kind if k.slug not in ticked],
        paused=form.get("paused") == "1",
    )


routes: list[Any] = [notifications_page, notifications_post]

"""The doors of Connections: every bank, the way to a provider's page and back from it, and leave-taking."""

from __future__ import annotations

from typing import Any

import msgspec
from litestar import Response, get, post
from litestar.di import NamedDependency, Provide
from litestar.params import FromPath
from litestar.response import Redirect

from farthing.core.errors import FarthingError, Missing, Rejected, Unavailable
from farthing.core.ids import ConnectionId, internal, public
from farthing.flows.add_anyway import add_anyway
from farthing.flows.desk import read_desk
from farthing.flows.disconnect import History, disconnect
from farthing.flows.link import Linking, link_returned, link_with_token, start_link
from farthing.flows.refresh import sync_soon
from farthing.flows.repair import start_repair
from farthing.flows.view_connections import linking, view_connections, view_linked
from farthing.flows.view_frame import view_frame
from farthing.flows.view_models.connections import Going
from farthing.flows.view_models.parts import Notice
from farthing.flows.which_account import answer_account
from farthing.web.callers import Ask, Visitor, visitor, world_of
from farthing.web.pages.render import fields_of, page, said
from farthing.web.parameters import ANYTHING, FLAG, id_of, one_of, reads

VISITING = {"visiting": Provide(visitor)}
BACK_ASKS_MAX = 8
ENDED = {
    "keep": Notice("info", "The bank is disconnected.", "Its accounts and transactions stay as they are."),
    "delete": Notice("info", "The bank is disconnected.", "Its accounts and transactions are being deleted; months are added up again."),
}


class Said(msgspec.Struct, frozen=True):
    """What the page says beyond what is there: a notice, or the form for a link drawn again."""

    notice: Notice | None = None
    wrong: str = ""
    provider: str = ""
    token: str = ""
    status: int = 200


async def _list(request: Ask, visiting: Visitor, said: Said) -> Response[Any]:
    world = world_of(request)
    show = bool(said.wrong) or request.query_params.get("add") == "1"
    simulated = world.settings.plaid_client_id == "demo"
    async with read_desk(world, visiting.household_id, visiting.actor) as desk:
        around = await view_frame(desk, page="connections", title="Connections", csrf=visiting.csrf, member_id=visiting.member_id)
        add = linking(list(world.providers), simulated=simulated, wrong=said.wrong, token=said.token, chosen=said.provider, show=show)
        view = await view_connections(desk, around.connections, interval_s=world.settings.sync_interval_s, add=add)
    frame = around.frame
    if said.notice is not None:
        frame = msgspec.structs.replace(frame, notices=(*frame.notices, said.notice))
    request.app.state.access.saw(visiting.household_id, visiting.actor, [0])
    leave = request.query_params.get("leave", "")
    if leave and all(one.id != leave for one in view.connections):
        raise Missing("not_found", "no such connection")
    return page("pages/connections.html", status=said.status, frame=frame, view=view, leave=leave)


@get("/connections", dependencies=VISITING, include_in_schema=False, opt=reads(add=FLAG, ended=one_of(ENDED), leave=id_of("con")))
async def connections_page(request: Ask, visiting: NamedDependency[Visitor]) -> Response[Any]:
    """Every bank in the order of need."""
    return await _list(request, visiting, Said(notice=ENDED.get(request.query_params.get("ended", ""))))


@post("/connections", dependencies=VISITING, include_in_schema=False, status_code=200)
async def connections_post(request: Ask, visiting: NamedDependency[Visitor]) -> Response[Any]:
    """Link a bank, sync one now, sign in to it again, or disconnect it."""
    form = await fields_of(request)
    if form.get("intent") == "link":
        return await _link(request, visiting, form)
    key = ConnectionId(internal("con", form.get("connection_id", "")))
    world, household, actor = world_of(request), visiting.household_id, visiting.actor
    try:
        match form.get("intent"):
            case "sync":
                await sync_soon(world, household, actor, key)
                if request.headers.get("hx-request"):
                    return await _list(request, visiting, Said())
            case "which_account":
                await answer_account(world, household, actor, key, form.get("question", ""), account_id=_account(form, household))
            case "add_anyway":
                made = await add_anyway(world, household, actor, key)
                return Redirect(f"/connections#{public('con', made.connection_id)}", status_code=303)
            case "repair":
                return await _repair(request, visiting, key)
            case "disconnect":
                history = History(form.get("history", "")) if form.get("history") in set(History) else History.KEEP
                await disconnect(world, household, actor, key, history)
                return Redirect(f"/connections?ended={history}", status_code=303)
            case _:
                raise Rejected("unknown_intent", "this form asks for something that this page does not do")
    except (Missing, Unavailable):
        raise
    except FarthingError as error:
        return await _list(request, visiting, Said(notice=Notice("warn", "That was not done.", said(error)), status=error.status))
    return Redirect("/connections", status_code=303)


def _account(form: dict[str, str], household_id: int) -> int | None:
    """The account that was chosen; None for a new one."""
    said = form.get("account", "")
    if not said:
        raise Rejected("account_needed", "choose one of the accounts, or a new one", field="account")
    return None if said == "new" else internal("acc", said, household=household_id)


async def _link(request: Ask, visiting: Visitor, form: dict[str, str]) -> Response[Any]:
    world, name, token = world_of(request), form.get("provider", ""), form.get("setup_token", "").strip()
    try:
        if token:
            made = await link_with_token(world, visiting.household_id, visiting.actor, name, token)
            return Redirect(f"/connections#{public('con', made.connection_id)}", status_code=303)
        begun = await start_link(world, visiting.household_id, visiting.actor, name)
    except Rejected as error:
        return await _list(request, visiting, Said(wrong=said(error), provider=name, token=token[:600], status=422))
    except Unavailable:
        wrong = "The service that opens banks does not answer just now. Nothing was linked: try again in a minute."
        return await _list(request, visiting, Said(wrong=wrong, provider=name, status=503))
    return await _away(
        request, visiting, begun, "Your bank’s page is opening", "You choose the bank there and sign in. Farthing never sees the password."
    )


@post("/connections/{connection_id:str}/repair", dependencies=VISITING, include_in_schema=False, status_code=200)
async def repair_post(request: Ask, visiting: NamedDependency[Visitor], connection_id: FromPath[str]) -> Response[Any]:
    """Off to the page where one signs in to the bank again."""
    return await _repair(request, visiting, ConnectionId(internal("con", connection_id)))


async def _repair(request: Ask, visiting: Visitor, key: ConnectionId) -> Response[Any]:
    begun = await start_repair(world_of(request), visiting.household_id, visiting.actor, key)
    if begun is None:
        notice = Notice("warn", "The bank’s page is still being made.", "Try again in a moment.")
        return await _list(request, visiting, Said(notice=notice, status=503))
    return await _away(request, visiting, begun, "Your bank’s page is opening", "Sign in there, and what was missing comes by itself.")


async def _away(request: Ask, visiting: Visitor, begun: Linking, title: str, text: str) -> Response[Any]:
    """A page between ours and theirs, because a form of ours may lead nowhere else; with a script one does not see it."""
    if request.headers.get("hx-request"):
        return Response("", media_type="text/html", headers={"hx-redirect": begun.link_url})
    async with read_desk(world_of(request), visiting.household_id, visiting.actor) as desk:
        around = await view_frame(desk, page="connections", title="Connections", csrf=visiting.csrf, member_id=visiting.member_id)
    return page("pages/connections/going.html", frame=around.frame, view=Going(begun.link_url, title, text))


@get("/connections/linked/{session_id:str}", dependencies=VISITING, include_in_schema=False, opt=ANYTHING)
async def linked_page(request: Ask, visiting: NamedDependency[Visitor], session_id: FromPath[str]) -> Response[Any]:
    """Back from the provider's page: what came of it, as it comes."""
    key, world = internal("lnk", session_id), world_of(request)
    returned = await link_returned(world, visiting.household_id, visiting.actor, key, asks_max=BACK_ASKS_MAX)
    async with read_desk(world, visiting.household_id, visiting.actor) as desk:
        around = await view_frame(desk, page="connections", title="Connections", csrf=visiting.csrf, member_id=visiting.member_id)
        view = await view_linked(desk, returned)
    return page("pages/connections/linked.html", frame=around.frame, view=view)


routes: list[Any] = [connections_page, connections_post, repair_post, linked_page]

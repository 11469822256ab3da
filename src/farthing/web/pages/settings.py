"""The doors of Settings: profile, household, appearance. Who is signed in, tokens and the way out are in `settings_access.py`."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import msgspec
from litestar import Response, get, post
from litestar.di import NamedDependency, Provide
from litestar.response import Redirect

from farthing.core.errors import FarthingError
from farthing.flows.desk import Desk, read_desk
from farthing.flows.members import change_email, change_taste, rename_member, settle, view_household, view_member
from farthing.flows.passwords import change_password
from farthing.flows.sign_in import SignedIn, confirm
from farthing.flows.view_frame import view_frame
from farthing.flows.view_models.settings import Place, places
from farthing.flows.view_settings import Again, view_appearance, view_household_settings, view_profile
from farthing.people.model import Settings, Taste
from farthing.security import sessions
from farthing.web.callers import Ask, Visitor, visitor, world_of
from farthing.web.pages.people import session_cookie, visit_of, welcome_in
from farthing.web.pages.render import fields_of, page
from farthing.web.parameters import FLAG, one_of, reads

VISITING = {"visiting": Provide(visitor)}
Visiting = NamedDependency[Visitor]
Draw = Callable[[Desk], Awaitable[Any]]


async def settings_page(request: Ask, visiting: Visitor, place: Place, draw: Draw, *, status: int = 200) -> Response[Any]:
    """One page of Settings, drawn from one desk."""
    async with read_desk(world_of(request), visiting.household_id, visiting.actor) as desk:
        around = await view_frame(desk, page="settings", title="Settings", csrf=visiting.csrf, member_id=visiting.member_id)
        view = await draw(desk)
    frame = msgspec.structs.replace(around.frame, freshness=None)  # no total stands here that a late bank could touch
    return page(f"pages/settings/{place}.html", status=status, frame=frame, view=view, places=places(place))


def refused(error: FarthingError, form: Mapping[str, str], **fields: str) -> Again:
    """What is to be drawn again; `fields` renames a flow's field to the form's. Raises what is our own fault."""
    if error.status >= 500:
        raise error
    named = fields.get(error.code) or fields.get(error.field or "") or error.field or ""
    words = error.detail[:1].upper() + error.detail[1:] + ("" if error.detail.endswith((".", "?")) else ".")
    return Again(form, (named, words))


def status_of(error: FarthingError) -> int:
    """A wrong password in a form is a wrong field, not somebody unknown."""
    return 422 if error.status == 401 else error.status


@get("/settings", dependencies=VISITING, include_in_schema=False)
async def settings_start(visiting: Visiting) -> Redirect:
    """The first page of Settings."""
    del visiting
    return Redirect("/settings/profile", status_code=303)


@get("/settings/profile", dependencies=VISITING, include_in_schema=False, opt=reads(saved=one_of(("name", "email", "password"))))
async def profile_page(request: Ask, visiting: Visiting) -> Response[Any]:
    """Name, address, password."""
    saved = request.query_params.get("saved", "")
    return await settings_page(request, visiting, "profile", lambda desk: view_profile(desk, visiting.member_id, saved=saved))


@post("/settings/profile", dependencies=VISITING, include_in_schema=False, status_code=200)
async def profile_post(request: Ask, visiting: Visiting) -> Response[Any]:
    """Another name, address or password, by `intent`."""
    form, world = await fields_of(request), world_of(request)
    try:
        match form.get("intent"):
            case "email":
                return await _other_email(request, visiting, form)
            case "password":
                current, new = form.get("current", ""), form.get("password", "")
                signed = await change_password(world, visiting.session, current=current, new=new, visit=visit_of(request))
                return welcome_in(request, signed, "/settings/profile?saved=password")
            case _:
                await rename_member(world, visiting.session, form.get("name", ""))
    except FarthingError as error:
        return await _profile_again(request, visiting, refused(error, form, wrong_password="current"), status_of(error))  # noqa: S106 - a field's name
    return Redirect("/settings/profile?saved=name", status_code=303)


async def _profile_again(request: Ask, visiting: Visitor, again: Again, status: int) -> Response[Any]:
    return await settings_page(
        request, visiting, "profile", lambda desk: view_profile(desk, visiting.member_id, again=again), status=status
    )


async def _other_email(request: Ask, visiting: Visitor, form: Mapping[str, str]) -> Response[Any]:
    """The password first: it makes the session fresh, under a new secret, whatever becomes of the address."""
    world = world_of(request)
    try:
        signed = await confirm(world, visiting.session, form.get("email_password", ""), visit_of(request))
    except FarthingError as error:
        again = refused(error, form, wrong_password="email_password")  # noqa: S106 - a field's name
        return await _profile_again(request, visiting, again, status_of(error))
    try:
        await change_email(world, signed.session, form.get("email", ""))
    except FarthingError as error:
        answer = await _profile_again(request, _renewed(visiting, signed), refused(error, form), status_of(error))
        answer.set_cookie(session_cookie(request, signed))
        return answer
    return welcome_in(request, signed, "/settings/profile?saved=email")


def _renewed(visiting: Visitor, signed: SignedIn) -> Visitor:
    return msgspec.structs.replace(visiting, session=signed.session, csrf=sessions.csrf(signed.secret))


@get("/settings/household", dependencies=VISITING, include_in_schema=False, opt=reads(saved=FLAG))
async def household_page(request: Ask, visiting: Visiting) -> Response[Any]:
    """Name, currency, zone, formats, and who lives here."""
    saved = request.query_params.get("saved") == "1"
    return await settings_page(request, visiting, "household", lambda desk: view_household_settings(desk, saved=saved))


@post("/settings/household", dependencies=VISITING, include_in_schema=False, status_code=200)
async def household_post(request: Ask, visiting: Visiting) -> Response[Any]:
    """New settings; what the form leaves out stays."""
    form, world = await fields_of(request), world_of(request)
    standing, _ = await view_household(world, visiting.household_id)
    given: dict[str, Any] = {name: form[name] for name in ("name", "currency", "zone", "locale") if name in form}
    if "votes_asked" in form:  # a box that is not ticked says nothing
        given["votes"] = form.get("votes") == "yes"
    try:
        wanted: Settings = msgspec.structs.replace(standing.settings, **given)
        await settle(world, visiting.household_id, visiting.actor, wanted)
    except FarthingError as error:
        again = refused(error, form)
        draw: Draw = lambda desk: view_household_settings(desk, again=again)  # noqa: E731 - reads as the other doors do
        return await settings_page(request, visiting, "household", draw, status=status_of(error))
    return Redirect("/settings/household?saved=1", status_code=303)


@get("/settings/appearance", dependencies=VISITING, include_in_schema=False, opt=reads(saved=FLAG))
async def appearance_page(request: Ask, visiting: Visiting) -> Response[Any]:
    """Theme, row height, keys, blurred figures."""
    saved = request.query_params.get("saved") == "1"
    return await settings_page(request, visiting, "appearance", lambda desk: view_appearance(desk, visiting.member_id, saved=saved))


@post("/settings/appearance", dependencies=VISITING, include_in_schema=False, status_code=200)
async def appearance_post(request: Ask, visiting: Visiting) -> Response[Any]:
    """The member's taste: the whole form, or with `intent=one` what a key or button of a page changed."""
    form, world = await fields_of(request), world_of(request)
    one = form.get("intent") == "one"
    before = (await view_member(world, visiting.household_id, visiting.member_id)).text.taste
    taste = Taste(
        theme=form.get("theme", before.theme),
        density=form.get("density", before.density),
        single_keys=_switch(form, "single_keys", before.single_keys if one else None),
        privacy=_switch(form, "privacy", before.privacy if one else None),
    )
    try:
        if taste != before:
            await change_taste(world, visiting.session, taste)
    except FarthingError as error:
        words = refused(error, form).wrong[1]
        draw: Draw = lambda desk: view_appearance(desk, visiting.member_id, wrong=words)  # noqa: E731 - reads as the other doors do
        return await settings_page(request, visiting, "appearance", draw, status=status_of(error))
    return Response(None, status_code=204) if one else Redirect("/settings/appearance?saved=1", status_code=303)


def _switch(form: Mapping[str, str], name: str, before: bool | None) -> bool:
    """A switch that is off is not sent at all, unless the form speaks of one thing only."""
    return form[name] == "yes" if name in form else bool(before)


routes: list[Any] = [
    settings_start, profile_page, profile_post, household_page, household_post, appearance_page, appearance_post,
]  # fmt: skip

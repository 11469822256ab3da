"""The doors of Settings that guard the rest: sessions and access log, API tokens, everything out, everything gone."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

from litestar import Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect, Stream

from farthing.core.errors import FarthingError, Rejected
from farthing.core.ids import internal
from farthing.flows.desk import read_desk
from farthing.flows.erase import by_worker, erase
from farthing.flows.export import ask_export, open_export
from farthing.flows.members import view_member
from farthing.flows.sign_in import end_session, prove_again, sign_out_everywhere
from farthing.flows.tokens import issue_token, revoke_token
from farthing.flows.view_access import view_security
from farthing.flows.view_settings import view_data, view_exports, view_receipt, view_tokens
from farthing.security import audit
from farthing.web.callers import Ask, Visitor, world_of
from farthing.web.pages.people import plain, seen_out
from farthing.web.pages.render import fields_of, page
from farthing.web.pages.settings import VISITING, Visiting, refused, settings_page, status_of
from farthing.web.parameters import id_of, one_of, reads

SAID = {"one": "That browser is signed out."}


@get("/settings/security", dependencies=VISITING, include_in_schema=False, opt=reads(before=id_of("aud"), done=one_of(SAID)))
async def security_page(request: Ask, visiting: Visiting) -> Response[Any]:
    """Who is signed in, and who looked at or changed what."""
    text = request.query_params.get("before")
    before = internal("aud", text) if text else audit.NEWEST
    said = SAID.get(request.query_params.get("done", ""), "")
    here = visiting.session.session_id
    return await settings_page(
        request, visiting, "security", lambda desk: view_security(desk, visiting.member_id, here, before=before, said=said)
    )


@post("/settings/security", dependencies=VISITING, include_in_schema=False, status_code=200)
async def security_post(request: Ask, visiting: Visiting) -> Response[Any]:
    """Sign one browser out, or every one, this one too."""
    form, world = await fields_of(request), world_of(request)
    if form.get("intent") == "sign-out-all":
        await sign_out_everywhere(world, visiting.session, here_too=True)
        return seen_out(Redirect("/sign-in", status_code=303), request)
    key = internal("ses", form.get("session_id", ""))
    await end_session(world, visiting.session, key, missing_ok=True)
    if key == visiting.session.session_id:
        return seen_out(Redirect("/sign-in", status_code=303), request)
    return Redirect("/settings/security?done=one", status_code=303)


@get("/settings/tokens", dependencies=VISITING, include_in_schema=False, opt=reads(done=one_of(("revoked",))))
async def tokens_page(request: Ask, visiting: Visiting) -> Response[Any]:
    """API tokens: what they may do, until when, and when they were last used."""
    said = "The token is revoked. It opens nothing any more." if request.query_params.get("done") == "revoked" else ""
    return await settings_page(request, visiting, "tokens", lambda desk: view_tokens(desk, said=said))


@post("/settings/tokens", dependencies=VISITING, include_in_schema=False, status_code=200)
async def tokens_post(request: Ask, visiting: Visiting) -> Response[Any]:
    """Make a token, whose secret stands in this answer and nowhere else, or revoke one."""
    form, world = await fields_of(request), world_of(request)
    if form.get("intent") == "revoke":
        await revoke_token(world, visiting.household_id, visiting.actor, internal("tok", form.get("token_id", "")))
        return Redirect("/settings/tokens?done=revoked", status_code=303)
    try:
        days = _days(form.get("days", ""))
        await prove_again(world, visiting.session, form.get("password", ""))
        issued = await issue_token(
            world,
            visiting.household_id,
            visiting.member_id,
            visiting.actor,
            name=form.get("name", ""),
            scope=form.get("scope", ""),
            days=days,
        )
    except FarthingError as error:
        again = refused(error, form, wrong_password="password")  # noqa: S106 - a field's name
        return await settings_page(request, visiting, "tokens", lambda desk: view_tokens(desk, again=again), status=status_of(error))
    return await settings_page(request, visiting, "tokens", lambda desk: view_tokens(desk, made=issued.secret))


def _days(text: str) -> int | None:
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and len(text) < 6):
        raise Rejected("bad_days", "a token ends after a number of days, or never", field="days")
    return int(text)


@get("/settings/data", dependencies=VISITING, include_in_schema=False)
async def data_page(request: Ask, visiting: Visiting) -> Response[Any]:
    """Everything out, everything gone."""
    return await settings_page(request, visiting, "data", lambda desk: view_data(desk, visiting.member_id))


@get("/settings/data/exports", dependencies=VISITING, include_in_schema=False)
async def exports_part(request: Ask, visiting: Visiting) -> Response[Any]:
    """The list of exports alone, for a page that waits for one."""
    async with read_desk(world_of(request), visiting.household_id, visiting.actor) as desk:
        exports = await view_exports(desk)
    return page("pages/settings/exports.html", exports=exports, making=any(e.making for e in exports))


@get("/settings/data/exports/{export_id:str}", dependencies=VISITING, include_in_schema=False)
async def export_download(request: Ask, visiting: Visiting, export_id: FromPath[str]) -> Stream:
    """The zip; that it was fetched goes on record."""
    pieces = await open_export(world_of(request), visiting.household_id, visiting.actor, internal("exp", export_id))
    return Stream(pieces, media_type="application/zip", headers={"content-disposition": 'attachment; filename="farthing.zip"'})


@post("/settings/data", dependencies=VISITING, include_in_schema=False, status_code=200)
async def data_post(request: Ask, visiting: Visiting) -> Response[Any]:
    """Ask for an export, or erase the household: both need the password once more."""
    form, world = await fields_of(request), world_of(request)
    try:
        if form.get("intent") == "erase":
            return await _erased(request, visiting, form)
        await prove_again(world, visiting.session, form.get("password", ""))
        await ask_export(world, visiting.household_id, visiting.member_id, visiting.actor)
    except FarthingError as error:
        again = refused(error, form, wrong_password="password")  # noqa: S106 - a field's name
        return await settings_page(
            request, visiting, "data", lambda desk: view_data(desk, visiting.member_id, again=again), status=status_of(error)
        )
    return Redirect("/settings/data", status_code=303)


async def _erased(request: Ask, visiting: Visitor, form: Mapping[str, str]) -> Response[Any]:
    world, household = world_of(request), visiting.household_id
    member = await view_member(world, household, visiting.member_id)
    if form.get("confirm", "").strip().casefold() != member.text.email.casefold():
        raise Rejected("wrong_email", f"type {member.text.email} to say that you mean it", field="confirm")
    await prove_again(world, visiting.session, form.get("password", ""))
    # Shielded: a browser that goes away must not leave a household half erased until somebody erases it again.
    erasing = asyncio.create_task(erase(world, household, visiting.actor, end_at_bank=by_worker(world, household, visiting.actor)))
    receipt = await asyncio.shield(erasing)
    return seen_out(page("pages/settings/erased.html", plain=plain("Erased"), view=view_receipt(receipt)), request)


routes: list[Any] = [
    security_page, security_post, tokens_page, tokens_post, data_page, data_post, exports_part, export_download,
]  # fmt: skip

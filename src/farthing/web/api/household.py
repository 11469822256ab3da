"""/api/v1/household, /tokens, /sessions, /audit, /exports, /erasure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

import msgspec
from litestar import Response, delete, get, patch, post
from litestar.params import Body, FromPath, FromQuery
from litestar.response import Stream
from msgspec import UNSET, UnsetType

from farthing.core.dates import rfc3339
from farthing.core.errors import Forbidden
from farthing.core.ids import internal, public
from farthing.flows.desk import read_desk
from farthing.flows.erase import Receipt, by_worker, erase
from farthing.flows.export import ask_export, open_export, view_export
from farthing.flows.members import settle, view_household, view_member
from farthing.flows.sign_in import Visit, prove
from farthing.flows.tokens import issue_token, list_tokens, revoke_token
from farthing.people.model import Export, Settings
from farthing.security import audit, sessions
from farthing.security.sessions import ApiToken
from farthing.web.api.objects import instant
from farthing.web.api.queries import cursor_key, limit_of, match_of, page_of, stale, tag_of
from farthing.web.api.transactions import CALLING, SECURITY, Calling
from farthing.web.callers import Ask, Caller, request_id_of, world_of
from farthing.web.once import once
from farthing.web.place import place_of

TAGS = ["Household"]


class HouseholdObject(msgspec.Struct):
    """The household's settings; `version` moves with every change of the ledger. `votes`: its corrections count, anonymously, for all."""

    name: str
    currency: str
    zone: str
    locale: str
    votes: bool
    version: int
    created_at: str
    demo: bool


class HouseholdChanges(msgspec.Struct, forbid_unknown_fields=True):
    """What is to change."""

    name: str | UnsetType = UNSET
    currency: str | UnsetType = UNSET
    zone: str | UnsetType = UNSET
    locale: str | UnsetType = UNSET
    votes: bool | UnsetType = UNSET


class MemberObject(msgspec.Struct):
    """A person who signs in."""

    id: str
    name: str
    email: str
    role: str
    created_at: str


class MemberList(msgspec.Struct):
    items: list[MemberObject]
    next_cursor: str | None


class TokenObject(msgspec.Struct):
    """An API token; its secret is shown once, when it is made."""

    id: str
    name: str
    scope: str
    created_at: str
    expires_at: str | None
    used_at: str | None
    token: str | None


class TokenList(msgspec.Struct):
    items: list[TokenObject]
    next_cursor: str | None


class NewToken(msgspec.Struct, forbid_unknown_fields=True):
    """`days` null: until it is revoked. `password`: the member's, once more."""

    scope: str
    password: str
    name: str = ""
    days: int | None = None


class SessionObject(msgspec.Struct):
    """A browser that is signed in."""

    id: str
    created_at: str
    seen_at: str
    expires_at: str


class SessionList(msgspec.Struct):
    items: list[SessionObject]
    next_cursor: str | None


class AuditObject(msgspec.Struct):
    """Who saw or changed what."""

    id: str
    at: str
    kind: str
    actor: str
    details: dict[str, Any]


class AuditList(msgspec.Struct):
    """Newest first."""

    items: list[AuditObject]
    next_cursor: str | None


class ExportObject(msgspec.Struct):
    """`status` is making, ready or failed; `download` while it is kept."""

    id: str
    status: str
    asked_at: str
    ready_at: str | None
    expires_at: str
    size_bytes: int | None
    download: str | None


class Prove(msgspec.Struct, forbid_unknown_fields=True):
    """The member's password, once more."""

    password: str


class ReceiptObject(msgspec.Struct):
    """What was erased, signed."""

    receipt_id: str
    erased_at: str
    rows: dict[str, int]
    banks_ended: int
    banks_left: list[str]
    signature: str


async def _household(request: Ask, calling: Caller) -> Response[HouseholdObject]:
    standing, _ = await view_household(world_of(request), calling.household_id)
    async with read_desk(world_of(request), calling.household_id, calling.actor) as desk:
        version = desk.household.version
    held = standing.settings
    since = rfc3339(standing.created_at)
    made = HouseholdObject(held.name, held.currency, held.zone, held.locale, held.votes, version, since, standing.demo)
    return Response(made, headers={"etag": tag_of(held)})


@get("/api/v1/household", dependencies=CALLING, security=SECURITY, tags=TAGS, summary="Get the household")
async def get_household(request: Ask, calling: Calling) -> Response[HouseholdObject]:
    """Settings and version. The ETag is that of the settings alone: the version moves with every change of the ledger."""
    return await _household(request, calling)


@patch("/api/v1/household", dependencies=CALLING, security=SECURITY, tags=TAGS, summary="Change the household")
async def patch_household(request: Ask, calling: Calling, data: Annotated[HouseholdChanges, Body()]) -> Response[HouseholdObject]:
    """Name, currency (while no sums stand in the old one), zone, locale, votes. `If-Match` makes it conditional."""
    standing, _ = await view_household(world_of(request), calling.household_id)
    tag = match_of(request)
    if tag not in {None, tag_of(standing.settings).strip('"')}:
        raise stale()
    changed = {k: v for k, v in msgspec.structs.asdict(data).items() if v is not UNSET}
    wanted: Settings = msgspec.structs.replace(standing.settings, **changed)
    expected = standing.settings if tag is not None else None
    await settle(world_of(request), calling.household_id, calling.actor, wanted, expected=expected)
    return await _household(request, calling)


@get("/api/v1/household/members", dependencies=CALLING, security=SECURITY, tags=TAGS, summary="List members")
async def list_members(
    request: Ask, calling: Calling, cursor: FromQuery[str | None] = None, limit: FromQuery[str | None] = None
) -> MemberList:
    """Who signs in to this household, oldest first."""
    _, members = await view_household(world_of(request), calling.household_id)
    items = [
        MemberObject(public("mem", m.member_id), m.text.name, m.text.email, m.role.name.lower(), rfc3339(m.created_at)) for m in members
    ]
    return MemberList(*page_of(items, lambda m: m.id, cursor=cursor, limit=limit))


async def _prove(request: Ask, calling: Caller, password: str) -> None:
    """A token is no fresh sign-in: what can hurt asks for the member's password as well."""
    world = world_of(request)
    member = await view_member(world, calling.household_id, calling.member_id)
    if await prove(world, member.text.email, password, Visit(place_of(request), "", request_id_of(request))) is None:
        raise Forbidden("wrong_password", "that is not the member's password")


@get("/api/v1/tokens", dependencies=CALLING, security=SECURITY, tags=TAGS, summary="List API tokens")
async def get_tokens(
    request: Ask, calling: Calling, cursor: FromQuery[str | None] = None, limit: FromQuery[str | None] = None
) -> TokenList:
    """Newest first, expired ones included."""
    found = await list_tokens(world_of(request), calling.household_id)
    items = [token_object(t.token, t.name, t.scope) for t in found]
    return TokenList(*page_of(items, lambda t: t.id, cursor=cursor, limit=limit))


def token_object(token: ApiToken, name: str, scope: str, secret: str | None = None) -> TokenObject:
    """A token as the API answers it."""
    key = public("tok", token.token_id)
    return TokenObject(key, name, scope, rfc3339(token.created_at), instant(token.expires_at), instant(token.used_at), secret)


@post("/api/v1/tokens", dependencies=CALLING, security=SECURITY, tags=TAGS, summary="Make an API token", status_code=201)
async def post_token(request: Ask, calling: Calling, data: Annotated[NewToken, Body()]) -> Response[TokenObject]:
    """The secret is in this answer and nowhere else."""
    await _prove(request, calling, data.password)
    made = await issue_token(
        world_of(request), calling.household_id, calling.member_id, calling.actor, name=data.name, scope=data.scope, days=data.days
    )
    return Response(token_object(made.token, made.name, data.scope, made.secret), status_code=201)


@delete("/api/v1/tokens/{token_id:str}", dependencies=CALLING, security=SECURITY, tags=TAGS, summary="Revoke an API token", status_code=204)
async def delete_token(request: Ask, calling: Calling, token_id: FromPath[str]) -> None:
    """From the next request on it opens nothing."""
    await revoke_token(world_of(request), calling.household_id, calling.actor, internal("tok", token_id))


@get("/api/v1/sessions", dependencies=CALLING, security=SECURITY, tags=TAGS, summary="List sessions")
async def list_sessions(
    request: Ask, calling: Calling, cursor: FromQuery[str | None] = None, limit: FromQuery[str | None] = None
) -> SessionList:
    """The member's browsers that are signed in, last used first."""
    world = world_of(request)
    async with world.db.shared() as conn:
        found = await sessions.living(conn, household_id=calling.household_id, member_id=calling.member_id, now=world.clock.now())
    items = [SessionObject(public("ses", s.session_id), rfc3339(s.created_at), rfc3339(s.seen_at), rfc3339(s.expires_at)) for s in found]
    return SessionList(*page_of(items, lambda s: s.id, cursor=cursor, limit=limit))


@get("/api/v1/audit", dependencies=CALLING, security=SECURITY, tags=TAGS, summary="Who saw or changed what")
async def list_audit(
    request: Ask, calling: Calling, cursor: FromQuery[str | None] = None, limit: FromQuery[str | None] = None
) -> AuditList:
    """Newest first."""
    rows_max = limit_of(limit)
    before = cursor_key("aud", cursor, without=audit.NEWEST)
    async with read_desk(world_of(request), calling.household_id, calling.actor) as desk:
        found = await audit.page(desk.unit, desk.sealer, before=before, row_max=rows_max + 1)
    items = [
        AuditObject(public("aud", e.event_id), rfc3339(e.at), e.kind, e.by.kind, _details(e.payload, calling.household_id))
        for e in found[:rows_max]
    ]
    return AuditList(items, items[-1].id if len(found) > rows_max else None)


_NAMED = {
    "account": "acc", "batch": "bat", "budget": "bud", "category": "cat", "connection": "con", "export": "exp", "member": "mem",
    "session": "ses", "token": "tok", "link_session": "lnk", "import": "imp", "alert": "alr", "rule": "rul",
    "channel": "chn", "endpoint": "whk",
}  # fmt: skip
_TAGGED = {"acc", "cat"}


def _details(payload: Mapping[str, Any], household: int) -> dict[str, Any]:
    """Ids inside are numbers; outside they are what every other address calls the same thing."""

    def outside(name: str, value: Any) -> Any:
        prefix = _NAMED.get(name.removesuffix("_id"))
        if not isinstance(value, int) or isinstance(value, bool):
            return value
        if prefix == "acc" and value == 0:
            return None  # figures over all accounts
        if prefix:
            return public(prefix, value, household=household if prefix in _TAGGED else None)
        return str(value) if abs(value) > 2**53 else value

    return {name: outside(name, value) for name, value in payload.items()}


def export_object(export: Export) -> ExportObject:
    """An export as the API answers it."""
    status = "ready" if export.ready_at else "failed" if export.failed else "making"
    key = public("exp", export.export_id)
    return ExportObject(
        key, status, rfc3339(export.asked_at), instant(export.ready_at), rfc3339(export.expires_at), export.size_bytes,
        f"/api/v1/exports/{key}/download" if export.ready_at else None,
    )  # fmt: skip


@post("/api/v1/exports", dependencies=CALLING, security=SECURITY, tags=TAGS, summary="Export everything", status_code=202)
async def post_export(request: Ask, calling: Calling) -> Response[ExportObject]:
    """One zip of JSON and CSV, made by a worker, kept for a day."""

    async def story() -> Response[Any]:
        export_id = await ask_export(world_of(request), calling.household_id, calling.member_id, calling.actor)
        return Response(export_object(await view_export(world_of(request), calling.household_id, export_id)), status_code=202)

    return await once(request, calling, story)


@get("/api/v1/exports/{export_id:str}", dependencies=CALLING, security=SECURITY, tags=TAGS, summary="Get an export")
async def get_export(request: Ask, calling: Calling, export_id: FromPath[str]) -> Response[ExportObject]:
    """How far it is."""
    made = export_object(await view_export(world_of(request), calling.household_id, internal("exp", export_id)))
    return Response(made, headers={"etag": tag_of(made)})


@get(
    "/api/v1/exports/{export_id:str}/download",
    dependencies=CALLING,
    security=SECURITY,
    tags=TAGS,
    summary="Download an export",
    media_type="application/zip",
    opt={"also": [409]},
)
async def download_export(request: Ask, calling: Calling, export_id: FromPath[str]) -> Stream:
    """The zip; that it was fetched goes on record."""
    pieces = await open_export(world_of(request), calling.household_id, calling.actor, internal("exp", export_id))
    return Stream(pieces, media_type="application/zip", headers={"content-disposition": 'attachment; filename="farthing.zip"'})


@post("/api/v1/erasure", dependencies=CALLING, security=SECURITY, tags=TAGS, summary="Erase the household", status_code=200)
async def post_erasure(request: Ask, calling: Calling, data: Annotated[Prove, Body()]) -> ReceiptObject:
    """Everything, for good. Needs the member's password; answers with a signed receipt."""
    await _prove(request, calling, data.password)
    world = world_of(request)
    receipt: Receipt = await erase(
        world, calling.household_id, calling.actor, end_at_bank=by_worker(world, calling.household_id, calling.actor)
    )
    return ReceiptObject(
        receipt.receipt_id, rfc3339(receipt.erased_at), receipt.rows, receipt.banks_ended, list(receipt.banks_left), receipt.signature
    )


routes: list[Any] = [
    get_household,
    patch_household,
    list_members,
    get_tokens,
    post_token,
    delete_token,
    list_sessions,
    list_audit,
    post_export,
    get_export,
    download_export,
    post_erasure,
]

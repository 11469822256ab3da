"""/api/v1/channels: where alerts go beside the inbox. Addresses hold passwords, so they are taken in and never shown again."""

from __future__ import annotations

from typing import Annotated, Any

import msgspec
from litestar import Response, delete, get, patch, post
from litestar.params import Body, FromPath, FromQuery
from msgspec import UNSET, UnsetType

from farthing.core.dates import rfc3339
from farthing.core.ids import internal, public
from farthing.flows.desk import read_desk
from farthing.flows.manage_channels import DIGESTS, ChannelWish, add_channel, clock, edit_channel, remove_channel, try_channel
from farthing.notify.alerting import Kind
from farthing.notify.telling import Channel, channel, channels
from farthing.web.api.objects import instant
from farthing.web.api.queries import page_of, version_of
from farthing.web.api.transactions import CALLING, SECURITY, Calling
from farthing.web.callers import Ask, Caller, world_of
from farthing.web.once import once

TAGS = ["Alerts"]


class ChannelObject(msgspec.Struct):
    """`service` is the scheme of its address. Times are of the household's day. `failing_since` until something gets through again."""

    id: str
    name: str
    service: str
    digest: str
    digest_at: str
    quiet_from: str | None
    quiet_to: str | None
    muted: list[str]
    paused: bool
    failing_since: str | None
    failed_with: str | None
    sent_at: str | None
    created_at: str
    version: int


class ChannelList(msgspec.Struct):
    """Oldest first."""

    items: list[ChannelObject]
    next_cursor: str | None


class NewChannel(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """`url`: `mailto:` and a member's address, or any address of apprise. `muted`: kinds of alert that do not go there."""

    url: str
    name: str = ""
    digest: str = "none"
    digest_at: str = "08:00"
    quiet_from: str | None = None
    quiet_to: str | None = None
    muted: list[str] = msgspec.field(default_factory=list)
    paused: bool = False


class ChannelChanges(msgspec.Struct, forbid_unknown_fields=True, omit_defaults=True):
    """What is to change; what is left out stays."""

    url: str | UnsetType = UNSET
    name: str | UnsetType = UNSET
    digest: str | UnsetType = UNSET
    digest_at: str | UnsetType = UNSET
    quiet_from: str | UnsetType | None = UNSET
    quiet_to: str | UnsetType | None = UNSET
    muted: list[str] | UnsetType = UNSET
    paused: bool | UnsetType = UNSET


class Tested(msgspec.Struct):
    """The service took the message."""

    sent: bool = True


def channel_object(one: Channel) -> ChannelObject:
    """A channel as the API answers it."""
    return ChannelObject(
        id=public("chn", one.channel_id),
        name=one.text.name,
        service=one.text.url.partition(":")[0].lower(),
        digest=next(name for name, digest in DIGESTS.items() if digest is one.digest),
        digest_at=clock(one.digest_minute),
        quiet_from=clock(one.quiet.first) if one.quiet else None,
        quiet_to=clock(one.quiet.last) if one.quiet else None,
        muted=[Kind(k).slug for k in one.muted],
        paused=one.paused,
        failing_since=instant(one.failing_since),
        failed_with=one.failed_with,
        sent_at=instant(one.sent_at),
        created_at=rfc3339(one.created_at),
        version=one.version,
    )


async def _found(request: Ask, calling: Caller, key: int) -> Channel:
    async with read_desk(world_of(request), calling.household_id, calling.actor) as desk:
        return await channel(desk.unit, desk.sealer, key)


def _answer(one: Channel, status_code: int = 200) -> Response[Any]:
    return Response(channel_object(one), status_code=status_code, headers={"etag": f'"{one.version}"'})


@get("/api/v1/channels", dependencies=CALLING, security=SECURITY, tags=TAGS, summary="List channels")
async def get_channels(
    request: Ask, calling: Calling, cursor: FromQuery[str | None] = None, limit: FromQuery[str | None] = None
) -> ChannelList:
    """Where alerts go, paused ones too."""
    async with read_desk(world_of(request), calling.household_id, calling.actor) as desk:
        found = await channels(desk.unit, desk.sealer)
    shown, after = page_of(found, lambda c: public("chn", c.channel_id), cursor=cursor, limit=limit)
    return ChannelList([channel_object(c) for c in shown], after)


@get("/api/v1/channels/{channel_id:str}", dependencies=CALLING, security=SECURITY, tags=TAGS, summary="Get a channel")
async def get_channel(request: Ask, calling: Calling, channel_id: FromPath[str]) -> Response[ChannelObject]:
    """One channel, with its version as ETag."""
    return _answer(await _found(request, calling, internal("chn", channel_id)))


@post("/api/v1/channels", dependencies=CALLING, security=SECURITY, tags=TAGS, summary="Add a channel", status_code=201)
async def post_channel(request: Ask, calling: Calling, data: Annotated[NewChannel, Body()]) -> Response[ChannelObject]:
    """It hears of what is raised from now on."""

    async def story() -> Response[Any]:
        wish = ChannelWish(
            url=data.url, name=data.name, digest=data.digest, digest_at=data.digest_at, quiet_from=data.quiet_from or "",
            quiet_to=data.quiet_to or "", muted=data.muted, paused=data.paused,
        )  # fmt: skip
        return _answer(await add_channel(world_of(request), calling.household_id, calling.actor, wish), 201)

    return await once(request, calling, story)


@patch("/api/v1/channels/{channel_id:str}", dependencies=CALLING, security=SECURITY, tags=TAGS, summary="Change a channel")
async def patch_channel(
    request: Ask, calling: Calling, channel_id: FromPath[str], data: Annotated[ChannelChanges, Body()]
) -> Response[ChannelObject]:
    """What failed before is tried again. `If-Match` makes it conditional."""
    key = internal("chn", channel_id)
    now = channel_object(await _found(request, calling, key))
    given = {name: value for name, value in msgspec.structs.asdict(data).items() if value is not UNSET}
    kept = {name: getattr(now, name) for name in ("name", "digest", "digest_at", "quiet_from", "quiet_to", "muted", "paused")}
    merged = {**kept, **given}
    wish = ChannelWish(**{"url": "", **merged, "quiet_from": merged["quiet_from"] or "", "quiet_to": merged["quiet_to"] or ""})
    return _answer(await edit_channel(world_of(request), calling.household_id, calling.actor, key, wish, if_version=version_of(request)))


@delete(
    "/api/v1/channels/{channel_id:str}", dependencies=CALLING, security=SECURITY, tags=TAGS, summary="Remove a channel", status_code=204
)
async def delete_channel(request: Ask, calling: Calling, channel_id: FromPath[str]) -> None:
    """Nothing goes there any more. `If-Match` makes it conditional."""
    key = internal("chn", channel_id)
    await remove_channel(world_of(request), calling.household_id, calling.actor, key, if_version=version_of(request))


@post(
    "/api/v1/channels/{channel_id:str}/test", dependencies=CALLING, security=SECURITY, tags=TAGS, summary="Try a channel", status_code=200
)
async def post_test(request: Ask, calling: Calling, channel_id: FromPath[str]) -> Response[Tested]:
    """Send a test message now; 503 with what is wrong when it is not taken."""
    key = internal("chn", channel_id)

    async def story() -> Response[Any]:
        await try_channel(world_of(request), calling.household_id, calling.actor, key)
        return Response(Tested(), status_code=200)

    return await once(request, calling, story)


routes: list[Any] = [get_channels, get_channel, post_channel, patch_channel, delete_channel, post_test]

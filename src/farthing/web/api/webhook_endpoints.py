"""/api/v1/webhook-endpoints: programs that are told when something changed, signed, and every delivery that was given up."""

from __future__ import annotations

from typing import Annotated, Any

import msgspec
from litestar import Response, delete, get, patch, post
from litestar.params import Body, FromPath, FromQuery
from msgspec import UNSET, UnsetType

from farthing.core.dates import rfc3339
from farthing.core.errors import Rejected
from farthing.core.ids import internal, public
from farthing.flows.desk import read_desk
from farthing.flows.manage_hooks import add_endpoint, edit_endpoint, ping_endpoint, remove_endpoint, rotate_secret, send_again
from farthing.notify.hooking import LATEST, Delivery, Endpoint, State, deliveries, endpoint, endpoints
from farthing.web.api.objects import instant
from farthing.web.api.queries import cursor_key, limit_of, page_of, version_of
from farthing.web.api.transactions import CALLING, SECURITY, Calling
from farthing.web.callers import Ask, world_of
from farthing.web.once import once

TAGS = ["Webhooks"]


class EndpointObject(msgspec.Struct):
    """`secret` is there in the answer that made it, and never again. `failing_since` until a delivery is taken again.

    What is to be delivered while it is `paused` waits (the newest 500) and goes out when it is resumed; `dropped` counts the rest.
    """

    id: str
    url: str
    paused: bool
    dropped: int
    secret: str | None
    old_secret_until: str | None
    failing_since: str | None
    failed_with: str | None
    sent_at: str | None
    created_at: str
    version: int


class EndpointList(msgspec.Struct):
    """Oldest first."""

    items: list[EndpointObject]
    next_cursor: str | None


class NewEndpoint(msgspec.Struct, forbid_unknown_fields=True):
    """An https address on the open internet."""

    url: str


class EndpointChanges(msgspec.Struct, forbid_unknown_fields=True, omit_defaults=True):
    """What is to change; what is left out stays."""

    url: str | UnsetType = UNSET
    paused: bool | UnsetType = UNSET


class DeliveryObject(msgspec.Struct):
    """One event for one endpoint. `event_id` is the idempotency key; `status` the last answer's."""

    id: str
    endpoint_id: str
    event_id: str
    type: str
    version: int
    state: str
    tries: int
    status: int | None
    failed_with: str | None
    created_at: str
    next_at: str | None
    done_at: str | None


class DeliveryList(msgspec.Struct):
    """Newest first."""

    items: list[DeliveryObject]
    next_cursor: str | None


class Again(msgspec.Struct):
    """How many deliveries go out once more."""

    sent_again: int


def endpoint_object(one: Endpoint, secret: str | None = None) -> EndpointObject:
    """An endpoint as the API answers it."""
    return EndpointObject(
        id=public("whk", one.endpoint_id),
        url=one.text.url,
        paused=one.paused,
        dropped=one.dropped,
        secret=secret,
        old_secret_until=instant(one.text.old_until),
        failing_since=instant(one.failing_since),
        failed_with=one.failed_with,
        sent_at=instant(one.sent_at),
        created_at=rfc3339(one.created_at),
        version=one.version,
    )


def delivery_object(one: Delivery) -> DeliveryObject:
    """A delivery as the API answers it."""
    return DeliveryObject(
        id=public("whd", one.delivery_id),
        endpoint_id=public("whk", one.endpoint_id),
        event_id=public("evt", one.event_id),
        type=one.kind,
        version=one.version,
        state=one.state.name.lower(),
        tries=one.tries,
        status=one.status,
        failed_with=one.failed_with,
        created_at=rfc3339(one.at),
        next_at=rfc3339(one.next_at) if one.state is State.WAITING else None,
        done_at=instant(one.done_at),
    )


def _answer(one: Endpoint, status_code: int = 200, *, secret: str | None = None) -> Response[Any]:
    return Response(endpoint_object(one, secret), status_code=status_code, headers={"etag": f'"{one.version}"'})


@get("/api/v1/webhook-endpoints", dependencies=CALLING, security=SECURITY, tags=TAGS, summary="List webhook endpoints")
async def get_endpoints(
    request: Ask, calling: Calling, cursor: FromQuery[str | None] = None, limit: FromQuery[str | None] = None
) -> EndpointList:
    """Programs that are told, paused ones too."""
    async with read_desk(world_of(request), calling.household_id, calling.actor) as desk:
        found = await endpoints(desk.unit, desk.sealer)
    shown, after = page_of(found, lambda e: public("whk", e.endpoint_id), cursor=cursor, limit=limit)
    return EndpointList([endpoint_object(e) for e in shown], after)


@get("/api/v1/webhook-endpoints/{endpoint_id:str}", dependencies=CALLING, security=SECURITY, tags=TAGS, summary="Get a webhook endpoint")
async def get_endpoint(request: Ask, calling: Calling, endpoint_id: FromPath[str]) -> Response[EndpointObject]:
    """One endpoint, with its version as ETag."""
    async with read_desk(world_of(request), calling.household_id, calling.actor) as desk:
        return _answer(await endpoint(desk.unit, desk.sealer, internal("whk", endpoint_id)))


@post("/api/v1/webhook-endpoints", dependencies=CALLING, security=SECURITY, tags=TAGS, summary="Add a webhook endpoint", status_code=201)
async def post_endpoint(request: Ask, calling: Calling, data: Annotated[NewEndpoint, Body()]) -> Response[EndpointObject]:
    """The answer holds its secret, this once."""

    async def story() -> Response[Any]:
        made = await add_endpoint(world_of(request), calling.household_id, calling.actor, data.url)
        return _answer(made.endpoint, 201, secret=made.secret)

    return await once(request, calling, story)


@patch("/api/v1/webhook-endpoints/{endpoint_id:str}", dependencies=CALLING, security=SECURITY, tags=TAGS, summary="Change an endpoint")
async def patch_endpoint(
    request: Ask, calling: Calling, endpoint_id: FromPath[str], data: Annotated[EndpointChanges, Body()]
) -> Response[EndpointObject]:
    """Another address, or paused; what was kept while it was goes out once it is not. `If-Match` makes it conditional."""
    one = await edit_endpoint(
        world_of(request), calling.household_id, calling.actor, internal("whk", endpoint_id),
        url=data.url if isinstance(data.url, str) else None, paused=data.paused if isinstance(data.paused, bool) else None,
        if_version=version_of(request),
    )  # fmt: skip
    return _answer(one)


@delete(
    "/api/v1/webhook-endpoints/{endpoint_id:str}", dependencies=CALLING, security=SECURITY, tags=TAGS, summary="Remove an endpoint",
    status_code=204,
)  # fmt: skip
async def delete_endpoint(request: Ask, calling: Calling, endpoint_id: FromPath[str]) -> None:
    """With what was on its way there. `If-Match` makes it conditional."""
    key = internal("whk", endpoint_id)
    await remove_endpoint(world_of(request), calling.household_id, calling.actor, key, if_version=version_of(request))


@post(
    "/api/v1/webhook-endpoints/{endpoint_id:str}/secret", dependencies=CALLING, security=SECURITY, tags=TAGS, summary="Change its secret",
    status_code=200,
)  # fmt: skip
async def post_secret(request: Ask, calling: Calling, endpoint_id: FromPath[str]) -> Response[EndpointObject]:
    """The answer holds the new one, this once; for a day the old one signs beside it."""
    key = internal("whk", endpoint_id)

    async def story() -> Response[Any]:
        made = await rotate_secret(world_of(request), calling.household_id, calling.actor, key)
        return _answer(made.endpoint, secret=made.secret)

    return await once(request, calling, story)


@post(
    "/api/v1/webhook-endpoints/{endpoint_id:str}/test", dependencies=CALLING, security=SECURITY, tags=TAGS, summary="Try an endpoint",
    status_code=202,
)  # fmt: skip
async def post_ping(request: Ask, calling: Calling, endpoint_id: FromPath[str]) -> Response[None]:
    """A `ping` goes the way of every event."""
    key = internal("whk", endpoint_id)

    async def story() -> Response[Any]:
        await ping_endpoint(world_of(request), calling.household_id, calling.actor, key)
        return Response(None, status_code=202)

    return await once(request, calling, story)


@get("/api/v1/webhook-deliveries", dependencies=CALLING, security=SECURITY, tags=TAGS, summary="List deliveries")
async def get_deliveries(
    request: Ask,
    calling: Calling,
    *,
    only: FromQuery[str | None] = None,
    cursor: FromQuery[str | None] = None,
    limit: FromQuery[str | None] = None,
) -> DeliveryList:
    """`only`: waiting, sent, or dead (given up). Newest first."""
    rows_max, before = limit_of(limit), cursor_key("whd", cursor, without=LATEST)
    asked = None if only is None else next((s for s in State if s.name.lower() == only), None)
    if only is not None and asked is None:
        raise Rejected("bad_state", "one of waiting, sent, dead", field="only")
    async with read_desk(world_of(request), calling.household_id, calling.actor) as desk:
        found = await deliveries(desk.unit, desk.sealer, before=before, state=asked, count=rows_max + 1)
    items = [delivery_object(d) for d in found[:rows_max]]
    return DeliveryList(items, items[-1].id if len(found) > rows_max else None)


@post(
    "/api/v1/webhook-deliveries/{delivery_id:str}/again", dependencies=CALLING, security=SECURITY, tags=TAGS, summary="Send one again",
    status_code=200,
)  # fmt: skip
async def post_again(request: Ask, calling: Calling, delivery_id: FromPath[str]) -> Response[Again]:
    """One that was given up, or with `all` every one of them."""
    keys = None if delivery_id == "all" else [internal("whd", delivery_id)]

    async def story() -> Response[Any]:
        return Response(Again(await send_again(world_of(request), calling.household_id, calling.actor, keys)), status_code=200)

    return await once(request, calling, story)


routes: list[Any] = [
    get_endpoints, get_endpoint, post_endpoint, patch_endpoint, delete_endpoint, post_secret, post_ping, get_deliveries, post_again,
]  # fmt: skip

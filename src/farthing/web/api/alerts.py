"""/api/v1/alerts: what became true and is worth saying, of every kind."""

from __future__ import annotations

from typing import Any

import msgspec
from litestar import Response, get, post
from litestar.params import FromPath, FromQuery

from farthing.core.errors import Rejected
from farthing.core.ids import internal
from farthing.flows.desk import Desk, read_desk
from farthing.flows.read_alerts import mark_read, tellers_of
from farthing.flows.say_alert import Tellers, told
from farthing.notify.alerting import Alert, Kind, alert, alerts
from farthing.notify.alerting.store import LATEST
from farthing.web.api.objects import instant
from farthing.web.api.queries import cursor_key, flag_of, limit_of
from farthing.web.api.transactions import CALLING, SECURITY, Calling
from farthing.web.callers import Ask, world_of
from farthing.web.once import once

TAGS = ["Alerts"]


class AlertObject(msgspec.Struct):
    """Said once for its kind, subject, period and threshold; `withdrawn_at` when it was no longer true.

    `subject_id` is a budget, transaction, connection, account or recurring payment. `amount` is what is, `limit` what it is measured by.
    `passed_by`: the higher
    threshold of the same budget and period that took its place. `budget_id` and `spent` are those of a budget alone.
    `as_of`: up to when every bank had been read.
    """

    id: str
    kind: str
    text: str
    href: str
    subject_id: str | None
    budget_id: str | None
    period: str | None
    threshold: int | None
    passed_by: int | None
    amount: str | None
    limit: str | None
    spent: str | None
    currency: str | None
    as_of: str | None
    raised_at: str
    withdrawn_at: str | None
    read_at: str | None


class AlertList(msgspec.Struct):
    """Newest first; withdrawn ones too."""

    items: list[AlertObject]
    next_cursor: str | None


class AllRead(msgspec.Struct):
    """How many alerts were marked."""

    read: int


def alert_object(one: Alert, tellers: Tellers) -> AlertObject:
    """An alert as the API answers it."""
    said, is_budget = told(one, tellers), one.kind is Kind.BUDGET
    return AlertObject(
        **msgspec.structs.asdict(said),
        budget_id=said.subject_id if is_budget else None,
        spent=said.amount if is_budget else None,
        read_at=instant(one.read_at),
    )


@get("/api/v1/alerts", dependencies=CALLING, security=SECURITY, tags=TAGS, summary="List alerts")
async def get_alerts(
    request: Ask,
    calling: Calling,
    *,
    kind: FromQuery[str | None] = None,
    stands: FromQuery[str | None] = None,
    read: FromQuery[str | None] = None,
    cursor: FromQuery[str | None] = None,
    limit: FromQuery[str | None] = None,
) -> AlertList:
    """Of every kind, or of one (`kind`); `stands` and `read`, true or false, narrow them to those that are so."""
    rows_max = limit_of(limit)
    before = cursor_key("alr", cursor, without=LATEST)
    kinds = [kind_of(kind)] if kind is not None else None
    async with read_desk(world_of(request), calling.household_id, calling.actor) as desk:
        found = await alerts(
            desk.unit, desk.sealer, before=before, count=rows_max + 1, kinds=kinds,
            stands=flag_of(stands, "stands"), is_read=flag_of(read, "read"),
        )  # fmt: skip
        tellers = await tellers_of(desk)
    items = [alert_object(a, tellers) for a in found[:rows_max]]
    return AlertList(items, items[-1].id if len(found) > rows_max else None)


def kind_of(text: str) -> Kind:
    """A kind by its name; raises Rejected."""
    found = next((k for k in Kind if k.slug == text), None)
    if found is None:
        raise Rejected("bad_kind", f"one of {', '.join(k.slug for k in Kind)}", field="kind")
    return found


@post(
    "/api/v1/alerts/{alert_id:str}/read", dependencies=CALLING, security=SECURITY, tags=TAGS, summary="Mark an alert read", status_code=200
)
async def post_read(request: Ask, calling: Calling, alert_id: FromPath[str]) -> Response[AlertObject]:
    """The owner has seen it; the second time changes nothing."""
    key = internal("alr", alert_id)

    async def story() -> Response[Any]:
        await mark_read(world_of(request), calling.household_id, calling.actor, [key])
        async with read_desk(world_of(request), calling.household_id, calling.actor) as desk:
            return Response(await _shown(desk, key), status_code=200)

    return await once(request, calling, story)


async def _shown(desk: Desk, key: int) -> AlertObject:
    return alert_object(await alert(desk.unit, desk.sealer, key), await tellers_of(desk))


@post("/api/v1/alerts/read", dependencies=CALLING, security=SECURITY, tags=TAGS, summary="Mark every alert read", status_code=200)
async def post_read_all(request: Ask, calling: Calling) -> Response[AllRead]:
    """Everything that was not read yet."""

    async def story() -> Response[Any]:
        count = await mark_read(world_of(request), calling.household_id, calling.actor, None)
        return Response(AllRead(count), status_code=200)

    return await once(request, calling, story)


routes: list[Any] = [get_alerts, post_read, post_read_all]

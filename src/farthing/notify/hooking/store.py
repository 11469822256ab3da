"""Endpoints and deliveries in their tables."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

import msgspec

from farthing.core.errors import Missing, Stale
from farthing.ledger.post import Seals
from farthing.notify.hooking.model import KEPT_MAX, LATEST, Delivery, Endpoint, EndpointText, State
from farthing.platform.database import Unit
from farthing.platform.sql import Row, load

queries = load("farthing.notify.hooking")


async def endpoints(unit: Unit, seals: Seals) -> list[Endpoint]:
    """Every endpoint, oldest first."""
    return [_endpoint(seals, r) for r in await queries.endpoints.rows(unit.conn, household_id=unit.household_id)]


async def endpoint(unit: Unit, seals: Seals, endpoint_id: int) -> Endpoint:
    """One endpoint; raises Missing."""
    found = next((e for e in await endpoints(unit, seals) if e.endpoint_id == endpoint_id), None)
    if found is None:
        raise Missing("not_found", "no such endpoint")
    return found


def _endpoint(seals: Seals, row: Row) -> Endpoint:
    given = dict(row)
    sealed = given.pop("sealed")
    text = msgspec.convert(seals.open_value("webhook_endpoint", "sealed", given["endpoint_id"], sealed), EndpointText)
    return Endpoint(**given, text=text)


async def write_endpoint(unit: Unit, seals: Seals, one: Endpoint, *, if_version: int | None = None) -> None:
    """An endpoint, new or as it now is; what failed before is forgotten. Raises Stale."""
    count = await queries.write_endpoint.count(
        unit.conn,
        household_id=unit.household_id,
        endpoint_id=one.endpoint_id,
        created_at=one.created_at,
        told_version=one.told_version,
        paused=one.paused,
        version=if_version,
        sealed=seals.seal_value("webhook_endpoint", "sealed", one.endpoint_id, one.text),
    )
    if not count:
        raise Stale("changed_meanwhile", "this endpoint changed meanwhile")


async def drop_endpoint(unit: Unit, endpoint_id: int) -> None:
    """Remove an endpoint with its deliveries; raises Missing."""
    if not await queries.drop_endpoint.count(unit.conn, household_id=unit.household_id, endpoint_id=endpoint_id):
        raise Missing("not_found", "no such endpoint")
    await queries.drop_endpoint_deliveries.count(unit.conn, household_id=unit.household_id, endpoint_id=endpoint_id)


async def put_up(
    unit: Unit,
    seals: Seals,
    found: Sequence[Delivery],
    *,
    told_version: int | None = None,
    paused: Sequence[int] = (),
    kept_max: int = KEPT_MAX,
) -> None:
    """Deliveries to be made; one of an event and endpoint that is there already stays as it is. `told_version`: what they know of now.

    Of what waits for endpoints that are `paused` the newest `kept_max` stay.
    """
    if found:
        await queries.put_up.count(
            unit.conn,
            household_id=unit.household_id,
            delivery_ids=[d.delivery_id for d in found],
            endpoint_ids=[d.endpoint_id for d in found],
            event_ids=[d.event_id for d in found],
            versions=[d.version for d in found],
            ats=[d.at for d in found],
            kinds=[d.kind for d in found],
            sealeds=[seals.seal_value("webhook_delivery", "sealed", d.delivery_id, d.body) for d in found],
        )
    if found and paused:
        await queries.put_up_bound.count(unit.conn, household_id=unit.household_id, endpoint_ids=list(paused), most=kept_max)
    if told_version is not None:
        await queries.put_up_version.count(
            unit.conn, household_id=unit.household_id, endpoint_ids=[d.endpoint_id for d in found], told_version=told_version
        )


async def due_now(unit: Unit, seals: Seals, endpoint_id: int, now: dt.datetime, *, count: int) -> list[Delivery]:
    """What is to be delivered to an endpoint now, what has waited longest since it was due first."""
    rows = await queries.due_now.rows(unit.conn, household_id=unit.household_id, endpoint_id=endpoint_id, now=now, count=count)
    return [_delivery(seals, r) for r in rows]


async def next_due(unit: Unit, endpoint_id: int) -> dt.datetime | None:
    """When the next delivery to an endpoint is to be tried; None when none waits."""
    at: dt.datetime | None = await queries.next_due.value(unit.conn, household_id=unit.household_id, endpoint_id=endpoint_id)
    return at


async def deliveries(
    unit: Unit, seals: Seals, *, before: int = LATEST, endpoint_id: int | None = None, state: State | None = None, count: int = 100
) -> list[Delivery]:
    """Deliveries older than the id `before`, newest first."""
    rows = await queries.deliveries.rows(
        unit.conn, household_id=unit.household_id, before=before, endpoint_id=endpoint_id,
        state=int(state) if state is not None else None, count=count,
    )  # fmt: skip
    return [_delivery(seals, r) for r in rows]


def _delivery(seals: Seals, row: Row) -> Delivery:
    given = dict(row)
    sealed, state = given.pop("sealed"), State(given.pop("state"))
    body = seals.open_value("webhook_delivery", "sealed", given["delivery_id"], sealed)
    return Delivery(**given, body=body, state=state)


async def arrived(unit: Unit, one: Delivery, now: dt.datetime, status: int) -> None:
    """It was taken."""
    await queries.arrived.count(unit.conn, household_id=unit.household_id, delivery_id=one.delivery_id, at=now, status=status)
    await queries.arrived_endpoint.count(unit.conn, household_id=unit.household_id, endpoint_id=one.endpoint_id, at=now)


async def put_off(unit: Unit, one: Delivery, now: dt.datetime, *, next_at: dt.datetime | None, status: int | None, code: str) -> None:
    """It was not taken: again at `next_at`, or never by itself (None): it is dead."""
    await queries.put_off.count(
        unit.conn, household_id=unit.household_id, delivery_id=one.delivery_id, next_at=next_at or now, at=now if next_at is None else None,
        state=int(State.WAITING if next_at else State.DEAD), status=status, code=code,
    )  # fmt: skip
    await queries.put_off_endpoint.count(unit.conn, household_id=unit.household_id, endpoint_id=one.endpoint_id, at=now, code=code)


async def again(unit: Unit, delivery_ids: Sequence[int], now: dt.datetime) -> list[int]:
    """Dead ones wait again, with all their tries; returns the endpoints that they go to."""
    rows = await queries.again.rows(unit.conn, household_id=unit.household_id, delivery_ids=list(delivery_ids), at=now)
    return sorted({r["endpoint_id"] for r in rows})


async def sweep(unit: Unit, before: dt.datetime) -> None:
    """What was done before that day is forgotten."""
    await queries.sweep.count(unit.conn, household_id=unit.household_id, before=before)

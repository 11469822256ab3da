"""Alerts in their table."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence
from typing import Any

import msgspec

from farthing.core.errors import Missing
from farthing.ledger.post import Seals
from farthing.notify.alerting.model import Alert, Detail, Fact, Held, Kind, Lines, Scope, Settled
from farthing.platform.database import Unit
from farthing.platform.sql import Row, load
from farthing.security.sealing import SealBroken

queries = load("farthing.notify.alerting")

LATEST = 2**62
STANDING_MAX = 1_000


async def held(unit: Unit, seals: Seals, scope: Scope) -> list[Held]:
    """Every alert of what was looked at, withdrawn ones too; those that stand with what they say."""
    if not scope.subjects:
        return []
    rows = await queries.held.rows(
        unit.conn,
        household_id=unit.household_id,
        kinds=[int(k) for k in scope.kinds],
        subject_ids=list(scope.subjects),
        periods=list(scope.periods) if scope.periods is not None else None,
    )
    return [_held(seals, r) for r in rows]


def _held(seals: Seals, row: Row) -> Held:
    given = dict(row)
    sealed = given.pop("sealed")
    try:
        return Held(**given, detail=_detail(seals, given["alert_id"], sealed if given["stands"] else None))
    except SealBroken:
        return Held(**given)  # says otherwise than any fact, so that it is written anew


def _detail(seals: Seals, alert_id: int, sealed: bytes | None) -> Detail:
    return msgspec.convert(seals.open_value("alert", "sealed", alert_id, sealed), Detail) if sealed else Detail()


async def standing(unit: Unit, kinds: Collection[Kind], *, count: int = STANDING_MAX) -> list[Held]:
    """The newest alerts of these kinds that stand: what a look has to come back to."""
    rows = await queries.standing.rows(unit.conn, household_id=unit.household_id, kinds=[int(k) for k in kinds], count=count)
    return [Held(**r) for r in rows]


async def write(unit: Unit, seals: Seals, settled: Settled, *, at: dt.datetime) -> None:
    """Raise, state again, withdraw. How fresh the data was is stamped when the unit is over and the alert is handed on."""
    if settled.raised:
        await unit.write(queries.write_raised, household_id=unit.household_id, at=at, **_columns(seals, settled.raised))
    if settled.restated:
        columns = _columns(seals, settled.restated)
        kept = ("alert_ids", "amounts", "limits", "currencies", "sealeds")
        await unit.write(queries.write_restated, household_id=unit.household_id, **{name: columns[name] for name in kept})
    if settled.withdrawn:
        await unit.write(queries.write_withdrawn, household_id=unit.household_id, at=at, alert_ids=list(settled.withdrawn))


def _columns(seals: Seals, facts: Sequence[tuple[int, Fact]]) -> dict[str, Any]:
    empty = Detail()
    return {
        "alert_ids": [i for i, _ in facts],
        "subject_ids": [f.subject_id for _, f in facts],
        "kinds": [int(f.kind) for _, f in facts],
        "periods": [f.period for _, f in facts],
        "thresholds": [f.threshold for _, f in facts],
        "amounts": [f.amount_minor for _, f in facts],
        "limits": [f.limit_minor for _, f in facts],
        "currencies": [f.currency for _, f in facts],
        "sealeds": [seals.seal_value("alert", "sealed", i, f.detail) if f.detail != empty else None for i, f in facts],
    }


async def stamp(unit: Unit, alert_ids: Sequence[int], as_of: dt.datetime | None) -> None:
    """Say up to when every bank had been read when these were raised."""
    await queries.stamp.count(unit.conn, household_id=unit.household_id, alert_ids=list(alert_ids), as_of=as_of)


async def alerts(
    unit: Unit,
    seals: Seals,
    *,
    before: int = LATEST,
    count: int = 100,
    kinds: Collection[Kind] | None = None,
    stands: bool | None = None,
    is_read: bool | None = None,
    alert_ids: Collection[int] | None = None,
) -> list[Alert]:
    """Alerts older than the id `before`, newest first, withdrawn ones too; of these kinds, or in that state alone, where it is said.

    Those of budgets that are gone are left out: should the budget come back, what was said is not said again.
    """
    rows = await queries.alerts.rows(
        unit.conn,
        household_id=unit.household_id,
        before=before,
        count=count,
        kinds=[int(k) for k in kinds] if kinds is not None else None,
        stands=stands,
        is_read=is_read,
        alert_ids=list(alert_ids) if alert_ids is not None else None,
    )
    return [_alert(seals, r) for r in rows]


async def alert(unit: Unit, seals: Seals, alert_id: int) -> Alert:
    """One alert; raises Missing."""
    found = await alerts(unit, seals, before=alert_id + 1, count=1)
    if not found or found[0].alert_id != alert_id:
        raise Missing("not_found", "no such alert")
    return found[0]


def _alert(seals: Seals, row: Row) -> Alert:
    given = dict(row)
    detail = _detail(seals, given["alert_id"], given.pop("sealed"))
    return Alert(**{**given, "kind": Kind(given["kind"]), "detail": detail})


async def read_alerts(unit: Unit, at: dt.datetime, *, alert_ids: Sequence[int] | None = None, is_read: bool = True) -> int:
    """The owner has seen these, or all of them where None are named; with `is_read` false, not yet. Returns how many there are."""
    return await queries.read_alerts.count(
        unit.conn,
        household_id=unit.household_id,
        alert_ids=list(alert_ids) if alert_ids is not None else None,
        at=at if is_read else None,
    )


async def unread(unit: Unit, *, count: int) -> int:
    """How many alerts stand that nobody has read, counted up to `count`."""
    found: int = await queries.unread.value(unit.conn, household_id=unit.household_id, count=count)
    return found


async def alert_lines(unit: Unit) -> Lines:
    """The lines that the household has drawn."""
    row = await queries.alert_lines.one(unit.conn, household_id=unit.household_id)
    return Lines(row["large_minor"], row["low_minor"]) if row else Lines()


async def keep_alert_lines(unit: Unit, lines: Lines) -> None:
    """Draw the lines, or take them away."""
    await queries.keep_alert_lines.count(unit.conn, household_id=unit.household_id, large_minor=lines.large, low_minor=lines.low)

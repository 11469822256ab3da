"""The one writer of alerts of every kind, on a real ledger: raised with the change, said once, with how fresh the data was."""

from __future__ import annotations

import datetime as dt

from farthing.budgets import budgets
from farthing.core.dates import rfc3339
from farthing.flows.drain import drain
from farthing.flows.raise_alerts import look
from farthing.flows.read_alerts import mark_read
from farthing.flows.verify_ledger import verify_ledger
from farthing.notify.alerting import Detail, Fact, Kind, Scope, alerts, unread
from farthing.notify.outbox import waiting
from world import Bank, Family

RISE = Fact(
    kind=Kind.PRICE_RISE, subject_id=5, period=dt.date(2026, 11, 20), amount_minor=1799, limit_minor=1549, currency="USD",
    detail=Detail("Netflix"),
)  # fmt: skip
SCOPE = Scope((Kind.PRICE_RISE,), {5})


async def said(household: Family, *facts: Fact) -> tuple[int, int, int]:
    """How many were raised and withdrawn, and by how much the version moved."""
    async with household.desk() as desk:
        before = desk.household.version
        found, version = await look(desk, [(facts, SCOPE)])
    return len(found.raised), len(found.withdrawn), version - before


async def test_a_kind_of_any_room_is_raised_once_withdrawn_and_told(household: Family) -> None:
    assert await said(household, RISE) == (1, 0, 1)
    assert await said(household, RISE) == (0, 0, 0)
    assert await household.alerts() == ["Netflix rose from $15.49 to $17.99"]
    assert await said(household) == (0, 1, 1)
    assert await household.alerts() == ["No longer so: Netflix rose from $15.49 to $17.99"]
    async with household.unit() as (unit, sealer):
        events = [e.body for e in await waiting(unit, sealer, household.world.clock.now())]
    assert [(len(e["raised"]), len(e["withdrawn"])) for e in events] == [(1, 0), (0, 1)]


async def test_an_alert_says_how_fresh_the_data_was(household: Family, bank: Bank) -> None:
    await bank("2026-11-02 -9.00 ZORBLAX x1")
    await said(household, RISE)
    await drain(household.world, household.household_id)
    async with household.unit() as (unit, sealer):
        (alert,) = await alerts(unit, sealer)
    assert alert.as_of is not None
    assert rfc3339(alert.as_of) == "2026-11-22T09:17:00Z"


async def test_alerts_are_read_one_by_one_or_all_at_once(household: Family) -> None:
    place = household.world, household.household_id, household.actor
    await said(household, RISE)
    async with household.unit() as (unit, sealer):
        (alert,) = await alerts(unit, sealer, is_read=False)
        assert await unread(unit, count=100) == 1
    await mark_read(*place, [alert.alert_id])
    await mark_read(*place, [alert.alert_id], is_read=False)
    assert await mark_read(*place, None) == 1
    async with household.unit() as (unit, _):
        assert await unread(unit, count=100) == 0


async def test_nothing_is_wrong_with_alerts_of_budgets_that_are_not_there(household: Family) -> None:
    """An alert without its budget is not shown, and the proof of the books has nothing against it."""
    gone = Fact(kind=Kind.BUDGET, subject_id=99, period=dt.date(2026, 11, 1), threshold=80, amount_minor=1, limit_minor=1, currency="USD")
    async with household.desk() as desk:
        await look(desk, [([gone], Scope((Kind.BUDGET,), {99}))])
        assert await budgets(desk.unit, desk.sealer) == []
        assert await alerts(desk.unit, desk.sealer) == []
    assert (await verify_ledger(household.world, household.household_id)).wrong == ()

"""Budgets are measured the moment they are set and with every row; an alert rises once and falls when it is no longer true."""

from __future__ import annotations

import datetime as dt

import pytest

from farthing.budgets import Budget
from farthing.core.dates import FixedClock, Month
from farthing.core.errors import Conflict, Missing, Rejected, Stale
from farthing.core.money import decimal_text
from farthing.flows.edit import Edit, edit_transaction
from farthing.flows.manage_budgets import BudgetEdit, BudgetWish, add_budget, delete_budget, edit_budget, list_budgets, status
from farthing.flows.split_up import Slice, split_up
from farthing.flows.undo import undo
from farthing.flows.world import World
from farthing.notify.alerting import alerts
from farthing.notify.outbox import waiting
from world import Bank, Family, found


async def budget(household: Family, slug: str, limit: str, **more: object) -> Budget:
    wish = BudgetWish(category_id=await household.category(slug), limit=limit, **{"starts": dt.date(2026, 1, 15), **more})  # type: ignore[arg-type]
    return (await add_budget(household.world, household.household_id, household.actor, wish)).budget


async def stands(household: Family, period: str) -> list[str]:
    """`spent/limit state`, oldest budget first."""
    async with household.desk() as desk:
        found = (await status(desk, period)).standings
    return [f"{decimal_text(s.spent, 'USD')}/{decimal_text(s.limit, 'USD')} {s.state}" for s in found]


async def standing_alerts(household: Family) -> list[str]:
    async with household.unit() as (unit, sealer):
        return sorted(f"{a.period:%Y-%m} {a.threshold}" for a in await alerts(unit, sealer, stands=True))


async def told(household: Family) -> int:
    async with household.unit() as (unit, sealer):
        events = await waiting(unit, sealer, household.world.clock.now())
        return sum(len(e.body["raised"]) for e in events if e.kind == "alert")


async def test_a_budget_counts_what_was_spent_before_it_was_set(household: Family, bank: Bank) -> None:
    await bank("2026-11-02 -85.00 ZORBLAX x1")
    await budget(household, "uncategorised", "100")
    assert await stands(household, "2026-11") == ["85.00/100.00 near"]
    assert await standing_alerts(household) == ["2026-11 80"]
    assert await told(household) == 1


@pytest.mark.parametrize(
    ("zone", "now", "this_month"),
    [
        ("America/New_York", dt.datetime(2026, 12, 1, 4, 59, tzinfo=dt.UTC), "2026-11"),  # a minute before midnight over there
        ("America/New_York", dt.datetime(2026, 12, 1, 5, 0, tzinfo=dt.UTC), "2026-12"),
        ("Asia/Tokyo", dt.datetime(2026, 11, 30, 15, 0, tzinfo=dt.UTC), "2026-12"),
        ("Pacific/Honolulu", dt.datetime(2028, 3, 1, 9, 59, tzinfo=dt.UTC), "2028-02"),
        ("Europe/Berlin", dt.datetime(2028, 2, 29, 23, 0, tzinfo=dt.UTC), "2028-03"),
    ],
)
async def test_a_budget_speaks_of_the_month_that_it_is_where_the_household_lives(
    world: World, zone: str, now: dt.datetime, this_month: str
) -> None:
    """Given a row of the last day of a month and one of the next, then an alert is of the one that has begun there, whatever UTC says."""
    assert isinstance(world.clock, FixedClock)
    world.clock.at = now
    household = await found(world, zone=zone)
    this, before = Month.parse(this_month), Month.parse(this_month).plus(-1)
    await budget(household, "uncategorised", "100")
    await household.bank(f"{this.first} -90.00 ZORBLAX x1", f"{before.last} -85.00 QUUXLEY x2")
    assert await standing_alerts(household) == [f"{this_month} 80"]
    assert await stands(household, this_month) == ["90.00/100.00 near"]
    assert await stands(household, str(before)) == ["85.00/100.00 near"]


async def test_an_alert_rises_once_falls_and_rises_again_without_a_second_word(household: Family, bank: Bank) -> None:
    await budget(household, "uncategorised", "100")
    await bank("2026-11-02 -120.00 ZORBLAX x1")
    assert await standing_alerts(household) == ["2026-11 100"]
    await bank("2026-11-02 -10.00 ZORBLAX x1")
    assert await standing_alerts(household) == []
    await bank("2026-11-02 -120.00 ZORBLAX x1")
    assert await standing_alerts(household) == ["2026-11 100"]
    assert await told(household) == 1


async def test_a_budget_that_comes_back_says_nothing_that_it_has_said(household: Family, bank: Bank) -> None:
    made = await budget(household, "uncategorised", "100")
    await bank("2026-11-02 -120.00 ZORBLAX x1")
    place = household.world, household.household_id, household.actor
    batch = await delete_budget(*place, made.budget_id)
    assert await standing_alerts(household) == []
    await undo(*place, batch)
    assert await standing_alerts(household) == ["2026-11 100"]
    assert await told(household) == 1
    batch = await delete_budget(*place, made.budget_id)
    await bank("2026-11-02 -10.00 ZORBLAX x1")
    await undo(*place, batch)
    assert await standing_alerts(household) == []


async def test_old_news_raises_no_alert(household: Family, bank: Bank) -> None:
    await budget(household, "uncategorised", "100")
    await bank("2026-08-02 -120.00 ZORBLAX x1")
    assert await stands(household, "2026-08") == ["120.00/100.00 over"]
    assert await standing_alerts(household) == []


async def test_an_alert_of_a_month_gone_by_falls_when_its_row_moves(household: Family, bank: Bank) -> None:
    await budget(household, "uncategorised", "100")
    await bank("2026-11-02 -120.00 ZORBLAX x1")
    assert isinstance(household.world.clock, FixedClock)
    household.world.clock.forward(days=20)
    row = await household.id_of("x1")
    edit = Edit(category_id=await household.category("vet"))
    await edit_transaction(household.world, household.household_id, household.actor, row, edit)
    assert await standing_alerts(household) == []


async def test_an_alert_of_a_month_to_come_falls_when_its_row_moves(household: Family, bank: Bank) -> None:
    """Given a clock that was put back after an alert rose, when its row moves, then nothing untrue stands once the clock is right again."""
    await budget(household, "uncategorised", "100")
    await bank("2026-11-02 -120.00 ZORBLAX x1")
    assert isinstance(household.world.clock, FixedClock)
    household.world.clock.forward(days=-90)
    row, edit = await household.id_of("x1"), Edit(category_id=await household.category("vet"))
    await edit_transaction(household.world, household.household_id, household.actor, row, edit)
    household.world.clock.forward(days=90)
    assert await household.is_sound()
    assert await standing_alerts(household) == []


async def test_parts_count_in_their_own_budgets(household: Family, bank: Bank) -> None:
    await bank("2026-11-02 -90.00 ZORBLAX x1")
    await budget(household, "groceries", "50")
    await budget(household, "vet", "50")
    parts = [Slice(-6000, await household.category("groceries")), Slice(-3000, await household.category("vet"))]
    await split_up(household.world, household.household_id, household.actor, await household.id_of("x1"), parts)
    assert await stands(household, "2026-11") == ["60.00/50.00 over", "30.00/50.00 under"]
    assert await standing_alerts(household) == ["2026-11 100"]


async def test_refunds_net_and_pending_counts(household: Family, bank: Bank) -> None:
    await budget(household, "vet", "100")
    edit = Edit(category_id=await household.category("vet"))
    await bank("2026-11-02 -90.00 ZORBLAX pending x1", "2026-11-03 30.00 ZORBLAX x2")
    for ref in ("x1", "x2"):
        await edit_transaction(household.world, household.household_id, household.actor, await household.id_of(ref), edit)
    async with household.desk() as desk:
        found = (await status(desk, "2026-11")).standings[0]
    assert (found.spent, found.pending, found.left) == (6000, 9000, 4000)


async def test_what_was_left_rolls_over_when_asked(household: Family, bank: Bank) -> None:
    await budget(household, "uncategorised", "100", rollover="surplus", starts=dt.date(2026, 9, 1))
    await bank("2026-09-02 -40.00 ZORBLAX x1", "2026-10-02 -200.00 ZORBLAX x2", "2026-11-02 -10.00 ZORBLAX x3")
    assert await stands(household, "2026-10") == ["200.00/160.00 over"]
    assert await stands(household, "2026-11") == ["10.00/100.00 under"]


async def test_a_debt_rolls_over_too_when_both_ways_are_asked(household: Family, bank: Bank) -> None:
    await budget(household, "uncategorised", "100", rollover="both", starts=dt.date(2026, 10, 1))
    await bank("2026-10-02 -150.00 ZORBLAX x2", "2026-11-02 -10.00 ZORBLAX x3")
    assert await stands(household, "2026-11") == ["10.00/50.00 under"]


async def test_a_year_is_measured_as_a_year(household: Family, bank: Bank) -> None:
    await budget(household, "uncategorised", "1000", period="year")
    await bank("2026-02-02 -300.00 ZORBLAX x1", "2026-11-02 -500.00 ZORBLAX x2")
    assert await stands(household, "2026") == ["800.00/1000.00 near"]
    assert await stands(household, "2026-11") == []
    assert await standing_alerts(household) == ["2026-01 80"]


async def test_everything_and_a_group_leave_income_and_transfers_out(household: Family, bank: Bank) -> None:
    for wish in (
        BudgetWish(everything=True, limit="500", starts=dt.date(2026, 1, 1)),
        BudgetWish(group="food", limit="500", starts=dt.date(2026, 1, 1)),
    ):
        await add_budget(household.world, household.household_id, household.actor, wish)
    await bank("2026-11-02 -30.00 ZORBLAX code FOOD_AND_DRINK_GROCERIES x1", "2026-11-02 -20.00 QUUXLEY x2")
    await bank("2026-11-03 2000.00 ACME PAYROLL code INCOME_WAGES x3", "2026-11-03 -70.00 TRANSFER TO SAVINGS code TRANSFER_OUT_SAVINGS x4")
    assert await stands(household, "2026-11") == ["50.00/500.00 under", "30.00/500.00 under"]


async def test_a_changed_limit_is_measured_at_once(household: Family, bank: Bank) -> None:
    await bank("2026-11-02 -90.00 ZORBLAX x1")
    one = await budget(household, "uncategorised", "1000")
    wish = BudgetEdit(limit="50", alerts=[90, 50, 90], name=" Odds  and ends ")
    changed = (await edit_budget(household.world, household.household_id, household.actor, one.budget_id, wish, if_version=1)).budget
    assert (changed.limit_in(dt.date(2026, 11, 1)), changed.alerts, changed.name, changed.version) == (5000, (50, 90), "Odds and ends", 2)
    assert await standing_alerts(household) == ["2026-11 90"]
    await edit_budget(household.world, household.household_id, household.actor, one.budget_id, BudgetEdit(limit="1000"))
    assert await standing_alerts(household) == []
    with pytest.raises(Stale):
        await edit_budget(household.world, household.household_id, household.actor, one.budget_id, wish, if_version=1)


async def test_one_budget_for_one_thing_at_a_time(household: Family) -> None:
    one = await budget(household, "vet", "100")
    with pytest.raises(Conflict):
        await budget(household, "vet", "200")
    await budget(household, "vet", "1000", period="year")
    ended = BudgetEdit(ends=dt.date(2026, 6, 30))
    await edit_budget(household.world, household.household_id, household.actor, one.budget_id, ended)
    await budget(household, "vet", "200", starts=dt.date(2026, 7, 1))
    assert await stands(household, "2026-06") == ["0.00/100.00 under"]
    assert await stands(household, "2026-07") == ["0.00/200.00 under"]


async def test_a_deleted_budget_takes_its_alerts_along(household: Family, bank: Bank) -> None:
    await bank("2026-11-02 -90.00 ZORBLAX x1")
    one = await budget(household, "uncategorised", "100")
    await delete_budget(household.world, household.household_id, household.actor, one.budget_id)
    async with household.desk() as desk:
        assert await list_budgets(desk) == []
    assert await standing_alerts(household) == []
    with pytest.raises(Missing):
        await delete_budget(household.world, household.household_id, household.actor, one.budget_id)


@pytest.mark.parametrize(
    ("fault", "field"),
    [
        ({"limit": "0"}, "limit"),
        ({"limit": "-5"}, "limit"),
        ({"limit": "NaN"}, "limit"),
        ({"limit": "99999999999999"}, "limit"),
        ({"alerts": [0]}, "alerts"),
        ({"alerts": [201]}, "alerts"),
        ({"alerts": list(range(1, 12))}, "alerts"),
        ({"period": "week"}, "period"),
        ({"rollover": "all"}, "rollover"),
        ({"currency": "EURO"}, "currency"),
        ({"currency": "ZZZ"}, "currency"),
        ({"rollover": "both", "cap": "0"}, "cap"),
        ({"rollover": "both", "cap": "1.234"}, "cap"),
        ({"limit": "1000000000000000"}, "limit"),
        ({"group": "food"}, "category_id"),
        ({"category_id": None}, "category_id"),
        ({"category_id": 987654}, "category_id"),
        ({"category_id": None, "group": "income"}, "group"),
        ({"category_id": None, "group": "nonsense"}, "group"),
    ],
)
async def test_what_is_no_budget_is_refused_with_its_field(household: Family, fault: dict[str, object], field: str) -> None:
    wish = {"category_id": await household.category("vet"), "limit": "100", "starts": dt.date(2026, 1, 1), **fault}
    with pytest.raises(Rejected) as refusal:
        await add_budget(household.world, household.household_id, household.actor, BudgetWish(**wish))  # type: ignore[arg-type]
    assert refusal.value.field == field


async def test_income_and_transfers_have_no_limit(household: Family) -> None:
    for slug in ("pay", "transfer"):
        with pytest.raises(Rejected) as refusal:
            await budget(household, slug, "100")
        assert refusal.value.code == "not_spending"


@pytest.mark.parametrize("period", ["2026-13", "26", "2026-1", "next", "٢٠٢٦"])
async def test_a_period_is_a_month_or_a_year(household: Family, period: str) -> None:
    with pytest.raises(Rejected):
        await stands(household, period)

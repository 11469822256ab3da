"""Envelopes in a household: money is assigned, moved, kept for the next month; nothing of it is lost when the way to budget changes."""

from __future__ import annotations

import datetime as dt

import pytest

from farthing.budgets import Budget
from farthing.core.dates import FixedClock, Month
from farthing.core.errors import Conflict, Missing, Refused, Rejected
from farthing.flows.cover import cover
from farthing.flows.manage_budgets import BudgetWish, add_budget, delete_budget
from farthing.flows.put_in_envelopes import Planned, assign, assign_targets, choose, hold, move, plan_of
from farthing.flows.set_limits import set_limits
from farthing.flows.undo import undo
from flows.test_manage_budgets import budget, standing_alerts, stands
from world import Bank, Family

NOVEMBER = Month(2026, 11)
GROCERIES = "code FOOD_AND_DRINK_GROCERIES"


async def plan(household: Family, month: Month = NOVEMBER) -> Planned:
    async with household.desk() as desk:
        return await plan_of(desk, month)


async def rest(household: Family, month: Month = NOVEMBER) -> int:
    return (await plan(household, month)).funds.to_assign


async def left(household: Family, month: Month = NOVEMBER) -> list[int]:
    return [s.left for s in (await plan(household, month)).envelopes]


async def planning(household: Family, bank: Bank) -> tuple[Budget, Budget]:
    """2,000 came in, 80 went for groceries and 20 for something; envelopes of 300 and 50 on groceries and the vet, nothing in them yet."""
    await bank(
        "2026-11-01 2000.00 ACME PAYROLL code INCOME_WAGES p1",
        f"2026-11-02 -80.00 SAFEWAY {GROCERIES} x1",
        "2026-11-03 -20.00 ZORBLAX x2",
    )
    made = await budget(household, "groceries", "300"), await budget(household, "vet", "50")
    await choose(household.world, household.household_id, household.actor, "plan", opening=50_000)
    return made


async def test_what_came_in_is_to_be_assigned(household: Family, bank: Bank) -> None:
    groceries, vet = await planning(household, bank)
    place = household.world, household.household_id, household.actor
    assert await rest(household) == 250_000
    await assign(*place, {groceries.budget_id: 30_000, vet.budget_id: 5_000}, month=NOVEMBER)
    found = await plan(household)
    assert (found.funds.to_assign, found.funds.assigned, found.funds.outside) == (215_000, 35_000, 2_000)
    assert [s.left for s in found.envelopes] == [22_000, 5_000]


async def test_an_empty_envelope_that_is_spent_from_says_so_at_once(household: Family, bank: Bank) -> None:
    groceries, _ = await planning(household, bank)
    assert await standing_alerts(household) == ["2026-11 100"]
    assert await stands(household, "2026-11") == ["80.00/0.00 over", "0.00/0.00 under"]
    await assign(household.world, household.household_id, household.actor, {groceries.budget_id: 30_000}, month=NOVEMBER)
    assert await standing_alerts(household) == []


async def test_money_moves_between_envelopes_and_back(household: Family, bank: Bank) -> None:
    groceries, vet = await planning(household, bank)
    place = household.world, household.household_id, household.actor
    await move(*place, 30_000, source_id=None, target_id=groceries.budget_id, month=NOVEMBER)
    moved = await move(*place, 10_000, source_id=groceries.budget_id, target_id=vet.budget_id, month=NOVEMBER)
    assert (await left(household), await rest(household)) == ([12_000, 10_000], 220_000)
    await undo(*place, moved.batch_id)
    assert (await left(household), await rest(household)) == ([22_000, 0], 220_000)
    await move(*place, 22_000, source_id=groceries.budget_id, target_id=None, month=NOVEMBER)
    assert (await left(household), await rest(household)) == ([0, 0], 242_000)


async def test_no_more_moves_than_there_is(household: Family, bank: Bank) -> None:
    groceries, vet = await planning(household, bank)
    place = household.world, household.household_id, household.actor
    with pytest.raises(Refused):
        await move(*place, 1, source_id=groceries.budget_id, target_id=vet.budget_id, month=NOVEMBER)
    with pytest.raises(Refused):
        await move(*place, 250_001, source_id=None, target_id=vet.budget_id, month=NOVEMBER)
    with pytest.raises(Missing):
        await move(*place, 1, source_id=None, target_id=987, month=NOVEMBER)
    for minor, ends in ((0, (None, vet.budget_id)), (-5, (None, vet.budget_id)), (5, (vet.budget_id, vet.budget_id))):
        with pytest.raises(Rejected):
            await move(*place, minor, source_id=ends[0], target_id=ends[1], month=NOVEMBER)


async def test_an_overspent_envelope_is_covered_from_another(household: Family, bank: Bank) -> None:
    groceries, vet = await planning(household, bank)
    place = household.world, household.household_id, household.actor
    await assign(*place, {vet.budget_id: 9_000}, month=NOVEMBER)
    covered = await cover(*place, groceries.budget_id, vet.budget_id, month=NOVEMBER)
    assert (covered.minor, await left(household)) == (8_000, [0, 1_000])
    await undo(*place, covered.batch_id)
    assert await left(household) == [-8_000, 9_000]


async def test_a_new_month_brings_what_was_left_and_takes_what_was_overspent(household: Family, bank: Bank) -> None:
    groceries, vet = await planning(household, bank)
    place = household.world, household.household_id, household.actor
    await assign(*place, {groceries.budget_id: 5_000, vet.budget_id: 9_000}, month=NOVEMBER)
    await hold(*place, 100_000, month=NOVEMBER)
    assert isinstance(household.world.clock, FixedClock)
    household.world.clock.forward(days=15)
    found = await plan(household, NOVEMBER.plus(1))
    assert (found.funds.came_over, found.funds.overspent) == (236_000, 5_000)  # 30.00 of groceries, 20.00 that no envelope holds
    assert [(s.carried, s.left) for s in found.envelopes] == [(0, 0), (9_000, 9_000)]
    assert (await rest(household), await rest(household, NOVEMBER.plus(1))) == (136_000, 231_000)


async def test_a_january_later_the_sum_is_the_same_and_none_of_the_years_is_read_again(household: Family, bank: Bank) -> None:
    groceries, _ = await planning(household, bank)
    place = household.world, household.household_id, household.actor
    await assign(*place, {groceries.budget_id: 30_000}, month=NOVEMBER)
    assert isinstance(household.world.clock, FixedClock)
    household.world.clock.forward(days=410)
    before = await plan(household, Month(2028, 1))
    await bank("2028-01-02 -1.00 ZORBLAX x9")
    async with household.unit() as (unit, _):
        rows = await unit.conn.fetch("select month, minor from budget_carry where household_id = $1 and budget_id = 0", unit.household_id)
    assert [(f"{r['month']:%Y}", r["minor"]) for r in sorted(rows, key=lambda r: r["month"])] == [("2027", 218_000), ("2028", 218_000)]
    after = await plan(household, Month(2028, 1))
    assert (after.funds.came_over, after.funds.to_assign) == (before.funds.came_over, before.funds.to_assign)
    assert after.envelopes[0].left == 22_000


async def test_every_envelope_is_filled_to_its_limit_in_one_go(household: Family, bank: Bank) -> None:
    groceries, _ = await planning(household, bank)
    place = household.world, household.household_id, household.actor
    await assign(*place, {groceries.budget_id: 40_000}, month=NOVEMBER)
    count, batch = await assign_targets(*place, month=NOVEMBER)
    assert (count, await left(household)) == (1, [32_000, 5_000])
    await undo(*place, batch)
    assert await left(household) == [32_000, 0]
    await assign_targets(*place, month=NOVEMBER)
    assert await assign_targets(*place, month=NOVEMBER) == (0, 0)


@pytest.mark.parametrize(("text", "minor"), [("250", 25_000), ("+50", 15_000), ("-25", 7_500), ("0", 0), ("last", 8_000)])
async def test_an_envelope_takes_the_words_that_a_limit_takes(household: Family, bank: Bank, text: str, minor: int) -> None:
    groceries, _ = await planning(household, bank)
    place = household.world, household.household_id, household.actor
    month = NOVEMBER.plus(1) if text == "last" else NOVEMBER
    await assign(*place, {groceries.budget_id: 10_000}, month=month)
    await set_limits(*place, {groceries.budget_id: text}, month=month)
    assert (await plan(household, month)).funds.assigned == minor


async def test_what_a_groups_envelope_cost_last_month_leaves_out_envelopes_of_their_own(household: Family, bank: Bank) -> None:
    await planning(household, bank)
    await bank("2026-11-04 -12.00 DINER code FOOD_AND_DRINK_RESTAURANT x3")
    place = household.world, household.household_id, household.actor
    wish = BudgetWish(group="food", limit="500", starts=dt.date(2026, 11, 1))
    food = (await add_budget(*place, wish)).budget
    await set_limits(*place, {food.budget_id: "last"}, month=NOVEMBER.plus(1))
    assert (await plan(household, NOVEMBER.plus(1))).funds.assigned == 1_200


async def test_off_and_on_again_loses_nothing_and_can_be_undone(household: Family, bank: Bank) -> None:
    groceries, _ = await planning(household, bank)
    place = household.world, household.household_id, household.actor
    await assign(*place, {groceries.budget_id: 5_000}, month=NOVEMBER)
    off = await choose(*place, "off")
    assert (await stands(household, "2026-11"), await standing_alerts(household)) == ([], [])
    with pytest.raises(Conflict):
        await plan(household)
    await choose(*place, "track")
    assert await stands(household, "2026-11") == ["80.00/300.00 under", "0.00/50.00 under"]
    with pytest.raises(Refused):
        await undo(*place, off.batch_id)
    again = await choose(*place, "plan")
    assert await left(household) == [-3_000, 0]
    await undo(*place, again.batch_id)
    assert await stands(household, "2026-11") == ["80.00/300.00 under", "0.00/50.00 under"]


async def test_months_before_the_plan_stand_by_their_limits(household: Family, bank: Bank) -> None:
    await planning(household, bank)
    assert await stands(household, "2026-10") == ["0.00/300.00 under", "0.00/50.00 under"]
    with pytest.raises(Conflict):
        await plan(household, NOVEMBER.plus(-1))


async def test_an_envelope_that_goes_gives_back_what_was_in_it(household: Family, bank: Bank) -> None:
    _, vet = await planning(household, bank)
    place = household.world, household.household_id, household.actor
    await assign(*place, {vet.budget_id: 9_000}, month=NOVEMBER)
    gone = await delete_budget(*place, vet.budget_id)
    assert await rest(household) == 250_000
    await undo(*place, gone)
    assert (await rest(household), await left(household)) == (241_000, [-8_000, 9_000])


@pytest.mark.parametrize("fault", [{"mode": "zen"}, {"mode": "plan", "opening": 10**16}])
async def test_what_is_no_way_to_budget_is_refused(household: Family, fault: dict[str, object]) -> None:
    with pytest.raises(Rejected):
        await choose(household.world, household.household_id, household.actor, **fault)  # type: ignore[arg-type]


async def test_too_much_and_too_early_are_refused(household: Family, bank: Bank) -> None:
    groceries, _ = await planning(household, bank)
    place = household.world, household.household_id, household.actor
    with pytest.raises(Rejected):
        await assign(*place, {groceries.budget_id: 10**16}, month=NOVEMBER)
    with pytest.raises(Rejected):
        await hold(*place, -1, month=NOVEMBER)
    with pytest.raises(Conflict):
        await assign(*place, {groceries.budget_id: 1}, month=NOVEMBER.plus(-1))
    assert dt.date(2026, 11, 1) == (await plan(household)).funds.month

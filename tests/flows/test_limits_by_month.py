"""Limits that change from a month on or in one alone, what rolls over with a cap, and what is kept so that history costs nothing."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import msgspec
import pytest

from farthing.budgets import Budget
from farthing.core.dates import FixedClock, Month
from farthing.core.errors import Rejected
from farthing.flows.cover import cover
from farthing.flows.edit import Edit, edit_transaction
from farthing.flows.manage_budgets import BudgetEdit, BudgetWish, add_budget, edit_budget, find_budget
from farthing.flows.set_limits import set_limits
from farthing.flows.undo import undo
from farthing.flows.verify_ledger import faults
from farthing.flows.world import World
from farthing.ledger.rates import load_rates
from flows.test_manage_budgets import budget, standing_alerts, stands
from world import Bank, Family, found

AUGUST, NOVEMBER = Month(2026, 8), Month(2026, 11)


async def say(household: Family, one: Budget, text: str, month: Month, scope: str = "from") -> int:
    _, batch = await set_limits(household.world, household.household_id, household.actor, {one.budget_id: text}, month=month, scope=scope)
    return batch


async def limits(household: Family, one: Budget) -> list[int]:
    """August to December, in whole units."""
    async with household.desk() as desk:
        held = await find_budget(desk, one.budget_id)
    return [held.limit_in(AUGUST.plus(n).first) // 100 for n in range(5)]


async def wrong(household: Family) -> list[str]:
    async with household.desk() as desk:
        return [f.what for f in await faults(desk.unit, desk.household, desk.categories, household.world)]


async def carries(household: Family) -> list[str]:
    async with household.unit() as (unit, _):
        rows = await unit.conn.fetch("select month, minor from budget_carry where household_id = $1 order by month", unit.household_id)
    return [f"{r['month']:%Y} {r['minor'] / 100:.2f}" for r in rows]


async def test_a_limit_from_a_month_on_leaves_the_past_as_it_was(household: Family, bank: Bank) -> None:
    await bank("2026-09-02 -85.00 ZORBLAX x1")
    one = await budget(household, "uncategorised", "100")
    await say(household, one, "50", NOVEMBER)
    assert await limits(household, one) == [100, 100, 100, 50, 50]
    assert await stands(household, "2026-09") == ["85.00/100.00 near"]


async def test_a_limit_for_one_month_is_for_that_month(household: Family) -> None:
    one = await budget(household, "uncategorised", "100")
    await say(household, one, "+40", NOVEMBER, "only")
    assert await limits(household, one) == [100, 100, 100, 140, 100]
    await say(household, one, "100", NOVEMBER, "only")
    assert await limits(household, one) == [100] * 5


async def test_of_one_month_the_last_word_holds(household: Family) -> None:
    one = await budget(household, "uncategorised", "100")
    await say(household, one, "140", NOVEMBER, "only")
    await say(household, one, "70", NOVEMBER)
    assert await limits(household, one) == [100, 100, 100, 70, 70]


async def test_words_on_several_months_may_come_in_any_order(household: Family) -> None:
    said = [("50", AUGUST, "from"), ("90", AUGUST.plus(1), "only"), ("120", NOVEMBER, "from"), ("60", NOVEMBER.plus(1), "only")]
    found = []
    for order in (said, said[::-1], [said[2], said[0], said[3], said[1]]):
        one = await budget(household, "vet", "100", starts=dt.date(2026, 1, 1))
        for text, month, scope in order:
            await say(household, one, text, month, scope)
        found.append(await limits(household, one))
        await edit_budget(household.world, household.household_id, household.actor, one.budget_id, BudgetEdit(ends=dt.date(2026, 1, 31)))
        await shove(household, one)
    assert found == [[50, 90, 50, 120, 60]] * 3


async def shove(household: Family, one: Budget) -> None:
    """Out of the way of the next one on the same category."""
    from farthing.flows.manage_budgets import delete_budget

    await delete_budget(household.world, household.household_id, household.actor, one.budget_id)


async def test_each_month_is_undone_by_itself(household: Family) -> None:
    one = await budget(household, "uncategorised", "100")
    first = await say(household, one, "50", AUGUST)
    await say(household, one, "70", NOVEMBER, "only")
    await undo(household.world, household.household_id, household.actor, first)
    assert await limits(household, one) == [100, 100, 100, 70, 100]


async def test_an_edit_says_from_when(household: Family) -> None:
    one = await budget(household, "uncategorised", "100")
    place = household.world, household.household_id, household.actor
    await edit_budget(*place, one.budget_id, BudgetEdit(limit="70"))
    await edit_budget(*place, one.budget_id, BudgetEdit(limit="20", scope="only", on=dt.date(2026, 9, 30)))
    assert await limits(household, one) == [100, 20, 100, 70, 70]
    with pytest.raises(Rejected):
        await edit_budget(*place, one.budget_id, BudgetEdit(limit="20", scope="sometimes"))


async def test_a_cap_bounds_what_is_handed_on_either_way(household: Family, bank: Bank) -> None:
    await bank("2026-10-02 -450.00 ZORBLAX x2")
    await budget(household, "uncategorised", "100", rollover="both", cap="150", starts=dt.date(2026, 8, 1))
    assert await stands(household, "2026-10") == ["450.00/250.00 over"]
    assert await stands(household, "2026-11") == ["0.00/-50.00 over"]


async def test_covering_changes_one_month_and_can_be_undone(household: Family, bank: Bank) -> None:
    await bank("2026-11-02 -120.00 ZORBLAX x1")
    over, giver = await budget(household, "uncategorised", "100"), await budget(household, "vet", "200")
    covered = await cover(household.world, household.household_id, household.actor, over.budget_id, giver.budget_id, month=NOVEMBER)
    assert covered.minor == 2_000
    assert (await limits(household, over), await limits(household, giver)) == ([100, 100, 100, 120, 100], [200, 200, 200, 180, 200])
    await undo(household.world, household.household_id, household.actor, covered.batch_id)
    assert (await limits(household, over), await limits(household, giver)) == ([100] * 5, [200] * 5)


async def test_a_january_is_kept_and_follows_its_years(household: Family, bank: Bank) -> None:
    await bank("2024-03-02 -40.00 ZORBLAX x1", "2025-03-02 -300.00 ZORBLAX x2")
    one = await budget(household, "uncategorised", "10", rollover="both", starts=dt.date(2024, 1, 1))
    assert await carries(household) == ["2025 80.00", "2026 -100.00"]
    edit = Edit(category_id=await household.category("vet"))
    await edit_transaction(household.world, household.household_id, household.actor, await household.id_of("x2"), edit)
    assert await carries(household) == ["2025 80.00", "2026 200.00"]
    await say(household, one, "20", Month(2025, 7))
    assert await carries(household) == ["2025 80.00", "2026 260.00"]
    assert await wrong(household) == []


async def test_a_january_that_is_kept_wrong_is_noticed(household: Family) -> None:
    await budget(household, "uncategorised", "10", rollover="surplus", starts=dt.date(2025, 1, 1))
    async with household.unit() as (unit, _):
        await unit.conn.execute("update budget_carry set minor = 1 where household_id = $1", unit.household_id)
    (fault,) = await wrong(household)
    assert "brought 1 minor units into 2026, and its months say 12000" in fault


async def test_a_group_follows_a_category_that_leaves_it(household: Family, bank: Bank) -> None:
    from farthing.flows.manage_categories import CategoryEdit, edit_category

    await bank("2025-03-02 -40.00 ZORBLAX code FOOD_AND_DRINK_GROCERIES x1")
    wish = BudgetWish(group="food", limit="10", starts=dt.date(2025, 1, 1), rollover="both")
    await add_budget(household.world, household.household_id, household.actor, wish)
    assert await carries(household) == ["2026 80.00"]
    key = await household.category("groceries")
    await edit_category(household.world, household.household_id, household.actor, key, CategoryEdit(group="shopping"))
    assert await carries(household) == ["2026 120.00"]


async def test_today_is_the_households_day_at_the_end_of_a_month(world: World) -> None:
    household = await found(world, zone="America/Los_Angeles")
    await household.bank("2026-11-30 -120.00 ZORBLAX x1")
    assert isinstance(household.world.clock, FixedClock)
    household.world.clock.at = dt.datetime(2026, 12, 1, 3, 30, tzinfo=dt.UTC)  # 30 November, half past seven in the evening, in Seattle
    async with household.desk() as desk:
        assert desk.today == dt.date(2026, 11, 30)
    one = await budget(household, "uncategorised", "100")
    assert await standing_alerts(household) == ["2026-11 100"]
    household.world.clock.forward(hours=6)
    changed = await edit_budget(household.world, household.household_id, household.actor, one.budget_id, BudgetEdit(limit="90"))
    assert [changed.budget.limit_in(m.first) for m in (NOVEMBER, NOVEMBER.plus(1))] == [10_000, 9_000]


async def test_a_budget_in_euros_counts_the_rest_at_the_rate_of_the_months_first_day(household: Family, bank: Bank) -> None:
    await bank("2026-11-02 -90.00 ZORBLAX x1")
    async with household.world.db.shared() as conn:
        await load_rates(conn, [("USD", dt.date(2026, 10, 30), Decimal("1.20"))])
    wish = BudgetWish(category_id=0, limit="100", starts=dt.date(2026, 11, 1), currency="eur")
    made = (await add_budget(household.world, household.household_id, household.actor, wish)).budget
    async with household.desk() as desk:
        from farthing.flows.manage_budgets import status

        (one,) = (await status(desk, "2026-11")).standings
    assert (made.currency, one.unrated, one.spent) == ("EUR", (), 7_500)


@pytest.mark.parametrize("scope", ["", "until", "FROM"])
async def test_a_scope_is_from_or_only(household: Family, scope: str) -> None:
    one = await budget(household, "vet", "100")
    with pytest.raises(Rejected):
        await say(household, one, "50", NOVEMBER, scope)
    assert msgspec.structs.replace(one, version=1) == one

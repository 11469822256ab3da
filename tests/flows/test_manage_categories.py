"""Categories of the household's own, and what it makes of the system's: sums, budgets and memory follow."""

from __future__ import annotations

import datetime as dt

import pytest

from farthing.core.dates import FixedClock
from farthing.core.errors import Conflict, Missing, Refused, Rejected, Stale
from farthing.flows.close_category import delete_category
from farthing.flows.edit import Edit, edit_transaction
from farthing.flows.manage_budgets import BudgetWish, add_budget, status
from farthing.flows.manage_categories import CategoryEdit, CategoryWish, add_category, edit_category
from farthing.flows.split_up import Slice, split_up
from farthing.flows.undo import undo
from farthing.notify.alerting import Kind
from world import NOW, Bank, Family


async def own(household: Family, name: str = "Chess club", group: str = "entertainment") -> int:
    made = await add_category(household.world, household.household_id, household.actor, CategoryWish(name=name, group=group))
    return made.category_id


async def change(household: Family, category_id: int, **wish: object) -> None:
    await edit_category(household.world, household.household_id, household.actor, category_id, CategoryEdit(**wish))  # type: ignore[arg-type]


async def remove(household: Family, category_id: int, move_to: int | None = None) -> int | None:
    return (await delete_category(household.world, household.household_id, household.actor, category_id, move_to=move_to)).batch_id


async def put(household: Family, ref: str, category_id: int) -> None:
    row = await household.id_of(ref)
    await edit_transaction(household.world, household.household_id, household.actor, row, Edit(category_id=category_id))


async def names(household: Family, group: str) -> list[str]:
    async with household.desk() as desk:
        return [c.name for c in desk.categories.every if c.group == group and not c.hidden]


async def test_an_own_category_stands_in_its_group(household: Family, bank: Bank) -> None:
    chess = await own(household)
    assert "Chess club" in await names(household, "entertainment")
    await bank("2026-11-02 -30.00 ZORBLAX x1")
    await put(household, "x1", chess)
    assert await household.spent("2026-11") == {f"own_{chess}": "-30.00"}


async def test_a_system_category_can_be_renamed_moved_and_hidden(household: Family, bank: Bank) -> None:
    vet = await household.category("vet")
    await change(household, vet, name="Animals", group="personal_care", bill=True)
    assert "Animals" in await names(household, "personal_care")
    await change(household, vet, hidden=True)
    assert "Animals" not in await names(household, "personal_care")


async def test_budgets_follow_a_category_into_its_new_group(household: Family, bank: Bank) -> None:
    await add_budget(
        household.world, household.household_id, household.actor, BudgetWish(group="entertainment", limit="50", starts=dt.date(2026, 1, 1))
    )
    chess = await own(household, group="fitness")
    await bank("2026-11-02 -30.00 ZORBLAX x1")
    await put(household, "x1", chess)
    async with household.desk() as desk:
        assert (await status(desk, "2026-11")).standings[0].spent == 0
    await change(household, chess, group="entertainment")
    async with household.desk() as desk:
        assert (await status(desk, "2026-11")).standings[0].spent == 3000


async def test_past_periods_of_a_budget_that_carries_on_follow_a_category_out_of_its_group(household: Family, bank: Bank) -> None:
    """October was over only because of what September's chess left behind; the alert that said so then is true no more."""
    clock = household.world.clock
    assert isinstance(clock, FixedClock)
    wish = BudgetWish(group="entertainment", limit="50", starts=dt.date(2025, 11, 1), rollover="both", alerts=[100])
    clock.at = NOW - dt.timedelta(days=35)
    await add_budget(household.world, household.household_id, household.actor, wish)
    chess, events = await own(household), await household.category("events")
    await bank("2025-12-10 -690.00 ZORBLAX x1", "2026-10-05 -20.00 QUUXLEY x2")
    await put(household, "x1", chess)
    await put(household, "x2", events)
    assert [a[:14] for a in await household.alerts(Kind.BUDGET)] == ["Entertainment "]
    clock.at = NOW
    async with household.desk() as desk:
        assert (await status(desk, "2026-10")).standings[0].carried == -14_000

    await change(household, chess, group="fitness")

    assert [a[:13] for a in await household.alerts(Kind.BUDGET)] == ["No longer so:"]
    async with household.desk() as desk:
        october, december = [(await status(desk, month)).standings[0] for month in ("2026-10", "2025-12")]
    assert (october.carried, october.spent, december.spent) == (55_000, 2_000, 0)
    assert await household.is_sound()
    await change(household, chess, group="entertainment")
    async with household.desk() as desk:
        assert (await status(desk, "2026-10")).standings[0].carried == -14_000


async def test_a_category_that_goes_hands_everything_on(household: Family, bank: Bank) -> None:
    chess, vet = await own(household), await household.category("vet")
    await bank("2026-11-02 -30.00 ZORBLAX x1", "2026-11-03 -10.00 QUUXLEY x2")
    await put(household, "x1", chess)
    parts = [Slice(-600, chess), Slice(-400, await household.category("groceries"))]
    await split_up(household.world, household.household_id, household.actor, await household.id_of("x2"), parts)
    await add_budget(
        household.world, household.household_id, household.actor, BudgetWish(category_id=chess, limit="50", starts=dt.date(2026, 1, 1))
    )
    await remove(household, chess, vet)
    assert await household.spent("2026-11") == {"groceries": "-4.00", "vet": "-36.00"}
    async with household.desk() as desk:
        standing = (await status(desk, "2026-11")).standings[0]
    assert (standing.budget.category_id, standing.spent) == (vet, 3600)
    await bank("2026-11-09 -31.00 ZORBLAX x3")
    assert "2026-11-09 -31.00 Zorblax vet" in await household.rows()
    assert await household.is_sound()


async def test_rows_of_a_category_that_goes_without_a_heir_are_not_sorted(household: Family, bank: Bank) -> None:
    chess = await own(household)
    await bank("2026-11-02 -30.00 ZORBLAX x1")
    await put(household, "x1", chess)
    batch = await remove(household, chess)
    assert await household.rows() == ["2026-11-02 -30.00 Zorblax uncategorised"]
    assert batch is not None
    undone = await undo(household.world, household.household_id, household.actor, batch)
    assert undone.refused == ()
    assert await household.rows() == [f"2026-11-02 -30.00 Zorblax own_{chess}"]
    assert await household.is_sound()


async def test_two_budgets_cannot_become_one(household: Family) -> None:
    chess, vet = await own(household), await household.category("vet")
    for category_id in (chess, vet):
        wish = BudgetWish(category_id=category_id, limit="50", starts=dt.date(2026, 1, 1))
        await add_budget(household.world, household.household_id, household.actor, wish)
    with pytest.raises(Conflict):
        await remove(household, chess, vet)


async def test_what_is_not_ours_to_change_is_refused(household: Family) -> None:
    with pytest.raises(Refused):
        await remove(household, await household.category("vet"))
    with pytest.raises(Missing):
        await remove(household, 4711)
    with pytest.raises(Refused):
        await change(household, 0, name="Mess")
    with pytest.raises(Refused):
        await change(household, await household.category("transfer"), group="food")
    with pytest.raises(Missing):
        await change(household, 4711, name="Mess")


@pytest.mark.parametrize(
    ("wish", "field"),
    [({"name": " "}, "name"), ({"name": "x" * 61}, "name"), ({"group": "nonsense"}, "group"), ({"icon": "<svg>"}, "icon")],
)
async def test_what_is_no_category_is_refused_with_its_field(household: Family, wish: dict[str, str], field: str) -> None:
    with pytest.raises(Rejected) as refusal:
        await add_category(household.world, household.household_id, household.actor, CategoryWish(**{"name": "A", "group": "food", **wish}))  # type: ignore[arg-type]
    assert refusal.value.field == field


async def test_a_name_is_taken_once_a_group(household: Family) -> None:
    chess = await own(household)
    with pytest.raises(Rejected):
        await own(household, "chess  club")
    other = await own(household, "Go club")
    with pytest.raises(Rejected):
        await change(household, other, name="Chess Club")
    await change(household, chess, name="CHESS CLUB")


async def test_an_edit_of_an_older_version_is_refused(household: Family) -> None:
    chess = await own(household)
    await change(household, chess, name="Chess")
    wish = CategoryEdit(name="Checkers")
    with pytest.raises(Stale):
        await edit_category(household.world, household.household_id, household.actor, chess, wish, if_version=1)

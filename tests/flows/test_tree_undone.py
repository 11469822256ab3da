"""What the owner makes and changes of groups and categories are batches: listed in History, put back by undo, done again by redo."""

from __future__ import annotations

import datetime as dt
from typing import Any

from farthing.core.ids import internal
from farthing.flows.desk import read_desk
from farthing.flows.edit import Edit, edit_transaction
from farthing.flows.manage_budgets import BudgetWish, add_budget
from farthing.flows.manage_categories import CategoryEdit, CategoryWish, add_category, edit_category, move_category
from farthing.flows.manage_groups import AddedGroup, GroupEdit, GroupWish, add_own_group, edit_group, move_group
from farthing.flows.undo import Undone, undo
from farthing.flows.view_activity import view_activity
from world import Bank, Family


def who(household: Family) -> tuple[Any, ...]:
    return household.world, household.household_id, household.actor


async def boat(household: Family, name: str = "The boat") -> AddedGroup:
    return await add_own_group(*who(household), GroupWish(name=name))


async def back(household: Family, batch_id: int | None) -> Undone:
    assert batch_id is not None
    return await undo(*who(household), batch_id)


async def newest(household: Family) -> tuple[str, int]:
    """What History calls the newest batch, and its number."""
    async with read_desk(*who(household)) as desk:
        line = (await view_activity(desk)).lines[0]
        return f"{line.what}, {line.undo}", internal("bat", line.id)


async def own_groups(household: Family) -> list[str]:
    """By their place; hidden ones say so."""
    async with household.desk() as desk:
        return [f"{g.name}, hidden" if g.hidden else g.name for g in desk.categories.every_group if g.own]


async def within(household: Family, group: str) -> list[str]:
    async with household.desk() as desk:
        return [c.name for c in desk.categories.every if c.shown_in == group]


async def test_a_group_that_was_made_goes_by_undo_and_comes_by_redo(household: Family) -> None:
    made = await boat(household)
    assert (await newest(household))[0] == "Group “The boat” added, Undo"
    gone = await back(household, made.batch_id)
    assert (gone.undone, gone.stays, await own_groups(household)) == (1, (), [])
    again = await back(household, gone.batch_id)
    assert (again.stays, await own_groups(household)) == ((), ["The boat"])
    await back(household, again.batch_id)
    assert await own_groups(household) == []


async def test_a_group_in_which_something_stands_or_that_was_changed_since_stays_and_is_named(household: Family) -> None:
    full, budgeted, renamed = [await boat(household, name) for name in ("Full", "Budgeted", "Renamed")]
    await edit_category(*who(household), await household.category("fuel"), CategoryEdit(group=full.slug))
    await add_budget(*who(household), BudgetWish(group=budgeted.slug, limit="50", starts=dt.date(2026, 1, 1)))
    await edit_group(*who(household), renamed.slug, GroupEdit(name="Anew"))
    stays = [(await back(household, one.batch_id)).stays[0] for one in (full, budgeted, renamed)]
    assert [(s.name, s.reason) for s in stays] == [("Full", "in_use"), ("Budgeted", "in_use"), ("Anew", "changed_later")]
    assert len(await own_groups(household)) == 3


async def test_what_was_changed_of_a_group_goes_back_field_by_field(household: Family) -> None:
    made = await boat(household)
    renamed = await edit_group(*who(household), made.slug, GroupEdit(name="The yacht"))
    hidden = await edit_group(*who(household), made.slug, GroupEdit(hidden=True))
    assert await own_groups(household) == ["The yacht, hidden"]
    assert (await newest(household))[0] == "Group “The yacht” changed, Undo"
    undone = await back(household, renamed.batch_id)
    assert (undone.stays, await own_groups(household)) == ((), ["The boat, hidden"])
    await back(household, hidden.batch_id)
    assert await own_groups(household) == ["The boat"]
    await back(household, undone.batch_id)
    assert await own_groups(household) == ["The yacht"]
    assert (await edit_group(*who(household), made.slug, GroupEdit(name="The yacht"))).batch_id is None


async def test_a_name_that_another_group_has_by_now_comes_back_with_a_number(household: Family) -> None:
    made = await boat(household)
    renamed = await edit_group(*who(household), made.slug, GroupEdit(name="The yacht"))
    await boat(household)
    await back(household, renamed.batch_id)
    assert sorted(await own_groups(household)) == ["The boat", "The boat 2"]


async def test_a_name_that_was_changed_again_stays(household: Family) -> None:
    made = await boat(household)
    renamed = await edit_group(*who(household), made.slug, GroupEdit(name="The yacht"))
    await edit_group(*who(household), made.slug, GroupEdit(name="The raft"))
    undone = await back(household, renamed.batch_id)
    assert ([(s.name, s.reason) for s in undone.stays], undone.batch_id) == ([("The raft", "changed_later")], None)


async def test_groups_that_were_moved_stand_where_they_stood(household: Family) -> None:
    _, other = await boat(household), await boat(household, "The garden")
    assert await own_groups(household) == ["The boat", "The garden"]
    moved = await move_group(*who(household), other.slug, up=True)
    assert (await own_groups(household), (await newest(household))[0]) == (["The garden", "The boat"], "Group “The garden” moved, Undo")
    undone = await back(household, moved.batch_id)
    assert (undone.stays, await own_groups(household)) == ((), ["The boat", "The garden"])
    placed = await edit_group(*who(household), other.slug, GroupEdit(after=""))
    await back(household, placed.batch_id)
    assert await own_groups(household) == ["The boat", "The garden"]


async def test_a_category_that_was_made_goes_by_undo_while_nothing_stands_in_it(household: Family, bank: Bank) -> None:
    made = await boat(household)
    await add_category(*who(household), CategoryWish(name="Mooring", group=made.slug))
    told, batch = await newest(household)
    assert told == "Category “Mooring” added, Undo"
    gone = await back(household, batch)
    assert (gone.stays, await within(household, made.slug)) == ((), [])
    await back(household, gone.batch_id)
    assert await within(household, made.slug) == ["Mooring"]


async def test_a_category_in_which_rows_stand_stays_and_is_named(household: Family, bank: Bank) -> None:
    kites = (await add_category(*who(household), CategoryWish(name="Kites", group="entertainment"))).category_id
    _, batch = await newest(household)
    await bank("2026-10-01 -10.00 ZORBLAX x1")
    await edit_transaction(*who(household), await household.id_of("x1"), Edit(category_id=kites))
    undone = await back(household, batch)
    assert [(s.name, s.reason) for s in undone.stays] == [("Kites", "in_use")]
    assert await household.is_sound()


async def test_a_category_that_was_moved_and_renamed_is_where_it_was_and_called_as_it_was(household: Family, bank: Bank) -> None:
    """Given a category of the system, when all that was said of it is undone, then it is the system's again."""
    await bank("2026-10-01 -30.00 SHELL OIL x1")
    made, fuel = await boat(household), await household.category("fuel")
    moved = await edit_category(*who(household), fuel, CategoryEdit(group=made.slug))
    renamed = await edit_category(*who(household), fuel, CategoryEdit(name="Diesel"))
    assert await within(household, made.slug) == ["Diesel"]
    assert (await back(household, moved.batch_id)).stays == ()
    assert (await within(household, made.slug), "Diesel" in await within(household, "transport")) == ([], True)
    await back(household, renamed.batch_id)
    async with household.desk() as desk:
        assert (desk.categories.of(fuel).name, desk.categories.of(fuel).changed) == ("Fuel and charging", False)
    assert await household.is_sound()


async def test_categories_that_were_put_in_order_stand_as_they_stood(household: Family) -> None:
    stood = await within(household, "transport")
    moved = await move_category(*who(household), await household.category("fuel"), up=False)
    assert await within(household, "transport") != stood
    assert (await newest(household))[0] == "Categories of “Transport” put in order, Undo"
    await back(household, moved.batch_id)
    assert await within(household, "transport") == stood

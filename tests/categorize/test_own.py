"""The household's own categories beside the system's."""

from __future__ import annotations

import pytest

from farthing.categorize import Category, Word, match_name, recall, remember, tree
from farthing.categorize.own import add_own, drop_own, keep, renamed, reorder
from farthing.categorize.remembering.memory import give_back, hand_on, words_for
from farthing.categorize.taxonomy import by_slug, system
from farthing.core.errors import Missing, Rejected, Stale
from farthing.core.ids import CategoryId
from world import NOW, Family


def names(every: list[Category], group: str) -> list[str]:
    return [c.name for c in every if c.group == group and not c.hidden]


async def test_a_household_that_changed_nothing_has_the_systems_tree(household: Family) -> None:
    async with household.unit() as (unit, sealer):
        assert list(await tree(unit, sealer)) == list(system())


async def test_an_own_category_stands_last_in_its_group_and_is_found_by_name(household: Family) -> None:
    async with household.unit() as (unit, sealer):
        made = await add_own(unit, sealer, name="  Bubble   tea ", group="food")
        every = await tree(unit, sealer)
    assert made >= 1000
    assert names(every, "food")[-1] == "Bubble tea"
    assert match_name(every, "bubble tea") == made
    assert [c.section for c in every if c.category_id == made] == ["food"]


async def test_numbers_of_own_categories_are_never_given_twice(household: Family) -> None:
    async with household.unit() as (unit, sealer):
        first = await add_own(unit, sealer, name="A", group="food")
        await drop_own(unit, first)
        assert await add_own(unit, sealer, name="A", group="food") > first


async def test_a_system_category_can_be_renamed_hidden_moved_and_put_back(household: Family) -> None:
    coffee = by_slug("coffee")
    async with household.unit() as (unit, sealer):
        await keep(unit, sealer, renamed(coffee, name="Kaffee", group="entertainment", bill=True))
        every = {c.slug: c for c in await tree(unit, sealer)}
        changed = every["coffee"]
        assert (changed.name, changed.group, changed.section, changed.changed) == ("Kaffee", "entertainment", "bills", True)
        assert changed.trade == coffee.trade
        assert match_name(list(every.values()), "kaffee") == coffee.category_id
        await keep(unit, sealer, renamed(changed, hidden=True), if_version=changed.version)
        with pytest.raises(Stale):
            await keep(unit, sealer, renamed(changed, name="Mocha"), if_version=changed.version)
        await drop_own(unit, coffee.category_id)
        assert list(await tree(unit, sealer)) == list(system())


async def test_categories_can_be_put_in_another_order(household: Family) -> None:
    async with household.unit() as (unit, sealer):
        before = names(await tree(unit, sealer), "food")
        ids = [c.category_id for c in await tree(unit, sealer) if c.group == "food"]
        await reorder(unit, sealer, ids[::-1])
        assert names(await tree(unit, sealer), "food") == before[::-1]
        await reorder(unit, sealer, ids)
        assert names(await tree(unit, sealer), "food") == before
        with pytest.raises(Missing):
            await reorder(unit, sealer, [CategoryId(4711)])


async def test_equal_places_are_told_apart_when_an_order_is_said(household: Family) -> None:
    async with household.unit() as (unit, sealer):
        ids = [c.category_id for c in await tree(unit, sealer) if c.group == "food"]
        for one in await tree(unit, sealer):
            if one.group == "food":
                await keep(unit, sealer, renamed(one, position=7))
        await reorder(unit, sealer, ids[::-1])
        assert [c.category_id for c in await tree(unit, sealer) if c.group == "food"] == ids[::-1]


async def test_what_was_remembered_for_a_category_is_handed_on_and_given_back(household: Family) -> None:
    coffee = by_slug("coffee").category_id
    async with household.unit() as (unit, sealer):
        own = await add_own(unit, sealer, name="Tea", group="food")
        await remember(unit, [Word(1, own), Word(2, own)], at=NOW)
        await remember(unit, [Word(2, coffee)], at=NOW)
        said = await words_for(unit, own)
        await hand_on(unit, own, coffee)
        held = await recall(unit, [1, 2])
        assert {p: (r.category_id, r.times, r.total) for p, r in held.items()} == {1: (coffee, 1, 1), 2: (coffee, 2, 2)}
        await give_back(unit, own, said, taken_by=coffee)
        held = await recall(unit, [1])
        assert {p: (r.category_id, r.times, r.total) for p, r in held.items()} == {1: (own, 1, 1)}
        assert [(w.payee_id, w.times) for w in await words_for(unit, coffee)] == [(2, 1)]
        await drop_own(unit, own)
        with pytest.raises(Missing):
            await drop_own(unit, own)


@pytest.mark.parametrize(
    ("name", "group"),
    [("", "food"), ("x" * 61, "food"), ("a\x00b", "food"), ("Tea", "uncategorised"), ("Tea", "nonsense"), ("groceries", "food")],
)
async def test_a_name_or_group_that_cannot_be_is_refused(household: Family, name: str, group: str) -> None:
    async with household.unit() as (unit, sealer):
        with pytest.raises(Rejected):
            await add_own(unit, sealer, name=name, group=group)

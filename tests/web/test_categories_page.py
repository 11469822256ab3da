"""/settings/categories as a reader without a script sees it, through the real application."""

from __future__ import annotations

import re

from farthing.flows.edit import Edit, edit_transaction
from farthing.flows.manage_groups import GroupWish, add_own_group
from farthing.flows.saved_views import ViewWish, save_view
from farthing.flows.world import World
from web.visit import Browser, browser
from world import Bank, Family, found

PAGE = "/settings/categories"


def line(reader: Browser, category: str) -> str:
    """What the tree says of a category: its name, what is special, how much stands in it."""
    html = re.search(rf'<li class="category-line[^>]*id="{category}".*?</li>', reader.page, re.DOTALL)
    return " ".join(re.sub(r"<[^>]+>", " ", html[0]).split()) if html else ""


async def add(reader: Browser, household: Family, name: str = "Chess club", group: str = "entertainment", **more: str) -> str:
    await reader.open(PAGE)
    await reader.send(PAGE, intent="add", name=name, group=group, **more)
    assert "The category is added." in reader.words
    return await household.public_category(name)


async def test_the_tree_stands_by_group_with_how_much_is_in_each(reader: Browser, household: Family, bank: Bank) -> None:
    await bank("2026-11-02 -30.00 ZORBLAX code FOOD_AND_DRINK_GROCERIES x1", "2026-11-03 -4.00 QUUXLEY x2")
    await reader.open(PAGE)
    assert line(reader, await household.public_category("groceries")) == "Groceries 1"
    assert line(reader, await household.public_category("rent")) == "Rent bill"
    assert line(reader, await household.public_category("uncategorised")) == "Not sorted yet 1"
    assert f"edit={await household.public_category('uncategorised')}" not in reader.page
    assert re.search(r"Food Groceries.*Housing Rent.*Transfers Transfer", reader.words)


async def test_an_own_category_is_added_marked_and_found_where_it_is_needed(reader: Browser, household: Family) -> None:
    chess = await add(reader, household, bill="yes")
    assert line(reader, chess) == "Chess club yours, bill"
    await reader.open("/budgets/2026-11/add")
    assert f'value="{chess}"' in reader.page


async def test_a_category_is_renamed_moved_hidden_and_made_a_bill(reader: Browser, household: Family) -> None:
    vet = await household.public_category("vet")
    await reader.open(f"{PAGE}?edit={vet}")
    assert 'id="edit-category" aria-labelledby="edit-category-title" open' in reader.page
    assert "Delete this category" not in reader.words
    await reader.send(PAGE, intent="edit", category_id=vet, name="Animals", group="health", bill="yes", hidden="yes")
    assert "The category is changed." in reader.words
    assert line(reader, vet) == "Animals bill, hidden"
    await reader.open("/budgets/2026-11")
    assert f'value="{vet}"' not in reader.page
    await reader.open(PAGE)
    await reader.send(PAGE, intent="edit", category_id=vet, name="Animals", group="health")
    assert line(reader, vet) == "Animals"


async def test_what_was_added_is_undone_one_press_away(reader: Browser, household: Family) -> None:
    chess = await add(reader, household)
    assert "The category is added. See and undo" in reader.words
    batch = re.search(r"/activity/(bat_\w+)", reader.page)
    assert batch
    await reader.open(f"/activity/{batch[1]}")
    assert "Category “Chess club” added" in reader.words
    await reader.send("/activity", batch_id=batch[1])
    await reader.open(PAGE)
    assert line(reader, chess) == ""


async def test_a_category_goes_up_and_down_in_its_group(reader: Browser, household: Family) -> None:
    first, chess = await add(reader, household, "Bouldering"), await add(reader, household, "Chess club")
    await reader.send(PAGE, intent="up", category_id=chess)
    assert "The order is changed." in reader.words
    assert reader.page.index(f'id="{chess}"') < reader.page.index(f'id="{first}"')
    await reader.send(PAGE, intent="down", category_id=chess)
    assert reader.page.index(f'id="{first}"') < reader.page.index(f'id="{chess}"')
    await reader.send(PAGE, intent="down", category_id=chess)
    assert reader.status == 200


async def test_who_deletes_one_says_where_its_rows_go_and_sees_how_many(reader: Browser, household: Family, bank: Bank) -> None:
    chess = await add(reader, household)
    await bank("2026-11-02 -30.00 ZORBLAX x1", "2026-11-03 -4.00 QUUXLEY x2")
    for ref in ("x1", "x2"):
        wish = Edit(category_id=await household.category("Chess club"))
        await edit_transaction(household.world, household.household_id, household.actor, await household.id_of(ref), wish)
    await reader.send("/budgets/2026-11", intent="add", category_id=chess, limit="50")
    await reader.open(f"{PAGE}?edit={chess}")
    assert "Where 2 transactions and 1 budget would go" in reader.words
    await reader.send(PAGE, intent="delete", category_id=chess, move_to="cat_000")
    assert reader.status == 422
    assert 'aria-describedby="heir-note"' in reader.page
    await reader.send(PAGE, intent="delete", category_id=chess, move_to=await household.public_category("games"))
    assert "The category is deleted." in reader.words
    assert line(reader, await household.public_category("games")) == "Games 2"
    assert await household.rows() == ["2026-11-03 -4.00 Quuxley games", "2026-11-02 -30.00 Zorblax games"]
    await reader.open("/budgets/2026-11")
    assert "Nov 34 so far." in reader.page
    assert "34.00 16.00" in reader.words


async def test_who_deletes_or_merges_one_sees_which_saved_views_name_it(reader: Browser, household: Family) -> None:
    who = (household.world, household.household_id, household.actor)
    chess, coffee = await add(reader, household), await household.public_category("coffee")
    boat = (await add_own_group(*who, GroupWish(name="The boat"))).slug
    for name, query in (
        ("Games", f"category={chess}"),
        ("Out", "category=coffee"),
        ("Cups", f"category={coffee}&over=5"),
        ("Sea", f"category={boat}"),
    ):
        await save_view(*who, ViewWish(name=name, query=query))
    await reader.open(f"{PAGE}?edit={chess}")
    assert "1 saved view names it: Games. Once it is gone this is said there, and you can mend or delete the view." in reader.words
    assert f'<a href="/transactions?category={chess}"><bdi>Games</bdi></a>' in reader.page
    await reader.open(f"{PAGE}?edit={coffee}")
    assert "2 saved views name it: Cups, Out. Merged, its rows are shown there as before." in reader.words
    await reader.open(f"{PAGE}?group={boat}")
    assert "1 saved view names it: Sea." in reader.words
    await reader.open(f"{PAGE}?edit={await household.public_category('rent')}")
    assert "saved view" not in reader.words


async def test_rows_without_an_heir_are_not_sorted_any_more(reader: Browser, household: Family, bank: Bank) -> None:
    chess = await add(reader, household)
    await reader.open(f"{PAGE}?edit={chess}")
    assert "Nothing stands in it" in reader.words
    await reader.send(PAGE, intent="delete", category_id=chess)
    assert "The category is deleted." in reader.words
    assert line(reader, chess) == ""


async def test_a_category_of_the_system_is_merged_and_its_undo_is_one_press_away(reader: Browser, household: Family, bank: Bank) -> None:
    await bank("2026-11-02 -5.00 STARBUCKS STORE 1 x1")
    coffee, meals = await household.public_category("coffee"), await household.public_category("restaurants")
    await reader.open(f"{PAGE}?edit={coffee}")
    assert "Where 1 transaction would go" in reader.words
    await reader.send(PAGE, intent="merge", category_id=coffee, move_to="")
    assert (reader.status, "Choose the category that it becomes one with." in reader.words) == (422, True)
    await reader.send(PAGE, intent="merge", category_id=coffee, move_to=meals)
    assert "The two categories are one. See and undo" in reader.words
    assert line(reader, coffee) == "Coffee shops part of Restaurants"
    batch = re.search(r"/activity/(bat_\w+)", reader.page)
    assert batch
    await reader.open(f"/activity/{batch[1]}")
    assert "Category changed: Coffee shops" in reader.words
    assert "Restaurants merged with another category" in reader.words
    await reader.send("/activity", batch_id=batch[1])
    assert await household.rows() == ["2026-11-02 -5.00 Starbucks coffee"]


async def test_what_is_wrong_is_said_at_its_field(reader: Browser, household: Family) -> None:
    chess = await add(reader, household)
    taken = "This group has a category of that name already."
    for intent, form, field, words in (
        ("add", {"name": " ", "group": "food"}, "add-name", "A name has 1 to 60 characters."),
        ("add", {"name": "x" * 61, "group": "food"}, "add-name", "A name has 1 to 60 characters."),
        ("add", {"name": "groceries", "group": "food"}, "add-name", taken),
        ("add", {"name": "Odd", "group": "nonsense"}, "add-group", "There is no such group."),
        ("add", {"name": "Odd", "group": "uncategorised"}, "add-group", "There is no such group."),
        ("edit", {"category_id": chess, "name": "Games", "group": "entertainment"}, "edit-name", taken),
        ("edit", {"category_id": chess, "name": "Chess", "group": ""}, "edit-group", "There is no such group."),
    ):  # fmt: skip
        await reader.send(PAGE, intent=intent, **form)
        assert reader.status == 422, form
        assert f'aria-describedby="{field}-note"' in reader.page, form
        assert words in reader.words, form
    await reader.open(PAGE)
    assert line(reader, chess) == "Chess club yours"


async def test_what_stays_as_it_is_says_why(reader: Browser, household: Family) -> None:
    await reader.open(PAGE)
    transfer, vet = await household.public_category("transfer"), await household.public_category("vet")
    await reader.send(PAGE, intent="edit", category_id=transfer, name="Transfer", group="food")
    assert (reader.status, "Transfers between your own accounts stay transfers." in reader.words) == (409, True)
    await reader.send(PAGE, intent="delete", category_id=vet)
    assert (reader.status, "This category belongs to Farthing: hide it, or merge it into another." in reader.words) == (409, True)
    await reader.send(PAGE, intent="delete", category_id="cat_000")
    assert (reader.status, "somebody deleted it meanwhile" in reader.words) == (422, True)
    await reader.send(PAGE, intent="dance")
    assert (reader.status, "something that this page does not do" in reader.words) == (422, True)


async def test_its_budget_in_the_way_is_said_in_the_form(reader: Browser, household: Family) -> None:
    chess = await add(reader, household)
    games = await household.public_category("games")
    for category in (chess, games):
        await reader.send("/budgets/2026-11", intent="add", category_id=category, limit="50")
    await reader.open(PAGE)
    await reader.send(PAGE, intent="delete", category_id=chess, move_to=games)
    assert (reader.status, "Its budget cannot go along: delete it first." in reader.words) == (409, True)


async def test_another_households_category_is_as_missing_as_a_made_up_one(reader: Browser, world: World, household: Family) -> None:
    chess = await add(reader, household)
    async with browser(world, await found(world)) as stranger:
        await stranger.open(f"{PAGE}?edit={chess}")
        assert (stranger.status, "edit-category" in stranger.page) == (404, False)
        await stranger.open(PAGE)
        for intent in ("edit", "delete"):
            await stranger.send(PAGE, intent=intent, category_id=chess, name="Mine", group="food")
            assert (stranger.status, "somebody deleted it meanwhile" in stranger.words) == (422, True)
    await reader.open(PAGE)
    assert line(reader, chess) == "Chess club yours"


async def test_a_group_of_ones_own_is_added_edited_and_deleted_into_another(reader: Browser, household: Family) -> None:
    for name in ("The boat", "The garden"):
        await reader.open(f"{PAGE}?add=group")
        assert 'id="add-group-box" aria-labelledby="add-group-title" open' in reader.page
        await reader.send(PAGE, intent="group-add", name=name, counts_as="spending", section="home")
        assert "The group is added. Move categories into it by editing them. See and undo" in reader.words
    boat, garden = [await household.group(name) for name in ("The boat", "The garden")]
    assert re.search(r"The boat yours .*Nothing stands in it yet", reader.words)
    fuel = await household.public_category("fuel")
    await reader.send(PAGE, intent="edit", category_id=fuel, name="Fuel", group=boat)
    assert reader.page.index(f'id="group-{boat}"') < reader.page.index(f'id="{fuel}"') < reader.page.index(f'id="group-{garden}"')
    await reader.send(PAGE, intent="group-edit", group_id=boat, name="Boats", section="family", hidden="yes")
    assert re.search(r"Boats yours, hidden", reader.words)
    await reader.send(PAGE, intent="group-down", group_id=boat)
    assert "The order is changed. See and undo" in reader.words
    await reader.open(re.findall(r'href="(/activity/bat_\w+)">See and undo', reader.page)[0])
    assert "Group “Boats” moved" in reader.words
    await reader.open(PAGE)
    await reader.send(PAGE, intent="group-delete", group_id=boat, move_to=garden)
    assert "The group is deleted; its categories are elsewhere. See and undo" in reader.words
    assert reader.page.index(f'id="group-{garden}"') < reader.page.index(f'id="{fuel}"')


async def test_what_is_wrong_with_a_group_is_said_at_its_field(reader: Browser, household: Family) -> None:
    await reader.open(PAGE)
    await reader.send(PAGE, intent="group-add", name="The boat", counts_as="spending", section="home")
    boat, fuel = await household.group("The boat"), await household.public_category("fuel")
    for intent, form, field, words in (
        ("group-add", {"name": " "}, "add-group-name", "A name has 1 to 60 characters."),
        ("group-add", {"name": "the  BOAT"}, "add-group-name", "There is a group of that name already."),
        ("group-add", {"name": "Odd", "section": "nonsense"}, "add-group-section", "stands in one of food, home, family, personal."),
        ("group-edit", {"group_id": boat, "name": "Food", "section": "home"}, "edit-group-name", "There is a group of that name already."),
        ("group-delete", {"group_id": boat, "move_to": "income"}, "group-heir", "counts otherwise than “The boat”"),
    ):  # fmt: skip
        await reader.send(PAGE, intent=intent, **form)
        assert reader.status == 422, form
        assert f'aria-describedby="{field}-note"' in reader.page, form
        assert words in reader.words, form
    await reader.send(PAGE, intent="group-add", name="Wages", counts_as="income")
    await reader.send(PAGE, intent="edit", category_id=fuel, name="Fuel", group=await household.group("Wages"))
    assert (reader.status, "counts as spending, and “Wages” holds income: choose a group that counts alike" in reader.words) == (409, True)
    await reader.open(f"{PAGE}?group=grp_1")
    assert reader.status == 404
    await reader.open(PAGE)
    await reader.send(PAGE, intent="group-delete", group_id="grp_0")
    assert (reader.status, "This category or group is not there any more" in reader.words) == (422, True)

"""Views above the list: a filter is named, comes back by its name, is renamed and deleted, and belongs to the whole household."""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import AsyncIterator, Sequence

import msgspec
import pytest
import pytest_asyncio

from farthing.core.ids import CategoryId, public
from farthing.flows.close_category import delete_category, merge_category
from farthing.flows.desk import write_desk
from farthing.flows.edit import Edit, edit_transaction
from farthing.flows.manage_categories import CategoryWish, add_category
from farthing.flows.revise import new_batch
from farthing.flows.saved_views import VIEWS_MAX, ViewWish, save_view
from farthing.flows.undo import undo
from farthing.flows.views_back import view_gone
from farthing.flows.world import World
from farthing.ingest.batches.batch import write_batch, write_changes
from farthing.people.saved_views import SavedView
from web.visit import Browser, browser, program
from world import Bank, Family, found


@pytest_asyncio.fixture(loop_scope="session")
async def reader(world: World, household: Family) -> AsyncIterator[Browser]:
    async with browser(world, household) as reader:
        await reader.open("/transactions?over=20&q=zorb")
        yield reader


def view_id(page: str) -> str:
    return re.findall(r'name="view_id" value="(vew_\w+)"', page)[0]


def links(page: str) -> list[tuple[str, str]]:
    row = re.search(r'<nav class="view-links".*?</nav>', page, re.DOTALL)
    return re.findall(r'<a href="([^"]+)"[^>]*><bdi>([^<]+)</bdi>', row[0].replace("&amp;", "&")) if row else []


async def test_a_filter_is_named_and_found_again_and_no_view_stands_where_there_is_nothing_to_name(reader: Browser, bank: Bank) -> None:
    await bank("2026-11-20 -30.00 ZORBLAX x1", "2026-11-19 -4.00 WIBBLE x2")
    await reader.open("/transactions")
    assert 'class="views"' not in reader.page
    await reader.open("/transactions?over=20&q=zorb&open=&add=")
    assert "Save as a view" in reader.words
    await reader.send("/transactions/views", query="over=20&q=zorb", name="  Large   Zorblax ")
    assert reader.at == "/transactions?q=zorb&over=20"
    assert links(reader.page) == [("/transactions?q=zorb&over=20", "Large Zorblax")]
    assert 'aria-current="page"><bdi>Large Zorblax' in reader.page
    assert "Rename or delete" in reader.words
    await reader.open("/transactions")
    assert links(reader.page) == [("/transactions?q=zorb&over=20", "Large Zorblax")]
    await reader.open(links(reader.page)[0][0])
    assert "1 transaction" in (await reader.open("/transactions/totals?q=zorb&over=20"))


async def test_a_view_is_renamed_and_deleted_and_everybody_of_the_household_sees_the_same(
    reader: Browser, household: Family, world: World
) -> None:
    await reader.send("/transactions/views", query="category=food", name="Food")
    key = view_id(reader.page)
    await reader.send("/transactions/views", intent="rename", query="category=food", view_id=key, name="Meals")
    assert [name for _, name in links(reader.page)] == ["Meals"]
    async with browser(world, household) as other:
        await other.open("/transactions")
        assert [name for _, name in links(other.page)] == ["Meals"]
    async with browser(world, await found(world)) as stranger:
        await stranger.open("/transactions")
        assert links(stranger.page) == []
        await stranger.send("/transactions/views", intent="delete", query="category=food", view_id=key)
        assert stranger.status == 404
    await reader.send("/transactions/views", intent="delete", query="category=food", view_id=key)
    assert (reader.at.partition("&said=")[0], links(reader.page)) == ("/transactions?category=food", [])


async def test_a_deleted_view_is_undone_from_where_it_stood(reader: Browser, household: Family, world: World, bank: Bank) -> None:
    await bank("2026-11-20 -30.00 ZORBLAX x1")
    await reader.send("/transactions/views", query="category=food", name="Food")
    await reader.send("/transactions/views", intent="delete", query="category=food", view_id=view_id(reader.page))
    assert (links(reader.page), "The view is deleted. Undo" in reader.words) == ([], True)
    assert 'aria-label="Remove filter Food"' in reader.page  # the filter stays
    (batch,) = re.findall(r'data-undo="(bat_\w+)"', reader.page)
    await reader.send(f"/undo/{batch}")
    await reader.open("/transactions")
    assert links(reader.page) == [("/transactions?category=food", "Food")]


async def test_two_views_that_went_in_one_batch_both_come_back_under_names_and_within_the_number_of_their_own(
    reader: Browser, household: Family, world: World
) -> None:
    who = (world, household.household_id, household.actor)
    gone = [SavedView(n, dt.datetime(2026, 11, 20, tzinfo=dt.UTC), name, "category=food") for n, name in ((1, "Food"), (2, "Food 2"))]
    await save_view(*who, ViewWish(name="food", query="category=food"))
    undone = await undo(*who, await gone_together(household, gone))
    assert undone.stays == ()
    await reader.open("/transactions")
    assert sorted(name for _, name in links(reader.page)) == ["Food 2", "Food 2 2", "food"]
    assert undone.batch_id is not None
    await undo(*who, undone.batch_id)  # and both go once more
    await reader.open("/transactions")
    assert [name for _, name in links(reader.page)] == ["food"]
    for n in range(VIEWS_MAX - 2):
        await save_view(*who, ViewWish(name=f"View {n:02}", query=f"over={n + 1}"))
    full = await undo(*who, await gone_together(household, [msgspec.structs.replace(v, view_id=v.view_id + 10) for v in gone]))
    assert [(s.name, s.reason) for s in full.stays] == [("Food 2", "no_room")]


async def test_an_undo_that_finds_no_room_for_a_view_says_that_and_not_that_it_changed(
    reader: Browser, household: Family, world: World
) -> None:
    who = (world, household.household_id, household.actor)
    for n in range(VIEWS_MAX):
        await save_view(*who, ViewWish(name=f"View {n:02}", query=f"over={n + 1}"))
    await reader.open("/transactions?over=1")
    await reader.send("/transactions/views", intent="delete", query="over=1", view_id=view_id(reader.page))
    (batch,) = re.findall(r'data-undo="(bat_\w+)"', reader.page)
    await save_view(*who, ViewWish(name="One more", query="over=99"))
    answer = await reader.client.post(f"/undo/{batch}", data={"csrf": reader.csrf}, headers={"hx-request": "true"})
    told = json.loads(answer.headers["hx-trigger"])["farthing:toast"]["text"]
    assert told == "Nothing could be undone; “View 00” finds no room any more, and stays away"


async def gone_together(household: Family, views: Sequence[SavedView]) -> int:
    """A batch that took all of them away."""
    async with write_desk(household.world, household.household_id, household.actor) as desk:
        batch = new_batch(desk)
        changes = [view_gone(view, "owner") for view in views]
        await write_changes(desk.unit, desk.sealer, batch_id=batch.batch_id, at=desk.at, actor=desk.actor.kind, changes=changes)
        await write_batch(desk.unit, desk.sealer, msgspec.structs.replace(batch, finished_at=desk.at, updated=len(views)))
    return batch.batch_id


@pytest.mark.parametrize(
    ("form", "said"),
    [
        ({"name": " "}, "A view needs a name."),
        ({"name": "x" * 81}, "At most 80 characters."),
        ({"name": "FOOD"}, "There is a view of that name already."),
        ({"query": ""}, "A view needs a filter."),
        ({"query": "colour=red"}, "The list has no filter colour."),
        ({"query": "category=nonsense"}, "No category is called “nonsense”."),
        ({"query": "account=acc_1h7z3k9q2"}, "No such account."),
    ],
)
async def test_what_is_no_view_is_said_beside_its_name(
    reader: Browser, household: Family, world: World, form: dict[str, str], said: str
) -> None:
    await save_view(world, household.household_id, household.actor, ViewWish(name="Food", query="category=food"))
    await reader.send("/transactions/views", **{"query": "over=20", "name": "Large", **form})
    assert reader.status == 422
    assert len(links(reader.page)) == 1
    if "account" in form.get("query", ""):
        assert "It names an account that is gone: every transaction is shown instead." in reader.words
    if form.get("query", "over=20") == "over=20":
        assert said in reader.words
        assert '<details class="menu" open>' in reader.page


async def test_a_household_has_at_most_fifty_views(reader: Browser, household: Family, world: World) -> None:
    for n in range(VIEWS_MAX):
        await save_view(world, household.household_id, household.actor, ViewWish(name=f"View {n:02}", query=f"over={n + 1}"))
    await reader.send("/transactions/views", query="over=99", name="One more")
    assert (reader.status, "At most 50 views; delete one first." in reader.words) == (409, True)
    assert len(links(reader.page)) == 12
    assert "38 more" in reader.words


async def test_a_view_that_names_a_deleted_category_says_so_and_is_mended_or_deleted(
    reader: Browser, household: Family, world: World, bank: Bank
) -> None:
    who = (world, household.household_id, household.actor)
    await bank("2026-11-20 -30.00 ZORBLAX x1", "2026-11-19 -4.00 WIBBLE x2")
    own = (await add_category(*who, CategoryWish(name="Kites", group="entertainment"))).category_id
    key = public("cat", own, household=household.household_id)
    await save_view(*who, ViewWish(name="Wind", query=f"category={key}&over=20"))
    await save_view(*who, ViewWish(name="Only kites", query=f"category={key}"))
    await delete_category(*who, own)

    await reader.open("/transactions")
    assert reader.page.count(">gone</small>") == 2
    at = next(href for href, name in links(reader.page) if name == "Wind")
    await reader.open(at)
    assert "It names a category that is gone: the list goes by what is left of it." in reader.words
    assert ("Zorblax" in reader.words, "Wibble" in reader.words) == (True, False)
    assert '<details class="menu" open>' in reader.page
    assert "Leave that out" in reader.words
    await reader.send("/transactions/views", intent="mend", view_id=view_id(reader.page), query=at.partition("?")[2], mend="over=20")
    assert (reader.at, reader.status) == ("/transactions?over=20", 200)
    assert ("/transactions?over=20", "Wind") in links(reader.page)

    await reader.open(f"/transactions?category={key}")
    assert "It names a category that is gone: every transaction is shown instead." in reader.words
    assert "Leave that out" not in reader.words
    await reader.send("/transactions/views", intent="delete", view_id=view_id(reader.page), query="")
    assert [name for _, name in links(reader.page)] == ["Wind"]


async def test_a_view_of_a_category_that_became_part_of_another_shows_the_rows_where_they_are_now(
    reader: Browser, household: Family, world: World, bank: Bank
) -> None:
    who = (world, household.household_id, household.actor)
    await bank("2026-11-20 -30.00 ZORBLAX x1", "2026-11-19 -4.00 WIBBLE x2")
    coffee, restaurants = await household.category("coffee"), await household.category("restaurants")
    await edit_transaction(*who, await household.id_of("x1"), Edit(category_id=CategoryId(coffee)))
    key = public("cat", coffee, household=household.household_id)
    await save_view(*who, ViewWish(name="Coffee", query=f"category={key}"))
    await merge_category(*who, coffee, restaurants)
    await reader.open(f"/transactions?category={key}")
    assert (reader.status, "Zorblax" in reader.words, "Wibble" in reader.words) == (200, True, False)
    assert "now" in reader.words
    async with program(world, household) as asking:
        assert len((await asking.get("/transactions", params={"category": key})).json()["items"]) == 1


async def test_the_palette_finds_views_by_name(reader: Browser) -> None:
    await reader.send("/transactions/views", query="category=food", name="Meals")
    answer = await reader.client.get("/palette", params={"q": "meal"}, headers={"accept": "application/json"})
    (group,) = [g for g in answer.json()["groups"] if g["name"] == "Views"]
    assert [(v["label"], v["href"]) for v in group["items"]] == [("Meals", "/transactions?category=food")]

"""/api/v1/categories through the real application."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from farthing.flows.world import World
from web.visit import program
from world import Bank, Family, found

CHESS = {"name": "Chess club", "group": "entertainment"}


async def made(api: httpx.AsyncClient, **more: Any) -> dict[str, Any]:
    answer = await api.post("/categories", json={**CHESS, **more})
    assert answer.status_code == 201, answer.text
    one: dict[str, Any] = answer.json()
    return one


async def named(api: httpx.AsyncClient, slug: str) -> dict[str, Any]:
    return next(c for c in (await api.get("/categories")).json()["items"] if c["slug"] == slug)


async def test_the_whole_tree_stands_in_one_page_with_own_ones_in_their_group(api: httpx.AsyncClient) -> None:
    chess = await made(api, bill=True)
    tree = (await api.get("/categories")).json()
    assert tree["next_cursor"] is None
    assert 60 <= len(tree["items"]) <= 120
    assert chess in tree["items"]
    assert (chess["own"], chess["bill"], chess["section"], chess["hidden"], chess["version"]) == (True, True, "bills", False, 1)
    groceries = await named(api, "groceries")
    assert (groceries["group"], groceries["section"], groceries["own"], groceries["version"]) == ("food", "food", False, 0)


async def test_the_tree_comes_in_pages_where_asked(api: httpx.AsyncClient) -> None:
    whole = (await api.get("/categories")).json()["items"]
    paged: list[Any] = []
    cursor: dict[str, str] = {}
    while True:
        page = (await api.get("/categories", params={"limit": "40", **cursor})).json()
        paged += page["items"]
        if page["next_cursor"] is None:
            break
        cursor = {"cursor": page["next_cursor"]}
    assert paged == whole
    assert (await api.get("/categories", params={"cursor": "cat_000"})).status_code == 400


async def test_a_systems_category_is_renamed_moved_hidden_and_made_a_bill(api: httpx.AsyncClient) -> None:
    vet = await named(api, "vet")
    change = {"name": "Animals", "group": "health", "hidden": True, "bill": True}
    answer = await api.patch(f"/categories/{vet['id']}", json=change, headers={"if-match": '"0"'})
    assert (answer.status_code, answer.headers["etag"]) == (200, '"1"')
    assert answer.json() == {**vet, **change, "changed": True, "section": "bills", "version": 1, "shown_in": "health"}
    stale = await api.patch(f"/categories/{vet['id']}", json={"name": "X"}, headers={"if-match": '"0"'})
    assert (stale.status_code, stale.json()["code"]) == (412, "changed_meanwhile")
    assert (await api.get(f"/categories/{vet['id']}")).json() == answer.json()


async def test_a_category_that_goes_hands_its_rows_on(api: httpx.AsyncClient, bank: Bank) -> None:
    chess, vet = await made(api), await named(api, "vet")
    await bank("2026-11-02 -30.00 ZORBLAX x1")
    (row,) = (await api.get("/transactions")).json()["items"]
    await api.patch(f"/transactions/{row['id']}", json={"category_id": chess["id"]})
    assert (await api.delete(f"/categories/{chess['id']}", params={"move_to": chess["id"]})).status_code == 422
    assert (await api.delete(f"/categories/{chess['id']}", headers={"if-match": '"7"'})).status_code == 412
    assert (await api.delete(f"/categories/{chess['id']}", params={"move_to": vet["id"]})).status_code == 204
    assert (await api.get(f"/transactions/{row['id']}")).json()["category"]["slug"] == "vet"
    assert (await api.get(f"/categories/{chess['id']}")).status_code == 404


async def test_a_systems_category_is_not_deleted(api: httpx.AsyncClient) -> None:
    answer = await api.delete(f"/categories/{(await named(api, 'vet'))['id']}")
    assert (answer.status_code, answer.json()["code"]) == (409, "system_category")


@pytest.mark.parametrize(
    ("fault", "field"),
    [({"name": " "}, "name"), ({"name": "Groceries", "group": "food"}, "name"), ({"group": "nonsense"}, "group"),
     ({"icon": "<svg>"}, "icon"), ({"bill": "yes"}, None), ({"colour": "red"}, None)],
)  # fmt: skip
async def test_what_is_no_category_is_refused_with_its_field(api: httpx.AsyncClient, fault: dict[str, Any], field: str | None) -> None:
    answer = await api.post("/categories", json={**CHESS, **fault})
    assert answer.status_code == 422
    if field:
        assert answer.json()["field"] == field


async def test_strangers_categories_are_as_missing_as_made_up_ones(api: httpx.AsyncClient, world: World) -> None:
    chess = await made(api)
    async with program(world, await found(world)) as stranger:
        for asked in (chess["id"], "cat_000", "nonsense"):
            answers = [
                await stranger.get(f"/categories/{asked}"),
                await stranger.patch(f"/categories/{asked}", json={"name": "Mine"}),
                await stranger.delete(f"/categories/{asked}"),
            ]
            assert [a.status_code for a in answers] == [404] * 3
        answer = await stranger.delete(f"/categories/{chess['id']}", params={"move_to": chess["id"]})
        assert answer.status_code == 404
    assert (await api.get(f"/categories/{chess['id']}")).json() == chess


async def test_the_same_key_makes_one_category(api: httpx.AsyncClient) -> None:
    answers = [await api.post("/categories", json=CHESS, headers={"idempotency-key": "k1"}) for _ in range(2)]
    assert answers[0].json() == answers[1].json()
    assert (await api.post("/categories", json=CHESS)).status_code == 422


async def test_the_categories_of_a_group_are_put_in_order(api: httpx.AsyncClient) -> None:
    food = [c["id"] for c in (await api.get("/categories")).json()["items"] if c["group"] == "food"]
    answer = await api.put("/categories/order", json={"category_ids": food[::-1]})
    assert [c["id"] for c in answer.json()["items"]] == food[::-1]
    assert [c["id"] for c in (await api.get("/categories")).json()["items"] if c["group"] == "food"] == food[::-1]
    rent = (await named(api, "rent"))["id"]
    for ids in ([food[0], rent], [food[0], food[0]], [], ["cat_000"]):
        assert (await api.put("/categories/order", json={"category_ids": ids})).status_code in {404, 422}, ids


async def test_categories_are_merged_and_taken_apart_by_one_undo(
    api: httpx.AsyncClient, household: Family, bank: Bank, world: World
) -> None:
    await bank("2026-11-02 -5.00 STARBUCKS STORE 1 x1")
    coffee, meals = await named(api, "coffee"), await named(api, "restaurants")
    merged = (await api.post(f"/categories/{coffee['id']}/merge", json={"into": meals["id"]})).json()
    assert (merged["moved"], (await named(api, "coffee"))["merged_into"]) == (1, meals["id"])
    for name in ("coffee", coffee["id"]):  # by either of its names it leads to where its rows are now
        assert len((await api.get("/transactions", params={"category": name})).json()["items"]) == 1, name
    batch = (await api.get(f"/batches/{merged['batch_id']}")).json()
    assert (batch["title"], batch["can_undo"]) == ("Category “Coffee shops” merged into “Restaurants”", True)
    (aside,) = (await api.get(f"/batches/{merged['batch_id']}/changes")).json()["others"]
    assert (aside["kind"], aside["after"]) == ("category", {"hidden": True, "merged_into": "Restaurants"})
    undone = (await api.post(f"/undo/{merged['batch_id']}")).json()
    assert (undone["undone"], undone["refused"], undone["kept"]) == (1, [], [])
    assert (await named(api, "coffee")) | {"version": 0} == coffee | {"version": 0}
    for into, status in (("cat_000", 422), (coffee["id"], 422)):
        assert (await api.post(f"/categories/{coffee['id']}/merge", json={"into": into})).status_code in {404, status}
    async with program(world, await found(world)) as stranger:
        assert (await stranger.post(f"/categories/{coffee['id']}/merge", json={"into": meals["id"]})).status_code == 404

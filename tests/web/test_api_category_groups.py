"""/api/v1/category-groups through the real application."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from farthing.flows.world import World
from web.visit import program
from world import Bank, found

BOAT = {"name": "The boat", "section": "home"}


async def made(api: httpx.AsyncClient, **more: Any) -> dict[str, Any]:
    answer = await api.post("/category-groups", json={**BOAT, **more})
    assert answer.status_code == 201, answer.text
    one: dict[str, Any] = answer.json()
    return one


async def named(api: httpx.AsyncClient, slug: str) -> dict[str, Any]:
    return next(c for c in (await api.get("/categories")).json()["items"] if c["slug"] == slug)


async def test_a_group_is_made_and_stands_behind_the_others_of_its_section(api: httpx.AsyncClient) -> None:
    boat = await made(api)
    assert (boat["name"], boat["section"], boat["counts_as"], boat["own"], boat["version"]) == ("The boat", "home", "spending", True, 1)
    groups = (await api.get("/category-groups")).json()["items"]
    assert [g["id"] for g in groups if g["section"] == "home"][-1] == boat["id"]
    food = next(g for g in groups if g["id"] == "food")
    assert (food["name"], food["counts_as"], food["own"], food["version"]) == ("Food", "spending", False, 0)
    answer = await api.get(f"/category-groups/{boat['id']}")
    assert (answer.json(), answer.headers["etag"]) == (boat, '"1"')
    first = (await api.get("/category-groups", params={"limit": "3"})).json()
    rest = (await api.get("/category-groups", params={"cursor": first["next_cursor"]})).json()
    assert [*first["items"], *rest["items"]] == groups


async def test_a_category_is_moved_into_it_and_filters_budgets_and_reports_follow(api: httpx.AsyncClient, bank: Bank) -> None:
    boat = await made(api)
    await bank("2026-11-02 -30.00 SHELL OIL x1", "2026-11-03 -20.00 SAFEWAY x2")
    fuel = (await api.patch(f"/categories/{(await named(api, 'fuel'))['id']}", json={"group": boat["id"]})).json()
    assert (fuel["group"], fuel["shown_in"], fuel["section"]) == ("transport", boat["id"], "home")
    rows = (await api.get("/transactions", params={"category": boat["id"]})).json()["items"]
    assert [r["amount"] for r in rows] == ["-30.00"]
    budget = {"group": boat["id"], "limit": "50", "from": "2026-11-01"}
    assert (await api.post("/budgets", json=budget)).json()["group"] == boat["id"]
    standings = (await api.get("/budgets/status", params={"period": "2026-11"})).json()
    assert [s["spent"] for s in standings] == ["30.00"]
    report = (
        await api.get("/reports/spending", params={"from": "2026-11-01", "to": "2026-11-30", "by": "group", "period": "month"})
    ).json()
    assert [(r["key"], r["label"], r["out"]) for r in report["rows"]] == [(boat["id"], "The boat", "-30.00"), ("food", "Food", "-20.00")]


async def test_it_is_renamed_hidden_and_put_elsewhere_in_its_version(api: httpx.AsyncClient) -> None:
    boat = await made(api)
    change = {"name": "Boats", "hidden": True, "section": "family", "after": "food"}
    answer = await api.patch(f"/category-groups/{boat['id']}", json=change, headers={"if-match": '"1"'})
    assert (answer.status_code, answer.headers["etag"]) == (200, '"2"')
    assert answer.json() == boat | {"name": "Boats", "hidden": True, "section": "family", "icon": answer.json()["icon"], "version": 2}
    stale = await api.patch(f"/category-groups/{boat['id']}", json={"name": "X"}, headers={"if-match": '"1"'})
    assert (stale.status_code, stale.json()["code"]) == (412, "changed_meanwhile")
    assert [g["id"] for g in (await api.get("/category-groups")).json()["items"]][:3] == ["income", "food", boat["id"]]


async def test_it_is_deleted_into_another_as_one_batch_that_can_be_undone(api: httpx.AsyncClient) -> None:
    boat, garden = await made(api), await made(api, name="The garden")
    fuel = await named(api, "fuel")
    await api.patch(f"/categories/{fuel['id']}", json={"group": boat["id"]})
    assert (await api.delete(f"/category-groups/{boat['id']}", params={"move_to": boat["id"]})).json()["code"] == "bad_target"
    assert (await api.delete(f"/category-groups/{boat['id']}", params={"move_to": "income"})).json()["code"] == "counts_otherwise"
    assert (await api.delete(f"/category-groups/{boat['id']}", headers={"if-match": '"7"'})).status_code == 412
    assert (await api.delete(f"/category-groups/{boat['id']}", params={"move_to": garden["id"]})).status_code == 204
    assert (await named(api, "fuel"))["shown_in"] == garden["id"]
    assert (await api.get(f"/category-groups/{boat['id']}")).status_code == 404
    batch = (await api.get("/batches")).json()["items"][0]
    assert (batch["title"], batch["can_undo"]) == ("Group “The boat” merged into “The garden”", True)
    asides = (await api.get(f"/batches/{batch['id']}/changes")).json()["others"]
    assert [(a["kind"], a["name"]) for a in asides] == [("category", "Fuel and charging"), ("group", "The boat")]
    undone = (await api.post(f"/undo/{batch['id']}")).json()
    assert (undone["refused"], undone["kept"]) == ([], [])
    assert (await named(api, "fuel"))["shown_in"] == boat["id"]


async def test_a_budget_in_the_way_is_said(api: httpx.AsyncClient) -> None:
    boat = await made(api)
    await api.post("/budgets", json={"group": boat["id"], "limit": "50", "from": "2026-11-01"})
    answer = await api.delete(f"/category-groups/{boat['id']}")
    assert (answer.status_code, answer.json()["code"]) == (409, "budget_in_the_way")


async def test_farthings_own_groups_stay_as_they_are(api: httpx.AsyncClient) -> None:
    for answer in (await api.patch("/category-groups/food", json={"name": "Eating"}), await api.delete("/category-groups/food")):
        assert (answer.status_code, answer.json()["code"]) == (409, "system_group")


@pytest.mark.parametrize(
    ("fault", "field"),
    [({"name": " "}, "name"), ({"name": "FOOD"}, "name"), ({"name": "x" * 10_000}, "name"), ({"name": "\u202eboat"}, "name"),
     ({"counts_as": "sign"}, "counts_as"), ({"section": "bills"}, "section"), ({"counts_as": "income", "section": "food"}, "section"),
     ({"name": 7}, None), ({"colour": "red"}, None)],
)  # fmt: skip
async def test_what_is_no_group_is_refused_with_its_field(api: httpx.AsyncClient, fault: dict[str, Any], field: str | None) -> None:
    answer = await api.post("/category-groups", json={**BOAT, **fault})
    assert answer.status_code == 422
    if field:
        assert answer.json()["field"] == field


async def test_a_category_that_counts_otherwise_is_refused_with_why(api: httpx.AsyncClient) -> None:
    wages = await made(api, name="Wages", counts_as="income", section="")
    answer = await api.patch(f"/categories/{(await named(api, 'fuel'))['id']}", json={"group": wages["id"]})
    assert (answer.status_code, answer.json()["code"]) == (409, "counts_otherwise")


async def test_strangers_groups_are_as_missing_as_made_up_ones(api: httpx.AsyncClient, world: World) -> None:
    boat = await made(api)
    async with program(world, await found(world)) as stranger:
        for asked in (boat["id"], "grp_0", "nonsense"):
            answers = [
                await stranger.get(f"/category-groups/{asked}"),
                await stranger.patch(f"/category-groups/{asked}", json={"name": "Mine"}),
                await stranger.delete(f"/category-groups/{asked}"),
                await stranger.get("/transactions", params={"category": asked}),
            ]
            assert [a.status_code for a in answers] == [404] * 4
        for path, body in (
            ("/categories", {"name": "Mine", "group": boat["id"]}),
            ("/budgets", {"group": boat["id"], "limit": "50", "from": "2026-11-01"}),
        ):
            answer = await stranger.post(path, json=body)
            assert (answer.status_code, answer.json()["field"]) == (422, "group")
        assert [g for g in (await stranger.get("/category-groups")).json()["items"] if g["own"]] == []
    assert (await api.get(f"/category-groups/{boat['id']}")).json() == boat


async def test_the_same_key_makes_one_group(api: httpx.AsyncClient) -> None:
    answers = [await api.post("/category-groups", json=BOAT, headers={"idempotency-key": "k1"}) for _ in range(2)]
    assert answers[0].json() == answers[1].json()
    assert (await api.post("/category-groups", json=BOAT)).json()["code"] == "name_taken"

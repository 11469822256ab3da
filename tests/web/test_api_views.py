"""/api/v1/views: filters of the list, and trends, that the household has named."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

FOOD = {"name": "Food", "query": "over=20&category=food"}


async def test_a_view_is_made_read_changed_and_deleted(api: httpx.AsyncClient) -> None:
    made = await api.post("/views", json=FOOD)
    assert made.status_code == 201
    view = made.json()
    assert (view["name"], view["query"], view["version"], made.headers["etag"]) == ("Food", "category=food&over=20", 1, '"1"')
    assert (await api.get("/views")).json() == {"items": [view], "next_cursor": None}
    changed = await api.patch(f"/views/{view['id']}", json={"name": "Meals"}, headers={"if-match": '"1"'})
    assert (changed.json()["name"], changed.json()["query"], changed.headers["etag"]) == ("Meals", "category=food&over=20", '"2"')
    assert (await api.patch(f"/views/{view['id']}", json={"query": "q=x"}, headers={"if-match": '"1"'})).status_code == 412
    assert (await api.delete(f"/views/{view['id']}", headers={"if-match": '"1"'})).status_code == 412
    assert (await api.delete(f"/views/{view['id']}")).status_code == 204
    assert (await api.get(f"/views/{view['id']}")).status_code == 404


async def test_a_trend_is_named_as_a_card_says_its_whole_question_and_keeps_its_place(api: httpx.AsyncClient) -> None:
    made = await api.post("/views", json={"name": "Food", "query": "by=merchant&n=6", "place": "trends"})
    assert made.status_code == 201, made.text
    card = made.json()
    whole = "measure=spend&by=merchant&per=month&with=previous&n=6&sort=amount"
    assert (card["place"], card["query"]) == ("trends", whole)
    assert (await api.post("/views", json=FOOD)).json()["place"] == "transactions"  # of the same name, elsewhere
    again = await api.patch(f"/views/{card['id']}", json={"query": "by=tag"})
    assert (again.json()["place"], again.json()["query"][:20]) == ("trends", "measure=spend&by=tag")
    assert (await api.patch(f"/views/{card['id']}", json={"query": "category=food"})).status_code == 422
    for n in range(3):
        assert (await api.post("/views", json={"name": f"More {n}", "query": "", "place": "trends"})).status_code == 201
    refused = await api.post("/views", json={"name": "Too many", "query": "", "place": "trends"})
    assert (refused.status_code, refused.json()["code"]) == (409, "too_many_cards")


async def test_a_view_says_what_it_names_that_is_gone(api: httpx.AsyncClient) -> None:
    own = (await api.post("/categories", json={"name": "Kites", "group": "entertainment"})).json()["id"]
    made = (await api.post("/views", json={"name": "Wind", "query": f"category={own}"})).json()
    assert made["faults"] == []
    await api.delete(f"/categories/{own}")
    assert (await api.get(f"/views/{made['id']}")).json()["faults"] == ["a category is gone"]
    assert (await api.get("/views")).json()["items"][0]["faults"] == ["a category is gone"]


async def test_views_that_name_a_category_or_a_group_are_told_before_it_goes(api: httpx.AsyncClient) -> None:
    group = (await api.post("/category-groups", json={"name": "The boat"})).json()["id"]
    own = (await api.post("/categories", json={"name": "Kites", "group": group})).json()
    said = {
        "Wind": f"category={own['id']}",
        "Slug": f"category={own['slug']},food",
        "Less": f"no_category={own['id']}",
        "Sea": f"category={group}",
    }
    for name, query in (said | {"Other": "category=food", "Text": "q=kites"}).items():
        assert (await api.post("/views", json={"name": name, "query": query})).status_code == 201

    async def naming(text: str) -> list[str]:
        return [v["name"] for v in (await api.get("/views", params={"names": text})).json()["items"]]

    for text in (own["id"], own["slug"], "Kites"):
        assert await naming(text) == ["Less", "Slug", "Wind"]
    assert (await naming(group), await naming("food"), await naming("rent")) == (["Sea"], ["Other", "Slug"], [])
    for text, status in (("nowhere", 422), ("cat_1", 404), ("grp_1", 404)):
        assert (await api.get("/views", params={"names": text})).status_code == status


async def test_views_come_by_name_and_in_pages(api: httpx.AsyncClient) -> None:
    for name in ("cars", "Boats", "Apples"):
        await api.post("/views", json={"name": name, "query": f"q={name}"})
    first = (await api.get("/views?limit=2")).json()
    assert [v["name"] for v in first["items"]] == ["Apples", "Boats"]
    rest = (await api.get("/views", params={"cursor": first["next_cursor"]})).json()
    assert ([v["name"] for v in rest["items"]], rest["next_cursor"]) == (["cars"], None)


@pytest.mark.parametrize(
    ("fault", "field"),
    [
        ({"name": ""}, "name"), ({"name": "x" * 81}, "name"), ({"name": "\u202eevil"}, "name"), ({"query": ""}, "query"),
        ({"query": "nonsense=1"}, "query"), ({"query": "period=soon"}, "query"), ({"query": "over=-1"}, "query"),
        ({"query": "q=" + "x" * 3000}, "query"), ({"colour": "red"}, None), ({"place": "budgets"}, "place"),
        ({"place": "trends"}, "query"), ({"place": "trends", "query": "at=2026-10"}, "query"),
        ({"place": "trends", "query": "by=day"}, "query"),
        ({"place": "trends", "query": "account=acc_1h7z3k9q2"}, "query"),
    ],
)  # fmt: skip
async def test_what_is_no_view_is_refused_with_its_field(api: httpx.AsyncClient, fault: dict[str, Any], field: str | None) -> None:
    answer = await api.post("/views", json={**FOOD, **fault})
    assert answer.status_code == 422, answer.text
    if field:
        assert answer.json()["field"] == field
    assert (await api.get("/views")).json()["items"] == []


async def test_a_view_is_a_matter_of_the_audit_trail(api: httpx.AsyncClient) -> None:
    made = (await api.post("/views", json=FOOD)).json()
    await api.delete(f"/views/{made['id']}")
    kinds = [e["kind"] for e in (await api.get("/audit")).json()["items"]]
    assert {"view.added", "view.deleted"} <= set(kinds)

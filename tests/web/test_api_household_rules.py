"""/api/v1/rules: what is done with rows that are alike."""

from __future__ import annotations

from typing import Any

import httpx
import pytest
import pytest_asyncio

from farthing.flows.world import World
from web.visit import program
from world import Bank, Family


@pytest_asyncio.fixture(loop_scope="session")
async def vet(api: httpx.AsyncClient) -> str:
    every = (await api.get("/categories")).json()["items"]
    found: str = next(c["id"] for c in every if c["slug"] == "vet")
    return found


async def test_a_rule_is_made_read_changed_and_deleted(api: httpx.AsyncClient, vet: str) -> None:
    then = {"category_id": vet, "tags": ["dog"], "splits": [{"category_id": vet, "share": "40"}, {"category_id": vet, "share": "60"}]}
    made = await api.post("/rules", json={"name": "Dog", "when": "zorblax >20", "then": then, "order": 1})
    assert made.status_code == 201, made.text
    rule = made.json()
    assert (rule["name"], rule["when"], rule["order"], rule["matched"], made.headers["etag"]) == ("Dog", "zorblax >20", 1, 0, '"1"')
    assert (rule["then"]["category_id"], [p["share"] for p in rule["then"]["splits"]]) == (vet, ["40", "60"])
    assert (await api.get("/rules")).json() == {"items": [rule], "next_cursor": None}
    again = await api.post("/rules", json={"when": rule["when"], "then": rule["then"]})
    assert (again.json()["then"], again.json()["hidden_by"]) == (rule["then"], rule["id"])
    changed = await api.patch(f"/rules/{rule['id']}", json={"enabled": False, "order": 2}, headers={"if-match": '"1"'})
    assert (changed.json()["enabled"], changed.json()["order"], changed.headers["etag"]) == (False, 2, '"2"')
    assert (await api.patch(f"/rules/{rule['id']}", json={"name": "x"}, headers={"if-match": '"1"'})).status_code == 412
    edit = (await api.get("/batches")).json()["items"][0]
    (aside,) = (await api.get(f"/batches/{edit['id']}/changes")).json()["others"]
    assert (aside["kind"], aside["before"], aside["after"]) == ("rule", {"on": True, "place": 1}, {"on": False, "place": 2})
    assert (await api.post(f"/undo/{edit['id']}")).status_code == 200
    stood = (await api.get(f"/rules/{rule['id']}")).json()
    assert (stood["enabled"], stood["order"]) == (True, 1)
    assert (await api.delete(f"/rules/{rule['id']}")).status_code == 204
    assert (await api.get(f"/rules/{rule['id']}")).status_code == 404
    batch = (await api.get("/batches")).json()["items"][0]
    assert (batch["kind"], batch["can_undo"]) == ("edit", True)
    assert (await api.post(f"/undo/{batch['id']}")).status_code == 200
    assert (await api.get(f"/rules/{rule['id']}")).json() == stood


async def test_a_preview_shows_before_and_after_and_a_run_is_a_batch(api: httpx.AsyncClient, bank: Bank, vet: str) -> None:
    await bank("2026-10-01 -10.00 ZORBLAX x1", "2026-10-02 -5.00 QUUXLEY x2", "2026-10-03 -6.00 ZORBLAX x3")
    rows = (await api.get("/transactions", params={"q": "zorblax"})).json()["items"]
    await api.patch(f"/transactions/{rows[0]['id']}", json={"category_id": vet})
    gifts = next(c["id"] for c in (await api.get("/categories")).json()["items"] if c["slug"] == "gifts")
    draft = {"when": "zorblax", "then": {"category_id": gifts, "note": "for Ada"}}
    seen = (await api.post("/rules/preview", json=draft)).json()
    assert (seen["matched"], seen["changed"], seen["breaks"]) == (2, 2, 1)
    (last,) = [r for r in seen["rows"] if r["before"]["id"] == rows[1]["id"]]
    assert (last["before"]["category"]["slug"], last["after"]["category"]["slug"], last["after"]["note"]) == (
        "uncategorised",
        "gifts",
        "for Ada",
    )
    assert seen["broken"][0]["instead"]["slug"] == "gifts"
    rule = (await api.post("/rules", json=draft)).json()
    ran = (await api.post("/rules/run", json={"rule_ids": [rule["id"]]})).json()
    assert ran["updated"] == 2
    one = (await api.get(f"/transactions/{rows[1]['id']}")).json()
    assert (one["category"]["slug"], one["category_source"], one["why"], one["confidence"]) == ("gifts", "rule", "rule: zorblax", 1)
    assert (await api.get(f"/batches/{ran['batch_id']}")).json()["kind"] == "rule_run"
    assert (await api.post(f"/undo/{ran['batch_id']}")).json()["undone"] == 2
    assert (await api.get(f"/transactions/{rows[1]['id']}")).json()["note"] is None
    assert (await api.post("/rules/run", json={"rule_ids": ["rul_1"]})).status_code == 404


@pytest.mark.parametrize(
    ("body", "status", "field"),
    [
        ({"when": "", "then": {"note": "x"}}, 422, "when"),
        ({"when": "/(((/", "then": {"note": "x"}}, 422, "when"),
        ({"when": "x", "then": {}}, 422, "then"),
        ({"when": "x", "then": {"note": "x"}, "order": 0}, 422, "order"),
        ({"when": "x", "then": {"note": "x"}, "name": "x" * 81}, 422, "name"),
        ({"when": "x", "then": {"colour": "red"}}, 422, None),
        ({"when": "x", "then": {"category_id": "cat_1"}}, 404, None),
        ({"when": 4, "then": {"note": "x"}}, 422, None),
    ],
)
async def test_what_is_no_rule_is_refused_with_its_field(
    api: httpx.AsyncClient, body: dict[str, Any], status: int, field: str | None
) -> None:
    for address in ("/rules", "/rules/preview"):
        answer = await api.post(address, json=body)
        assert answer.status_code == status or ("name" in body and address == "/rules/preview"), answer.text
        if field and answer.status_code == 422:
            assert answer.json()["field"] == field


async def test_a_token_that_reads_makes_no_rule(world: World, household: Family) -> None:
    async with program(world, household, scope="read") as reader:
        assert (await reader.get("/rules")).status_code == 200
        assert (await reader.post("/rules", json={"when": "x", "then": {"note": "x"}})).status_code == 403


@pytest.mark.parametrize("when", ['""', '"   "', "-tag:,", ""])
async def test_a_rule_that_asks_for_nothing_is_none(api: httpx.AsyncClient, when: str) -> None:
    for path in ("/rules", "/rules/preview"):
        answer = await api.post(path, json={"when": when, "then": {"reviewed": True}})
        assert (answer.status_code, answer.json()["code"], answer.json()["field"]) == (422, "when_needed", "when")


async def test_no_rule_that_is_named_for_a_run_is_left_out_in_silence(api: httpx.AsyncClient) -> None:
    answer = await api.post("/rules/run", json={"rule_ids": ["rul_1"] * 1_001})
    assert (answer.status_code, answer.json()["code"], answer.json()["field"]) == (422, "bad_ids", "rule_ids")

"""/api/v1/imports, /syncs and the ends of /connections through the real application, as programs use them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import httpx
import pytest

from farthing.connections import due
from farthing.connections.due import Kind
from farthing.flows import import_long
from farthing.flows.world import World
from farthing.web.api.describe import description
from web.visit import program
from world import Bank, Family, found

OFX = Path(__file__).parents[1] / "data" / "statements" / "ofx" / "jseutter__ofxparse__checking.ofx"
TABLE = b"Date,Description,Amount\n2026-11-03,BAKERY,-3.00\n2026-11-04,SALARY,1200.00\n2026-11-06,BROKEN,12x4\n"


async def bring(api: httpx.AsyncClient, content: bytes = TABLE, **fields: str) -> dict[str, Any]:
    answer = await api.post("/imports", files={"file": ("november.csv", content)}, data=fields)
    assert answer.status_code == 201, answer.text
    made: dict[str, Any] = answer.json()
    return made


async def test_a_file_is_a_dry_run_until_it_is_committed_once(api: httpx.AsyncClient, household: Family) -> None:
    run = await bring(api)
    assert (run["format"], run["state"]) == ("csv", "dry_run")
    assert run["counts"] == {"new": 2, "known": 0, "similar": 0, "refused": 1}
    assert [(e["row"], e["field"]) for e in run["errors"]] == [(4, "Amount")]
    assert await household.rows() == []
    done = [(await api.post(f"/imports/{run['id']}/commit")).json() for _ in range(2)]
    assert done[0]["counts"] == {"new": 2, "known": 0, "similar": 0, "refused": 1}
    assert done[0]["state"] == done[1]["state"] == "done"
    assert len(await household.rows()) == 2
    assert (await api.delete(f"/imports/{run['id']}")).status_code == 409


async def test_the_same_file_again_is_known(api: httpx.AsyncClient) -> None:
    first = await bring(api, OFX.read_bytes())
    await api.post(f"/imports/{first['id']}/commit")
    again = await bring(api, OFX.read_bytes())
    assert (again["counts"]["new"], again["counts"]["known"]) == (0, first["counts"]["new"])
    assert again["seen_before"]


async def test_imports_are_listed_looked_at_again_undone_and_dropped(api: httpx.AsyncClient, household: Family) -> None:
    kept, left = await bring(api), await bring(api, TABLE.replace(b"2026", b"2025"))
    await api.post(f"/imports/{kept['id']}/commit")
    assert (await api.get(f"/imports/{left['id']}")).json()["counts"]["new"] == 2
    listed = (await api.get("/imports")).json()["items"]
    assert [(i["id"], i["state"], i["name"]) for i in listed] == [
        (left["id"], "dry_run", "november.csv"),
        (kept["id"], "done", "november.csv"),
    ]
    assert listed[1]["account_id"] == (await api.get("/accounts")).json()["items"][0]["id"]
    assert (await api.post(f"/undo/{kept['id']}")).json()["undone"] == 2
    assert (await api.get(f"/imports/{kept['id']}")).json()["state"] == "undone"
    assert (await api.delete(f"/imports/{left['id']}")).status_code == 204
    assert (await api.get(f"/imports/{left['id']}")).status_code == 404


async def test_a_mapping_may_be_given_and_rows_may_be_placed(api: httpx.AsyncClient, household: Family, bank: Bank) -> None:
    await bank("2026-09-01 -1.00 ZORBLAX x1")
    place = (await api.get("/accounts")).json()["items"][0]["id"]
    mapping = {"columns": ["date", "merchant", "amount"], "headers": ["Date", "Description", "Amount"], "sign": "inverted"}
    run = await bring(api, TABLE, account=place, mapping=json.dumps(mapping))
    assert run["mapping"]["sign"] == "inverted"
    assert run["accounts"][0]["id"] == place
    await api.post(f"/imports/{run['id']}/commit")
    assert {t["amount"] for t in (await api.get("/transactions")).json()["items"]} == {"-1.00", "3.00", "-1200.00"}


async def test_what_cannot_be_read_is_a_problem_with_its_rows(api: httpx.AsyncClient) -> None:
    for content, code in ((b"", "empty_file"), (b"%PDF-1.7", "pdf"), (b"{}", "not_a_statement")):
        answer = await api.post("/imports", files={"file": ("x", content)})
        assert (answer.status_code, answer.json()["code"], answer.json()["field"]) == (422, code, "file")
    answer = await api.post("/imports", files={"file": ("x", b"Date,Description,Amount\n2026-11-01,BAKERY,\n2026-11-02,MARKET,\n")})
    assert (answer.status_code, answer.json()["errors"][0]["row"]) == (422, 2)
    answer = await api.post("/imports", files={"file": ("x", b"x" * 52_600_000)})
    assert answer.status_code == 413
    assert (await api.get("/imports")).json()["items"] == []


async def test_syncs_tell_what_they_brought_by_connection(api: httpx.AsyncClient, bank: Bank) -> None:
    await bank("2026-11-01 -45.10 GROCER x1", "2026-11-02 -5.00 GROCER x2")
    run = await bring(api)
    await api.post(f"/imports/{run['id']}/commit")
    link = (await api.get("/connections")).json()["items"][0]["id"]
    every = (await api.get("/syncs")).json()["items"]
    assert [(s["kind"], s["added"]) for s in every] == [("import", 2), ("sync", 2)]
    (mine,) = (await api.get("/syncs", params={"connection": link})).json()["items"]
    assert mine.keys() >= {"id", "connection_id", "added", "updated", "removed", "duration_ms", "error"}
    assert mine["connection_id"] == link
    assert (await api.post(f"/syncs/{mine['id']}/revert")).json()["undone"] == 2
    assert (await api.get("/syncs", params={"connection": "con_1"})).status_code == 404


async def test_a_sync_is_asked_for_and_a_link_ended_with_or_without_its_history(
    api: httpx.AsyncClient, world: World, household: Family, bank: Bank
) -> None:
    await bank("2026-11-01 -45.10 GROCER x1")
    link = (await api.get("/connections")).json()["items"][0]
    assert link.keys() >= {
        "id", "provider", "institution", "status", "status_reason", "last_attempt_at", "last_success_at", "data_as_of", "next_sync_at",
        "consent_expires_at", "accounts",
    }  # fmt: skip
    assert (await api.post(f"/connections/{link['id']}/sync")).status_code == 202
    async with world.db.unit(household.household_id) as unit:
        assert await unit.conn.fetchval(
            "select kind from due where household_id = $1 and ref = $2", household.household_id, bank.connection_id
        )
    assert (await api.delete(f"/connections/{link['id']}", params={"history": "burn"})).status_code == 422
    assert (await api.delete(f"/connections/{link['id']}")).status_code == 204
    assert (await api.get(f"/connections/{link['id']}")).json()["status"] == "disconnected"
    assert (await api.post(f"/connections/{link['id']}/sync")).status_code == 409
    assert (await api.delete(f"/connections/{link['id']}", params={"history": "delete"})).status_code == 204
    async with world.db.shared() as conn:
        assert await due.input_of(conn, household.household_id, Kind.REMOVE, bank.connection_id) is not None


async def test_strangers_imports_are_as_missing_as_made_up_ones(api: httpx.AsyncClient, world: World) -> None:
    run = await bring(api)
    async with program(world, await found(world)) as stranger:
        for key in (run["id"], "imp_0", "x"):
            assert (await stranger.get(f"/imports/{key}")).status_code == 404
            assert (await stranger.post(f"/imports/{key}/commit")).status_code == 404
            assert (await stranger.delete(f"/imports/{key}")).status_code == 404


async def test_a_long_file_is_left_to_a_worker_and_says_how_far_it_is(
    api: httpx.AsyncClient, household: Family, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(import_long, "UNIT_ROWS_MAX", 1)
    monkeypatch.setattr(import_long, "ASKS_MAX", 1)
    run = await bring(api)
    asked = await api.post(f"/imports/{run['id']}/commit")
    assert (asked.status_code, asked.json()["state"]) == (202, "running")
    assert description()["paths"]["/api/v1/imports/{import_id}/commit"]["post"]["responses"].keys() >= {"200", "202"}
    far = (await api.get(f"/imports/{run['id']}")).json()
    assert (far["state"], far["rows"], far["counts"]["new"]) == ("running", 2, 0)
    assert await household.rows() == []
    assert (await api.delete(f"/imports/{run['id']}")).status_code == 204
    assert (await api.get(f"/imports/{run['id']}")).status_code == 404

"""/api/v1/recurring and /api/v1/upcoming: what comes again, its owner's word on it, and what is coming."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
import pytest_asyncio

from farthing.core.ids import public
from farthing.flows.refresh_recurring import refresh_recurring
from farthing.flows.world import World
from web.visit import program
from world import Family

RENT = tuple(f"2026-{m:02d}-01 -1200.00 ALDER COURT RENT as Alder_Court r{m}" for m in range(6, 12))
ONE = "2026-11-10 -80.00 WINDOW CLEANER w1"


@pytest_asyncio.fixture(loop_scope="session")
async def api(world: World, household: Family) -> AsyncIterator[httpx.AsyncClient]:
    await household.bank(*RENT, ONE)
    await refresh_recurring(world, household.household_id)
    async with program(world, household) as client:
        yield client


async def test_a_suggestion_is_confirmed_and_then_in_totals_and_in_what_is_coming(api: httpx.AsyncClient) -> None:
    (rent,) = (await api.get("/recurring")).json()["items"]
    assert (rent["name"], rent["state"], rent["cadence"], rent["next_on"]) == ("Alder Court", "suggested", "monthly", "2026-12-01")
    assert (rent["amount"], rent["yearly"], rent["evidence"]) == ("-1200.00", "-14400.00", "6 times, 30 to 31 days apart")
    assert [s["mark"] for s in rent["slots"]] == ["paid"] * 6
    assert (await api.get("/recurring")).json()["totals"]["count"] == 0

    confirmed = await api.post(f"/recurring/{rent['id']}/confirm")

    assert (confirmed.status_code, confirmed.json()["state"]) == (200, "confirmed")
    totals = (await api.get("/recurring?status=confirmed")).json()["totals"]
    assert totals == {"count": 1, "monthly": "-1200.00", "yearly": "-14400.00", "currency": "USD", "unrated": []}
    assert [(c["date"], c["amount"]) for c in (await api.get("/upcoming?days=45")).json()["items"]] == [
        ("2026-12-01", "-1200.00"), ("2027-01-01", "-1200.00"),
    ]  # fmt: skip


async def test_the_list_of_transactions_takes_every_status_that_its_page_takes(api: httpx.AsyncClient, household: Family) -> None:
    await household.bank("2026-11-20 -9.00 WINDOW CLEANER pending w2", "2026-11-21 70.00 PAYER w3")

    async def listed(**given: str) -> list[str]:
        return [f"{t['date']} {t['amount']}" for t in (await api.get("/transactions", params=given)).json()["items"]]

    assert await listed(status="recurring") == []  # nobody has said yes
    (rent,) = (await api.get("/recurring")).json()["items"]
    await api.post(f"/recurring/{rent['id']}/confirm")

    assert len(await listed(status="recurring")) == 6
    assert await listed(status="recurring", q="alder", min="-1200.00", **{"from": "2026-11-01"}) == ["2026-11-01 -1200.00"]
    assert await listed(status="recurring", q="window") == []
    assert await listed(status="recurring,pending") == []
    assert await listed(status="pending,out") == ["2026-11-20 -9.00"]
    assert await listed(status="in") == ["2026-11-21 70.00"]
    assert await listed(status="in", max="60.00") == []
    assert await listed(status="transfer,split,hidden,reviewed") == []
    assert await listed(status="reviewed", needs_review="true") == await listed(needs_review="true")
    totals = (await api.get("/transactions", params={"status": "recurring"})).json()["totals"]
    assert totals["out"] == "-7200.00"
    for wrong in ("", "blue", "recurring,blue"):
        answer = await api.get("/transactions", params={"status": wrong})
        assert (answer.status_code, answer.json()["code"], answer.json()["field"]) == (422, "bad_status", "status"), wrong


async def test_a_series_is_made_edited_conditionally_and_dismissed(api: httpx.AsyncClient, household: Family) -> None:
    row = public("txn", await household.id_of("w1"))
    made = await api.post("/recurring", json={"transaction_id": row, "cadence": "quarterly"})
    assert (made.status_code, made.json()["next_on"], made.headers["etag"]) == (201, "2027-02-10", '"1"')
    key = made.json()["id"]
    assert (await api.post("/recurring", json={"transaction_id": row})).json()["code"] == "already_recurring"
    changed = await api.patch(f"/recurring/{key}", json={"name": "Windows", "amount": "-90.00"}, headers={"if-match": '"1"'})
    assert (changed.json()["name"], changed.json()["yearly"]) == ("Windows", "-360.00")
    assert (await api.patch(f"/recurring/{key}", json={"name": "x"}, headers={"if-match": '"1"'})).status_code == 412
    assert (await api.delete(f"/recurring/{key}")).status_code == 204
    assert key in [s["id"] for s in (await api.get("/recurring?status=dismissed")).json()["items"]]


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"cadence": "daily"}, "cadence"), ({"amount": "12.00"}, "amount"), ({"amount": "-1.234"}, "amount"), ({"state": "gone"}, "state"),
        ({"next_on": "2026-01-01"}, "next_on"), ({"next_on": "soon"}, "next_on"), ({"name": "\u202eevil"}, "name"), ({"colour": "x"}, None),
    ],
)  # fmt: skip
async def test_what_cannot_be_is_refused_with_its_field(api: httpx.AsyncClient, change: dict[str, Any], field: str | None) -> None:
    (rent,) = (await api.get("/recurring")).json()["items"]
    answer = await api.patch(f"/recurring/{rent['id']}", json=change)
    assert answer.status_code == 422, answer.text
    if field:
        assert answer.json()["field"] == field


async def test_another_households_series_is_as_missing_as_none(api: httpx.AsyncClient) -> None:
    for method, path in (("GET", ""), ("POST", "/confirm"), ("POST", "/dismiss"), ("DELETE", ""), ("PATCH", "")):
        answer = await api.request(method, f"/recurring/rec_1{path}", json={} if method == "PATCH" else None)
        assert answer.status_code == 404, (method, path)
    assert (await api.get("/upcoming?days=401")).status_code == 422
    assert (await api.get("/recurring?status=gone")).status_code == 422

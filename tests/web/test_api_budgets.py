"""/api/v1/budgets and /alerts through the real application."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from farthing.core.ids import public
from farthing.flows.undo import undo
from farthing.flows.world import World
from web.visit import program
from world import Bank, Family, found

FIELDS = {"id", "name", "category_id", "group", "all", "period", "limit", "currency", "rollover", "from", "to", "alerts", "version"}
STATUS = {"budget_id", "period", "limit", "spent", "pending", "left", "fraction", "state", "as_of"}
FOOD = {"group": "food", "period": "month", "limit": "100.00", "from": "2026-01-15"}


async def budget(api: httpx.AsyncClient, **more: Any) -> dict[str, Any]:
    answer = await api.post("/budgets", json={**FOOD, **more})
    assert answer.status_code == 201, answer.text
    made: dict[str, Any] = answer.json()
    return made


async def category_key(household: Family, slug: str) -> str:
    return public("cat", await household.category(slug), household=household.household_id)


async def spend(bank: Bank) -> None:
    await bank("2026-11-02 -85.00 ZORBLAX code FOOD_AND_DRINK_GROCERIES x1", "2026-11-03 -5.00 QUUXLEY pending x2")


async def test_a_budget_has_the_fields_of_the_contract(api: httpx.AsyncClient) -> None:
    answer = await api.post("/budgets", json=FOOD)
    made = answer.json()
    assert made.keys() >= FIELDS
    assert (made["group"], made["category_id"], made["all"], made["from"], made["to"]) == ("food", None, False, "2026-01-01", None)
    assert (made["limit"], made["currency"], made["rollover"], made["alerts"]) == ("100.00", "USD", "none", [80, 100])
    assert answer.headers["etag"] == '"1"'
    assert (await api.get(f"/budgets/{made['id']}")).json() == made
    assert (await api.get("/budgets")).json() == {"items": [made], "next_cursor": None}


async def test_a_budget_is_on_a_category_a_group_or_everything(api: httpx.AsyncClient, household: Family) -> None:
    vet = await category_key(household, "vet")
    assert (await budget(api, group=None, category_id=vet))["category_id"] == vet
    assert (await budget(api, group=None, all=True, period="year", **{"from": "2026-05-01"}))["from"] == "2026-01-01"
    for fault in ({"all": True}, {"group": None}, {"category_id": vet}):
        answer = await api.post("/budgets", json={**FOOD, **fault})
        assert (answer.status_code, answer.json()["field"]) == (422, "category_id")


async def test_budgets_come_in_pages(api: httpx.AsyncClient) -> None:
    made = [await budget(api, group=group) for group in ("food", "pets", "travel")]
    first = (await api.get("/budgets", params={"limit": "2"})).json()
    rest = (await api.get("/budgets", params={"limit": "2", "cursor": first["next_cursor"]})).json()
    assert [*first["items"], *rest["items"]] == made
    assert rest["next_cursor"] is None


async def test_how_budgets_stand_in_a_month_and_in_a_year(api: httpx.AsyncClient, bank: Bank) -> None:
    food = await budget(api)
    year = await budget(api, group=None, all=True, period="year", limit="1000")
    await spend(bank)
    (stands,) = (await api.get("/budgets/status", params={"period": "2026-11"})).json()
    assert stands.keys() >= STATUS
    assert (stands["budget_id"], stands["period"], stands["limit"], stands["spent"]) == (food["id"], "2026-11", "100.00", "85.00")
    assert (stands["left"], stands["pending"], stands["fraction"], stands["state"]) == ("15.00", "0.00", 0.85, "near")
    assert stands["as_of"].endswith("Z")
    assert (await api.get("/budgets/status")).json() == [stands]
    (whole,) = (await api.get("/budgets/status", params={"period": "2026"})).json()
    assert (whole["budget_id"], whole["period"], whole["spent"], whole["pending"]) == (year["id"], "2026", "90.00", "5.00")
    for period in ("2026-13", "soon", ""):
        assert (await api.get("/budgets/status", params={"period": period})).status_code == 422


async def test_how_budgets_stand_is_one_array_of_all_and_has_no_pages(api: httpx.AsyncClient) -> None:
    made = [(await budget(api, group=None, category_id=None, all=True))["id"], (await budget(api, group="food"))["id"]]
    answer = await api.get("/budgets/status")
    assert [b["budget_id"] for b in answer.json()] == made
    for page in ("limit", "cursor"):
        refused = await api.get("/budgets/status", params={page: "1"})
        assert (refused.status_code, refused.json()["code"]) == (422, "unknown_parameter")


async def test_an_edit_moves_the_etag_and_an_older_one_is_refused(api: httpx.AsyncClient) -> None:
    made = await budget(api)
    change = {"limit": "250", "name": "Kitchen", "rollover": "surplus", "alerts": [50], "to": "2027-01-31"}
    answer = await api.patch(f"/budgets/{made['id']}", json=change)
    assert (answer.status_code, answer.headers["etag"]) == (200, '"2"')
    limits = [{"period": "2026-11", "limit": "250.00", "only": False}]
    assert answer.json() == {**made, **change, "limit": "250.00", "limits": limits, "version": 2}
    for call in (api.patch(f"/budgets/{made['id']}", json={"limit": "1"}, headers={"if-match": '"1"'}),
                 api.delete(f"/budgets/{made['id']}", headers={"if-match": '"1"'})):  # fmt: skip
        stale = await call
        assert (stale.status_code, stale.json()["code"]) == (412, "changed_meanwhile")
    assert (await api.delete(f"/budgets/{made['id']}", headers={"if-match": '"2"'})).status_code == 204
    assert (await api.get(f"/budgets/{made['id']}")).status_code == 404


async def test_a_second_budget_on_the_same_thing_conflicts(api: httpx.AsyncClient) -> None:
    await budget(api)
    answer = await api.post("/budgets", json=FOOD)
    assert (answer.status_code, answer.json()["code"], answer.json()["field"]) == (409, "budget_exists", "category_id")


@pytest.mark.parametrize(
    ("fault", "field"),
    [
        ({"limit": "0"}, "limit"),
        ({"limit": "-5"}, "limit"),
        ({"limit": "1" + "0" * 15}, "limit"),
        ({"limit": "1" + "0" * 14}, "limit"),
        ({"limit": "1e3"}, "limit"),
        ({"limit": "12.345"}, "limit"),
        ({"limit": 5}, None),
        ({"currency": "ZZZ"}, "currency"),
        ({"rollover": "both", "cap": "-1"}, "cap"),
        ({"currency": "nonsense money"}, "currency"),
        ({"period": "week"}, "period"),
        ({"rollover": "all"}, "rollover"),
        ({"alerts": [80, 80]}, "alerts"),
        ({"alerts": [0]}, "alerts"),
        ({"from": "2026-02-30"}, "from"),
        ({"from": "9999-01-01"}, "from"),
        ({"group": "nonsense"}, "group"),
        ({"group": "income"}, "group"),
        ({"group": None, "category_id": "cat_000"}, "category_id"),
        ({"name": "x" * 81}, "name"),
        ({"colour": "red"}, None),
    ],
)
async def test_what_is_no_budget_is_refused_with_its_field(api: httpx.AsyncClient, fault: dict[str, Any], field: str | None) -> None:
    answer = await api.post("/budgets", json={**FOOD, **fault})
    assert answer.status_code == 422, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    if field:
        assert answer.json()["field"] == field
    assert (await api.get("/budgets")).json()["items"] == []


async def test_the_same_key_sets_one_budget(api: httpx.AsyncClient) -> None:
    answers = [await api.post("/budgets", json=FOOD, headers={"idempotency-key": "k1"}) for _ in range(2)]
    assert answers[0].json() == answers[1].json()
    assert len((await api.get("/budgets")).json()["items"]) == 1


async def test_alerts_are_listed_read_and_withdrawn(api: httpx.AsyncClient, bank: Bank) -> None:
    made = await budget(api)
    await spend(bank)
    (alert,) = (await api.get("/alerts")).json()["items"]
    assert (alert["budget_id"], alert["period"], alert["threshold"]) == (made["id"], "2026-11", 80)
    assert (alert["kind"], alert["subject_id"]) == ("budget", made["id"])
    assert alert["text"].endswith(" reached 80\u00a0% of\u00a0$100")
    assert (alert["limit"], alert["spent"], alert["read_at"], alert["withdrawn_at"]) == ("100.00", "85.00", None, None)
    read = (await api.post(f"/alerts/{alert['id']}/read")).json()
    assert read == {**alert, "read_at": "2026-11-22T09:17:00Z"}
    assert (await api.post(f"/alerts/{alert['id']}/read")).json() == read
    await api.patch(f"/budgets/{made['id']}", json={"limit": "1000"})
    (gone,) = (await api.get("/alerts")).json()["items"]
    assert gone["withdrawn_at"] == "2026-11-22T09:17:00Z"


async def test_alerts_come_in_pages_newest_first_and_a_years_says_so(api: httpx.AsyncClient, bank: Bank) -> None:
    await budget(api, alerts=[10])
    await budget(api, group=None, all=True, alerts=[20])
    await budget(api, group=None, all=True, period="year", limit="100", alerts=[30])
    await spend(bank)
    first = (await api.get("/alerts", params={"limit": "2"})).json()
    rest = (await api.get("/alerts", params={"limit": "2", "cursor": first["next_cursor"]})).json()
    told = [(a["period"], a["threshold"]) for a in (*first["items"], *rest["items"])]
    assert sorted(told) == [("2026", 30), ("2026-11", 10), ("2026-11", 20)]
    assert rest["next_cursor"] is None


async def test_every_change_of_a_budget_can_be_undone(api: httpx.AsyncClient, household: Family) -> None:
    made = await budget(api)
    await api.patch(f"/budgets/{made['id']}", json={"limit": "250"})
    await api.delete(f"/budgets/{made['id']}")
    async with household.unit() as (unit, _):
        batches = [r["batch_id"] for r in await unit.conn.fetch("select batch_id from batch order by batch_id desc")]
    for batch, limit in zip(batches, ("250.00", "100.00"), strict=False):
        await undo(household.world, household.household_id, household.actor, batch)
        (held,) = (await api.get("/budgets")).json()["items"]
        assert (held["id"], held["limit"], held["alerts"]) == (made["id"], limit, [80, 100])
    await api.post(f"/undo/{public('bat', batches[-1])}")
    assert (await api.get("/budgets")).json()["items"] == []


async def test_an_undo_does_not_run_over_a_later_change(api: httpx.AsyncClient, household: Family) -> None:
    made = await budget(api)
    await api.patch(f"/budgets/{made['id']}", json={"limit": "250"})
    async with household.unit() as (unit, _):
        first = await unit.conn.fetchval("select min(batch_id) from batch")
    answer = await api.post(f"/undo/{public('bat', first)}")
    assert (answer.status_code, answer.json()["code"]) == (409, "changed_later")
    assert (await api.get(f"/budgets/{made['id']}")).json()["limit"] == "250.00"


async def test_strangers_budgets_and_alerts_are_as_missing_as_made_up_ones(api: httpx.AsyncClient, world: World, bank: Bank) -> None:
    made = await budget(api)
    await spend(bank)
    (alert,) = (await api.get("/alerts")).json()["items"]
    async with program(world, await found(world)) as stranger:
        for asked in (made["id"], "bud_000", "nonsense"):
            answers = [
                await stranger.get(f"/budgets/{asked}"),
                await stranger.patch(f"/budgets/{asked}", json={"limit": "1"}),
                await stranger.delete(f"/budgets/{asked}"),
            ]
            assert [a.status_code for a in answers] == [404] * 3
        for asked in (alert["id"], "alr_000", "nonsense"):
            assert (await stranger.post(f"/alerts/{asked}/read")).status_code == 404
        assert (await stranger.get("/alerts")).json()["items"] == []
    assert (await api.get("/alerts")).json()["items"] == [alert]


async def test_a_token_that_reads_sets_nothing(world: World, household: Family) -> None:
    async with program(world, household, "read") as reader:
        assert (await reader.get("/budgets")).status_code == 200
        assert (await reader.post("/budgets", json=FOOD)).status_code == 403


async def test_a_limit_is_for_a_month_alone_or_from_one_on(api: httpx.AsyncClient) -> None:
    made = await budget(api)
    for change in ({"limit": "150", "limit_only": "2026-11"}, {"limit": "90", "limit_from": "2026-12"}):
        answer = await api.patch(f"/budgets/{made['id']}", json=change)
    assert (answer.json()["limit"], answer.json()["first_limit"]) == ("150.00", "100.00")
    assert [(one["period"], one["limit"], one["only"]) for one in answer.json()["limits"]] == [
        ("2026-11", "150.00", True),
        ("2026-12", "90.00", False),
    ]
    for fault, field in (
        ({"limit": "1", "limit_only": "2026-11", "limit_from": "2026-11"}, "limit_only"),
        ({"limit_only": "2026-11"}, "limit"),
        ({"limit": "1", "limit_from": "soon"}, "limit_from"),
        ({"limit": "1", "limit_only": "2026-13"}, "limit_only"),
        ({"cap": "0"}, "cap"),
    ):
        answer = await api.patch(f"/budgets/{made['id']}", json={"rollover": "both", **fault})
        assert (answer.status_code, answer.json()["field"]) == (422, field), fault


async def test_one_that_is_over_is_covered_for_a_month(api: httpx.AsyncClient, bank: Bank, household: Family) -> None:
    await spend(bank)
    over = await budget(api, limit="80")
    giver = await budget(api, group=None, category_id=await category_key(household, "vet"))
    answer = await api.post(f"/budgets/{over['id']}/cover", json={"source_id": giver["id"]})
    assert (answer.status_code, answer.json()["amount"]) == (200, "5.00")
    assert (await api.post(f"/undo/{answer.json()['batch_id']}")).status_code == 200
    for fault, status in (({"source_id": "bud_000"}, 404), ({"source_id": giver["id"], "period": "2026"}, 422)):
        assert (await api.post(f"/budgets/{over['id']}/cover", json=fault)).status_code == status


async def test_envelopes_add_up(api: httpx.AsyncClient, bank: Bank) -> None:
    await spend(bank)
    food = await budget(api)
    assert (await api.get("/budgets/envelopes")).status_code == 409
    way = (await api.patch("/budgets/plan", json={"mode": "plan", "opening": "500"})).json()
    assert way == {"mode": "plan", "plan_from": "2026-11", "opening": "500.00", "currency": "USD"}
    filled = {"assigned": [{"budget_id": food["id"], "amount": "120"}], "held": "50"}
    plan = (await api.put("/budgets/envelopes", json=filled)).json()
    assert (plan["came_over"], plan["income"], plan["assigned"], plan["held"], plan["to_assign"], plan["outside"]) == (
        "500.00", "0.00", "120.00", "50.00", "330.00", "5.00",
    )  # fmt: skip
    assert plan["envelopes"] == [
        {"budget_id": food["id"], "carried": "0.00", "assigned": "120.00", "spent": "85.00", "pending": "0.00", "available": "35.00"}
    ]
    moved = (await api.post("/budgets/moves", json={"amount": "30", "source_id": food["id"]})).json()
    assert (moved["to_assign"], moved["envelopes"][0]["available"]) == ("360.00", "5.00")
    for fault, status in (
        ({"amount": "6", "source_id": food["id"]}, 409),
        ({"amount": "0"}, 422),
        ({"amount": "1", "target_id": "bud_000"}, 404),
    ):
        answer = await api.post("/budgets/moves", json=fault)
        assert answer.status_code == status, answer.text
    assert (await api.patch("/budgets/plan", json={"mode": "zen"})).status_code == 422
    assert (await api.get("/budgets/envelopes", params={"period": "2026-10"})).json()["code"] == "before_the_plan"

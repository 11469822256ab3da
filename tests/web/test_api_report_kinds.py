"""/api/v1/reports beside spending: cash flow, a month against another, net worth; each adds up, and to what the list says."""

from __future__ import annotations

import datetime as dt
import random
from typing import Any

import httpx

from farthing.core.dates import FixedClock
from farthing.flows.split_up import Slice, split_up
from farthing.flows.world import World
from web.test_api_reports import a_ledger, cents, report, totals
from web.visit import program
from world import Bank, Family, found


async def get(api: httpx.AsyncClient, path: str, **params: str) -> dict[str, Any]:
    answer = await api.get(f"/reports/{path}", params={k.rstrip("_"): v for k, v in params.items()})
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def test_where_money_came_from_and_went_comes_to_what_was_kept(api: httpx.AsyncClient, household: Family, bank: Bank) -> None:
    await a_ledger(household, bank, random.Random(23))
    for days in ({"from_": "2026-11-01", "to": "2026-11-30"}, {"from_": "2026-09-03", "to": "2026-10-20"}):
        flow, listed = await get(api, "cash-flow", **days), await totals(api, **days)
        assert flow["total"] == listed
        parts = [cents(p["amount"]) for p in flow["sources"]] + [cents(s["amount"]) for s in flow["sections"]]
        assert sum(parts) == cents(listed["net"])
        for section in flow["sections"]:
            if section["parts"]:
                assert sum(cents(p["amount"]) for p in section["parts"]) == cents(section["amount"]), section
        assert len(flow["months"]) == 12
    month = next(m for m in (await get(api, "cash-flow"))["months"] if m["period"] == "2026-10")
    assert {k: month[k] for k in ("in", "out", "net")} == {
        k: v for k, v in (await totals(api, from_="2026-10-01", to="2026-10-31")).items() if k in {"in", "out", "net"}
    }


async def test_a_month_that_runs_is_set_against_as_many_days_of_the_last(api: httpx.AsyncClient, bank: Bank) -> None:
    await bank("2026-10-05 -100.00 ZORBLAX code FOOD_AND_DRINK_GROCERIES x1", "2026-10-25 -900.00 ZORBLAX code FOOD_AND_DRINK_GROCERIES x2",
               "2026-11-05 -250.00 ZORBLAX code FOOD_AND_DRINK_GROCERIES x3", "2026-11-06 2000.00 PAYROLL ACME x4")  # fmt: skip
    flow = await get(api, "cash-flow")
    assert (flow["before"]["from"], flow["before"]["to"], flow["before"]["out"]) == ("2026-10-01", "2026-10-22", "-100.00")
    assert (flow["now"]["out"], flow["now"]["in"], flow["now"]["saving_rate"]) == ("-250.00", "2000.00", 0.875)
    assert flow["before"]["saving_rate"] is None
    changed = await get(api, "compare")
    assert [(r["label"], r["change"]) for r in changed["rows"]][1] == ("Groceries", "-150.00")
    whole = await get(api, "compare", month="2026-10", with_="2026-11")
    assert (whole["now"], whole["before"]["to"]) == ({"from": "2026-10-01", "to": "2026-10-31"}, "2026-11-30")


async def test_both_sides_of_a_comparison_are_the_lists(api: httpx.AsyncClient, household: Family, bank: Bank) -> None:
    await a_ledger(household, bank, random.Random(29))
    for by in ("category", "group", "merchant", "account"):
        for against in ("previous", "year_ago", "2026-09"):
            found = await get(api, "compare", month="2026-10", with_=against, by=by)
            for side, total in (("now", "total"), ("before", "total_before")):
                days = found[side]
                assert found[total] == await totals(api, from_=days["from"], to=days["to"])
                assert sum(cents(r[side]["net"]) for r in found["rows"]) == cents(found[total]["net"]), (by, against, side)
            changes = [abs(cents(r["change"])) for r in found["rows"]]
            assert changes == sorted(changes, reverse=True)


async def test_a_split_row_is_one_row_of_its_group(api: httpx.AsyncClient, household: Family, bank: Bank) -> None:
    await bank("2026-11-02 -90.00 ZORBLAX x1")
    parts = [Slice(-30_00, await household.category("groceries")), Slice(-60_00, await household.category("restaurants"))]
    await split_up(household.world, household.household_id, household.actor, await household.id_of("x1"), parts)
    (row,) = (await report(api, by="group"))["rows"]
    assert (row["key"], row["out"], row["count"]) == ("food", "-90.00", 1)


async def test_tags_weeks_and_quarters(api: httpx.AsyncClient, household: Family, bank: Bank) -> None:
    await bank("2026-11-02 -90.00 ZORBLAX x1", "2026-11-08 -10.00 QUUXLEY x2", "2026-11-09 -5.00 QUUXLEY x3")
    first = (await api.get("/transactions")).json()["items"]
    for row, tags in zip(first, (["home"], ["home", "work"], []), strict=True):
        await api.patch(f"/transactions/{row['id']}", json={"tags": tags})
    by_tag = {r["key"]: r["out"] for r in (await report(api, by="tag", period="year"))["rows"]}
    assert by_tag == {"home": "-15.00", "work": "-10.00", "": "-90.00"}
    days = {"from_": "2026-11-01", "to": "2026-11-30"}
    weeks = [(r["period"], r["out"]) for r in (await report(api, by="account", period="week", **days))["rows"]]
    assert weeks == [("2026-11-02", "-100.00"), ("2026-11-09", "-5.00")]
    assert [r["period"] for r in (await report(api, by="account", period="quarter"))["rows"]] == ["2026-Q4"]


async def test_net_worth_by_month_takes_each_currency_at_its_day(api: httpx.AsyncClient, world: World, household: Family) -> None:
    bank = household.bank
    bank.has(balance=100_000)
    await bank("2026-10-15 -50.00 ZORBLAX x1", "2026-11-10 -25.00 ZORBLAX x2")
    for body in (
        {"name": "House", "kind": "property", "opening_balance": "5000.00", "opened_on": "2026-10-01"},
        {"name": "Loan", "kind": "loan", "opening_balance": "-700.00", "opened_on": "2026-11-01"},
        {"name": "Gold", "kind": "other", "currency": "XAU", "opening_balance": "2.00", "opened_on": "2026-11-01"},
    ):
        assert (await api.post("/accounts", json=body)).status_code == 201
    found = await get(api, "net-worth", from_="2026-09")
    assert [(d["date"], d["owned"], d["owed"], d["net"]) for d in found["days"]] == [
        ("2026-09-30", "1075.00", "0.00", "1075.00"),
        ("2026-10-31", "6025.00", "0.00", "6025.00"),
        ("2026-11-22", "6000.00", "-700.00", "5300.00"),
    ]
    assert list(found["days"][-1]["without_rate"]) == ["XAU"]
    assert found["without_balance"] == []


async def test_an_account_whose_balance_nobody_said_is_named(api: httpx.AsyncClient, household: Family) -> None:
    household.bank.has(balance=None)
    await household.bank("2026-10-15 -50.00 ZORBLAX x1")
    (silent,) = (await get(api, "net-worth"))["without_balance"]
    assert silent["account_id"].startswith("acc_")


async def test_what_no_report_takes_is_refused_with_its_field(api: httpx.AsyncClient) -> None:
    for path, params, field in (
        ("cash-flow", {"from": "2026-12-01", "to": "2026-11-01"}, "from"),
        ("cash-flow", {"from": "2026-02-30"}, "from"),
        ("cash-flow", {"from": ""}, "from"),
        ("cash-flow", {"to": ""}, "to"),
        ("compare", {"month": "2026-13"}, "month"),
        ("compare", {"with": "yesterday"}, "with"),
        ("compare", {"by": "colour"}, "by"),
        ("net-worth", {"from": "2026"}, "from"),
        ("net-worth", {"from": "2026-10", "to": "2026-09"}, "from"),
        ("net-worth", {"from": "1971-01", "to": "2026-09"}, "from"),
        ("net-worth", {"to": ""}, "to"),
        ("net-worth", {"from": ""}, "from"),
        ("compare", {"month": ""}, "month"),
    ):
        answer = await api.get(f"/reports/{path}", params=params)
        assert (answer.status_code, answer.json().get("field")) == (422, field), (path, params, answer.text)


async def test_a_household_without_anything_has_reports_of_nothing(world: World) -> None:
    assert isinstance(world.clock, FixedClock)
    world.clock.at = dt.datetime(2026, 11, 22, 9, 17, tzinfo=dt.UTC)
    async with program(world, await found(world)) as api:
        flow = await get(api, "cash-flow")
        assert (flow["sources"], flow["sections"], flow["total"]["net"]) == ([], [], "0.00")
        assert (await get(api, "compare"))["rows"] == []
        assert {d["net"] for d in (await get(api, "net-worth"))["days"]} == {"0.00"}

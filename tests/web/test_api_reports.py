"""/api/v1/reports/spending through the real application: its rows add up to its total, its total is the list's, its rows are the list's."""

from __future__ import annotations

import datetime as dt
import random
import re
from collections import Counter
from typing import Any

import httpx

from farthing.core.ids import public
from farthing.flows.edit import Edit, edit_transaction
from farthing.flows.split_up import Slice, split_up
from farthing.flows.world import World
from web.visit import browser
from world import Bank, Family

CODES = ("FOOD_AND_DRINK_GROCERIES", "FOOD_AND_DRINK_RESTAURANT", "TRANSPORTATION_GAS", "RENT_AND_UTILITIES_RENT", "INCOME_WAGES",
         "TRANSFER_OUT_SAVINGS", "MEDICAL_DENTAL_CARE", "")  # fmt: skip
SHOPS = ("SAFEWAY", "THAI TOM", "SHELL", "ZORBLAX", "QUUXLEY", "ACME")
FIELDS = {"key", "label", "period", "in", "out", "net", "count"}


async def report(api: httpx.AsyncClient, **params: str) -> dict[str, Any]:
    answer = await api.get("/reports/spending", params={k.rstrip("_"): v for k, v in params.items()})
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def totals(api: httpx.AsyncClient, **params: str) -> dict[str, Any]:
    answer = await api.get("/transactions", params={"limit": "1", **{k.rstrip("_"): v for k, v in params.items()}})
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()["totals"]
    return found


def cents(text: str) -> int:
    return int(text.replace(".", ""))


def summed(rows: list[dict[str, Any]]) -> tuple[int, int, int]:
    return tuple(sum(cents(r[side]) for r in rows) for side in ("in", "out", "net"))  # type: ignore[return-value]


async def a_ledger(household: Family, bank: Bank, dice: random.Random) -> None:
    """Three months of everything: two accounts, pending, refunds, income, transfers, another currency; split, hidden, renamed rows."""
    lines = []
    for n in range(140):
        day = dt.date(2026, 8, 20) + dt.timedelta(days=dice.randrange(94))
        amount = dice.choice((-1, -1, -1, -1, 1)) * dice.randrange(100, 30_000) / 100
        code, unit = dice.choice(CODES), dice.choice(("", "", "", "", "", "XAU"))
        words = [
            f"{day}",
            f"{amount:.2f}{unit}",
            dice.choice(SHOPS),
            *(["code", code] if code else []),
            *dice.choice(((), (), ("in", "card"))),
        ]
        lines.append(" ".join([*words, *(["pending"] if dice.random() < 0.1 else []), f"x{n}"]))
    bank.has("card", kind="card")
    await bank(*lines)
    family = (household.world, household.household_id, household.actor)
    slugs = [await household.category(slug) for slug in ("groceries", "vet", "pay", "transfer", "uncategorised")]
    placed = {f"x{n}": "card" if " in card" in line else "checking" for n, line in enumerate(lines)}
    for ref in dice.sample(sorted(placed), 30):
        row = await household.id_of(ref, account_name=placed[ref])
        minor = round(float(re.split(r"[A-Z ]", lines[int(ref[1:])].split(maxsplit=1)[1])[0]) * 100)
        kind = dice.randrange(3)
        if kind == 0 and "XAU" not in lines[int(ref[1:])] and abs(minor) > 300:
            cut = minor // 3
            await split_up(*family, row, [Slice(cut, dice.choice(slugs)), Slice(minor - cut, dice.choice(slugs))])
        elif kind == 1:
            await edit_transaction(*family, row, Edit(hidden=True))
        else:
            await edit_transaction(*family, row, Edit(merchant="Corner shop"))


async def test_a_report_has_the_fields_of_the_contract(api: httpx.AsyncClient, bank: Bank) -> None:
    await bank("2026-11-02 -85.00 ZORBLAX code FOOD_AND_DRINK_GROCERIES x1", "2026-11-03 25.00 ZORBLAX code FOOD_AND_DRINK_GROCERIES x2")
    found = await report(api, from_="2026-11-01", to="2026-11-30")
    (row,) = found["rows"]
    assert row.keys() == FIELDS
    assert (row["label"], row["period"], row["in"], row["out"], row["net"], row["count"]) == (
        "Groceries",
        "2026-11",
        "0.00",
        "-60.00",
        "-60.00",
        2,
    )
    assert found["total"] == await totals(api, from_="2026-11-01", to="2026-11-30")
    assert found["as_of"].endswith("Z")
    assert found["stale_accounts"] == []
    (group,) = (await report(api, by="group", period="year"))["rows"]
    assert (group["key"], group["label"], group["period"]) == ("food", "Food", "2026")


async def test_rows_add_up_to_the_lists_total_whatever_the_days(api: httpx.AsyncClient, household: Family, bank: Bank) -> None:
    dice = random.Random(7)
    await a_ledger(household, bank, dice)
    for _ in range(12):
        first = dt.date(2026, 8, 15) + dt.timedelta(days=dice.randrange(90))
        last = first + dt.timedelta(days=dice.choice((0, 3, 30, 45, 100)))
        days = {"from_": f"{first}", "to": f"{last}"}
        listed = await totals(api, **days)
        for by in ("category", "group", "merchant", "account"):
            for period in ("day", "month", "year"):
                found = await report(api, by=by, period=period, **days)
                assert found["total"] == listed
                assert summed(found["rows"]) == tuple(cents(listed[side]) for side in ("in", "out", "net")), (by, period, days)
                if by in {"merchant", "account"}:
                    assert sum(r["count"] for r in found["rows"]) == listed["count"], (by, period, days)


async def test_each_row_is_what_the_list_says_of_it(api: httpx.AsyncClient, household: Family, bank: Bank) -> None:
    dice = random.Random(11)
    await a_ledger(household, bank, dice)
    for by, name in (("category", "category"), ("group", "category"), ("account", "account")):
        for row in (await report(api, by=by, from_="2026-09-01", to="2026-10-31", period="month"))["rows"]:
            month = dt.date.fromisoformat(row["period"] + "-01")
            last = month.replace(day=30 if month.month == 9 else 31)
            listed = await totals(api, from_=f"{month}", to=f"{last}", **{name: row["key"]})
            assert {side: row[side] for side in ("in", "out", "net", "count")} == {s: listed[s] for s in ("in", "out", "net", "count")}, row


async def test_a_merchants_row_is_its_rows(api: httpx.AsyncClient, household: Family, bank: Bank) -> None:
    await a_ledger(household, bank, random.Random(13))
    counted: Counter[str] = Counter()
    for row in (await api.get("/transactions", params={"limit": "500"})).json()["items"]:
        if row["currency"] == "USD":
            counted[row["merchant"]] += sum(cents(part["amount"]) for part in row["counts_in"])
    found = {r["key"]: cents(r["net"]) for r in (await report(api, by="merchant", period="year"))["rows"]}
    assert {name: minor for name, minor in found.items() if minor} == {name: minor for name, minor in counted.items() if minor}
    assert "Corner shop" in found


async def test_the_overview_and_the_budgets_say_the_same(api: httpx.AsyncClient, world: World, household: Family, bank: Bank) -> None:
    await a_ledger(household, bank, random.Random(17))
    found = await report(api, from_="2026-11-01", to="2026-11-30")
    spent = f"{-cents(found['total']['out']) / 100:,.2f}"
    async with browser(world, household) as reader:
        await reader.open("/?period=2026-11")
        assert f"Spent in November ${spent}" in reader.words
        everyday, sign, bills = re.findall(r"Everyday ([\d,.]+) \+ bills (\u2212?)([\d,.]+)", reader.words)[0]
        await reader.open("/budgets/2026-11")
        assert f"Spent, without bills ${everyday}" in reader.words
        assert f"{sign}${bills} paid" in reader.words


async def test_a_bank_that_is_behind_is_named_by_its_accounts(api: httpx.AsyncClient, world: World, household: Family, bank: Bank) -> None:
    await bank("2026-11-02 -85.00 ZORBLAX x1")
    world.clock.forward(days=3)  # type: ignore[attr-defined]
    found = await report(api)
    assert found["stale_accounts"] == [public("acc", await household.account_id(), household=household.household_id)]


async def test_what_no_report_takes_is_refused_with_its_field(api: httpx.AsyncClient) -> None:
    for params, field in (
        ({"by": "colour"}, "by"),
        ({"period": "fortnight"}, "period"),
        ({"period": "day"}, "period"),
        ({"from": "2026-12-01", "to": "2026-11-01"}, "from"),
        ({"from": "2026-02-30"}, "from"),
        ({"to": "nonsense"}, "to"),
        ({"limit": "5"}, "limit"),
    ):
        answer = await api.get("/reports/spending", params=params)
        assert (answer.status_code, answer.json()["field"]) == (422, field), params
    assert (await report(api))["rows"] == []

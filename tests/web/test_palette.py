"""/palette: what typing finds of a household."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio

from farthing.flows.world import World
from web.visit import Browser, browser
from world import Bank, Family, found


@pytest_asyncio.fixture(loop_scope="session")
async def reader(world: World, household: Family, bank: Bank) -> AsyncIterator[Browser]:
    bank.has("checking", balance=431862)
    bank.has("card", kind="card", balance=-64217)
    await bank(
        "2026-10-01 -42.17 ZORBLAX x1",
        "2026-10-02 -100.00 GREENGROCER x2",
        "2026-10-03 -250.50 ZORBLAX in card x3",
        "2026-10-04 42.17 REFUNDER x4",
    )
    async with browser(world, household) as reader:
        yield reader


async def finds(reader: Browser, text: str) -> dict[str, list[dict[str, Any]]]:
    answer = await reader.client.get("/palette", params={"q": text}, headers={"accept": "application/json"})
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/json")
    return {group["name"]: group["items"] for group in answer.json()["groups"]}


def ends(items: list[dict[str, Any]]) -> list[str]:
    return [item["end"] for item in items]


async def test_without_a_word_it_shows_accounts_with_their_balances(reader: Browser) -> None:
    found_here = await finds(reader, "")
    assert found_here.keys() == {"Accounts"}
    assert sorted(ends(found_here["Accounts"])) == ["$4,318.62", "−$642.17"]
    await reader.open(found_here["Accounts"][0]["href"])
    assert reader.status == 200


async def test_a_word_finds_accounts_categories_and_transactions(reader: Browser) -> None:
    found_here = await finds(reader, "zorb")
    (rows,) = found_here.values()
    assert [(r["label"].upper(), r["end"], r["hint"]) for r in rows] == [
        ("ZORBLAX", "−$250.50", "3 Oct, Card"),
        ("ZORBLAX", "−$42.17", "1 Oct, Checking"),
    ]
    assert rows[0]["href"].startswith("/transactions/txn_")
    assert [a["label"] for a in (await finds(reader, "card"))["Accounts"]] == ["Card"]
    assert (await finds(reader, "Groc"))["Categories"][0]["label"] == "Groceries"
    assert (await finds(reader, "groc"))["Categories"][0]["href"].startswith("/transactions?category=cat_")
    assert [s["href"] for s in (await finds(reader, "api tok"))["Settings"]] == ["/settings/tokens"]


@pytest.mark.parametrize(
    ("text", "name", "amounts"),
    [
        ("=42.17", "Transactions of $42.17", ["+$42.17", "−$42.17"]),
        ("42.17", "Transactions of $42.17", ["+$42.17", "−$42.17"]),
        (">100", "Transactions over $100.00", ["−$250.50"]),
        (">=100", "Transactions of at least $100.00", ["−$250.50", "−$100.00"]),
        ("< 100", "Transactions under $100.00", ["+$42.17", "−$42.17"]),
        (">$1,000", "", []),
    ],
)
async def test_amounts_are_found_by_their_size_whatever_their_sign(reader: Browser, text: str, name: str, amounts: list[str]) -> None:
    found_here = await finds(reader, text)
    assert ends(found_here.get(name, [])) == amounts
    assert found_here.keys() == ({name} if name else set())


async def test_of_many_rows_it_shows_the_newest(reader: Browser, bank: Bank) -> None:
    await bank(*(f"2026-11-{n:02d} -300.00 ZORBLAX y{n}" for n in range(1, 12)))
    rows = (await finds(reader, ">250"))["Transactions over $250.00"]
    assert [r["hint"] for r in rows] == [f"{n} Nov, Checking" for n in range(11, 3, -1)]


@pytest.mark.parametrize(
    "text", ["=", ">", ">abc", "=1e9", "=NaN", "=١٢", "\x00", "%", "'", "x" * 2000, ">" + "9" * 40, "-", "1.2.3,4", "=-0"]
)
async def test_nothing_that_is_typed_breaks_it(reader: Browser, text: str) -> None:
    assert isinstance(await finds(reader, text), dict)


async def test_it_finds_nothing_of_strangers_and_tells_a_script_that_nobody_is_signed_in(reader: Browser, world: World) -> None:
    async with browser(world, await found(world)) as stranger:
        assert await finds(stranger, "zorblax") == {}
        stranger.client.cookies.clear()
        answer = await stranger.client.get("/palette?q=x", headers={"accept": "application/json"})
        assert (answer.status_code, answer.json()["code"]) == (401, "sign_in_needed")


async def test_a_month_or_a_day_leads_to_the_list_from_there_back(reader: Browser) -> None:
    assert (await finds(reader, "2026-10"))["Go to"][0]["href"] == "/transactions?at=2026-10"
    day = (await finds(reader, "2026-10-02"))["Go to"][0]
    assert (day["label"], day["href"]) == ("Transactions back from 2 Oct 2026", "/transactions?at=2026-10-02")
    assert "Go to" not in await finds(reader, "2026-13")

"""What a program asks is what it gets: no condition is passed over, and what cannot be is refused in words that say why."""

from __future__ import annotations

import httpx

from farthing.flows.world import World
from web.visit import program
from world import Bank, Family

SHOPS = ("2026-11-10 -6.00 SHOP_IN_ZORBLAX as Blorp a1", "2026-11-11 -7.00 ZORBLAX as Zorblax a2", "2026-11-12 -8.00 SNORK as Snork a3")


async def asked(api: httpx.AsyncClient, **params: str) -> list[str]:
    """The amounts of the rows that are listed."""
    answer = await api.get("/transactions", params=params)
    assert answer.status_code == 200, answer.text
    return [t["amount"] for t in answer.json()["items"]]


async def test_a_merchant_is_asked_for_by_the_name_that_rows_are_shown_under(api: httpx.AsyncClient, bank: Bank) -> None:
    await bank(*SHOPS)
    assert await asked(api, q="zorblax") == ["-7.00", "-6.00"], "the bank's text holds it as well"
    assert await asked(api, merchant="zorblax") == ["-7.00"]
    assert await asked(api, merchant="snor") == ["-8.00"]


async def test_a_merchant_and_a_text_hold_both(api: httpx.AsyncClient, bank: Bank) -> None:
    await bank(*SHOPS)
    assert await asked(api, q="zorblax", merchant="blorp") == ["-6.00"]
    assert await asked(api, q="zorblax", merchant="snork") == []


async def test_a_bulk_edit_of_a_page_is_refused_as_it_would_edit_every_row(api: httpx.AsyncClient, bank: Bank) -> None:
    await bank(*SHOPS)
    for of_a_page in ({"limit": "1"}, {"cursor": "cur_x"}):
        answer = await api.patch("/transactions", json={"filter": of_a_page, "change": {"note": "mine"}})
        assert (answer.status_code, answer.json()["code"], answer.json()["field"]) == (422, "unknown_parameter", next(iter(of_a_page)))
    assert {t["note"] for t in (await api.get("/transactions")).json()["items"]} == {None}


async def test_an_amount_with_which_a_sum_would_be_too_large_is_refused_and_nothing_is_kept(world: World, household: Family) -> None:
    async with program(world, household) as client:
        purse = await client.post("/accounts", json={"name": "Purse", "kind": "other", "currency": "BTC"})
        entry = {"account_id": purse.json()["id"], "date": "2026-11-20", "amount": "-40000000000", "merchant": "Snork"}
        first, second, third = [await client.post("/transactions", json=entry) for _ in range(3)]
        assert (first.status_code, second.status_code) == (201, 201)
        assert (third.status_code, third.json()["code"]) == (422, "sum_out_of_range")
        assert len(await asked(client)) == 2


async def test_an_amount_that_is_too_large_is_called_so(api: httpx.AsyncClient, household: Family) -> None:
    cash = await api.post("/accounts", json={"name": "Cash", "kind": "cash", "currency": "USD"})
    entry = {"account_id": cash.json()["id"], "date": "2026-11-20", "amount": f"-{10**15}", "merchant": "Snork"}
    answer = await api.post("/transactions", json=entry)
    assert (answer.status_code, answer.json()["code"], answer.json()["field"]) == (422, "bad_amount", "amount")
    assert answer.json()["detail"] == "an amount has at most 15 digits before the point"


async def test_two_files_at_once_are_refused_in_words(api: httpx.AsyncClient) -> None:
    answer = await api.post("/imports", files=[("file", ("a.csv", b"Date,Amount\n2026-11-01,1\n"))] * 2)
    said = answer.json()
    assert (answer.status_code, said["code"], said["field"], said["detail"]) == (
        422,
        "one_only",
        "file",
        "this field is given more than once",
    )


async def test_a_period_that_is_none_is_told_what_is_one(api: httpx.AsyncClient) -> None:
    for wrong in ("2026-13", "abcd", "0000", ""):
        answer = await api.get("/budgets/status", params={"period": wrong})
        assert (answer.status_code, answer.json()["code"], answer.json()["field"]) == (422, "bad_month", "period")
        assert "a year such as 2026" in answer.json()["detail"]

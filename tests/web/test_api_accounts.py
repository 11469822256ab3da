"""/api/v1/accounts through the real application: the fields, codes and rules that other people's programs rely on."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from farthing.flows.world import World
from web.visit import program
from world import Bank, Family, found

FIELDS = {
    "id", "connection_id", "name", "mask", "kind", "currency", "balance", "available", "balance_as_of", "hidden", "closed_on",
}  # fmt: skip
WALLET = {"name": "Wallet", "kind": "cash", "currency": "USD", "opening_balance": "100.00", "opened_on": "2026-01-01"}


async def opened(api: httpx.AsyncClient, **more: Any) -> dict[str, Any]:
    answer = await api.post("/accounts", json={**WALLET, **more})
    assert answer.status_code == 201, answer.text
    made: dict[str, Any] = answer.json()
    return made


async def test_an_account_kept_by_hand_has_the_fields_of_the_contract(api: httpx.AsyncClient) -> None:
    answer = await api.post("/accounts", json=WALLET)
    made = answer.json()
    assert made.keys() >= FIELDS
    assert (made["connection_id"], made["mask"], made["kind"], made["balance"], made["hidden"]) == (None, None, "cash", "100.00", False)
    assert answer.headers["etag"] == '"1"'
    assert (await api.get(f"/accounts/{made['id']}")).json() == made
    assert (await api.get("/accounts")).json() == {"items": [made], "next_cursor": None}


async def test_a_banks_account_names_its_connection_and_the_banks_balance(api: httpx.AsyncClient, household: Family, bank: Bank) -> None:
    bank.has("card", kind="card", balance=-12345)
    await bank("2026-11-01 -5.00 ZORBLAX x1 card")
    (linked,) = [a for a in (await api.get("/accounts")).json()["items"] if a["kind"] == "card"]
    assert linked["connection_id"].startswith("con_")
    assert (linked["balance"], linked["opening_balance"]) == ("-123.45", None)
    for change in ({"kind": "cash"}, {"opening_balance": "1.00"}):
        answer = await api.patch(f"/accounts/{linked['id']}", json=change)
        assert (answer.status_code, answer.json()["code"]) == (409, "linked_account")
    assert (await api.delete(f"/accounts/{linked['id']}")).status_code == 409
    assert (await api.post(f"/accounts/{linked['id']}/balances", json={"date": "2026-11-01", "balance": "1.00"})).status_code == 409
    renamed = await api.patch(f"/accounts/{linked['id']}", json={"name": "Plastic"})
    assert (renamed.status_code, renamed.json()["name"]) == (200, "Plastic")


async def test_currency_and_opening_may_be_left_out(api: httpx.AsyncClient) -> None:
    made = (await api.post("/accounts", json={"name": "Car", "kind": "vehicle"})).json()
    assert (made["currency"], made["balance"]) == ("USD", "0.00")
    assert (await opened(api, name="Yen", currency="JPY", opening_balance="1200"))["balance"] == "1200"


async def test_a_balance_that_is_stated_counts_from_that_day_on(api: httpx.AsyncClient) -> None:
    made = await opened(api)
    entry = {"account_id": made["id"], "date": "2026-11-20", "amount": "-12.50", "merchant": "Market"}
    assert (await api.post("/transactions", json=entry)).status_code == 201
    answer = await api.post(f"/accounts/{made['id']}/balances", json={"date": "2026-11-10", "balance": "60.00"})
    assert (answer.status_code, answer.json()["balance"]) == (201, "47.50")


async def test_an_edit_moves_the_etag_and_an_older_one_is_refused(api: httpx.AsyncClient) -> None:
    made = await opened(api)
    answer = await api.patch(f"/accounts/{made['id']}", json={"name": "Purse", "hidden": True, "closed_on": "2026-11-01"})
    assert (answer.status_code, answer.headers["etag"]) == (200, '"2"')
    assert (answer.json()["name"], answer.json()["hidden"], answer.json()["closed_on"]) == ("Purse", True, "2026-11-01")
    stale = await api.patch(f"/accounts/{made['id']}", json={"name": "X"}, headers={"if-match": '"1"'})
    assert (stale.status_code, stale.json()["code"]) == (412, "changed_meanwhile")
    reopened = await api.patch(f"/accounts/{made['id']}", json={"closed_on": None}, headers={"if-match": '"2"'})
    assert (reopened.status_code, reopened.json()["closed_on"]) == (200, None)


async def test_a_deleted_account_is_gone_with_its_rows(api: httpx.AsyncClient) -> None:
    made = await opened(api)
    entry = {"account_id": made["id"], "date": "2026-11-20", "amount": "-12.50", "merchant": "Market"}
    row = (await api.post("/transactions", json=entry)).json()
    assert (await api.delete(f"/accounts/{made['id']}")).status_code == 204
    assert (await api.get(f"/accounts/{made['id']}")).status_code == 404
    assert (await api.delete(f"/accounts/{made['id']}")).status_code == 404
    assert (await api.get(f"/transactions/{row['id']}")).status_code == 404
    assert (await api.get("/transactions")).json()["totals"]["count"] == 0


async def test_the_list_comes_in_pages(api: httpx.AsyncClient) -> None:
    made = [(await opened(api, name=f"Box {n}"))["id"] for n in range(3)]
    first = (await api.get("/accounts", params={"limit": 2})).json()
    second = (await api.get("/accounts", params={"limit": 2, "cursor": first["next_cursor"]})).json()
    assert sorted(a["id"] for a in first["items"] + second["items"]) == sorted(made)
    assert second["next_cursor"] is None


@pytest.mark.parametrize(
    ("fault", "field"),
    [
        ({"kind": "piggy"}, "kind"),
        ({"name": "  "}, "name"),
        ({"currency": "$"}, "currency"),
        ({"opening_balance": "1e9"}, "opening_balance"),
        ({"opening_balance": "0.001"}, "opening_balance"),
        ({"opened_on": "2026-13-01"}, "opened_on"),
        ({"opened_on": "2099-01-01"}, "opened_on"),
        ({"colour": "red"}, None),
    ],
)
async def test_what_is_no_account_is_refused_with_its_field(api: httpx.AsyncClient, fault: dict[str, Any], field: str | None) -> None:
    answer = await api.post("/accounts", json={**WALLET, **fault})
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
    assert field is None or answer.json()["field"] == field
    assert (await api.get("/accounts")).json()["items"] == []


async def test_the_same_key_opens_one_account(api: httpx.AsyncClient) -> None:
    answers = [await api.post("/accounts", json=WALLET, headers={"idempotency-key": "k1"}) for _ in range(2)]
    assert answers[0].json() == answers[1].json()
    assert len((await api.get("/accounts")).json()["items"]) == 1


async def test_strangers_accounts_are_as_missing_as_made_up_ones(api: httpx.AsyncClient, world: World) -> None:
    made = await opened(api)
    async with program(world, await found(world)) as stranger:
        for asked in (made["id"], "acc_000", "nonsense"):
            answers = [
                await stranger.get(f"/accounts/{asked}"),
                await stranger.patch(f"/accounts/{asked}", json={"name": "Mine"}),
                await stranger.delete(f"/accounts/{asked}"),
                await stranger.post(f"/accounts/{asked}/balances", json={"date": "2026-11-01", "balance": "1.00"}),
            ]
            assert [a.status_code for a in answers] == [404] * 4
            assert {a.json()["code"] for a in answers} == {"not_found"}
    assert (await api.get(f"/accounts/{made['id']}")).json()["name"] == "Wallet"


async def test_a_token_that_reads_writes_nothing(world: World, household: Family) -> None:
    async with program(world, household, "read") as reader:
        assert (await reader.get("/accounts")).status_code == 200
        assert (await reader.post("/accounts", json=WALLET)).status_code == 403

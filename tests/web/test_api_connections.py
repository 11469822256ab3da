"""/api/v1/connections where a bank is linked again: questions, answers, and what was recognised."""

from __future__ import annotations

import httpx

from farthing.core.ids import public
from farthing.flows.world import World
from farthing.ledger.model import BankAccount
from web.visit import program
from world import Bank, Family, found


async def asked(bank: Bank) -> None:
    """The bank shows a savings account that could be ours under another name."""
    bank.accounts["s1"] = BankAccount(ref="s1", name="Savings", kind="savings", currency="USD", balance=10_000)
    await bank("2026-10-01 -1.00 GRULTZ in s1 x1")
    del bank.accounts["s1"]
    await new(bank)


async def new(bank: Bank) -> None:
    bank.accounts["t1"] = BankAccount(ref="t1", name="Rainy days", kind="savings", currency="USD", mask="77", balance=20_000)
    await bank("2026-10-01 -1.00 GRULTZ in t1 y1", "2026-10-03 -3.00 ZORBLAX in t1 y2")


async def test_a_question_is_answered_once_and_its_batch_takes_it_back(api: httpx.AsyncClient, bank: Bank) -> None:
    await asked(bank)
    (link,) = (await api.get("/connections")).json()["items"]
    assert (link["status"], link["status_code"]) == ("fine", "which_account")
    (question,) = link["questions"]
    assert (question["name"], question["mask"], question["kind"], question["balance"]) == ("Rainy days", "77", "savings", "200.00")
    (ours,) = question["could_be"]
    assert ours["name"] == "Savings"
    path = f"/connections/{link['id']}/questions/{question['id']}"
    said = await api.post(path, json={"account_id": ours["id"]})
    assert (said.status_code, said.json()["account_id"]) == (200, ours["id"])
    await new(bank)
    assert (await api.get(f"/connections/{link['id']}")).json()["questions"] == []
    newest = (await api.get("/syncs", params={"limit": 1})).json()["items"][0]
    assert newest["recognised"] == [
        {
            "account_id": ours["id"], "first_date": "2026-10-01", "last_date": "2026-10-03", "old": 1, "recognised": 1, "new": 1,
            "taken_back": 0, "not_met": [],
        }
    ]  # fmt: skip
    again = await api.post(path, json={"account_id": None})
    assert again.status_code == 404
    undone = await api.post(f"/undo/{said.json()['batch_id']}")
    assert undone.status_code == 200, undone.text
    await new(bank)
    assert [q["id"] for q in (await api.get(f"/connections/{link['id']}")).json()["questions"]] == [question["id"]]


async def test_an_answer_that_is_none_of_those_is_refused_and_changes_nothing(
    api: httpx.AsyncClient, world: World, household: Family, bank: Bank
) -> None:
    await asked(bank)
    (link,) = (await api.get("/connections")).json()["items"]
    path = f"/connections/{link['id']}/questions/{link['questions'][0]['id']}"
    checking = public("acc", await household.account_id(), household=household.household_id)
    for body, status in (({"account_id": checking}, 422), ({"account_id": "acc_1"}, 404), ({}, 422), ({"account": None}, 422)):
        assert (await api.post(path, json=body)).status_code == status, body
    assert (await api.post(f"/connections/{link['id']}/questions/none", json={"account_id": None})).status_code == 404
    async with program(world, await found(world)) as stranger:
        assert (await stranger.post(path, json={"account_id": None})).status_code == 404
    assert len((await api.get("/connections")).json()["items"][0]["questions"]) == 1


async def test_rows_that_the_bank_did_not_state_again_are_named(api: httpx.AsyncClient, household: Family, bank: Bank) -> None:
    await bank("2026-10-01 -1.00 GRULTZ in card x1", "2026-10-02 -2.00 SNIRK in card x2", "2026-10-03 -3.00 ZORBLAX in card x3")
    lost = public("txn", await household.id_of("x2", account_name="card"))
    del bank.accounts["card"]
    bank.has("visa", kind="card")
    await bank("2026-10-01 -1.00 GRULTZ in visa y1", "2026-10-03 -3.00 ZORBLAX in visa y3")
    (told,) = (await api.get("/syncs", params={"limit": 1})).json()["items"][0]["recognised"]
    assert (told["recognised"], told["old"], told["not_met"]) == (2, 3, [lost])

"""/api/v1/accounts/{id}/proof through the real application."""

from __future__ import annotations

from collections.abc import AsyncIterator

import httpx
import pytest_asyncio

from farthing.core.dates import FixedClock
from farthing.core.ids import public
from farthing.flows.world import World
from web.visit import program
from world import Bank, Family, found


@pytest_asyncio.fixture(loop_scope="session")
async def api(world: World, household: Family) -> AsyncIterator[httpx.AsyncClient]:
    async with program(world, household, "read") as client:
        yield client


async def lived(world: World, bank: Bank) -> None:
    """A week from 22 November on, in which the bank's balance falls by 12.00 that no row says."""
    assert isinstance(world.clock, FixedClock)
    for balance in (10000, 10000, 8800, 8800, 8800, 8800, 8800):
        bank.has("checking", balance=balance)
        await bank("2026-11-01 -5.00 ZORBLAX x1")
        world.clock.forward(days=1)


async def address(household: Family) -> str:
    return f"/accounts/{public('acc', await household.account_id(), household=household.household_id)}/proof"


async def test_a_gap_says_its_days_its_amount_and_who_may_be_to_blame(
    world: World, household: Family, bank: Bank, api: httpx.AsyncClient
) -> None:
    await lived(world, bank)

    answer = await api.get(await address(household))

    proof = answer.json()
    assert answer.status_code == 200
    assert proof.pop("account_id").startswith("acc_")
    assert proof == {
        "currency": "USD", "basis": "booked", "since": "2026-11-22", "days": 6, "days_explained": 1, "explained": 0.1667,
        "said_on": "2026-11-28", "said_balance": "88.00", "our_balance": "100.00",
        "gaps": [
            {
                "from": "2026-11-24", "to": "2026-11-24", "amount": "-12.00", "state": "open", "closed_on": None,
                "suspects": [
                    {
                        "transaction_id": None, "with_transaction_id": None, "kind": "missing",
                        "why": "a row of -12.00 USD on 2026-11-24 is missing",
                    }
                ],
            }
        ],
    }  # fmt: skip


async def test_days_can_be_asked_for(world: World, household: Family, bank: Bank, api: httpx.AsyncClient) -> None:
    """Given days that begin after the gap, then they start from the last balance before them and are explained."""
    await lived(world, bank)

    proof = (await api.get(await address(household), params={"from": "2026-11-26", "to": "2026-11-27"})).json()

    assert (proof["since"], proof["days"], proof["explained"], proof["gaps"]) == ("2026-11-25", 2, 1.0, [])


async def test_an_account_of_which_nobody_said_anything_has_nothing_to_prove(
    api: httpx.AsyncClient, world: World, household: Family
) -> None:
    async with program(world, household) as writing:
        wish = {"name": "Wallet", "kind": "cash", "currency": "USD"}
        made = (await writing.post("/accounts", json=wish)).json()

    proof = (await api.get(f"/accounts/{made['id']}/proof")).json()

    assert (proof["since"], proof["days"], proof["explained"], proof["said_balance"], proof["gaps"]) == (None, 0, None, None, [])


async def test_bad_days_and_others_accounts_are_refused(world: World, household: Family, bank: Bank, api: httpx.AsyncClient) -> None:
    await lived(world, bank)
    at = await address(household)
    for params, code in (
        ({"from": "yesterday"}, "bad_date"),
        ({"to": "2026-02-30"}, "bad_date"),
        ({"from": "2026-11-02", "to": "2026-11-01"}, "bad_period"),
    ):
        answer = await api.get(at, params=params)
        assert (answer.status_code, answer.json()["code"]) == (422, code), params
    async with program(world, await found(world)) as stranger:
        assert (await stranger.get(at)).status_code == 404

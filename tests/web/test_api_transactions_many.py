"""POST /api/v1/transactions/delete: many rows thrown away as one batch."""

from __future__ import annotations

import datetime as dt

from farthing.core.ids import public
from farthing.flows.add_by_hand import Entry, add_by_hand
from farthing.flows.world import World
from web.visit import program
from world import Bank, Family, found


async def test_many_are_deleted_in_one_batch_and_those_a_bank_states_are_named(world: World, household: Family, bank: Bank) -> None:
    await bank("2026-11-20 -30.00 ZORBLAX x1")
    entry = Entry(account_id=await household.account_id(), date=dt.date(2026, 11, 19), amount="-5.00", merchant="Blorp")
    added = await add_by_hand(world, household.household_id, household.actor, entry)
    stated, mine = public("txn", await household.id_of("x1")), public("txn", added.transaction_id)
    async with program(world, household) as client:
        answer = await client.post("/transactions/delete", json={"ids": [stated, mine]})
        assert answer.status_code == 200
        done = answer.json()
        assert {k: done[k] for k in ("deleted", "stated_by_bank", "gone_before")} == {
            "deleted": 1,
            "stated_by_bank": [stated],
            "gone_before": 0,
        }
        assert await household.spent("2026-11") == {"uncategorised": "-30.00"}
        assert (await client.post(f"/undo/{done['batch_id']}")).json()["undone"] == 1
        assert await household.spent("2026-11") == {"uncategorised": "-35.00"}
        again = await client.post("/transactions/delete", json={"filter": {"q": "blorp"}})
        assert again.json()["deleted"] == 1
        for wrong in ({}, {"ids": [mine], "filter": {}}, {"ids": []}):
            assert (await client.post("/transactions/delete", json=wrong)).json()["code"] == "ids_or_filter"
    async with program(world, await found(world)) as stranger:
        assert (await stranger.post("/transactions/delete", json={"ids": [mine]})).status_code == 404

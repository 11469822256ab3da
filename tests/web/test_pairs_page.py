"""What a transaction belongs to, in its panel: the other half, a refund and its purchase, what may be chosen, and each word undone."""

from __future__ import annotations

import json
from typing import Any

import httpx

from farthing.core.ids import public
from farthing.flows.world import World
from web.visit import Browser, browser
from world import Bank, Family


async def key(household: Family, ref: str, account: str = "checking") -> str:
    return public("txn", await household.id_of(ref, account_name=account))


async def ask(reader: Browser, method: str, path: str, at: str, **form: Any) -> httpx.Response:
    headers = {"hx-request": "true", "x-csrf-token": reader.csrf, "hx-current-url": f"http://localhost{at}"}
    return await reader.client.request(method, path, data=form or None, headers=headers)


def toast(answer: httpx.Response) -> dict[str, Any]:
    said: dict[str, Any] = json.loads(answer.headers["hx-trigger"])["farthing:toast"]
    return said


async def test_a_leg_that_waits_says_so_and_a_pair_names_its_other_half(world: World, household: Family, bank: Bank) -> None:
    await bank("2026-11-02 -500.00 TRANSFER TO SAVINGS x1")
    one = await key(household, "x1")
    async with browser(world, household) as reader:
        await reader.open(f"/transactions/{one}")
        assert "Other half Not seen yet" in reader.words

        await bank("2026-11-03 500.00 TRANSFER FROM CHECKING in savings x2")
        await reader.open(f"/transactions/{one}")
        assert "Other half Not a transfer Farthing found it. That is right" in reader.words
        assert await key(household, "x2", "savings") in reader.page
        why = "equal amounts, 1 day apart, both read as a transfer, one names the other account"
        assert f"Farthing found its other half: {why}" in reader.words
        await reader.open(f"/transactions/{await key(household, 'x2', 'savings')}")
        assert f"Farthing found its other half: {why}" in reader.words


async def test_the_owner_pairs_confirms_and_takes_apart(world: World, household: Family, bank: Bank) -> None:
    await bank("2026-11-02 -500.00 ZORBLAX x1", "2026-11-03 500.00 QUUX in savings x2")
    one, other = await key(household, "x1"), await key(household, "x2", "savings")
    async with browser(world, household) as reader:
        await reader.open(f"/transactions/{one}")
        assert "Half of a transfer?" in reader.words
        paired = await ask(reader, "PUT", f"/transactions/{one}/transfer", f"/transactions/{one}", other_id=other)
        assert (paired.status_code, toast(paired)["text"]) == (200, "Paired")
        assert paired.text.count("row-") or other in paired.text
        parted = await ask(reader, "DELETE", f"/transactions/{one}/transfer", f"/transactions/{one}")
        assert toast(parted)["text"] == "Taken apart"
        again = await ask(reader, "DELETE", f"/transactions/{one}/transfer", f"/transactions/{one}")
        assert again.status_code == 422
        same = await ask(reader, "PUT", f"/transactions/{one}/transfer", f"/transactions/{one}", other_id=one)
        assert same.status_code == 422


async def test_a_purchase_says_what_came_back_and_when(world: World, household: Family, bank: Bank) -> None:
    await bank("2026-11-02 -80.00 SAFEWAY x1", "2026-11-12 30.00 SAFEWAY x2", "2026-11-14 20.00 QUUX x3")
    purchase, refund, other = [await key(household, ref) for ref in ("x1", "x2", "x3")]
    async with browser(world, household) as reader:
        await reader.open(f"/transactions/{purchase}")
        assert "Refunded $30.00 of $80.00 on 12 Nov." in reader.words
        await reader.open(f"/transactions/{refund}")
        assert "Refund of Not its refund Pays back $30.00 of $80.00." in reader.words
        linked = await ask(reader, "PUT", f"/transactions/{other}/refund", f"/transactions/{other}", purchase_id=purchase)
        assert toast(linked)["text"] == "Linked"
        await reader.open(f"/transactions/{purchase}")
        assert "Refunded $50.00 of $80.00 on 12 Nov, 14 Nov." in reader.words
        undone = await ask(
            reader, "POST", f"/undo/{toast(linked)['batch']}" if "batch" in toast(linked) else "/undo/none", f"/transactions/{other}"
        )
        assert undone.status_code in {200, 404}
        parted = await ask(reader, "DELETE", f"/transactions/{refund}/refund", f"/transactions/{refund}")
        assert parted.status_code == 200

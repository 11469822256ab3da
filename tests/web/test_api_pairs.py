"""PUT and DELETE of /transactions/{id}/transfer and /refund: what belongs together, over HTTP."""

from __future__ import annotations

import httpx
import pytest

from farthing.core.ids import public
from farthing.flows.world import World
from web.visit import program
from world import Bank, Family, found

ROWS = (
    "2026-11-02 -500.00 ZORBLAX x1",
    "2026-11-03 500.00 QUUX in savings x2",
    "2026-11-05 -80.00 SAFEWAY x3",
    "2026-11-12 30.00 BLORP x4",
    "2026-11-04 -500.00 FLURB x5",
)


async def key(household: Family, ref: str) -> str:
    return public("txn", await household.id_of(ref, account_name="savings" if ref == "x2" else "checking"))


async def look(client: httpx.AsyncClient, key: str) -> dict[str, object]:
    found: dict[str, object] = (await client.get(f"/transactions/{key}")).json()
    return found


async def test_a_transfer_is_paired_taken_apart_and_undone(world: World, household: Family, bank: Bank) -> None:
    await bank(*ROWS)
    one, other = await key(household, "x1"), await key(household, "x2")
    async with program(world, household) as client:
        answer = await client.put(f"/transactions/{one}/transfer", json={"other_id": other})
        assert (answer.status_code, answer.json()["transfer_id"], answer.json()["category"]["group"]) == (200, other, "transfer")
        assert answer.headers["etag"] == f'"{answer.json()["version"]}"'
        assert (await look(client, other))["transfer_id"] == one
        assert (await look(client, other))["counts_in"] == []

        assert (await client.delete(f"/transactions/{other}/transfer")).status_code == 204
        assert (await look(client, one))["transfer_id"] is None
        gone = await client.delete(f"/transactions/{other}/transfer")
        assert (gone.status_code, gone.json()["code"]) == (404, "not_paired")

        told = (await client.get(f"/transactions/{one}/history")).json()["items"]
        assert [(t["field"], t["after"]) for t in told if t["field"] == "transfer_id"] == [("transfer_id", other), ("transfer_id", None)]
        undone = await client.post(f"/undo/{told[-1]['batch_id']}")
        assert undone.json()["undone"] == 2
        assert (await look(client, one))["transfer_id"] == other


async def test_the_history_of_both_rows_says_why_they_were_paired(world: World, household: Family, bank: Bank) -> None:
    await bank("2026-11-02 -500.00 TRANSFER TO SAVINGS x1", "2026-11-02 500.00 DEPOSIT in savings x2")
    one, other = await key(household, "x1"), await key(household, "x2")
    async with program(world, household) as client:
        for mine, theirs in ((one, other), (other, one)):
            told = (await client.get(f"/transactions/{mine}/history")).json()["items"]
            (line,) = [t for t in told if t["field"] == "transfer_id"]
            assert (line["before"], line["after"], line["by"]) == (None, theirs, "bank")
            assert line["why"] == "equal amounts, on the same day, one reads as a transfer, one names the other account"


async def test_a_refund_is_linked_in_part_and_unlinked(world: World, household: Family, bank: Bank) -> None:
    await bank(*ROWS)
    refund, purchase = await key(household, "x4"), await key(household, "x3")
    async with program(world, household) as client:
        answer = await client.put(f"/transactions/{refund}/refund", json={"purchase_id": purchase, "amount": "25.00"})
        assert (answer.status_code, answer.json()["refund_of"], answer.json()["category"]["slug"]) == (200, purchase, "groceries")
        assert (await look(client, purchase))["refunded"] == "25.00"
        assert await household.spent("2026-11") == {"groceries": "-50.00", "uncategorised": "-500.00"}

        assert (await client.delete(f"/transactions/{refund}/refund")).status_code == 204
        assert (await look(client, purchase))["refunded"] is None


@pytest.mark.parametrize(
    ("path", "body", "status", "code"),
    [
        ("x1/transfer", {"other_id": "x5"}, 422, "same_account"),
        ("x5/transfer", {"other_id": "x5"}, 422, "same_row"),
        ("x3/transfer", {"other_id": "x2"}, 422, "amounts_differ"),
        ("x4/transfer", {"other_id": "x2"}, 422, "same_sign"),
        ("x1/transfer", {"other_id": "txn_1"}, 404, "not_found"),
        ("x1/transfer", {}, 422, None),
        ("x4/refund", {"purchase_id": "x3", "amount": "31.00"}, 422, "more_than_left"),
        ("x4/refund", {"purchase_id": "x3", "amount": "0"}, 422, "more_than_left"),
        ("x4/refund", {"purchase_id": "x3", "amount": "lots"}, 422, "bad_amount"),
        ("x3/refund", {"purchase_id": "x1"}, 422, "same_sign"),
        ("x4/refund", {"purchase_id": "txn_1"}, 404, "not_found"),
    ],
)
async def test_what_cannot_be_is_refused_with_a_code(
    world: World, household: Family, bank: Bank, path: str, body: dict[str, str], status: int, code: str | None
) -> None:
    await bank(*ROWS)
    ref, _, what = path.partition("/")
    named = {k: await key(household, v) if v.startswith("x") else v for k, v in body.items()}
    async with program(world, household) as client:
        answer = await client.put(f"/transactions/{await key(household, ref)}/{what}", json=named)

    assert answer.status_code == status
    assert code in {None, answer.json()["code"]}


async def test_a_half_that_has_its_other_is_refused_and_a_stale_version_too(world: World, household: Family, bank: Bank) -> None:
    await bank(*ROWS)
    one, other, third = [await key(household, ref) for ref in ("x1", "x2", "x5")]
    async with program(world, household) as client:
        stale = await client.put(f"/transactions/{one}/transfer", json={"other_id": other}, headers={"if-match": '"9"'})
        assert stale.status_code == 412
        await client.put(f"/transactions/{one}/transfer", json={"other_id": other})
        taken = await client.put(f"/transactions/{third}/transfer", json={"other_id": other})
        assert (taken.status_code, taken.json()["code"]) == (409, "already_paired")


async def test_what_a_row_may_belong_to_is_offered(world: World, household: Family, bank: Bank) -> None:
    await bank(*ROWS)
    async with program(world, household) as client:
        offered = (await client.get(f"/transactions/{await key(household, 'x2')}/counterparts")).json()["items"]
        assert {(o["kind"], o["transaction"]["id"]) for o in offered} == {
            ("transfer", await key(household, "x1")),
            ("transfer", await key(household, "x5")),
        }


async def test_rows_of_other_households_are_not_there(world: World, household: Family, bank: Bank) -> None:
    await bank(*ROWS)
    one, other = await key(household, "x1"), await key(household, "x2")
    async with program(world, await found(world)) as stranger:
        assert (await stranger.put(f"/transactions/{one}/transfer", json={"other_id": other})).status_code == 404
        assert (await stranger.get(f"/transactions/{one}/counterparts")).status_code == 404
        assert (await stranger.delete(f"/transactions/{one}/refund")).status_code == 404

"""Correcting one row and all like it: the merchant's past at once, its future by itself, and everything back with one undo."""

from __future__ import annotations

import pytest

from farthing.core.errors import Missing, Rejected, Stale
from farthing.core.ids import public
from farthing.flows.desk import read_desk
from farthing.flows.edit import Edit, edit_transaction
from farthing.flows.like import Like, correct_like, find_like
from farthing.flows.undo import undo
from farthing.flows.world import World
from web.visit import browser, program
from world import Bank, Family, found

PAST = ("2026-10-01 -10.00 ZORBLAX x1", "2026-10-08 -11.00 ZORBLAX x2", "2026-10-15 -12.00 ZORBLAX x3", "2026-10-16 -5.00 QUUXLEY y1")


async def like(household: Family, ref: str, slug: str) -> Like:
    async with read_desk(household.world, household.household_id, household.actor) as desk:
        return await find_like(desk, await household.id_of(ref), await household.category(slug))


async def correct(household: Family, ref: str, slug: str) -> int | None:
    done = await correct_like(
        household.world, household.household_id, household.actor, await household.id_of(ref), await household.category(slug)
    )
    return done.batch_id


async def say(household: Family, ref: str, slug: str) -> None:
    wish = Edit(category_id=await household.category(slug))
    await edit_transaction(household.world, household.household_id, household.actor, await household.id_of(ref), wish)


async def test_the_past_follows_and_goes_back_with_one_undo(household: Family, bank: Bank) -> None:
    await bank(*PAST)
    before = await household.rows()
    batch = await correct(household, "x1", "vet")
    assert await household.spent("2026-10") == {"uncategorised": "-5.00", "vet": "-33.00"}
    assert batch is not None
    await undo(household.world, household.household_id, household.actor, batch)
    assert await household.rows() == before
    await bank("2026-10-22 -13.00 ZORBLAX x4")
    assert (await household.rows())[0] == "2026-10-22 -13.00 Zorblax uncategorised", "what was taken back is remembered no more"
    assert await household.is_sound()


async def test_the_future_follows_by_itself_and_says_from_what(household: Family, bank: Bank) -> None:
    await bank(*PAST)
    await correct(household, "x1", "vet")
    await edit_transaction(
        household.world,
        household.household_id,
        household.actor,
        await household.id_of("y1"),
        Edit(category_id=await household.category("vet")),
    )
    await bank("2026-10-22 -13.00 ZORBLAX x4", "2026-10-23 -6.00 QUUXLEY y2")
    async with program(household.world, household) as client:
        new = [(await client.get(f"/transactions/{public('txn', await household.id_of(x))}")).json() for x in ("x4", "y2")]
    assert [(n["category"]["slug"], n["category_source"]) for n in new] == [("vet", "memory")] * 2
    assert new[1]["why"] == "learned from your correction at Quuxley"


async def test_what_would_follow_is_shown_beforehand_newest_first(household: Family, bank: Bank) -> None:
    await bank(*PAST)
    found = await like(household, "x2", "vet")
    assert [(str(s.row.date), s.category.slug) for s in found.first] == [("2026-10-15", "uncategorised"), ("2026-10-01", "uncategorised")]
    assert found.count == 2
    assert await household.spent("2026-10") == {"uncategorised": "-38.00"}


async def test_what_the_owner_said_before_stays(household: Family, bank: Bank) -> None:
    await bank(*PAST)
    await say(household, "x3", "gifts")
    await correct(household, "x1", "vet")
    assert await household.spent("2026-10") == {"gifts": "-12.00", "uncategorised": "-5.00", "vet": "-21.00"}


async def test_money_in_does_not_follow_money_out(household: Family, bank: Bank) -> None:
    await bank("2026-10-01 -10.00 ZORBLAX x1", "2026-10-05 10.50 ZORBLAX x2", "2026-10-09 -11.00 ZORBLAX x3")
    assert (await like(household, "x1", "vet")).count == 1


async def test_of_a_shop_that_is_two_things_only_rows_of_that_size_follow(household: Family, bank: Bank) -> None:
    await bank(
        "2026-08-01 -2.99 ZORBLAX s1", "2026-09-01 -2.99 ZORBLAX s2", "2026-09-14 -1299.00 ZORBLAX d1", "2026-10-01 -2.99 ZORBLAX s3"
    )
    await say(household, "d1", "electronics")
    await correct(household, "s1", "subscriptions")
    assert await household.spent("2026-09") == {"electronics": "-1299.00", "subscriptions": "-2.99"}
    await bank("2026-11-01 -3.49 ZORBLAX s4", "2026-11-02 -899.00 ZORBLAX d2")
    assert await household.spent("2026-11") == {"electronics": "-899.00", "subscriptions": "-3.49"}


async def test_a_row_that_changed_meanwhile_and_what_does_not_exist_are_refused(household: Family, bank: Bank) -> None:
    await bank(*PAST)
    row, vet = await household.id_of("x1"), await household.category("vet")
    for error, key, category, version in ((Stale, row, vet, 7), (Missing, 4711, vet, None), (Rejected, row, 999_999, None)):
        with pytest.raises(error):
            await correct_like(household.world, household.household_id, household.actor, key, category, if_version=version)
    stranger = await found(household.world)
    with pytest.raises(Missing):
        await correct_like(household.world, stranger.household_id, stranger.actor, row, vet)


async def test_the_api_shows_what_would_follow_and_does_it(household: Family, bank: Bank) -> None:
    await bank(*PAST)
    key, vet = public("txn", await household.id_of("x1")), public("cat", await household.category("vet"), household=household.household_id)
    async with program(household.world, household) as client:
        shown = (await client.get(f"/transactions/{key}/like", params={"category_id": vet})).json()
        assert (shown["count"], len(shown["items"]), shown["category_id"]) == (2, 2, vet)
        done = await client.post(f"/transactions/{key}/like", json={"category_id": vet})
        assert (done.status_code, done.json()["updated"]) == (200, 3)
        assert (await client.get(f"/transactions/{key}/like")).json()["count"] == 0
        assert (await client.post(f"/undo/{done.json()['batch_id']}")).json()["undone"] == 3
        for body, status in (({"category_id": "cat_nonsense"}, 422), ({}, 422)):
            assert (await client.post(f"/transactions/{key}/like", json=body)).status_code == status


async def test_an_open_transaction_offers_it_once_it_was_corrected(world: World, household: Family, bank: Bank) -> None:
    await bank(*PAST)
    row, vet = await household.id_of("x1"), await household.category("vet")
    key = public("txn", row)
    async with browser(world, household) as reader:
        await reader.open(f"/transactions/{key}")
        assert "Do this for" not in reader.words
        await edit_transaction(household.world, household.household_id, household.actor, row, Edit(category_id=vet))
        await reader.open(f"/transactions/{key}")
        assert "Do this for all 2 more from Zorblax" in reader.words
        assert "Not sorted yet → Vet" in reader.words
        await reader.send(f"/transactions/{key}/like", category_id=public("cat", vet, household=household.household_id))
        assert "Do this for" not in reader.words
    assert await household.spent("2026-10") == {"uncategorised": "-5.00", "vet": "-33.00"}

"""Votes on merchants: cast at night, counted without anybody's name, heard from twenty households on, withdrawn at will."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio

from farthing.categorize import Word, band_of, remember
from farthing.categorize.taxonomy import by_slug
from farthing.categorize.voting.votes import HOUSEHOLDS_MIN, Poll, cast
from farthing.core.dates import FixedClock
from farthing.core.ids import CategoryId, new_ids
from farthing.flows import known
from farthing.flows.edit import Edit, edit_transaction
from farthing.flows.erase import by_token, erase
from farthing.flows.known import forget_known
from farthing.flows.vote import cast_votes, key_of
from farthing.flows.world import World
from farthing.ledger.post import Payee
from web.visit import browser, program
from world import Bank, Family, found

VET, GIFTS = by_slug("vet").category_id, by_slug("gifts").category_id


@pytest_asyncio.fixture(loop_scope="session", autouse=True)
async def nothing_counted(world: World) -> AsyncIterator[None]:
    """No votes but those of the test."""
    async with world.db.shared() as conn:
        await conn.execute("delete from merchant_vote")
    forget_known()
    yield
    forget_known()


async def tally(world: World) -> dict[tuple[bytes, int], int]:
    async with world.db.shared() as conn:
        rows = await conn.fetch("select merchant_key, category_id, households from merchant_vote")
    return {(r["merchant_key"].bytes, r["category_id"]): r["households"] for r in rows}


async def voted(world: World, key: str, category: int, households: int) -> None:
    """So many households, of which nothing else is known, vote so."""
    finder = await world.keyring.finder()
    for household_id in new_ids(households):
        async with world.db.unit(household_id) as unit:
            await cast(unit, {key_of(finder, key): CategoryId(category)})


async def a_month_later(world: World, household: Family) -> None:
    assert isinstance(world.clock, FixedClock)
    world.clock.forward(days=31)
    await cast_votes(world, household.household_id)


async def corrected(household: Family, bank: Bank, *texts: str, slug: str = "vet") -> None:
    await bank(*(f"2026-11-01 -10.00 {text} v{n}" for n, text in enumerate(texts)))
    for n in range(len(texts)):
        wish = Edit(category_id=await household.category(slug))
        await edit_transaction(household.world, household.household_id, household.actor, await household.id_of(f"v{n}"), wish)


async def test_a_correction_is_one_vote_however_often_it_is_counted(world: World, household: Family, bank: Bank) -> None:
    await corrected(household, bank, "ZORBLAX", "ZORBLAX")
    await a_month_later(world, household)
    assert list((await tally(world)).values()) == [1]
    assert await cast_votes(world, household.household_id) == 0
    assert list((await tally(world)).values()) == [1]


async def test_a_young_household_does_not_vote(world: World, household: Family, bank: Bank) -> None:
    await corrected(household, bank, "ZORBLAX")
    assert await cast_votes(world, household.household_id) == 0


async def test_a_household_that_linked_no_bank_does_not_vote(world: World, household: Family) -> None:
    async with household.unit() as (unit, sealer):
        sealed = sealer.seal_value("payee", "sealed", 1, Payee("ZORBLAX", "Zorblax"))
        await unit.conn.execute("insert into payee (household_id, payee_id, sealed) values ($1, 1, $2)", household.household_id, sealed)
        await remember(unit, [Word(1, VET, 1, band_of(-500))], at=world.clock.now())
    await a_month_later(world, household)
    assert await tally(world) == {}


async def test_what_everybody_knows_is_not_outvoted(world: World, household: Family, bank: Bank) -> None:
    await voted(world, "STARBUCKS", GIFTS, 60)
    await bank("2026-11-01 -4.50 STARBUCKS STORE 00123")
    assert await household.rows() == ["2026-11-01 -4.50 Starbucks coffee"]


async def test_the_confidence_tells_no_count() -> None:
    trusts = [Poll(VET, n, n).trust for n in range(HOUSEHOLDS_MIN, 400)]
    assert set(trusts) == {900}
    assert {Poll(VET, 30, n).trust for n in range(30, 51)} == {550, 600, 650, 700, 750, 800, 850, 900}


async def test_withdrawn_votes_are_heard_no_more_within_a_minute(
    world: World, household: Family, bank: Bank, monkeypatch: pytest.MonkeyPatch
) -> None:
    await corrected(household, bank, "ZORBLAX")
    await a_month_later(world, household)
    await voted(world, "ZORBLAX", VET, HOUSEHOLDS_MIN - 1)
    forget_known()
    other = await found(world)
    await other.bank("2026-11-01 -10.00 ZORBLAX x1")
    async with program(world, household) as client:
        await client.patch("/household", json={"votes": False})
    monkeypatch.setattr(known, "LOOK_S", 0.0)  # the minute is over
    await other.bank("2026-11-02 -11.00 ZORBLAX x2")
    assert await other.rows() == ["2026-11-02 -11.00 Zorblax uncategorised", "2026-11-01 -10.00 Zorblax vet"]


async def test_own_categories_and_merchants_of_two_minds_are_no_votes(world: World, household: Family, bank: Bank) -> None:
    await bank("2026-11-01 -10.00 QUUXLEY x1")
    async with household.unit() as (unit, sealer):
        for payee_id, categories in ((1, (VET, GIFTS)), (2, (CategoryId(1000),)), (3, (VET,))):
            sealed = sealer.seal_value("payee", "sealed", payee_id, Payee(f"SHOP {payee_id}", "Shop"))
            insert = "insert into payee (household_id, payee_id, sealed) values ($1, $2, $3)"
            await unit.conn.execute(insert, household.household_id, payee_id, sealed)
            for category in categories:
                await remember(unit, [Word(payee_id, category, 1, band_of(-500))], at=world.clock.now())
    await a_month_later(world, household)
    finder = await world.keyring.finder()
    assert await tally(world) == {(key_of(finder, "SHOP 3"), VET): 1}


async def test_what_twenty_say_is_heard_and_what_nineteen_say_is_not(world: World, household: Family, bank: Bank) -> None:
    await voted(world, "ZORBLAX", VET, HOUSEHOLDS_MIN)
    await voted(world, "QUUXLEY", VET, HOUSEHOLDS_MIN - 1)
    forget_known()
    await bank("2026-11-01 -10.00 ZORBLAX x1", "2026-11-02 -9.00 QUUXLEY x2", "2026-11-03 80.00 ZORBLAX x3")
    assert await household.rows() == [
        "2026-11-03 80.00 Zorblax uncategorised",
        "2026-11-02 -9.00 Quuxley uncategorised",
        "2026-11-01 -10.00 Zorblax vet",
    ]


async def test_where_the_many_quarrel_nobody_is_heard(world: World, household: Family, bank: Bank) -> None:
    await voted(world, "ZORBLAX", VET, 25)
    await voted(world, "ZORBLAX", GIFTS, 24)
    forget_known()
    await bank("2026-11-01 -10.00 ZORBLAX x1")
    assert await household.rows() == ["2026-11-01 -10.00 Zorblax uncategorised"]


async def test_the_households_own_word_stands_before_the_many(world: World, household: Family, bank: Bank) -> None:
    await corrected(household, bank, "ZORBLAX", slug="gifts")
    await voted(world, "ZORBLAX", VET, 40)
    forget_known()
    await bank("2026-11-02 -11.00 ZORBLAX x2")
    assert (await household.rows())[0] == "2026-11-02 -11.00 Zorblax gifts"


async def test_opting_out_by_page_or_api_withdraws_at_once(world: World, household: Family, bank: Bank) -> None:
    await corrected(household, bank, "ZORBLAX")
    await a_month_later(world, household)
    async with program(world, household) as client:
        assert (await client.get("/household")).json()["votes"] is True
        assert (await client.patch("/household", json={"votes": False})).json()["votes"] is False
        assert await tally(world) == {}
        await cast_votes(world, household.household_id)
        assert await tally(world) == {}
        assert (await client.patch("/household", json={"votes": "perhaps"})).status_code == 422
        await client.patch("/household", json={"votes": True})
    await cast_votes(world, household.household_id)
    async with browser(world, household) as reader:
        await reader.open("/settings/household")
        assert "Let our corrections count" in reader.words
        await reader.send("/settings/household", name="Test", votes_asked="yes")
        assert await tally(world) == {}


async def test_erasure_withdraws_the_households_votes_and_no_others(world: World, household: Family, bank: Bank) -> None:
    await voted(world, "ZORBLAX", VET, 3)
    await corrected(household, bank, "ZORBLAX")
    await a_month_later(world, household)
    assert list((await tally(world)).values()) == [4]
    await erase(world, household.household_id, household.actor, end_at_bank=by_token(world, household.household_id))
    assert list((await tally(world)).values()) == [3]


async def test_the_shared_count_tells_nothing_of_anybody(world: World, household: Family, bank: Bank) -> None:
    await corrected(household, bank, "ZORBLAX")
    await a_month_later(world, household)
    async with world.db.shared() as conn:
        rows: list[Any] = await conn.fetch("select * from merchant_vote")
    assert [set(dict(r)) for r in rows] == [{"merchant_key", "category_id", "households"}]
    assert b"ZORBLAX" not in rows[0]["merchant_key"].bytes

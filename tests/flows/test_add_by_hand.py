"""Rows that the owner writes down: they count at once, a bank row may claim them, and what is thrown away stays away."""

from __future__ import annotations

import datetime as dt

import pytest

from farthing.core.errors import Missing, Rejected
from farthing.flows.add_by_hand import Added, Entry, add_by_hand, delete_transaction
from farthing.flows.undo import undo
from world import Bank, Family


async def enter(household: Family, text: str, **more: object) -> Added:
    day, amount, merchant = text.split(" ", 2)
    account_id = await household.account_id()
    entry = Entry(account_id=account_id, date=dt.date.fromisoformat(day), amount=amount, merchant=merchant, **more)  # type: ignore[arg-type]
    return await add_by_hand(household.world, household.household_id, household.actor, entry)


async def test_an_entry_counts_at_once(household: Family, bank: Bank) -> None:
    await bank()
    await enter(household, "2026-10-01 -5.00 Zorblax & Sons", category_id=await household.category("vet"), note="cash", tags=["cat"])
    assert await household.rows() == ["2026-10-01 -5.00 Zorblax & Sons vet #cat “cash”"]
    assert await household.spent("2026-10") == {"vet": "-5.00"}
    assert await household.is_sound()


async def test_a_bank_row_claims_the_entry_and_the_owners_words_stay(household: Family, bank: Bank) -> None:
    await bank()
    added = await enter(household, "2026-10-01 -5.00 Corner vet", category_id=await household.category("vet"), note="cat")
    await bank("2026-10-03 -5.00 SQ *XQZ 8841 PAYMENT x1")
    assert await household.rows() == ["2026-10-01 -5.00 Corner vet vet “cat”"]
    assert await household.id_of("x1") == added.transaction_id
    assert await household.is_sound()


async def test_an_entry_is_a_row_of_its_own_whatever_looks_like_it(household: Family, bank: Bank) -> None:
    await bank("2026-10-01 -5.00 ZORBLAX x1")
    await enter(household, "2026-10-01 -5.00 Zorblax")
    await enter(household, "2026-10-01 -5.00 Zorblax")
    assert len(await household.rows()) == 3


async def test_two_entries_are_claimed_one_by_one(household: Family, bank: Bank) -> None:
    await bank()
    await enter(household, "2026-10-01 -5.00 Zorblax")
    await enter(household, "2026-10-02 -5.00 Zorblax")
    await bank("2026-10-01 -5.00 ZORBLAX x1", "2026-10-02 -5.00 ZORBLAX x2", "2026-10-02 -5.00 ZORBLAX x3")
    assert len(await household.rows()) == 3


async def test_a_deleted_entry_claims_nothing(household: Family, bank: Bank) -> None:
    await bank()
    added = await enter(household, "2026-10-01 -5.00 Zorblax")
    await delete_transaction(household.world, household.household_id, household.actor, added.transaction_id)
    await bank("2026-10-01 -5.00 ZORBLAX x1")
    assert await household.rows(void=False) == ["2026-10-01 -5.00 Zorblax uncategorised"]


async def test_a_deleted_bank_row_stays_deleted_however_it_comes_again(household: Family, bank: Bank) -> None:
    await bank("2026-10-01 -5.00 ZORBLAX pending x1")
    row = await household.id_of("x1")
    await delete_transaction(household.world, household.household_id, household.actor, row)
    await bank("2026-10-02 -6.00 ZORBLAX settles x1 x2", "gone x1")
    await bank("2026-10-02 -6.00 ZORBLAX x2")
    assert await household.rows(void=False) == []
    assert await household.is_sound()


async def test_a_deletion_and_an_entry_can_be_undone(household: Family, bank: Bank) -> None:
    await bank("2026-10-01 -5.00 ZORBLAX x1")
    world, actor = household.world, household.actor
    deleted = await delete_transaction(world, household.household_id, actor, await household.id_of("x1"))
    assert deleted.batch_id is not None
    await undo(world, household.household_id, actor, deleted.batch_id)
    assert await household.rows() == ["2026-10-01 -5.00 Zorblax uncategorised"]
    added = await enter(household, "2026-10-02 -7.00 Grultz")
    await undo(world, household.household_id, actor, added.batch_id)
    assert await household.rows(void=False) == ["2026-10-01 -5.00 Zorblax uncategorised"]
    assert await household.is_sound()


async def test_a_deletion_undone_twice_is_nothing_to_delete(household: Family, bank: Bank) -> None:
    await bank("2026-10-01 -5.00 ZORBLAX x1")
    row = await household.id_of("x1")
    first = await delete_transaction(household.world, household.household_id, household.actor, row)
    second = await delete_transaction(household.world, household.household_id, household.actor, row)
    assert (first.count, second.count) == (1, 0)


@pytest.mark.parametrize(
    ("text", "field"),
    [("2026-10-01 1e9 Zorblax", "amount"), ("2026-10-01 0 Zorblax", "amount"), ("2026-10-01 -1.234 Zorblax", "amount"),
     ("2026-10-01 ١٢ Zorblax", "amount"), ("2031-10-01 -1 Zorblax", "date"), ("2026-10-01 -1  ", "merchant")],
)  # fmt: skip
async def test_an_entry_that_cannot_be_is_refused_with_its_field(household: Family, bank: Bank, text: str, field: str) -> None:
    await bank()
    with pytest.raises(Rejected) as refusal:
        await enter(household, text)
    assert refusal.value.field == field


async def test_an_entry_needs_an_account_of_ours(household: Family) -> None:
    entry = Entry(account_id=4711, date=dt.date(2026, 10, 1), amount="-1", merchant="Zorblax")
    with pytest.raises(Missing):
        await add_by_hand(household.world, household.household_id, household.actor, entry)

"""Refunds end to end: money that comes back nets the category of its purchase in the month in which it came."""

from __future__ import annotations

import pytest

from farthing.flows.bulk import edit_many
from farthing.flows.edit import Edit
from farthing.flows.show import Shown
from farthing.flows.split_up import Slice, split_up
from farthing.flows.undo import undo
from farthing.flows.view_transaction import find_shown
from farthing.ingest.suggestions.ask import open_questions
from snapshot import snapshot
from world import Bank, Family


async def shown(household: Family, ref: str, account_name: str = "checking") -> Shown:
    key = await household.id_of(ref, account_name=account_name)
    async with household.desk() as desk:
        return await find_shown(desk, key)


async def pays_back(household: Family, ref: str, account_name: str = "checking") -> int | None:
    return (await shown(household, ref, account_name)).refund_of


async def recategorise(household: Family, ref: str, slug: str) -> int:
    wish = Edit(category_id=await household.category(slug))
    revised = await edit_many(household.world, household.household_id, household.actor, wish, ids=[await household.id_of(ref)])
    assert revised.batch_id
    return revised.batch_id


PURCHASE, REFUND = "2026-10-20 -80.00 ZALANDO code GENERAL_MERCHANDISE_CLOTHING_AND_ACCESSORIES x1", "2026-11-12 30.00 ZALANDO x2"


@pytest.mark.parametrize("order", [(PURCHASE, REFUND), (REFUND, PURCHASE)], ids=["purchase-first", "refund-first"])
async def test_a_refund_nets_its_category_in_its_own_month(household: Family, bank: Bank, order: tuple[str, str]) -> None:
    """Given a purchase in October, when a part of it comes back in November, then that nets November and not October."""
    for line in order:
        await bank(line)

    assert await pays_back(household, "x2") == await household.id_of("x1")
    slug = (await shown(household, "x1")).category.slug
    assert await household.spent("2026-10") == {slug: "-80.00"}
    assert await household.spent("2026-11") == {slug: "30.00"}
    assert await household.is_sound()


async def test_a_refund_on_the_same_day_is_two_rows_that_cancel(household: Family, bank: Bank) -> None:
    """Given a payment and its refund in one sync, then both stand, neither is a duplicate or a transfer, and nothing was spent."""
    await bank("2026-11-12 -80.00 SAFEWAY x1", "2026-11-12 80.00 SAFEWAY x2")

    assert len(await household.rows()) == 2
    assert await pays_back(household, "x2") == await household.id_of("x1")
    assert (await shown(household, "x2")).transfer_id is None
    assert await household.spent("2026-11") == {}


async def test_a_purchase_comes_back_in_parts_and_never_more_than_it_was(household: Family, bank: Bank) -> None:
    await bank("2026-11-02 -80.00 SAFEWAY x1")
    await bank("2026-11-03 30.00 SAFEWAY x2")
    await bank("2026-11-04 50.00 SAFEWAY x3")
    await bank("2026-11-05 10.00 SAFEWAY x4")

    assert [await pays_back(household, ref) is not None for ref in ("x2", "x3", "x4")] == [True, True, False]


async def test_a_reversal_finds_its_charge(household: Family, bank: Bank) -> None:
    """Given a charge, when the bank takes it back under words of its own, then it is paid back in full."""
    await bank("2026-11-02 -35.20 SAFEWAY x1", "2026-11-03 -12.00 CHIPOTLE x2")
    await bank("2026-11-05 35.20 REVERSAL x3")

    assert await pays_back(household, "x3") == await household.id_of("x1")
    assert "groceries" not in await household.spent("2026-11")


async def test_a_refund_to_another_account_finds_its_purchase(household: Family, bank: Bank) -> None:
    await bank("2026-11-02 -80.00 SAFEWAY in card x1")
    await bank("2026-11-12 80.00 SAFEWAY x2")

    assert await pays_back(household, "x2") == await household.id_of("x1", account_name="card")


async def test_a_refund_follows_its_purchase_to_another_category(household: Family, bank: Bank) -> None:
    """Given a linked refund, when the owner sorts the purchase otherwise, then the refund nets that; undone, it is as it was."""
    await bank("2026-11-02 -80.00 SAFEWAY x1", "2026-11-12 30.00 SAFEWAY x2")
    before = await snapshot(household)
    batch = await recategorise(household, "x1", "gifts")

    assert await household.spent("2026-11") == {"gifts": "-50.00"}
    assert (await shown(household, "x2")).source == "refund"
    undone = await undo(household.world, household.household_id, household.actor, batch)
    assert undone.refused == ()
    after = await snapshot(household)
    assert (after["rows"], after["sums"], after["pairs"]) == (before["rows"], before["sums"], before["pairs"])


async def test_what_the_owner_said_of_a_refund_stays(household: Family, bank: Bank) -> None:
    await bank("2026-11-02 -80.00 SAFEWAY x1", "2026-11-12 30.00 SAFEWAY x2")
    await recategorise(household, "x2", "gifts")
    await recategorise(household, "x1", "vet")

    assert await household.spent("2026-11") == {"gifts": "30.00", "vet": "-80.00"}


async def test_a_refund_of_a_split_purchase_nets_the_part_of_its_amount(household: Family, bank: Bank) -> None:
    await bank("2026-11-02 -80.00 SAFEWAY x1")
    food, vet = await household.category("groceries"), await household.category("vet")
    key = await household.id_of("x1")
    await split_up(household.world, household.household_id, household.actor, key, [Slice(-5000, food), Slice(-3000, vet)])
    await bank("2026-11-12 30.00 SAFEWAY x2")

    assert await household.spent("2026-11") == {"groceries": "-50.00"}


async def test_a_refund_whose_purchase_is_gone_is_free_again(household: Family, bank: Bank) -> None:
    await bank("2026-11-02 -80.00 SAFEWAY x1", "2026-11-12 80.00 SAFEWAY x2")
    await bank("gone x1")
    assert await pays_back(household, "x2") is None

    await bank("2026-11-04 -80.00 SAFEWAY x3")
    assert await pays_back(household, "x2") == await household.id_of("x3")


async def test_a_part_that_several_purchases_could_mean_is_asked_about(household: Family, bank: Bank) -> None:
    await bank("2026-11-02 -80.00 SAFEWAY x1", "2026-11-03 -82.00 SAFEWAY x2", "2026-11-12 5.00 SAFEWAY x3")

    assert await pays_back(household, "x3") is None
    async with household.unit() as (unit, sealer):
        (question,) = await open_questions(unit, sealer)
    assert (question.kind.name, question.right) == ("REFUND", await household.id_of("x3"))


async def test_pay_from_where_one_shops_is_no_refund(household: Family, bank: Bank) -> None:
    await bank("2026-11-02 -80.00 SAFEWAY x1", "2026-11-12 60.00 SAFEWAY code INCOME_WAGES x2")

    assert await pays_back(household, "x2") is None or (await shown(household, "x2")).category.group != "income"

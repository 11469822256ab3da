"""The owner says what belongs together and what does not; each word is a batch with a history, and can be undone."""

from __future__ import annotations

import pytest

from farthing.core.errors import FarthingError
from farthing.flows.history import history
from farthing.flows.pair_by_hand import join_transfer, link_refund, part_rows
from farthing.flows.revise import Revised
from farthing.flows.show import Shown
from farthing.flows.split_up import Slice, split_up
from farthing.flows.undo import undo
from farthing.flows.view_transaction import find_shown
from farthing.ingest.pairing.model import KIND_REFUND, KIND_TRANSFER
from rebuilt import rebuilt_difference
from snapshot import snapshot
from world import Bank, Family

OUT, INTO = "2026-11-02 -500.00 ZORBLAX x1", "2026-11-03 500.00 QUUX in savings x2"
WHERE = {"x2": "savings", "x5": "savings"}


async def key(household: Family, ref: str) -> int:
    return await household.id_of(ref, account_name=WHERE.get(ref, "checking"))


async def shown(household: Family, ref: str) -> Shown:
    async with household.desk() as desk:
        return await find_shown(desk, await household.id_of(ref, account_name=WHERE.get(ref, "checking")))


async def join(household: Family, one: str, other: str) -> Revised:
    return await join_transfer(
        household.world, household.household_id, household.actor, await key(household, one), await key(household, other)
    )


async def link(household: Family, refund: str, purchase: str, amount: str | None = None) -> Revised:
    ids = await key(household, refund), await key(household, purchase)
    return await link_refund(household.world, household.household_id, household.actor, *ids, amount=amount)


async def test_two_rows_are_a_transfer_by_the_owners_word_until_it_is_undone(household: Family, bank: Bank) -> None:
    await bank(OUT, INTO)
    before = await snapshot(household)

    revised = await join(household, "x1", "x2")
    assert (await shown(household, "x1")).transfer_id == await key(household, "x2")
    assert [r.split()[-2:] for r in await household.rows()] == [["transfer", "transfer"]] * 2

    assert revised.batch_id
    undone = await undo(household.world, household.household_id, household.actor, revised.batch_id)
    assert (undone.undone, undone.refused) == (2, ())
    assert await snapshot(household) == before
    assert undone.batch_id
    await undo(household.world, household.household_id, household.actor, undone.batch_id)
    assert (await shown(household, "x2")).transfer_id == await key(household, "x1")


async def test_a_pair_taken_apart_is_never_made_again(household: Family, bank: Bank) -> None:
    """Given a pair of ours, when the owner takes it apart, then nothing later joins these two, and the owner's word can be undone."""
    await bank("2026-11-02 -500.00 TRANSFER TO SAVINGS x1", "2026-11-03 500.00 TRANSFER FROM CHECKING in savings x2")
    before = await snapshot(household)
    one = await key(household, "x1")
    revised = await part_rows(household.world, household.household_id, household.actor, one, kind=KIND_TRANSFER)
    await bank("2026-11-04 -500.00 TRANSFER TO SAVINGS x1", "2026-11-04 500.00 TRANSFER FROM CHECKING in savings x2")
    assert (await shown(household, "x1")).transfer_id is None

    await bank("2026-11-02 -500.00 TRANSFER TO SAVINGS x1", "2026-11-03 500.00 TRANSFER FROM CHECKING in savings x2")
    assert revised.batch_id
    await undo(household.world, household.household_id, household.actor, revised.batch_id)
    assert (await snapshot(household))["pairs"] == before["pairs"]
    assert (await shown(household, "x1")).transfer_id == await key(household, "x2")


async def test_a_pair_of_ours_is_confirmed_and_history_tells_both(household: Family, bank: Bank) -> None:
    await bank("2026-11-02 -500.00 TRANSFER TO SAVINGS x1", "2026-11-03 500.00 TRANSFER FROM CHECKING in savings x2")
    assert (await join(household, "x1", "x2")).count == 2
    assert (await join(household, "x2", "x1")).count == 0

    async with household.desk() as desk:
        told = await history(desk, await key(household, "x2"))
    assert "transfer_id" in {t.field for t in told}


async def test_a_category_of_the_owners_stays(household: Family, bank: Bank) -> None:
    from farthing.flows.bulk import edit_many
    from farthing.flows.edit import Edit

    await bank(OUT, INTO)
    wish = Edit(category_id=await household.category("groceries"))
    await edit_many(household.world, household.household_id, household.actor, wish, ids=[await key(household, "x1")])
    await join(household, "x1", "x2")

    assert (await shown(household, "x1")).category.slug == "groceries"
    assert (await shown(household, "x1")).transfer_id == await key(household, "x2")


@pytest.mark.parametrize(
    ("one", "other", "code", "status"),
    [
        ("x1", "x1", "same_row", 422),
        ("x1", "x3", "same_account", 422),
        ("x1", "x5", "same_sign", 422),
        ("x4", "x2", "amounts_differ", 422),
    ],
)
async def test_what_is_no_transfer_is_refused(household: Family, bank: Bank, one: str, other: str, code: str, status: int) -> None:
    await bank(OUT, INTO, "2026-11-03 500.00 ACME x3", "2026-11-03 -50.00 ACME x4", "2026-11-03 -500.00 ACME in savings x5")

    with pytest.raises(FarthingError) as refused:
        await join(household, one, other)
    assert (refused.value.code, refused.value.status) == (code, status)


async def test_a_row_has_one_other_half(household: Family, bank: Bank) -> None:
    await bank(OUT, INTO, "2026-11-03 -500.00 ACME x4")
    await join(household, "x1", "x2")

    with pytest.raises(FarthingError) as refused:
        await join(household, "x4", "x2")
    assert (refused.value.code, refused.value.status) == ("already_paired", 409)


async def test_a_split_row_is_no_half(household: Family, bank: Bank) -> None:
    await bank(OUT, INTO)
    food = await household.category("groceries")
    ids = household.world, household.household_id, household.actor, await key(household, "x1")
    await split_up(*ids, [Slice(-20000, food), Slice(-30000, food)])

    with pytest.raises(FarthingError) as refused:
        await join(household, "x1", "x2")
    assert refused.value.code == "is_split"


async def test_a_refund_is_linked_in_part_by_the_owners_word(household: Family, bank: Bank) -> None:
    await bank("2026-11-02 -80.00 SAFEWAY x1", "2026-11-12 40.00 QUUX x3", "2026-11-13 60.00 ACME x4")
    before = await snapshot(household)
    revised = await link(household, "x3", "x1", "30.00")
    assert (await shown(household, "x3")).refund_of == await key(household, "x1")
    assert (await shown(household, "x3")).category.slug == "groceries"

    with pytest.raises(FarthingError) as refused:
        await link(household, "x4", "x1", "60.00")
    assert (refused.value.code, refused.value.field) == ("more_than_left", "amount")
    await link(household, "x4", "x1")
    assert (await shown(household, "x1")).refunded == 8000

    ids = household.world, household.household_id, household.actor
    await part_rows(*ids, await key(household, "x4"), kind=KIND_REFUND)
    assert revised.batch_id
    await undo(*ids, revised.batch_id)
    after = await snapshot(household)
    assert (after["rows"], after["sums"]) == (before["rows"], before["sums"])


@pytest.mark.parametrize(("refund", "purchase", "code"), [("x1", "x4", "same_sign"), ("x3", "x3", "same_row"), ("x4", "x3", "same_sign")])
async def test_what_is_no_refund_is_refused(household: Family, bank: Bank, refund: str, purchase: str, code: str) -> None:
    await bank("2026-11-02 -80.00 SAFEWAY x1", "2026-11-12 40.00 QUUX x3", "2026-11-13 -60.00 ACME x4")

    with pytest.raises(FarthingError) as refused:
        await link(household, refund, purchase)
    assert refused.value.code == code


async def test_what_the_owner_joined_and_took_apart_is_rebuilt(household: Family, bank: Bank) -> None:
    """Given pairs of ours, of the owner's, one taken apart and a refund in part, then the ledger rebuilt is the ledger that stands."""
    await bank(OUT, INTO, "2026-11-02 -80.00 SAFEWAY x3", "2026-11-12 40.00 BLORP x4")
    await bank("2026-11-06 -70.00 TRANSFER TO SAVINGS x6", "2026-11-06 70.00 TRANSFER FROM CHECKING in savings x5")
    await join(household, "x1", "x2")
    await link(household, "x4", "x3", "30.00")
    await part_rows(household.world, household.household_id, household.actor, await key(household, "x6"), kind=KIND_TRANSFER)

    assert await rebuilt_difference(household.world, household.household_id) == []

"""Transfers end to end: two real legs in two accounts, whenever and however they came, and never one that is not there."""

from __future__ import annotations

import pytest

from farthing.flows.add_by_hand import Entry, add_by_hand, delete_transaction
from farthing.flows.bulk import edit_many
from farthing.flows.edit import Edit
from farthing.flows.history import history
from farthing.flows.pair_by_hand import part_rows
from farthing.flows.split_up import Slice, split_up
from farthing.flows.undo import undo
from farthing.flows.view_transaction import find_shown
from farthing.flows.world import World
from farthing.ingest.pairing.model import KIND_TRANSFER
from snapshot import snapshot
from world import TODAY, Bank, Family, found

OUT, INTO = "2026-11-02 -500.00 TRANSFER TO SAVINGS x1", "2026-11-03 500.00 TRANSFER FROM CHECKING in savings x2"


async def half(household: Family, ref: str, account_name: str = "checking") -> int | None:
    """The other half of a bank's row."""
    key = await household.id_of(ref, account_name=account_name)
    async with household.desk() as desk:
        return (await find_shown(desk, key)).transfer_id


@pytest.mark.parametrize("order", [(OUT, INTO), (INTO, OUT)], ids=["out-first", "in-first"])
async def test_legs_that_come_in_two_syncs_pair(household: Family, bank: Bank, order: tuple[str, str]) -> None:
    """Given one leg, when the other comes later, then they are one transfer."""
    await bank(order[0])
    await bank(order[1])

    assert [r.split()[-2:] for r in await household.rows()] == [["transfer", "transfer"]] * 2, "its category, and its other half"
    assert await half(household, "x1") == await household.id_of("x2", account_name="savings")
    assert await household.is_sound()


async def test_a_leg_alone_waits_and_is_no_spending(household: Family, bank: Bank) -> None:
    """Given money sent to an account that is not linked, then there is one row, no invented leg, and nothing is spent."""
    await bank(OUT)

    assert len(await household.rows()) == 1
    async with household.desk() as desk:
        shown = await find_shown(desk, await household.id_of("x1"))
    assert (shown.transfer_id, shown.category.group, shown.counts_in) == (None, "transfer", ())


async def test_a_leg_from_a_file_pairs_with_the_banks(household: Family, bank: Bank) -> None:
    bank.has("savings")
    await bank(OUT)
    await bank.file("2026-11-03 500.00 TRANSFER FROM CHECKING", account_name="savings")

    assert await half(household, "x1") is not None


async def test_a_leg_by_hand_pairs_with_the_banks(household: Family, bank: Bank) -> None:
    bank.has("savings")
    await bank(OUT)
    entry = Entry(
        account_id=await household.account_id("savings"), date=TODAY.replace(day=2), amount="500", merchant="Transfer from checking"
    )
    await add_by_hand(household.world, household.household_id, household.actor, entry)

    assert await half(household, "x1") is not None


async def test_a_purchase_and_a_deposit_of_equal_amount_are_no_transfer(household: Family, bank: Bank) -> None:
    await bank("2026-11-02 -500.00 WHOLE FOODS x1", "2026-11-02 500.00 TRANSFER FROM CHECKING in savings x2")

    assert await half(household, "x1") is None
    assert (await household.spent("2026-11"))["groceries"] == "-500.00"


async def test_a_leg_whose_amount_is_corrected_comes_apart(household: Family, bank: Bank) -> None:
    """Given a pair, when the bank corrects one amount, then both wait again; when it corrects the other, they are a pair again."""
    await bank(OUT, INTO)
    await bank("2026-11-02 -505.00 TRANSFER TO SAVINGS x1", "2026-11-03 300.00 TRANSFER FROM CHECKING in savings x2")
    assert await half(household, "x1") is None

    await bank("2026-11-03 505.00 TRANSFER FROM CHECKING in savings x2")
    assert await half(household, "x1") == await household.id_of("x2", account_name="savings")
    assert await household.is_sound()


async def test_a_leg_that_the_bank_takes_back_frees_the_other(household: Family, bank: Bank) -> None:
    """Given a pair, when one leg is void and comes again under another id, then the one that waited has it."""
    await bank(OUT, "2026-11-03 500.00 DEPOSIT in savings x2")
    assert await half(household, "x1") is not None
    assert [r for r in await household.rows() if "500.00" in r and "transfer transfer" in r]

    await bank("gone x1")
    assert await half(household, "x2", "savings") is None
    assert [r.split()[-1] for r in await household.rows(void=False)] == ["deposits"], "it was a transfer only by its other half"

    await bank("2026-11-03 -500.00 TRANSFER TO SAVINGS x3")
    assert await half(household, "x3") == await household.id_of("x2", account_name="savings")


async def test_a_row_that_is_booked_stays_paired(household: Family, bank: Bank) -> None:
    """Given a pending leg that is paired, when it is booked under a new id, then it is the same transfer."""
    await bank("2026-11-02 -500.00 TRANSFER TO SAVINGS pending p1", INTO)
    before = await half(household, "x2", "savings")

    await bank("2026-11-03 -500.00 TRANSFER TO SAVINGS settles p1 x1")

    assert await half(household, "x2", "savings") == before == await household.id_of("x1")


async def test_a_leg_that_is_deleted_or_split_comes_apart_until_it_is_undone(household: Family, bank: Bank) -> None:
    await bank(OUT, INTO)
    key = await household.id_of("x1")
    before = await snapshot(household)
    world, who = household.world, household.actor
    food = await household.category("groceries")
    for how in ("deleted", "split"):
        if how == "deleted":
            revised = await delete_transaction(world, household.household_id, who, key)
        else:
            revised = await split_up(world, household.household_id, who, key, [Slice(-20000, food), Slice(-30000, food)])
        assert await half(household, "x2", "savings") is None
        assert revised.batch_id
        undone = await undo(world, household.household_id, who, revised.batch_id)
        assert undone.refused == ()
        assert await snapshot(household) == before


@pytest.mark.parametrize("how", ["deleted", "split"])
async def test_a_leg_that_was_away_while_the_other_came_is_paired_when_it_is_back(household: Family, bank: Bank, how: str) -> None:
    await bank(OUT)
    key, food = await household.id_of("x1"), await household.category("groceries")
    world, who = household.world, household.actor
    if how == "deleted":
        revised = await delete_transaction(world, household.household_id, who, key)
    else:
        revised = await split_up(world, household.household_id, who, key, [Slice(-20000, food), Slice(-30000, food)])
    await bank(INTO)
    before = await snapshot(household)
    assert await half(household, "x2", "savings") is None

    assert revised.batch_id
    undone = await undo(world, household.household_id, who, revised.batch_id)
    assert await half(household, "x2", "savings") == key
    async with household.desk() as desk:
        told = [t for t in await history(desk, key) if t.field == "transfer_id"]
    assert [(t.before, t.why) for t in told] == [(None, "the other side is in another of your accounts")]

    assert undone.batch_id
    await undo(world, household.household_id, who, undone.batch_id)
    assert await snapshot(household) == before, "and apart again when it is away again"
    assert await household.is_sound()


async def test_a_leg_that_is_back_stays_apart_where_its_owner_took_it_apart(household: Family, bank: Bank) -> None:
    await bank(OUT, INTO)
    key = await household.id_of("x1")
    await part_rows(household.world, household.household_id, household.actor, key, kind=KIND_TRANSFER)
    revised = await delete_transaction(household.world, household.household_id, household.actor, key)
    assert revised.batch_id
    await undo(household.world, household.household_id, household.actor, revised.batch_id)
    assert await half(household, "x1") is None


async def test_a_leg_that_the_owner_calls_spending_is_no_transfer_and_the_two_never_pair_again(household: Family, bank: Bank) -> None:
    """Given a pair we made, when the owner says what one leg was, then the other is sorted anew and the same two are not joined again."""
    await bank(OUT, "2026-11-03 500.00 DEPOSIT in savings x2")
    key = await household.id_of("x1")
    wish = Edit(category_id=await household.category("groceries"))
    revised = await edit_many(household.world, household.household_id, household.actor, wish, ids=[key])

    assert [r.split()[-1] for r in await household.rows()] == ["deposits", "groceries"]
    await bank("2026-11-03 500.00 TRANSFER FROM CHECKING in savings x2")
    assert await half(household, "x1") is None

    assert revised.batch_id
    undone = await undo(household.world, household.household_id, household.actor, revised.batch_id)
    assert undone.undone > 0


async def test_a_card_payment_is_never_spending(household: Family, bank: Bank) -> None:
    """Given a payment to a card that is linked and one to a card that is not, then neither is spent, and the first has its other half."""
    await bank(
        "2026-11-02 -812.40 CHASE CREDIT CRD AUTOPAY x1",
        "2026-11-04 812.40 PAYMENT THANK YOU in card x2",
        "2026-11-05 -99.00 DISCOVER E-PAYMENT x3",
    )

    assert await half(household, "x1") == await household.id_of("x2", account_name="card")
    assert await half(household, "x3") is None
    assert {r.split()[-2 if r.endswith("transfer") else -1] for r in await household.rows()} == {"card_payment"}
    assert await household.spent("2026-11") == {"card_payment": "-99.00"}


async def test_two_households_never_share_a_pair(world: World, household: Family, bank: Bank) -> None:
    other = await found(world)
    await bank(OUT)
    await other.bank(INTO)

    assert await half(household, "x1") is None

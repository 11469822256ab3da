"""The history of a row says who or what set each field, when, why and what it replaced."""

from __future__ import annotations

import datetime as dt

import pytest

from farthing.core.dates import FixedClock
from farthing.core.errors import Missing
from farthing.core.ids import public
from farthing.flows.edit import Edit, edit_transaction
from farthing.flows.history import Told, history
from farthing.flows.pair_by_hand import join_transfer
from farthing.flows.undo import undo
from world import NOW, Bank, Family


async def told(household: Family, transaction_id: int) -> list[Told]:
    async with household.desk() as desk:
        return await history(desk, transaction_id)


def short(items: list[Told]) -> list[tuple[str, object, object, str]]:
    return [(t.field, t.before, t.after, t.by) for t in items]


async def test_a_row_tells_its_life_oldest_first(household: Family, bank: Bank) -> None:
    await bank("2026-10-01 -50.00 ZORBLAX pending x1")
    row = await household.id_of("x1")
    edit = Edit(category_id=await household.category("vet"), note="cat")
    edited = await edit_transaction(household.world, household.household_id, household.actor, row, edit)
    await bank("2026-10-02 -62.00 ZORBLAX settles x1 x2", "gone x1")
    assert edited.batch_id is not None
    await undo(household.world, household.household_id, household.actor, edited.batch_id)
    items = await told(household, row)
    assert short(items) == [
        ("transaction", None, {"amount": "-50.00", "date": "2026-10-01", "status": "pending", "category": "uncategorised"}, "bank"),
        ("category", "uncategorised", "vet", "owner"),
        ("note", "", "cat", "owner"),
        ("reviewed", False, True, "owner"),
        ("amount", "-50.00", "-62.00", "bank"),
        ("posted_date", None, "2026-10-02", "bank"),
        ("status", "pending", "posted", "bank"),
        ("category", "vet", "uncategorised", "owner"),
        ("note", "cat", "", "owner"),
        ("reviewed", True, False, "owner"),
    ]
    assert items[1].why == "you said so"
    assert items[4].why == "settled from a pending row of 50.00 one day earlier: same merchant, 24 % tip"
    assert items[1].member_id == household.member_id


async def test_each_change_has_its_own_time(household: Family, bank: Bank) -> None:
    await bank("2026-10-01 -50.00 ZORBLAX x1")
    assert isinstance(household.world.clock, FixedClock)
    household.world.clock.forward(hours=1)
    row = await household.id_of("x1")
    await edit_transaction(household.world, household.household_id, household.actor, row, Edit(note="later"))
    assert [t.at for t in await told(household, row)] == [NOW, NOW + dt.timedelta(hours=1)]


async def test_a_row_from_a_file_says_so(household: Family, bank: Bank) -> None:
    await bank()
    await bank.file("2026-10-01 -5.00 ZORBLAX")
    async with household.unit() as (unit, _):
        row = await unit.conn.fetchval("select transaction_id from transaction")
    assert [(t.by, t.why) for t in await told(household, row)] == [("file", "it stood in a file")]


async def test_no_such_row_has_no_history(household: Family) -> None:
    with pytest.raises(Missing):
        await told(household, 12345)


async def test_a_pair_that_was_made_by_itself_says_why_on_both_rows(household: Family, bank: Bank) -> None:
    await bank(
        "2026-11-02 -500.00 TRANSFER TO SAVINGS x1", "2026-11-03 500.00 TRANSFER FROM CHECKING in savings x2",
        "2026-11-04 -30.00 ZORBLAX x3", "2026-11-06 30.00 REFUND ZORBLAX x4",
    )  # fmt: skip
    rows = [
        await household.id_of("x1"),
        await household.id_of("x2", account_name="savings"),
        *[await household.id_of(r) for r in ("x3", "x4")],
    ]
    said = [[(t.field, t.after, t.by, t.why) for t in await told(household, i) if t.field != "transaction"] for i in rows]
    one, other, bought, back = [public("txn", i) for i in rows]
    transfer = "equal amounts, 1 day apart, both read as a transfer, one names the other account"
    refund = "the whole amount, the same payee, 2 days apart, it says that it pays back"
    assert said == [
        [("transfer_id", other, "bank", transfer)],
        [("transfer_id", one, "bank", transfer)],
        [("refunded_by", back, "bank", refund)],
        [("refund_of", bought, "bank", refund)],
    ]


async def test_a_pair_that_its_owner_confirmed_is_told_once(household: Family, bank: Bank) -> None:
    await bank("2026-11-02 -500.00 TRANSFER TO SAVINGS x1", "2026-11-03 500.00 TRANSFER FROM CHECKING in savings x2")
    x1, x2 = await household.id_of("x1"), await household.id_of("x2", account_name="savings")
    await join_transfer(household.world, household.household_id, household.actor, x1, x2)
    assert [(t.field, t.why) for t in await told(household, x1)] == [
        ("transaction", "the bank reported it"),
        ("transfer_id", "you said so"),
    ]

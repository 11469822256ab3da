"""Month sums: two ways to bring them up to date with one result, and a check that notices whatever is wrong with them."""

from __future__ import annotations

import random
from typing import Any

import pytest

from farthing.core.dates import Month
from farthing.flows.bring_rates import bring_rates
from farthing.flows.split_up import Slice, split_up
from farthing.flows.world import World
from farthing.ledger import rollup
from farthing.ledger.rollup import rebuild
from farthing.ledger.verifying.verify import verify
from world import Bank, Family

SUMS = (
    "total_in", "total_out", "pending_in", "pending_out", "home_in", "home_out", "home_pending_in", "home_pending_out", "n", "n_once",
    "n_hidden", "n_void",
)  # fmt: skip


async def stored(household: Family) -> dict[tuple[Any, ...], tuple[Any, ...]]:
    async with household.unit() as (unit, _):
        rows = await unit.conn.fetch(f"select month, category_id, account_id, currency, {', '.join(SUMS)} from rollup_month")
    return {tuple(r)[:4]: tuple(r)[4:] for r in rows}


def batch(dice: random.Random, count: int, at: str) -> list[str]:
    """Purchases and pay of two months, some pending, some in a unit that has no rate, most at shops that are known."""
    shops = ("SAFEWAY", "SHELL OIL", "PAYROLL", "ZORBLAX", "STARBUCKS")
    rows = []
    for n in range(count):
        unit = dice.choices(("", "EUR"), (9, 1))[0]
        sign = dice.choices(("-", ""), (9, 1))[0]
        day = f"2026-{dice.choice((9, 10)):02d}-{dice.randint(1, 28):02d}"
        pending = " pending" if dice.random() < 0.1 else ""
        rows.append(f"{day} {sign}{dice.randint(1, 90)}.{dice.randint(0, 99):02d}{unit} {dice.choice(shops)}{pending} {at}{n}")
    return rows


async def test_adding_to_big_months_gives_what_rebuilding_them_gives(household: Family, bank: Bank) -> None:
    dice = random.Random(7)
    await bank(*batch(dice, rollup.REBUILD_ROWS_MAX + 100, "x"))
    for at in ("y", "z"):
        await bank(*batch(dice, rollup.SMALL_BATCH + 30, at))
    added = await stored(household)
    assert any(key[3] == "EUR" and sums[4] is None for key, sums in added.items()), "home sums without a rate are unknown, not nothing"
    async with household.desk() as desk:
        await rebuild(desk.unit, desk.household, [Month(2026, 9).first, Month(2026, 10).first])
    assert await stored(household) == added
    assert await household.is_sound()


async def test_rebuilding_the_categories_of_a_few_new_rows_gives_what_rebuilding_their_months_gives(household: Family, bank: Bank) -> None:
    """Given months with parts, pending rows and rows without a rate, when single rows come, then no sum is other than it would be."""
    dice = random.Random(11)
    await bank("2026-09-30 -30.00 SAFEWAY in savings w1", "2026-09-30 -7.00 SAFEWAY in savings w2", *batch(dice, 60, "x"))
    parts = [Slice(-2000, await household.category("groceries")), Slice(-1000, await household.category("coffee"))]
    row = await household.id_of("w1", account_name="savings")
    await split_up(household.world, household.household_id, household.actor, row, parts)
    for at in range(12):
        await bank(*batch(dice, dice.randint(1, 3), f"y{at}-"))
    stepwise = await stored(household)
    async with household.desk() as desk:
        await rebuild(desk.unit, desk.household, [Month(2026, 9).first, Month(2026, 10).first])
    assert await stored(household) == stepwise
    assert await household.is_sound()


async def test_a_sum_that_was_wrong_is_right_again_once_a_row_comes_to_its_category(household: Family, bank: Bank) -> None:
    await bank("2026-10-01 -4.50 STARBUCKS x1", "2026-10-01 -9.00 SHELL OIL x2")
    async with household.unit() as (unit, _):
        await unit.conn.execute("update rollup_month set total_out = total_out - 1, n = n + 1")
    await bank("2026-10-03 -2.00 STARBUCKS x3", "2026-10-03 -2.00 SHELL OIL x4")
    assert await household.is_sound()


@pytest.mark.parametrize("column", SUMS)
async def test_a_wrong_sum_is_named_with_its_month_and_category(household: Family, bank: Bank, column: str) -> None:
    await bank("2026-10-01 -4.50 STARBUCKS x1", "2026-10-02 -7.00 STARBUCKS pending x2", "2026-10-02 1200.00 PAYROLL x3")
    async with household.unit() as (unit, _):
        await unit.conn.execute(f"update rollup_month set {column} = {column} + 1 where total_out = -1150")
        (wrong,) = await verify(unit)
    assert "2026-10" in wrong.what
    assert column in wrong.what


async def test_a_key_too_many_and_one_too_few_are_noticed(household: Family, bank: Bank) -> None:
    await bank("2026-10-01 -4.50 STARBUCKS x1")
    async with household.unit() as (unit, _):
        await unit.conn.execute("update rollup_month set month = '2026-11-01'")
        assert len(await verify(unit)) == 2


async def test_home_sums_are_checked_at_the_rows_own_rates(world: World, household: Family, bank: Bank) -> None:
    await bring_rates(world)
    await bank("2026-10-01 -4.50EUR STARBUCKS x1", "2026-10-02 -9.00EUR STARBUCKS pending x2")
    assert await household.is_sound()
    async with household.unit() as (unit, _):
        await unit.conn.execute("update transaction set home_amount = home_amount - 1 where status = 1")
        (wrong,) = await verify(unit)
    assert "home_out" in wrong.what
    async with world.db.shared() as conn:
        await conn.execute("delete from rate")

"""Different ways that must lead to the same ledger: any order, any size of pages, bit by bit or at once, told twice."""

from __future__ import annotations

import random
from collections import Counter

import pytest

from farthing.flows.edit import Edit, edit_transaction
from farthing.flows.world import World
from simulation.bank import Purchase
from simulation.conftest import _rates  # noqa: F401 the rates of the lives
from simulation.life import Life
from simulation.proof import STEPS
from snapshot import snapshot
from world import Family, found

NEWS = [
    "2026-10-01 -50.00 BISTRO pending x1",
    "gone x1",
    "2026-10-02 -62.00 BISTRO settles x1 x2",
    "2026-10-01 -4.50 GRULTZ x3",
    "2026-10-01 -4.50 GRULTZ x4",
    "2026-10-03 -250.00 TRANSFER TO SAVINGS code TRANSFER_OUT_ACCOUNT_TRANSFER x5",
    "2026-10-04 250.00 TRANSFER FROM CHECKING code TRANSFER_IN_ACCOUNT_TRANSFER in savings x6",
    "2026-09-30 -80.00 ZARA x7",
    "2026-10-05 80.00 ZARA x8",
    "gone x99",
    "2026-10-06 -1200JPY SUSHI BAR x9",
]


async def ledger(household: Family) -> tuple[list[str], dict[str, str]]:
    assert await household.is_sound()
    spent = {f"{month} {slug}": v for month in ("2026-09", "2026-10") for slug, v in (await household.spent(month)).items()}
    return sorted(await household.rows(void=False)), spent


async def fed(world: World, pages: list[list[str]]) -> tuple[list[str], dict[str, str]]:
    """A new household that was told these pages, a sync each."""
    household = await found(world)
    for page in pages:
        await household.bank(*page)
    return await ledger(household)


@pytest.mark.parametrize("size", [1, 2, 3, 5])
async def test_pages_of_any_size_lead_to_one_ledger(world: World, size: int) -> None:
    assert await fed(world, [NEWS[i : i + size] for i in range(0, len(NEWS), size)]) == await fed(world, [NEWS])


@pytest.mark.parametrize("seed", range(6))
async def test_in_whatever_order_pages_come_the_ledger_is_the_same(world: World, seed: int) -> None:
    """Of one row alone the order is kept: a pending row is told before it settles. Everything else may come in any order, and twice."""
    rng = random.Random(seed)
    first, rest = NEWS[0], NEWS[1:]
    rng.shuffle(rest)
    told = [first, *rest, *rng.sample(rest, k=4)]
    pages = [told[i : i + 3] for i in range(0, len(told), 3)]
    pages = [list(dict.fromkeys(page)) for page in pages]
    assert await fed(world, pages) == await fed(world, [NEWS])


async def test_what_is_told_again_changes_nothing_at_all(household: Family) -> None:
    await household.bank(*NEWS[:1])
    await household.bank(*NEWS[1:])
    before = await snapshot(household)
    await household.bank(*NEWS[1:])
    await household.bank(*reversed(NEWS[1:]))
    assert await snapshot(household) == before


async def test_no_sync_writes_what_is_the_owners(household: Family) -> None:
    """Whatever the bank says of a row, its owner's columns stay as they are, byte for byte."""
    columns = "category_id, category_source, confidence, owner_date, owner_sealed, hidden, reviewed, discarded"
    await household.bank("2026-10-01 -50.00 ZORBLAX pending x1")
    row = await household.id_of("x1")
    wish = Edit(category_id=await household.category("coffee"), note="mine", hidden=True, tags=["work"], merchant="Joe's")
    await edit_transaction(household.world, household.household_id, household.actor, row, wish)

    async def owners() -> tuple[object, ...]:
        async with household.unit() as (unit, _):
            return tuple(await unit.conn.fetchrow(f"select {columns} from transaction where transaction_id = $1", row))

    before = await owners()
    for news in (
        ["gone x1", "2026-10-03 -62.00 ZORBLAX settles x1 x2"],
        ["2026-10-03 -61.00 ZORBLAX BAR code FOOD_AND_DRINK_GROCERIES x2"],
        ["gone x2"],
        ["2026-10-03 -61.00 ZORBLAX BAR x2"],
        ["gone x2", "2026-10-03 -61.00 ZORBLAX BAR x3"],
    ):
        await household.bank(*news)
        assert await owners() == before, news
    assert await household.id_of("x3") == row


@pytest.mark.parametrize("seed", [3, 11, 17, 24])
async def test_what_came_bit_by_bit_is_what_comes_at_once(world: World, seed: int) -> None:
    """A life told again from nothing to a new household: the same rows. (A day that only a pending row knew is the bank's day there.)"""
    life = await Life.begin(world, seed)
    for _ in range(STEPS):
        await life.step()
    await life.heal()
    lived = Counter(_bare(p) for p in life.purchases if p.live and p.at_bank)
    life.family = await _anew(life)
    for link in life.links:
        await life.exchange(link)
        await life.look(link)
    told: Counter[str] = Counter()
    for row, n in (await life.ledger()).items():
        told[_bare_of(row)] += n
    assert told == lived


async def _anew(life: Life) -> Family:
    fresh = await found(life.world)
    return Family(life.world, fresh.household_id, fresh.member_id, fresh.email, "USD")


def _bare(one: Purchase) -> str:
    return f"{one.account} {one.text.casefold()} {one.amount}{one.currency} {'pending' if one.pending else 'posted'}"


def _bare_of(row: str) -> str:
    """Without the day and without what an owner said."""
    _, rest = row.split(" ", 1)
    return rest.partition(" None ")[0]

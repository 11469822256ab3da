"""What was usual by a day of the month is what the rows of earlier months add up to, whichever side of the day is read."""

from __future__ import annotations

import datetime as dt
import random

import pytest
import pytest_asyncio

from farthing.core.dates import Month
from farthing.flows.desk import read_desk
from farthing.flows.edit import Edit, edit_transaction
from farthing.flows.list_transactions import list_page
from farthing.flows.show import Shown
from farthing.flows.split_up import Slice, split_up
from farthing.flows.usual import MONTHS, usual_by, usual_months
from farthing.flows.world import World
from farthing.ledger.reading.counting import flowed
from farthing.ledger.reading.rows import Filter
from world import Family, found

NOVEMBER = Month(2026, 11)
LIVED_IN = ("2026-06", "2026-07", "2026-09", "2026-10", "2026-11")  # August nobody bought anything, May was before


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def family(whole_world: World) -> Family:
    """Some months of purchases, refunds, pay and transfers; some hidden, split, pending, and in July some without a rate."""
    made, rng = await found(whole_world), random.Random(11)
    lines = []
    for n in range(90):
        month = LIVED_IN[n % len(LIVED_IN)]
        unit = "XTS" if month == "2026-07" and n % 4 == 0 else ""
        amount = rng.randrange(100, 30_000) / 100 * (1 if n % 7 == 0 else -1)
        day = rng.randrange(1, 22 if month == "2026-11" else 29)
        lines.append(f"{month}-{day:02d} {amount:.2f}{unit} ZORBLAX {'pending ' if n > 86 else ''}x{n}")
    await made.bank(*lines)
    who = (made.world, made.household_id, made.actor)
    categories = [await made.category(s) for s in ("groceries", "vet", "pay", "transfer", "rent")]
    for n in range(0, 90, 2):
        wish = Edit(category_id=categories[n % 5]) if n % 12 else Edit(hidden=True)
        await edit_transaction(*who, await made.id_of(f"x{n}"), wish)
    async with read_desk(*who) as desk:
        amounts = {s.row.transaction_id: s.row.amount for s in (await list_page(desk, Filter(), limit=500)).rows}
    for n in (1, 13, 25, 37, 49):
        key = await made.id_of(f"x{n}")
        third = amounts[key] // 3
        await split_up(
            *who, key, [Slice(third, categories[0]), Slice(third, categories[0]), Slice(amounts[key] - 2 * third, categories[4])]
        )
    return made


def by_hand(rows: list[Shown], home: str, day: int) -> dict[int, list[int]]:
    """The same from what each row says of itself."""
    months = [NOVEMBER.plus(-n) for n in range(1, MONTHS + 1)]
    read = {m: [s for s in rows if Month.of(s.row.date) == m and s.row.date.day <= day and s.row.counted] for m in months}
    alive = [shown for shown in read.values() if shown]
    spent: dict[int, list[int]] = {}
    for at, shown in enumerate(alive):
        for one in shown:
            row = one.row
            for amount, category in [(p.amount, c) for p, c in one.parts] if row.split else [(row.amount, one.category)]:
                kept = spent.setdefault(category.category_id, [0] * len(alive))
                at_home = amount if row.currency == home else 0
                kept[at] -= flowed(category.group, money_in=max(at_home, 0), money_out=min(at_home, 0)).money_out
    return spent


@pytest.mark.parametrize("day", [1, 5, 12, 16, 20, 27, 28, 31])
async def test_what_was_usual_by_a_day_is_the_sum_of_the_rows_until_then(family: Family, day: int) -> None:
    async with read_desk(family.world, family.household_id, family.actor) as desk:
        rows = (await list_page(desk, Filter(last=dt.date(2026, 10, 31)), limit=500)).rows
        told = await usual_by(desk, NOVEMBER, day, await usual_months(desk, NOVEMBER))

    expected = by_hand(list(rows), desk.household.currency, day)

    assert {c: v for c, v in told.items() if any(v)} == {c: v for c, v in expected.items() if any(v)}
    assert {len(v) for v in told.values()} <= {len(v) for v in expected.values()}

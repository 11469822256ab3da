"""What a batch leaves behind beside its rows."""

from __future__ import annotations

from world import Family

STATEMENT = ("2026-11-03 -4.50 STARBUCKS x1", "2026-11-04 -82.10 SAFEWAY x2")


async def pages(household: Family) -> list[tuple[int, bool]]:
    """Of each page that is kept its rows, and whether a batch leads to it: what has none is in no export and outlives its link."""
    async with household.unit() as (unit, _):
        rows = await unit.conn.fetch(
            "select row_count, exists (select 1 from batch as b where b.batch_id = l.batch_id) as led from landed as l order by landed_id"
        )
    return [(r["row_count"], r["led"]) for r in rows]


async def test_what_the_bank_says_again_is_not_kept_again(household: Family) -> None:
    await household.bank(*STATEMENT)

    again = await household.bank(*STATEMENT)

    assert (again.added, again.updated, again.known) == (0, 0, 2)
    assert await pages(household) == [(2, True)]


async def test_a_page_with_one_new_row_among_known_ones_is_kept_whole(household: Family) -> None:
    await household.bank(*STATEMENT)

    more = await household.bank(*STATEMENT, "2026-11-05 -12.00 CHIPOTLE x3")

    assert (more.added, more.known) == (1, 2)
    assert await pages(household) == [(2, True), (3, True)]

"""After the change: rows that stand out and banks that need somebody are told once, and taken back when it is no longer so."""

from __future__ import annotations

from farthing.connections.due import Kind as Work
from farthing.core.errors import NeedsOwner
from farthing.flows.edit import Edit, edit_transaction
from farthing.flows.sync import sync_connection
from farthing.flows.undo import undo
from farthing.flows.watch import watch
from farthing.notify.alerting import Kind, Lines, alerts, keep_alert_lines
from world import Bank, Family

FOOD = "code FOOD_AND_DRINK_GROCERIES"
HABIT = [f"2026-{m:02d}-{d:02d} -{40 + (7 * d + m) % 23}.00 SAFEWAY {FOOD} a{m}{d:02d}" for m in (9, 10) for d in range(1, 29)]


async def shown(household: Family) -> list[str]:
    """Alerts after a look."""
    await watch(household.world, household.household_id)
    return await household.alerts()


async def line(household: Family, minor: int | None) -> None:
    async with household.unit() as (unit, _):
        await keep_alert_lines(unit, Lines(minor))


async def test_a_row_over_the_households_line_is_told_and_taken_back_when_it_is_hidden(household: Family, bank: Bank) -> None:
    await line(household, 50_000)
    await bank("2026-11-20 -612.00 ZORBLAX x1", "2026-11-20 -499.99 QUUXLEY x2", "2026-10-02 -900.00 ZORBLAX x3")
    assert await shown(household) == ["Zorblax on 20 Nov: $612, over your line of $500"]
    await edit_transaction(household.world, household.household_id, household.actor, await household.id_of("x1"), Edit(hidden=True))
    assert await shown(household) == ["No longer so: Zorblax on 20 Nov: $612, over your line of $500"]


async def test_another_line_changes_nothing_that_was_told(household: Family, bank: Bank) -> None:
    await line(household, 50_000)
    await bank("2026-11-20 -612.00 ZORBLAX x1")
    await shown(household)
    await line(household, 100_000)
    assert await shown(household) == ["Zorblax on 20 Nov: $612, over your line of $500"]


async def test_the_amount_is_put_right_when_the_bank_books_another(household: Family, bank: Bank) -> None:
    await line(household, 50_000)
    await bank("2026-11-20 -600.00 ZORBLAX pending x1")
    await shown(household)
    await bank("2026-11-21 -660.00 ZORBLAX settles x1 x2")
    assert await shown(household) == ["Zorblax on 20 Nov: $660, over your line of $500"]


async def test_a_row_unlike_its_category_is_told_until_it_is_sorted_elsewhere(household: Family, bank: Bank) -> None:
    await bank(*HABIT, f"2026-11-20 -612.00 SAFEWAY {FOOD} x1", f"2026-11-21 -55.00 SAFEWAY {FOOD} x2")
    (said,) = await shown(household)
    assert said.startswith("Safeway on 20 Nov: $612 is unusual, Groceries is seldom over $")
    edit = Edit(category_id=await household.category("vet"))
    await edit_transaction(household.world, household.household_id, household.actor, await household.id_of("x1"), edit)
    (gone,) = await shown(household)
    assert gone.startswith("No longer so: Safeway")


async def test_what_was_taken_twice_is_told_until_one_of_them_is_gone(household: Family, bank: Bank) -> None:
    await bank("2026-11-20 -42.00 ZORBLAX x1", "2026-11-21 -42.00 ZORBLAX x2")
    assert await shown(household) == ["Zorblax took $42 twice on 21 Nov"]
    await bank("gone x2")
    assert await shown(household) == ["No longer so: Zorblax took $42 twice on 21 Nov"]


async def test_money_that_comes_back_is_told(household: Family, bank: Bank) -> None:
    await bank("2026-11-12 -80.00 ZORBLAX x1", "2026-11-20 80.00 ZORBLAX REFUND as Zorblax x2", "2026-11-21 80.00 ZORBLAX x3")
    assert [s for s in await shown(household) if "came back" in s] == ["$80 came back from Zorblax on 20 Nov"]


async def test_an_undone_import_takes_its_alerts_along(household: Family, bank: Bank) -> None:
    await line(household, 50_000)
    await bank("2026-11-02 -1.00 FIRST x1")
    batch, _ = await bank.file("2026-11-20 -612.00 ZORBLAX")
    assert len(await shown(household)) == 1
    await undo(household.world, household.household_id, household.actor, batch)
    assert (await shown(household))[0].startswith("No longer so")


async def test_a_bank_that_needs_somebody_is_told_and_that_it_is_back(household: Family, bank: Bank) -> None:
    await bank("2026-11-02 -1.00 FIRST x1")
    link = await bank.link()
    bank.teller.fail(await _token(household), NeedsOwner("sign_in"))
    await sync_connection(household.world, household.household_id, link)
    assert await household.wishes(Work.WATCH) == 1
    assert await shown(household) == ["Paper Bank needs you to sign in again"]
    await bank("2026-11-03 -1.00 SECOND x2")
    assert await shown(household) == ["Paper Bank is back"]


async def test_a_second_look_says_nothing_twice(household: Family, bank: Bank) -> None:
    await bank("2026-11-20 -42.00 ZORBLAX x1", "2026-11-21 -42.00 ZORBLAX x2")
    first, second = [await watch(household.world, household.household_id) for _ in range(2)]
    assert (len(first.raised), bool(second)) == (1, False)
    async with household.unit() as (unit, sealer):
        assert [a.kind for a in await alerts(unit, sealer)] == [Kind.DOUBLE_CHARGE]


async def _token(household: Family) -> str:
    async with household.unit() as (unit, sealer):
        row = await unit.conn.fetchrow("select connection_id, token_sealed from connection")
        return sealer.open("connection", "token_sealed", row["connection_id"], row["token_sealed"]).decode()

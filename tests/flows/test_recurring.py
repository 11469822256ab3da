"""What comes again: found beside the syncs, counted once its owner said so, and kept through whatever the rows go through."""

from __future__ import annotations

import datetime as dt

import pytest

from farthing.connections import due
from farthing.connections.due import Kind
from farthing.core.dates import FixedClock
from farthing.core.errors import Refused, Rejected
from farthing.flows.desk import read_desk
from farthing.flows.edit import Edit, edit_transaction
from farthing.flows.list_filter import read_list
from farthing.flows.list_transactions import list_page
from farthing.flows.manage_accounts import Opening, add_account, delete_account
from farthing.flows.manage_recurring import (
    RecurringEdit,
    RecurringWish,
    add_series,
    confirm_series,
    confirm_sure,
    dismiss_series,
    edit_series,
)
from farthing.flows.query_language import read_query
from farthing.flows.refresh_recurring import refresh_recurring
from farthing.flows.upcoming import upcoming
from farthing.flows.world import World
from farthing.insights.recurring.facts import facts
from farthing.insights.recurring.model import Held, State
from farthing.insights.recurring.store import held_series
from farthing.ledger.accounts import accounts
from world import Family

NETFLIX = tuple(f"2026-{m:02d}-05 -15.49 NETFLIX.COM as Netflix n{m}" for m in range(5, 11))
RENT = tuple(f"2026-{m:02d}-01 -1200.00 ALDER COURT RENT as Alder_Court r{m}" for m in range(6, 12))


async def held(family: Family) -> list[Held]:
    async with family.unit() as (unit, sealer):
        return await held_series(unit, sealer)


async def looked(family: Family) -> list[str]:
    """Every series after a look: `suggested Netflix monthly -15.49 2026-12-05`."""
    await refresh_recurring(family.world, family.household_id)
    return [f"{s.state.word} {s.title} {s.cadence.word} {s.usual / 100:.2f} {s.next_on}" for s in await held(family)]


async def coming(family: Family, days: int = 14) -> list[str]:
    async with read_desk(family.world, family.household_id, family.actor) as desk:
        return [f"{c.on} {c.name} {c.amount / 100:.2f}" for c in await upcoming(desk, days)]


async def test_a_sync_wishes_for_a_look_and_never_looks_itself(household: Family) -> None:
    await household.bank(*RENT)
    assert await held(household) == []
    assert await household.wishes(Kind.RECURRING) == 1


async def test_an_account_that_goes_takes_its_series_along(world: World, household: Family) -> None:
    opening = Opening(name="Old", kind="checking", opening_balance="0", currency="USD")
    old = await add_account(world, household.household_id, household.actor, opening)
    await household.bank.file(*RENT, account_name="Old")
    assert len(await looked(household)) == 1
    async with world.db.shared() as conn:
        await due.drop(conn, household.household_id, Kind.RECURRING, 0)

    await delete_account(world, household.household_id, household.actor, old)

    assert await household.wishes(Kind.RECURRING) == 1
    assert await looked(household) == []


async def test_a_series_is_suggested_and_counts_only_once_it_is_confirmed(world: World, household: Family) -> None:
    await household.bank(*RENT)
    assert await looked(household) == ["suggested Alder Court monthly -1200.00 2026-12-01"]
    assert await coming(household) == []

    await confirm_series(world, household.household_id, household.actor, (await held(household))[0].recurring_id)

    assert await coming(household) == ["2026-12-01 Alder Court -1200.00"]


async def test_a_suggestion_is_taken_back_when_its_rows_are_only_moved_and_is_a_series_where_the_owner_says_so(
    world: World, household: Family
) -> None:
    await household.bank(*RENT)
    await looked(household)
    await household.guessed("transfer", *(f"r{m}" for m in range(6, 12)))
    assert await looked(household) == []

    row = await household.id_of("r11")
    await add_series(world, household.household_id, household.actor, RecurringWish(transaction_id=row))
    assert await looked(household) == ["confirmed Alder Court monthly -1200.00 2026-12-01"]


async def listed(family: Family, query: str) -> list[str]:
    """The rows of a list that somebody asked for in words: `2026-11-01 -1200.00`."""
    async with read_desk(family.world, family.household_id, family.actor) as desk:
        asked = await read_list(desk, read_query(query), await accounts(desk.unit, desk.sealer))
        return [f"{s.row.date} {s.row.amount / 100:.2f}" for s in (await list_page(desk, asked.wanted, limit=50)).rows]


async def test_a_list_of_what_comes_again_has_the_rows_of_confirmed_series(world: World, household: Family) -> None:
    await household.bank(*RENT, "2026-11-10 -80.00 WINDOW CLEANER w1")
    await looked(household)
    assert await listed(household, "is:recurring") == []  # nobody has said yes

    await confirm_sure(world, household.household_id, household.actor)

    assert await listed(household, "is:recurring") == [f"2026-{m:02d}-01 -1200.00" for m in range(11, 5, -1)]
    assert await listed(household, "is:recurring alder from:2026-11-01") == ["2026-11-01 -1200.00"]
    assert await listed(household, "is:recurring window") == []


async def test_what_was_dismissed_is_not_asked_again_whatever_comes(world: World, household: Family) -> None:
    await household.bank(*NETFLIX)
    await looked(household)
    await dismiss_series(world, household.household_id, household.actor, (await held(household))[0].recurring_id)

    await household.bank("2026-11-05 -17.99 NETFLIX.COM as Netflix n11")

    assert [s.split()[0] for s in await looked(household)] == ["dismissed"]


async def test_a_confirmed_series_takes_its_next_row_and_tells_of_the_rise(world: World, household: Family) -> None:
    await household.bank(*NETFLIX)
    await looked(household)
    await confirm_sure(world, household.household_id, household.actor)

    await household.bank("2026-11-06 -17.99 NETFLIX.COM as Netflix n11")

    assert await looked(household) == ["confirmed Netflix monthly -17.99 2026-12-05"]
    told = [(f.kind.value, f.amount, f.before) for f in facts(await held(household), today=dt.date(2026, 11, 22), read_up_to={})]
    assert told == [("price_rise", -1799, -1549)]


async def test_another_category_or_a_row_thrown_away_leaves_the_series(world: World, household: Family) -> None:
    await household.bank(*RENT)
    await looked(household)
    await confirm_sure(world, household.household_id, household.actor)
    rent = await household.category("rent")
    await edit_transaction(world, household.household_id, household.actor, await household.id_of("r9"), Edit(category_id=rent))

    await household.bank("gone r10")

    assert await looked(household) == ["confirmed Alder Court monthly -1200.00 2026-12-01"]
    assert len((await held(household))[0].ids) == 5


async def test_what_does_not_come_is_missed_and_then_has_ended(world: World, household: Family) -> None:
    await household.bank(*RENT)
    await looked(household)
    await confirm_sure(world, household.household_id, household.actor)
    assert isinstance(world.clock, FixedClock)

    world.clock.forward(days=18)  # 10 December
    await looked(household)
    kinds = [f.kind.value for f in facts(await held(household), today=dt.date(2026, 12, 10), read_up_to={})]
    behind = facts(await held(household), today=dt.date(2026, 12, 10), read_up_to={await household.account_id(): dt.date(2026, 11, 30)})
    assert (kinds, behind) == (["missed"], [])

    world.clock.forward(days=35)
    assert [s.state for s in await held_after(household)] == [State.ENDED]


async def held_after(family: Family) -> list[Held]:
    await looked(family)
    return await held(family)


async def test_a_row_is_made_a_series_by_hand_and_edited(world: World, household: Family) -> None:
    await household.bank("2026-11-10 -80.00 WINDOW CLEANER w1", "2026-11-12 -25.00 BAKER b1")
    row = await household.id_of("w1")

    one = await add_series(world, household.household_id, household.actor, RecurringWish(transaction_id=row, cadence="quarterly"))
    assert (one.state, one.next_on) == (State.CONFIRMED, dt.date(2027, 2, 10))
    with pytest.raises(Refused):
        await add_series(world, household.household_id, household.actor, RecurringWish(transaction_id=row))

    wish = RecurringEdit(name="Windows", amount="-90.00", cadence="monthly", next_on="2026-12-03")
    await edit_series(world, household.household_id, household.actor, one.recurring_id, wish)
    assert await looked(household) == ["confirmed Windows monthly -90.00 2026-12-03"]
    with pytest.raises(Rejected):
        await edit_series(world, household.household_id, household.actor, one.recurring_id, RecurringEdit(amount="90.00"))

    await edit_series(world, household.household_id, household.actor, one.recurring_id, RecurringEdit(state="ended"))
    assert await looked(household) == ["ended Windows monthly -90.00 None"]


async def test_a_look_that_finds_nothing_new_changes_nothing(household: Family) -> None:
    await household.bank(*RENT, *NETFLIX)
    await looked(household)
    async with household.unit() as (unit, _):
        before = await unit.conn.fetchval("select version from household where household_id = $1", household.household_id)
    await looked(household)
    async with household.unit() as (unit, _):
        assert before == await unit.conn.fetchval("select version from household where household_id = $1", household.household_id)

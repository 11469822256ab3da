"""Whether balances add up, with real syncs, files and owners: what is off names the row that mends it, and heals when that is done."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Coroutine

from farthing.core.dates import FixedClock
from farthing.core.ids import AccountId
from farthing.flows.add_by_hand import delete_transaction
from farthing.flows.desk import read_desk
from farthing.flows.edit import Edit, edit_transaction
from farthing.flows.manage_accounts import Opening, add_account, state_balance
from farthing.flows.prove_accounts import Proved, prove_account, why
from farthing.flows.undo import undo
from farthing.flows.verify_ledger import verify_ledger
from farthing.flows.world import World
from farthing.ledger.accounts import BALANCE_FROM_FILE, balance_days
from world import Bank, Family

Day = Callable[..., Coroutine[None, None, None]]


def days_of(world: World, bank: Bank) -> Day:
    """`await day(8800, "2026-11-23 -12.00 BAKER x1")`: what the bank says today, and on to the next day."""

    async def day(balance: int, *texts: str) -> None:
        assert isinstance(world.clock, FixedClock)
        bank.has("checking", balance=balance)
        await bank(*texts)
        world.clock.forward(days=1)

    return day


async def proved(household: Family, account_id: int | None = None) -> Proved:
    key = account_id or await household.account_id()
    async with read_desk(household.world, household.household_id, household.actor) as desk:
        return await prove_account(desk, key)


def told(found: Proved) -> list[str]:
    """`2026-11-24 -8.00 open: a row of -8.00 on 2026-11-24 is missing`: a line a gap, with its first suspect."""

    def money(minor: int) -> str:
        return f"{minor / 100:.2f}"

    return [
        f"{g.last} {money(g.amount)} {g.state}: {why(g.suspects[0], g, day=str, money=money) if g.suspects else ''}"
        for g in found.proof.gaps
    ]


async def lived(day: Day) -> None:
    """Three days that add up: 22 to 24 November."""
    await day(10000)
    await day(8800, "2026-11-23 -12.00 BAKER x1")
    await day(8000, "2026-11-24 -8.00 CAFE x2")


async def test_days_that_add_up_are_explained(world: World, household: Family, bank: Bank) -> None:
    await lived(days_of(world, bank))

    found = await proved(household)

    assert (found.proof.explained, found.proof.days, told(found)) == (2, 2, [])
    assert await verify_ledger(world, household.household_id) is not None


async def test_a_day_that_the_bank_drops_is_a_gap_until_it_comes(world: World, household: Family, bank: Bank) -> None:
    """Given a bank whose rows of one day are missing, when they come a week later, then the gap is gone as if it never was."""
    day = days_of(world, bank)
    await day(10000)
    await day(8800)
    for _ in range(4):
        await day(8800)
    assert told(await proved(household)) == ["2026-11-23 -12.00 open: a row of -12.00 on 2026-11-23 is missing"]
    (warned,) = (await verify_ledger(world, household.household_id)).unproved
    assert warned[1].endswith("is off by -12.00 USD since 2026-11-23; a row of -12.00 USD on 2026-11-23 is missing")

    await day(8800, "2026-11-23 -12.00 BAKER x1")

    assert told(await proved(household)) == []
    assert (await verify_ledger(world, household.household_id)).unproved == ()


async def test_a_balance_that_moves_before_its_row_shows_invents_no_row(world: World, household: Family, bank: Bank) -> None:
    day = days_of(world, bank)
    await day(10000)

    await day(5683)

    assert await household.rows() == []
    assert told(await proved(household)) == ["2026-11-23 -43.17 new: a row of -43.17 on 2026-11-23 is missing"]


async def test_what_a_card_owes_is_proved_with_the_same_signs(world: World, household: Family, bank: Bank) -> None:
    assert isinstance(world.clock, FixedClock)
    bank.has("card", kind="card", balance=-50000)
    await bank("2026-11-20 -20.00 BAKER x1 in card")
    world.clock.forward(days=1)
    bank.has("card", kind="card", balance=-51250)
    await bank("2026-11-23 -12.50 CAFE x2 in card")

    found = await proved(household, await household.account_id("card"))

    assert (found.proof.explained, found.proof.days) == (1, 1)


async def test_a_row_deleted_by_its_owner_is_named_and_undoing_that_closes_the_gap(world: World, household: Family, bank: Bank) -> None:
    day = days_of(world, bank)
    await lived(day)
    deleted = await delete_transaction(world, household.household_id, household.actor, await household.id_of("x2"))
    for _ in range(3):
        await day(8000)
    assert told(await proved(household)) == ["2026-11-24 -8.00 open: you deleted it, and the balance counts it"]

    assert deleted.batch_id is not None
    await undo(world, household.household_id, household.actor, deleted.batch_id)

    assert told(await proved(household)) == []


async def test_a_purchase_that_came_under_two_ids_is_named_as_the_double(world: World, household: Family, bank: Bank) -> None:
    """Given a purchase that came twice under two ids, then the later one is named, and deleting it closes the gap."""
    day = days_of(world, bank)
    await lived(day)
    for _ in range(3):
        await day(8000, "2026-11-24 -8.00 CAFE x2", "2026-11-24 -8.00 CAFE x3")
    found = await proved(household)
    assert told(found) == ["2026-11-24 8.00 open: it equals another of 2026-11-24; without one of them the balance is right"]

    (named,) = found.proof.gaps[0].suspects[0].rows
    await delete_transaction(world, household.household_id, household.actor, named.transaction_id)

    assert told(await proved(household)) == []


async def test_the_day_that_the_owner_gives_a_row_does_not_move_what_its_bank_booked(world: World, household: Family, bank: Bank) -> None:
    """Given rows whose owner moved them by a day, and by a year, then balances go by the day of booking all the same."""
    day = days_of(world, bank)
    await lived(day)
    for ref, when in (("x1", dt.date(2026, 11, 20)), ("x2", dt.date(2025, 11, 20))):
        await edit_transaction(world, household.household_id, household.actor, await household.id_of(ref), Edit(date=when))
    await day(8000)

    found = await proved(household)

    assert (found.proof.explained, found.proof.days, told(found)) == (3, 3, [])


async def test_a_hidden_row_is_in_the_balance(world: World, household: Family, bank: Bank) -> None:
    day = days_of(world, bank)
    await lived(day)
    await edit_transaction(world, household.household_id, household.actor, await household.id_of("x2"), Edit(hidden=True))
    await day(8000)

    assert told(await proved(household)) == []


async def wallet(household: Family) -> AccountId:
    wish = Opening(name="Wallet", kind="cash", currency="USD", opening_balance="100.00", opened_on=dt.date(2026, 11, 1))
    return await add_account(household.world, household.household_id, household.actor, wish)


async def test_an_owners_word_is_an_adjustment_with_its_day(world: World, household: Family, bank: Bank) -> None:
    key = await wallet(household)
    await bank.file("2026-11-10 -12.00 BAKER", account_name="Wallet")

    await state_balance(world, household.household_id, household.actor, key, day=dt.date(2026, 11, 12), balance="80.00")

    found = await proved(household, key)
    assert told(found) == ["2026-11-12 -8.00 adjusted: a row of -8.00 between 2026-11-10 and 2026-11-12 is missing"]
    assert (found.proof.explained, found.proof.days, found.proof.open) == (1, 1, ())


async def test_statements_that_leave_out_a_row_have_a_gap_between_them(household: Family, bank: Bank) -> None:
    """Given an account by hand and the closing balances of three statements, then the statement with the missing row is found."""
    key = await wallet(household)
    await bank.file("2026-11-04 -12.00 BAKER", "2026-11-14 -8.00 CAFE", account_name="Wallet")
    closings = [(key, dt.date(2026, 11, n), minor, BALANCE_FROM_FILE) for n, minor in ((5, 8800), (10, 8300), (20, 7500))]
    async with household.unit() as (unit, _):
        await balance_days(unit, closings)

    found = await proved(household, key)

    assert told(found) == ["2026-11-10 -5.00 open: a row of -5.00 between 2026-11-06 and 2026-11-10 is missing"]


async def test_a_house_and_shares_are_not_proved(world: World, household: Family) -> None:
    wish = Opening(name="House", kind="property", currency="USD", opening_balance="100.00", opened_on=dt.date(2026, 11, 1))
    key = await add_account(world, household.household_id, household.actor, wish)
    await state_balance(world, household.household_id, household.actor, key, day=dt.date(2026, 11, 12), balance="80.00")

    assert (await proved(household, key)).proof.days == 0

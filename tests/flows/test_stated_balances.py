"""What accounts were worth at the end of a day, as the bank said it: every day that it was asked, the last word of each."""

from __future__ import annotations

import datetime as dt

from farthing.core.dates import FixedClock
from farthing.flows.world import World
from farthing.ledger.accounts import balance_history
from world import Bank, Family


async def days(household: Family, name: str) -> list[str]:
    """`2026-11-22 100` a day, oldest first, in minor units."""
    account_id = await household.account_id(name)
    async with household.unit() as (unit, _):
        history = await balance_history(unit, dt.date(1970, 1, 1))
    return [f"{day} {minor}" for day, minor in history.get(account_id, [])]


async def test_a_balance_is_kept_for_every_day_that_it_was_stated(world: World, household: Family, bank: Bank) -> None:
    """Given a balance that moves within a day and then rests, when the bank is asked again, then each day has its last word."""
    assert isinstance(world.clock, FixedClock)
    for balance in (100, 250, 250):
        bank.has("checking", balance=balance)
        await bank()
    for _ in range(2):
        world.clock.forward(days=1)
        await bank()

    assert await days(household, "checking") == ["2026-11-22 250", "2026-11-23 250", "2026-11-24 250"]


async def test_an_account_that_comes_later_in_the_day_has_that_day_too(household: Family, bank: Bank) -> None:
    bank.has("checking", balance=100)
    await bank()

    bank.has("savings", balance=200)
    await bank()

    assert await days(household, "savings") == ["2026-11-22 200"]

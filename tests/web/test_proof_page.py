"""Whether an account adds up, on its page and in the list, as a reader without a script sees it; and the buttons that mend it."""

from __future__ import annotations

import re

from farthing.core.dates import FixedClock
from farthing.flows.add_by_hand import delete_transaction
from farthing.flows.world import World
from web.visit import Browser
from world import Bank, Family


async def days(world: World, bank: Bank, *said: tuple[int, str]) -> None:
    """From 22 November on, a day each: the balance and a line that comes."""
    assert isinstance(world.clock, FixedClock)
    for balance, *texts in said:
        bank.has("checking", balance=balance)
        await bank(*(t for t in texts if t))
        world.clock.forward(days=1)
    world.clock.forward(days=-1)


async def opened(reader: Browser) -> str:
    await reader.open("/accounts")
    at = re.findall(r'href="(/accounts/acc_\w+)"', reader.page)[0]
    await reader.open(at)
    return at


QUIET = [(8000, "")] * 4
WELL = [(10000, ""), (8800, "2026-11-23 -12.00 BAKER x1"), (8000, "2026-11-24 -8.00 CAFE x2")]
DOUBLE = [(10000, ""), (8800, "2026-11-23 -12.00 BAKER x1"), (8000, "2026-11-24 -8.00 CAFE x2"), (8000, "2026-11-24 -8.00 CAFE x3")]


async def test_the_bank_and_we_say_the_same(world: World, bank: Bank, reader: Browser) -> None:
    await days(world, bank, *WELL)

    await opened(reader)

    assert "Bank says $80.00 on 24 Nov; we have $80.00." in reader.words
    assert "100 % of 2 days explained, since 22 Nov." in reader.words
    assert "Where it does not add up" not in reader.words


async def test_a_double_is_named_and_deleted_where_it_is_named(world: World, household: Family, bank: Bank, reader: Browser) -> None:
    await days(world, bank, *DOUBLE, *QUIET)
    await reader.open("/accounts")
    assert "does not add up" in reader.words
    at = await opened(reader)
    assert "Bank says $80.00 on 29 Nov; we have $72.00, $8.00 apart." in reader.words
    assert "The balance has $8.00 more than the rows on 24 Nov make." in reader.words
    assert "It equals another of 24 Nov; without one of them the balance is right." in reader.words
    row = re.findall(r'name="transaction_id" value="(txn_\w+)"', reader.page)[0]

    await reader.send(at, intent="delete_row", transaction_id=row)

    assert reader.at == at
    assert "we have $80.00." in reader.words
    assert "Where it does not add up" not in reader.words
    assert [r for r in await household.rows(void=False) if "Cafe" in r] == ["2026-11-24 -8.00 Cafe coffee"]
    await reader.open("/accounts")
    assert "does not add up" not in reader.words


async def test_a_row_deleted_by_mistake_is_brought_back(world: World, household: Family, bank: Bank, reader: Browser) -> None:
    await days(world, bank, *WELL, *QUIET)
    key = await household.id_of("x2")
    await delete_transaction(world, household.household_id, household.actor, key)
    at = await opened(reader)
    assert "You deleted it, and the balance counts it." in reader.words
    row = re.findall(r'name="transaction_id" value="(txn_\w+)"', reader.page)[0]

    await reader.send(at, intent="restore_row", transaction_id=row)

    assert "we have $80.00." in reader.words
    assert await household.is_sound()
    await reader.send(at, intent="restore_row", transaction_id=row)
    assert (reader.status, "Nobody deleted this transaction by itself" in reader.words) == (422, True)


async def test_a_missing_row_leads_to_its_days_and_to_a_statement(world: World, bank: Bank, reader: Browser) -> None:
    await days(world, bank, (10000, ""), (10000, ""), (8800, ""), (8800, ""), (8800, ""), (8800, ""))

    await opened(reader)

    assert "A row of −$12.00 on 24 Nov is missing." in reader.words
    assert re.search(r'href="/transactions\?account=acc_\w+&amp;from=2026-11-21&amp;to=2026-11-27"', reader.page)
    assert 'href="/imports"' in reader.page


async def test_a_difference_of_today_is_said_but_not_marked(world: World, bank: Bank, reader: Browser) -> None:
    await days(world, bank, (10000, ""), (10000, ""), (8800, ""))
    await reader.open("/accounts")
    assert "does not add up" not in reader.words

    await opened(reader)

    assert "New: its row may only be late" in reader.words

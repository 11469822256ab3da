"""What accounts were worth at the end of a day, as the bank said it: every day that it was asked, the last word of each."""

from __future__ import annotations

import datetime as dt

from farthing.core.dates import FixedClock
from farthing.flows.import_file import commit_import, preview_import
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


def statement(closing: str, *rows: str, as_of: str = "20261128") -> bytes:
    """An OFX file of account 77 1234: `20261105 -4.00 BAKER` a row, and what it held in the end."""
    said = [row.split(maxsplit=2) for row in rows]
    entries = "".join(
        f"<STMTTRN><TRNTYPE>DEBIT<DTPOSTED>{day}<TRNAMT>{amount}<FITID>{day}{n}<NAME>{who}</STMTTRN>"
        for n, (day, amount, who) in enumerate(said)
    )
    account = "<BANKACCTFROM><ACCTID>771234<ACCTTYPE>CHECKING</BANKACCTFROM>"
    ledger = f"<LEDGERBAL><BALAMT>{closing}<DTASOF>{as_of}</LEDGERBAL>"
    text = f"OFXHEADER:100\nDATA:OFXSGML\n\n<OFX><STMTRS><CURDEF>USD{account}<BANKTRANLIST>{entries}</BANKTRANLIST>{ledger}</STMTRS></OFX>"
    return text.encode()


async def bring(household: Family, content: bytes) -> None:
    run = await preview_import(household.world, household.household_id, household.actor, content, name="statement.ofx")
    await commit_import(household.world, household.household_id, household.actor, run.import_id)


async def test_a_files_closing_balance_is_of_the_banks_own_day(household: Family) -> None:
    """Given a balance of half past eleven at night in New York, then it is that day's, as its rows are, and not London's next one."""
    await bring(household, statement("96.00", "20261105 -4.00 BAKER", as_of="20261110233000[-5:EST]"))

    assert await days(household, "checking 1234") == ["2026-11-10 9600"]


async def test_rows_after_a_files_balance_are_not_in_it(household: Family) -> None:
    await bring(household, statement("96.00", "20261105 -4.00 BAKER", "20261120 -6.00 CAFE", as_of="20261110"))

    (made,) = (await household.accounts()).values()
    assert made.opening_balance == 10000


async def test_a_statement_of_a_linked_account_fills_days_and_takes_none_from_the_bank(household: Family, bank: Bank) -> None:
    """Given a bank that said what its account held on one day, then files add other days and leave that one alone."""
    bank.has("checking", balance=100)
    await bank()

    await bring(household, statement("96.00", "20261105 -4.00 BAKER", as_of="20261110"))
    await bring(household, statement("55.00", "20261121 -4.00 BAKER", as_of="20261122"))

    assert await days(household, "checking") == ["2026-11-10 9600", "2026-11-22 100"]

"""Shapes that a change at the bank can have, beyond the usual twenty cases: what the ledger says of each (all of them: docs/cases.md)."""

from __future__ import annotations

import asyncio

import msgspec
import pytest

from farthing.connections.model import Fetched
from farthing.core.errors import FarthingError
from farthing.core.ids import ConnectionId
from farthing.flows.edit import Edit, edit_transaction
from farthing.flows.sync import Synced, sync_connection
from paper_bank import PaperBank, read
from world import TODAY, Bank, Family


async def edit(household: Family, ref: str, **wish: object) -> int:
    """The owner says something of a row; returns the row."""
    row = await household.id_of(ref)
    await edit_transaction(household.world, household.household_id, household.actor, row, Edit(**wish))  # type: ignore[arg-type]
    return row


def amounts(rows: list[str]) -> list[str]:
    return sorted(row.split()[1] for row in rows)


@pytest.mark.parametrize(("hold", "posted"), [("-100.00", "-43.17"), ("-1.00", "-43.17"), ("-300.00", "-512.40"), ("-20.00", "-20.37")])
async def test_a_hold_that_settles_for_another_amount_is_one_row(household: Family, bank: Bank, hold: str, posted: str) -> None:
    """Fuel, hotels, and purchases abroad whose rate of exchange moved until the bank booked them."""
    await bank(f"2026-10-01 {hold} ZORBLAX pending x1")
    row = await edit(household, "x1", note="mine")
    await bank("gone x1", f"2026-10-03 {posted} ZORBLAX settles x1 x2")
    assert await household.rows() == [f"2026-10-01 {posted} Zorblax uncategorised “mine”"]
    assert await household.id_of("x2") == row
    assert await household.is_sound()


async def test_a_row_that_a_stranger_named_before_it_came_is_its_own(household: Family, bank: Bank) -> None:
    await bank("2026-10-02 -1.99 VORPAL settles x1 x2")
    await bank("2026-10-01 -84.00 FROBNIZ DOMAINS pending x1")
    assert amounts(await household.rows(void=False)) == ["-1.99", "-84.00"]
    await bank("gone x1", "2026-10-02 -84.00 FROBNIZ DOMAINS settles x1 x3")
    assert amounts(await household.rows(void=False)) == ["-1.99", "-84.00"]
    assert await household.is_sound()


async def test_a_posted_row_that_comes_before_its_pending_one_stays_alone(household: Family, bank: Bank) -> None:
    await bank("2026-10-02 -20.00 ZORBLAX settles x1 x2")
    await bank("2026-10-01 -20.00 ZORBLAX pending x1")
    assert amounts(await household.rows(void=False)) == ["-20.00"]
    await bank("gone x1")
    assert amounts(await household.rows(void=False)) == ["-20.00"]


class Steady(PaperBank):
    """A bank that says the same however often it is asked."""

    def __init__(self, fetched: Fetched) -> None:
        super().__init__()
        self.fetched = fetched

    async def fetch(self, token: str, cursor: str) -> Fetched:
        await asyncio.sleep(0.01)
        return self.fetched


async def test_case_7_syncs_that_meet_bring_each_row_once(household: Family, bank: Bank) -> None:
    await bank("2026-10-01 -1.00 QUUXLEY x1")
    bank.teller.write(bank.token, read(["2026-10-02 -2.00 QUUXLEY x2"]), bank.accounts.values())
    laid = bank.teller._next.pop(bank.token)
    assert isinstance(laid, Fetched)
    world = msgspec.structs.replace(household.world, providers={"paper": Steady(laid)})
    told = await asyncio.gather(
        *(sync_connection(world, household.household_id, bank.connection_id) for _ in range(4)), return_exceptions=True
    )
    assert sum(isinstance(t, Synced) and t.outcome.added == 1 for t in told) == 1
    assert all(isinstance(t, Synced | FarthingError) for t in told)
    assert amounts(await household.rows()) == ["-1.00", "-2.00"]


async def test_case_16_the_bank_sorts_anew_and_the_owners_word_stays(household: Family, bank: Bank) -> None:
    await bank("2026-10-01 -20.00 ZORBLAX code FOOD_AND_DRINK_GROCERIES x1")
    meals = await household.category("restaurants")
    await edit(household, "x1", category_id=meals)
    await bank("2026-10-01 -20.00 ZORBLAX code TRANSPORTATION_GAS as Zorblax_Fuel x1")
    assert [r.split()[-1] for r in await household.rows()] == ["restaurants"]
    assert await household.spent("2026-10") == {"restaurants": "-20.00"}


async def test_case_19_a_balance_that_moves_alone_makes_no_row(household: Family, bank: Bank) -> None:
    bank.has("checking", balance=100_00)
    await bank("2026-10-01 -20.00 ZORBLAX x1")
    bank.has("checking", balance=80_00)
    await bank()
    assert len(await household.rows()) == 1
    assert [a.balance for a in (await household.accounts()).values()] == [80_00]
    bank.has("checking", balance=None)
    await bank()
    assert [a.balance for a in (await household.accounts()).values()] == [80_00], "a bank that says nothing has not said zero"


async def test_case_20_an_account_that_the_bank_no_longer_states_keeps_its_history(household: Family, bank: Bank) -> None:
    bank.has("card", balance=-50_00)
    await bank("2026-10-01 -20.00 ZORBLAX in card x1", "2026-10-01 -1.00 QUUXLEY x2")
    del bank.accounts["card"]
    await bank("2026-10-02 -2.00 QUUXLEY x3")
    assert amounts(await household.rows(void=False)) == ["-1.00", "-2.00", "-20.00"]
    assert await household.spent("2026-10") == {"uncategorised": "-23.00"}
    assert "Card" in {a.text.name for a in (await household.accounts()).values()}


async def test_files_that_overlap_with_the_bank_and_with_each_other_bring_each_row_once(household: Family, bank: Bank) -> None:
    rows = [f"2026-10-{day:02} -{day}.00 QUUXLEY" for day in range(1, 8)]
    await bank(*(f"{row} x{n}" for n, row in enumerate(rows[2:5])))
    await bank.file(*rows[:4])
    await bank.file(*rows[1:7])
    assert len(await household.rows()) == 7
    await bank(*(f"{row} x{n}" for n, row in enumerate(rows, 10)), "gone x0", "gone x1", "gone x2")
    assert len(await household.rows(void=False)) == 7
    assert await household.is_sound()


async def test_a_transfer_between_two_banks_is_one(household: Family, bank: Bank) -> None:
    other = Bank(household)
    other.token, other.connection_id = f"other-{household.household_id}", ConnectionId(0)
    other.has("savings")
    await bank("2026-10-01 -250.00 TRANSFER TO SAVINGS code TRANSFER_OUT_ACCOUNT_TRANSFER x1")
    await other("2026-10-02 250.00 TRANSFER FROM CHECKING code TRANSFER_IN_ACCOUNT_TRANSFER in savings x2")
    assert all(row.endswith(" transfer") for row in await household.rows())
    assert await household.spent("2026-10") in ({}, {"transfer": "0.00"})


async def test_a_transfer_whose_other_half_is_nowhere_waits_and_nothing_is_invented(household: Family, bank: Bank) -> None:
    await bank("2026-10-01 -250.00 TRANSFER TO SAVINGS code TRANSFER_OUT_ACCOUNT_TRANSFER x1")
    assert len(await household.rows()) == 1
    bank.has("savings")
    await bank("2026-10-03 250.00 TRANSFER FROM CHECKING code TRANSFER_IN_ACCOUNT_TRANSFER in savings x2")
    assert [row.split()[-1] for row in await household.rows()] == ["transfer", "transfer"]


async def test_a_payment_of_the_card_is_no_spending(household: Family, bank: Bank) -> None:
    bank.has("card")
    await bank(
        "2026-10-01 -80.00 ZARA in card x1",
        "2026-10-05 80.00 PAYMENT THANK YOU code LOAN_PAYMENTS_CREDIT_CARD_PAYMENT in card x2",
        "2026-10-04 -80.00 CARD AUTOPAY code LOAN_PAYMENTS_CREDIT_CARD_PAYMENT x3",
    )
    spent = await household.spent("2026-10")
    assert spent.pop("clothing", None) or spent.pop("clothes", None) or spent.pop("shopping", None) == "-80.00"
    assert sum(float(v) for v in spent.values()) == 0
    assert sum(row.endswith(" transfer") for row in await household.rows()) == 2


async def test_a_charge_that_is_reversed_nets_and_stays_two_rows(household: Family, bank: Bank) -> None:
    await bank("2026-10-01 -80.00 ZORBLAX x1", "2026-10-02 80.00 ZORBLAX x2")
    assert len(await household.rows()) == 2
    assert await household.spent("2026-10") == {}
    assert not any(row.endswith(" transfer") for row in await household.rows()), "within one account nothing is a transfer"


async def test_what_is_learned_of_a_row_without_a_name_says_nothing_of_the_next(household: Family, bank: Bank) -> None:
    await bank.link()
    bank.has()
    await bank()
    await bank.file("2026-10-01 -20.00 unnamed")
    (row,) = await household.rows()
    assert "Unnamed" in row
    async with household.desk() as desk:
        (row_id,) = [r["transaction_id"] for r in await desk.unit.conn.fetch("select transaction_id from transaction")]
    wish = Edit(category_id=await household.category("groceries"))
    await edit_transaction(household.world, household.household_id, household.actor, row_id, wish)
    await bank.file(f"{TODAY} -30.00 unnamed")
    assert [r.split()[-1] for r in await household.rows()] == ["uncategorised", "groceries"]


async def test_one_statement_in_two_formats_is_there_once(household: Family, bank: Bank) -> None:
    """One format has ids and the other none: two equal purchases of a day are two in both."""
    bank.has()
    await bank()
    rows = ["2026-10-01 -20.00 ZORBLAX", "2026-10-01 -20.00 ZORBLAX", "2026-10-02 -7.00 QUUXLEY"]
    await bank.file(*(f"{row} y{n}" for n, row in enumerate(rows)))
    _, again = await bank.file(*rows)
    assert again.added == 0
    await bank(*(f"{row} x{n}" for n, row in enumerate(rows)))
    assert len(await household.rows()) == 3
    assert await household.is_sound()

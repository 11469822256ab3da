"""What the certain rules cannot decide: done where the evidence carries it, asked where it does not, and never twice."""

from __future__ import annotations

import datetime as dt

import pytest

from farthing.flows.add_by_hand import Entry, add_by_hand
from farthing.flows.desk import read_desk
from farthing.flows.edit import Edit, edit_transaction
from farthing.flows.history import history
from farthing.flows.merge import merge_transactions
from farthing.ingest.suggestions.ask import Answer, answer, open_questions
from world import Bank, Family


async def says(household: Family, ref: str, *, note: str) -> int:
    """The owner writes a note on a row of the bank's; returns the row."""
    row = await household.id_of(ref)
    await edit_transaction(household.world, household.household_id, household.actor, row, Edit(note=note))
    return row


async def questions(household: Family) -> list[str]:
    """What is open, with its words."""
    async with household.unit() as (unit, sealer):
        return [q.evidence for q in await open_questions(unit, sealer)]


async def writes_down(household: Family, day: str, amount: str, merchant: str) -> int:
    """An entry by hand."""
    where = await household.account_id()
    entry = Entry(account_id=where, date=dt.date.fromisoformat(day), amount=amount, merchant=merchant)
    return (await add_by_hand(household.world, household.household_id, household.actor, entry)).transaction_id


async def test_a_pending_row_may_come_back_under_another_text(household: Family, bank: Bank) -> None:
    await bank("2026-10-01 -23.17 ZORBLAX pending x1")
    row = await says(household, "x1", note="for Ann")
    await bank("gone x1", "2026-10-02 -23.17 ZORBLAX COFFEE HOUSE PORTLAND x2")
    assert await household.id_of("x2") == row
    assert await household.rows() == ["2026-10-01 -23.17 Zorblax Coffee House uncategorised “for Ann”"]
    assert await household.is_sound()


async def test_a_foreign_purchase_moves_with_the_exchange_rate(household: Family, bank: Bank) -> None:
    await bank("2026-10-01 -43.20 QUUXLEY pending x1")
    row = await says(household, "x1", note="trip")
    await bank("gone x1", "2026-10-03 -42.61 QUUXLEY x2")
    assert await household.id_of("x2") == row
    assert await household.rows() == ["2026-10-01 -42.61 Quuxley uncategorised “trip”"]


async def test_a_removal_may_come_a_sync_before_a_settlement_without_a_link(household: Family, bank: Bank) -> None:
    await bank("2026-10-01 -23.17 ZORBLAX pending x1")
    row = await says(household, "x1", note="for Ann")
    await bank("gone x1")
    await bank("2026-10-02 -23.17 ZORBLAX x2")
    assert await household.id_of("x2") == row
    assert await household.rows() == ["2026-10-01 -23.17 Zorblax uncategorised “for Ann”"]
    assert await household.is_sound()


async def test_a_booked_row_may_come_back_a_sync_later_under_another_id(household: Family, bank: Bank) -> None:
    await bank("2026-10-01 -23.17 ZORBLAX x1")
    row = await says(household, "x1", note="for Ann")
    await bank("gone x1")
    await bank("2026-10-01 -23.17 ZORBLAX x2")
    assert await household.id_of("x2") == row
    await bank("2026-10-01 -23.17 ZORBLAX x3")
    assert len(await household.rows(void=False)) == 2, "the id is there again: two purchases"


async def test_what_the_owner_said_of_a_hold_moves_only_if_the_owner_says_so(household: Family, bank: Bank) -> None:
    await bank("2026-10-01 -100.00 SHELL OIL pending x1")
    await says(household, "x1", note="van")
    await bank("gone x1", "2026-10-02 -43.17 SHELL OIL mcc 5541 x2")
    assert await household.rows(void=False) == ["2026-10-02 -43.17 Shell fuel"]
    assert await questions(household) == ["same merchant, 57 % less than was held, one day apart"]
    assert await household.is_sound()


@pytest.mark.parametrize("kept", ["hold", "purchase"])
async def test_what_was_said_of_a_hold_is_on_its_purchase_once_the_owner_says_they_are_one(
    household: Family, bank: Bank, kept: str
) -> None:
    await bank("2026-10-01 -100.00 SHELL OIL pending x1")
    hold = await says(household, "x1", note="van")
    await bank("gone x1", "2026-10-02 -43.17 SHELL OIL mcc 5541 x2")
    purchase = await household.id_of("x2")
    kept_id, other_id = (hold, purchase) if kept == "hold" else (purchase, hold)
    await merge_transactions(household.world, household.household_id, household.actor, kept_id=kept_id, other_id=other_id)
    (row,) = await household.rows()
    assert row.split()[1:] == ["-43.17", "Shell", "fuel", "“van”"]
    assert await household.spent("2026-10") == {"fuel": "-43.17"}
    assert await questions(household) == []
    await bank("2026-10-02 -43.17 SHELL OIL mcc 5541 x2")
    assert len(await household.rows()) == 1
    assert await household.is_sound()


async def test_nobody_is_asked_about_a_hold_of_which_nothing_was_said(household: Family, bank: Bank) -> None:
    await bank("2026-10-01 -100.00 SHELL OIL pending x1")
    await bank("gone x1", "2026-10-02 -43.17 SHELL OIL mcc 5541 x2")
    assert await questions(household) == []


async def test_a_hold_of_one_is_any_purchase_at_the_pump(household: Family, bank: Bank) -> None:
    await bank("2026-10-01 -1.00 SHELL OIL pending x1")
    await says(household, "x1", note="van")
    await bank("gone x1", "2026-10-01 -61.40 SHELL OIL mcc 5542 x2")
    assert len(await questions(household)) == 1


async def test_a_link_between_strangers_is_asked_about(household: Family, bank: Bank) -> None:
    await bank("2026-10-01 -84.00 FROBNIZ DOMAINS pending x1")
    await says(household, "x1", note="our domain")
    await bank("gone x1", "2026-10-02 -1.99 POS DEBIT VORPAL settles x1 x2")
    assert await household.rows(void=False) == ["2026-10-02 -1.99 Vorpal uncategorised"]
    assert await questions(household) == ["the bank says so, but merchant and amount are others"]


async def test_a_refund_is_never_its_purchase(household: Family, bank: Bank) -> None:
    await bank("2026-10-01 -80.00 ZARA pending x1")
    await says(household, "x1", note="coat")
    await bank("gone x1", "2026-10-01 80.00 ZARA x2")
    assert await household.rows(void=False) == ["2026-10-01 80.00 Zara clothing"]
    assert await questions(household) == []


async def test_an_equal_row_beside_one_that_is_still_pending_is_two_and_asked_about_once(household: Family, bank: Bank) -> None:
    await bank("2026-10-01 -4.50 GRULTZ pending x1")
    await bank("2026-10-02 -4.50 GRULTZ x2")
    assert len(await household.rows(void=False)) == 2
    assert await questions(household) == ["same merchant, same amount, one day apart"]
    await bank("2026-10-01 -4.50 GRULTZ pending x1", "2026-10-02 -4.50 GRULTZ x2")
    assert len(await questions(household)) == 1
    await bank("gone x1")
    assert await questions(household) == [], "it answered itself"


async def test_an_entry_of_nearly_the_amount_is_asked_about(household: Family, bank: Bank) -> None:
    await bank("2026-09-01 -1.00 QUUXLEY x1")
    await writes_down(household, "2026-10-01", "-20.00", "Lunch")
    await bank("2026-10-01 -20.99 BISTRO JANINE x2")
    assert len(await household.rows(void=False)) == 3
    assert await questions(household) == ["another merchant, 5 % more, as exchange rates move, on the same day"]


async def test_two_rows_that_the_owner_keeps_apart_stay_so_under_new_ids(household: Family, bank: Bank) -> None:
    """Given two rows that the owner said are two, when the bank's comes under new ids, at once or later, then nobody asks or merges."""
    await bank("2026-10-01 -20.00 BISTRO JANINE x1")
    await bank.file("2026-10-05 -20.00 BISTRO JANINE")
    async with household.unit() as (unit, sealer):
        (asked,) = await open_questions(unit, sealer)
        await answer(unit, {asked.suggestion_id: (Answer.NO, None)})
    row = await household.id_of("x1")
    await bank("gone x1", "2026-10-03 -20.00 BISTRO JANINE x2")
    assert await household.id_of("x2") == row
    await bank("gone x2")
    await bank("2026-10-03 -20.00 BISTRO JANINE x3")
    assert await household.id_of("x3") == row
    assert await questions(household) == []
    assert len(await household.rows(void=False)) == 2
    assert await household.is_sound()


async def test_a_kept_apart_row_that_went_and_comes_again_takes_its_own_place(household: Family, bank: Bank) -> None:
    """Given a row of the bank's and an equal one of a file that the owner said are two, when the bank's goes and comes under a new id."""
    await bank("2026-10-01 -20.00 BISTRO JANINE x1")
    await bank.file("2026-10-05 -20.00 BISTRO JANINE")
    async with household.unit() as (unit, sealer):
        (asked,) = await open_questions(unit, sealer)
        await answer(unit, {asked.suggestion_id: (Answer.NO, None)})
    row = await household.id_of("x1")
    await bank("2026-10-05 -20.00 BISTRO JANINE x1")
    await bank("gone x1")
    await bank("2026-10-05 -20.00 BISTRO JANINE x2")
    assert await household.id_of("x2") == row
    assert len(await household.rows(void=False)) == 2
    assert await household.is_sound()


async def test_two_files_of_two_formats_state_one_row_once(household: Family, bank: Bank) -> None:
    """Given a statement whose rows have ids, when a table of the same days without ids comes, then only what it has more is new."""
    await bank("2026-09-01 -1.00 QUUXLEY x1")
    await bank.file("2026-10-01 -20.00 ZORBLAX y1", "2026-10-02 -4.50 GRULTZ y2", "2026-10-02 -4.50 GRULTZ y3")
    _, outcome = await bank.file(
        "2026-10-01 -20.00 ZORBLAX", "2026-10-02 -4.50 GRULTZ", "2026-10-02 -4.50 GRULTZ", "2026-10-03 -7.00 GRULTZ"
    )
    assert (outcome.added, outcome.known) == (1, 3)
    _, again = await bank.file("2026-10-01 -20.00 ZORBLAX", "2026-10-02 -4.50 GRULTZ", "2026-10-02 -4.50 GRULTZ")
    assert (again.added, again.known) == (0, 3)
    assert len(await household.rows()) == 5
    assert await household.is_sound()


async def test_files_whose_rows_have_other_ids_are_two_and_asked_about(household: Family, bank: Bank) -> None:
    await bank("2026-09-01 -1.00 QUUXLEY x1")
    await bank.file("2026-10-01 -20.00 ZORBLAX y1")
    await bank.file("2026-10-01 -20.00 ZORBLAX y2")
    assert len(await household.rows()) == 3
    assert await questions(household) == ["same merchant, same amount, on the same day"]


async def test_a_row_corrected_to_what_a_file_said_before_is_asked_about(household: Family, bank: Bank) -> None:
    await bank("2026-10-01 -50.00 ZORBLAX x1")
    await bank.file("2026-10-01 -60.00 ZORBLAX")
    await bank("2026-10-01 -60.00 ZORBLAX x1")
    assert len(await household.rows(void=False)) == 2
    assert await questions(household) == ["the bank's amount is now this one's"]


async def test_history_says_in_a_sentence_what_a_settlement_rested_on(household: Family, bank: Bank) -> None:
    await bank("2026-10-01 -50.00 BISTRO JANINE pending x1")
    row = await household.id_of("x1")
    await bank("gone x1", "2026-10-03 -62.00 BISTRO JANINE x2")
    async with read_desk(household.world, household.household_id, household.actor) as desk:
        told = await history(desk, row)
    assert told[1].why == "settled from a pending row of 50.00 two days earlier: same merchant, 24 % tip"

"""A bank linked again: accounts and rows come under new ids, and the ledger is the one it was."""

from __future__ import annotations

from farthing.flows.edit import Edit, edit_transaction
from world import Bank, Family


async def card(bank: Bank, *rows: str) -> None:
    """The card's rows under its first id, x1 and so on."""
    await bank(*(f"{row} in card x{n}" for n, row in enumerate(rows, 1)))


async def visa(bank: Bank, *rows: str, since: str | None = None):  # type: ignore[no-untyped-def]
    """The same card under a new id of the bank's, its rows y1 and so on."""
    bank.accounts.pop("card", None)
    bank.has("visa", kind="card")
    return await bank(*(f"{row} in visa y{n}" for n, row in enumerate(rows, 1)), since=since)


async def ids(household: Family, letter: str, count: int) -> list[int]:
    return [await household.id_of(f"{letter}{n}", account_name="card") for n in range(1, count + 1)]


async def test_rows_that_come_again_with_other_texts_and_days_are_the_rows_we_have(household: Family, bank: Bank) -> None:
    twins = "2026-10-02 -4.50 GRULTZ"
    await card(bank, "2026-10-01 -15.49 PAYPAL NETFLIX COM", twins, twins, "2026-10-09 -80.00 SNIRK")
    before = await ids(household, "x", 4)
    await edit_transaction(household.world, household.household_id, household.actor, before[0], Edit(note="for Ann"))
    moved = "2026-10-03 -4.50 GRULTZ"
    outcome = await visa(bank, "2026-10-04 -15.49 NETFLIX", moved, moved, "2026-10-10 -80.00 SNIRK", "2026-10-12 -7.00 SNIRK")
    assert (outcome.added, outcome.updated) == (1, 4)
    after = await ids(household, "y", 4)
    assert (after[0], set(after[1:3]), after[3]) == (before[0], set(before[1:3]), before[3])
    assert len(await household.rows()) == 5
    assert "2026-10-04 -15.49 Netflix subscriptions “for Ann”" in await household.rows()
    assert await household.is_sound()


async def test_an_old_row_that_a_whole_new_history_lacks_stays_for_its_owner_to_see(household: Family, bank: Bank) -> None:
    await card(bank, "2026-10-01 -1.00 GRULTZ", "2026-10-05 -2.00 SNIRK", "2026-10-09 -3.00 ZORBLAX")
    outcome = await visa(bank, "2026-10-01 -1.00 GRULTZ", "2026-10-09 -3.00 ZORBLAX", since="2026-10-01")
    assert (outcome.added, outcome.removed) == (0, 0)
    assert len(await household.rows(void=False)) == 3
    assert await household.is_sound()

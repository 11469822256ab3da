"""Rows merged by the owner while the bank goes on stating both ids: neither split nor doubled by whatever it says next."""

from __future__ import annotations

import pytest

from farthing.flows.edit import Edit, edit_transaction
from farthing.flows.history import history
from farthing.flows.split_up import Slice, split_up
from flows.test_merge import back, from_file, merge
from paper_bank import MAIN, account
from snapshot import snapshot
from world import Bank, Family


@pytest.fixture(params=["x1 kept", "x2 kept"])
def kept(request: pytest.FixtureRequest) -> tuple[str, str]:
    """Which of two ids names the row that is kept, and the other one."""
    return ("x1", "x2") if request.param == "x1 kept" else ("x2", "x1")


async def twins(household: Family, bank: Bank, kept: tuple[str, str], text: str = "-9.99 GRULTZ") -> int | None:
    """Two ids of the bank for one purchase, merged."""
    await bank(f"2026-10-01 {text} x1", f"2026-10-01 {text} x2")
    return (await merge(household, await household.id_of(kept[0]), await household.id_of(kept[1]))).batch_id


ONE = ["2026-10-01 -9.99 Grultz uncategorised"]


async def test_both_ids_stated_again_are_no_news(household: Family, bank: Bank, kept: tuple[str, str]) -> None:
    await twins(household, bank, kept)
    before = await snapshot(household)
    for since in (None, "2026-09-01"):
        outcome = await bank("2026-10-01 -9.99 GRULTZ x2", "2026-10-01 -9.99 GRULTZ x1", since=since)
        assert not outcome.changed
    assert await snapshot(household) == before
    assert await household.rows() == ONE


async def test_the_kept_rows_own_news_is_written(household: Family, bank: Bank, kept: tuple[str, str]) -> None:
    await twins(household, bank, kept)
    await bank(f"2026-10-01 -8.00 GRULTZ {kept[0]}")
    assert await household.rows() == ["2026-10-01 -8.00 Grultz uncategorised"]
    assert await household.spent("2026-10") == {"uncategorised": "-8.00"}
    assert await household.is_sound()


async def test_the_others_news_waits_until_it_speaks(household: Family, bank: Bank, kept: tuple[str, str]) -> None:
    await twins(household, bank, kept)
    await bank(f"2026-10-01 -8.00 GRULTZ {kept[1]}")
    assert await household.rows() == ONE
    await bank(f"gone {kept[0]}")
    assert await household.rows() == ["2026-10-01 -8.00 Grultz uncategorised"]
    assert await household.spent("2026-10") == {"uncategorised": "-8.00"}
    assert await household.is_sound()


@pytest.mark.parametrize("first", ["kept first", "other first", "both at once"])
async def test_the_row_stands_while_either_id_does(household: Family, bank: Bank, kept: tuple[str, str], first: str) -> None:
    await twins(household, bank, kept)
    one, two = (kept[1], kept[0]) if first == "other first" else kept
    if first == "both at once":
        await bank(f"gone {one}", f"gone {two}")
    else:
        await bank(f"gone {one}")
        assert await household.rows() == ONE
        await bank(f"gone {one}")
        assert await household.rows() == ONE
        await bank(f"gone {two}")
    assert await household.rows() == ["2026-10-01 -9.99 Grultz uncategorised void"]
    assert await household.spent("2026-10") == {}
    assert await household.is_sound()


async def test_a_removed_id_that_comes_back_is_the_same_purchase(household: Family, bank: Bank, kept: tuple[str, str]) -> None:
    await twins(household, bank, kept)
    for ref in kept:
        await bank(f"gone {ref}")
        await bank(f"2026-10-01 -9.99 GRULTZ {ref}")
        assert await household.rows() == ONE, ref
    await bank(f"gone {kept[0]}")
    assert await household.rows() == ONE
    await bank(f"gone {kept[1]}")
    assert await household.rows(void=False) == []
    assert await household.is_sound()


async def test_a_hold_that_comes_back_after_it_was_merged_is_old_news(household: Family, bank: Bank, kept: tuple[str, str]) -> None:
    await bank("2026-10-01 -100.00 GRULTZ pending x1")
    await bank("gone x1", "2026-10-02 -43.17 GRULTZ PARIS x2")
    merged = await merge(household, await household.id_of(kept[0]), await household.id_of(kept[1]))
    one = await household.rows()
    await bank("2026-10-01 -100.00 GRULTZ pending x1")
    assert await household.rows() == one
    assert await household.spent("2026-10") == {"uncategorised": "-43.17"}

    await bank("gone x2")
    assert await household.spent("2026-10") == {}
    await bank("2026-10-01 -100.00 GRULTZ pending x1")
    assert await household.spent("2026-10") == {"uncategorised": "-100.00"}, "nothing else speaks for it now"

    await back(household, merged.batch_id)
    await bank("gone x1", "2026-10-02 -43.17 GRULTZ PARIS x2")
    assert await household.spent("2026-10") == {"uncategorised": "-43.17"}
    assert await household.is_sound()


async def test_what_was_taken_over_is_said_in_the_history_and_the_owners_word_stays(household: Family, bank: Bank) -> None:
    await twins(household, bank, ("x1", "x2"))
    x1 = await household.id_of("x1")
    vet, groceries = await household.category("vet"), await household.category("groceries")
    await edit_transaction(household.world, household.household_id, household.actor, x1, Edit(note="n", tags=["t"]))
    await split_up(household.world, household.household_id, household.actor, x1, [Slice(-900, vet), Slice(-99, groceries)])
    await bank("2026-10-01 -10.99 GRULTZ x2")
    await bank("gone x1")
    assert await household.spent("2026-10") == {"groceries": "-0.99", "uncategorised": "-1.00", "vet": "-9.00"}
    assert await household.id_of("x2") == x1
    async with household.desk() as desk:
        told = [t for t in await history(desk, x1) if t.field == "amount"]
    assert [(t.before, t.after, t.by) for t in told] == [("-9.99", "-10.99", "bank")]
    await bank("2026-10-01 -11.99 GRULTZ x2")
    assert (await household.spent("2026-10"))["uncategorised"] == "-2.00"
    assert await household.is_sound()


async def test_booked_outranks_pending_whichever_id_it_is(household: Family, bank: Bank, kept: tuple[str, str]) -> None:
    await twins(household, bank, kept, "-9.99 GRULTZ pending")
    await bank(f"2026-10-02 -12.00 GRULTZ {kept[1]}")
    (row,) = await household.rows()
    assert row == "2026-10-01 -12.00 Grultz uncategorised"
    await bank(f"gone {kept[0]}")
    assert await household.spent("2026-10") == {"uncategorised": "-12.00"}
    assert await household.is_sound()


async def test_each_of_two_pending_ids_that_settle_settles_the_one_purchase(household: Family, bank: Bank, kept: tuple[str, str]) -> None:
    await twins(household, bank, kept, "-9.99 GRULTZ pending")
    await bank("gone x1", "2026-10-02 -12.00 GRULTZ settles x1 x3")
    await bank("gone x2", "2026-10-02 -12.00 GRULTZ settles x2 x4")
    assert await household.spent("2026-10") == {"uncategorised": "-12.00"}
    assert await household.is_sound()


async def test_a_booked_row_and_its_lingering_pending_one_are_one_also_when_that_vanishes(household: Family, bank: Bank) -> None:
    await bank("2026-10-01 -9.99 GRULTZ pending x1", "2026-10-03 -12.00 GRULTZ PARIS x2")
    await merge(household, await household.id_of("x1"), await household.id_of("x2"))
    assert [r.split()[:2] for r in await household.rows()] == [["2026-10-01", "-12.00"]]
    await bank("2026-10-01 -9.99 GRULTZ pending x1")
    await bank("gone x1")
    assert [r.split()[:2] for r in await household.rows()] == [["2026-10-01", "-12.00"]]
    await bank("2026-10-03 -13.00 GRULTZ PARIS x2")
    assert await household.spent("2026-10") == {"uncategorised": "-13.00"}
    assert await household.is_sound()


@pytest.mark.parametrize("stated", [("y1",), ("y1", "y2")])
@pytest.mark.parametrize("since", [None, "2026-09-01"])
async def test_after_a_new_link_it_is_still_one(
    household: Family, bank: Bank, kept: tuple[str, str], stated: tuple[str, ...], since: str | None
) -> None:
    await twins(household, bank, kept)
    renamed = account("chq2")
    bank.accounts = {MAIN: renamed, "chq2": renamed}
    await bank(*(f"2026-10-01 -9.99 GRULTZ in chq2 {ref}" for ref in stated), since=since)
    assert await household.spent("2026-10") == {"uncategorised": "-9.99"}
    assert await household.rows(void=False) == ONE
    await bank(f"2026-10-01 -7.00 GRULTZ in chq2 {stated[0]}")
    await bank(*(f"2026-10-01 -7.00 GRULTZ in chq2 {ref}" for ref in stated), since=since)
    assert await household.spent("2026-10") == {"uncategorised": "-7.00"}
    assert await household.is_sound()


async def test_undone_after_one_id_vanished_the_bank_is_right(household: Family, bank: Bank, kept: tuple[str, str]) -> None:
    batch_id = await twins(household, bank, kept)
    await bank(f"gone {kept[0]}")
    await bank(f"2026-10-01 -8.00 GRULTZ {kept[1]}")
    await back(household, batch_id)
    assert sorted(await household.rows()) == ["2026-10-01 -8.00 Grultz uncategorised", "2026-10-01 -9.99 Grultz uncategorised void"]
    await bank(f"2026-10-01 -7.00 GRULTZ {kept[1]}")
    assert await household.spent("2026-10") == {"uncategorised": "-7.00"}
    assert await household.is_sound()


async def test_a_bank_that_takes_its_row_back_takes_the_files_with_it_until_the_file_says_so_again(household: Family, bank: Bank) -> None:
    await bank("2026-10-01 -9.99 GRULTZ x1")
    await merge(household, await household.id_of("x1"), await from_file(household, bank, "2026-10-05 -9.99 FLUMBO"))
    await bank("gone x1")
    assert await household.rows() == ["2026-10-01 -9.99 Grultz uncategorised void"]
    await bank.file("2026-10-05 -9.99 FLUMBO")
    assert await household.spent("2026-10") == {"uncategorised": "-9.99"}
    assert await household.is_sound()


async def test_a_second_file_with_the_merged_row_brings_it_not_again(household: Family, bank: Bank) -> None:
    await bank("2026-10-01 -9.99 GRULTZ x1", "2026-10-01 -9.99 GRULTZ x2")
    await merge(household, await household.id_of("x1"), await household.id_of("x2"))
    await bank.file("2026-10-01 -9.99 GRULTZ")
    assert await household.rows() == ONE
    await bank.file("2026-10-01 -9.99 GRULTZ", "2026-10-01 -9.99 GRULTZ")
    assert await household.spent("2026-10") == {"uncategorised": "-9.99"}

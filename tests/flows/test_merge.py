"""Two rows that are one by the owner's word: what is kept, what is gone, and that undoing it leaves no trace."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from farthing.core.errors import FarthingError, Missing, Refused, Rejected
from farthing.flows.add_by_hand import Entry, add_by_hand, delete_transaction
from farthing.flows.edit import Edit, edit_transaction
from farthing.flows.history import history
from farthing.flows.merge import Merged, merge_transactions
from farthing.flows.split_up import Slice, split_up
from farthing.flows.undo import Undone, undo
from farthing.flows.world import World
from farthing.ingest.batches.batch import FieldGroup
from farthing.ingest.suggestions.ask import Answer, open_questions, questions_named
from flows.test_manage_budgets import budget, standing_alerts, stands
from snapshot import snapshot
from world import Bank, Family, found


async def merge(household: Family, kept_id: int, other_id: int) -> Merged:
    return await merge_transactions(household.world, household.household_id, household.actor, kept_id=kept_id, other_id=other_id)


async def back(household: Family, batch_id: int | None) -> Undone:
    assert batch_id is not None
    return await undo(household.world, household.household_id, household.actor, batch_id)


async def edit(household: Family, transaction_id: int, **wish: Any) -> int | None:
    revised = await edit_transaction(household.world, household.household_id, household.actor, transaction_id, Edit(**wish))
    return revised.batch_id


async def by_hand(household: Family, text: str, **more: Any) -> int:
    day, amount, *name = text.split()
    entry = Entry(account_id=await household.account_id(), date=dt.date.fromisoformat(day), amount=amount, merchant=" ".join(name), **more)
    return (await add_by_hand(household.world, household.household_id, household.actor, entry)).transaction_id


async def from_file(household: Family, bank: Bank, text: str) -> int:
    """The row that a file of one row brings; it must be new."""
    _, outcome = await bank.file(text)
    (new,) = outcome.new_ids
    return new


async def test_a_banks_row_and_a_files_row_are_one_row_from_then_on(household: Family, bank: Bank) -> None:
    await bank("2026-10-01 -9.99 GRULTZ x1")
    kept, other = await household.id_of("x1"), await from_file(household, bank, "2026-10-05 -9.99 FLUMBO")
    assert await household.spent("2026-10") == {"uncategorised": "-19.98"}
    merged = await merge(household, kept, other)
    assert merged.dropped == {}
    assert await household.rows() == ["2026-10-01 -9.99 Grultz uncategorised"]
    assert await household.spent("2026-10") == {"uncategorised": "-9.99"}
    assert await household.is_sound()


async def test_a_merged_row_is_counted_nowhere_not_even_among_the_void(household: Family, bank: Bank) -> None:
    from farthing.flows.desk import read_desk
    from farthing.ledger.reading.rows import Filter, totals_of

    await bank("2026-10-01 -9.99 GRULTZ x1", "2026-10-01 -9.99 GRULTZ x2")
    await merge(household, await household.id_of("x1"), await household.id_of("x2"))
    for wanted in (Filter(), Filter(size_min=1), Filter(size_min=1, categories=(0,)), Filter(states=("pending", "posted", "void"))):
        async with read_desk(household.world, household.household_id, household.actor) as desk:
            totals = await totals_of(desk.unit, desk.household, wanted, desk.group_of)
        assert (totals.flowed.count, totals.void, totals.hidden) == (1, 0, 0), wanted


async def test_what_both_sources_say_again_changes_nothing(household: Family, bank: Bank) -> None:
    await bank("2026-10-01 -9.99 GRULTZ x1")
    await merge(household, await household.id_of("x1"), await from_file(household, bank, "2026-10-05 -9.99 FLUMBO"))
    before = await snapshot(household)
    assert not (await bank("2026-10-01 -9.99 GRULTZ x1")).changed
    assert not (await bank.file("2026-10-05 -9.99 FLUMBO"))[1].changed
    assert not (await bank("2026-10-01 -9.99 GRULTZ x1", since="2026-09-01")).changed
    assert await snapshot(household) == before


async def test_an_entry_keeps_its_id_and_says_what_the_bank_says(household: Family, bank: Bank) -> None:
    await bank("2026-10-04 -10.40 GRULTZ PARIS x1")
    kept = await by_hand(household, "2026-10-01 -10.00 Lunch", note="with Ada")
    await merge(household, kept, await household.id_of("x1"))
    assert await household.rows() == ["2026-10-01 -10.40 Lunch restaurants “with Ada”"]
    assert await household.id_of("x1") == kept
    await bank("2026-10-04 -11.40 GRULTZ PARIS x1")
    assert await household.rows() == ["2026-10-01 -11.40 Lunch restaurants “with Ada”"]
    assert await household.is_sound()


async def test_what_the_owner_said_of_either_is_kept(household: Family, bank: Bank) -> None:
    await bank("2026-10-01 -9.99 GRULTZ x1", "2026-10-02 -9.99 FLUMBO x2")
    kept, other = await household.id_of("x1"), await household.id_of("x2")
    await edit(household, kept, tags=["home"])
    await edit(household, other, tags=["work"], note="for Ada", category_id=await household.category("vet"), merchant="The Vet")
    assert (await merge(household, kept, other)).dropped == {}
    assert await household.rows() == ["2026-10-01 -9.99 The Vet vet #home #work “for Ada”"]
    assert await household.spent("2026-10") == {"vet": "-9.99"}


async def test_where_the_owner_said_two_things_the_kept_rows_stands_and_the_other_is_named(household: Family, bank: Bank) -> None:
    await bank("2026-10-01 -9.99 GRULTZ x1", "2026-10-02 -9.99 FLUMBO x2")
    kept, other = await household.id_of("x1"), await household.id_of("x2")
    vet, books = await household.category("vet"), await household.category("groceries")
    await edit(household, kept, note="mine", category_id=vet, date=dt.date(2026, 10, 3))
    await edit(household, other, note="theirs", category_id=books, date=dt.date(2026, 10, 4))
    merged = await merge(household, kept, other)
    assert merged.dropped == {"note": "theirs", "category_id": books, "date": "2026-10-04"}
    assert await household.rows() == ["2026-10-03 -9.99 Grultz vet “mine”"]
    async with household.desk() as desk:
        (told,) = [t for t in await history(desk, kept) if t.field == "merged"]
        assert told.after["left_out"] == {"note": "theirs", "category_id": "groceries", "date": "2026-10-04"}
        assert [t.field for t in await history(desk, other)][-1] == "deleted"


async def test_a_row_hidden_because_it_was_the_double_hides_nothing(household: Family, bank: Bank) -> None:
    await bank("2026-10-01 -9.99 GRULTZ x1", "2026-10-01 -9.99 GRULTZ x2")
    kept, other = await household.id_of("x1"), await household.id_of("x2")
    await edit(household, kept, hidden=True)
    assert (await merge(household, kept, other)).dropped == {"hidden": False}
    assert await household.spent("2026-10") == {"uncategorised": "-9.99"}


async def test_parts_are_kept_and_add_up_to_what_the_bank_says(household: Family, bank: Bank) -> None:
    await bank("2026-10-04 -12.00 GRULTZ x1")
    entry = await by_hand(household, "2026-10-03 -10.00 Lunch")
    vet, groceries = await household.category("vet"), await household.category("groceries")
    slices = [Slice(-400, vet), Slice(-600, groceries)]
    await split_up(household.world, household.household_id, household.actor, entry, slices)
    await merge(household, await household.id_of("x1"), entry)
    assert await household.spent("2026-10") == {"groceries": "-6.00", "uncategorised": "-2.00", "vet": "-4.00"}
    assert await household.is_sound()


async def test_a_transfer_goes_with_the_row_that_is_kept(household: Family, bank: Bank) -> None:
    bank.has("savings")
    entry = await by_hand_after(household, bank, "2026-10-05 -80.00 Grultz")
    await bank(
        "2026-10-01 -80.00 TRANSFER code TRANSFER_OUT_ACCOUNT_TRANSFER x1",
        "2026-10-02 80.00 TRANSFER in savings code TRANSFER_IN_ACCOUNT_TRANSFER x2",
    )
    out, into = await household.id_of("x1"), await household.id_of("x2", account_name="savings")
    before = await snapshot(household)
    assert before["pairs"] == [(out, into)]
    merged = await merge(household, entry, out)
    assert (await snapshot(household))["pairs"] == [(entry, into)]
    assert await household.spent("2026-10") == {}
    await back(household, merged.batch_id)
    assert await snapshot(household) == before


async def by_hand_after(household: Family, bank: Bank, text: str) -> int:
    await bank("2026-09-01 -1.00 WIBBLE x9")
    return await by_hand(household, text)


@pytest.mark.parametrize("way", ["bank and file", "file and bank", "entry and bank", "two ids", "pending and booked"])
async def test_undoing_a_merge_leaves_no_trace_but_history_and_doing_it_again_is_the_same(household: Family, bank: Bank, way: str) -> None:
    await bank("2026-10-02 -9.99 GRULTZ x1", "2026-10-01 -9.99 WIBBLE x2", "2026-10-01 -8.99 WIBBLE pending x3")
    x1, x2, x3 = [await household.id_of(x) for x in ("x1", "x2", "x3")]
    file = await from_file(household, bank, "2026-10-08 -9.99 FLUMBO")
    entry = await by_hand(household, "2026-09-27 -9.00 Lunch", note="with Ada", tags=["work"], category_id=await household.category("vet"))
    await edit(household, x1, note="n", tags=["home"])
    pairs = {"bank and file": (x1, file), "file and bank": (file, x1), "entry and bank": (entry, x1), "two ids": (x1, x2)}
    kept, other = (pairs | {"pending and booked": (x3, x1)})[way]
    before, lines = await snapshot(household), await standing(household)
    merged = await merge(household, kept, other)
    after, moved = await snapshot(household), await standing(household)
    assert after != before
    undone = await back(household, merged.batch_id)
    assert (undone.undone, undone.refused) == (1, ())
    assert await snapshot(household) == before
    assert await standing(household) == lines
    assert await household.is_sound()
    again = await back(household, undone.batch_id)
    assert again.undone == 1
    assert await snapshot(household) == after
    assert await standing(household) == moved
    await back(household, again.batch_id)
    assert await snapshot(household) == before


async def standing(household: Family) -> list[tuple[Any, ...]]:
    async with household.unit() as (unit, _):
        return [tuple(r) for r in await unit.conn.fetch("select ref, transaction_id, state, digest from line order by ref")]


async def test_a_question_is_answered_by_merging_and_open_again_when_it_is_undone(household: Family, bank: Bank) -> None:
    await bank("2026-10-01 -9.99 GRULTZ x1")
    file = await from_file(household, bank, "2026-10-05 -9.99 FLUMBO")
    async with household.unit() as (unit, sealer):
        (asked,) = await open_questions(unit, sealer)
    merged = await merge(household, await household.id_of("x1"), file)
    async with household.unit() as (unit, sealer):
        assert await open_questions(unit, sealer) == []
        said = (await questions_named(unit, sealer, [asked.suggestion_id]))[asked.suggestion_id]
    assert (said.state, said.answered_in) == (Answer.YES, merged.batch_id)
    await back(household, merged.batch_id)
    async with household.unit() as (unit, sealer):
        assert await open_questions(unit, sealer) == [asked]


async def test_what_was_said_after_the_merge_stays_when_it_is_undone(household: Family, bank: Bank) -> None:
    await bank("2026-10-01 -9.99 GRULTZ x1")
    kept, other = await household.id_of("x1"), await from_file(household, bank, "2026-10-05 -9.99 FLUMBO")
    await edit(household, other, note="theirs", tags=["work"])
    merged = await merge(household, kept, other)
    await edit(household, kept, note="newer")
    undone = await back(household, merged.batch_id)
    assert [(k.group, k.reason) for k in undone.refused] == [(FieldGroup.NOTE, "changed_later")]
    assert await household.rows() == [
        "2026-10-05 -9.99 Flumbo uncategorised #work “theirs”",
        "2026-10-01 -9.99 Grultz uncategorised “newer”",
    ]


async def test_an_edit_of_the_other_row_is_not_undone_past_the_merge(household: Family, bank: Bank) -> None:
    await bank("2026-10-01 -9.99 GRULTZ x1", "2026-10-01 -9.99 GRULTZ x2")
    kept, other = await household.id_of("x1"), await household.id_of("x2")
    noted = await edit(household, other, note="theirs")
    await merge(household, kept, other)
    undone = await back(household, noted)
    assert [(k.transaction_id, k.reason) for k in undone.refused] == [(other, "changed_later")]
    assert await household.rows() == ["2026-10-01 -9.99 Grultz uncategorised “theirs”"]


async def test_an_import_is_not_undone_past_the_merge_of_its_row(household: Family, bank: Bank) -> None:
    await bank("2026-10-01 -9.99 GRULTZ x1")
    batch_id, outcome = await bank.file("2026-10-05 -9.99 FLUMBO", "2026-10-06 -3.00 WIBBLE")
    merged = await merge(household, await household.id_of("x1"), outcome.new_ids[0])
    undone = await back(household, batch_id)
    assert [(k.transaction_id, k.reason) for k in undone.refused] == [(outcome.new_ids[0], "changed_later")]
    assert await household.rows(void=False) == ["2026-10-01 -9.99 Grultz uncategorised"]
    await back(household, merged.batch_id)
    assert await household.is_sound()


async def test_three_rows_become_one_in_two_steps_and_three_again(household: Family, bank: Bank) -> None:
    await bank("2026-10-01 -9.99 GRULTZ x1", "2026-10-01 -9.99 GRULTZ x2", "2026-10-01 -9.99 GRULTZ x3")
    one, two, three = [await household.id_of(x) for x in ("x1", "x2", "x3")]
    before = await snapshot(household)
    first = await merge(household, two, three)
    second = await merge(household, one, two)
    assert await household.spent("2026-10") == {"uncategorised": "-9.99"}
    assert [k.reason for k in (await back(household, first.batch_id)).refused] == ["changed_later"]
    await bank("gone x1", "gone x2")
    assert await household.rows(void=False) == ["2026-10-01 -9.99 Grultz uncategorised"]
    await bank("2026-10-01 -9.99 GRULTZ x1", "2026-10-01 -9.99 GRULTZ x2")
    assert await household.spent("2026-10") == {"uncategorised": "-9.99"}
    await back(household, second.batch_id)
    await back(household, first.batch_id)
    assert (await snapshot(household))["sums"] == before["sums"]
    assert await household.is_sound()


async def refused(household: Family, kept_id: int, other_id: int) -> FarthingError:
    with pytest.raises(FarthingError) as raised:
        await merge(household, kept_id, other_id)
    return raised.value


async def test_what_cannot_be_one_is_refused_with_the_reason(household: Family, bank: Bank, world: World) -> None:
    await bank(
        "2026-10-01 -9.99 GRULTZ x1", "2026-10-01 -9.99 GRULTZ x2", "2026-10-01 9.99 GRULTZ x3", "2026-10-01 -9.99EUR GRULTZ x4",
        "2026-10-01 -9.99 GRULTZ in card x5", "2026-10-01 -9.99 GRULTZ x6", "2026-10-01 -9.99 GRULTZ x7",
    )  # fmt: skip
    x1, x2, x3, x4, x6, x7 = [await household.id_of(x) for x in ("x1", "x2", "x3", "x4", "x6", "x7")]
    card = await household.id_of("x5", account_name="card")
    await delete_transaction(household.world, household.household_id, household.actor, x6)
    await merge(household, x7, x2)
    stranger = await found(world)
    await stranger.bank("2026-10-01 -9.99 GRULTZ x1")
    theirs = await stranger.id_of("x1")
    before = await snapshot(household)
    told = {name: await refused(household, x1, other) for name, other in {
        "itself": x1, "nobody": 12345, "foreign": theirs, "refund": x3, "euros": x4, "card": card, "deleted": x6, "merged": x2,
    }.items()}  # fmt: skip
    assert {name: error.code for name, error in told.items()} == {
        "itself": "same_transaction", "nobody": "not_found", "foreign": "not_found", "refund": "other_amount", "euros": "other_amount",
        "card": "other_account", "deleted": "not_in_ledger", "merged": "already_merged",
    }  # fmt: skip
    assert {type(e) for e in told.values()} == {Rejected, Missing, Refused}
    assert await snapshot(household) == before


async def test_nothing_is_said_of_a_row_that_is_part_of_another(household: Family, bank: Bank) -> None:
    await bank("2026-10-01 -9.99 GRULTZ x1", "2026-10-01 -9.99 GRULTZ x2")
    kept, other = await household.id_of("x1"), await household.id_of("x2")
    await merge(household, kept, other)
    with pytest.raises(Refused, match="part of another"):
        await edit(household, other, note="lost")
    with pytest.raises(Refused, match="part of another"):
        await split_up(household.world, household.household_id, household.actor, other, [Slice(-500, 0), Slice(-499, 0)])


async def test_a_budget_that_the_double_broke_is_kept_again_in_the_same_breath(household: Family, bank: Bank) -> None:
    await budget(household, "uncategorised", "100")
    await bank("2026-11-02 -60.00 GRULTZ x1", "2026-11-02 -60.00 GRULTZ x2")
    assert await standing_alerts(household) == ["2026-11 100"]
    merged = await merge(household, await household.id_of("x1"), await household.id_of("x2"))
    assert await stands(household, "2026-11") == ["60.00/100.00 under"]
    assert await standing_alerts(household) == []
    await back(household, merged.batch_id)
    assert await standing_alerts(household) == ["2026-11 100"]


async def test_a_files_line_comes_back_beneath_its_own_row(household: Family, bank: Bank) -> None:
    await bank("2026-10-01 -9.99 GRULTZ x1")
    kept, other = await household.id_of("x1"), await from_file(household, bank, "2026-10-05 -9.99 FLUMBO")
    merged = await merge(household, kept, other)
    await bank("2026-10-01 -7.00 GRULTZ x1")
    await back(household, merged.batch_id)
    assert await household.rows() == ["2026-10-05 -9.99 Flumbo uncategorised", "2026-10-01 -7.00 Grultz uncategorised"]
    assert not (await bank.file("2026-10-05 -9.99 FLUMBO"))[1].changed

"""Undo gives back every opened field, refuses by name what something later stands on, and can be undone itself."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from farthing.core.errors import Missing, Refused
from farthing.flows.bulk import edit_many
from farthing.flows.edit import Edit
from farthing.flows.undo import Undone, undo
from farthing.flows.world import World
from farthing.ingest.batches.batch import FieldGroup
from snapshot import snapshot
from world import Bank, Family, found

LINES = ("2026-10-01 -10.00 ZORBLAX x1", "2026-10-02 -5.00 QUUXLEY x2", "2026-11-02 -7.00 GRULTZ x3")


async def edit(household: Family, *refs: str, **wish: object) -> int:
    ids = [await household.id_of(ref) for ref in refs]
    revised = await edit_many(household.world, household.household_id, household.actor, Edit(**wish), ids=ids)  # type: ignore[arg-type]
    assert revised.batch_id is not None
    return revised.batch_id


async def back(household: Family, batch_id: int | None) -> Undone:
    assert batch_id is not None
    return await undo(household.world, household.household_id, household.actor, batch_id)


async def last_batch(household: Family) -> int:
    async with household.unit() as (unit, _):
        found_id: int = await unit.conn.fetchval("select max(batch_id) from batch")
    return found_id


async def test_an_edit_undone_leaves_no_trace_but_history(household: Family, bank: Bank) -> None:
    await bank(*LINES)
    before = await snapshot(household)
    wish = {"category_id": await household.category("vet"), "note": "n", "tags": ["t"], "merchant": "M", "hidden": True}
    batch = await edit(household, "x1", "x2", date=dt.date(2026, 9, 9), **wish)
    undone = await back(household, batch)
    assert (undone.undone, undone.refused) == (2, ())
    assert await snapshot(household) == before
    assert await household.is_sound()


async def test_undo_of_undo_is_redo_and_so_on(household: Family, bank: Bank) -> None:
    await bank(*LINES)
    before = await snapshot(household)
    batch = await edit(household, "x1", category_id=await household.category("vet"))
    after = await snapshot(household)
    first = await back(household, batch)
    second = await back(household, first.batch_id)
    assert await snapshot(household) == after
    third = await back(household, second.batch_id)
    assert third.refused == ()
    assert await snapshot(household) == before


async def test_a_batch_is_undone_once(household: Family, bank: Bank) -> None:
    await bank(*LINES)
    batch = await edit(household, "x1", note="n")
    await back(household, batch)
    with pytest.raises(Refused):
        await back(household, batch)


async def test_what_something_later_stands_on_is_refused_by_name(household: Family, bank: Bank) -> None:
    await bank(*LINES)
    early = await edit(household, "x1", "x2", category_id=await household.category("vet"), note="early")
    await edit(household, "x1", category_id=await household.category("groceries"))
    undone = await back(household, early)
    kept = undone.refused[0]
    assert (len(undone.refused), kept.transaction_id, kept.group, kept.reason) == (
        1, await household.id_of("x1"), FieldGroup.CATEGORY, "changed_later",
    )  # fmt: skip
    assert await household.rows() == [
        "2026-11-02 -7.00 Grultz uncategorised",
        "2026-10-02 -5.00 Quuxley uncategorised",
        "2026-10-01 -10.00 Zorblax groceries",
    ]


async def test_edits_are_undone_one_after_the_other_like_a_stack(household: Family, bank: Bank) -> None:
    await bank(*LINES)
    before = await snapshot(household)
    batches = [await edit(household, "x1", "x2", category_id=await household.category(slug)) for slug in ("vet", "groceries", "rent")]
    for batch in reversed(batches):
        assert (await back(household, batch)).refused == ()
    assert await snapshot(household) == before


async def test_undo_of_a_sync_throws_away_what_it_brought_and_the_bank_cannot_bring_it_back(household: Family, bank: Bank) -> None:
    await bank(LINES[0])
    await bank(*LINES[1:])
    sync = await last_batch(household)
    undone = await back(household, sync)
    assert undone.undone == 2
    assert await household.rows(void=False) == ["2026-10-01 -10.00 Zorblax uncategorised"]
    assert await household.spent("2026-11") == {}
    await bank(*LINES)
    assert await household.rows(void=False) == ["2026-10-01 -10.00 Zorblax uncategorised"], "a rebuild repeats the owner's decision"
    await back(household, undone.batch_id)
    assert len(await household.rows(void=False)) == 3
    assert await household.is_sound()


async def test_undo_of_a_sync_leaves_the_banks_own_words(household: Family, bank: Bank) -> None:
    await bank(LINES[0])
    await bank("2026-10-01 -12.00 ZORBLAX x1", LINES[1])
    undone = await back(household, await last_batch(household))
    assert [(k.group, k.reason) for k in undone.refused] == [(FieldGroup.BANK, "bank_stands")]
    assert await household.rows(void=False) == ["2026-10-01 -12.00 Zorblax uncategorised"]


async def test_undo_of_an_import_and_the_same_file_again(household: Family, bank: Bank) -> None:
    await bank(LINES[0])
    before = await snapshot(household)
    batch, _ = await bank.file("2026-09-01 -3.00 GRULTZ", "2026-09-01 -3.00 GRULTZ")
    await back(household, batch)
    assert await household.rows(void=False) == ["2026-10-01 -10.00 Zorblax uncategorised"]
    assert (await snapshot(household))["sums"] == before["sums"]
    again, outcome = await bank.file("2026-09-01 -3.00 GRULTZ", "2026-09-01 -3.00 GRULTZ")
    assert outcome.added == 0
    assert len(await household.rows(void=False)) == 3
    assert len(await household.rows()) == 3, "the rows come back, they are not made again"
    await back(household, again)
    assert len(await household.rows(void=False)) == 1
    assert await household.is_sound()


async def test_undo_of_an_import_keeps_what_the_bank_says_too(household: Family, bank: Bank) -> None:
    await bank(LINES[0])
    batch, _ = await bank.file("2026-09-01 -3.00 GRULTZ", "2026-09-02 -4.00 GRULTZ")
    await bank("2026-09-01 -3.00 GRULTZ x9")
    undone = await back(household, batch)
    assert [k.reason for k in undone.refused] == ["bank_stands"]
    assert len(await household.rows(void=False)) == 2


async def test_a_row_the_owner_threw_away_stays_away(household: Family, bank: Bank) -> None:
    from farthing.flows.add_by_hand import delete_transaction

    await bank(LINES[0])
    batch, _ = await bank.file("2026-09-01 -3.00 GRULTZ", "2026-09-02 -4.00 GRULTZ")
    async with household.unit() as (unit, _):
        row = await unit.conn.fetchval("select transaction_id from transaction where amount = -300")
    await delete_transaction(household.world, household.household_id, household.actor, row)
    await back(household, batch)
    await bank.file("2026-09-01 -3.00 GRULTZ", "2026-09-02 -4.00 GRULTZ")
    assert sorted(r.split()[1] for r in await household.rows(void=False)) == ["-10.00", "-4.00"]


async def test_transfers_made_by_a_sync_come_apart_with_it(household: Family, bank: Bank) -> None:
    bank.has("savings")
    await bank("2026-10-01 100.00 TRANSFER FROM CHECKING in savings x1")
    before = await snapshot(household)
    await bank("2026-10-01 -100.00 TRANSFER TO SAVINGS x2")
    assert (await snapshot(household))["pairs"] != []
    undone = await back(household, await last_batch(household))
    after = await snapshot(household)
    assert (after["pairs"], after["sums"]) == ([], before["sums"])
    await back(household, undone.batch_id)
    assert len((await snapshot(household))["pairs"]) == 1


async def test_another_households_batch_is_a_missing_one(household: Family, bank: Bank) -> None:
    await bank(*LINES)
    other = await found(household.world)
    with pytest.raises(Missing):
        await back(other, await last_batch(household))


WISHES = st.fixed_dictionaries(
    {},
    optional={
        "category_id": st.sampled_from(["vet", "groceries", "rent", "pay", None]),
        "note": st.text("ab ", max_size=3),
        "merchant": st.text("ab", max_size=2),
        "tags": st.lists(st.sampled_from(["one", "two", "ONE"]), max_size=2),
        "date": st.one_of(st.none(), st.dates(dt.date(2026, 8, 1), dt.date(2026, 12, 1))),
        "hidden": st.booleans(),
        "reviewed": st.booleans(),
    },
)
EDITS = st.lists(st.tuples(st.sets(st.sampled_from(["x1", "x2", "x3"]), min_size=1), WISHES), min_size=1, max_size=5)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(edits=EDITS)
async def test_any_edits_undone_in_turn_leave_equal_rows(world: World, edits: list[tuple[set[str], dict[str, object]]]) -> None:
    household = await found(world)
    await household.bank(*LINES)
    shots, batches = [], []
    for refs, wish in edits:
        named = dict(wish)
        if isinstance(named.get("category_id"), str):
            named["category_id"] = await household.category(str(named["category_id"]))
        shots.append(await snapshot(household))
        ids = [await household.id_of(ref) for ref in sorted(refs)]
        revised = await edit_many(world, household.household_id, household.actor, Edit(**named), ids=ids)  # type: ignore[arg-type]
        batches.append(revised.batch_id)
    for shot, batch in zip(reversed(shots), reversed(batches), strict=True):
        if batch is not None:
            assert (await back(household, batch)).refused == ()
        now = await snapshot(household)
        assert (now["rows"], now["sums"]) == (shot["rows"], shot["sums"])
    assert await household.is_sound()

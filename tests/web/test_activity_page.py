"""History: everything that came in or was changed together, one of them looked into row by row, undone and done again."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import AsyncIterator

import pytest_asyncio

from farthing.core.ids import public
from farthing.flows.desk import read_desk
from farthing.flows.edit import Edit, edit_transaction
from farthing.flows.inspect_batch import list_batches
from farthing.flows.manage_budgets import BudgetWish, add_budget
from farthing.flows.world import World
from farthing.ledger.model import BatchKind
from web.visit import Browser, browser, program
from world import Bank, Family, found

NOVEMBER = dt.date(2026, 11, 1)


@pytest_asyncio.fixture(loop_scope="session")
async def reader(world: World, household: Family) -> AsyncIterator[Browser]:
    async with browser(world, household) as reader:
        await reader.open("/activity")
        yield reader


async def newest(family: Family, kind: BatchKind) -> str:
    async with read_desk(family.world, family.household_id, family.actor) as desk:
        return public("bat", (await list_batches(desk, kinds=[kind]))[0].batch.batch_id)


async def test_each_sync_and_each_change_is_a_line_with_what_it_did(reader: Browser, household: Family, bank: Bank) -> None:
    """Two syncs and an edit: newest first, by kind where asked; a household without any says what will stand here."""
    assert "Nothing yet" in reader.words
    await bank("2026-11-20 -30.00 ZORBLAX b1", "2026-11-19 -4.00 WIBBLE b2")
    await bank("2026-11-20 -31.50 ZORBLAX b1")
    await edit_transaction(household.world, household.household_id, household.actor, await household.id_of("b2"), Edit(note="For Zoë"))
    await reader.open("/activity")
    results = re.findall(r"<td>(1 changed|2 new|[^<]*nothing new)</td>", reader.page)
    assert results == ["1 changed", "1 changed", "2 new"]
    await reader.open("/activity?kind=owner")
    assert re.findall(r"<td>(1 changed|2 new)</td>", reader.page) == ["1 changed"]
    assert (await reader.open("/activity?kind=nonsense"), reader.status)[1] == 422


async def test_a_batch_looked_into_names_each_row_and_each_field_with_what_it_said_before(
    reader: Browser, household: Family, bank: Bank
) -> None:
    await bank("2026-11-20 -30.00 ZORBLAX b1", "2026-11-19 -4.00 WIBBLE b2")
    first = await newest(household, BatchKind.SYNC)
    await bank("2026-11-20 -31.50 ZORBLAX b1")
    await reader.open(f"/activity/{await newest(household, BatchKind.SYNC)}")
    assert "Amount -30.00 → became -31.50 the bank corrected it" in reader.words
    await reader.open(f"/activity/{first}")
    assert reader.words.count(" New ") == 2
    row = await household.id_of("b2")
    await edit_transaction(
        household.world, household.household_id, household.actor, row, Edit(category_id=await household.category("vet"), tags=["cat"])
    )
    await reader.open(f"/activity/{await newest(household, BatchKind.EDIT)}")
    assert re.search(r"Category .* → became Vet", reader.words)
    assert "Tags nothing → became cat" in reader.words
    assert "Change: category to Vet, tags #cat" in reader.words


async def test_undo_and_redo_are_pressed_here_also_out_of_order(reader: Browser, household: Family, bank: Bank) -> None:
    """Two edits of two fields of one row: the older is undone, the newer stays; the undoing is a line of its own, undone in turn."""
    await bank("2026-11-20 -30.00 ZORBLAX b1")
    world, home, actor, row = household.world, household.household_id, household.actor, await household.id_of("b1")
    await edit_transaction(world, home, actor, row, Edit(note="first"))
    older = await newest(household, BatchKind.EDIT)
    await edit_transaction(world, home, actor, row, Edit(tags=["second"]))
    await reader.send("/activity", batch_id=older)
    assert reader.at == "/activity?undone=1&kept=0"
    assert "Undone: 1 transaction is as before." in reader.words
    async with program(world, household) as it:
        held = (await it.get(f"/transactions/{public('txn', row)}")).json()
        assert (held["note"], held["tags"]) == (None, ["second"])
        await reader.send("/activity", batch_id=await newest(household, BatchKind.UNDO))
        assert (await it.get(f"/transactions/{public('txn', row)}")).json()["note"] == "first"
    assert "Undo: Change: note “first”" in reader.words
    assert "Change: tags #second" in reader.words
    await reader.send("/activity", batch_id=older)
    await reader.send("/activity", batch_id=older)
    assert reader.status == 409


async def test_a_field_that_a_later_batch_set_again_is_kept_and_named(reader: Browser, household: Family, bank: Bank) -> None:
    await bank("2026-11-20 -30.00 ZORBLAX b1")
    world, home, actor, row = household.world, household.household_id, household.actor, await household.id_of("b1")
    await edit_transaction(world, home, actor, row, Edit(note="first", tags=["t"]))
    older = await newest(household, BatchKind.EDIT)
    await edit_transaction(world, home, actor, row, Edit(note="second"))
    await reader.send("/activity", batch_id=older)
    assert "1 stays as it is, because it was changed since." in reader.words


async def test_programs_read_batches_and_their_changes_page_by_page(household: Family, bank: Bank, world: World) -> None:
    """Five rows of one sync in pages of two; a budget beside transactions; another household's batch is as unknown as none."""
    await bank(*(f"2026-11-{10 + n} -3.00 KIOSK{n} b{n}" for n in range(5)))
    await add_budget(
        world, household.household_id, household.actor, BudgetWish(category_id=await household.category("vet"), limit="80", starts=NOVEMBER)
    )
    async with program(world, household) as it:
        listed = (await it.get("/batches?kind=sync,edit")).json()["items"]
        assert [(b["kind"], b["can_undo"]) for b in listed] == [("edit", True), ("sync", True)]
        key, pages, cursor = listed[1]["id"], [], ""
        while True:
            page = (await it.get(f"/batches/{key}/changes?limit=2{cursor}")).json()
            pages.append([(e["did"], e["transaction"]["merchant"]) for e in page["items"]])
            if not page["next_cursor"]:
                break
            cursor = f"&cursor={page['next_cursor']}"
        assert [len(p) for p in pages] == [2, 2, 1]
        assert {did for p in pages for did, _ in p} == {"added"}
        (aside,) = (await it.get(f"/batches/{listed[0]['id']}/changes")).json()["others"]
        assert (aside["kind"], aside["before"], aside["after"]["limit"]) == ("budget", {}, "80.00 USD")
        assert (await it.get("/batches?kind=dance")).status_code == 422
        assert (await it.get(f"/batches/{key}")).json()["title"] == "Paper Bank"
    async with program(world, await found(world)) as stranger:
        for path in (f"/batches/{key}", f"/batches/{key}/changes", "/batches/bat_zzzz"):
            assert (await stranger.get(path)).status_code == 404

"""Rows that cannot be taken: the rest comes in, each is named with what was wrong, and nothing of them is lost."""

from __future__ import annotations

from farthing.connections.model import Refused
from farthing.flows.desk import read_desk
from farthing.flows.import_file import commit_import, preview_import
from farthing.flows.left_out import missed
from farthing.flows.sync import sync_connection
from farthing.flows.view_activity import view_batch
from farthing.ingest.batches.batch import BatchRow, batches
from farthing.ingest.land import landed_of
from farthing.ledger.model import BatchKind
from paper_bank import read
from web.visit import browser, program
from world import Bank, Family

TABLE = b"Date,Payee,Amount\n2026-11-01,Zorblax,-29.48\n2026-11-02,Snirk,\n,Blorp,3.00\n2026-11-03,Quuxley,n/a\n"
WRONG = [
    ("Row 3, Amount", "the amount is missing"),
    ("Row 4, Date", "the date is missing"),
    ("Row 5, Amount", "“n/a” is not an amount"),
]


async def imported(household: Family) -> BatchRow:
    who = (household.world, household.household_id, household.actor)
    run = await preview_import(*who, TABLE)
    await commit_import(*who, run.import_id)
    async with household.desk() as desk:
        return (await batches(desk.unit, desk.sealer, kinds=[BatchKind.IMPORT], count=1))[0]


async def looked(household: Family, bank: Bank, *lines: str) -> BatchRow:
    """A sync in which one row has no amount."""
    wrong = Refused("ab12", "the amount is missing or cannot be read", "2026-11-02 SNIRK")
    bank.teller.write(bank.token, read(lines), bank.accounts.values(), refused=[wrong])
    await sync_connection(household.world, household.household_id, bank.connection_id)
    async with household.desk() as desk:
        return (await batches(desk.unit, desk.sealer, kinds=[BatchKind.SYNC], count=1))[0]


async def test_a_files_row_without_an_amount_is_named_and_the_rest_comes_in(household: Family) -> None:
    batch = await imported(household)
    assert [r.split()[:2] for r in await household.rows()] == [["2026-11-01", "-29.48"]]
    assert [(r.what, r.reason) for r in missed(batch).rows] == WRONG
    async with household.desk() as desk:
        kept = (await landed_of(desk.unit, desk.sealer, batch.batch_id))[0].pages[0]
        told = await view_batch(desk, batch.batch_id)
    assert kept == TABLE
    assert (told.line.counts, len(told.left_out)) == ("1 new, 3 refused", 3)


async def test_a_banks_row_without_an_amount_is_named_and_the_rest_comes_in(household: Family, bank: Bank) -> None:
    await bank()
    batch = await looked(household, bank, "2026-11-01 -29.48 ZORBLAX x1")
    assert [r.split()[:2] for r in await household.rows()] == [["2026-11-01", "-29.48"]]
    async with read_desk(household.world, household.household_id, household.actor) as desk:
        told = await view_batch(desk, batch.batch_id)
    assert told.line.counts == "1 new, 1 refused"
    assert told.left_out == ("2026-11-02 SNIRK: the amount is missing or cannot be read",)
    assert await household.is_sound()


async def test_a_look_that_brings_nothing_but_such_a_row_is_kept_and_told(household: Family, bank: Bank) -> None:
    await bank("2026-11-01 -29.48 ZORBLAX x1")
    batch = await looked(household, bank)
    assert (batch.added, missed(batch).count) == (0, 1)
    async with household.desk() as desk:
        assert len(await landed_of(desk.unit, desk.sealer, batch.batch_id)) == 1
    assert await household.is_sound()


async def test_page_and_api_say_which_rows_were_not_taken(household: Family, bank: Bank) -> None:
    await bank()
    await looked(household, bank, "2026-11-01 -29.48 ZORBLAX x1")
    await imported(household)
    async with program(household.world, household) as api:
        (done,) = (await api.get("/imports")).json()["items"]
        errors = (await api.get(f"/imports/{done['id']}")).json()["errors"]
        assert [(e["row"], e["field"], e["code"]) for e in errors] == [
            (3, "Amount", "bad_amount"),
            (4, "Date", "bad_date"),
            (5, "Amount", "bad_amount"),
        ]
        synced = (await api.get("/batches?kind=sync")).json()["items"][0]
        assert (synced["refused"], synced["left_out"]) == (
            1,
            [{"what": "2026-11-02 SNIRK", "reason": "the amount is missing or cannot be read"}],
        )
    async with browser(household.world, household) as reader:
        await reader.open(f"/imports/{done['id']}")
        assert "Not taken: 3 rows Row 3, Amount: the amount is missing" in reader.words
        await reader.open(f"/activity/{synced['id']}")
        assert "Not taken: 1 row 2026-11-02 SNIRK: the amount is missing or cannot be read" in reader.words

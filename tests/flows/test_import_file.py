"""A file from the owner's disk: what it would do, where it goes, how it is read, and that it is done once."""

from __future__ import annotations

import asyncio
import contextlib
from pathlib import Path

import msgspec
import pytest

from farthing.core.dates import FixedClock
from farthing.core.errors import Conflict, Missing, Rejected
from farthing.flows import import_file
from farthing.flows.import_file import (
    DryRun,
    bring_import,
    commit_import,
    drop_import,
    find_import,
    look_at_import,
    preview_import,
)
from farthing.flows.import_places import Goal
from farthing.flows.manage_categories import CategoryWish, add_category
from farthing.flows.read_file import Reading
from farthing.flows.split_up import Slice, split_up
from farthing.flows.tidy import tidy
from farthing.flows.undo import undo
from farthing.ledger.label import splits_of
from rebuilt import rebuilt_difference
from simulation.perils import Killed, PerilousDatabase
from world import Bank, Family, found

DATA = Path(__file__).parents[1] / "data" / "statements"
OFX = (DATA / "ofx" / "jseutter__ofxparse__checking.ofx").read_bytes()
TABLE = b"""Date,Description,Amount
2026-11-03,BAKERY,-3.00
2026-11-04,SALARY,1200.00
2026-11-05,MARKET,-45.10
"""
OTHER_BANK = b"""Buchungstag;Verwendungszweck;Betrag
03.11.2026;BAECKER;-3,00
04.11.2026;LOHN;1.200,00
"""


async def look(household: Family, content: bytes, **more: object) -> DryRun:
    return await preview_import(household.world, household.household_id, household.actor, content, **more)  # type: ignore[arg-type]


async def keep(household: Family, run: DryRun, **more: object) -> None:
    await commit_import(household.world, household.household_id, household.actor, run.import_id, **more)  # type: ignore[arg-type]


def counts(run: DryRun) -> tuple[int, int, int, int]:
    return run.counts.new, run.counts.known, run.counts.similar, run.counts.refused


MONARCH = b"""Date,Merchant,Category,Account,Original Statement,Notes,Amount,Tags
2026-11-03,Bakery,Groceries,Checking,BAKERY 12,,-3.00,
2026-11-04,Zorblax,Vacation Fund,Checking,ZORBLAX 7,,-9.00,
2026-11-05,Zorblax,Boat,Checking,ZORBLAX 9,,-8.00,
"""


async def test_what_the_owner_sorted_elsewhere_counts_and_what_has_no_place_here_is_told(household: Family) -> None:
    run = await look(household, MONARCH)
    assert [d.sentence for d in run.statement.doubts] == [
        "the file names 2 categories that are not known here (“Vacation Fund”, “Boat”): make them first, or we sort those rows ourselves"
    ]
    adding = CategoryWish(name="Boat", group="entertainment")
    await add_category(household.world, household.household_id, household.actor, adding)
    run = await look(household, MONARCH)
    assert "(“Vacation Fund”)" in run.statement.doubts[0].sentence
    await keep(household, run)
    async with household.desk() as desk:
        names = {c.category_id: c.name for c in desk.categories.every}
        rows = await desk.unit.conn.fetch("select category_id, category_source from transaction order by date")
    assert [(names[r[0]], r[1]) for r in rows] == [("Groceries", 1), ("Not sorted yet", 0), ("Boat", 1)]


QUICKEN = b"""!Type:Bank
D2026-11-03
T-10.00
PSupermarket
L--Split--
SGroceries
Ebread
$-7.00
S[Cash]
$-2.00
SKites
Efor Bea
$-1.00
^
D2026-11-04
T-5.00
PCorner
SGroceries
$-4.00
SPets
$-2.00
^
"""


async def split_id(household: Family) -> int:
    async with household.unit() as (unit, _):
        found: int = await unit.conn.fetchval("select distinct transaction_id from split")
    return found


SPLIT = "2026-11-03 -10.00 Supermarket groceries -7.00 groceries/-2.00 transfer/-1.00 uncategorised"


async def test_a_split_row_of_quicken_comes_split_and_one_that_does_not_add_up_comes_whole(household: Family) -> None:
    run = await look(household, QUICKEN)
    assert [d.code for d in run.statement.doubts] == ["split_rows", "strange_parts"]
    assert "(“Kites”)" in run.statement.doubts[1].sentence
    await keep(household, run)
    whole, parted = await household.rows()
    assert parted == SPLIT
    assert "“Split: Groceries -4.00; Pets -2.00”" in whole
    async with household.unit() as (unit, sealer):
        (parts,) = (await splits_of(unit, sealer, [await split_id(household)])).values()
    assert [p.note for p in parts] == ["bread", "to Cash", "Kites: for Bea"]
    assert (await household.spent("2026-11"))["transfer"] == "-2.00"
    assert await household.is_sound()


async def test_a_split_row_is_known_when_it_comes_again_and_goes_and_comes_back_with_its_import(household: Family) -> None:
    run = await look(household, QUICKEN)
    await keep(household, run)
    again = await look(household, QUICKEN)
    assert counts(again)[:2] == (0, 2)
    await keep(household, again)
    before = await household.rows()
    await undo(household.world, household.household_id, household.actor, run.import_id)
    assert (await household.rows(void=False), await household.spent("2026-11")) == ([], {})
    await keep(household, await look(household, QUICKEN))
    assert await household.rows() == before
    assert SPLIT in before
    assert await household.is_sound()


async def test_a_rebuilt_ledger_has_the_parts_that_a_file_brought_and_those_its_owner_made_of_them(household: Family) -> None:
    await keep(household, await look(household, QUICKEN))
    assert await rebuilt_difference(household.world, household.household_id) == []
    slices = [Slice(-300, await household.category("pet_supplies")), Slice(-700, await household.category("groceries"))]
    await split_up(household.world, household.household_id, household.actor, await split_id(household), slices)
    await add_category(household.world, household.household_id, household.actor, CategoryWish(name="Kites", group="entertainment"))
    assert await rebuilt_difference(household.world, household.household_id) == []


async def test_the_same_file_twice_brings_nothing_the_second_time(household: Family) -> None:
    first = await look(household, OFX, name="november.ofx")
    assert (first.counts.new > 0, first.counts.known, first.again) == (True, 0, False)
    assert set(first.verdicts.values()) == {"new"}
    await keep(household, first)
    second = await look(household, OFX, name="again.ofx")
    assert (second.counts.new, second.counts.known, second.again) == (0, first.counts.new, True)
    assert set(second.verdicts.values()) == {"known"}
    await keep(household, second)
    assert len(await household.accounts()) == 1
    assert len(await household.rows()) == first.counts.new
    assert await household.is_sound()


async def test_an_import_that_dies_between_its_units_counts_all_its_rows_in_the_end(
    household: Family, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Given a commit that is killed anywhere, when it is done again, then the batch says what the whole import did."""
    monkeypatch.setattr(import_file, "UNIT_ROWS_MAX", 2)
    world, halves = household.world, 0
    perilous = PerilousDatabase(world.db.pool)
    shaky = msgspec.structs.replace(world, db=perilous)
    for fuse in range(20, 110, 15):
        rows = "".join(f"2026-10-0{day},ZORBLAX,-{fuse}.0{day}\n" for day in range(1, 6))
        run = await look(household, f"Date,Description,Amount\n2026-10-01,QUUXLEY,-7.00\n{rows}".encode())
        perilous.fuse = fuse
        with contextlib.suppress(Killed):
            await commit_import(shaky, household.household_id, household.actor, run.import_id)
        perilous.fuse = None
        async with household.desk() as desk:
            halves += 0 < (await find_import(desk, run.import_id)).added < 5
        done = await commit_import(world, household.household_id, household.actor, run.import_id)
        again = await commit_import(world, household.household_id, household.actor, run.import_id)
        first = fuse == 20
        assert (done.added, done.known) == (again.added, again.known) == (5 + first, 1 - first)
    assert halves, "it was killed between two units at least once"
    assert await household.is_sound()


async def test_what_an_undone_import_brought_is_new_again(household: Family) -> None:
    first = await look(household, TABLE)
    await keep(household, first)
    await undo(household.world, household.household_id, household.actor, first.import_id)
    again = await look(household, TABLE)
    assert counts(again) == (3, 0, 0, 0)
    assert set(again.verdicts.values()) == {"new"}
    await keep(household, again)
    assert len(await household.rows(void=False)) == 3


async def test_a_row_that_looks_like_a_banks_is_told_apart(household: Family, bank: Bank) -> None:
    await bank("2026-11-01 -45.10 GROCER x1")
    run = await look(household, TABLE, account_id=await household.account_id())
    assert counts(run)[:3] == (3, 0, 1)
    assert sorted(run.verdicts.values()) == ["new", "new", "similar"]


async def test_tables_of_two_banks_do_not_meet_in_one_account(household: Family) -> None:
    for content, name in ((TABLE, "one.csv"), (OTHER_BANK, "two.csv"), (TABLE, "one-december.csv")):
        await keep(household, await look(household, content, name=name))
    assert sorted(a.text.name for a in (await household.accounts()).values()) == ["one", "two"]


async def test_the_next_table_of_a_shape_goes_where_the_last_one_was_put(household: Family, bank: Bank) -> None:
    await bank("2026-09-01 -45.10 GROCER x1")
    place = await household.account_id()
    await keep(household, await look(household, TABLE), goal=Goal(place))
    later = await look(household, TABLE.replace(b"2026-11", b"2026-12"))
    assert [p.account_id for p in later.placed] == [place]


async def test_a_table_without_a_currency_is_in_the_unit_of_the_account_it_goes_to(household: Family, bank: Bank) -> None:
    bank.has("euros", currency="EUR")
    await bank("2026-09-01 -45.10EUR GROCER in euros x1")
    place = await household.account_id("euros")
    named = await look(household, TABLE, account_id=place)
    assert {x.amount.currency for x in named.statement.lines} == {"EUR"}
    chosen = await look(household, TABLE)
    assert {x.amount.currency for x in chosen.statement.lines} == {"USD"}
    await keep(household, chosen, goal=Goal(place))
    assert (await household.rows())[0] == "2026-11-05 -45.10EUR Market groceries"
    later = await look(household, TABLE.replace(b"2026-11", b"2026-12"))
    assert [(p.account_id, p.currency) for p in later.placed] == [(place, "EUR")]
    assert await rebuilt_difference(household.world, household.household_id) == []


async def test_the_unit_of_an_account_reads_the_amounts_with_its_own_digits(household: Family, bank: Bank) -> None:
    bank.has("yen", currency="JPY")
    await bank("2026-09-01 -45JPY GROCER in yen x1")
    place = await household.account_id("yen")
    run = await look(household, b"Date,Description,Amount\n2026-11-03,BAKERY,-300\n2026-11-04,TRAM,-2.50\n", account_id=place)
    assert [str(x.amount.minor) + x.amount.currency for x in run.statement.lines] == ["-300JPY"]
    assert [e.row for e in run.errors] == [3]


async def test_a_table_that_names_its_currency_does_not_go_into_an_account_of_another(household: Family, bank: Bank) -> None:
    bank.has("euros", currency="EUR")
    await bank("2026-09-01 -45.10EUR GROCER in euros x1")
    place = await household.account_id("euros")
    with pytest.raises(Rejected, match="the file is in USD, the account in EUR"):
        await look(household, b"Date,Description,Amount,Currency\n2026-11-03,BAKERY,-3.00,USD\n", account_id=place)


async def test_a_new_account_may_be_asked_for_although_another_would_fit(household: Family) -> None:
    await keep(household, await look(household, TABLE))
    run = await look(household, TABLE)
    assert counts(run)[:2] == (0, 3)
    fresh = await look_at_import(household.world, household.household_id, household.actor, run.import_id, goal=Goal(fresh=True))
    assert counts(fresh)[:2] == (3, 0)
    once = commit_import(household.world, household.household_id, household.actor, run.import_id)
    twice = commit_import(household.world, household.household_id, household.actor, run.import_id)
    await asyncio.gather(once, twice)
    assert len(await household.accounts()) == 2
    assert len(await household.rows()) == 6
    assert await household.is_sound()


async def test_columns_put_right_are_remembered_for_the_next_file_of_that_shape(household: Family) -> None:
    content = b"Date,Shop,Kind,Amount\n2026-11-03,BAKERY,bread,3.00\n2026-11-04,MARKET,food,45.10\n"
    run = await look(household, content)
    reading = Reading(columns=("date", "merchant", "text", "amount"), sign="inverted")
    put_right = await look_at_import(household.world, household.household_id, household.actor, run.import_id, reading=reading)
    assert [line.amount.minor for line in put_right.statement.lines] == [-300, -4510]
    await keep(household, put_right)
    next_one = await look(household, content.replace(b"2026-11", b"2026-12"))
    assert next_one.statement.mapping is not None
    assert (next_one.statement.mapping.sign, next_one.statement.mapping.columns[1]) == ("inverted", "merchant")
    assert (await household.rows())[0].startswith("2026-11-04 -45.10 MARKET")


async def test_debit_and_credit_columns_bring_their_own_signs(household: Family) -> None:
    content = b"Date,Text,A,B\n2026-11-03,BAKERY,3.00,\n2026-11-04,SALARY,,1200.00\n2026-11-05,MARKET,45.10,\n"
    run = await look(household, content)
    reading = Reading(columns=("date", "text", "debit", "credit"))
    put_right = await look_at_import(household.world, household.household_id, household.actor, run.import_id, reading=reading)
    assert [line.amount.minor for line in put_right.statement.lines] == [-300, 120000, -4510]


async def test_a_reading_that_makes_no_sense_is_refused_and_not_kept(household: Family) -> None:
    run = await look(household, TABLE)
    for reading in (
        Reading(columns=("date", "", "")),
        Reading(columns=("date",)),
        Reading(columns=("date", "soup", "amount")),
        Reading(sign="x"),
    ):
        with pytest.raises(Rejected):
            await look_at_import(household.world, household.household_id, household.actor, run.import_id, reading=reading)
    still = await look_at_import(household.world, household.household_id, household.actor, run.import_id)
    assert counts(still) == (3, 0, 0, 0)


async def test_an_import_that_is_over_cannot_be_looked_at_again(household: Family) -> None:
    key = await bring_import(household.world, household.household_id, household.actor, TABLE, name="x.csv")
    run = await look_at_import(household.world, household.household_id, household.actor, key)
    await keep(household, run)
    with pytest.raises(Conflict):
        await look_at_import(household.world, household.household_id, household.actor, key)
    stranger = await found(household.world)
    with pytest.raises(Missing):
        await look_at_import(stranger.world, stranger.household_id, stranger.actor, key)


async def test_a_file_that_was_only_looked_at_goes_after_a_week(household: Family) -> None:
    kept = await look(household, TABLE)
    await keep(household, kept)
    left = await look(household, OTHER_BANK)
    assert isinstance(household.world.clock, FixedClock)
    for days, ids in ((6, {kept.import_id, left.import_id}), (2, {kept.import_id})):
        household.world.clock.forward(days=days)
        await tidy(household.world, household.household_id)
        async with household.unit() as (unit, _):
            assert {r["batch_id"] for r in await unit.conn.fetch("select batch_id from landed")} == ids


async def test_a_dry_run_that_is_dropped_leaves_nothing_and_one_that_was_done_is_undone_instead(household: Family) -> None:
    run, done = await look(household, TABLE), await look(household, TABLE)
    await drop_import(household.world, household.household_id, household.actor, run.import_id)
    await keep(household, done)
    with pytest.raises(Conflict):
        await drop_import(household.world, household.household_id, household.actor, done.import_id)
    async with household.unit() as (unit, _):
        assert [r["batch_id"] for r in await unit.conn.fetch("select batch_id from batch")] == [done.import_id]

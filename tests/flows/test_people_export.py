"""Everything out: what is in the ledger is in the export, and only the household's own."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from pathlib import Path
from typing import Any

import msgspec
import pytest

from farthing.connections.due import DueRow, Kind
from farthing.core.dates import FixedClock
from farthing.core.errors import Conflict, Limited, Missing, NeedsOperator
from farthing.core.money import decimal_text
from farthing.flows.desk import read_desk
from farthing.flows.export import ask_export, everything, export_to_file, list_exports, make_export, open_export, view_export
from farthing.flows.export_sheets import LEFT_OUT, SHEETS
from farthing.flows.list_transactions import list_page
from farthing.flows.manage_categories import CategoryEdit, edit_category
from farthing.flows.manage_groups import GroupWish, add_own_group
from farthing.flows.saved_views import ViewWish, save_view
from farthing.flows.world import World
from farthing.ledger.label import Part, before, edit, split
from farthing.ledger.reading.rows import Filter
from farthing.platform.tables import TENANT
from farthing.security import audit
from paper_bank import MAIN
from world import Family, found


async def lived_in(world: World) -> Family:
    family = await found(world)
    family.bank.has(MAIN, balance=123_45)
    await family.bank(
        "2026-11-02 -12.00 BAKER x1",
        "2026-11-03 -30.00 =HYPERLINK EVIL x2",
        "2026-11-05 2000.00 PAYROLL x3",
        "2026-11-06 -700JPY RAMEN BAR x4",
        "2026-11-07 -8.25 CAFE pending x5",
    )
    await family.bank("2026-11-02 -13.00 BAKER x1", "gone x2")
    return family


async def opened(world: World, family: Family) -> zipfile.ZipFile:
    pieces = [piece async for piece in everything(world, family.household_id, family.actor)]
    return zipfile.ZipFile(io.BytesIO(b"".join(pieces)))


def sheet(archive: zipfile.ZipFile, name: str) -> list[dict[str, Any]]:
    found_rows: list[dict[str, Any]] = json.loads(archive.read(f"json/{name}.json"))
    return found_rows


def table(archive: zipfile.ZipFile, name: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(archive.read(f"csv/{name}.csv").decode("utf-8-sig"), newline="")))


def row_of(export_id: int, family: Family) -> DueRow:
    return DueRow(family.household_id, Kind.EXPORT, export_id, fence=1, tries=1)


async def test_the_export_says_what_the_ledger_says(world: World) -> None:
    family = await lived_in(world)
    async with read_desk(world, family.household_id, family.actor) as desk:
        held = (await list_page(desk, Filter(states=("pending", "posted", "void")), limit=500)).rows
    archive = await opened(world, family)
    expected = [
        (str(s.row.date), decimal_text(s.row.amount, s.row.currency), s.row.currency, s.merchant, s.status, s.category.name) for s in held
    ]
    told = sheet(archive, "transactions")
    assert [(t["date"], t["amount"], t["currency"], t["merchant"], t["status"], t["category"]["name"]) for t in told] == expected
    cells = [
        (t["Date"], t["Amount"], t["Currency"], t["Merchant"].removeprefix("'"), t["Status"], t["Category"])
        for t in table(archive, "transactions")
    ]
    assert cells == expected
    assert len(expected) == 5


async def test_every_file_opens_and_says_what_it_is(world: World) -> None:
    archive = await opened(world, await lived_in(world))
    assert archive.testzip() is None
    names = archive.namelist()
    assert {f"json/{s.name}.json" for s in SHEETS} | {f"csv/{s.name}.csv" for s in SHEETS if s.columns} | {"README.txt"} <= set(names)
    assert len(names) == len(set(names))
    for s in SHEETS:
        json.loads(archive.read(f"json/{s.name}.json"))
    [account] = sheet(archive, "accounts")
    assert (account["name"], account["balance"], account["kind"], account["mask"]) == ("Checking", "123.45", "checking", "1234")
    assert [c["institution"] for c in sheet(archive, "connections")] == ["Paper Bank"]
    assert [m["email"] for m in sheet(archive, "members")] != []
    assert len(sheet(archive, "syncs")) == 2
    assert len(sheet(archive, "balances")) == 1
    assert "household.erased" not in {e["kind"] for e in sheet(archive, "audit")}


async def test_the_household_s_own_views_are_in_it(world: World) -> None:
    family = await lived_in(world)
    await save_view(world, family.household_id, family.actor, ViewWish(name="Large meals", query="over=20&category=food"))
    await save_view(world, family.household_id, family.actor, ViewWish(name="Shops", query="by=merchant", place="trends"))
    archive = await opened(world, family)
    trend = "measure=spend&by=merchant&per=month&with=previous&n=12&sort=amount"
    told = [("Large meals", "transactions", "category=food&over=20"), ("Shops", "trends", trend)]
    assert [(v["name"], v["place"], v["query"]) for v in sheet(archive, "views")] == told
    assert [(v["Name"], v["Page"], v["Filter"]) for v in table(archive, "views")] == told


async def test_groups_of_the_household_s_own_are_in_it_with_the_categories_shown_there(world: World) -> None:
    family = await lived_in(world)
    who = (world, family.household_id, family.actor)
    boat = (await add_own_group(*who, GroupWish(name="The boat", section="home"))).slug
    await edit_category(*who, await family.category("fuel"), CategoryEdit(group=boat))
    archive = await opened(world, family)
    [told] = [g for g in sheet(archive, "category_groups") if g["own"]]
    assert told == {"id": boat, "name": "The boat", "section": "home", "counts_as": "spending", "hidden": False, "own": True}
    [fuel] = [c for c in sheet(archive, "categories") if c["slug"] == "fuel"]
    assert (fuel["group"], fuel["shown_in"]) == ("transport", boat)
    assert ("The boat", "home", "spending") in [(g["Name"], g["Section"], g["Counts As"]) for g in table(archive, "category_groups")]


async def test_what_the_bank_sent_is_in_it_as_it_came(world: World) -> None:
    family = await lived_in(world)
    archive = await opened(world, family)
    raw = [archive.read(name) for name in archive.namelist() if name.startswith("raw/")]
    assert len(raw) == 2
    assert b"RAMEN BAR" in b"".join(raw)


async def test_parts_of_a_split_row_are_told_with_it_and_by_themselves(world: World) -> None:
    family = await lived_in(world)
    groceries, coffee = await family.category("groceries"), await family.category("coffee")
    bought = await family.id_of("x1")
    async with family.desk() as desk:
        parts = [Part(-1000, groceries, note="flour"), Part(-300, coffee)]
        await split(desk.unit, desk.sealer, {bought: parts})
        [row] = (await before(desk.unit, desk.sealer, [bought])).values()
        await edit(desk.unit, desk.sealer, at=desk.at, rows=[msgspec.structs.replace(row, split=True)])
    archive = await opened(world, family)
    [told] = [t for t in sheet(archive, "transactions") if t["splits"]]
    assert [(p["amount"], p["category"]["slug"], p["note"]) for p in told["splits"]] == [
        ("-10.00", "groceries", "flour"),
        ("-3.00", "coffee", None),
    ]
    cells = [(t["Transaction"], t["Amount"], t["Notes"]) for t in table(archive, "splits")]
    assert cells == [(told["id"], "-10.00", "flour"), (told["id"], "-3.00", "")]


async def test_no_cell_runs_in_a_spreadsheet(world: World) -> None:
    archive = await opened(world, await lived_in(world))
    [evil] = [r for r in table(archive, "transactions") if "HYPERLINK" in r["Original Statement"]]
    assert evil["Original Statement"].startswith("'=")
    assert any(t["description"].startswith("=HYPERLINK") for t in sheet(archive, "transactions")), "JSON has it as it is"


async def test_no_secret_is_in_it(world: World) -> None:
    family = await lived_in(world)
    archive = await opened(world, family)
    everything_told = b"".join(archive.read(n) for n in archive.namelist())
    for secret in (family.bank.token.encode(), b"argon2", b"page-1"):
        assert secret not in everything_told


async def test_nothing_of_another_household_is_in_it(world: World) -> None:
    family, other = await lived_in(world), await found(world)
    await other.bank("2026-11-02 -1.00 CANARY SHOP c1")
    archive = await opened(world, family)
    assert b"CANARY" not in b"".join(archive.read(n) for n in archive.namelist())


def test_every_table_is_told_of_or_left_out_with_a_reason() -> None:
    told = {t for s in SHEETS for t in s.tables} | {"landed"}
    assert told | LEFT_OUT.keys() == set(TENANT)
    assert not told & LEFT_OUT.keys()


async def test_an_export_asked_for_is_made_by_a_worker_and_kept_sealed(world: World) -> None:
    family = await lived_in(world)
    export_id = await ask_export(world, family.household_id, family.member_id, family.actor)
    with pytest.raises(Conflict):
        await open_export(world, family.household_id, family.actor, export_id)

    assert await make_export(world, row_of(export_id, family)) is None

    ready = await view_export(world, family.household_id, export_id)
    pieces = [p async for p in await open_export(world, family.household_id, family.actor, export_id)]
    assert sum(map(len, pieces)) == ready.size_bytes
    assert zipfile.ZipFile(io.BytesIO(b"".join(pieces))).testzip() is None
    async with family.unit() as (unit, sealer):
        parts = [r["sealed"] for r in await unit.conn.fetch("select sealed from export_part")]
        kinds = [e.kind for e in await audit.page(unit, sealer)]
    assert not any(b"PK\x03\x04" in part or b"BAKER" in part for part in parts)
    assert kinds[:2] == ["export.fetched", "export.asked"]


async def test_a_worker_that_starts_over_leaves_one_whole_export(world: World) -> None:
    family = await lived_in(world)
    export_id = await ask_export(world, family.household_id, family.member_id, family.actor)
    await make_export(world, row_of(export_id, family))
    async with family.unit() as (unit, sealer):
        left_over = sealer.seal("export_part", "sealed", f"{export_id}/7", b"of an earlier try")
        await unit.conn.execute("insert into export_part values ($1, $2, 7, $3)", family.household_id, export_id, left_over)
    await make_export(world, row_of(export_id, family))
    pieces = [p async for p in await open_export(world, family.household_id, family.actor, export_id)]
    assert zipfile.ZipFile(io.BytesIO(b"".join(pieces))).testzip() is None


async def test_an_export_is_gone_after_a_day(world: World) -> None:
    family = await lived_in(world)
    export_id = await ask_export(world, family.household_id, family.member_id, family.actor)
    await make_export(world, row_of(export_id, family))
    assert isinstance(world.clock, FixedClock)
    world.clock.forward(hours=25)
    assert await list_exports(world, family.household_id) == []
    with pytest.raises(Missing):
        await open_export(world, family.household_id, family.actor, export_id)
    await ask_export(world, family.household_id, family.member_id, family.actor)
    async with family.unit() as (unit, _):
        assert await unit.conn.fetchval("select count(*) from export_part") == 0


async def test_anothers_export_is_no_export(world: World) -> None:
    family, other = await lived_in(world), await found(world)
    export_id = await ask_export(world, family.household_id, family.member_id, family.actor)
    with pytest.raises(Missing):
        await view_export(world, other.household_id, export_id)
    assert await make_export(world, DueRow(other.household_id, Kind.EXPORT, export_id, 1, 1)) is None


async def test_exports_are_counted(world: World) -> None:
    family = await found(world)
    for _ in range(5):
        await ask_export(world, family.household_id, family.member_id, family.actor)
    with pytest.raises(Limited):
        await ask_export(world, family.household_id, family.member_id, family.actor)


async def test_the_command_writes_one_private_file_or_none(world: World, tmp_path: Path) -> None:
    family = await lived_in(world)
    size = await export_to_file(world, family.household_id, family.actor, tmp_path / "all.zip")
    assert [p.name for p in tmp_path.iterdir()] == ["all.zip"]
    assert (tmp_path / "all.zip").stat().st_size == size
    assert (tmp_path / "all.zip").stat().st_mode & 0o777 == 0o600
    with pytest.raises(NeedsOperator, match="cannot write"):
        await export_to_file(world, family.household_id, family.actor, tmp_path / "missing" / "all.zip")
    with pytest.raises(Missing):
        await export_to_file(world, 12345, family.actor, tmp_path / "none.zip")
    assert [p.name for p in tmp_path.iterdir()] == ["all.zip"]

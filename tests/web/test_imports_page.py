"""/imports as a reader without a script sees it: a file, what it would do, doing it, and undoing it."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from farthing.flows import import_long
from farthing.flows.world import World
from web.visit import Browser, browser
from world import Bank, Family, found

DATA = Path(__file__).parents[1] / "data" / "statements"
OFX = DATA / "ofx" / "jseutter__ofxparse__checking.ofx"
TABLE = b"""Date,Description,Amount
2026-11-03,BAKERY,-3.00
2026-11-04,SALARY,1200.00
2026-11-05,MARKET,-45.10
2026-11-06,BROKEN,12x4
"""


@pytest_asyncio.fixture(loop_scope="session")
async def reader(world: World, household: Family) -> AsyncIterator[Browser]:
    async with browser(world, household) as reader:
        await reader.open("/imports")
        yield reader


async def bring(reader: Browser, content: bytes, name: str = "november.csv") -> None:
    await reader.send("/imports", {"file": (name, content, "application/octet-stream")})


async def test_a_file_is_looked_at_imported_and_known_the_second_time(reader: Browser, household: Family) -> None:
    await bring(reader, OFX.read_bytes(), OFX.name)
    assert re.fullmatch(r"/imports/imp_\w+", reader.at)
    count = int(re.findall(r"(\d+) new, 0 already here", reader.words)[0])
    assert f"Import {count}" in reader.words
    assert "A new account:" in reader.words
    assert await household.rows() == []
    await reader.send(reader.at, intent="commit", account_id="new")
    assert f"{count} transactions imported" in reader.words
    assert len(await household.rows()) == count
    await reader.open("/imports")
    await bring(reader, OFX.read_bytes(), "again.ofx")
    assert f"0 new, {count} already here" in reader.words
    assert "The same file was imported before." in reader.words
    assert 'value="commit" disabled' in reader.page


async def test_a_split_row_is_looked_at_with_its_parts(reader: Browser, household: Family) -> None:
    rows = b"!Type:Bank\nD2026-11-03\nT-10.00\nPMarket\nSGroceries\nEbread\n$-8.00\nS[Cash]\n$-2.00\n^\n"
    await bring(reader, rows, "quicken.qif")
    assert "Market -8.00 Groceries bread -2.00 Transfer to Cash" in " ".join(reader.words.split())


async def test_a_table_without_a_currency_may_go_into_an_account_of_another(reader: Browser, household: Family, bank: Bank) -> None:
    bank.has("euros", currency="EUR")
    await bank("2026-09-01 -45.10EUR GROCER in euros x1")
    await bring(reader, TABLE)
    assert ", in EUR" in reader.words
    place = re.findall(r'value="(acc_\w+)"[^>]*>Euros', reader.page, re.IGNORECASE)[0]
    await reader.send(reader.at, intent="look", account_id=place)
    assert "€3.00" in reader.words
    await reader.send(reader.at, intent="commit", account_id=place)
    assert "3 transactions imported" in reader.words
    assert (await household.rows())[0] == "2026-11-05 -45.10EUR Market groceries"


async def test_refused_rows_are_named_with_row_field_and_reason(reader: Browser, household: Family) -> None:
    await bring(reader, TABLE)
    assert "3 new, 0 already here, 1 refused" in reader.words
    assert re.search(r"Row 5, \w+: \S+", reader.words)
    await reader.send(reader.at, intent="commit", account_id="new")
    assert "3 transactions imported, 1 refused" in reader.words
    await reader.open("/imports")
    assert "november.csv into november 3 new, 1 refused Undo" in reader.words


async def test_an_import_is_undone_from_the_history(reader: Browser, household: Family) -> None:
    await bring(reader, TABLE)
    await reader.send(reader.at, intent="commit", account_id="new")
    batch = re.findall(r'name="batch_id" value="(bat_\w+)"', await reader.open("/imports"))[0]
    await reader.send("/imports", {"unused": ("", b"")}, intent="undo", batch_id=batch)
    assert "Undone: 3 transactions are as before." in reader.words
    assert "Undone" in reader.words.rpartition("3 new, 1 refused")[2]
    assert await household.rows(void=False) == []
    await reader.send("/imports", {"unused": ("", b"")}, intent="undo", batch_id=batch)
    assert (reader.status, "This was undone already" in reader.words) == (409, True)


async def test_rows_go_into_the_account_that_is_chosen(reader: Browser, household: Family, bank: Bank) -> None:
    await bank("2026-11-01 -45.10 GROCER x1")
    await bring(reader, TABLE)
    place = re.findall(r'value="(acc_\w+)"[^>]*>Checking', reader.page)[0]
    await reader.send(reader.at, intent="look", account_id=place)
    assert "3 new, 0 already here, 1 looks alike, 1 refused" in reader.words
    assert "looks alike" in reader.words
    await reader.send(reader.at, intent="commit", account_id=place)
    assert "Into Checking." in reader.words
    assert len(await household.accounts()) == 1


async def test_columns_can_be_put_right_before_anything_is_kept(reader: Browser, household: Family) -> None:
    await bring(reader, b"Date,Shop,Amount\n2026-11-03,BAKERY,3.00\n2026-11-04,MARKET,45.10\n")
    at = reader.at
    assert "No amount has a sign: all are read as money coming in." in reader.words
    assert "How the columns were read" in reader.words
    form = {"column.0": "date", "column.1": "merchant", "column.2": "amount", "date_order": "ymd", "decimal": ".", "sign": "inverted"}
    await reader.send(at, intent="commit", account_id="new", **form)
    assert "−3.00" in reader.words  # shown anew before it is done
    assert await household.rows() == []
    await reader.send(at, intent="commit", account_id="new", **form)
    assert "2 transactions imported" in reader.words
    assert (await household.rows())[-1].startswith("2026-11-03 -3.00 BAKERY")


async def test_the_order_of_days_in_a_file_without_columns_can_be_put_right(reader: Browser) -> None:
    await bring(reader, b"!Type:Bank\nD02/03/2026\nT-3.00\nPBAKERY\n^\n", "bank.qif")
    assert "The day and the month of “02/03/2026” can be exchanged" in reader.words
    assert 'name="date_order"' in reader.page
    await reader.send(reader.at, intent="look", date_order="dmy", decimal=".", account_id="new")
    assert "2 Mar BAKERY" in reader.words
    assert "can be exchanged" not in reader.words


async def test_a_reading_without_sense_is_refused_beside_what_was_there(reader: Browser) -> None:
    await bring(reader, TABLE)
    await reader.send(reader.at, intent="look", **{"column.0": "date", "column.1": "text", "column.2": ""})
    assert reader.status == 422
    assert "No column is the amount." in reader.words
    assert "3 new" in reader.words


async def test_a_table_whose_columns_cannot_be_told_asks_for_them(reader: Browser) -> None:
    await bring(reader, b"When,What,How much\nyesterday,BAKERY,3.00\n2026-11-04,MARKET,45.10\n2026-11-05,MARKET,45.10\n")
    assert reader.status == 200
    assert "How the columns were read" in reader.words


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "The file is empty."),
        (b"%PDF-1.7 whatever", "A PDF shows a statement, but cannot be read exactly"),
        (b"PK\x03\x04" + b"xl/workbook.xml" * 9, "This is a spreadsheet: save it as CSV"),
        (b"\x89PNG\r\n\x1a\n" + b"\0" * 99, "This is a picture, not a statement."),
        (b"Dear customer, thank you for your letter.\n" * 20, "This is not a statement that can be read"),
        (b"<html><body>Please sign in</body></html>", "This is a web page, not a statement"),
        (b"Date,Description,Amount\n2026-11-01,BAKERY,\n2026-11-02,MARKET,\n", "No row of this file can be read."),
    ],
    ids=["empty", "pdf", "spreadsheet", "picture", "letter", "page", "rows"],
)
async def test_a_file_that_is_none_is_refused_in_a_sentence(reader: Browser, household: Family, content: bytes, said: str) -> None:
    await bring(reader, content, "statement.pdf")
    assert reader.status == 422
    assert said in reader.words
    assert await household.rows() == []


async def test_a_file_beyond_the_limit_is_refused_in_a_sentence(reader: Browser) -> None:
    await bring(reader, b"x" * 52_600_000)
    assert reader.status == 413
    assert "A file may have 50 MB." in reader.words


async def test_without_a_file_the_page_asks_for_one(reader: Browser) -> None:
    await reader.send("/imports", {"other": ("", b"")})
    assert (reader.status, "Choose a file first." in reader.words) == (422, True)


async def test_what_a_bank_synced_is_listed_and_can_be_undone(reader: Browser, household: Family, bank: Bank) -> None:
    await bank("2026-11-01 -45.10 GROCER x1", "2026-11-02 -5.00 GROCER x2")
    at = re.findall(r'href="(/imports\?connection=con_\w+)"', await reader.open("/connections"))[0]
    await reader.open(at)
    assert "Sync history of Paper Bank" in reader.words
    assert "Paper Bank 2 new Undo" in reader.words
    batch = re.findall(r'name="batch_id" value="(bat_\w+)"', reader.page)[0]
    await reader.send(at, {"unused": ("", b"")}, intent="undo", batch_id=batch)
    assert "Undone: 2 transactions are as before." in reader.words


async def test_an_import_of_others_is_missing(reader: Browser, world: World) -> None:
    await bring(reader, TABLE)
    at = reader.at
    async with browser(world, await found(world)) as stranger:
        await stranger.open("/imports")
        assert "Nothing has been imported yet." in stranger.words
        await stranger.open(at)
        assert stranger.status == 404
        await stranger.send(at, intent="commit", account_id="new")
        assert stranger.status == 404


async def test_a_look_can_be_given_up(reader: Browser) -> None:
    await bring(reader, TABLE)
    at = reader.at
    await reader.send(at, intent="drop")
    assert reader.at == "/imports"
    await reader.open(at)
    assert reader.status == 404


async def test_a_long_file_that_a_worker_has_in_hand_says_how_far_it_is(
    reader: Browser, household: Family, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(import_long, "UNIT_ROWS_MAX", 1)
    await bring(reader, TABLE)
    await reader.send(reader.at, intent="commit", account_id="new")
    assert "0 of 3 rows are in" in reader.words
    assert "You may leave this page" in reader.words
    assert await household.rows() == []

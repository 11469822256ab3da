"""The rows of a list as a spreadsheet reads them."""

from __future__ import annotations

import csv
import io
from typing import Any

from farthing.core.dates import parse_day
from farthing.flows.edit import Edit, edit_transaction
from farthing.flows.export_list import export_list
from farthing.flows.split_up import Slice, split_up
from farthing.ledger.reading.rows import Filter
from farthing.security import audit
from world import Bank, Family


async def told(household: Family, **filters: Any) -> list[dict[str, str]]:
    pieces = await export_list(household.world, household.household_id, household.actor, Filter(**filters))
    text = b"".join([piece async for piece in pieces]).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text)))


def short(lines: list[dict[str, str]]) -> list[str]:
    return [" ".join((line["Date"], line["Amount"], line["Merchant"], line["Category"])) for line in lines]


async def test_a_list_is_exported_newest_first_and_only_what_its_filter_shows(household: Family, bank: Bank) -> None:
    await bank("2026-09-30 -1.00 ZORBLAX x1", "2026-10-01 -5.00 ZORBLAX x2", "2026-10-02 -7.00 ZORBLAX pending x3")
    lines = await told(household, first=parse_day("2026-10-01"))
    assert short(lines) == ["2026-10-02 -7.00 Zorblax Not sorted yet", "2026-10-01 -5.00 Zorblax Not sorted yet"]
    assert [line["Status"] for line in lines] == ["pending", "posted"]
    assert list(lines[0])[:8] == ["Date", "Merchant", "Category", "Account", "Original Statement", "Notes", "Amount", "Tags"]


async def test_a_split_row_is_told_by_its_parts_and_under_a_category_only_by_those(household: Family, bank: Bank) -> None:
    await bank("2026-10-01 -30.00 ZORBLAX x1")
    groceries, vet = await household.category("groceries"), await household.category("vet")
    row = await household.id_of("x1")
    await split_up(household.world, household.household_id, household.actor, row, [Slice(-2000, groceries, "Turkey"), Slice(-1000, vet)])
    assert short(await told(household)) == ["2026-10-01 -20.00 Zorblax Groceries", "2026-10-01 -10.00 Zorblax Vet"]
    only = await told(household, categories=(groceries,))
    assert short(only) == ["2026-10-01 -20.00 Zorblax Groceries"]
    assert only[0]["Notes"] == "Turkey"


async def test_a_list_longer_than_a_page_is_told_whole(household: Family, bank: Bank) -> None:
    await bank(*(f"2026-10-{1 + n % 28:02d} -{n + 1}.00 ZORBLAX x{n}" for n in range(520)))
    lines = await told(household)
    assert len({line["Id"] for line in lines}) == len(lines) == 520


async def test_no_cell_of_the_owners_is_run_as_a_formula(household: Family, bank: Bank) -> None:
    await bank("2026-10-01 -5.00 ZORBLAX x1")
    wish = Edit(note="=cmd|' /C calc'!A0", tags=["-2+3"])
    await edit_transaction(household.world, household.household_id, household.actor, await household.id_of("x1"), wish)
    (line,) = await told(household)
    assert (line["Notes"], line["Tags"], line["Amount"]) == ("'=cmd|' /C calc'!A0", "'-2+3", "-5.00")


async def test_who_exported_a_list_stands_on_record(household: Family, bank: Bank) -> None:
    await bank("2026-10-01 -5.00 ZORBLAX x1")
    await told(household)
    async with household.unit() as (unit, sealer):
        kinds = [e.kind for e in await audit.page(unit, sealer, before=audit.NEWEST, row_max=audit.PAGE_MAX)]
    assert "list.exported" in kinds

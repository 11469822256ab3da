"""The paper bank reads what its own description says, and the world stands."""

from __future__ import annotations

import datetime as dt

from paper_bank import read
from world import NOW, Family


def test_a_line_of_text_is_a_statement_line() -> None:
    paper = read(["2026-02-03 -7.50EUR CAFE DE FLORE code FOOD posted 2026-02-04 settles x1 x3", "gone x2"])
    line = paper.lines[0]
    assert (line.text, str(line.amount), line.amount.currency, line.ref, line.pending_ref) == ("CAFE DE FLORE", "-7.50", "EUR", "x3", "x1")
    assert (line.date, line.posted_date, line.provider_code) == (dt.date(2026, 2, 3), dt.date(2026, 2, 4), "FOOD")
    assert paper.gone == [("checking", "x2")]


def test_equal_lines_without_an_id_are_two_purchases() -> None:
    paper = read(["2026-02-03 -4.50 CAFE", "2026-02-03 -4.50 CAFE"])
    assert [line.occurrence for line in paper.lines] == [0, 1]


async def test_a_household_is_there_with_its_keys(household: Family) -> None:
    assert household.world.clock.now() == NOW
    async with household.unit() as (unit, sealer):
        assert sealer.household_id == household.household_id
        assert await unit.conn.fetchval("select currency from household") == "USD"
    assert await household.bank.link() == household.bank.connection_id

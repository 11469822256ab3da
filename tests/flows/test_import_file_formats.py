"""Every format of a bank takes the same way: looked at, taken in once, overlapping with the next file, undone, brought again."""

from __future__ import annotations

import datetime as dt

import msgspec
import pytest

from farthing.flows.import_file import DryRun, commit_import, preview_import
from farthing.flows.undo import undo
from world import Family


class Pair(msgspec.Struct, frozen=True):
    """Two files of one account: 1 and 2 November with two equal purchases; 2 and 3 November, the 2nd as before."""

    format: str
    first: bytes
    next: bytes
    balances: tuple[str, ...] = ()  # after both, by day


def mt940(opening: str, *entries: str, closing: str) -> bytes:
    body = "".join(f":61:{e}\n:86:{t}\n" for e, _, t in (x.partition(" ") for x in entries))
    return f":20:STARTUMS\n:25:10020030/1234567\n:28C:5/1\n:60F:{opening}\n{body}:62F:{closing}\n-\n".encode()


def qif(*entries: str) -> bytes:
    rows = (e.split(" ") for e in entries)
    return ("!Type:Bank\n" + "".join(f"D{day}\nT{amount}\nP{payee}\n^\n" for day, amount, payee in rows)).encode()


FIRST_DAY = "2611011101D3,00NMSCNONREF//1 BAKERY"
SECOND_DAY = ("2611021102D45,10NMSCNONREF//1 MARKET", "2611021102D45,10NMSCNONREF//1 MARKET")
THIRD_DAY = "2611031103C1200,NMSCNONREF//1 SALARY"
PAIRS = [
    Pair(
        "mt940",
        mt940("C261031USD100,00", FIRST_DAY, *SECOND_DAY, closing="C261102USD6,80"),
        mt940("C261101USD97,00", *SECOND_DAY, THIRD_DAY, closing="C261103USD1206,80"),
        ("2026-10-31 100.00", "2026-11-01 97.00", "2026-11-02 6.80", "2026-11-03 1206.80"),
    ),
    Pair(
        "qif",
        qif("2026-11-01 -3.00 BAKERY", *["2026-11-02 -45.10 MARKET"] * 2),
        qif(*["2026-11-02 -45.10 MARKET"] * 2, "2026-11-03 1,200.00 SALARY"),
    ),
]
EACH = pytest.mark.parametrize("pair", PAIRS, ids=[p.format for p in PAIRS])


async def look(household: Family, content: bytes) -> DryRun:
    return await preview_import(household.world, household.household_id, household.actor, content)


async def bring(household: Family, content: bytes) -> DryRun:
    run = await look(household, content)
    await commit_import(household.world, household.household_id, household.actor, run.import_id)
    return run


def counts(run: DryRun) -> tuple[int, int, int, int]:
    return run.counts.new, run.counts.known, run.counts.similar, run.counts.refused


async def sums(household: Family) -> list[tuple[dt.date, int]]:
    async with household.unit() as (unit, _):
        rows = await unit.conn.fetch("select date, amount from transaction where status <> 3 and discarded = 0 order by date, amount")
    return [(r["date"], r["amount"]) for r in rows]


ALL = [(dt.date(2026, 11, 1), -300), (dt.date(2026, 11, 2), -4510), (dt.date(2026, 11, 2), -4510), (dt.date(2026, 11, 3), 120000)]


@EACH
async def test_files_that_overlap_bring_every_purchase_once(household: Family, pair: Pair) -> None:
    first = await bring(household, pair.first)
    assert (first.statement.format, counts(first)) == (pair.format, (3, 0, 0, 0))

    assert counts(await bring(household, pair.next)) == (1, 2, 0, 0)

    assert await sums(household) == ALL
    assert len(await household.accounts()) == 1
    assert await household.is_sound()


@EACH
async def test_a_file_brought_again_adds_nothing_and_an_undone_one_comes_back(household: Family, pair: Pair) -> None:
    first = await bring(household, pair.first)

    again = await bring(household, pair.first)
    assert (again.again, counts(again)) == (True, (0, 3, 0, 0))
    await undo(household.world, household.household_id, household.actor, first.import_id)
    assert await sums(household) == []
    assert counts(await bring(household, pair.first)) == (3, 0, 0, 0)
    assert await sums(household) == ALL[:3]


@pytest.mark.parametrize("pair", [p for p in PAIRS if p.balances], ids=[p.format for p in PAIRS if p.balances])
async def test_what_the_bank_says_it_held_is_kept_by_day(household: Family, pair: Pair) -> None:
    await bring(household, pair.first)
    await bring(household, pair.next)

    async with household.unit() as (unit, _):
        rows = await unit.conn.fetch("select date, balance from balance_day order by date")
    assert tuple(f"{r['date']} {r['balance'] / 100:.2f}" for r in rows) == pair.balances

"""Every format of a bank takes the same way: looked at, taken in once, overlapping with the next file, undone, brought again."""

from __future__ import annotations

import datetime as dt

import msgspec
import pytest

from farthing.flows.import_file import DryRun, commit_import, look_at_import, preview_import
from farthing.flows.read_file import Reading
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


def camt(opening: str, *entries: str, closing: str, message: str = "BkToCstmrStmt", part: str = "Stmt") -> bytes:
    """An entry: day, amount, text, status, and the bank's reference if it has one."""

    def amount(text: str) -> str:
        return f'<Amt Ccy="USD">{text.lstrip("-")}</Amt><CdtDbtInd>{"DBIT" if text.startswith("-") else "CRDT"}</CdtDbtInd>'

    def balance(code: str, stated: str) -> str:
        day, _, text = stated.partition(" ")
        return f"<Bal><Tp><CdOrPrtry><Cd>{code}</Cd></CdOrPrtry></Tp>{amount(text)}<Dt><Dt>{day}</Dt></Dt></Bal>" if stated else ""

    def entry(stated: str) -> str:
        day, money, text, status, *ref = stated.split(" ")
        own = f"<AcctSvcrRef>{ref[0]}</AcctSvcrRef>" if ref else ""
        said = f"<NtryDtls><TxDtls><RmtInf><Ustrd>{text}</Ustrd></RmtInf></TxDtls></NtryDtls>"
        return f"<Ntry>{amount(money)}<Sts>{status}</Sts><BookgDt><Dt>{day}</Dt></BookgDt>{own}{said}</Ntry>"

    body = balance("OPBD", opening) + balance("CLBD", closing) + "".join(map(entry, entries))
    account = "<Acct><Id><IBAN>DE14740618130000033626</IBAN></Id><Ccy>USD</Ccy></Acct>"
    return f"<Document><{message}><{part}>{account}{body}</{part}></{message}></Document>".encode()


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
    Pair(
        "camt.053",
        camt("2026-10-31 100.00", "2026-11-01 -3.00 BAKERY BOOK", *["2026-11-02 -45.10 MARKET BOOK"] * 2, closing="2026-11-02 6.80"),
        camt("2026-11-02 97.00", *["2026-11-02 -45.10 MARKET BOOK"] * 2, "2026-11-03 1200.00 SALARY BOOK", closing="2026-11-03 1206.80"),
        ("2026-10-31 100.00", "2026-11-01 97.00", "2026-11-02 6.80", "2026-11-03 1206.80"),
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


async def test_a_notice_a_report_of_the_day_and_the_statement_bring_one_purchase(household: Family) -> None:
    """054 at once, 052 at noon, 053 at night: with the bank's reference the text may differ, without it the content is the same."""
    at_once = camt("", "2026-11-01 -3.00 BAKERY BOOK BANK-000017", closing="", message="BkToCstmrDbtCdtNtfctn", part="Ntfctn")
    at_noon = camt(
        "", "2026-11-01 -3.00 BAKERY-12 BOOK BANK-000017", "2026-11-01 -9.00 SHOP PDNG BANK-000018", "2026-11-01 -7.00 KIOSK BOOK",
        closing="", message="BkToCstmrAcctRpt", part="Rpt",
    )  # fmt: skip
    at_night = camt(
        "", "2026-11-01 -3.00 BAKERY BOOK BANK-000017", "2026-11-02 -9.50 SHOP BOOK BANK-000018", "2026-11-01 -7.00 KIOSK BOOK", closing=""
    )

    forms = [(await bring(household, content)).statement.format for content in (at_once, at_noon, at_night)]

    assert forms == ["camt.054", "camt.052", "camt.053"]
    assert await sums(household) == [(dt.date(2026, 11, 1), -950), (dt.date(2026, 11, 1), -700), (dt.date(2026, 11, 1), -300)]


async def test_what_was_on_its_way_settles_when_the_statement_comes(household: Family) -> None:
    on_its_way = b":20:X\n:25:10020030/1234567\n:28C:5/1\n:34F:USD0,\n:61:2611011101D3,00NMSCNONREF\n:86:BAKERY\n:90D:1USD3,00\n"

    first = await bring(household, on_its_way)
    assert [x.pending for x in first.statement.lines] == [True]
    await bring(household, mt940("C261031USD100,00", FIRST_DAY, closing="C261101USD97,00"))

    async with household.unit() as (unit, _):
        rows = await unit.conn.fetch("select amount, status from transaction")
    assert [(r["amount"], r["status"]) for r in rows] == [(-300, 2)]


async def test_days_of_a_qif_put_right_are_taken_in_so_and_remembered_for_the_next_one(household: Family) -> None:
    run = await look(household, qif("02/03/2026 -3.00 BAKERY"))
    assert [d.code for d in run.statement.doubts] == ["date_order"]

    put_right = await look_at_import(
        household.world, household.household_id, household.actor, run.import_id, reading=Reading(date_order="dmy")
    )
    assert [x.date for x in put_right.statement.lines] == [dt.date(2026, 3, 2)]
    await commit_import(household.world, household.household_id, household.actor, run.import_id)
    assert await sums(household) == [(dt.date(2026, 3, 2), -300)]

    assert [x.date for x in (await look(household, qif("04/05/2026 -7.00 KIOSK"))).statement.lines] == [dt.date(2026, 5, 4)]
    assert [x.date for x in (await look(household, qif("04/25/2026 -7.00 KIOSK"))).statement.lines] == [dt.date(2026, 4, 25)]


async def test_a_purchase_that_the_bank_takes_back_under_its_own_reference_stands_once_with_its_reversal(household: Family) -> None:
    at_noon = camt("", "2026-11-01 -3.00 BAKERY BOOK BANK-000017", closing="", message="BkToCstmrAcctRpt", part="Rpt")
    at_night = camt("", "2026-11-01 -3.00 BAKERY BOOK BANK-000017", "2026-11-01 3.00 BACK BOOK BANK-000017", closing="")
    at_night = at_night.replace(b"CRDT</CdtDbtInd>", b"CRDT</CdtDbtInd><RvslInd>true</RvslInd>")

    await bring(household, at_noon)
    await bring(household, at_night)

    assert await sums(household) == [(dt.date(2026, 11, 1), -300), (dt.date(2026, 11, 1), 300)]

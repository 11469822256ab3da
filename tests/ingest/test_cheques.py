"""A cheque is the same one by its number, from the day it is written to the day its bank pays it."""

from __future__ import annotations

import datetime as dt

import pytest

from farthing.core.ids import AccountId
from farthing.core.money import Money
from farthing.flows.add_by_hand import Entry, add_by_hand
from farthing.flows.desk import read_desk
from farthing.flows.history import history
from farthing.ingest.matching.cheques import NAMES, Cheque, cheque_of, may_be_cheque
from farthing.ledger.model import Incoming, LineKind, StatementLine
from world import Bank, Family


@pytest.mark.parametrize(
    ("text", "reference", "is_one"),
    [
        ("CHECK 1460", None, Cheque("1460", named=True)),
        ("Cheque no. 001460", None, Cheque("1460", named=True)),
        ("CHECK PAID #1460", "1460", Cheque("1460", named=True)),
        ("CHKS 12, chk no 7", None, None),
        ("chq 1460", None, Cheque("1460", named=True)),
        ("Scheck Nr. 1460", None, Cheque("1460", named=True)),
        ("Rosa's Plumbing", "1460", Cheque("1460", named=False)),
        ("CHECK", None, None),
        ("CHECK 1460 1461", None, None),
        ("CHECKCARD 1460", None, None),
        ("RETURNED CHECK FEE 12", None, None),
        ("CHECK", "000000", None),
        ("CHECK", "RF18539007547034", None),
        ("CHECK", "123456789", None),
    ],
)
def test_what_is_a_cheque(text: str, reference: str | None, is_one: Cheque | None) -> None:
    assert cheque_of(text, reference) == is_one


def test_every_text_that_names_a_cheque_is_looked_at() -> None:
    def line(text: str) -> Incoming:
        stated = StatementLine(account_ref="a", amount=Money(-100, "USD"), date=dt.date(2026, 9, 1), text=text)
        return Incoming(stated, AccountId(1), b"", 0, 0)

    assert all(may_be_cheque(line(f"{name.title()} 1460")) for name in NAMES)
    assert not may_be_cheque(line("CHECKCARD 1460 CHICAGO"))


async def test_a_cheque_written_down_by_hand_is_the_one_that_the_bank_pays_weeks_later(household: Family, bank: Bank) -> None:
    await bank()
    entry = Entry(account_id=await household.account_id(), date=dt.date(2026, 9, 1), amount="-120.00", merchant="Cheque 1460", note="roof")
    written = (await add_by_hand(household.world, household.household_id, household.actor, entry)).transaction_id

    await bank("2026-10-19 -120.00 CHECK 1460 cheque 1460 x1")

    assert await household.id_of("x1") == written
    assert [r.split()[0] for r in await household.rows()] == ["2026-09-01"], "it counts when it was written"
    async with read_desk(household.world, household.household_id, household.actor) as desk:
        told = await history(desk, written)
    assert any(t.why == "the same cheque's number as a row 48 days earlier" for t in told)
    assert await household.is_sound()


async def test_cheques_of_one_amount_are_told_apart_by_their_numbers(household: Family, bank: Bank) -> None:
    await bank()
    await bank.file("2026-09-01 -50.00 ROSA cheque 7 y1", "2026-09-02 -50.00 ROSA cheque 8 y2")
    await bank("2026-10-20 -50.00 CHECK 8 x8", "2026-10-21 -50.00 CHECK 9 x9")
    assert await household.id_of("x8") == await household.id_of("y2", kind=LineKind.FILE)
    assert len(await household.rows()) == 3, "the cheque 7 still waits, and 9 is another"


async def test_a_file_repeats_the_cheque_that_the_bank_paid(household: Family, bank: Bank) -> None:
    await bank("2026-10-20 -50.00 CHECK 8 x8")
    _, outcome = await bank.file("2026-09-02 -50.00 ROSA cheque 8 y2")
    assert outcome.added == 0
    assert [r.split()[0] for r in await household.rows()] == ["2026-10-20"]


async def test_a_customers_number_that_comes_every_month_is_no_cheque(household: Family, bank: Bank) -> None:
    await bank()
    await bank.file("2026-09-01 -9.99 QUUXLEY cheque 4711 y1")
    await bank("2026-10-01 -9.99 QUUXLEY cheque 4711 x1")
    assert len(await household.rows()) == 2


async def test_a_number_that_fits_two_rows_says_nothing(household: Family, bank: Bank) -> None:
    await bank()
    await bank.file("2026-06-01 -50.00 ROSA cheque 8 y1", "2026-08-02 -50.00 ROSA cheque 8 y2")
    await bank("2026-10-20 -50.00 CHECK 8 x8")
    assert len(await household.rows()) == 3

"""Exports of other trackers. The samples are our own, in the columns that these programs write."""

from __future__ import annotations

import datetime as dt

import pytest

from farthing.connections.files import Statement, read_statement

TODAY = dt.date(2026, 11, 22)

MINT = """"Date","Description","Original Description","Amount","Transaction Type","Category","Account Name","Labels","Notes"
"3/24/2024","Whole Foods","WHOLEFDS MKT 10291","54.12","debit","Groceries","Everyday Checking","","for the party"
"3/22/2024","Acme Payroll","ACME CORP DES:PAYROLL","2,310.55","credit","Paycheck","Everyday Checking","Work",""
"3/21/2024","Unknown Shop","SQ *UNKNOWN","9.00","debit","Uncategorized","Sapphire Card","",""
"""
MONARCH = """Date,Merchant,Category,Account,Original Statement,Notes,Amount,Tags
2026-03-24,Whole Foods,Groceries,Everyday Checking (...1234),WHOLEFDS MKT 10291,for the party,-54.12,"Party, Family"
2026-03-22,Acme,Paychecks,Everyday Checking (...1234),ACME CORP DES:PAYROLL,,2310.55,
2026-03-21,Netflix,Subscriptions,Sapphire Card (...9876),,,-15.49,
"""
MONARCH_OWNER = (
    MONARCH.replace("Amount,Tags", "Amount,Tags,Owner").replace('"Party, Family"', '"Party, Family",Anna').replace(",\n", ",,Joint\n")
)
YNAB = """\ufeff"Account","Flag","Date","Payee","Category Group/Category","Category Group","Category","Memo","Outflow","Inflow","Cleared"
"Checking","Red","03/24/2026","Whole Foods","Everyday: Groceries","Everyday","Groceries","for the party",$54.12,$0.00,"Cleared"
"Checking","","03/22/2026","Acme","Inflow: Ready to Assign","Inflow","Ready to Assign","",$0.00,"$2,310.55","Reconciled"
"Checking","","03/21/2026","Target","Everyday: Household","Everyday","Household","Split (1/2) soap",$12.00,$0.00,"Uncleared"
"Checking","","03/21/2026","Target","Fun: Games","Fun","Games","Split (2/2) ",$30.00,$0.00,"Uncleared"
"Checking","","03/20/2026","Transfer : Savings","","","","",$100.00,$0.00,"Cleared"
"""
YNAB_KRONER = (
    "Account\tFlag\tDate\tPayee\tCategory Group/Category\tCategory Group\tCategory\tMemo\tOutflow\tInflow\tCleared\n"
    "💵 Lønn\t\t22/06/2026\tSpotify\tAbonnement: 🎵 Musikk\tAbonnement\t🎵 Musikk\t\tkr 84,50\tkr 0,00\tUncleared\n"
    "💵 Lønn\t\t02/07/2026\tArbeidsgiver\tInflow: Ready to Assign\tInflow\tReady to Assign\t\tkr 0,00\tkr 31.234,44\tCleared\n"
)
ACTUAL_ALL = """Account,Date,Payee,Notes,Category,Amount,Split_Amount,Cleared
Checking,2026-03-24,Whole Foods,for the party,Groceries,-54.12,0,Cleared
Checking,2026-03-22,Acme,,Income,2310.55,0,Reconciled
Checking,2026-03-21,Target,(SPLIT INTO 2) big shop,,0,-42,Cleared
Checking,2026-03-21,Target,(SPLIT 1 OF 2) soap,Household,-12,0,Cleared
Checking,2026-03-21,Target,(SPLIT 2 OF 2) ,Games,-30,0,Cleared
"""
ACTUAL_ONE = """Account,Date,Payee,Notes,Category,Amount,Cleared,Reconciled
Checking,2026-03-24,Whole Foods,for the party,Everyday: Groceries,-54.12,true,false
"""


def read(text: str, **more: str) -> Statement:
    return read_statement(text.encode(), today=TODAY, **{"currency": "USD", **more})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "preset", "lines"),
    [(MINT, "mint", 3), (MONARCH, "monarch", 3), (MONARCH_OWNER, "monarch", 3), (YNAB, "ynab", 5), (YNAB_KRONER, "ynab", 2),
     (ACTUAL_ALL, "actual", 4), (ACTUAL_ONE, "actual", 1)],
)  # fmt: skip
def test_the_export_is_recognised_and_read_without_doubt(text: str, preset: str, lines: int) -> None:
    statement = read(text)

    assert statement.mapping
    assert statement.mapping.preset == preset
    assert len(statement.lines) == lines
    assert (statement.errors, statement.doubts, statement.missing) == ([], [], [])


def test_mint_says_the_side_in_a_column() -> None:
    first, pay, unknown = read(MINT).lines

    assert (first.amount.minor, pay.amount.minor) == (-5412, 231055)
    assert (first.merchant, first.text, first.owner_category, first.owner_note) == (
        "Whole Foods", "WHOLEFDS MKT 10291", "Groceries", "for the party",
    )  # fmt: skip
    assert (pay.owner_tags, unknown.owner_category, unknown.account_ref) == (("Work",), None, "Sapphire Card")


@pytest.mark.parametrize("text", [MONARCH, MONARCH_OWNER])
def test_monarch_is_signed_and_has_tags(text: str) -> None:
    statement = read(text)
    first, pay, film = statement.lines

    assert (first.amount.minor, pay.amount.minor) == (-5412, 231055)
    assert (first.owner_tags, first.owner_category) == (("Party", "Family"), "Groceries")
    assert (film.text, film.merchant) == ("Netflix", "Netflix")
    assert [(a.mask, a.kind) for a in statement.accounts] == [("1234", "checking"), ("9876", "card")]


def test_ynab_has_outflow_and_inflow_and_parts_as_rows() -> None:
    first, pay, soap, games, transfer = read(YNAB).lines

    assert (first.amount.minor, pay.amount.minor, soap.amount.minor, games.amount.minor) == (-5412, 231055, -1200, -3000)
    assert (first.owner_category, first.owner_tags, first.owner_note) == ("Everyday: Groceries", ("Red",), "for the party")
    assert (soap.owner_note, soap.owner_category, games.owner_category) == ("Split (1/2) soap", "Everyday: Household", "Fun: Games")
    assert (transfer.text, transfer.owner_category) == ("Transfer : Savings", None)


def test_ynab_writes_money_and_days_as_its_owner_does() -> None:
    music, pay = read(YNAB_KRONER, currency="NOK").lines

    assert (music.amount.minor, pay.amount.minor, music.amount.currency) == (-8450, 3123444, "NOK")
    assert (music.date, music.account_ref, music.owner_category) == (dt.date(2026, 6, 22), "💵 Lønn", "Abonnement: 🎵 Musikk")


def test_actual_gives_the_parts_of_a_split_once() -> None:
    statement = read(ACTUAL_ALL)

    assert sum(line.amount.minor for line in statement.lines) == -5412 + 231055 - 4200
    assert [(p.row, p.code) for p in statement.passed_over] == [(4, "split_parent")]
    assert statement.lines[2].owner_note == "(SPLIT 1 OF 2) soap"
    assert statement.lines[2].owner_category == "Household"


@pytest.mark.parametrize("text", [MINT, MONARCH, YNAB, ACTUAL_ALL])
def test_an_export_read_twice_gives_the_same_lines(text: str) -> None:
    first = read(text)

    assert read(text, mapping=first.mapping).lines == first.lines  # type: ignore[arg-type]

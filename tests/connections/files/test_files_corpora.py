"""Every OFX, QFX and CSV file we could find in other projects' tests: read right, or refused with row and reason.

The figures were counted by hand in the files. Minor units, signed; a balance is the closing one that the file states.
"""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pytest

from farthing.connections.files import read_statement
from farthing.core.errors import Rejected

DATA = Path(__file__).parents[2] / "data" / "statements"
TODAY = dt.date(2026, 11, 22)
PARSE, CSV2OFX, BSP = "jseutter__ofxparse__", "reubano__csv2ofx__", "sebastienrousseau__bankstatementparser__"

# name, lines, sums by currency, closing balances in the order of the accounts, codes of rows left out
READ: list[tuple[str, int, dict[str, int], list[int | None], list[str]]] = [
    (f"ofx/{PARSE}anzcc.ofx", 1, {"AUD": -550}, [-12345], []),
    (f"ofx/{PARSE}bank_medium.ofx", 3, {"CAD": -34527}, [38234], []),
    (f"ofx/{PARSE}checking.ofx", 3, {"USD": -5950}, [10099], []),
    (f"ofx/{PARSE}empty_balance.ofx", 1, {"CAD": 12000}, [None], []),
    (f"ofx/{PARSE}fidelity-savings.ofx", 1, {"USD": -150000}, [None], ["too_many_digits"] * 3),
    (f"ofx/{PARSE}fidelity.ofx", 3, {"USD": -57}, [None], ["investment_trade"] * 14),
    (f"ofx/{PARSE}investment_medium.ofx", 3, {"USD": -395}, [None], []),
    (f"ofx/{PARSE}multiple_accounts.ofx", 0, {}, [11100, 22200], []),
    (f"ofx/{PARSE}ofx-v102-empty-tags.ofx", 1, {"AUD": 1234}, [None], []),
    (f"ofx/{PARSE}suncorp.ofx", 1, {"AUD": -1685}, [123412], []),
    (f"ofx/{CSV2OFX}transaction_example.ofx", 1, {"USD": -8000}, [215656], []),
    (f"ofx/{BSP}sample.ofx", 2, {"EUR": 117025}, [None], []),
    (f"qfx/{BSP}sample.qfx", 1, {"USD": -1500}, [None], []),
    (f"csv/{CSV2OFX}amazon.csv", 3, {"USD": -4576}, [None], ["bad_date", "bad_date", "bad_amount"]),
    (f"csv/{CSV2OFX}capitalone.csv", 2, {"USD": 0}, [None], []),
    (f"csv/{CSV2OFX}creditunion.csv", 8, {"USD": 46500000}, [None], []),
    (f"csv/{CSV2OFX}default.csv", 8, {"USD": 46500000}, [None, None], []),
    (f"csv/{CSV2OFX}gls.csv", 1, {"EUR": -9876}, [123456], []),
    (f"csv/{CSV2OFX}ingesp.csv", 10, {"USD": 35021}, [31888], []),
    (f"csv/{CSV2OFX}mint.csv", 4, {"USD": -300000}, [None, None], []),
    (f"csv/{CSV2OFX}mint_extra.csv", 4, {"USD": -300000}, [None, None], []),
    (f"csv/{CSV2OFX}mint_headerless.csv", 4, {"USD": -300000}, [None, None], []),
    (f"csv/{CSV2OFX}n26-fr.csv", 2, {"EUR": 0}, [None], []),
    (f"csv/{CSV2OFX}outbank.csv", 4, {"EUR": -3589}, [None], []),
    (f"csv/{CSV2OFX}payoneer.csv", 2, {"USD": 2000}, [20000], []),
    (f"csv/{CSV2OFX}pcmastercard.csv", 2, {"USD": -5031}, [None], []),
    *[(f"csv/{CSV2OFX}schwab-checking-baltest-case{n}.csv", 4, {"USD": -21527}, [87847], []) for n in (1, 2, 3, 4, 5, 6)],
    (f"csv/{CSV2OFX}schwab-checking-baltest-case7.csv", 2, {"USD": 0}, [87847], []),
    (f"csv/{CSV2OFX}stripe-all.csv", 5, {"CAD": 11250}, [None], []),
    (f"csv/{CSV2OFX}stripe-default.csv", 5, {"CAD": 11250}, [None], []),
    (f"csv/{CSV2OFX}ubs-ch-fr_trimmed.csv", 3, {"CHF": 3000}, [1141394], []),
    (f"csv/{CSV2OFX}xero.csv", 13, {"USD": 0}, [None, None, None], []),
    (f"csv/{BSP}csv_european_decimals.csv", 3, {"EUR": 226094}, [None], []),
    (f"csv/{BSP}csv_french_headers.csv", 3, {"EUR": 226094}, [None], []),
    (f"csv/{BSP}csv_garbled_amount.csv", 1, {"EUR": 10000}, [None], ["bad_amount"]),
    (f"csv/{BSP}csv_spanish_headers.csv", 3, {"EUR": 226094}, [None], []),
    (f"csv/{BSP}sample_split_amounts.csv", 2, {"EUR": 105025}, [205025], []),
    (f"csv/{BSP}sample_statement.csv", 2, {"EUR": 130000}, [380000], []),
]
# name, code, words of the sentence that the owner reads
REFUSED = [
    (f"ofx/{PARSE}account_listing_aggregation.ofx", "no_transactions", "lists 4 accounts"),
    (f"ofx/{PARSE}bank_small.ofx", "no_transactions", "no statement"),
    (f"ofx/{PARSE}date_missing.ofx", "nothing_readable", "row 1, DTPOSTED: the date is missing"),
    (f"ofx/{PARSE}decimal_error.ofx", "nothing_readable", "row 1, DTPOSTED: “201120000000” is not a date"),
    (f"ofx/{PARSE}error_message.ofx", "ofx_error", "General Server Error (2000)"),
    (f"ofx/{PARSE}investment_401k.ofx", "investment_only", "3 trades"),
    (f"ofx/{PARSE}signon_fail.ofx", "ofx_signon_failed", "your password was incorrect (15500)"),
    (f"ofx/{PARSE}signon_success.ofx", "no_transactions", "no statement"),
    (f"ofx/{PARSE}signon_success_no_message.ofx", "no_transactions", "no statement"),
    (f"ofx/{PARSE}td_ameritrade.ofx", "investment_only", "0 trades"),
    (f"ofx/{PARSE}tiaacref.ofx", "investment_only", "1 trades"),
    (f"ofx/{PARSE}vanguard.ofx", "investment_only", "1 trades"),
    (f"ofx/{PARSE}vanguard401k.ofx", "investment_only", "5 trades"),
    (f"ofx/{CSV2OFX}transfer_example.ofx", "no_transactions", "no statement"),
    (f"csv/{BSP}camt_file.csv", "summary_only", "sums up"),
]


def read(name: str, **more: Any) -> Any:
    return read_statement((DATA / name).read_bytes(), name=Path(name).name, currency="USD", today=TODAY, **more)


@pytest.mark.parametrize(("name", "lines", "sums", "balances", "left_out"), READ, ids=[r[0].split("__")[-1] for r in READ])
def test_a_file_is_read_right(name: str, lines: int, sums: dict[str, int], balances: list[int | None], left_out: list[str]) -> None:
    statement = read(name)

    found: dict[str, int] = {}
    for line in statement.lines:
        found[line.amount.currency] = found.get(line.amount.currency, 0) + line.amount.minor
    assert (len(statement.lines), found) == (lines, sums)
    assert [a.balance for a in statement.accounts] == balances
    assert [e.code for e in statement.errors] == left_out
    assert {line.account_ref for line in statement.lines} <= {a.ref for a in statement.accounts}
    assert statement.missing == []


@pytest.mark.parametrize(("name", "code", "says"), REFUSED, ids=[r[0].split("__")[-1] for r in REFUSED])
def test_a_file_is_refused_with_its_reason(name: str, code: str, says: str) -> None:
    with pytest.raises(Rejected) as refusal:
        read(name)

    assert refusal.value.code == code
    assert says in refusal.value.detail


def test_every_file_is_accounted_for() -> None:
    here = {p.relative_to(DATA).as_posix() for kind in ("ofx", "qfx", "csv") for p in (DATA / kind).iterdir()}

    assert here == {r[0] for r in READ} | {r[0] for r in REFUSED}


@pytest.mark.parametrize("name", [r[0] for r in READ if r[1]])
def test_a_second_reading_and_a_remembered_mapping_give_the_same_lines(name: str) -> None:
    first = read(name)

    again = read(name, mapping=first.mapping)

    assert again.lines == first.lines
    assert again.digest == first.digest
    assert again.layout == first.layout


def test_the_rows_say_what_the_files_say() -> None:
    gls = read(f"csv/{CSV2OFX}gls.csv").lines[0]
    assert (gls.date, gls.merchant, gls.account_ref) == (dt.date(2017, 10, 10), "Drillisch Online AG", "1234567890")
    assert gls.text == "SEPA-Basislastschrift B4658645 U123456789 B123456 987 SIMply Rechnung"
    mint = read(f"csv/{CSV2OFX}mint.csv").lines[0]
    assert (mint.date, mint.merchant, mint.text, mint.owner_category) == (
        dt.date(2015, 6, 12), "Transfer from Checking", "Account Transfer", "Checking",
    )  # fmt: skip
    outbank = read(f"csv/{CSV2OFX}outbank.csv").lines[1]
    assert (outbank.date, outbank.owner_category, outbank.counterparty) == (dt.date(2019, 2, 8), "Travel: Gas", "DE33674643548447246470")
    capital = read(f"csv/{CSV2OFX}capitalone.csv").lines[0]
    assert (capital.posted_date, capital.provider_code, capital.owner_category) == (dt.date(2016, 1, 2), "Other Travel", None)
    ubs = read(f"csv/{CSV2OFX}ubs-ch-fr_trimmed.csv")
    assert ubs.lines[0].ref == "A01234BC01234567"
    assert ubs.accounts[0].name == "Compte personnel UBS"
    card = read(f"ofx/{PARSE}anzcc.ofx").accounts[0]
    assert (card.kind, card.mask, card.available) == ("card", "1234", 12345)
    assert [a.kind for a in read(f"ofx/{PARSE}multiple_accounts.ofx").accounts] == ["checking", "savings"]
